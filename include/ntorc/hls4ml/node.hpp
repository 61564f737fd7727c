// ntorc/hls4ml/node.hpp - the graph that hls4ml makes of a network: its layers, and what it puts between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::hls4ml {

/// What a node does. Flatten, Dropout and linear activations leave no node. BatchNormalization always does: hls4ml
/// fuses it only where the precision of the layer before it is left open, and what ntorc emits sets every precision.
enum class NodeKind {
  Input,
  Weights,  ///< Dense, Conv1D, Conv2D, LSTM, GRU: has a reuse factor
  Padding,  ///< ZeroPadding, or put before a convolution with `same` padding (io_stream)
  Pooling,
  GlobalPooling,
  Activation,     ///< element by element
  Softmax,        ///< over the channels of an element
  Normalization,  ///< BatchNormalization
  Merge,          ///< Add, Subtract, Multiply, Average, Maximum, Minimum: element by element
  Concatenate,
  Clone,   ///< copies a stream for several readers (io_stream)
  Repack,  ///< changes the width of a stream: Reshape to more than one axis, or Flatten as an output (io_stream)
};

/// "input", "weights", "padding", ... in tables and files
std::string_view to_string(NodeKind kind);
NodeKind node_kind(std::string_view name);  ///< @throws InvalidArgument  if there is none

/// A tensor on its way with io_stream: one element for each position, as wide as its channels. What Flatten gives
/// travels as what it took, and what works on it element by element keeps that.
/// Departs: hls4ml declares the latter as wide as the whole tensor, and does not work (known_faults.hpp).
struct Stream {
  std::int64_t elements = 1;
  std::int64_t channels = 1;

  friend bool operator==(const Stream&, const Stream&) = default;
};

/// One node. A field that the kind has no use for keeps its default. Extents are {rows, columns}; a one-dimensional
/// layer has one row, a dense layer behind a stream one row of its packets.
struct Node {
  std::string name{};  ///< as hls4ml names it: "conv_1", "conv_1_relu", "zp1d_conv_1", ...
  NodeKind kind = NodeKind::Input;
  std::string function{};             ///< hls4ml's word: of Activation ("relu"), both poolings ("max"), Merge ("add")
  std::size_t layer = 0;              ///< of the network, that it comes from; of Clone: that it copies
  std::vector<std::size_t> inputs{};  ///< nodes before it whose output it reads; none of Input
  std::optional<LayerShape> shape{};  ///< of Weights
  bool sequences = false;             ///< of a recurrent layer: gives every step, not the last alone
  std::int64_t rows = 1;              ///< of its (first) input, before it pads
  std::int64_t columns = 1;
  std::int64_t pad_top = 0;  ///< of Padding, Pooling, and a convolution that pads by itself (io_parallel)
  std::int64_t pad_bottom = 0;
  std::int64_t pad_left = 0;
  std::int64_t pad_right = 0;
  std::int64_t window_rows = 1;  ///< of a convolution or Pooling
  std::int64_t window_columns = 1;
  std::int64_t row_stride = 1;
  std::int64_t column_stride = 1;
  bool along_channels = true;  ///< of Concatenate: the last axis
  Stream output{};             ///< what it gives, to each reader
};

/// The nodes in an order in which each stands behind those that it reads, as hls4ml 1.3 makes them for Vivado and
/// Vitis from what ntorc emits. Departs: hls4ml orders independent branches by itself; names and edges are the same,
/// but for what known_faults() tells.
/// @throws InvalidArgument  if a layer has no known shapes, or reads another number of layers than its kind does, or
///                          not from before it.
std::vector<Node> nodes(const model::Network& network, IoType io_type);

}  // namespace ntorc::hls4ml
