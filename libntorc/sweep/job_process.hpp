// sweep/job_process.hpp - one job, run under a keeper.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ntorc/sweep/run.hpp"

namespace ntorc::sweep {

/// What came of a try to run a job.
struct JobReport {
  enum class Kind {
    Ran,   ///< `status` is that of the run, and recorded
    Busy,  ///< another process holds its lock
    Left,  ///< it is done, or failed and not to be run again; `status` says which
    Lost,  ///< its keeper was killed; what it had started was killed too, and the job is Waiting
  };
  Kind kind = Kind::Ran;
  JobStatus status{};
};

/// What is asked of a keeper.
struct JobRequest {
  std::filesystem::path sweep;
  std::vector<std::string> command;
  Job job;
  JobLimits limits;
  int attempts = 1;  ///< leave the job if it failed and has had as many runs
};

/// The keeper of a job, a child of this process. Killed, with all of its job, if this goes before finish().
///
/// The keeper takes the lock, makes itself the parent of whatever of the job is orphaned, and starts the command in a
/// session of its own, with the lock's file open in it: the lock is held until the last process is gone, even if the
/// keeper is killed. When its parent goes, it stops the job; when the keeper goes, the command is killed.
class JobProcess {
 public:
  /// @throws FileError  if no process can be made. Signals are to be blocked by a SignalWait.
  explicit JobProcess(JobRequest request);
  ~JobProcess();
  JobProcess(JobProcess&& other) noexcept;
  JobProcess& operator=(JobProcess&& other) noexcept;
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;

  pid_t keeper() const { return keeper_; }
  const Job& job() const { return request_.job; }

  void stop(
      int signal) const;  ///< SIGTERM to the job, SIGKILL after the grace; it will be Waiting, "interrupted by ..."
  void kill() const;      ///< no more grace

  /// After waitpid() has told that the keeper ended. @throws FileError  with the keeper's complaint.
  JobReport finish();

 private:
  JobRequest request_;
  pid_t keeper_ = -1;
  int answer_ = -1;  ///< the end of a pipe that the keeper writes its report into
};

}  // namespace ntorc::sweep
