#include "ntorc/mip/solve.hpp"

#include <fmt/format.h>

#include "mip/exact_search.hpp"
#include "mip/glpk_solver.hpp"
#include "mip/reduction.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

using Clock = std::chrono::steady_clock;

/// Back from the reduced problem to the one that was asked, every figure summed anew.
Solution restored(const Problem& problem, const Reduction& reduction, const ExactAnswer& answer) {
  Solution solution;
  solution.bound = answer.bound;
  if (answer.choices.size() != problem.groups.size()) {
    solution.status = answer.complete ? SolveStatus::Infeasible : SolveStatus::Unknown;
    if (answer.complete) solution.bound.reset();
    return solution;
  }
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    solution.choices.push_back(reduction.kept[g][answer.choices[g]]);
  }
  if (!within_limits(problem, solution.choices)) throw Error("solver: a selection past its limits got through");
  solution.objective = cost_of(problem, solution.choices);
  solution.amounts = amounts_of(problem, solution.choices);
  solution.status = solution.objective == solution.bound ? SolveStatus::Optimal : SolveStatus::Feasible;
  return solution;
}

std::string_view ending(const Solution& solution, double relative_gap) {
  if (solution.status == SolveStatus::Optimal) return "proven in integers";
  if (solution.status == SolveStatus::Infeasible) return "no selection is left";
  const bool close = solution.objective && within_gap(*solution.objective, *solution.bound, relative_gap);
  return close ? "within the gap that was asked for" : "the proof reached its limit on time or memory";
}

}  // namespace

void SolveOptions::validate() const {
  if (!(relative_gap >= 0 && relative_gap < 1)) {
    throw InvalidArgument(fmt::format("relative_gap: expected a number in [0, 1), got {}", relative_gap));
  }
  if (time_limit.count() <= 0) {
    throw InvalidArgument(fmt::format("time_limit: expected more than 0 ms, got {}", time_limit.count()));
  }
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
  const Clock::time_point deadline = Clock::now() + options.time_limit;
  const Reduction reduction = reduce(problem);
  if (reduction.infeasible) {
    Solution solution;
    solution.status = SolveStatus::Infeasible;
    solution.message = "the smallest amounts together pass a limit";
    return solution;
  }
  GlpkAnswer glpk = solve_with_glpk(reduction.problem, options.relative_gap, options.time_limit);
  // What GLPK calls a solution may pass a limit by its tolerance; then it is none.
  if (!glpk.choices.empty() && !within_limits(reduction.problem, glpk.choices)) glpk.choices.clear();

  const ExactAnswer answer = search_exactly(reduction.problem, std::move(glpk.choices), glpk.prices,
                                            {.relative_gap = options.relative_gap, .deadline = deadline});
  Solution solution = restored(problem, reduction, answer);
  solution.message = fmt::format("{}; {}", glpk.message, ending(solution, options.relative_gap));
  return solution;
}

}  // namespace ntorc::mip
