#include "sweep/process_tree.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;

/// Empty if it cannot be read: processes come and go.
std::string slurp(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<pid_t> number(std::string_view text) {
  pid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The numbers that name folders: processes of /proc, threads of /proc/<pid>/task.
std::vector<pid_t> numbered(const fs::path& folder) {
  std::vector<pid_t> numbers;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (const auto value = number(entry->path().filename().string())) numbers.push_back(*value);
  }
  return numbers;
}

/// As the kernel lists them; not every kernel does.
std::vector<pid_t> listed_children(pid_t parent) {
  std::vector<pid_t> children;
  const std::string tasks = fmt::format("/proc/{}/task", parent);
  for (const pid_t thread : numbered(tasks)) {
    const std::string list = slurp(fmt::format("{}/{}/children", tasks, thread));
    for (std::size_t from = 0; from < list.size();) {
      const std::size_t end = std::min(list.find(' ', from), list.size());
      if (const auto child = number(std::string_view(list).substr(from, end - from))) children.push_back(*child);
      from = end + 1;
    }
  }
  return children;
}

/// Every parent and its children, from a walk over all processes.
std::map<pid_t, std::vector<pid_t>> all_children() {
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t process : numbered("/proc")) {
    // "pid (name) state ppid ...", where the name may hold anything.
    const std::string stat = slurp(fmt::format("/proc/{}/stat", process));
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos || name_end + 4 >= stat.size()) continue;
    const std::string_view rest = std::string_view(stat).substr(name_end + 4);
    if (const auto parent = number(rest.substr(0, rest.find(' ')))) children[*parent].push_back(process);
  }
  return children;
}

}  // namespace

std::vector<pid_t> descendants(pid_t root) {
  std::error_code ignored;
  const bool listed = fs::exists("/proc/thread-self/children", ignored);
  const auto children = listed ? std::map<pid_t, std::vector<pid_t>>() : all_children();
  std::vector<pid_t> found;
  const auto add_children_of = [&](pid_t parent) {
    if (listed) {
      const std::vector<pid_t> own = listed_children(parent);
      found.insert(found.end(), own.begin(), own.end());
    } else if (const auto own = children.find(parent); own != children.end()) {
      found.insert(found.end(), own->second.begin(), own->second.end());
    }
  };
  add_children_of(root);
  for (std::size_t next = 0; next < found.size(); ++next) add_children_of(found[next]);
  return found;
}

std::uint64_t resident_bytes(const std::vector<pid_t>& processes) {
  std::uint64_t pages = 0;
  for (const pid_t process : processes) {
    std::ifstream statm(fmt::format("/proc/{}/statm", process));
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (statm >> size >> resident) pages += resident;
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::vector<pid_t> started_with(std::string_view variable) {
  std::vector<pid_t> found;
  for (const pid_t process : numbered("/proc")) {
    if (process == ::getpid()) continue;
    const std::string environment = '\0' + slurp(fmt::format("/proc/{}/environ", process)) + '\0';
    if (environment.find('\0' + std::string(variable) + '\0') != std::string::npos) found.push_back(process);
  }
  return found;
}

}  // namespace ntorc::sweep
