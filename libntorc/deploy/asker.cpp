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

mip::SolveOptions any_answer(mip::SolveOptions options) {
  constexpr double kAnyGap = 0.999'999;
  options.relative_gap = kAnyGap;
  options.best = 1;
  options.certify = false;
  return options;
}

}  // namespace ntorc::deploy
