// sweep/keeper.hpp - what the keeper of a job does. It runs in a process made for it.
#pragma once

#include <csignal>

#include "sweep/job_process.hpp"

namespace ntorc::sweep {

inline constexpr int kKillNow = SIGUSR1;     ///< to a keeper that was told to stop: no more grace
inline constexpr int kParentGone = SIGUSR2;  ///< from the kernel, when the process that made the keeper has ended

/// Takes the lock, runs the command and records what came of it. Returns when no process of the job is left.
/// To be called in a process that has no other children, with signals blocked by a SignalWait.
/// @throws FileError  if the folder cannot be locked, or the run not be recorded.
JobReport keep_job(const JobRequest& request);

/// Kills what earlier runs of the job, whose keeper was killed, have left on this machine: the processes that were
/// started with the job's NTORC_JOB in their environment.
void kill_leftovers(const std::filesystem::path& sweep, const Job& job);

}  // namespace ntorc::sweep
