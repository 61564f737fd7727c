#include "run_watch.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
namespace ntorc::train {
namespace {

std::string line_of(const sweep::RunProgress& progress) {
  const sweep::Tally& tally = progress.tally;
  std::string line =
      fmt::format("{} {}/{} done",
                  app::bar_of(static_cast<std::int64_t>(tally.done), static_cast<std::int64_t>(tally.failed),
                              static_cast<std::int64_t>(tally.total())),
                  tally.done, tally.total());
  if (tally.failed > 0) line += fmt::format(", {} failed", tally.failed);
  line += fmt::format(", {} running, {}", tally.running, app::clock_of(progress.elapsed));
  if (progress.signal) return line + ", stopping (again to kill)";
  if (progress.remaining) line += fmt::format(", {} left", app::clock_of(*progress.remaining));
  return line;
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

void RunWatch::operator()(const sweep::RunProgress& progress) {
  if (progress.ended != nullptr) {
    const std::string line = job_line(*progress.ended, *progress.status);
    if (progress.status->state != sweep::JobState::Done) {
      status_.show("");  // a bar cannot say why
      spdlog::warn("{}", line);
    } else if (!status_.is_shown_at_all()) {
      spdlog::info("{}/{} {}", progress.tally.done, progress.tally.total(), line);
    }
  }
  status_.show(line_of(progress));
}

}  // namespace ntorc::train
