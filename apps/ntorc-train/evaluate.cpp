// ntorc-train evaluate - how far predictions lie from results that the model has not seen.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "ntorc/perf/evaluation.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path data;
  MethodOptions method;
  std::optional<perf::Split> split;
  std::string perf;
  int worst = static_cast<int>(perf::kWorstShown);
  bool json = false;
  std::string out = "-";
};

int evaluate_model(const Args& args) {
  args.method.check();
  const perf::Dataset data = perf::read_dataset(args.data);
  std::vector<perf::Evaluation> evaluations;
  if (!args.perf.empty()) {
    evaluations.push_back(perf::evaluate(model_of(args.perf), data, args.perf));
  } else {
    using perf::Split;
    const auto splits = args.split ? std::vector{*args.split} : std::vector{Split::Rows, Split::Configs, Split::Sizes};
    for (const Split split : splits) {
      evaluations.push_back(perf::cross_validate(data, split, args.method.forest, args.method.chosen()));
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
  for (CLI::Option* const option : add_method_options(evaluate, args.method)) option->excludes(model);
  return {&evaluate, [shared] { return evaluate_model(*shared); }};
}

}  // namespace ntorc::train
