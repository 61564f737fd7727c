// sweep/process_tree.hpp - processes, their children and their memory, from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace ntorc::sweep {

/// The children of `root`, theirs, and so on; those that have ended but were not waited for are among them.
std::vector<pid_t> descendants(pid_t root);

/// Resident memory, summed. A page that two processes share counts for each.
std::uint64_t resident_bytes(const std::vector<pid_t>& processes);

/// The processes of this machine, those that may be looked into, that were started with `variable` ("NAME=value") in
/// their environment; never the caller.
std::vector<pid_t> started_with(std::string_view variable);

}  // namespace ntorc::sweep
