// ntorc-train - fits performance models to synthesis reports and says how far to trust them.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/evaluation.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace {

using namespace ntorc;

constexpr std::string_view kBuiltIn = "default";

struct Args {
  std::filesystem::path data;
  perf::ForestOptions forest;
  std::optional<perf::Method> method;
  std::string base;

  std::filesystem::path model_out;
  perf::Provenance provenance;

  std::optional<perf::Split> split;
  std::string perf;
  int worst = static_cast<int>(perf::kWorstShown);
  bool json = false;
  std::string out = "-";
};

CLI::Option* add_data(CLI::App& command, Args& args) {
  return command
      .add_option("--data", args.data, "Folder with N-TORC's six tables, or a CSV file (docs/formats/dataset.md)")
      ->type_name("PATH")
      ->required();
}

std::vector<CLI::Option*> add_forest_options(CLI::App& command, Args& args) {
  const std::string forest = "The method";
  auto* const method =
      command.add_option("--method", args.method,
                         "hybrid: laws, fitted terms, and trees for what is left; forest: N-TORC's random forest");
  app::one_of<perf::Method>(method, {{"hybrid", perf::Method::Hybrid}, {"forest", perf::Method::Forest}})
      ->default_str("hybrid")
      ->group(forest);
  auto* const trees =
      command.add_option("--trees", args.forest.trees, "Trees of each forest; without it 20 (hybrid) or 100 (forest)");
  auto* const seed = command.add_option("--seed", args.forest.seed, "Same seed, same bytes")->capture_default_str();
  command.add_option("--threads", args.forest.threads, "0 takes one for each core; the result does not depend on it")
      ->capture_default_str()
      ->group(forest);
  return {method, trees->group(forest), seed->group(forest)};
}

void add_fit_options(CLI::App& fit, Args& args) {
  add_data(fit, args);
  fit.add_option("--out", args.model_out, "Performance model to write, whole or not at all")
      ->type_name("FILE")
      ->required();
  auto* const base =
      fit.add_option("--base", args.base,
                     "Adapt this performance model (default: the built-in one) to the data: a few reports of another\n"
                     "part, clock or tool are enough")
          ->type_name("FILE");
  for (CLI::Option* const option : add_forest_options(fit, args)) option->excludes(base);
  const std::string origin = "What the figures are for; known for N-TORC's tables, asked for with a CSV file";
  fit.add_option("--part", args.provenance.part, "FPGA part, as in xczu7ev-ffvc1156-2-e")->group(origin);
  fit.add_option("--clock", args.provenance.clock_mhz, "Clock in MHz")->group(origin);
  fit.add_option("--tool", args.provenance.tool, "Synthesis tool and version")->group(origin);
  fit.add_option("--precision", args.provenance.precision, "hls4ml's spelling, as in ap_fixed<16,8>")->group(origin);
  fit.add_option("--io-type", args.provenance.io_type, "io_stream or io_parallel")->group(origin);
  fit.add_option("--strategy", args.provenance.strategy, "hls4ml's word, as in Resource")->group(origin);
  fit.add_option("--name", args.provenance.name, "Name of the model")->group(origin);
  fit.add_option("--source", args.provenance.source, "Where the data comes from, and its licence")->group(origin);
}

void add_evaluate_options(CLI::App& evaluate, Args& args) {
  add_data(evaluate, args);
  auto* const split = evaluate.add_option(
      "--split", args.split,
      "What is kept from training: rows (a random fifth, as N-TORC's Table I), configs (ten folds over\n"
      "distinct configurations) or sizes (each n_in and each size between two others in its turn);\n"
      "without it all three, side by side");
  app::one_of<perf::Split>(
      split, {{"rows", perf::Split::Rows}, {"configs", perf::Split::Configs}, {"sizes", perf::Split::Sizes}});
  auto* const model =
      evaluate
          .add_option("--perf", args.perf,
                      "Evaluate this performance model (default: the built-in one) on all of the data, in "
                      "place of a split")
          ->type_name("FILE")
          ->excludes(split);
  evaluate.add_option("--worst", args.worst, "How many of the worst predictions to show")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  evaluate.add_flag("--json", args.json, "Write JSON in place of a table (docs/formats/scores.md)");
  evaluate.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  for (CLI::Option* const option : add_forest_options(evaluate, args)) option->excludes(model);
}

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

void check(const Args& args) {
  try {
    args.forest.validate();
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
}

perf::PerformanceModel model_of(const std::string& file) {
  return file == kBuiltIn ? perf::PerformanceModel::default_model() : perf::PerformanceModel::load(file);
}

int fit(const Args& args) {
  check(args);
  const perf::Provenance provenance = [&] {
    try {
      return settled(args);
    } catch (const InvalidArgument& error) {
      throw app::UsageError(error.what());
    }
  }();
  const perf::Dataset data = perf::read_dataset(args.data);
  const auto model = args.base.empty() ? perf::PerformanceModel::fit(data, provenance, args.forest,
                                                                     args.method.value_or(perf::Method::Hybrid))
                                       : model_of(args.base).calibrate(data, provenance);
  model.save(args.model_out);
  spdlog::info("{}: {}", args.model_out.string(), model.summary());
  return app::kAnswered;
}

int evaluate(const Args& args) {
  check(args);
  const perf::Dataset data = perf::read_dataset(args.data);
  std::vector<perf::Evaluation> evaluations;
  if (!args.perf.empty()) {
    evaluations.push_back(perf::evaluate(model_of(args.perf), data, args.perf));
  } else {
    using perf::Split;
    const auto splits = args.split ? std::vector{*args.split} : std::vector{Split::Rows, Split::Configs, Split::Sizes};
    for (const Split split : splits) {
      evaluations.push_back(perf::cross_validate(data, split, args.forest, args.method.value_or(perf::Method::Hybrid)));
    }
  }
  const bool one = evaluations.size() == 1;
  const auto worst = static_cast<std::size_t>(args.worst);
  app::write_result(args.out, args.json ? perf::scores_to_json(evaluations, worst)
                              : one     ? perf::score_table(evaluations.front(), worst)
                                        : perf::side_by_side(evaluations, worst));
  return app::kAnswered;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "Fits performance models (latency, LUT, FF, DSP and BRAM of a layer for a reuse factor) to synthesis results, "
      "and\n"
      "says how far their predictions lie from results that they have not seen.\n\n"
      "  ntorc-train fit --data DIR --out my.perf\n"
      "  ntorc-train evaluate --data DIR --split configs",
      "ntorc-train");
  Args args;
  app::prepare(cli);
  cli.require_subcommand(1);
  cli.fallthrough();
  CLI::App* const fit_command = cli.add_subcommand("fit", "Fits a random forest for each layer kind and figure");
  CLI::App* const evaluate_command =
      cli.add_subcommand("evaluate", "Prints R2, MAPE, median APE and RMSE for each kind and figure");
  add_fit_options(*fit_command, args);
  add_evaluate_options(*evaluate_command, args);
  return app::run(cli, argc, argv, [&] { return fit_command->parsed() ? fit(args) : evaluate(args); });
}
