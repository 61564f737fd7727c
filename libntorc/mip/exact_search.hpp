// mip/exact_search.hpp - proof, in integers, that nothing cheaper exists; or the cheaper selection.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct ExactAnswer {
  std::vector<std::size_t> choices;   ///< the cheapest selection known; empty if none was found
  std::optional<std::int64_t> bound;  ///< no selection within the limits costs less
  bool complete = false;  ///< every selection was looked at or ruled out: `choices` is the best, or there is none
};

/// Sums of a selection, one for each limit.
std::vector<std::int64_t> amounts_of(const Problem& problem, const std::vector<std::size_t>& choices);
std::int64_t cost_of(const Problem& problem, const std::vector<std::size_t>& choices);
bool within_limits(const Problem& problem, const std::vector<std::size_t>& choices);

struct SearchLimits {
  double relative_gap = 0;  ///< an incumbent this close to the bound of the prices is not searched any further
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// Whether `objective` lies above `bound` by no more than the share `relative_gap` of itself; never so if that is 0.
bool within_gap(std::int64_t objective, std::int64_t bound, double relative_gap);

/// Group by group, keeps the partial selections that the Lagrangian bound does not rule out and that no other one
/// dominates (Kellerer, Pferschy, Pisinger: Knapsack Problems, 2004, 11.5 and 12.2). With prices p >= 0 for the limits
/// b, every selection within the limits costs at least
///     sum_g min_k (cost + p . amounts) - p . b  +  what its choices lie above those minima.
/// The prices are rounded to multiples of 2^-s, so that the bound is an integer over 2^s: no rounding can spoil the
/// proof.
/// @param problem    valid and reduced: no group empty.
/// @param incumbent  a selection within the limits, or empty.
/// @param prices     one for each limit, or empty for none; bad ones cost time, never correctness.
ExactAnswer search_exactly(const Problem& problem, std::vector<std::size_t> incumbent,
                           const std::vector<double>& prices, const SearchLimits& limits = {});

}  // namespace ntorc::mip
