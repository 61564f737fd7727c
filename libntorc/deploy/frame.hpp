// deploy/frame.hpp - what a design has whatever the reuse factors are: its nodes, its streams, and their costs.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ntorc/deploy/chain.hpp"
#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/deploy/design.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/deploy/simulate.hpp"
#include "ntorc/hls4ml/node.hpp"
#include "ntorc/perf/node_cost.hpp"

namespace ntorc::deploy {

struct Frame {
  std::vector<hls4ml::Node> nodes{};
  std::vector<std::optional<std::size_t>> layers{};  ///< layers[n]: in the cost table, of a node with a reuse factor
  std::vector<perf::NodeCost> costs{};               ///< costs[n], zeros of those; of an Input its latency alone
  perf::DesignTraits traits{};
  std::vector<Edge> edges{};            ///< of an io_stream design; those of an Input are ports
  std::vector<perf::NodeCost> fifos{};  ///< fifos[e]
  perf::NodeCost glue{};
  std::optional<Chain> chain{};  ///< of an io_stream design; its processes are those of the nodes
};

/// That of the frame, if there is one.
const std::optional<Chain>& chain_of(const Frame* frame);

/// What a question is put to: the prices of layers, and the design around them.
struct Priced {
  const CostTable& table;
  const Frame* frame = nullptr;  ///< nothing: the table is all that is known
};

/// Of the design that hls4ml makes of the network.
/// @param table      the prices of its layers
/// @param tool_year  of the release of the HLS tool; 0 if it is not known
/// @throws InvalidArgument  if the target's precision is none that ntorc knows the width of.
Frame frame_of(const model::Network& network, const CostTable& table, const BuildTarget& target, int tool_year = 0);

/// The year in "Vitis HLS 2024.1"; 0 if there is none.
int year_of(const std::string& tool);

/// Bits of a value. @throws InvalidArgument  if `precision` is not ap_fixed<W,I,...>, ap_int<W> or one of their kin.
std::int64_t width_of(const std::string& precision);

/// FIFOs as hls4ml makes them hold a whole tensor.
std::int64_t depth_of(const Frame& frame, const Edge& edge);

}  // namespace ntorc::deploy
