// perf/target_model.hpp - how one figure of one kind of layer is learnt and predicted.
#pragma once

#include <span>
#include <vector>

#include "ntorc/perf/performance_model.hpp"
#include "perf/structure.hpp"

namespace ntorc::perf {

/// A layer and its reuse factor as a method sees them.
struct Question {
  Structure structure;
  std::vector<float> features;  ///< what the trees split on
};

/// @throws InvalidArgument  as structure_of.
Question question_of(Method method, const hls4ml::LayerShape& shape, std::int64_t reuse);

/// How many features the trees of a method see.
std::size_t feature_count(Method method, model::LayerKind kind);

/// How many weights the terms of LUT and FF take: none for Forest and for other targets.
std::size_t weight_count(Method method, model::LayerKind kind, Target target);

/// Forest: the figure is the mean of the trees. Hybrid: that mean times the law, which for LUT and FF is a sum of
/// weighted terms.
struct TargetModel {
  std::vector<double> weights;
  ForestView forest;  ///< without trees if not trained

  bool trained() const { return !forest.tree_sizes.empty(); }
};

double predict_target(Method method, const TargetModel& model, Target target, const Question& question);

/// What a fit leaves; owns its trees.
struct FittedTarget {
  std::vector<double> weights;
  RandomForest forest;

  TargetModel view() const { return {weights, forest.view()}; }
};

/// @param rows  of one kind, all with a figure for `target`; not empty.
/// @throws InvalidArgument  if the options do not validate or a row is out of range.
FittedTarget fit_target(Method method, const std::vector<const Observation*>& rows, Target target,
                        const ForestOptions& options);

/// The rows of each distinct piece of hardware: same shape, same reuse factors after snapping. Their order does not
/// depend on that of `rows`.
std::vector<std::vector<const Observation*>> configurations(const std::vector<const Observation*>& rows);

}  // namespace ntorc::perf
