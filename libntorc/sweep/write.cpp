#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_set>

#include "ntorc/error.hpp"
#include "ntorc/model/write_keras.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "ntorc/version.hpp"
#include "support/file.hpp"
#include "sweep/job_files.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

/// Writes what is not there. A file is whole if it is there. @return  whether anything was missing.
bool complete(const fs::path& folder, const Target& target, const PlannedJob& job) {
  bool added = false;
  const auto provide = [&](const char* name, auto make) {
    const fs::path file = folder / name;
    if (is_there(file)) return;
    support::write_file(file, make());
    added = true;
  };
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw FileError(fmt::format("{}: cannot be made: {}", folder.string(), failure.message()));
  provide("model.json", [&] { return model::keras_json(job.network->graph) + "\n"; });
  provide("model.h5", [&] { return job_h5(job); });
  provide("hls4ml.yml", [&] { return job_yaml(target, job); });
  provide("build.py", [&] { return job_driver(target, job); });
  return added;
}

/// @throws InvalidArgument  if the folder holds what `next` would not have.
void check_growth(const fs::path& folder, const Manifest& next) {
  const Manifest old = read_manifest(folder);
  const std::string file = (folder / "manifest.json").string();
  if (!old.hls4ml.empty() && old.hls4ml != next.hls4ml) {
    throw InvalidArgument(fmt::format("{}: expected jobs for hls4ml {}, found those for {}: take another folder", file,
                                      next.hls4ml, old.hls4ml));
  }
  std::unordered_set<std::string> ids;
  for (const Job& job : next.jobs) ids.insert(job.id);
  const auto missing = std::ranges::count_if(old.jobs, [&](const Job& job) { return !ids.contains(job.id); });
  if (missing > 0) {
    throw InvalidArgument(fmt::format(
        "{}: expected a sweep that this one contains, found {} of {} jobs that it does not have: take another "
        "folder",
        file, missing, old.jobs.size()));
  }
}

}  // namespace

Written write_sweep(const fs::path& folder, const Sweep& sweep, const WriteOptions& options) {
  Manifest manifest{std::string(kVersion), {"python3", "build.py"}, {}, std::string(to_string(sweep.target.dialect))};
  for (const PlannedJob& job : sweep.jobs) manifest.jobs.push_back(job.job);
  if (is_there(folder / "manifest.json")) check_growth(folder, manifest);

  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> added{0};
  std::exception_ptr failure;
  std::mutex failed;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < sweep.jobs.size(); i = next++) {
        if (complete(job_folder(folder, sweep.jobs[i].job), sweep.target, sweep.jobs[i])) ++added;
      }
    } catch (...) {
      const std::lock_guard lock(failed);
      if (!failure) failure = std::current_exception();
      next = sweep.jobs.size();
    }
  };
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> workers;
    for (unsigned t = 1; t < threads; ++t) workers.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  write_manifest(folder, manifest);
  return {added, sweep.jobs.size() - added};
}

}  // namespace ntorc::sweep
