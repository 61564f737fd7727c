// ntorc/mip/solve.hpp - the best choice from every group, with a proof. docs/algorithms/solver.md
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/mip/certificate.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

enum class Backend {
  Exact,      ///< ntorc's own: proves in integers
  Glpk,       ///< GLPK's branch and cut behind our reduction; proven where our bound meets its answer
  Random,     ///< N-TORC's first baseline: uniform selections [Singh et al., FCCM 2025, V-C]
  Annealing,  ///< its second: simulated annealing
};

std::string_view to_string(Backend backend);  ///< "exact", "glpk", "random", "annealing"

/// How far a solve has come.
struct Progress {
  std::chrono::duration<double> elapsed{};
  std::optional<std::int64_t> objective{};  ///< of the best selection so far
  std::optional<std::int64_t> bound{};      ///< proven so far
};

struct SolveOptions {
  Backend backend = Backend::Exact;
  double relative_gap = 0;                       ///< stop this close to the bound, in [0, 1); 0 proves optimality
  std::chrono::milliseconds time_limit{60'000};  ///< wall clock, > 0; the best answer so far is returned
  std::size_t best = 1;            ///< how many selections are wanted: the cheapest, the second, ...; > 1 only Exact
  bool certify = false;            ///< keep the proof as a certificate; Exact with best = 1 only
  std::uint64_t trials = 100'000;  ///< selections tried by Random and Annealing, > 0
  std::uint64_t seed = 1;          ///< of Random and Annealing
  /// Called now and then, at most every 20 ms; false ends the solve with the best so far.
  std::function<bool(const Progress&)> watch{};

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

enum class SolveStatus {
  Optimal,     ///< proven in exact integers: nothing cheaper exists
  Feasible,    ///< keeps every limit; `bound` says how far from the best it can be
  Infeasible,  ///< proven: no selection keeps the limits
  Unknown,     ///< stopped before an answer
};

std::string_view to_string(SolveStatus status);  ///< "optimal", "feasible", "infeasible", "unknown"

struct Solution {
  SolveStatus status = SolveStatus::Unknown;
  Selection choices{};                       ///< empty unless Optimal or Feasible
  std::optional<std::int64_t> objective{};   ///< of `choices`, summed anew from the problem
  std::vector<std::int64_t> amounts{};       ///< of `choices`, summed anew, one for each limit; empty as `choices`
  std::optional<std::int64_t> bound{};       ///< no selection within the limits is below; proven in integers
  std::vector<Selection> others{};           ///< with best > 1: the next ones, by ascending objective
  std::optional<Certificate> certificate{};  ///< if asked for, and Optimal or Infeasible without a stop
  std::string message{};                     ///< why the solver stopped, in a few words
};

/// The selection of least objective within the limits. Choices of one group that are equal in every figure count as
/// one, the first; of selections of equal objective that one is returned in which no group could take an earlier
/// choice of equal cost and loads without passing a limit.
/// With best = K and Optimal, `choices` and `others` are the K best selections (all, if there are fewer).
/// @throws InvalidArgument  if problem or options do not validate.
/// @throws Error            if GLPK fails (out of memory).
Solution solve(const Problem& problem, const SolveOptions& options = {});

}  // namespace ntorc::mip
