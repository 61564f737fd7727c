// mip/exact_solver.hpp - ntorc's own solver: the knapsack for one limit, the tree for everything else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mip/knapsack.hpp"
#include "mip/stop.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::mip {

/// @param problem  valid.
Solution solve_exactly(const Problem& problem, const SolveOptions& options, Stop& stop);

/// One limit, no loads, one selection: what solve_exactly does with a knapsack that is there already.
Solution solve_knapsack(const Problem& problem, std::int64_t limit, const Knapsack& knapsack,
                        const SolveOptions& options, Stop& stop);

/// Lets every group in turn take its first choice of equal cost and loads that the limits allow.
void take_first_of_equals(const Problem& problem, const std::vector<std::int64_t>& limits, Selection& selection);

/// Sums the figures of `choices` anew from the problem as it was asked, and says whether `bound` proves them.
/// @throws Error  if they pass a limit.
void sum_anew(const Problem& problem, const std::vector<std::int64_t>& limits, Solution& solution);

/// How a solve came to its end, in a few words.
std::string ending(const Solution& solution, const Stop& stop, double relative_gap);

}  // namespace ntorc::mip
