// ntorc/sweep/slurm.hpp - runs the jobs of a sweep through Slurm. docs/guides/running-a-sweep.md
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/sweep/run.hpp"

namespace ntorc::sweep {

struct SlurmOptions {
  std::filesystem::path
      program;         ///< ntorc-train, as the nodes find it: each task runs `program sweep SWEEP --job ID ...`
  JobLimits limits{};  ///< kept by the tasks; Slurm is asked for a little more, so that these are met first
  int attempts = 1;    ///< as in RunOptions; those of one task come one after the other
  FailedJobs failed = FailedJobs::Leave;
  std::optional<int> at_once{};      ///< tasks that may run at the same time, >= 1
  int cpus = 1;                      ///< of each task, >= 1
  std::string partition{};           ///< empty: Slurm's default
  std::string account{};             ///< empty: Slurm's default
  std::vector<std::string> extra{};  ///< more options of sbatch, as in "--qos=long"

  void validate() const;  ///< @throws InvalidArgument
};

struct SlurmSubmission {
  std::vector<std::string> arrays;  ///< Slurm's ids of what was submitted
  std::size_t submitted = 0;        ///< jobs in them
  std::size_t queued = 0;           ///< jobs that Slurm had already, waiting or running
  Tally tally;                      ///< of all jobs, when it was submitted
};

/// Submits the jobs that are not done, that nobody runs and that Slurm does not have, as arrays no larger than Slurm
/// takes.
///
/// What was submitted stands in SWEEP/slurm: N.jobs (the job of each array index, a line each), N.sh (the script) and
/// N.id (Slurm's id). The name of an array says which N it is, so that one whose id was not written down is found
/// again. First the ends that Slurm has put to tasks (time, memory, a node that failed) are written into the status of
/// their jobs.
/// @throws FileError  if Slurm does not answer, refuses, or another process is submitting: nothing is submitted
/// blindly.
SlurmSubmission submit_to_slurm(const std::filesystem::path& sweep, const Manifest& manifest,
                                const SlurmOptions& options);

/// Waits until Slurm has no job of the sweep that is not done; SIGINT, SIGTERM and SIGHUP end the wait alone.
/// A controller that does not answer is asked again.
/// @param poll   time between two looks, > 0.
/// @param watch  called after each look, and for each job that ended.
RunResult wait_for_slurm(const std::filesystem::path& sweep, const Manifest& manifest, std::chrono::milliseconds poll,
                         const RunWatch& watch = {});

}  // namespace ntorc::sweep
