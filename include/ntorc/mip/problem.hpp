// ntorc/mip/problem.hpp - the multiple-choice knapsack: one choice from every group, sums within limits, least cost.
#pragma once

#include <cstdint>
#include <vector>

namespace ntorc::mip {

struct Choice {
  std::int64_t cost = 0;              ///< >= 0
  std::vector<std::int64_t> amounts;  ///< >= 0, one for each limit of the problem
};

/// Minimise sum_g cost(g, k_g) over k_g in group g, with sum_g amounts(g, k_g)[m] <= limits[m] for every m
/// (multidimensional multiple-choice knapsack; Kellerer, Pferschy, Pisinger: Knapsack Problems, 2004, ch. 11).
/// All numbers are integers, so that a sum is exact and an answer can be checked; the caller chooses the unit.
struct Problem {
  std::vector<std::int64_t> limits;         ///< >= 0
  std::vector<std::vector<Choice>> groups;  ///< none empty

  /// @throws InvalidArgument  naming group, choice and value: a negative number, a wrong count of amounts, an empty
  /// group, or
  ///                          sums that could pass 2^62.
  void validate() const;
};

}  // namespace ntorc::mip
