// ntorc/sweep/run.hpp - runs the jobs of a sweep on this machine. docs/guides/running-a-sweep.md
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/sweep/job.hpp"

namespace ntorc::sweep {

/// What one run of a job may take, with all the processes that it starts.
struct JobLimits {
  std::optional<std::chrono::milliseconds> time{};  ///< wall clock, > 0
  std::optional<std::uint64_t> memory_bytes{};      ///< resident, summed over the processes of the job, > 0
  std::chrono::milliseconds grace{10'000};          ///< from SIGTERM to SIGKILL when a job is stopped, >= 0

  void validate() const;  ///< @throws InvalidArgument
};

enum class FailedJobs {
  Leave,  ///< run again only while it has had fewer than RunOptions::attempts runs
  Retry,  ///< run each that had failed before once more
};

struct RunOptions {
  int jobs = 1;  ///< at the same time, in [1, 1024]
  JobLimits limits{};
  int attempts = 1;  ///< a job that fails is run again, after all others, until it has had so many runs; >= 1
  FailedJobs failed = FailedJobs::Leave;
  std::vector<std::string> only{};  ///< ids of the jobs to run; empty for all

  void validate() const;  ///< @throws InvalidArgument
};

/// Jobs by state.
struct Tally {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::size_t done = 0;
  std::size_t failed = 0;

  std::size_t total() const { return waiting + running + done + failed; }

  friend bool operator==(const Tally&, const Tally&) = default;
};

Tally tally(const std::vector<JobStatus>& statuses);

/// Of every job, in the order of the manifest. A status.json that is broken is Waiting, with the complaint as its
/// reason.
/// @throws FileError
std::vector<JobStatus> read_statuses(const std::filesystem::path& sweep, const Manifest& manifest);

/// How far a run has come.
struct RunProgress {
  Tally tally;  ///< of the jobs that were asked for; running counts those of other processes
  std::chrono::duration<double> elapsed{};                   ///< since the run began
  std::optional<std::chrono::duration<double>> remaining{};  ///< estimated from the jobs that ended in this run
  std::optional<int> signal{};                               ///< that is ending the run
  const Job* ended = nullptr;                                ///< a job that has just ended here, if that is the news
  const JobStatus* status = nullptr;                         ///< of `ended`
};

using RunWatch = std::function<void(const RunProgress&)>;

struct RunResult {
  Tally tally;                  ///< of the jobs that were asked for
  std::optional<int> signal{};  ///< SIGINT, SIGTERM or SIGHUP, if one ended the run early
};

/// Runs the jobs that are not done, in the order of the manifest, at most `options.jobs` at a time.
///
/// Each runs under a keeper, a process forked from this one, which takes the lock of the job's folder, starts the
/// command, and ends only when no process of the job is left, whatever sessions or daemons those made of themselves. A
/// job whose lock another process holds is left to it. SIGINT, SIGTERM and SIGHUP (unless ignored) stop the jobs that
/// run and leave them Waiting; a second one kills them at once. If this process is killed, the keepers stop their jobs.
///
/// Call it from a program with one thread; it waits for children of its own only.
/// @param watch  called at each change, and at least twice a second.
/// @throws InvalidArgument  if the options do not validate, or `only` names a job that the manifest has not.
/// @throws FileError        if a job cannot be locked, begun or recorded; none is begun after that, those that run may
/// end.
RunResult run_local(const std::filesystem::path& sweep, const Manifest& manifest, const RunOptions& options,
                    const RunWatch& watch = {});

}  // namespace ntorc::sweep
