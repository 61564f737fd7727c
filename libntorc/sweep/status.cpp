#include "sweep/status.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "ntorc/error.hpp"
#include "ntorc/sweep/run.hpp"
#include "support/file.hpp"
#include "support/file_lock.hpp"
#include "support/json_reader.hpp"

namespace ntorc::sweep {
namespace {

constexpr JobState kStates[] = {JobState::Waiting, JobState::Running, JobState::Done, JobState::Failed};

std::filesystem::path status_file(const std::filesystem::path& sweep, const Job& job) {
  return job_folder(sweep, job) / "status.json";
}

/// Waiting if there is none. @throws FileError, ParseError
JobStatus read_file_of(const std::filesystem::path& file) {
  std::error_code failure;
  const bool there = std::filesystem::exists(file, failure);
  if (failure) throw FileError(fmt::format("{}: cannot read: {}", file.string(), failure.message()));
  return there ? status_from_json(support::read_file(file), file.string()) : JobStatus{};
}

JobState state_of(const support::JsonReader& reader) {
  for (const JobState state : kStates) {
    if (reader.text() == to_string(state)) return state;
  }
  reader.fail("one of \"waiting\", \"running\", \"done\", \"failed\"");
}

}  // namespace

std::string_view to_string(JobState state) {
  switch (state) {
    case JobState::Waiting:
      return "waiting";
    case JobState::Running:
      return "running";
    case JobState::Done:
      return "done";
    case JobState::Failed:
      return "failed";
  }
  return "";
}

std::filesystem::path lock_file(const std::filesystem::path& sweep, const Job& job) {
  return job_folder(sweep, job) / "lock";
}

std::string status_to_json(const JobStatus& status) {
  nlohmann::ordered_json json;
  json["state"] = to_string(status.state);
  json["attempts"] = status.attempts;
  if (status.exit_code) json["exit_code"] = *status.exit_code;
  if (!status.reason.empty()) json["reason"] = status.reason;
  json["seconds"] = status.seconds;
  json["peak_memory_bytes"] = status.peak_memory_bytes;
  if (!status.where.empty()) json["where"] = status.where;
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

JobStatus status_from_json(std::string_view text, std::string_view name) {
  const nlohmann::json json = support::parse_json(text, name);
  const support::JsonReader reader(json, name);
  reader.only({"state", "attempts", "exit_code", "reason", "seconds", "peak_memory_bytes", "where"});
  JobStatus status;
  status.state = state_of(reader.at("state"));
  status.attempts = static_cast<int>(reader.at("attempts").integer_in(0, std::numeric_limits<int>::max()));
  if (const auto code = reader.find("exit_code")) status.exit_code = static_cast<int>(code->integer_in(0, 255));
  if (const auto reason = reader.find("reason")) status.reason = reason->text();
  status.seconds = reader.at("seconds").number();
  status.peak_memory_bytes = static_cast<std::uint64_t>(
      reader.at("peak_memory_bytes").integer_in(0, std::numeric_limits<std::int64_t>::max()));
  if (const auto where = reader.find("where")) status.where = where->text();
  return status;
}

JobStatus read_status(const std::filesystem::path& sweep, const Job& job) {
  const std::filesystem::path file = status_file(sweep, job);
  const std::filesystem::path lock = lock_file(sweep, job);
  JobStatus status = read_file_of(file);
  for (;;) {
    if (status.state == JobState::Done) return status;
    if (support::FileLock::held(lock)) {
      status.state = JobState::Running;
      return status;
    }
    if (status.state != JobState::Running) return status;
    // Nobody held the lock: either the run was cut off, or it ended since the file was read.
    const JobStatus again = read_file_of(file);
    if (again.state == JobState::Running && again.attempts == status.attempts) {
      status.state = JobState::Waiting;
      status.reason = "cut off";
      return status;
    }
    status = again;
  }
}

JobStatus stored_status(const std::filesystem::path& sweep, const Job& job) {
  try {
    return read_file_of(status_file(sweep, job));
  } catch (const ParseError& error) {
    return {.reason = error.what()};
  }
}

void write_status(const std::filesystem::path& sweep, const Job& job, const JobStatus& status) {
  support::write_file(status_file(sweep, job), status_to_json(status));
}

std::vector<JobStatus> read_statuses(const std::filesystem::path& sweep, const Manifest& manifest) {
  std::vector<JobStatus> statuses;
  statuses.reserve(manifest.jobs.size());
  for (const Job& job : manifest.jobs) {
    try {
      statuses.push_back(read_status(sweep, job));
    } catch (const ParseError& error) {
      statuses.push_back({.reason = error.what()});
    }
  }
  return statuses;
}

Tally tally(const std::vector<JobStatus>& statuses) {
  Tally tally;
  for (const JobStatus& status : statuses) {
    switch (status.state) {
      case JobState::Waiting:
        ++tally.waiting;
        break;
      case JobState::Running:
        ++tally.running;
        break;
      case JobState::Done:
        ++tally.done;
        break;
      case JobState::Failed:
        ++tally.failed;
        break;
    }
  }
  return tally;
}

}  // namespace ntorc::sweep
