#include "ntorc/hls4ml/known_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "ntorc/hls4ml/node.hpp"

namespace ntorc::hls4ml {
namespace {

constexpr std::int64_t kMostCopies = 7;  ///< hls4ml's clone_stream has no more outputs

/// readers[i]: the nodes that read node i, in their order; one that reads it twice stands there twice.
std::vector<std::vector<std::size_t>> readers_of(const std::vector<Node>& nodes) {
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t input : nodes[i].inputs) readers[input].push_back(i);
  }
  return readers;
}

/// How often a node's output is an output of the network.
std::int64_t times_output(const model::Network& network, const std::vector<Node>& nodes, std::size_t node) {
  return std::ranges::count_if(network.outputs, [&](std::size_t layer) {
    const auto of_layer = [&](const Node& candidate) { return candidate.layer == layer; };
    auto last = std::find_if(nodes.rbegin(), nodes.rend(), of_layer);
    while (last == nodes.rend()) {  // Dropout and its like give on what the layer before them gives
      layer = network.layers[layer].inputs.front();
      last = std::find_if(nodes.rbegin(), nodes.rend(), of_layer);
    }
    return static_cast<std::size_t>(nodes.rend() - last) - 1 == node;
  });
}

bool works_element_by_element(NodeKind kind) {
  return kind == NodeKind::Activation || kind == NodeKind::Softmax || kind == NodeKind::Normalization ||
         kind == NodeKind::Merge;
}

/// What is wrong with a node of a stream; empty if nothing is.
std::string stream_fault(const model::Network& network, const std::vector<Node>& nodes,
                         const std::vector<std::vector<std::size_t>>& readers, std::size_t at) {
  const Node& node = nodes[at];
  const model::Layer& layer = network.layers[node.layer];
  if (node.kind == NodeKind::Padding && layer.kind == model::LayerKind::Conv1D) {
    const std::size_t source = node.inputs.front();
    const std::size_t first = readers[source].front();
    if (first != at) {
      return fmt::format("hls4ml puts its padding before {}, which reads the same stream first", nodes[first].name);
    }
  }
  const auto in_pieces = [&](std::size_t input) { return nodes[input].output.elements > 1; };
  if (works_element_by_element(node.kind) && node.name == layer.name && layer.input_shape.size() == 1 &&
      std::ranges::any_of(node.inputs, in_pieces)) {
    return "hls4ml takes its input for one element, but Flatten leaves it in pieces: put it before Flatten";
  }
  if (node.kind == NodeKind::Pooling) {
    if (node.pad_top + node.pad_bottom + node.pad_left + node.pad_right > 0) return "hls4ml pools no padded stream";
    if (layer.kernel.size() == 2 && layer.kernel != layer.strides) {
      return "hls4ml pools a stream of images only with strides like its window";
    }
  }
  if (node.kind == NodeKind::Clone) {
    const auto copies = static_cast<std::int64_t>(readers[at].size()) + times_output(network, nodes, at);
    if (copies > kMostCopies) {
      return fmt::format("hls4ml copies a stream for {} readers at most, this one has {}", kMostCopies, copies);
    }
  }
  return {};
}

/// What is wrong with a layer, whatever its input and output are; empty if nothing is.
std::string layer_fault(const model::Layer& layer) {
  if (std::ranges::any_of(layer.dilation, [](std::int64_t extent) { return extent > 1; })) {
    return "hls4ml convolves without its dilation";
  }
  // hls4ml 1.3 means to keep the name "input" for itself, and keeps each of its letters (keras_v3_to_hls.py,
  // UniqueName).
  const bool is_letter = layer.name.size() == 1 && std::string_view("input").find(layer.name) != std::string_view::npos;
  if (is_letter && layer_shape(layer)) {
    return fmt::format("hls4ml 1.3 calls it {}_0, and its reuse factor is not applied: give it a longer name",
                       layer.name);
  }
  return {};
}

}  // namespace

std::vector<std::string> known_faults(const model::Network& network, IoType io_type) {
  std::vector<std::string> faults;
  const auto add = [&](const model::Layer& layer, const std::string& fault) {
    if (!fault.empty()) faults.push_back(fmt::format("layer {}: {}", layer.name, fault));
  };
  for (const model::Layer& layer : network.layers) add(layer, layer_fault(layer));
  const std::vector<Node> graph = nodes(network, io_type);
  if (io_type == IoType::Parallel) return faults;
  const auto readers = readers_of(graph);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    add(network.layers[graph[i].layer], stream_fault(network, graph, readers, i));
  }
  return faults;
}

}  // namespace ntorc::hls4ml
