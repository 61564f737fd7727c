#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "ntorc/error.hpp"
#include "ntorc/sweep/slurm.hpp"
#include "support/file.hpp"
#include "support/file_lock.hpp"
#include "sweep/signals.hpp"
#include "sweep/slurm_queue.hpp"
#include "sweep/status.hpp"
#include "sweep/subprocess.hpp"

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Tasks = std::unordered_map<std::string, SlurmTask>;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kKeeperMiB = 128;  ///< for ntorc-train itself, beside a job

/// For sh.
std::string in_quotes(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// Slurm reads a line of #SBATCH as a shell does, and has a meaning for %.
void check_path(const fs::path& path) {
  if (path.string().find_first_of("\"'\\%\n") == std::string::npos) return;
  throw InvalidArgument(fmt::format("{}: expected a path without quotes, \\, % or line ends for Slurm", path.string()));
}

/// Tasks of one array, at most: indices end before it.
std::size_t largest_array() {
  const Finished config = run_program({"scontrol", "show", "config"});
  if (config.exit_code != 0) {
    throw FileError(fmt::format("scontrol: expected Slurm's configuration, found: {}", first_line(config.err)));
  }
  std::string_view text = config.out;
  std::size_t size = 0;
  const std::size_t key = text.find("MaxArraySize");
  const std::size_t digits = key == std::string_view::npos ? key : text.find_first_of("0123456789", key);
  if (digits != std::string_view::npos) std::from_chars(text.data() + digits, text.data() + text.size(), size);
  if (size == 0) throw FileError("scontrol: expected MaxArraySize of 1 or more in Slurm's configuration, found none");
  return size;
}

/// Whole minutes, as Slurm counts them, that `attempts` runs may take, and one more for all around them.
std::optional<std::int64_t> slurm_minutes(const SlurmOptions& options) {
  if (!options.limits.time) return std::nullopt;
  const milliseconds runs = (*options.limits.time + options.limits.grace) * options.attempts;
  return std::chrono::ceil<std::chrono::minutes>(runs).count() + 1;
}

std::string script_of(const fs::path& sweep, const SlurmFolder& folder, int number, std::size_t tasks,
                      const SlurmOptions& options) {
  std::string script = "#!/bin/bash\n";
  const auto directive = [&](std::string_view text) { script += fmt::format("#SBATCH {}\n", text); };
  directive(fmt::format("--job-name={}", folder.array_name(number)));
  const std::string throttle = options.at_once ? fmt::format("%{}", *options.at_once) : "";
  directive(fmt::format("--array=0-{}{}", tasks - 1, throttle));
  directive(fmt::format("--output=\"{}\"", (sweep / "slurm" / fmt::format("{}.%a.out", number)).string()));
  directive("--open-mode=append");
  directive("--requeue");
  directive("--nodes=1");
  directive("--ntasks=1");
  directive(fmt::format("--cpus-per-task={}", options.cpus));
  if (const auto minutes = slurm_minutes(options)) directive(fmt::format("--time={}", *minutes));
  if (options.limits.memory_bytes) {
    directive(fmt::format("--mem={}M", (*options.limits.memory_bytes + kMiB - 1) / kMiB + kKeeperMiB));
  }
  if (!options.partition.empty()) directive("--partition=" + options.partition);
  if (!options.account.empty()) directive("--account=" + options.account);
  for (const std::string& more : options.extra) directive(more);

  script += fmt::format("job=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" {})\n",
                        in_quotes(folder.file(number, "jobs").string()));
  script += fmt::format("exec {} sweep {} --job \"$job\" --grace {}ms", in_quotes(options.program.string()),
                        in_quotes(sweep.string()), options.limits.grace.count());
  if (options.limits.time) script += fmt::format(" --time-limit {}ms", options.limits.time->count());
  if (options.limits.memory_bytes) script += fmt::format(" --memory-limit {}B", *options.limits.memory_bytes);
  script += fmt::format(" --attempts {}", options.attempts);
  if (options.failed == FailedJobs::Retry) script += " --retry-failed";
  return script + "\n";
}

/// What Slurm did to a task whose job could not say so itself; nothing if the job knows better.
std::optional<JobStatus> settled(JobStatus status, const SlurmTask& task) {
  if (!task.ended || status.state != JobState::Waiting || !status.where.ends_with(", slurm " + task.id)) return {};
  const std::string before = status.reason;
  if (task.state == "TIMEOUT") {
    status.state = JobState::Failed;
    status.reason = "time limit of Slurm";
  } else if (task.state == "OUT_OF_MEMORY") {
    status.state = JobState::Failed;
    status.reason = "memory limit of Slurm";
  } else if (task.state == "CANCELLED") {
    status.reason = "cancelled in Slurm";
  } else if (task.state == "NODE_FAIL" || task.state == "BOOT_FAIL") {
    status.reason = "its node failed";
  } else if (task.state == "PREEMPTED") {
    status.reason = "preempted in Slurm";
  }
  if (status.reason == before) return {};
  return status;
}

/// Brings the statuses, and status.json with them, up to what Slurm knows.
void settle(const fs::path& sweep, const Manifest& manifest, const Tasks& tasks, std::vector<JobStatus>& statuses) {
  for (std::size_t i = 0; i < manifest.jobs.size(); ++i) {
    const Job& job = manifest.jobs[i];
    const auto task = tasks.find(job.id);
    if (task == tasks.end() || !settled(statuses[i], task->second)) continue;
    const std::optional<support::FileLock> lock = support::FileLock::try_take(lock_file(sweep, job));
    if (!lock) continue;  // it has been begun again since
    JobStatus stored = stored_status(sweep, job);
    if (stored.state == JobState::Running) stored.state = JobState::Waiting;
    if (const auto status = settled(stored, task->second)) {
      write_status(sweep, job, *status);
      statuses[i] = *status;
    }
  }
}

bool to_be_run(const JobStatus& status, const SlurmOptions& options) {
  if (status.state == JobState::Waiting) return true;
  return status.state == JobState::Failed &&
         (options.failed == FailedJobs::Retry || status.attempts < options.attempts);
}

std::string submit(const fs::path& script, const std::string& after) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  if (!after.empty()) words.push_back("--dependency=afterany:" + after);
  words.push_back(script.string());
  const Finished sbatch = run_program(words);
  if (sbatch.exit_code != 0) {
    throw FileError(fmt::format("sbatch {}: expected an id, found: {}", script.string(), first_line(sbatch.err)));
  }
  const std::string line = first_line(sbatch.out);
  return line.substr(0, line.find(';'));  // a cluster's name may follow
}

}  // namespace

void SlurmOptions::validate() const {
  limits.validate();
  if (program.empty()) throw InvalidArgument("program: expected the path of ntorc-train, got none");
  if (attempts < 1) throw InvalidArgument(fmt::format("attempts: expected 1 or more, got {}", attempts));
  if (at_once && *at_once < 1) throw InvalidArgument(fmt::format("jobs: expected 1 or more, got {}", *at_once));
  if (cpus < 1) throw InvalidArgument(fmt::format("cpus: expected 1 or more, got {}", cpus));
  for (const std::string& more : extra) {
    if (!more.starts_with('-') || more.find('\n') != std::string::npos) {
      throw InvalidArgument(fmt::format("option of sbatch: expected one as in --qos=long, got {}", more));
    }
  }
}

SlurmSubmission submit_to_slurm(const fs::path& sweep, const Manifest& manifest, const SlurmOptions& options) {
  options.validate();
  const fs::path root = fs::absolute(sweep).lexically_normal();
  check_path(root);
  check_path(options.program);
  SlurmFolder folder(root);
  const std::optional<support::FileLock> lock = support::FileLock::try_take(folder.lock_file());
  if (!lock) throw FileError(fmt::format("{}: another process is submitting this sweep", folder.lock_file().string()));
  folder = SlurmFolder(root);  // as it is under the lock

  const Tasks tasks = ask_slurm(folder);
  std::vector<JobStatus> statuses = read_statuses(root, manifest);
  settle(root, manifest, tasks, statuses);
  SlurmSubmission submission;
  submission.tally = tally(statuses);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < manifest.jobs.size(); ++i) {
    if (!to_be_run(statuses[i], options)) continue;
    const auto task = tasks.find(manifest.jobs[i].id);
    if (task != tasks.end() && !task->second.ended) {
      ++submission.queued;
    } else {
      ids.push_back(manifest.jobs[i].id);
    }
  }
  if (ids.empty()) return submission;
  const std::size_t largest = largest_array();
  std::string before;
  int number = folder.last();
  for (std::size_t from = 0; from < ids.size(); from += largest) {
    ++number;
    const std::size_t count = std::min(largest, ids.size() - from);
    const std::span<const std::string> part(ids.data() + from, count);
    support::write_file(folder.file(number, "jobs"), fmt::format("{}\n", fmt::join(part, "\n")));
    const fs::path script = folder.file(number, "sh");
    support::write_file(script, script_of(root, folder, number, count, options));
    // With a limit to what runs at once, arrays come one after the other: Slurm's own limit is one for each array.
    const std::string id = submit(script, options.at_once ? before : "");
    support::write_file(folder.file(number, "id"), id + "\n");
    submission.arrays.push_back(id);
    submission.submitted += count;
    before = id;
  }
  return submission;
}

RunResult wait_for_slurm(const fs::path& sweep, const Manifest& manifest, milliseconds poll, const RunWatch& watch) {
  if (poll.count() <= 0) throw InvalidArgument(fmt::format("poll: expected more than 0, got {} ms", poll.count()));
  const fs::path root = fs::absolute(sweep).lexically_normal();
  const SignalWait signals;
  const auto begun = std::chrono::steady_clock::now();
  std::vector<JobStatus> before = read_statuses(root, manifest);
  std::size_t ended = 0;
  for (;;) {
    std::optional<Tasks> tasks;
    try {
      tasks = ask_slurm(SlurmFolder(root));
    } catch (const FileError&) {
      // The controller may come back; until then nothing is known.
    }
    std::vector<JobStatus> statuses = read_statuses(root, manifest);
    if (tasks) settle(root, manifest, *tasks, statuses);
    RunProgress progress;
    progress.tally = tally(statuses);
    progress.elapsed = std::chrono::steady_clock::now() - begun;
    bool open = !tasks;
    for (std::size_t i = 0; i < manifest.jobs.size(); ++i) {
      const bool over = statuses[i].state == JobState::Done || statuses[i].state == JobState::Failed;
      if (tasks && statuses[i].state != JobState::Done) {  // one that failed may be queued again
        const auto task = tasks->find(manifest.jobs[i].id);
        open = open || statuses[i].state == JobState::Running || (task != tasks->end() && !task->second.ended);
      }
      const bool news = statuses[i].state != before[i].state || statuses[i].attempts != before[i].attempts;
      if (!over || !news) continue;
      ++ended;
      progress.ended = &manifest.jobs[i];
      progress.status = &statuses[i];
      if (watch) watch(progress);
    }
    progress.ended = nullptr;
    progress.status = nullptr;
    if (ended > 0) {
      const auto left = static_cast<double>(progress.tally.waiting + progress.tally.running);
      progress.remaining = progress.elapsed / static_cast<double>(ended) * left;
    }
    if (watch) watch(progress);
    before = std::move(statuses);
    if (!open) return {progress.tally, std::nullopt};
    const auto until = std::chrono::steady_clock::now() + poll;
    for (auto left = poll; left.count() > 0;
         left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now())) {
      const auto signal = signals.wait(left);
      if (signal && ends_a_run(*signal)) return {progress.tally, signal};
    }
  }
}

}  // namespace ntorc::sweep
