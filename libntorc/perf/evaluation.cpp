#include "ntorc/perf/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
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

std::map<model::LayerKind, Rows> by_kind(const Dataset& data) {
  std::map<model::LayerKind, Rows> kinds;
  for (const Observation& row : data) kinds[row.shape.kind].push_back(&row);
  return kinds;
}

Rows reporting(const Rows& rows, Target target) {
  Rows with;
  std::ranges::copy_if(rows, std::back_inserter(with),
                       [&](const Observation* row) { return (*row)[target].has_value(); });
  return with;
}

constexpr std::size_t kWorst = 10;

void keep_worst(std::vector<Miss>& misses) {
  const auto worse = [](const Miss& a, const Miss& b) {
    return error_score(a.truth, a.predicted) > error_score(b.truth, b.predicted);
  };
  std::ranges::stable_sort(misses, worse);
  misses.resize(std::min(misses.size(), kWorst));
}

void expect_some(const std::vector<Score>& scores) {
  if (scores.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");
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
  Evaluation evaluation{split, {}, {}};
  const auto kinds = by_kind(data);
  const Rows dense = kinds.contains(model::LayerKind::Dense) ? kinds.at(model::LayerKind::Dense) : Rows{};
  for (const auto& [kind, all] : kinds) {
    for (const Target target : kTargets) {
      const Rows rows = reporting(all, target);
      if (rows.empty()) continue;
      const TermPrior prior =
          kind == model::LayerKind::Dense ? TermPrior{} : term_prior(method, reporting(dense, target), target);
      const auto held_out = hold_out(split, rows, {method, target, options, prior});
      if (held_out.empty()) {
        throw InvalidArgument(fmt::format("dataset: expected enough {} rows to split by {}, got {} with {}",
                                          to_string(kind), to_string(split), rows.size(),
                                          split == Split::Sizes ? "no size between two others" : "one configuration"));
      }
      evaluation.scores.push_back(score(kind, target, held_out));
      if (const auto share = coverage(held_out, 0.9)) evaluation.scores.back().coverage_percent = 100 * *share;
      for (const HeldOut& one : held_out)
        evaluation.worst.push_back({target, one.row->shape, one.row->reuse, one.truth, one.predicted});
    }
  }
  expect_some(evaluation.scores);
  keep_worst(evaluation.worst);
  return evaluation;
}

std::vector<Score> evaluate(const PerformanceModel& model, const Dataset& data) {
  std::vector<Score> scores;
  for (const auto& [kind, all] : by_kind(data)) {
    for (const Target target : kTargets) {
      std::vector<HeldOut> predictions;
      for (const Observation* row : reporting(all, target)) {
        predictions.push_back({row, *(*row)[target], model.predict(row->shape, row->reuse, target), 0});
      }
      if (!predictions.empty()) scores.push_back(score(kind, target, predictions));
    }
  }
  expect_some(scores);
  return scores;
}

}  // namespace ntorc::perf
