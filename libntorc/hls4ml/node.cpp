#include "ntorc/hls4ml/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

using model::LayerKind;

constexpr std::array<std::string_view, 12> kKindNames{"input",          "weights",     "padding", "pooling",
                                                      "global_pooling", "activation",  "softmax", "normalization",
                                                      "merge",          "concatenate", "clone",   "repack"};

struct Extents {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

/// Of a tensor whose last axis is channels: an image, or one row of whatever else it has.
Extents extents_of(const model::Shape& shape) {
  if (shape.size() == 3) return {shape[0], shape[1]};
  return {1, model::elements(shape) / shape.back()};
}

Stream stream_of(const model::Shape& shape) { return {model::elements(shape) / shape.back(), shape.back()}; }

struct Margins {
  std::int64_t before = 0;
  std::int64_t after = 0;
};

/// What hls4ml 1.3 adds to an axis for a window that slides over it (converters/keras_v3/conv.py). It leaves out
/// dilation; 1.2 adds less before a causal convolution with strides.
Margins margins_of(model::Padding padding, std::int64_t steps, std::int64_t window, std::int64_t stride) {
  if (padding == model::Padding::Valid) return {};
  if (padding == model::Padding::Causal) return {window - 1, 0};
  const std::int64_t rest = steps % stride;
  const std::int64_t added = std::max<std::int64_t>(window - (rest == 0 ? stride : rest), 0);
  return {added / 2, added - added / 2};
}

/// The window of a convolution or a pooling, and what it pads.
void set_window(Node& node, const model::Layer& layer) {
  const auto [rows, columns] = extents_of(layer.input_shape);
  const bool image = layer.kernel.size() == 2;
  node.window_rows = image ? layer.kernel.front() : 1;
  node.window_columns = layer.kernel.back();
  node.row_stride = image ? layer.strides.front() : 1;
  node.column_stride = layer.strides.back();
  if (image) {
    const auto [top, bottom] = margins_of(layer.padding, rows, node.window_rows, node.row_stride);
    node.pad_top = top;
    node.pad_bottom = bottom;
  }
  const auto [left, right] = margins_of(layer.padding, columns, node.window_columns, node.column_stride);
  node.pad_left = left;
  node.pad_right = right;
}

bool pads(const Node& node) {
  return node.pad_top > 0 || node.pad_bottom > 0 || node.pad_left > 0 || node.pad_right > 0;
}

bool is_max(LayerKind kind) {
  return kind == LayerKind::MaxPooling1D || kind == LayerKind::MaxPooling2D || kind == LayerKind::GlobalMaxPooling1D ||
         kind == LayerKind::GlobalMaxPooling2D;
}

/// Walks the layers in their order and puts down the nodes of each.
class Graph {
 public:
  Graph(const model::Network& network, IoType io_type) : network_(network), io_type_(io_type) { count_readers(); }

  std::vector<Node> build() {
    for (std::size_t i = 0; i < network_.layers.size(); ++i) tensors_.push_back(place(i));
    return std::move(nodes_);
  }

 private:
  /// What a layer gives: the output of a node, which Flatten gives on under its own name.
  struct Tensor {
    std::size_t node = 0;
    std::string name;
    Stream stream;
  };

  /// hls4ml takes these out before it counts readers.
  static bool is_left_out(const model::Layer& layer) {
    return layer.kind == LayerKind::Dropout || (layer.kind == LayerKind::Activation && layer.activation == "linear");
  }

  /// readers_[i]: how often the output of layer i is read, through those that are left out; an output counts as well.
  void count_readers() {
    const std::size_t count = network_.layers.size();
    std::vector<std::size_t> source(count);
    readers_.assign(count, 0);
    is_output_.assign(count, false);
    for (std::size_t i = 0; i < count; ++i) {
      const model::Layer& layer = network_.layers[i];
      expect_inputs(layer, i);
      source[i] = is_left_out(layer) ? source[layer.inputs.front()] : i;
      if (source[i] != i) continue;
      for (const std::size_t input : layer.inputs) ++readers_[source[input]];
    }
    for (const std::size_t output : network_.outputs) {
      if (output >= count)
        throw InvalidArgument(fmt::format("outputs: expected layers below {}, got {}", count, output));
      ++readers_[source[output]];
      is_output_[source[output]] = true;
    }
  }

  static void expect_inputs(const model::Layer& layer, std::size_t place) {
    const std::size_t expected = layer.kind == LayerKind::Input ? 0 : model::merges(layer.kind) ? 2 : 1;
    const bool before = std::ranges::all_of(layer.inputs, [&](std::size_t input) { return input < place; });
    if (layer.inputs.size() == expected && before && !layer.input_shape.empty() && !layer.output_shape.empty()) return;
    throw InvalidArgument(fmt::format("layer {}: expected {} before it and known shapes", layer.name,
                                      expected == 0   ? "nothing"
                                      : expected == 1 ? "one layer"
                                                      : "two layers"));
  }

  Tensor place(std::size_t at) {
    const model::Layer& layer = network_.layers[at];
    if (is_left_out(layer)) return tensors_[layer.inputs.front()];
    Tensor tensor = place_alone(at);
    return io_type_ == IoType::Stream && readers_[at] > 1 ? cloned(std::move(tensor), at) : tensor;
  }

  Tensor place_alone(std::size_t at) {
    const model::Layer& layer = network_.layers[at];
    switch (layer.kind) {
      case LayerKind::Dense:
      case LayerKind::Conv1D:
      case LayerKind::Conv2D:
      case LayerKind::Lstm:
      case LayerKind::Gru:
        return with_weights(at);
      case LayerKind::Flatten:
      case LayerKind::Reshape:
        return reshaped(at);
      default:
        return put(simple(at));
    }
  }

  /// A node of the layer's name that reads what the layer does and gives its output shape.
  Node plain(std::size_t at, NodeKind kind) const {
    const model::Layer& layer = network_.layers[at];
    Node node{.name = layer.name, .kind = kind, .layer = at};
    for (const std::size_t input : layer.inputs) node.inputs.push_back(tensors_[input].node);
    const auto [rows, columns] = extents_of(layer.input_shape);
    node.rows = rows;
    node.columns = layer.inputs.empty() || layer.input_shape.size() > 1 ? columns : incoming(layer).elements;
    node.output = stream_of(layer.output_shape);
    return node;
  }

  const Stream& incoming(const model::Layer& layer) const { return tensors_[layer.inputs.front()].stream; }

  /// Of what works element by element: as wide as what comes in.
  Node elementwise(std::size_t at, NodeKind kind, std::string function = {}) const {
    Node node = plain(at, kind);
    node.function = std::move(function);
    node.output = incoming(network_.layers[at]);
    return node;
  }

  Node simple(std::size_t at) const {
    const model::Layer& layer = network_.layers[at];
    switch (layer.kind) {
      case LayerKind::Input:
        return plain(at, NodeKind::Input);
      case LayerKind::ZeroPadding1D:
      case LayerKind::ZeroPadding2D: {
        Node node = plain(at, NodeKind::Padding);
        node.pad_left = layer.margins[layer.margins.size() - 2];
        node.pad_right = layer.margins.back();
        if (layer.kind == LayerKind::ZeroPadding2D) {
          node.pad_top = layer.margins[0];
          node.pad_bottom = layer.margins[1];
        }
        return node;
      }
      case LayerKind::MaxPooling1D:
      case LayerKind::MaxPooling2D:
      case LayerKind::AveragePooling1D:
      case LayerKind::AveragePooling2D: {
        Node node = plain(at, NodeKind::Pooling);
        node.function = is_max(layer.kind) ? "max" : "average";
        set_window(node, layer);
        return node;
      }
      case LayerKind::GlobalMaxPooling1D:
      case LayerKind::GlobalMaxPooling2D:
      case LayerKind::GlobalAveragePooling1D:
      case LayerKind::GlobalAveragePooling2D: {
        Node node = plain(at, NodeKind::GlobalPooling);
        node.function = is_max(layer.kind) ? "max" : "average";
        return node;
      }
      case LayerKind::BatchNormalization:
        return elementwise(at, NodeKind::Normalization);
      case LayerKind::Activation:
        if (layer.activation == "softmax") return elementwise(at, NodeKind::Softmax);
        return elementwise(at, NodeKind::Activation, layer.activation);
      case LayerKind::Concatenate: {
        Node node = plain(at, NodeKind::Concatenate);
        node.along_channels = layer.axis == static_cast<std::int64_t>(layer.input_shape.size());
        return node;
      }
      case LayerKind::Add:
      case LayerKind::Subtract:
      case LayerKind::Multiply:
      case LayerKind::Average:
      case LayerKind::Maximum:
      case LayerKind::Minimum:
        return elementwise(at, NodeKind::Merge, std::string(to_string(layer.kind)));
      default:
        throw InvalidArgument(fmt::format("layer {}: expected a kind that hls4ml knows", layer.name));
    }
  }

  /// The layer, with a padding before it and its activation behind it where hls4ml makes nodes of them.
  Tensor with_weights(std::size_t at) {
    const model::Layer& layer = network_.layers[at];
    Node node = plain(at, NodeKind::Weights);
    node.shape = layer_shape(layer);
    node.sequences = layer.return_sequences;
    if (node.shape->kind == LayerKind::Dense) node.shape->packets = node.columns;
    const bool convolves = layer.kind == LayerKind::Conv1D || layer.kind == LayerKind::Conv2D;
    if (convolves) set_window(node, layer);
    if (io_type_ == IoType::Stream && pads(node)) pad_before(node, layer.kind == LayerKind::Conv1D ? "zp1d_" : "zp2d_");
    Tensor tensor = put(std::move(node));
    const bool recurrent = layer.kind == LayerKind::Lstm || layer.kind == LayerKind::Gru;
    if (recurrent || layer.activation == "linear") return tensor;

    const auto [rows, columns] = extents_of(layer.output_shape);
    const bool softmax = layer.activation == "softmax";
    return put({.name = fmt::format("{}_{}", layer.name, layer.activation),
                .kind = softmax ? NodeKind::Softmax : NodeKind::Activation,
                .function = softmax ? "" : layer.activation,
                .layer = at,
                .inputs = {tensor.node},
                .rows = rows,
                .columns = columns,
                .output = tensor.stream});
  }

  /// Moves what `node` pads into a node of its own before it.
  void pad_before(Node& node, std::string_view prefix) {
    Node padding{.name = fmt::format("{}{}", prefix, node.name), .kind = NodeKind::Padding, .layer = node.layer};
    padding.inputs = node.inputs;
    padding.rows = node.rows;
    padding.columns = node.columns;
    padding.pad_top = std::exchange(node.pad_top, 0);
    padding.pad_bottom = std::exchange(node.pad_bottom, 0);
    padding.pad_left = std::exchange(node.pad_left, 0);
    padding.pad_right = std::exchange(node.pad_right, 0);
    node.rows += padding.pad_top + padding.pad_bottom;
    node.columns += padding.pad_left + padding.pad_right;
    padding.output = {node.rows * node.columns, network_.layers[node.layer].input_shape.back()};
    node.inputs = {put(std::move(padding)).node};
  }

  Tensor reshaped(std::size_t at) {
    const model::Layer& layer = network_.layers[at];
    const Tensor& source = tensors_[layer.inputs.front()];
    if (io_type_ == IoType::Parallel) return {source.node, layer.name, stream_of(layer.output_shape)};
    if (layer.output_shape.size() == 1 && !is_output_[at]) return {source.node, layer.name, source.stream};
    Node node = plain(at, NodeKind::Repack);
    node.name = "repack_" + layer.name;
    return put(std::move(node));
  }

  Tensor cloned(Tensor tensor, std::size_t at) {
    const auto [rows, columns] = extents_of(network_.layers[at].output_shape);
    Node node{.name = "clone_" + tensor.name, .kind = NodeKind::Clone, .layer = at, .inputs = {tensor.node}};
    node.rows = rows;
    node.columns = network_.layers[at].output_shape.size() > 1 ? columns : tensor.stream.elements;
    node.output = tensor.stream;
    return put(std::move(node));
  }

  Tensor put(Node node) {
    nodes_.push_back(std::move(node));
    return {nodes_.size() - 1, nodes_.back().name, nodes_.back().output};
  }

  const model::Network& network_;
  IoType io_type_;
  std::vector<std::size_t> readers_;
  std::vector<bool> is_output_;
  std::vector<Tensor> tensors_;  ///< tensors_[i]: what those read that read layer i
  std::vector<Node> nodes_;
};

}  // namespace

std::string_view to_string(NodeKind kind) {
  const auto at = static_cast<std::size_t>(kind);
  if (at >= kKindNames.size()) throw InvalidArgument(fmt::format("expected a node kind, got {}", at));
  return kKindNames.at(at);
}

NodeKind node_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kKindNames, name);
  if (found == kKindNames.end()) throw InvalidArgument(fmt::format("expected a node kind, got \"{}\"", name));
  return static_cast<NodeKind>(found - kKindNames.begin());
}

std::vector<Node> nodes(const model::Network& network, IoType io_type) { return Graph(network, io_type).build(); }

}  // namespace ntorc::hls4ml
