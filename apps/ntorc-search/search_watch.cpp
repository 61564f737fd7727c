#include "search_watch.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

namespace ntorc::app {
namespace {

volatile std::sig_atomic_t asked_to_stop = 0;

extern "C" void ask_to_stop(int signal) {
  asked_to_stop = 1;
  std::signal(signal, SIG_DFL);  // the second one ends the process
}

/// "1:02:03"
std::string clock_of(std::chrono::duration<double> time) {
  const auto seconds = static_cast<long long>(time.count());
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// Of stderr; a longer line could not be erased.
std::size_t columns() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79U;
}

std::string bar_of(const search::SearchProgress& progress) {
  constexpr std::int64_t kWidth = 24;
  const std::int64_t total = std::max<std::int64_t>(progress.wanted, 1);
  const std::int64_t done = std::min(kWidth * progress.concluded / total, kWidth);
  std::string bar =
      fmt::format("[{}{}] {}/{} networks", std::string(static_cast<std::size_t>(done), '#'),
                  std::string(static_cast<std::size_t>(kWidth - done), '.'), progress.concluded, progress.wanted);
  if (progress.failed > 0) bar += fmt::format(", {} failed", progress.failed);
  bar += fmt::format(", {} training, {}", progress.running, clock_of(progress.elapsed));
  if (progress.remaining) bar += fmt::format(", {} left", clock_of(*progress.remaining));
  return bar;
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

SearchWatch::SearchWatch(search::CostKind cost) : cost_(cost), terminal_(::isatty(STDERR_FILENO) == 1) {
  asked_to_stop = 0;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, ask_to_stop);
}

SearchWatch::~SearchWatch() {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  show("");
}

void SearchWatch::on_progress(const search::SearchProgress& progress) {
  if (asked_to_stop != 0) stop_.request_stop();
  if (terminal_) show(bar_of(progress) + (asked_to_stop != 0 ? ", stopping (again to kill)" : ""));
}

void SearchWatch::on_end(const search::TrainingEnd& end) {
  const bool is_done = end.evaluation && end.evaluation->error;
  if (terminal_) show("");  // a line goes above the bar
  if (is_done) {
    spdlog::info("{}", training_line(end, cost_));
  } else {
    spdlog::warn("{}", training_line(end, cost_));
  }
}

void SearchWatch::show(const std::string& bar) {
  if (bar == shown_) return;
  std::cerr << "\r\x1B[K" << bar.substr(0, columns()) << std::flush;
  shown_ = bar;
}

}  // namespace ntorc::app
