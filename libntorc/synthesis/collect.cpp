#include "ntorc/synthesis/collect.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "ntorc/perf/record.hpp"
#include "ntorc/synthesis/project.hpp"

namespace ntorc::synthesis {
namespace {

/// What is left of a project when it was read.
struct Piece {
  std::string lines;
  std::vector<std::string> warnings;
  std::size_t rows = 0;
  std::size_t layers = 0;
  std::size_t unmapped = 0;
};

Piece piece_of(const ProjectFiles& files) {
  Breakdown breakdown = break_down(files);
  Piece piece;
  piece.warnings = std::move(breakdown.warnings);
  piece.rows = breakdown.records.size();
  for (const perf::Record& record : breakdown.records) {
    piece.lines += perf::to_csv(record);
    if (record.role == perf::Role::Layer) ++piece.layers;
    if (record.role == perf::Role::Unmapped) ++piece.unmapped;
  }
  return piece;
}

/// Reads projects on several threads and hands them out in order. No more than a window of them is held.
class Readers {
 public:
  Readers(const std::vector<ProjectFiles>& projects, unsigned threads)
      : projects_(projects), done_(std::min<std::size_t>(projects.size(), kWindowPerThread * threads)) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Readers() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  /// The next project's; called once for each. Rethrows what its reader threw.
  Piece take() {
    std::unique_lock lock(mutex_);
    std::optional<Result>& slot = done_[taken_ % done_.size()];
    ready_.wait(lock, [&] { return slot.has_value(); });
    Result result = std::move(*slot);
    slot.reset();
    ++taken_;
    lock.unlock();
    room_.notify_all();
    if (result.failure) std::rethrow_exception(result.failure);
    return std::move(result.piece);
  }

 private:
  static constexpr std::size_t kWindowPerThread = 32;

  struct Result {
    Piece piece;
    std::exception_ptr failure;
  };

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [&] {
        return stop_ || begun_ == projects_.size() || begun_ < taken_ + done_.size();
      });
      if (stop_ || begun_ == projects_.size()) return;
      const std::size_t mine = begun_++;
      lock.unlock();
      Result result;
      try {
        result.piece = piece_of(projects_[mine]);
      } catch (...) {
        result.failure = std::current_exception();
      }
      lock.lock();
      done_[mine % done_.size()] = std::move(result);
      ready_.notify_one();
    }
  }

  const std::vector<ProjectFiles>& projects_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::vector<std::optional<Result>> done_;  // of project i in place i modulo its size
  std::size_t begun_ = 0;
  std::size_t taken_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

/// Tells a project from every other, however its folder was named.
std::string identity(const ProjectFiles& files) {
  std::error_code unknown;
  const std::filesystem::path root = std::filesystem::weakly_canonical(files.root, unknown);
  return root.string() + '\n' + files.name;
}

}  // namespace

CollectSummary collect(const std::vector<std::filesystem::path>& folders, const CollectOptions& options,
                       const CollectSink& sink) {
  CollectSummary summary;
  const auto warn = [&](const std::vector<std::string>& warnings) {
    summary.warnings += warnings.size();
    for (const std::string& warning : warnings) sink.warning(warning);
  };
  std::vector<ProjectFiles> projects;
  std::set<std::string> seen;
  for (const std::filesystem::path& folder : folders) {
    FoundProjects found = find_projects(folder);
    warn(found.warnings);
    for (ProjectFiles& files : found.projects) {
      if (folders.size() == 1 || seen.insert(identity(files)).second) projects.push_back(std::move(files));
    }
  }
  summary.projects = projects.size();
  sink.rows(perf::records_header());
  if (projects.empty()) return summary;

  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  Readers readers(projects, options.threads == 0 ? cores : options.threads);
  for (std::size_t i = 0; i < projects.size(); ++i) {
    const Piece piece = readers.take();
    if (!piece.lines.empty()) sink.rows(piece.lines);
    warn(piece.warnings);
    summary.rows += piece.rows;
    summary.layers += piece.layers;
    summary.unmapped += piece.unmapped;
    if (piece.rows > 0) ++summary.with_rows;
  }
  return summary;
}

}  // namespace ntorc::synthesis
