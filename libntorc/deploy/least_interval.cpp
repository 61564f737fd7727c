#include "deploy/least_interval.hpp"

#include <algorithm>

namespace ntorc::deploy {

std::int64_t interval_of(const Candidates& candidates, const std::vector<std::size_t>& chosen) {
  std::int64_t slowest = 0;
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    slowest = std::max(slowest, candidates.sets[g].candidates[chosen[g]].interval);
  }
  return slowest;
}

LeastInterval least_interval(const Solver& solver, const IntegerLimits& limits, const mip::SolveOptions& options) {
  const Candidates& candidates = solver.candidates();
  // No choice is faster than the slowest of the sets' fastest candidates, and some choice has a candidate's latency.
  std::int64_t least = 0;
  for (const LayerSet& set : candidates.sets) {
    least = std::max(least, std::ranges::min(set.candidates, {}, &Candidate::interval).interval);
  }
  std::vector<std::int64_t> intervals;
  for (const LayerSet& set : candidates.sets) {
    for (const Candidate& candidate : set.candidates) {
      if (candidate.interval >= least && candidate.interval <= limits.interval.value_or(candidate.interval)) {
        intervals.push_back(candidate.interval);
      }
    }
  }
  std::ranges::sort(intervals);
  intervals.erase(std::unique(intervals.begin(), intervals.end()), intervals.end());

  LeastInterval best;
  best.bound = least;
  if (intervals.empty()) {
    best.status = mip::SolveStatus::Infeasible;
    return best;
  }
  const auto shown = [&best](const mip::Progress&) {
    Progress progress{{}, Objective::Interval, {}, from_units(best.bound)};
    if (!best.chosen.empty()) progress.objective = from_units(best.interval);
    return progress;
  };
  std::size_t low = 0;  // no choice is faster than intervals[low]
  std::size_t high = intervals.size();
  for (std::size_t tried = intervals.size() - 1; low < high; tried = low + (high - low) / 2) {
    IntegerLimits within = limits;
    within.interval = intervals[tried];
    const auto [program, ways, merged, solution] = solver.solve(Aim::Cost, within, any_answer(options), shown);
    if (!solution.choices.empty()) {
      best.chosen = program.candidates_of(solution.choices);
      best.interval = interval_of(candidates, best.chosen);
      high = static_cast<std::size_t>(std::ranges::lower_bound(intervals, best.interval) - intervals.begin());
    } else if (solution.status == mip::SolveStatus::Infeasible) {
      low = tried + 1;
      if (low == intervals.size()) break;
      best.bound = intervals[low];
    } else {
      break;
    }
  }
  if (low == intervals.size()) {
    best.status = mip::SolveStatus::Infeasible;
  } else if (!best.chosen.empty()) {
    best.status = low >= high ? mip::SolveStatus::Optimal : mip::SolveStatus::Feasible;
  }
  return best;
}

}  // namespace ntorc::deploy
