#include "ntorc/perf/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <tuple>

#include "ntorc/error.hpp"
#include "perf/target_model.hpp"

namespace ntorc::perf {
namespace {

constexpr std::size_t kFolds = 10;
constexpr double kTestShare = 0.2;

using Rows = std::vector<const Observation*>;

struct Prediction {
  double truth = 0;
  double predicted = 0;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Score score(model::LayerKind kind, Target target, const std::vector<Prediction>& predictions) {
  Score score{kind, target, std::ssize(predictions), 0, {}, {}, {}, {}};
  const auto n = static_cast<double>(predictions.size());
  double mean = 0;
  for (const Prediction& p : predictions) mean += p.truth;
  mean /= n;
  const auto [least, largest] = std::ranges::minmax(predictions, {}, &Prediction::truth);
  double squared_error = 0;
  double variation = 0;
  std::vector<double> percent;
  for (const auto& [truth, predicted] : predictions) {
    squared_error += (truth - predicted) * (truth - predicted);
    variation += (truth - mean) * (truth - mean);
    if (truth == 0) {
      ++score.zeros;
    } else {
      percent.push_back(100 * std::abs(truth - predicted) / truth);
    }
  }
  if (least.truth < largest.truth) score.r2 = 1 - squared_error / variation;  // rounded sums vary also if no truth does
  if (mean > 0) score.rmse_percent = 100 * std::sqrt(squared_error / n) / mean;
  if (!percent.empty()) {
    score.mape_percent = std::accumulate(percent.begin(), percent.end(), 0.0) / static_cast<double>(percent.size());
    score.median_ape_percent = median(std::move(percent));
  }
  return score;
}

template <typename Value>
void shuffle(std::vector<Value>& values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = values.size(); i > 1; --i) {  // std::shuffle draws differently with every standard library
    std::swap(values[i - 1], values[random() % i]);
  }
}

/// What is asked of a split, the same for every part of it.
struct Trial {
  Method method;
  Target target;
  const ForestOptions& options;

  FittedTarget fit(const Rows& rows) const { return fit_target(method, rows, target, options); }
  double predict(const FittedTarget& fitted, const Observation& row) const {
    return predict_target(method, fitted.view(), target, question_of(method, row.shape, row.reuse));
  }
};

std::vector<Prediction> split_rows(Rows rows, const Trial& trial) {
  shuffle(rows, trial.options.seed);
  const auto tested = static_cast<std::ptrdiff_t>(std::ceil(kTestShare * static_cast<double>(rows.size())));
  const Rows test(rows.begin(), rows.begin() + tested);
  const FittedTarget fitted = trial.fit({rows.begin() + tested, rows.end()});
  std::vector<Prediction> predictions;
  for (const Observation* row : test) predictions.push_back({*(*row)[trial.target], trial.predict(fitted, *row)});
  return predictions;
}

/// Fits on the configurations that `is_test` does not pick and predicts those that it does.
template <typename Picks>
void hold_out(const std::vector<Rows>& groups, Picks is_test, const Trial& trial,
              std::vector<Prediction>& predictions) {
  Rows training;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_test(i)) training.insert(training.end(), groups[i].begin(), groups[i].end());
  }
  if (training.empty()) return;
  const FittedTarget fitted = trial.fit(training);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_test(i)) continue;
    double truth = 0;
    for (const Observation* row : groups[i]) truth += *(*row)[trial.target];
    predictions.push_back({truth / static_cast<double>(groups[i].size()), trial.predict(fitted, *groups[i].front())});
  }
}

std::vector<Prediction> split_configs(const Rows& rows, const Trial& trial) {
  std::vector<Rows> groups = configurations(rows);
  shuffle(groups, trial.options.seed);
  const std::size_t folds = std::min(kFolds, groups.size());
  std::vector<Prediction> predictions;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    hold_out(
        groups, [&](std::size_t i) { return i % folds == fold; }, trial, predictions);
  }
  return predictions;
}

std::vector<Prediction> split_sizes(const Rows& rows, const Trial& trial) {
  const std::vector<Rows> groups = configurations(rows);
  const auto n_in = [](const Observation& row) { return row.shape.inputs * row.shape.kernel; };
  const auto size = [](const Observation& row) { return row.shape.size; };
  std::vector<Prediction> predictions;
  const auto leave_out_each = [&](const auto& extent) {
    std::set<std::int64_t> values;
    for (const Observation* row : rows) values.insert(extent(*row));
    for (const std::int64_t value : values) {
      const auto is_test = [&](std::size_t i) { return extent(*groups[i].front()) == value; };
      hold_out(groups, is_test, trial, predictions);
    }
  };
  leave_out_each(n_in);
  leave_out_each(size);
  return predictions;
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

std::vector<Score> cross_validate(const Dataset& data, Split split, const ForestOptions& options, Method method) {
  options.validate();
  std::vector<Score> scores;
  for (const auto& [kind, all] : by_kind(data)) {
    for (const Target target : kTargets) {
      const Rows rows = reporting(all, target);
      if (rows.empty()) continue;
      const Trial trial{method, target, options};
      std::vector<Prediction> predictions;
      if (rows.size() > 1) {
        predictions = split == Split::Rows      ? split_rows(rows, trial)
                      : split == Split::Configs ? split_configs(rows, trial)
                                                : split_sizes(rows, trial);
      }
      if (predictions.empty()) {
        throw InvalidArgument(fmt::format("dataset: expected enough {} rows to split by {}, got {} with one {}",
                                          to_string(kind), to_string(split), rows.size(),
                                          split == Split::Sizes ? "size" : "configuration"));
      }
      scores.push_back(score(kind, target, predictions));
    }
  }
  expect_some(scores);
  return scores;
}

std::vector<Score> evaluate(const PerformanceModel& model, const Dataset& data) {
  std::vector<Score> scores;
  for (const auto& [kind, all] : by_kind(data)) {
    for (const Target target : kTargets) {
      std::vector<Prediction> predictions;
      for (const Observation* row : reporting(all, target)) {
        predictions.push_back({*(*row)[target], model.predict(row->shape, row->reuse, target)});
      }
      if (!predictions.empty()) scores.push_back(score(kind, target, predictions));
    }
  }
  expect_some(scores);
  return scores;
}

}  // namespace ntorc::perf
