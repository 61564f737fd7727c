#include "deploy/asker.hpp"

#include <algorithm>
#include <utility>

namespace ntorc::deploy {

Translation translation(Objective minimized, double units_per_one) {
  return [minimized, units_per_one](const mip::Progress& progress) {
    const auto figure = [units_per_one](const std::optional<std::int64_t>& units) {
      return units ? std::optional(static_cast<double>(*units) / units_per_one) : std::nullopt;
    };
    return Progress{{}, minimized, figure(progress.objective), figure(progress.bound)};
  };
}

std::chrono::milliseconds Asker::time_left() const {
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  return time_limit_ - spent;
}

std::function<bool(const mip::Progress&)> Asker::watched(const Translation& translated) {
  if (!watch_) return {};
  return [this, translated](const mip::Progress& progress) {
    Progress shown = translated(progress);
    shown.elapsed = std::chrono::steady_clock::now() - start_;
    interrupted_ = interrupted_ || !watch_(shown);
    return !interrupted_;
  };
}

mip::Solution Asker::solve(const mip::Problem& problem, mip::SolveOptions options, const Translation& translated) {
  mip::Solution none;
  none.message = interrupted_ ? "interrupted" : "the limit on time was reached";
  options.time_limit = time_left();
  if (interrupted_ || options.time_limit.count() <= 0) return none;
  options.watch = watched(translated);
  return mip::solve(problem, options);
}

mip::Front Asker::trace_front(const mip::Problem& problem, std::size_t points, const Translation& translated) {
  mip::FrontOptions options;
  options.points = points;
  options.time_limit = time_left();
  options.watch = watched(translated);
  return mip::trace_front(problem, options);
}

std::int64_t interval_of(const Candidates& candidates, const std::vector<std::size_t>& chosen) {
  std::int64_t slowest = 0;
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    slowest = std::max(slowest, candidates.sets[g].candidates[chosen[g]].interval);
  }
  return slowest;
}

mip::SolveOptions any_answer(mip::SolveOptions options) {
  constexpr double kAnyGap = 0.999'999;
  options.relative_gap = kAnyGap;
  options.best = 1;
  options.certify = false;
  return options;
}

LeastInterval least_interval(const Candidates& candidates, const IntegerLimits& limits,
                             const mip::SolveOptions& options, Asker& asker) {
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
    const Program program = program_of(candidates, Aim::Cost, within);
    const mip::Solution solution = asker.solve(program.problem, any_answer(options), shown);
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
