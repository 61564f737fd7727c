// perf/spread.hpp - how far a prediction may lie from the truth: split conformal intervals from held-out errors
// [Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005; Lei et al., JASA 113, 2018].
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "perf/hold_out.hpp"

namespace ntorc::perf {

/// |ln((truth + 1) / (predicted + 1))|: the relative error, with 1 for figures that can be 0.
double error_score(double truth, double predicted);

/// For each of kConfidences the width w with which (p + 1) e^-w - 1 .. (p + 1) e^w - 1 holds the truth of a new case:
/// the score of rank ceil((n + 1) c) of n. Fewer where n is too small for that rank.
/// @param caution  the share of the asked error that is allowed; below 1 where scores are not independent.
std::vector<double> conformal_widths(std::vector<double> scores, double caution = 1);

/// Those of configurations, of sizes between others, and of the least and largest sizes: one for each Support. Where no
/// size lies between others, the widths of the extremes serve there too.
std::array<std::vector<double>, 3> widths_of(const std::vector<const Observation*>& rows, const Learner& learner);

/// @param level  index into kConfidences. @return  nothing if too little was held out.
std::optional<double> width_of(const std::array<std::vector<double>, 3>& widths, Support support, std::size_t level);

struct Range {
  double low = 0;
  double high = 0;
};

Range interval_of(double figure, double width);

/// Judges intervals as `held_out` judges predictions: for each part they come from a fit, and from errors, of the
/// others.
/// @return  the share of the truths within the 90 % interval; nothing if no part leaves enough to tell.
std::optional<double> coverage(const std::vector<const Observation*>& rows, const std::vector<HeldOut>& held_out,
                               const Learner& learner);

}  // namespace ntorc::perf
