// perf/target_model.hpp - how one figure of one kind of layer is learnt and predicted.
#pragma once

#include <array>
#include <map>
#include <span>
#include <vector>

#include "ntorc/perf/performance_model.hpp"
#include "perf/laws.hpp"

namespace ntorc::perf {

using InputFeatures = support::InlineVector<float, 11>;

/// A layer and its reuse factor as a method sees them.
struct Question {
  Structure structure;
  Terms terms;             ///< of Hybrid
  InputFeatures features;  ///< what the trees split on
};

/// @throws InvalidArgument  as structure_of.
Question question_of(Method method, const hls4ml::LayerShape& shape, std::int64_t reuse);

/// How many features the trees of a method see.
std::size_t feature_count(Method method, model::LayerKind kind);

/// Trees of each forest.
int tree_count(Method method, const ForestOptions& options);

/// How many weights the terms of LUT and FF take: none for Forest and for other targets.
std::size_t weight_count(Method method, model::LayerKind kind, Target target);

/// Forest: the figure is the mean of the trees. Hybrid: that mean times the law, which for LUT and FF is a sum of
/// weighted terms.
struct TargetModel {
  std::vector<double> weights;
  ForestView forest;                          ///< without trees if not trained
  std::array<std::vector<double>, 3> widths;  ///< of intervals, for each Support: see conformal_widths

  bool trained() const { return !forest.tree_sizes.empty(); }
};

double predict_target(Method method, const TargetModel& model, Target target, const Question& question);

bool is_count(Target target);  ///< DSP and BRAM: whole numbers

/// Of Hybrid, without the trees: for a layer of which `model` knows only a relative.
double predict_by_law(const TargetModel& model, Target target, const Question& question);

/// What a fit leaves; owns its trees.
struct FittedTarget {
  std::vector<double> weights;
  RandomForest forest;

  TargetModel view() const { return {weights, forest.view(), {}}; }
};

/// What dense layers say of the terms of LUT and FF. The multipliers and multiplexers of a matrix are the same in every
/// kind of layer, so that others need not learn them from their own few sizes alone.
struct TermPrior {
  std::vector<double> weights;  ///< empty if there is nothing to say
  std::vector<double> sizes;    ///< root mean square of each term's share in a figure
};

using RowsOfKinds = std::map<model::LayerKind, std::vector<const Observation*>>;

/// The rows that have a figure.
RowsOfKinds by_kind(const Dataset& data);

/// For layers of `kind`; for dense layers there is none.
TermPrior term_prior(Method method, const RowsOfKinds& kinds, model::LayerKind kind, Target target);

/// @param rows   of one kind, all with a figure for `target`; not empty.
/// @param prior  none for dense layers
/// @throws InvalidArgument  if the options do not validate or a row is out of range.
FittedTarget fit_target(Method method, const std::vector<const Observation*>& rows, Target target,
                        const ForestOptions& options, const TermPrior& prior);

/// What tells one piece of hardware of a kind from another: the shape, and the reuse factors after snapping.
std::vector<std::int64_t> configuration_of(const Observation& row);

/// The rows of each configuration. Their order does not depend on that of `rows`.
std::vector<std::vector<const Observation*>> configurations(const std::vector<const Observation*>& rows);

/// Those of the rows that have a figure for `target`.
std::vector<const Observation*> reporting(const std::vector<const Observation*>& rows, Target target);

/// @param rows  all with a figure for `target`; not empty.
double mean_figure(const std::vector<const Observation*>& rows, Target target);

}  // namespace ntorc::perf
