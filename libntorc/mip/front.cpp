#include "ntorc/mip/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "mip/exact_solver.hpp"
#include "mip/knapsack.hpp"
#include "mip/stop.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

/// All points of a knapsack's front; nothing if they are too many, or it was stopped.
std::optional<Front> complete_front(const Problem& problem, const Knapsack& knapsack, std::size_t largest, Stop& stop) {
  auto states = knapsack.front(problem.limits.front(), largest, stop);
  if (!states) return std::nullopt;
  Front front{.complete = true};
  front.points.reserve(states->size());
  for (FrontState& state : *states) {
    take_first_of_equals(problem, {state.amount}, state.choices);
    front.points.push_back({std::move(state.choices), state.cost, {state.amount}, state.cost});
  }
  return front;
}

/// The least first amount that the limits allow, and that of the cheapest selection.
struct Ends {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

std::optional<Ends> ends_of(const Problem& problem, Stop& stop) {
  Problem fastest = problem;
  fastest.costs = problem.amounts.front();
  fastest.loads.clear();
  const Solution low = solve_exactly(fastest, {}, stop);
  if (!low.objective || stop.stopped()) return std::nullopt;
  const Solution high = solve_exactly(problem, {}, stop);
  if (!high.objective || stop.stopped()) return std::nullopt;
  return Ends{*low.objective, high.amounts.front()};
}

/// The i-th of `count` values from low to high, evenly spaced.
std::int64_t spaced(const Ends& ends, std::size_t i, std::size_t count) {
  const auto share = static_cast<Wide>(ends.high - ends.low) * static_cast<Wide>(i);
  return ends.low + static_cast<std::int64_t>(share / static_cast<Wide>(count - 1));
}

}  // namespace

void FrontOptions::validate() const {
  if (points < 2) throw InvalidArgument(fmt::format("points: expected at least 2, got {}", points));
  if (time_limit.count() <= 0) {
    throw InvalidArgument(fmt::format("time_limit: expected more than 0 ms, got {}", time_limit.count()));
  }
}

Front trace_front(const Problem& problem, const FrontOptions& options) {
  options.validate();
  problem.validate();
  if (problem.limits.empty()) throw InvalidArgument("front: expected a problem with at least one limit, got none");
  Stop stop(options.time_limit, options.watch);
  std::optional<Knapsack> knapsack;
  std::optional<Ends> ends;
  if (problem.limits.size() == 1 && problem.loads.empty()) {
    knapsack.emplace(problem);
    if (auto whole = complete_front(problem, *knapsack, options.largest_complete, stop)) return std::move(*whole);
    ends = Ends{knapsack->least_amount(), std::min(problem.limits.front(), knapsack->amount_of_cheapest())};
  } else {
    ends = ends_of(problem, stop);
  }
  Front front{.finished = !stop.stopped()};
  if (!ends) return front;
  Problem limited = knapsack ? Problem{} : problem;
  for (std::size_t i = 0; i < options.points && front.finished; ++i) {
    const std::int64_t limit = spaced(*ends, i, options.points);
    Solution solution;
    if (knapsack) {
      solution = solve_knapsack(problem, limit, *knapsack, {}, stop);
    } else {
      limited.limits.front() = limit;
      solution = solve_exactly(limited, {}, stop);
    }
    front.finished = !stop.stopped();
    if (!solution.objective) continue;
    // A wider limit that saves nothing is no point of its own.
    if (!front.points.empty() && front.points.back().objective <= *solution.objective) continue;
    front.points.push_back(
        {std::move(solution.choices), *solution.objective, std::move(solution.amounts), solution.bound.value_or(0)});
  }
  return front;
}

}  // namespace ntorc::mip
