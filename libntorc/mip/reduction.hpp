// mip/reduction.hpp - choices that no best answer needs, taken out before any solver sees them.
#pragma once

#include <cstddef>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct Reduction {
  Problem problem;  ///< of the choices that are left; a group may be empty only if infeasible
  std::vector<std::vector<std::size_t>> kept;  ///< kept[g][k]: the original index of choice k that is left in group g
  bool infeasible = false;                     ///< some limit is passed by the smallest amounts of all groups
};

/// Takes out a choice if another of its group costs no more and needs no more of anything (of equal ones the first
/// stays), or if it passes a limit even beside the smallest amounts of all other groups. The least cost within the
/// limits stays the same.
/// @param problem  valid.
Reduction reduce(const Problem& problem);

}  // namespace ntorc::mip
