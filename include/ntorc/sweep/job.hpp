// ntorc/sweep/job.hpp - the jobs of a sweep and how far each has come. docs/formats/sweep.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::sweep {

/// One synthesis run: a folder with all that it needs.
struct Job {
  std::string id;         ///< 16 hexadecimal digits, made from what hls4ml builds: the same hardware, the same id
  std::string summary{};  ///< for people: "conv1d 16 x 3 -> 8, reuse 4; dense 128 -> 1, reuse 16"

  friend bool operator==(const Job&, const Job&) = default;
};

/// manifest.json at the top of a sweep: what is to run. The jobs lie in jobs/<id>/.
struct Manifest {
  std::string version;               ///< of ntorc that wrote it
  std::vector<std::string> command;  ///< program and arguments, run in the job's folder: {"python3", "build.py"}
  std::vector<Job> jobs;             ///< in the order of the sweep
  std::string hls4ml{};              ///< dialect that the jobs are written in: "1.2", "1.3"; empty if not known

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

std::filesystem::path job_folder(const std::filesystem::path& sweep, const Job& job);  ///< sweep/jobs/<id>

/// @throws FileError, ParseError
Manifest read_manifest(const std::filesystem::path& sweep);
/// The same for text in memory. @param name  what to call it in messages.
Manifest parse_manifest(std::string_view json, std::string_view name);
/// @throws FileError
void write_manifest(const std::filesystem::path& sweep, const Manifest& manifest);

enum class JobState {
  Waiting,  ///< never ran, or was interrupted
  Running,  ///< a process holds the lock of its folder
  Done,     ///< its command ended with 0
  Failed,   ///< its command ended otherwise, or went over a limit
};

std::string_view to_string(JobState state);  ///< "waiting", "running", "done", "failed"

/// status.json in a job's folder, written whole when a run begins and when it has ended.
struct JobStatus {
  JobState state = JobState::Waiting;
  int attempts = 0;                ///< runs that have begun
  std::optional<int> exit_code{};  ///< of the last that ended by itself
  std::string reason{};  ///< why it is not done: "exit 1", "signal 9", "time limit 3600 s", "memory limit 8 GiB",
                         ///< "interrupted by signal 2", "cut off"
  double seconds = 0;    ///< wall clock of the last run
  std::uint64_t peak_memory_bytes = 0;  ///< resident, the largest sum over the processes of the run that was seen
  std::string where{};                  ///< host of the last run, and its task of Slurm: "node7", "node7, slurm 41_5"
};

/// Of a job that has none: Waiting. Takes no lock and writes nothing. @throws FileError, ParseError
JobStatus read_status(const std::filesystem::path& sweep, const Job& job);

}  // namespace ntorc::sweep
