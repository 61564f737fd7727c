// sweep/network.hpp - a network of a sweep, as Keras and hls4ml see it.
#pragma once

#include <compare>
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

  friend auto operator<=>(const LayerChoice&,
                          const LayerChoice&) = default;  // NOLINT(modernize-use-nullptr): it sees the 0
};

/// Shape of the input without the batch, and the layers.
struct NetworkChoice {
  model::Shape input;
  std::vector<LayerChoice> layers;

  friend auto operator<=>(const NetworkChoice&,
                          const NetworkChoice&) = default;  // NOLINT(modernize-use-nullptr): it sees the 0
};

/// A network that is ready to be built.
struct Network {
  model::Network graph;
  std::vector<std::size_t> layers;         ///< places in `graph.layers` of those with weights
  std::vector<hls4ml::LayerShape> shapes;  ///< of these
  std::int64_t parameters = 0;
};

/// @throws InvalidArgument, ParseError  if no network of these sizes can be, as with a window that is wider than its
///                                      input.
Network make_network(const NetworkChoice& choice);

}  // namespace ntorc::sweep
