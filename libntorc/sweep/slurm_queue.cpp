#include "sweep/slurm_queue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

#include "ntorc/error.hpp"
#include "support/file.hpp"
#include "sweep/subprocess.hpp"

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kEndStates{"BOOT_FAIL", "CANCELLED",    "COMPLETED",     "DEADLINE",
                                                      "FAILED",    "NODE_FAIL",    "OUT_OF_MEMORY", "PREEMPTED",
                                                      "REVOKED",   "SPECIAL_EXIT", "TIMEOUT"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string first_line(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return std::string(text.substr(begin, text.substr(begin).find_first_of("\r\n")));
}

SlurmFolder::SlurmFolder(const fs::path& sweep) : folder_(sweep / "slurm") {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) throw FileError(fmt::format("{}: cannot be made: {}", folder_.string(), failure.message()));
  const fs::path name = folder_ / "name";
  if (!fs::exists(name, failure)) {
    std::random_device random;
    support::write_file(name, fmt::format("ntorc-{:08x}{:08x}\n", random(), random()));
  }
  name_ = first_line(support::read_file(name));
  for (fs::directory_iterator entry(folder_, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (entry->path().extension() != ".jobs") continue;
    const std::string stem = entry->path().stem().string();
    int number = 0;
    if (std::from_chars(stem.data(), stem.data() + stem.size(), number).ec == std::errc()) {
      last_ = std::max(last_, number);
    }
  }
  if (failure) throw FileError(fmt::format("{}: cannot read: {}", folder_.string(), failure.message()));
}

fs::path SlurmFolder::file(int number, std::string_view extension) const {
  return folder_ / fmt::format("{}.{}", number, extension);
}

std::string SlurmFolder::array_name(int number) const { return fmt::format("{}-{}", name_, number); }

std::vector<std::string> SlurmFolder::jobs(int number) const {
  std::vector<std::string> ids;
  const std::string text = support::read_file(file(number, "jobs"));
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) ids.emplace_back(line);
  }
  return ids;
}

std::vector<QueueLine> parse_queue(std::string_view text) {
  std::vector<QueueLine> lines;
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> cells = split(line, '|');
    if (cells.size() != 4) continue;
    QueueLine parsed;
    const auto [end, error] = std::from_chars(cells[1].data(), cells[1].data() + cells[1].size(), parsed.index);
    if (error != std::errc() || end != cells[1].data() + cells[1].size()) continue;
    parsed.array_name = cells[3];
    parsed.task.id = fmt::format("{}_{}", cells[0], cells[1]);
    parsed.task.state = cells[2];
    parsed.task.ended = std::ranges::find(kEndStates, cells[2]) != kEndStates.end();
    lines.push_back(std::move(parsed));
  }
  return lines;
}

std::unordered_map<std::string, SlurmTask> ask_slurm(const SlurmFolder& folder) {
  std::unordered_map<std::string, SlurmTask> tasks;
  if (folder.last() == 0) return tasks;
  // By name, not by id: an id may not have been written down.
  std::vector<std::string> names;
  for (int number = 1; number <= folder.last(); ++number) names.push_back(folder.array_name(number));
  const Finished squeue =
      run_program({"squeue", "--noheader", "--array", "--states=all", fmt::format("--user={}", ::getuid()),
                   fmt::format("--name={}", fmt::join(names, ",")), "--format=%F|%K|%T|%j"});
  if (squeue.exit_code != 0) {
    throw FileError(fmt::format("squeue: expected the tasks of this sweep, found: {}", first_line(squeue.err)));
  }
  std::unordered_map<std::string, std::vector<QueueLine>> by_array;
  for (QueueLine& line : parse_queue(squeue.out)) by_array[line.array_name].push_back(std::move(line));
  for (int number = 1; number <= folder.last(); ++number) {
    const auto found = by_array.find(folder.array_name(number));
    if (found == by_array.end()) continue;
    const std::vector<std::string> ids = folder.jobs(number);
    for (QueueLine& line : found->second) {
      if (line.index >= ids.size()) continue;
      const auto [known, added] = tasks.try_emplace(ids[line.index]);
      // One that may still run says more than a newer one that will not.
      if (added || known->second.ended) known->second = std::move(line.task);
    }
  }
  return tasks;
}

}  // namespace ntorc::sweep
