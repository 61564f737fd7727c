// ntorc/perf/evaluation.hpp - how far predictions lie from synthesis results that the model has not seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/perf/dataset.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {

/// What is kept from training. A published table holds the same configuration (shape and reuse factor) up to hundreds
/// of times with nearly the same figures, so the three ask very different questions.
enum class Split {
  Rows,     ///< a random fifth of the rows [Singh et al., FCCM 2025, Table I]: nearly every test row has a twin in
            ///< training
  Configs,  ///< ten folds over distinct configurations: a new combination of sizes that are known
  Sizes,    ///< every value of n_in, then every value of size, that lies between two others, left out in its turn: a
            ///< size that is not known
};

std::string_view to_string(Split split);  ///< "rows", "configs", "sizes"

/// Errors of the predictions of one figure. Absent where they are undefined.
struct Score {
  model::LayerKind kind = model::LayerKind::Dense;
  Target target = Target::Lut;
  std::int64_t n = 0;                  ///< predictions: rows, or distinct configurations with the mean of their rows
  std::int64_t zeros = 0;              ///< of these with a true figure of 0, which have no percentage error
  std::optional<double> r2;            ///< 1 - sum (t - p)^2 / sum (t - mean t)^2
  std::optional<double> mape_percent;  ///< mean of 100 |t - p| / t
  std::optional<double> median_ape_percent;
  std::optional<double> mae_percent;   ///< 100 mean |t - p| / mean t
  std::optional<double> rmse_percent;  ///< 100 sqrt(mean (t - p)^2) / mean t
  /// Share of the truths within the 90 % interval, whose width comes from the same training rows as the prediction.
  std::optional<double> coverage_percent;
};

/// A prediction beside the truth.
struct Miss {
  Target target = Target::Lut;
  hls4ml::LayerShape shape;
  std::int64_t reuse = 1;
  double truth = 0;
  double predicted = 0;
};

struct Evaluation {
  std::string title;  ///< "rows", "configs", "sizes" or the name of a model
  std::vector<Score> scores;
  std::vector<Miss> worst;  ///< all predictions, by |ln((truth + 1) / (predicted + 1))|, the worst first
  std::string context{};    ///< of the data in words; empty if it does not say one
};

inline constexpr std::size_t kWorstShown = 10;

/// Fits without a part of `data` and predicts that part, for every layer kind and target that has figures.
/// @param options  the seed decides folds and forests both.
/// A kind and target with too few rows for the split has a score without predictions.
/// @throws InvalidArgument  if the options do not validate, or nothing can be split.
Evaluation cross_validate(const Dataset& data, Split split, const ForestOptions& options = {},
                          Method method = Method::Hybrid);

/// Predicts every distinct configuration of `data` that the model covers. Coverage is that of the model's own 90 %
/// intervals.
/// @param title  how the evaluation is called.
/// @throws InvalidArgument  if the model was not trained for a figure that `data` has.
Evaluation evaluate(const PerformanceModel& model, const Dataset& data, std::string title);

/// A table for people: every score of one evaluation, then its worst cases.
/// @param worst  how many of these at most.
std::string score_table(const Evaluation& evaluation, std::size_t worst = kWorstShown);

/// A table for people: several evaluations of the same data side by side, in MAPE and coverage; of BRAM, which is often
/// 0, the mean absolute error in percent of the mean.
std::string side_by_side(const std::vector<Evaluation>& evaluations, std::size_t worst = kWorstShown);

/// The same of any evaluations: those of one context, which stand together, are set side by side if there are several.
std::string score_tables(const std::vector<Evaluation>& evaluations, std::size_t worst = kWorstShown);

/// docs/formats/scores.md.
std::string scores_to_json(const std::vector<Evaluation>& evaluations, std::size_t worst = kWorstShown);

}  // namespace ntorc::perf
