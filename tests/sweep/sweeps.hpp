// tests/sweep/sweeps.hpp - small sweeps whose jobs are shell scripts.
#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/sweep/job.hpp"

namespace ntorc::test {

/// A sweep in a folder of its own. Every script runs in its job's folder, with $LOG the path of a file that all share.
class ScriptSweep {
 public:
  explicit ScriptSweep(const std::vector<std::string>& scripts) {
    manifest_.version = "0.1.0";
    manifest_.command = {"sh", "job.sh"};
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      manifest_.jobs.push_back({fmt::format("{:016x}", i + 1), fmt::format("script {}", i)});
      const auto folder = sweep::job_folder(path(), manifest_.jobs.back());
      std::filesystem::create_directories(folder);
      std::ofstream(folder / "job.sh") << "LOG='" << log().string() << "'\nN=" << i << "\n" << scripts[i] << "\n";
    }
    sweep::write_manifest(path(), manifest_);
  }

  const std::filesystem::path& path() const { return dir_.path(); }
  const sweep::Manifest& manifest() const { return manifest_; }
  const sweep::Job& job(std::size_t index) const { return manifest_.jobs.at(index); }
  std::filesystem::path folder(std::size_t index) const { return sweep::job_folder(path(), job(index)); }
  std::filesystem::path log() const { return path() / "shared.log"; }
  sweep::JobStatus status(std::size_t index) const { return sweep::read_status(path(), job(index)); }

  std::vector<std::string> log_lines() const {
    std::ifstream in(log());
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  std::ptrdiff_t count(const std::string& line) const {
    const auto lines = log_lines();
    return std::count(lines.begin(), lines.end(), line);
  }

 private:
  TemporaryDir dir_;
  sweep::Manifest manifest_;
};

/// Waits, up to ten seconds, until `condition` holds.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

/// A process that is there and has not ended: a zombie has.
inline bool alive(pid_t process) {
  const std::string stat = read_all(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.size() > name_end + 2 && stat[name_end + 2] != 'Z';
}

/// The number in a file that a script wrote its process id into; 0 if it is not there yet.
inline pid_t pid_in(const std::filesystem::path& file) {
  std::istringstream in(read_all(file));
  pid_t process = 0;
  in >> process;
  return process;
}

}  // namespace ntorc::test
