// sweep/network.hpp - a network of a sweep, as Keras and hls4ml see it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::sweep {

/// One layer with weights, and what belongs to it.
struct LayerChoice {
  model::LayerKind kind = model::LayerKind::Dense;
  std::int64_t size = 1;
  std::int64_t kernel = 1;
  std::int64_t pool = 1;
  std::string activation{};
  model::Padding padding = model::Padding::Same;
  bool sequences = false;
};

/// Shape of the input without the batch, and the layers.
struct NetworkChoice {
  model::Shape input;
  std::vector<LayerChoice> layers;
};

/// The network in Keras's JSON, in the form of Keras 2 that hls4ml 1.2 and Keras 3 read both. Layers are called
/// "conv1d_1", "pool_1", "lstm_1", "flatten", "dense_1", ... in their order.
std::string keras_json(const NetworkChoice& choice);

/// A network that is ready to be built.
struct Network {
  std::string json;
  model::Network graph;
  std::vector<std::size_t> layers;         ///< places in `graph.layers` of those with weights
  std::vector<hls4ml::LayerShape> shapes;  ///< of these
  std::int64_t parameters = 0;
};

/// @throws InvalidArgument, ParseError  if no network of these sizes can be, as with a window that is wider than its
///                                      input.
Network make_network(const NetworkChoice& choice);

}  // namespace ntorc::sweep
