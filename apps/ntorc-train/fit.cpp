// ntorc-train fit - a performance model from synthesis results.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>
#include <string>

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
  perf::Provenance provenance;
};

/// The command line's provenance; what it leaves open is N-TORC's for N-TORC's tables, else asked for.
perf::Provenance settled(const Args& args) {
  perf::Provenance provenance = args.provenance;
  std::error_code ignored;
  perf::Provenance known;
  if (std::filesystem::is_directory(args.data, ignored)) {
    known = perf::ntorc_provenance();
  } else {
    known.name = args.data.stem().string();
    known.source = args.data.filename().string();
  }
  const auto settle = [](std::string& asked, const std::string& otherwise, const char* flag) {
    if (asked.empty()) asked = otherwise;
    if (asked.empty())
      throw app::UsageError(fmt::format("expected {}: a CSV file does not say what its figures are for", flag));
  };
  settle(provenance.name, known.name, "--name");
  settle(provenance.source, known.source, "--source");
  settle(provenance.part, known.part, "--part");
  if (provenance.clock_mhz == 0) provenance.clock_mhz = known.clock_mhz;
  if (!(provenance.clock_mhz > 0 && provenance.clock_mhz <= 1e6)) {
    throw app::UsageError(fmt::format("--clock: expected MHz in (0, 1e6], got {}", provenance.clock_mhz));
  }
  settle(provenance.tool, known.tool, "--tool");
  settle(provenance.io_type, known.io_type, "--io-type");
  settle(provenance.strategy, known.strategy, "--strategy");
  settle(provenance.precision, known.precision, "--precision");
  deploy::target_of(provenance);  // or nothing can be planned with the model
  return provenance;
}

int fit_model(const Args& args) {
  args.method.check();
  const perf::Provenance provenance = [&] {
    try {
      return settled(args);
    } catch (const InvalidArgument& error) {
      throw app::UsageError(error.what());
    }
  }();
  const perf::Dataset data = perf::read_dataset(args.data);
  const auto model = args.base.empty()
                         ? perf::PerformanceModel::fit(data, provenance, args.method.forest, args.method.chosen())
                         : model_of(args.base).calibrate(data, provenance);
  model.save(args.model_out);
  spdlog::info("{}: {}", args.model_out.string(), model.summary());
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
                     "part, clock or tool are enough")
          ->type_name("FILE");
  for (CLI::Option* const option : add_method_options(fit, args.method)) option->excludes(base);
  const std::string origin = "What the figures are for; known for N-TORC's tables, asked for with a CSV file";
  fit.add_option("--part", args.provenance.part, "FPGA part, as in xczu7ev-ffvc1156-2-e")->group(origin);
  fit.add_option("--clock", args.provenance.clock_mhz, "Clock in MHz")->group(origin);
  fit.add_option("--tool", args.provenance.tool, "Synthesis tool and version")->group(origin);
  fit.add_option("--precision", args.provenance.precision, "hls4ml's spelling, as in ap_fixed<16,8>")->group(origin);
  fit.add_option("--io-type", args.provenance.io_type, "io_stream or io_parallel")->group(origin);
  fit.add_option("--strategy", args.provenance.strategy, "hls4ml's word, as in Resource")->group(origin);
  fit.add_option("--name", args.provenance.name, "Name of the model")->group(origin);
  fit.add_option("--source", args.provenance.source, "Where the data comes from, and its licence")->group(origin);
  return {&fit, [shared] { return fit_model(*shared); }};
}

}  // namespace ntorc::train
