// ntorc-train evaluate - how far predictions lie from results that the model has not seen.
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/evaluation.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path data;
  MethodOptions method;
  ContextOptions context;
  std::optional<perf::Split> split;
  std::string perf;
  int worst = static_cast<int>(perf::kWorstShown);
  bool json = false;
  std::string out = "-";
};

std::vector<perf::Split> splits_of(const Args& args) {
  using perf::Split;
  return args.split ? std::vector{*args.split} : std::vector{Split::Rows, Split::Configs, Split::Sizes};
}

/// Rows that do not say what they are for.
std::vector<perf::Evaluation> evaluate_layers(const Args& args, const perf::Dataset& data) {
  std::vector<perf::Evaluation> evaluations;
  if (!args.perf.empty()) {
    const perf::ModelSet models = models_of(args.perf);
    const perf::PerformanceModel& model =
        models.models().size() == 1 ? models.models().front() : models.select(args.context.asked);
    evaluations.push_back(perf::evaluate(model, data, args.perf));
  } else {
    for (const perf::Split split : splits_of(args))
      evaluations.push_back(perf::cross_validate(data, split, args.method.forest, args.method.chosen()));
  }
  return evaluations;
}

/// Each context by itself; a warning for one of which nothing can be told.
std::vector<perf::Evaluation> evaluate_records(const Args& args, const std::vector<perf::Record>& records) {
  const perf::Learnable found = args.context.learnable(records);
  const auto models = args.perf.empty() ? std::nullopt : std::optional(models_of(args.perf));
  std::vector<perf::Evaluation> evaluations;
  const auto add = [&](const perf::ContextLayers& one, const auto& evaluated) {
    const std::string context = to_string(one.context);
    try {
      evaluations.push_back(evaluated());
      evaluations.back().context = context;
    } catch (const InvalidArgument& error) {
      spdlog::warn("{}: {}", context, error.what());
    }
  };
  for (const perf::ContextLayers& one : found.contexts) {
    if (models) {
      add(one, [&] { return perf::evaluate(models->of(one.context), one.layers, args.perf); });
      continue;
    }
    for (const perf::Split split : splits_of(args)) {
      add(one, [&] { return perf::cross_validate(one.layers, split, args.method.forest, args.method.chosen()); });
    }
  }
  if (evaluations.empty()) throw InvalidArgument("dataset: expected rows that can be evaluated, found none");
  return evaluations;
}

int evaluate_model(const Args& args) {
  args.method.check();
  const auto data = perf::read_data(args.data);
  const auto* const records = std::get_if<std::vector<perf::Record>>(&data);
  const std::vector<perf::Evaluation> evaluations =
      records != nullptr ? evaluate_records(args, *records) : evaluate_layers(args, std::get<perf::Dataset>(data));
  const auto worst = static_cast<std::size_t>(args.worst);
  app::write_result(args.out,
                    args.json ? perf::scores_to_json(evaluations, worst) : perf::score_tables(evaluations, worst));
  return app::kAnswered;
}

}  // namespace

Command add_evaluate(CLI::App& cli) {
  CLI::App& evaluate = *cli.add_subcommand("evaluate", "Prints R2, MAPE, median APE and RMSE for each kind and figure");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  add_data(evaluate, args.data);
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
  add_context_options(evaluate, args.context,
                      "Which rows of a table of records, or which of several contexts of a model");
  for (CLI::Option* const option : add_method_options(evaluate, args.method)) option->excludes(model);
  return {&evaluate, [shared] { return evaluate_model(*shared); }};
}

}  // namespace ntorc::train
