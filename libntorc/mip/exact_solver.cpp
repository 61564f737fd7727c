#include "mip/exact_solver.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "mip/reduction.hpp"
#include "mip/tree_search.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

Solution infeasible(std::string message) { return {.status = SolveStatus::Infeasible, .message = std::move(message)}; }

constexpr std::string_view kNothingKeepsTheLimits = "no selection keeps the limits, proven in integers";

}  // namespace

void take_first_of_equals(const Problem& problem, const std::vector<std::int64_t>& limits, Selection& selection) {
  std::vector<std::int64_t> slack = limits;
  const std::vector<std::int64_t> amounts = amounts_of(problem, selection);
  for (std::size_t m = 0; m < slack.size(); ++m) slack[m] -= amounts[m];
  const auto can_replace = [&](std::size_t i, std::size_t taken) {
    if (problem.costs[i] != problem.costs[taken]) return false;
    for (const auto& column : problem.loads) {
      if (column[i] != column[taken]) return false;
    }
    for (std::size_t m = 0; m < slack.size(); ++m) {
      if (problem.amounts[m][i] - problem.amounts[m][taken] > slack[m]) return false;
    }
    return true;
  };
  // What one group frees may let in an earlier choice of a group before it.
  for (bool freed = true; freed;) {
    freed = false;
    for (std::size_t g = 0; g < problem.groups(); ++g) {
      const std::size_t taken = problem.first(g) + selection[g];
      std::size_t i = problem.first(g);
      while (i < taken && !can_replace(i, taken)) ++i;
      if (i == taken) continue;
      for (std::size_t m = 0; m < slack.size(); ++m) {
        freed = freed || problem.amounts[m][i] < problem.amounts[m][taken];
        slack[m] -= problem.amounts[m][i] - problem.amounts[m][taken];
      }
      selection[g] = i - problem.first(g);
    }
  }
}

void sum_anew(const Problem& problem, const std::vector<std::int64_t>& limits, Solution& solution) {
  solution.amounts = amounts_of(problem, solution.choices);
  if (!std::ranges::equal(solution.amounts, limits, std::less_equal{})) {
    throw Error("solver: a selection past its limits got through");
  }
  solution.objective = objective_of(problem, solution.choices);
  const bool proven = solution.bound && *solution.objective <= *solution.bound;
  solution.status = proven ? SolveStatus::Optimal : SolveStatus::Feasible;
}

std::string ending(const Solution& solution, const Stop& stop, double relative_gap) {
  if (solution.status == SolveStatus::Optimal) return "proven in integers";
  if (solution.status == SolveStatus::Infeasible) return std::string(kNothingKeepsTheLimits);
  if (stop.timed_out()) return "the time limit was reached before the proof was complete";
  if (stop.stopped()) return "interrupted before the proof was complete";
  if (solution.objective && solution.bound && within_gap(*solution.objective, *solution.bound, relative_gap)) {
    return "within the gap that was asked for";
  }
  return "the proof reached its limit on memory";
}

Solution solve_knapsack(const Problem& problem, std::int64_t limit, const Knapsack& knapsack,
                        const SolveOptions& options, Stop& stop) {
  if (knapsack.least_amount() > limit) return infeasible("the smallest amounts together pass the limit");
  KnapsackAnswer answer = knapsack.solve(limit, stop);
  if (!answer.complete && !stop.stopped() && !within_gap(answer.objective, answer.bound, options.relative_gap)) {
    // The list grew too long: the tree needs no more room than it has.
    Problem limited = problem;
    limited.limits.front() = limit;
    const Reduction reduction = reduce(limited);
    SearchAnswer searched = search_tree(limited, reduction.kept, {{answer.objective, std::move(answer.choices)}},
                                        {.relative_gap = options.relative_gap}, stop);
    answer.choices = std::move(searched.found.front().selection);
    answer.bound = std::max(answer.bound, searched.bound.value_or(0));
  }
  Solution solution{.choices = std::move(answer.choices), .bound = answer.bound};
  take_first_of_equals(problem, {limit}, solution.choices);
  sum_anew(problem, {limit}, solution);
  solution.message = ending(solution, stop, options.relative_gap);
  return solution;
}

Solution solve_exactly(const Problem& problem, const SolveOptions& options, Stop& stop) {
  if (problem.limits.size() == 1 && problem.loads.empty() && options.best == 1 && !options.certify) {
    return solve_knapsack(problem, problem.limits.front(), Knapsack(problem), options, stop);
  }
  // A certificate speaks of every choice, and cannot say that one dominates another.
  const Reduction reduction = options.certify ? Reduction{std::vector<std::uint8_t>(problem.costs.size(), 1), false}
                                              : reduce(problem, options.best);
  if (reduction.infeasible) return infeasible("the smallest amounts together pass a limit");
  const SearchOptions search{.best = options.best, .relative_gap = options.relative_gap, .certify = options.certify};
  SearchAnswer answer = search_tree(problem, reduction.kept, {}, search, stop);
  Solution solution;
  if (!answer.found.empty()) {
    solution.bound = answer.bound;
    solution.choices = std::move(answer.found.front().selection);
    if (options.best == 1) take_first_of_equals(problem, problem.limits, solution.choices);
    sum_anew(problem, problem.limits, solution);
    if (!answer.complete && options.best > 1) solution.status = SolveStatus::Feasible;
    for (std::size_t k = 1; k < answer.found.size(); ++k) {
      solution.others.push_back(std::move(answer.found[k].selection));
    }
    solution.message = ending(solution, stop, options.relative_gap);
  } else if (answer.complete) {
    solution = infeasible(std::string(kNothingKeepsTheLimits));
  } else {
    solution.bound = answer.bound;
    solution.message = ending(solution, stop, 0);
  }
  if (options.certify && answer.complete) solution.certificate = std::move(answer.certificate);
  return solution;
}

}  // namespace ntorc::mip
