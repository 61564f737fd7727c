#include "perf/hold_out.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>
#include <set>
#include <utility>

namespace ntorc::perf {
namespace {

constexpr std::size_t kConfigurationFolds = 10;
constexpr std::size_t kMostSizes = 10;
constexpr double kTestShare = 0.2;

using Rows = std::vector<const Observation*>;

template <typename Value>
void shuffle(std::vector<Value>& values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = values.size(); i > 1; --i) {  // std::shuffle draws differently with every standard library
    std::swap(values[i - 1], values[random() % i]);
  }
}

FittedTarget fit(const Learner& learner, const Rows& rows) {
  return fit_target(learner.method, rows, learner.target, learner.options, learner.prior);
}

double predict(const Learner& learner, const TargetModel& model, const Observation& row) {
  return predict_target(learner.method, model, learner.target, question_of(learner.method, row.shape, row.reuse));
}

/// Fits on the configurations that `is_test` does not pick and predicts those that it does.
template <typename Picks>
void hold_out(const std::vector<Rows>& groups, Picks is_test, const Learner& learner, std::size_t part,
              std::vector<HeldOut>& held_out) {
  Rows training;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_test(i)) training.insert(training.end(), groups[i].begin(), groups[i].end());
  }
  if (training.empty()) return;
  const FittedTarget fitted = fit(learner, training);
  const TargetModel model = fitted.view();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_test(i)) continue;
    const Observation& row = *groups[i].front();
    held_out.push_back({&row, mean_figure(groups[i], learner.target), predict(learner, model, row), part});
  }
}

/// What is left out together, from the least value to the largest: one value, or neighbours where there are many.
std::vector<std::pair<std::int64_t, std::int64_t>> parts_of(const std::set<std::int64_t>& values, Sizes sizes) {
  std::vector<std::pair<std::int64_t, std::int64_t>> parts;
  if (sizes == Sizes::Extreme) {
    parts.emplace_back(*values.begin(), *values.begin());
    if (values.size() > 1) parts.emplace_back(*values.rbegin(), *values.rbegin());
    return parts;
  }
  if (values.size() < 3) return parts;
  const std::vector<std::int64_t> interior(std::next(values.begin()), std::prev(values.end()));
  const std::size_t count = std::min(interior.size(), kMostSizes);
  for (std::size_t i = 0; i < count; ++i)
    parts.emplace_back(interior[i * interior.size() / count], interior[(i + 1) * interior.size() / count - 1]);
  return parts;
}

}  // namespace

std::vector<Rows> shuffled_configurations(const Rows& rows, std::uint64_t seed) {
  std::vector<Rows> groups = configurations(rows);
  shuffle(groups, seed);
  return groups;
}

std::vector<HeldOut> hold_out_rows(Rows rows, const Learner& learner) {
  shuffle(rows, learner.options.seed);
  const auto tested = static_cast<std::ptrdiff_t>(std::ceil(kTestShare * static_cast<double>(rows.size())));
  if (tested == std::ssize(rows)) return {};
  const FittedTarget fitted = fit(learner, {rows.begin() + tested, rows.end()});
  const TargetModel model = fitted.view();
  std::vector<HeldOut> held_out;
  for (const Observation* row : Rows(rows.begin(), rows.begin() + tested)) {
    held_out.push_back({row, *(*row)[learner.target], predict(learner, model, *row), 0});
  }
  return held_out;
}

std::vector<HeldOut> hold_out_configurations(const Rows& rows, const Learner& learner) {
  const std::vector<Rows> groups = shuffled_configurations(rows, learner.options.seed);
  const std::size_t folds = std::min(kConfigurationFolds, groups.size());
  std::vector<HeldOut> held_out;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    hold_out(
        groups, [&](std::size_t i) { return i % folds == fold; }, learner, fold, held_out);
  }
  return held_out;
}

std::vector<HeldOut> hold_out_sizes(const Rows& rows, const Learner& learner, Sizes sizes) {
  const std::vector<Rows> groups = configurations(rows);
  std::vector<HeldOut> held_out;
  std::size_t part = 0;
  const auto leave_out_each = [&](const auto& extent) {
    std::set<std::int64_t> values;
    for (const Observation* row : rows) values.insert(extent(*row));
    for (const auto& range : parts_of(values, sizes)) {
      const auto is_test = [&](std::size_t i) {
        const std::int64_t value = extent(*groups[i].front());
        return value >= range.first && value <= range.second;
      };
      hold_out(groups, is_test, learner, part++, held_out);
    }
  };
  leave_out_each([](const Observation& row) { return row.shape.inputs * row.shape.kernel; });
  leave_out_each([](const Observation& row) { return row.shape.size; });
  return held_out;
}

}  // namespace ntorc::perf
