// model/keras_graph.hpp - the order of the layers in a Functional model.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "support/json_reader.hpp"

namespace ntorc::model {

/// Indices into "layers" of a Functional model's config, from the one input to the one output.
/// Reads `inbound_nodes` as Keras 2 writes them ([[["conv", 0, 0, {}]]]) and as Keras 3 does ({"args": [tensor],
/// "kwargs": {}}).
/// @throws ParseError  if the layers do not form one chain.
std::vector<std::size_t> chain_order(const support::JsonReader& config, std::string_view file);

}  // namespace ntorc::model
