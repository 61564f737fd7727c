// deploy/least_interval.hpp - the shortest initiation interval, a proof at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "deploy/solver.hpp"

namespace ntorc::deploy {

struct LeastInterval {
  mip::SolveStatus status = mip::SolveStatus::Unknown;  ///< as for a solve
  std::int64_t interval = 0;                            ///< if Optimal or Feasible: a choice with it was found
  std::int64_t bound = 0;                               ///< if Optimal or Feasible: no choice is faster
  std::vector<std::size_t> chosen{};                    ///< candidates of the sets that have it
};

/// Bisects the latencies of the candidates, one proof a step. `limits.interval` is kept too.
LeastInterval least_interval(const Solver& solver, const IntegerLimits& limits, const mip::SolveOptions& options);

/// Of chosen candidates, one for each set.
std::int64_t interval_of(const Candidates& candidates, const std::vector<std::size_t>& chosen);

}  // namespace ntorc::deploy
