// ntorc/mip/formulation.hpp - a problem as other solvers read it: CPLEX LP and free MPS.
#pragma once

#include <string>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

/// What the parts of a problem are called. The writers below make each of letters, digits and _ and unlike the others
/// of its kind; one that is missing or empty is numbered.
struct Names {
  std::vector<std::string> limits{};
  std::vector<std::string> loads{};
  std::vector<std::string> groups{};
  std::vector<std::string> choices{};  ///< over all groups
};

/// One binary variable for each choice, one equation for each group, one row for each limit and load; the largest load
/// is a continuous variable. Every figure is divided by 10^decimals and written out exactly; what a solver makes of it
/// in floating point is its own.
/// @param decimals  0..18
/// @throws InvalidArgument  if decimals is another number, the problem does not validate or has no group.
std::string to_lp(const Problem& problem, const Names& names, int decimals);
std::string to_mps(const Problem& problem, const Names& names, int decimals);

}  // namespace ntorc::mip
