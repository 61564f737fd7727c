// apps/ntorc-train/run_sweep.hpp - the options of `sweep` that run its jobs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"

namespace ntorc::train {

enum class Runner { Local, Slurm };

/// What to do with the jobs of a sweep, as the command line says it.
struct RunArgs {
  std::optional<Runner> run;
  bool status = false;
  std::string job;  ///< the one to run, as a task of Slurm does
  std::optional<int> jobs;
  std::optional<double> time_limit_ms;
  std::optional<double> memory_limit_bytes;
  double grace_ms = 10'000;
  int attempts = 1;
  bool retry_failed = false;
  int cpus = 1;
  std::string partition;
  std::string account;
  std::vector<std::string> sbatch;
  bool wait = false;
  double poll_ms = 10'000;

  bool anything() const { return run || status || !job.empty(); }
};

void add_run_options(CLI::App& sweep, RunArgs& args);

/// Runs, submits or describes the jobs of the sweep in `folder`. @return  the exit code: 0 only if all were done, or
/// submitted as asked.
int run_sweep(const std::filesystem::path& folder, const RunArgs& args);

}  // namespace ntorc::train
