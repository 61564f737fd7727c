#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ntorc/sweep/job.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::sweep {

std::filesystem::path job_folder(const std::filesystem::path& sweep, const Job& job) { return sweep / "jobs" / job.id; }

Manifest read_manifest(const std::filesystem::path& sweep) {
  const std::filesystem::path file = sweep / "manifest.json";
  const nlohmann::json json = support::parse_json(support::read_file(file), file.string());
  const std::string name = file.string();
  const support::JsonReader reader(json, name);
  Manifest manifest;
  manifest.version = reader.at("version").text();
  for (const auto& word : reader.at("command").items()) manifest.command.push_back(word.text());
  for (const auto& job : reader.at("jobs").items())
    manifest.jobs.push_back({job.at("id").text(), job.at("summary").text()});
  return manifest;
}

void write_manifest(const std::filesystem::path& sweep, const Manifest& manifest) {
  nlohmann::ordered_json json;
  json["version"] = manifest.version;
  json["command"] = manifest.command;
  json["jobs"] = nlohmann::ordered_json::array();
  for (const Job& job : manifest.jobs) json["jobs"].push_back({{"id", job.id}, {"summary", job.summary}});
  support::write_file(sweep / "manifest.json", json.dump(1) + "\n");
}

}  // namespace ntorc::sweep
