// ntorc/synthesis/collect.hpp - thousands of finished projects into one table. docs/guides/collecting.md
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace ntorc::synthesis {

struct CollectOptions {
  unsigned threads = 0;  ///< 0 takes one for each core; what is written does not depend on it
};

/// Takes what is found, piece by piece, on the thread that called collect().
struct CollectSink {
  std::function<void(std::string_view lines)> rows;    ///< whole lines of CSV (perf/record.hpp), the header first
  std::function<void(std::string_view line)> warning;  ///< one line, with the path it is about
};

struct CollectSummary {
  std::size_t projects = 0;
  std::size_t with_rows = 0;  ///< of these, projects that gave any
  std::size_t rows = 0;
  std::size_t layers = 0;    ///< rows of layers with weights
  std::size_t unmapped = 0;  ///< rows of modules that belong to no layer that is known
  std::size_t warnings = 0;
};

/// Breaks down every project under the folders, in their order and, within each, in that of find_projects(); what
/// stands under two of them counts once. Holds a few projects at a time.
/// @throws FileError  if a folder cannot be read; and whatever the sink throws.
CollectSummary collect(const std::vector<std::filesystem::path>& folders, const CollectOptions& options,
                       const CollectSink& sink);

}  // namespace ntorc::synthesis
