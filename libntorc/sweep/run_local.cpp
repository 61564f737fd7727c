#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "ntorc/error.hpp"
#include "ntorc/sweep/run.hpp"
#include "sweep/job_process.hpp"
#include "sweep/signals.hpp"

namespace ntorc::sweep {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kHeartbeat{500};

/// The selected jobs and what is known of them.
struct Entry {
  const Job* job = nullptr;
  JobStatus status;
  int attempts = 1;  ///< run it while it has had fewer
};

std::vector<Entry> entries_of(const std::filesystem::path& sweep, const Manifest& manifest, const RunOptions& options) {
  std::unordered_set<std::string> wanted(options.only.begin(), options.only.end());
  Manifest selected{.version = manifest.version, .command = manifest.command, .jobs = {}};
  std::vector<Entry> entries;
  for (const Job& job : manifest.jobs) {
    if (!options.only.empty() && wanted.erase(job.id) == 0) continue;
    entries.push_back({.job = &job, .status = {}});
    selected.jobs.push_back(job);
  }
  if (!wanted.empty()) {
    throw InvalidArgument(
        fmt::format("job: expected an id of {}, got {}", (sweep / "manifest.json").string(), *wanted.begin()));
  }
  std::vector<JobStatus> statuses = read_statuses(sweep, selected);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    entry.status = std::move(statuses[i]);
    entry.attempts = options.attempts;
    if (options.failed == FailedJobs::Retry && entry.status.state == JobState::Failed) {
      entry.attempts = std::max(entry.attempts, entry.status.attempts + 1);
    }
  }
  return entries;
}

/// A run of the jobs, in steps. Ends what it has started if it goes before they have.
class Engine {
 public:
  Engine(std::filesystem::path sweep, const Manifest& manifest, const RunOptions& options, const RunWatch& watch)
      : sweep_(std::move(sweep)),
        manifest_(manifest),
        options_(options),
        watch_(watch),
        entries_(entries_of(sweep_, manifest, options)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      const bool again = entry.status.state == JobState::Failed && entry.status.attempts < entry.attempts;
      if (entry.status.state == JobState::Waiting || again) queue_.push_back(i);
    }
  }

  RunResult run() {
    tell();
    for (;;) {
      while (!signal_ && !error_ && !queue_.empty() && running_.size() < static_cast<std::size_t>(options_.jobs)) {
        start(queue_.front());
        queue_.pop_front();
      }
      if (running_.empty()) break;
      const std::optional<int> signal = signals_.wait(kHeartbeat);
      if (signal && ends_a_run(*signal)) stop(*signal);
      reap();
      tell();
    }
    if (error_) throw FileError(*error_);
    return {tally(), signal_};
  }

 private:
  void start(std::size_t index) {
    Entry& entry = entries_[index];
    JobProcess process({.sweep = sweep_,
                        .command = manifest_.command,
                        .job = *entry.job,
                        .limits = options_.limits,
                        .attempts = entry.attempts});
    const pid_t keeper = process.keeper();
    entry.status.state = JobState::Running;
    running_.emplace(keeper, Running{index, std::move(process)});
  }

  /// Waits for keepers by their ids: other children of this process are none of its business.
  void reap() {
    std::vector<pid_t> ended;
    for (const auto& [keeper, running] : running_) {
      if (::waitpid(keeper, nullptr, WNOHANG) == keeper) ended.push_back(keeper);
    }
    for (const pid_t keeper : ended) {
      Running running = std::move(running_.at(keeper));
      running_.erase(keeper);
      take(running);
    }
  }

  struct Running {
    std::size_t index = 0;
    JobProcess process;
  };

  void take(Running& running) {
    Entry& entry = entries_[running.index];
    try {
      const JobReport report = running.process.finish();
      entry.status = report.status;
      if (report.kind == JobReport::Kind::Busy || report.kind == JobReport::Kind::Left) return;
    } catch (const FileError& error) {
      entry.status.state = JobState::Waiting;
      if (!error_) error_ = error.what();
      return;
    }
    if (entry.status.state == JobState::Done || entry.status.state == JobState::Failed) {
      ++ended_;
      seconds_ += entry.status.seconds;
    }
    if (entry.status.state == JobState::Failed && entry.status.attempts < entry.attempts) {
      queue_.push_back(running.index);
    }
    tell(&entry);
  }

  void stop(int signal) {
    for (const auto& [keeper, running] : running_) {
      if (signal_) {
        running.process.kill();
      } else {
        running.process.stop(signal);
      }
    }
    if (!signal_) signal_ = signal;
  }

  Tally tally() const {
    std::vector<JobStatus> statuses;
    statuses.reserve(entries_.size());
    for (const Entry& entry : entries_) statuses.push_back({.state = entry.status.state});
    return sweep::tally(statuses);
  }

  void tell(const Entry* news = nullptr) const {
    if (!watch_) return;
    RunProgress progress;
    progress.tally = tally();
    progress.elapsed = std::chrono::steady_clock::now() - begun_;
    if (ended_ > 0) {
      const auto left = static_cast<double>(queue_.size() + running_.size());
      progress.remaining = std::chrono::duration<double>(seconds_ / static_cast<double>(ended_) * left / options_.jobs);
    }
    progress.signal = signal_;
    if (news != nullptr) {
      progress.ended = news->job;
      progress.status = &news->status;
    }
    watch_(progress);
  }

  std::filesystem::path sweep_;
  const Manifest& manifest_;
  const RunOptions& options_;
  const RunWatch& watch_;
  SignalWait signals_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::vector<Entry> entries_;
  std::deque<std::size_t> queue_;
  std::unordered_map<pid_t, Running> running_;
  std::optional<int> signal_;
  std::optional<std::string> error_;
  std::size_t ended_ = 0;  ///< jobs that ended here
  double seconds_ = 0;     ///< that those took
};

}  // namespace

void JobLimits::validate() const {
  if (time && time->count() <= 0) {
    throw InvalidArgument(fmt::format("time limit: expected more than 0, got {} ms", time->count()));
  }
  if (memory_bytes && *memory_bytes == 0) throw InvalidArgument("memory limit: expected more than 0, got 0");
  if (grace.count() < 0) throw InvalidArgument(fmt::format("grace: expected 0 or more, got {} ms", grace.count()));
}

void RunOptions::validate() const {
  if (jobs < 1 || jobs > 1024) throw InvalidArgument(fmt::format("jobs: expected 1..1024, got {}", jobs));
  if (attempts < 1) throw InvalidArgument(fmt::format("attempts: expected 1 or more, got {}", attempts));
  limits.validate();
}

RunResult run_local(const std::filesystem::path& sweep, const Manifest& manifest, const RunOptions& options,
                    const RunWatch& watch) {
  options.validate();
  if (manifest.command.empty()) {
    throw InvalidArgument(fmt::format("{}: expected a command, found none", (sweep / "manifest.json").string()));
  }
  // The keepers look at it from other folders.
  return Engine(std::filesystem::absolute(sweep), manifest, options, watch).run();
}

}  // namespace ntorc::sweep
