#include "ntorc/mip/solve.hpp"

#include <fmt/format.h>

#include <utility>

#include "mip/exact_solver.hpp"
#include "mip/glpk_solver.hpp"
#include "mip/random_search.hpp"
#include "mip/stop.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

Solution by_trials(const Problem& problem, const SolveOptions& options, Stop& stop) {
  TrialOptions trials{.trials = options.trials, .seed = options.seed};
  trials.go_on = [&stop](std::uint64_t, const std::optional<std::int64_t>& objective) {
    return !stop(objective, std::nullopt);
  };
  TrialAnswer answer = options.backend == Backend::Random ? search_randomly(problem, trials) : anneal(problem, trials);
  Solution solution;
  solution.message = fmt::format("{}: {} trials, nothing is proven", to_string(options.backend), answer.trials);
  if (!answer.objective) return solution;
  solution.choices = std::move(answer.choices);
  sum_anew(problem, problem.limits, solution);
  return solution;
}

}  // namespace

void SolveOptions::validate() const {
  if (!(relative_gap >= 0 && relative_gap < 1)) {
    throw InvalidArgument(fmt::format("relative_gap: expected a number in [0, 1), got {}", relative_gap));
  }
  if (time_limit.count() <= 0) {
    throw InvalidArgument(fmt::format("time_limit: expected more than 0 ms, got {}", time_limit.count()));
  }
  if (best == 0) throw InvalidArgument("best: expected at least 1, got 0");
  if (best > 1 && backend != Backend::Exact) {
    throw InvalidArgument(fmt::format("best: expected 1 with backend {}, got {}", to_string(backend), best));
  }
  if (certify && (best > 1 || backend != Backend::Exact)) {
    throw InvalidArgument("certify: expected backend exact and best 1");
  }
  if (trials == 0) throw InvalidArgument("trials: expected at least 1, got 0");
}

std::string_view to_string(Backend backend) {
  switch (backend) {
    case Backend::Exact:
      return "exact";
    case Backend::Glpk:
      return "glpk";
    case Backend::Random:
      return "random";
    case Backend::Annealing:
      break;
  }
  return "annealing";
}

std::string_view to_string(SolveStatus status) {
  switch (status) {
    case SolveStatus::Optimal:
      return "optimal";
    case SolveStatus::Feasible:
      return "feasible";
    case SolveStatus::Infeasible:
      return "infeasible";
    case SolveStatus::Unknown:
      break;
  }
  return "unknown";
}

Solution solve(const Problem& problem, const SolveOptions& options) {
  options.validate();
  problem.validate();
  Stop stop(options.time_limit, options.watch);
  switch (options.backend) {
    case Backend::Exact:
      return solve_exactly(problem, options, stop);
    case Backend::Glpk:
      return solve_with_glpk(problem, options, stop);
    case Backend::Random:
    case Backend::Annealing:
      break;
  }
  return by_trials(problem, options, stop);
}

}  // namespace ntorc::mip
