// ntorc/mip/problem.hpp - the multiple-choice knapsack: one choice from every group, sums within limits, least cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ntorc::mip {

struct Choice {
  std::int64_t cost = 0;                ///< >= 0
  std::vector<std::int64_t> amounts{};  ///< >= 0, one for each limit of the problem
  std::vector<std::int64_t> loads{};    ///< >= 0, one for each load of the problem
};

inline constexpr std::size_t kMaxRows = 48;  ///< limits and loads of a problem, together

/// Over k_g in every group g, minimise
///     sum_g cost(g, k_g)  +  max_p sum_g loads(g, k_g)[p]      with  sum_g amounts(g, k_g)[m] <= limits[m]
/// (multidimensional multiple-choice knapsack; Kellerer, Pferschy, Pisinger: Knapsack Problems, 2004, ch. 11. The
/// largest load, 0 without loads, makes it a min-max problem as well). All numbers are integers, so that a sum is exact
/// and an answer can be checked; the caller chooses the unit. Figures lie in columns, all choices of group 0 first: a
/// pass over them is what a solver does most.
struct Problem {
  std::vector<std::int64_t> limits{};                ///< >= 0
  std::vector<std::size_t> ends{};                   ///< ends[g]: one past the last choice of group g; ascending
  std::vector<std::int64_t> costs{};                 ///< costs[i] of choice i, over all groups
  std::vector<std::vector<std::int64_t>> amounts{};  ///< amounts[m][i]
  std::vector<std::vector<std::int64_t>> loads{};    ///< loads[p][i]

  Problem() = default;
  Problem(std::vector<std::int64_t> given_limits, const std::vector<std::vector<Choice>>& groups,
          std::size_t load_count = 0);

  /// @throws InvalidArgument  if a choice has another number of amounts or loads than the problem.
  void add_group(const std::vector<Choice>& choices);

  std::size_t groups() const { return ends.size(); }
  std::size_t first(std::size_t group) const { return group == 0 ? 0 : ends[group - 1]; }
  std::size_t size(std::size_t group) const { return ends[group] - first(group); }

  /// @throws InvalidArgument  naming group, choice and value: a negative number, an empty group, columns of unequal
  ///                          length, more than kMaxRows limits and loads, or sums that could pass 2^61.
  void validate() const;
};

/// selection[g]: which choice of group g, from 0.
using Selection = std::vector<std::size_t>;

std::int64_t objective_of(const Problem& problem, const Selection& selection);  ///< cost and largest load
std::vector<std::int64_t> amounts_of(const Problem& problem, const Selection& selection);
bool within_limits(const Problem& problem, const Selection& selection);

}  // namespace ntorc::mip
