// Runs the jobs of a sweep: on this machine, through Slurm, or one of them as a task of Slurm does.
#include "run_sweep.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <limits>
#include <map>

#include "ntorc/error.hpp"
#include "ntorc/sweep/run.hpp"
#include "ntorc/sweep/slurm.hpp"
#include "run_watch.hpp"

namespace ntorc::train {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

CLI::Option* add_time(CLI::App& sweep, const std::string& name, auto& target, const std::string& help) {
  const std::map<std::string, double> units{{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}};
  using Units = CLI::AsNumberWithUnit;
  return sweep.add_option(name, target, help)
      ->transform(Units(units, static_cast<Units::Options>(Units::CASE_SENSITIVE | Units::UNIT_REQUIRED), "TIME"))
      ->type_name("TIME");
}

milliseconds to_time(double value_ms, const char* flag) {
  constexpr double kMost = 3.2e10;  // a year
  if (!(value_ms >= 0 && value_ms <= kMost)) {
    throw app::UsageError(fmt::format("{}: expected a time of at most a year, got {} ms", flag, value_ms));
  }
  return milliseconds(static_cast<std::int64_t>(value_ms));
}

sweep::JobLimits limits_of(const RunArgs& args) {
  sweep::JobLimits limits;
  if (args.time_limit_ms) limits.time = to_time(*args.time_limit_ms, "--time-limit");
  if (args.memory_limit_bytes) {
    if (!(*args.memory_limit_bytes >= 1 && *args.memory_limit_bytes <= 1e18)) {
      throw app::UsageError(fmt::format("--memory-limit: expected 1 byte to 1e18, got {}", *args.memory_limit_bytes));
    }
    limits.memory_bytes = static_cast<std::uint64_t>(*args.memory_limit_bytes);
  }
  limits.grace = to_time(args.grace_ms, "--grace");
  return limits;
}

sweep::FailedJobs failed_of(const RunArgs& args) {
  return args.retry_failed ? sweep::FailedJobs::Retry : sweep::FailedJobs::Leave;
}

/// What the command line got wrong is a matter of usage.
void check(const auto& options) {
  try {
    options.validate();
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
}

int outcome(const sweep::RunResult& result) {
  if (result.signal)
    spdlog::warn("interrupted by signal {}; the same command goes on with what is left", *result.signal);
  return result.tally.done == result.tally.total() ? app::kAnswered : app::kFailed;
}

int run_here(const fs::path& folder, const sweep::Manifest& manifest, const RunArgs& args) {
  sweep::RunOptions options;
  options.jobs = args.jobs.value_or(1);
  options.limits = limits_of(args);
  options.attempts = args.attempts;
  options.failed = failed_of(args);
  if (!args.job.empty()) options.only = {args.job};
  check(options);
  const sweep::RunResult result = [&] {
    RunWatch watch;
    return sweep::run_local(folder, manifest, options, std::ref(watch));
  }();
  app::write_result("-", tally_line(result.tally) + "\n");
  // A task whose job another process runs has nothing left to do.
  if (!args.job.empty() && result.tally.running > 0) return app::kAnswered;
  return outcome(result);
}

int run_by_slurm(const fs::path& folder, const sweep::Manifest& manifest, const RunArgs& args) {
  sweep::SlurmOptions options;
  std::error_code failure;
  options.program = fs::read_symlink("/proc/self/exe", failure);
  if (failure) throw FileError(fmt::format("/proc/self/exe: cannot read: {}", failure.message()));
  options.limits = limits_of(args);
  options.attempts = args.attempts;
  options.failed = failed_of(args);
  options.at_once = args.jobs;
  options.cpus = args.cpus;
  options.partition = args.partition;
  options.account = args.account;
  options.extra = args.sbatch;
  check(options);
  const milliseconds poll = to_time(args.poll_ms, "--poll");
  if (poll.count() == 0) throw app::UsageError("--poll: expected more than 0, got 0");
  const sweep::SlurmSubmission submission = sweep::submit_to_slurm(folder, manifest, options);
  spdlog::info("submitted {} jobs{}{}; {} were queued already", submission.submitted,
               submission.arrays.empty() ? "" : " as array ", fmt::join(submission.arrays, ", "), submission.queued);
  if (!args.wait) {
    app::write_result("-", tally_line(submission.tally) + "\n");
    return app::kAnswered;
  }
  const sweep::RunResult result = [&] {
    RunWatch watch;
    return sweep::wait_for_slurm(folder, manifest, poll, std::ref(watch));
  }();
  app::write_result("-", tally_line(result.tally) + "\n");
  return outcome(result);
}

int show_status(const fs::path& folder, const sweep::Manifest& manifest) {
  const std::vector<sweep::JobStatus> statuses = sweep::read_statuses(folder, manifest);
  std::string text = tally_line(sweep::tally(statuses)) + "\n";
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const bool quiet = statuses[i].state == sweep::JobState::Done ||
                       (statuses[i].state == sweep::JobState::Waiting && statuses[i].reason.empty());
    if (!quiet) text += job_line(manifest.jobs[i], statuses[i]) + "\n";
  }
  app::write_result("-", text);
  return app::kAnswered;
}

}  // namespace

void add_run_options(CLI::App& sweep, RunArgs& args) {
  const std::string group = "Running the jobs (docs/guides/running-a-sweep.md)";
  auto* const run = sweep.add_option("--run", args.run, "Run the jobs that are not done: here, or through Slurm");
  app::one_of<Runner>(run, {{"local", Runner::Local}, {"slurm", Runner::Slurm}})->group(group);
  auto* const status = sweep.add_flag("--status", args.status, "Print how far the jobs have come")->group(group);
  auto* const job = sweep.add_option("--job", args.job, "Run this job alone, here")->type_name("ID")->group(group);
  run->excludes(status)->excludes(job);
  status->excludes(job);
  sweep.add_option("--jobs", args.jobs, "Jobs at the same time; without it 1 (local), or as many as Slurm lets run")
      ->group(group);
  add_time(sweep, "--time-limit", args.time_limit_ms, "Wall clock of a job, as in 90s, 30min, 2h")->group(group);
  sweep
      .add_option("--memory-limit", args.memory_limit_bytes,
                  "Resident memory of a job, all its processes together, as in 8GiB")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE")
      ->group(group);
  add_time(sweep, "--grace", args.grace_ms, "From SIGTERM to SIGKILL when a job is stopped")
      ->default_str("10s")
      ->group(group);
  sweep.add_option("--attempts", args.attempts, "Run a job that fails again until it has had so many runs")
      ->capture_default_str()
      ->group(group);
  sweep.add_flag("--retry-failed", args.retry_failed, "Run jobs that failed before once more")->group(group);

  const std::string slurm = "Slurm";
  sweep.add_option("--cpus", args.cpus, "Processors for each job")->capture_default_str()->group(slurm);
  sweep.add_option("--partition", args.partition, "Slurm's partition")->group(slurm);
  sweep.add_option("--account", args.account, "Slurm's account")->group(slurm);
  sweep.add_option("--sbatch", args.sbatch, "One more option for sbatch, as in --sbatch=--qos=long; may be repeated")
      ->group(slurm);
  sweep.add_flag("--wait", args.wait, "Follow the jobs until Slurm has none of them left")->group(slurm);
  add_time(sweep, "--poll", args.poll_ms, "Time between two looks at Slurm with --wait")
      ->default_str("10s")
      ->group(slurm);
}

int run_sweep(const fs::path& folder, const RunArgs& args) {
  const sweep::Manifest manifest = sweep::read_manifest(folder);
  if (args.status) return show_status(folder, manifest);
  if (args.run == Runner::Slurm) return run_by_slurm(folder, manifest, args);
  return run_here(folder, manifest, args);
}

}  // namespace ntorc::train
