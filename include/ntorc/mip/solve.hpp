// ntorc/mip/solve.hpp - the best choice from every group, with a proof. docs/algorithms/solver.md
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct SolveOptions {
  double relative_gap = 0;                       ///< stop this close to the bound, in [0, 1); 0 proves optimality
  std::chrono::milliseconds time_limit{60'000};  ///< wall clock, > 0; the best answer so far is returned

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

enum class SolveStatus {
  Optimal,     ///< proven in exact integers: nothing cheaper exists
  Feasible,    ///< keeps every limit; `bound` says how far from the best it can be
  Infeasible,  ///< proven: no selection keeps the limits
  Unknown,     ///< a limit on time was reached before an answer
};

std::string_view to_string(SolveStatus status);  ///< "optimal", "feasible", "infeasible", "unknown"

struct Solution {
  SolveStatus status = SolveStatus::Unknown;
  std::vector<std::size_t> choices;       ///< choices[g] indexes group g; empty unless Optimal or Feasible
  std::optional<std::int64_t> objective;  ///< cost of `choices`, summed anew from the problem
  std::vector<std::int64_t> amounts;      ///< of `choices`, summed anew, one for each limit; empty as `choices`
  std::optional<std::int64_t> bound;      ///< no selection within the limits costs less; proven in integers
  std::string message;                    ///< why the solver stopped, in a few words
};

/// Solves with GLPK's branch and cut, then proves the answer without it.
/// Of choices of one group with equal cost and amounts the first wins; so does the first of equal cost and no larger
/// amounts.
/// @throws InvalidArgument  if problem or options do not validate.
/// @throws Error            if GLPK fails (out of memory).
Solution solve(const Problem& problem, const SolveOptions& options = {});

}  // namespace ntorc::mip
