// mip/glpk_solver.hpp - GLPK's branch and cut. The one place where GLPK is spoken.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

/// What GLPK says, in floating point: to be checked before it is believed.
struct GlpkAnswer {
  std::vector<std::size_t> choices;  ///< its best selection; empty if it found none
  std::vector<double>
      prices;           ///< of its linear relaxation: cost saved by one more unit of each limit, >= 0; may be empty
  std::string message;  ///< how it ended
};

/// Every budget row and the objective are divided by their own largest coefficient first: unscaled large integers make
/// GLPK return wrong optima or abort.
/// @param problem  valid and reduced: no group empty.
/// @throws Error  if GLPK fails.
GlpkAnswer solve_with_glpk(const Problem& problem, double relative_gap, std::chrono::milliseconds time_limit);

}  // namespace ntorc::mip
