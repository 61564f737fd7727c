// model/keras_graph.hpp - the layers of a Functional model, and which reads which.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "support/json_reader.hpp"

namespace ntorc::model {

struct KerasGraph {
  /// Places in "layers" of the model's config, each behind those that it reads; as in the file, where it is so there.
  std::vector<std::size_t> order;
  std::vector<std::vector<std::size_t>> inputs;  ///< inputs[i]: places in `order` that order[i] reads, as it is called
  std::vector<std::size_t> outputs;              ///< places in `order`, as in "output_layers"
};

/// Reads `inbound_nodes` as Keras 2 writes them ([[["conv", 0, 0, {}]]]) and as Keras 3 does ({"args": [tensor],
/// "kwargs": {}}).
/// @throws ParseError  if a layer is used twice, reads what is not there or its own output, or stands apart from the
///                     inputs and outputs.
KerasGraph read_keras_graph(const support::JsonReader& config, std::string_view file);

}  // namespace ntorc::model
