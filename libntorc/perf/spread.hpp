// perf/spread.hpp - how far a prediction may lie from the truth: split conformal intervals from held-out errors
// [Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005; Lei et al., JASA 113, 2018].
#pragma once

#include <vector>

#include "perf/hold_out.hpp"

namespace ntorc::perf {

/// |ln((truth + 1) / (predicted + 1))|: the relative error, with 1 for figures that can be 0.
double error_score(double truth, double predicted);

/// For each of kConfidences the width w with which (p + 1) e^-w - 1 .. (p + 1) e^w - 1 holds the truth of a new case:
/// the score of rank ceil((n + 1) c) of n. Fewer where n is too small for that rank.
std::vector<double> conformal_widths(std::vector<double> scores);

std::vector<double> error_scores(const std::vector<HeldOut>& held_out);

/// Share of the held-out figures that lie within the interval made from the errors of the other parts.
/// Nothing if no part has others enough.
std::optional<double> coverage(const std::vector<HeldOut>& held_out, double confidence);

}  // namespace ntorc::perf
