#include "run_watch.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace ntorc::train {
namespace {

/// "1:02:03"
std::string clock_of(std::chrono::duration<double> time) {
  const auto seconds = static_cast<long long>(time.count());
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string bar_of(const sweep::RunProgress& progress) {
  constexpr std::size_t kWidth = 24;
  const sweep::Tally& tally = progress.tally;
  const std::size_t total = std::max<std::size_t>(tally.total(), 1);
  const std::size_t done = kWidth * tally.done / total;
  const std::size_t failed = (kWidth * (tally.done + tally.failed) / total) - done;
  std::string bar = fmt::format("[{}{}{}] {}/{} done", std::string(done, '#'), std::string(failed, 'x'),
                                std::string(kWidth - done - failed, '.'), tally.done, tally.total());
  if (tally.failed > 0) bar += fmt::format(", {} failed", tally.failed);
  bar += fmt::format(", {} running, {}", tally.running, clock_of(progress.elapsed));
  if (progress.signal) return bar + ", stopping (again to kill)";
  if (progress.remaining) bar += fmt::format(", {} left", clock_of(*progress.remaining));
  return bar;
}

/// Of stderr; a longer line could not be erased.
std::size_t columns() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79U;
}

}  // namespace

std::string tally_line(const sweep::Tally& tally) {
  return fmt::format("{} jobs: {} done, {} failed, {} running, {} waiting", tally.total(), tally.done, tally.failed,
                     tally.running, tally.waiting);
}

std::string job_line(const sweep::Job& job, const sweep::JobStatus& status) {
  std::string line = fmt::format("{} {}", to_string(status.state), job.id);
  if (!status.reason.empty()) line += ": " + status.reason;
  if (status.attempts > 1) line += fmt::format(", attempt {}", status.attempts);
  if (status.state != sweep::JobState::Running && status.attempts > 0) {
    line += fmt::format(", {:.1f} s, {} MiB", status.seconds, status.peak_memory_bytes >> 20);
  }
  return line + ": " + job.summary;
}

RunWatch::RunWatch() : terminal_(::isatty(STDERR_FILENO) == 1) {}

RunWatch::~RunWatch() { show(""); }

void RunWatch::operator()(const sweep::RunProgress& progress) {
  if (progress.ended != nullptr) {
    const std::string line = job_line(*progress.ended, *progress.status);
    const bool done = progress.status->state == sweep::JobState::Done;
    if (!terminal_ || !done) show("");  // a bar cannot say why
    if (!done) {
      spdlog::warn("{}", line);
    } else if (!terminal_) {
      spdlog::info("{}/{} {}", progress.tally.done, progress.tally.total(), line);
    }
  }
  if (terminal_) show(bar_of(progress));
}

void RunWatch::show(const std::string& bar) {
  if (bar == shown_) return;
  std::cerr << "\r\x1B[K" << bar.substr(0, columns()) << std::flush;
  shown_ = bar;
}

}  // namespace ntorc::train
