// sweep/status.hpp - status.json and what belongs to it, for those that write it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ntorc/sweep/job.hpp"

namespace ntorc::sweep {

std::filesystem::path lock_file(const std::filesystem::path& sweep, const Job& job);

/// As JSON. The state is that of `status`, Running as well.
std::string status_to_json(const JobStatus& status);
/// @param name  of the text, for messages. @throws ParseError
JobStatus status_from_json(std::string_view text, std::string_view name);

/// What stands in status.json, whoever holds the lock; Waiting, with the complaint as its reason, if it is broken.
/// @throws FileError
JobStatus stored_status(const std::filesystem::path& sweep, const Job& job);
/// By who holds the lock of the job. @throws FileError
void write_status(const std::filesystem::path& sweep, const Job& job, const JobStatus& status);

}  // namespace ntorc::sweep
