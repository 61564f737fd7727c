#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "ntorc/sweep/job.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::sweep {
namespace {

constexpr std::string_view kFormat = "ntorc sweep";
constexpr int kFormatVersion = 1;
constexpr std::size_t kIdDigits = 16;

/// It names a folder, so that it must not be anything else.
bool is_id(std::string_view text) {
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == kIdDigits && std::ranges::all_of(text, digit);
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::filesystem::path job_folder(const std::filesystem::path& sweep, const Job& job) { return sweep / "jobs" / job.id; }

Manifest read_manifest(const std::filesystem::path& sweep) {
  const std::filesystem::path file = sweep / "manifest.json";
  constexpr std::uintmax_t kMaxBytes = std::uintmax_t{1} << 30;
  return parse_manifest(support::read_file(file, kMaxBytes), file.string());
}

Manifest parse_manifest(std::string_view json, std::string_view name) {
  const nlohmann::json document = support::parse_json(json, name);
  const support::JsonReader root(document, name);
  root.only({"format", "format_version", "ntorc_version", "hls4ml", "command", "jobs"});
  const support::JsonReader format = root.at("format");
  if (format.text() != kFormat) format.fail(quoted(std::string(kFormat)));
  root.at("format_version").integer_in(kFormatVersion, kFormatVersion);
  Manifest manifest;
  manifest.version = root.at("ntorc_version").text();
  if (const auto dialect = root.find("hls4ml")) manifest.hls4ml = dialect->text();
  for (const support::JsonReader& word : root.at("command").items()) manifest.command.push_back(word.text());
  if (manifest.command.empty()) root.at("command").fail("a program and its arguments");
  std::unordered_set<std::string> seen;
  for (const support::JsonReader& entry : root.at("jobs").items()) {
    entry.only({"id", "summary"});
    Job job{entry.at("id").text(), entry.at("summary").text()};
    if (!is_id(job.id)) entry.at("id").fail("16 hexadecimal digits");
    if (!seen.insert(job.id).second) entry.at("id").fail("an id that stands here once");
    manifest.jobs.push_back(std::move(job));
  }
  return manifest;
}

void write_manifest(const std::filesystem::path& sweep, const Manifest& manifest) {
  std::string text = fmt::format("{{\n\"format\": \"{}\",\n\"format_version\": {},\n\"ntorc_version\": {},\n", kFormat,
                                 kFormatVersion, quoted(manifest.version));
  if (!manifest.hls4ml.empty()) text += fmt::format("\"hls4ml\": {},\n", quoted(manifest.hls4ml));
  std::vector<std::string> command;
  for (const std::string& word : manifest.command) command.push_back(quoted(word));
  text += fmt::format("\"command\": [{}],\n\"jobs\": [", fmt::join(command, ", "));
  for (std::size_t i = 0; i < manifest.jobs.size(); ++i) {
    const Job& job = manifest.jobs[i];
    text += fmt::format("{}\n{{\"id\": {}, \"summary\": {}}}", i == 0 ? "" : ",", quoted(job.id), quoted(job.summary));
  }
  text += "\n]\n}\n";
  support::write_file(sweep / "manifest.json", text);
}

}  // namespace ntorc::sweep
