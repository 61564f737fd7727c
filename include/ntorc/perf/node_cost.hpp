// ntorc/perf/node_cost.hpp - what costs beside weights: FIFOs, activations, pooling, padding, clones, glue.
// docs/algorithms/design.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/backend.hpp"
#include "ntorc/hls4ml/node.hpp"
#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {

/// What the laws of a node depend on, beside the node.
struct DesignTraits {
  hls4ml::Backend backend = hls4ml::Backend::Vivado;
  hls4ml::IoType io_type = hls4ml::IoType::Stream;
  std::int64_t bits = 16;  ///< of a value; >= 1
};

/// A cost and what it rests on.
struct NodeCost {
  LayerCost cost{};
  Support support = Support::Inside;  ///< of the designs that the law was fitted on
  std::string_view law{};  ///< in a few words, with the source: "107 LUT a channel, 3 designs of Vivado HLS 2018-2020"
};

/// Of a node that has no reuse factor. @param inputs  the streams it reads
/// @throws InvalidArgument  if the node is an Input or has weights.
NodeCost node_cost(const hls4ml::Node& node, const std::vector<hls4ml::Stream>& inputs, const DesignTraits& traits);

/// The FIFOs of one edge of an io_stream design. @param depth  elements it holds, >= 1
NodeCost fifo_cost(std::int64_t depth, std::int64_t channels, const DesignTraits& traits);

/// BRAM_18K of one FIFO [measured on 9 designs of Vivado HLS 2019.1 to Vitis HLS 2024.2]. depth, bits >= 1.
std::int64_t fifo_bram_18k(std::int64_t depth, std::int64_t bits);

/// Registers, multiplexers and expressions of the top level.
NodeCost glue_cost(std::size_t nodes, const DesignTraits& traits);

}  // namespace ntorc::perf
