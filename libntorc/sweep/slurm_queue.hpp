// sweep/slurm_queue.hpp - what Slurm knows of a sweep's tasks, and what the sweep's folder knows of Slurm.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ntorc/sweep/job.hpp"

namespace ntorc::sweep {

/// SWEEP/slurm: the arrays that were submitted, or were about to be, numbered from 1.
class SlurmFolder {
 public:
  /// Makes the folder and its name if they are not there. @throws FileError
  explicit SlurmFolder(const std::filesystem::path& sweep);

  std::filesystem::path file(int number, std::string_view extension) const;
  std::filesystem::path lock_file() const { return folder_ / "lock"; }
  /// That Slurm knows the array by: no other sweep has such a name.
  std::string array_name(int number) const;
  int last() const { return last_; }  ///< 0: none
  /// Ids of the jobs, by array index. @throws FileError
  std::vector<std::string> jobs(int number) const;

 private:
  std::filesystem::path folder_;
  std::string name_;
  int last_ = 0;
};

/// A task of an array.
struct SlurmTask {
  std::string id;      ///< "41_5"
  std::string state;   ///< Slurm's word: "PENDING", "TIMEOUT"
  bool ended = false;  ///< it will not run (again)
};

/// The newest task of each job that Slurm still knows, by the job's id.
/// @throws FileError  if Slurm does not answer.
std::unordered_map<std::string, SlurmTask> ask_slurm(const SlurmFolder& folder);

/// Lines of `squeue --format=%F|%K|%T|%j`, as {array name, index} -> task. Lines of another form are passed over.
struct QueueLine {
  std::string array_name;
  std::size_t index = 0;
  SlurmTask task;
};
std::vector<QueueLine> parse_queue(std::string_view text);

/// The first line of what a program said, for a message.
std::string first_line(std::string_view text);

}  // namespace ntorc::sweep
