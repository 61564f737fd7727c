#include "sweep/keeper.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <thread>

#include "ntorc/error.hpp"
#include "support/file_lock.hpp"
#include "sweep/process_tree.hpp"
#include "sweep/signals.hpp"
#include "sweep/status.hpp"
#include "sweep/words.hpp"

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kShortestPoll{5};
constexpr milliseconds kLongestPoll{200};
constexpr milliseconds kSignalDelay{500};

/// Set in the environment of the command, and so of what it starts.
std::string marker(const fs::path& sweep, const Job& job) {
  return "NTORC_JOB=" + fs::weakly_canonical(job_folder(sweep, job)).string();
}

/// "node7", or "node7, slurm 41_5" in a task of Slurm.
std::string here() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const char* const array = std::getenv("SLURM_ARRAY_JOB_ID");
  const char* const task = std::getenv("SLURM_ARRAY_TASK_ID");
  if (array == nullptr || task == nullptr) return name.data();
  return fmt::format("{}, slurm {}_{}", name.data(), array, task);
}

/// log.txt of an earlier run becomes log.<its number>.txt.
fs::path fresh_log(const fs::path& folder, int earlier_attempts) {
  fs::path log = folder / "log.txt";
  std::error_code failure;
  if (fs::exists(log, failure)) fs::rename(log, folder / fmt::format("log.{}.txt", earlier_attempts), failure);
  if (failure) throw FileError(fmt::format("{}: cannot rename: {}", log.string(), failure.message()));
  return log;
}

/// Never returns. What fails is told through `complaint`, a pipe that exec closes.
[[noreturn]] void be_the_command(const std::vector<std::string>& command, const fs::path& folder, pid_t keeper, int log,
                                 int lock, int complaint) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);
  SignalWait::restore_in_child();
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::fcntl(lock, F_SETFD, 0);
  if (::chdir(folder.c_str()) == 0) ::execvp(words.front(), words.data());
  const int why = errno;
  while (::write(complaint, &why, sizeof why) < 0 && errno == EINTR) continue;
  ::_exit(127);
}

struct Started {
  pid_t process = -1;
  int error = 0;  ///< errno, if the command could not be started
};

Started start_command(const JobRequest& request, const fs::path& log, const support::FileLock& lock) {
  const fs::path folder = job_folder(request.sweep, request.job);
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  if (log_file < 0) throw FileError(fmt::format("{}: cannot write: {}", log.string(), std::strerror(errno)));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    ::close(log_file);
    throw FileError(fmt::format("cannot start a process: pipe: {}", std::strerror(errno)));
  }
  const pid_t keeper = ::getpid();
  Started started;
  started.process = ::fork();
  if (started.process == 0) be_the_command(request.command, folder, keeper, log_file, lock.descriptor(), ends[1]);
  if (started.process < 0) started.error = errno;
  ::close(ends[1]);
  ::close(log_file);
  int why = 0;
  if (started.process > 0 && ::read(ends[0], &why, sizeof why) == sizeof why) started.error = why;
  ::close(ends[0]);
  return started;
}

enum class Stop {
  None,
  Time,
  Memory,
  Asked,
};

/// Runs until no process of the job is left, and says what came of it.
class Watch {
 public:
  Watch(pid_t command, const JobLimits& limits) : command_(command), limits_(limits) {}

  void run() {
    milliseconds poll = kShortestPoll;
    while (reap()) {
      const std::vector<pid_t> processes = descendants(::getpid());
      measure(processes);
      if (stopping()) end(processes);
      const std::optional<int> signal = signals_.wait(stopping() ? kShortestPoll * 4 : poll);
      if (signal && *signal != SIGCHLD) take(*signal);
      poll = std::min(poll * 2, kLongestPoll);
    }
    if (outcome_ != 0 && stop_ == Stop::None) look_for_a_stop();
  }

  void record(JobStatus& status) const {
    status.seconds = std::chrono::duration<double>(ended_.value_or(Clock::now()) - begun_).count();
    status.peak_memory_bytes = peak_bytes_;
    status.state = JobState::Failed;
    switch (stop_) {
      case Stop::Asked:
        status.state = JobState::Waiting;
        status.reason = signal_ == kParentGone ? "interrupted: ntorc-train was killed"
                                               : fmt::format("interrupted by signal {}", signal_);
        return;
      case Stop::Time:
        status.reason = fmt::format("time limit {}", describe(*limits_.time));
        return;
      case Stop::Memory:
        status.reason = fmt::format("memory limit {}", describe_bytes(*limits_.memory_bytes));
        return;
      case Stop::None:
        break;
    }
    if (WIFSIGNALED(outcome_)) {
      status.reason = fmt::format("signal {}", WTERMSIG(outcome_));
      return;
    }
    status.exit_code = WEXITSTATUS(outcome_);
    if (*status.exit_code == 0) {
      status.state = JobState::Done;
    } else {
      status.reason = fmt::format("exit {}", *status.exit_code);
    }
  }

 private:
  bool stopping() const { return stop_ != Stop::None || ended_; }

  /// False when no child is left. Orphans of the job are children too.
  bool reap() {
    for (;;) {
      int outcome = 0;
      const pid_t child = ::waitpid(-1, &outcome, WNOHANG);
      if (child == 0) return true;
      if (child < 0) return errno == EINTR;
      if (child == command_) {
        outcome_ = outcome;
        ended_ = Clock::now();
        deadline_ = std::min(deadline_.value_or(Clock::time_point::max()), Clock::now() + limits_.grace);
      }
    }
  }

  void measure(const std::vector<pid_t>& processes) {
    const std::uint64_t bytes = resident_bytes(processes);
    peak_bytes_ = std::max(peak_bytes_, bytes);
    if (stopping()) return;
    if (limits_.memory_bytes && bytes > *limits_.memory_bytes) begin_stop(Stop::Memory);
    if (limits_.time && Clock::now() - begun_ >= *limits_.time) begin_stop(Stop::Time);
  }

  void begin_stop(Stop stop) {
    stop_ = stop;
    deadline_ = Clock::now() + limits_.grace;
  }

  /// Asks each process once to end, and kills it when the grace is over.
  void end(const std::vector<pid_t>& processes) {
    const bool kill = Clock::now() >= *deadline_;
    for (const pid_t process : processes) {
      if (kill) {
        ::kill(process, SIGKILL);
      } else if (asked_.insert(process).second) {
        ::kill(process, SIGTERM);
        ::kill(process, SIGCONT);
      }
    }
  }

  void take(int signal) {
    // A command that failed may have had the same signal first: Slurm signals all processes of a task.
    const bool done = ended_ && outcome_ == 0;
    if (stop_ == Stop::None && !done) {
      if (signal != kKillNow) signal_ = signal;
      begin_stop(Stop::Asked);
    }
    if (signal == kKillNow) deadline_ = Clock::now();
  }

  /// As in take(), when the signal has not reached the keeper yet.
  void look_for_a_stop() {
    const auto until = Clock::now() + kSignalDelay;
    while (Clock::now() < until) {
      const auto signal = signals_.wait(kShortestPoll);
      if (!signal || *signal == SIGCHLD) continue;
      stop_ = Stop::Asked;
      signal_ = *signal;
      return;
    }
  }

  pid_t command_;
  const JobLimits& limits_;
  SignalWait signals_;
  Clock::time_point begun_ = Clock::now();
  std::optional<Clock::time_point> ended_;     ///< the command; others may live on
  std::optional<Clock::time_point> deadline_;  ///< of the grace
  int outcome_ = 0;                            ///< as of waitpid
  Stop stop_ = Stop::None;
  int signal_ = SIGTERM;  ///< that asked to stop
  std::set<pid_t> asked_;
  std::uint64_t peak_bytes_ = 0;
};

}  // namespace

JobReport keep_job(const JobRequest& request) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const std::optional<support::FileLock> lock = support::FileLock::try_take(lock_file(request.sweep, request.job));
  if (!lock) return {JobReport::Kind::Busy, {.state = JobState::Running}};
  JobStatus status = stored_status(request.sweep, request.job);
  const bool failed_enough = status.state == JobState::Failed && status.attempts >= request.attempts;
  if (status.state == JobState::Done || failed_enough) return {JobReport::Kind::Left, status};
  if (status.state == JobState::Running) kill_leftovers(request.sweep, request.job);

  const fs::path log = fresh_log(job_folder(request.sweep, request.job), status.attempts);
  status = {.state = JobState::Running, .attempts = status.attempts + 1, .where = here()};
  write_status(request.sweep, request.job, status);
  const std::string mark = marker(request.sweep, request.job);
  const std::size_t equals = mark.find('=');
  ::setenv(mark.substr(0, equals).c_str(), mark.c_str() + equals + 1, 1);
  const Started started = start_command(request, log, *lock);
  if (started.error != 0) {
    if (started.process > 0) ::waitpid(started.process, nullptr, 0);
    status.state = JobState::Failed;
    status.reason = fmt::format("cannot start {}: {}", request.command.front(), std::strerror(started.error));
  } else {
    Watch watch(started.process, request.limits);
    watch.run();
    watch.record(status);
  }
  write_status(request.sweep, request.job, status);
  return {JobReport::Kind::Ran, status};
}

void kill_leftovers(const fs::path& sweep, const Job& job) {
  const std::string mark = marker(sweep, job);
  for (;;) {
    const std::vector<pid_t> left = started_with(mark);
    bool killed = false;
    for (const pid_t process : left) killed = ::kill(process, SIGKILL) == 0 || killed;
    if (!killed) return;
    std::this_thread::sleep_for(kShortestPoll);
  }
}

}  // namespace ntorc::sweep
