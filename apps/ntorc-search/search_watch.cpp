#include "search_watch.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>

namespace ntorc::app {
namespace {

std::string line_of(const search::SearchProgress& progress, const StopSignals& signals) {
  std::string line =
      fmt::format("{} {}/{} networks", bar_of(progress.concluded - progress.failed, progress.failed, progress.wanted),
                  progress.concluded, progress.wanted);
  if (progress.failed > 0) line += fmt::format(", {} failed", progress.failed);
  line += fmt::format(", {} training, {}", progress.running, clock_of(progress.elapsed));
  if (signals.came()) return line + ", stopping (again to kill)";
  if (progress.remaining) line += fmt::format(", {} left", clock_of(*progress.remaining));
  return line;
}

}  // namespace

std::string training_line(const search::TrainingEnd& end, search::CostKind cost) {
  const std::string repeat = end.key.repeat > 0 ? fmt::format(", seed {}", end.key.repeat + 1) : "";
  if (!end.evaluation) return fmt::format("trial {}{}: failed: {}", end.key.trial, repeat, end.message);
  if (!end.evaluation->error) return fmt::format("trial {}{}: diverged: {}", end.key.trial, repeat, end.network);
  return fmt::format("trial {}{}: rmse {:.5f} after {} epochs, {} {:.6g}, {:.1f} s: {}", end.key.trial, repeat,
                     *end.evaluation->error, end.epochs, to_string(cost), end.cost, end.evaluation->cpu_seconds,
                     end.network);
}

SearchWatch::SearchWatch(search::CostKind cost) : cost_(cost), signals_({SIGINT, SIGTERM}) {}

void SearchWatch::on_progress(const search::SearchProgress& progress) {
  if (signals_.came()) stop_.request_stop();
  status_.show(line_of(progress, signals_));
}

void SearchWatch::on_end(const search::TrainingEnd& end) {
  const bool is_done = end.evaluation && end.evaluation->error;
  status_.show("");  // a line goes above the bar
  if (is_done) {
    spdlog::info("{}", training_line(end, cost_));
  } else {
    spdlog::warn("{}", training_line(end, cost_));
  }
}

}  // namespace ntorc::app
