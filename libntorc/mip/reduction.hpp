// mip/reduction.hpp - choices that no best answer needs, taken out before any solver sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct Reduction {
  std::vector<std::uint8_t> kept{};  ///< for every choice of the problem
  bool infeasible = false;           ///< no choice of some group keeps the limits beside the smallest of the others
};

/// Takes out a choice
///   - if it equals an earlier one of its group in every figure,
///   - if `best` others of its group cost no more and need no more of anything: then so many selections are no worse,
///   - if it passes a limit even beside the smallest amounts of all other groups.
/// The `best` least objectives within the limits stay the same. The second rule is left out of problems with several
/// limits or loads that are so large that looking for pairs would take longer than solving them.
/// @param problem  valid.
Reduction reduce(const Problem& problem, std::size_t best = 1);

}  // namespace ntorc::mip
