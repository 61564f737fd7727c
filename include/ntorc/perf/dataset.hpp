// ntorc/perf/dataset.hpp - synthesis results of single layers. docs/formats/dataset.md
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/perf/cost.hpp"

namespace ntorc::perf {

/// One layer as a synthesis run reported it.
struct Observation {
  hls4ml::LayerShape shape;
  std::int64_t reuse = 1;  ///< effective; for a recurrent layer the larger of its two matrices
  std::array<std::optional<double>, kTargets.size()> figures;  ///< in the order of kTargets; absent if not reported

  const std::optional<double>& operator[](Target target) const { return figures[static_cast<std::size_t>(target)]; }
  std::optional<double>& operator[](Target target) { return figures[static_cast<std::size_t>(target)]; }
};

using Dataset = std::vector<Observation>;

/// Reads ntorc's own CSV file, or a folder with N-TORC's six tables (resources and latency of conv, LSTM and dense
/// layers). Departs: N-TORC's `sequence_length` of every convolution but the first is twice the layer's input length,
/// for the pooling before it is not applied. It is halved here: latency_min is (length + 2) * 6 with the halved length,
/// and only with that. The packets of a dense layer are not in the tables; they are recovered from its latency, and a
/// latency that is a mean over several is left out, as is that of a convolution that was asked for with another factor
/// and built with 1.
/// @throws FileError   if nothing can be read there.
/// @throws ParseError  naming file, line and column: a missing or unknown column, a cell that is empty where a number
/// must be,
///                     not finite, negative or out of range; no rows.
Dataset read_dataset(const std::filesystem::path& path);

/// The rows in ntorc's own CSV.
std::string to_csv(const Dataset& dataset);

}  // namespace ntorc::perf
