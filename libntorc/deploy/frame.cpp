#include "deploy/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "deploy/candidates.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {

using hls4ml::NodeKind;

std::int64_t width_of(const std::string& precision) {
  constexpr std::int64_t kMostBits = 1024;  // of ap_fixed
  const std::size_t open = precision.find('<');
  const std::string type = precision.substr(0, open);
  const std::array known{"ap_fixed", "ap_ufixed", "ap_int", "ap_uint", "fixed", "ufixed", "int", "uint"};
  std::int64_t bits = 0;
  if (open != std::string::npos && std::ranges::find(known, type) != known.end()) {
    const char* const end = precision.data() + precision.size();
    const auto [stop, error] = std::from_chars(precision.data() + open + 1, end, bits);
    if (error == std::errc{} && stop != end && (*stop == ',' || *stop == '>') && bits >= 1 && bits <= kMostBits) {
      return bits;
    }
  }
  throw InvalidArgument(fmt::format("precision: expected a type such as ap_fixed<16,8>, got {}", precision));
}

int year_of(const std::string& tool) {
  const std::size_t at = tool.find(" 20");
  int year = 0;
  if (at != std::string::npos) std::from_chars(tool.data() + at + 1, tool.data() + tool.size(), year);
  return year >= 2000 && year < 2100 ? year : 0;
}

Frame frame_of(const model::Network& network, const CostTable& table, const BuildTarget& target, int tool_year) {
  Frame frame;
  frame.nodes = hls4ml::nodes(network, target.io_type);
  frame.traits = {target.backend, target.io_type, width_of(target.precision), tool_year};
  for (const hls4ml::Node& node : frame.nodes) {
    std::vector<hls4ml::Stream> inputs;
    for (const std::size_t input : node.inputs) inputs.push_back(frame.nodes[input].output);
    auto& layer = frame.layers.emplace_back();
    auto& cost = frame.costs.emplace_back();
    if (node.kind == NodeKind::Weights) {
      const auto found = std::ranges::find(table, network.layers[node.layer].name, &LayerCosts::layer);
      layer = static_cast<std::size_t>(found - table.begin());
    } else if (node.kind != NodeKind::Input) {
      cost = perf::node_cost(node, inputs, frame.traits);
    } else if (target.io_type == hls4ml::IoType::Stream) {
      cost.cost.latency_min_cycles = cost.cost.latency_max_cycles = static_cast<double>(node.output.elements);
    }
  }
  frame.glue = perf::glue_cost(frame.nodes.size(), frame.traits);
  if (target.io_type != hls4ml::IoType::Stream) return frame;
  frame.chain.emplace(processes(frame.nodes));
  frame.edges = edges(frame.chain->processes());
  std::erase_if(frame.edges, [&](const Edge& edge) { return frame.nodes[edge.from].kind == NodeKind::Input; });
  for (const Edge& edge : frame.edges) {
    const hls4ml::Stream& stream = frame.nodes[edge.from].output;
    frame.fifos.push_back(perf::fifo_cost(depth_of(frame, edge), stream.channels, frame.traits));
  }
  return frame;
}

const std::optional<Chain>& chain_of(const Frame* frame) {
  static const std::optional<Chain> none;
  return frame == nullptr ? none : frame->chain;
}

std::int64_t depth_of(const Frame& frame, const Edge& edge) { return frame.nodes[edge.from].output.elements; }

}  // namespace ntorc::deploy
