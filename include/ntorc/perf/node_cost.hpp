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
  int tool_year = 0;       ///< of the release of the HLS tool, e.g. 2024 of Vitis HLS 2024.1; 0: before 2024
};

/// A cost and what it rests on.
struct NodeCost {
  LayerCost cost{};
  Support support = Support::Inside;  ///< of the designs that the law was fitted on: Inside where several agree,
                                      ///< Interpolated where few do, Extrapolated where it is one or a likeness
  std::string_view
      law{};  ///< in a few words, with the source: "33 LUT a channel + 197: 4 designs of Vivado HLS 2018-2019"
};

/// Of a node that has no reuse factor. An io_stream node costs by its elements and its channels, an io_parallel one by
/// its values. @param inputs  the streams it reads; if none, what the node says of its input
/// @throws InvalidArgument  if the node is an Input or has weights, an extent or `bits` is < 1.
NodeCost node_cost(const hls4ml::Node& node, const std::vector<hls4ml::Stream>& inputs, const DesignTraits& traits);

/// The FIFOs of one edge of an io_stream design: one for each channel with Vivado, one as wide as all with Vitis.
/// Latency is 0. @param depth  elements it holds, >= 1
/// @throws InvalidArgument  if `depth`, `channels` or `bits` is < 1.
NodeCost fifo_cost(std::int64_t depth, std::int64_t channels, const DesignTraits& traits);

/// BRAM_18K of one FIFO: none for depth 1 or up to 512 bits, else ceil(bits / w), where a block of 18 Kb is w = 18 wide
/// to a depth of 1024, 9 to 2048, 4 to 4096, 2 to 8192, 1 to 16384, and takes twice the blocks for each doubling
/// beyond. From 2024 on: bits rounded up to a power of two, none up to 1024 bits, and w = 36 to a depth of 512. [exact
/// on all FIFOs of the reports in tests/data/designs/fifos.tsv, Vivado HLS 2019.2 to Vitis HLS 2024.1]
/// @throws InvalidArgument  if `depth` or `bits` is < 1.
std::int64_t fifo_bram_18k(std::int64_t depth, std::int64_t bits, int tool_year = 0);

/// Cycles that a design takes beyond its slowest process (io_stream) or the sum of them (io_parallel): one for each
/// process that hands over to another [within 4 cycles on 21 of 21 pipelined io_parallel designs; io_stream designs
/// take 0 to 217 more than the slowest, of 3e2 to 5e5; docs/design-check.md]. 0 for no process.
double dataflow_overhead_cycles(std::size_t processes);

/// Registers, multiplexers and expressions of the top level; its latency is dataflow_overhead_cycles.
NodeCost glue_cost(std::size_t nodes, const DesignTraits& traits);

}  // namespace ntorc::perf
