// mip/glpk_solver.hpp - GLPK's branch and cut. The one place where GLPK is spoken.
#pragma once

#include "mip/stop.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::mip {

/// Gives GLPK what our relaxation and its first selection leave of the problem, that selection to start from, and
/// every row and the objective divided by their own largest coefficient: unscaled large integers make GLPK return wrong
/// optima or abort. What it answers is summed anew; it is Optimal only if our bound, in integers, meets it, so GLPK's
/// "optimal", good to about 1e-7 of the objective, is told in the message.
/// @param problem  valid.
/// @throws Error  if GLPK fails (out of memory).
Solution solve_with_glpk(const Problem& problem, const SolveOptions& options, Stop& stop);

}  // namespace ntorc::mip
