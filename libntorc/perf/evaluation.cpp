#include "ntorc/perf/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "perf/spread.hpp"

namespace ntorc::perf {
namespace {

using Rows = std::vector<const Observation*>;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Score score(model::LayerKind kind, Target target, const std::vector<HeldOut>& predictions) {
  Score score{kind, target, std::ssize(predictions), 0, {}, {}, {}, {}, {}, {}};
  if (predictions.empty()) return score;
  const auto n = static_cast<double>(predictions.size());
  double mean = 0;
  for (const HeldOut& p : predictions) mean += p.truth;
  mean /= n;
  const auto [least, largest] = std::ranges::minmax(predictions, {}, &HeldOut::truth);
  double absolute_error = 0;
  double squared_error = 0;
  double variation = 0;
  std::vector<double> percent;
  for (const HeldOut& p : predictions) {
    const auto [truth, predicted] = std::pair(p.truth, p.predicted);
    absolute_error += std::abs(truth - predicted);
    squared_error += (truth - predicted) * (truth - predicted);
    variation += (truth - mean) * (truth - mean);
    if (truth == 0) {
      ++score.zeros;
    } else {
      percent.push_back(100 * std::abs(truth - predicted) / truth);
    }
  }
  if (least.truth < largest.truth) score.r2 = 1 - squared_error / variation;  // rounded sums vary also if no truth does
  if (mean > 0) {
    score.mae_percent = 100 * absolute_error / n / mean;
    score.rmse_percent = 100 * std::sqrt(squared_error / n) / mean;
  }
  if (!percent.empty()) {
    score.mape_percent = std::accumulate(percent.begin(), percent.end(), 0.0) / static_cast<double>(percent.size());
    score.median_ape_percent = median(std::move(percent));
  }
  return score;
}

std::vector<HeldOut> hold_out(Split split, const Rows& rows, const Learner& learner) {
  switch (split) {
    case Split::Rows:
      return hold_out_rows(rows, learner);
    case Split::Configs:
      return hold_out_configurations(rows, learner);
    case Split::Sizes:
      break;
  }
  return hold_out_sizes(rows, learner, Sizes::Interior);
}

void add(Evaluation& evaluation, model::LayerKind kind, Target target, const std::vector<HeldOut>& predictions) {
  evaluation.scores.push_back(score(kind, target, predictions));
  for (const HeldOut& one : predictions)
    evaluation.worst.push_back({target, one.row->shape, one.row->reuse, one.truth, one.predicted});
}

/// @throws InvalidArgument  if nothing was evaluated.
void finish(Evaluation& evaluation) {
  if (evaluation.scores.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");
  if (evaluation.worst.empty()) {
    throw InvalidArgument(fmt::format("dataset: expected rows that can be split by {}, found none", evaluation.title));
  }
  std::ranges::stable_sort(evaluation.worst, std::greater{},
                           [](const Miss& miss) { return error_score(miss.truth, miss.predicted); });
}

}  // namespace

std::string_view to_string(Split split) {
  switch (split) {
    case Split::Rows:
      return "rows";
    case Split::Configs:
      return "configs";
    case Split::Sizes:
      break;
  }
  return "sizes";
}

Evaluation cross_validate(const Dataset& data, Split split, const ForestOptions& options, Method method) {
  options.validate();
  Evaluation evaluation{std::string(to_string(split)), {}, {}};
  const RowsOfKinds kinds = by_kind(data);
  for (const auto& [kind, all] : kinds) {
    for (const Target target : kTargets) {
      const Rows rows = reporting(all, target);
      if (rows.empty()) continue;
      const TermPrior prior = term_prior(method, kinds, kind, target);
      const Learner learner{method, target, options, prior};
      const auto held_out = hold_out(split, rows, learner);
      add(evaluation, kind, target, held_out);
      if (held_out.empty() || method == Method::Forest || split == Split::Rows) continue;
      if (const auto share = coverage(rows, held_out, learner))
        evaluation.scores.back().coverage_percent = 100 * *share;
    }
  }
  finish(evaluation);
  return evaluation;
}

Evaluation evaluate(const PerformanceModel& model, const Dataset& data, std::string title) {
  Evaluation evaluation{std::move(title), {}, {}};
  for (const auto& [kind, all] : by_kind(data)) {
    for (const Target target : kTargets) {
      std::vector<HeldOut> predictions;
      std::size_t judged = 0;
      std::size_t within = 0;
      for (const Rows& same : configurations(reporting(all, target))) {
        const Observation& row = *same.front();
        if (model.covers(kind) && !model.covers(row.shape, row.reuse)) continue;
        predictions.push_back({&row, mean_figure(same, target), model.predict(row.shape, row.reuse, target), 0});
        const auto interval = model.covers(kind) ? model.estimate(row.shape, row.reuse).interval : std::nullopt;
        if (!interval) continue;
        ++judged;
        const double truth = predictions.back().truth;
        if (truth >= interval->low[target] * (1 - 1e-9) && truth <= interval->high[target] * (1 + 1e-9)) ++within;
      }
      if (predictions.empty()) continue;
      add(evaluation, kind, target, predictions);
      if (judged == 0) continue;
      evaluation.scores.back().coverage_percent = 100 * static_cast<double>(within) / static_cast<double>(judged);
    }
  }
  finish(evaluation);
  return evaluation;
}

}  // namespace ntorc::perf
