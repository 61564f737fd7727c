// ntorc-train fit - a performance model from synthesis results.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "commands.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/error.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path data;
  MethodOptions method;
  std::string base;
  std::filesystem::path model_out;
  ContextOptions context;
  std::string name;
  std::string source;
};

/// What a model made of the data is called, and where it says that it comes from.
perf::Provenance named(const Args& args) {
  std::error_code ignored;
  perf::Provenance known;
  if (std::filesystem::is_directory(args.data, ignored)) {
    known = perf::ntorc_provenance();
  } else {
    known.name = args.data.stem().string();
    known.source = args.data.filename().string();
  }
  if (!args.name.empty()) known.name = args.name;
  if (!args.source.empty()) known.source = args.source;
  return known;
}

/// The context of a table that does not say it: the command line's; what that leaves open is N-TORC's for N-TORC's
/// tables, else asked for. @throws UsageError
perf::Provenance settled(const Args& args) {
  perf::Provenance provenance = named(args);
  const perf::ContextFilter& asked = args.context.asked;
  const auto settle = [](std::string& known, const std::optional<std::string>& text, const char* flag) {
    if (text) known = *text;
    if (known.empty())
      throw app::UsageError(fmt::format("expected {}: a CSV file does not say what its figures are for", flag));
  };
  settle(provenance.part, asked.part, "--part");
  if (asked.clock_mhz) provenance.clock_mhz = *asked.clock_mhz;
  if (!(provenance.clock_mhz > 0 && provenance.clock_mhz <= 1e6)) {
    throw app::UsageError(fmt::format("--clock: expected MHz in (0, 1e6], got {}", provenance.clock_mhz));
  }
  settle(provenance.tool, asked.tool, "--tool");
  settle(provenance.io_type, asked.io_type, "--io-type");
  settle(provenance.strategy, asked.strategy, "--strategy");
  settle(provenance.precision, asked.precision, "--precision");
  try {
    deploy::target_of(provenance);  // or nothing can be planned with the model
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
  return provenance;
}

perf::ModelSet fit_layers(const Args& args, const perf::Dataset& layers) {
  const perf::Provenance provenance = settled(args);
  if (args.base.empty()) {
    return perf::ModelSet(perf::PerformanceModel::fit(layers, provenance, args.method.forest, args.method.chosen()));
  }
  const perf::ModelSet base = models_of(args.base);
  return perf::ModelSet(base.nearest(context_of(provenance)).calibrate(layers, provenance));
}

perf::ModelSet fit_records(const Args& args, const std::vector<perf::Record>& records) {
  const perf::Learnable found = args.context.learnable(records);
  const auto& [name, source] = std::pair(named(args).name, named(args).source);
  if (!args.base.empty()) return models_of(args.base).calibrate(found.contexts, name, source);
  return perf::ModelSet::fit(found.contexts, name, source, args.method.forest, args.method.chosen());
}

int fit_model(const Args& args) {
  args.method.check();
  const auto data = perf::read_data(args.data);
  const auto* const records = std::get_if<std::vector<perf::Record>>(&data);
  const perf::ModelSet models =
      records != nullptr ? fit_records(args, *records) : fit_layers(args, std::get<perf::Dataset>(data));
  models.save(args.model_out);
  if (models.models().size() == 1) {
    spdlog::info("{}: {}", args.model_out.string(), models.models().front().summary());
    return app::kAnswered;
  }
  spdlog::info("{}: {} contexts", args.model_out.string(), models.models().size());
  for (const std::string& line : models.summary()) spdlog::info(line);
  return app::kAnswered;
}

}  // namespace

Command add_fit(CLI::App& cli) {
  CLI::App& fit = *cli.add_subcommand("fit", "Fits a performance model to synthesis results");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  add_data(fit, args.data);
  fit.add_option("--out", args.model_out, "Performance model to write, whole or not at all")
      ->type_name("FILE")
      ->required();
  auto* const base =
      fit.add_option("--base", args.base,
                     "Adapt this performance model (default: the built-in one) to the data: a few reports of another\n"
                     "part, clock or tool are enough. Of several contexts the nearest: same tool, then part")
          ->type_name("FILE");
  for (CLI::Option* const option : add_method_options(fit, args.method)) option->excludes(base);
  const std::string origin = "What the figures are for: asked for if a CSV does not say it, else a choice of its rows";
  add_context_options(fit, args.context, origin);
  fit.add_option("--name", args.name, "Name of the model")->group(origin);
  fit.add_option("--source", args.source, "Where the data comes from, and its licence")->group(origin);
  return {&fit, [shared] { return fit_model(*shared); }};
}

}  // namespace ntorc::train
