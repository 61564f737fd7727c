// ntorc/model/chain_builder.hpp - networks made layer by layer.
#pragma once

#include <string>

#include "ntorc/model/network.hpp"

namespace ntorc::model {

/// A network in which every layer takes the output of the one before it.
class ChainBuilder {
 public:
  /// @param input  shape of a sample
  ChainBuilder(std::string name, Shape input);

  /// Appends a layer with its name, class and shapes made of its kind and place: "conv1d_1", "pool_1", "lstm_1",
  /// "flatten_1", "dense_1", "dense_2", ... The other fields are taken as they are.
  /// @throws InvalidArgument  if it does not fit behind the layers that are there.
  void add(Layer layer);

  const Shape& shape() const { return network_.layers.back().output_shape; }  ///< of what the next layer will take

  /// As if read from a Keras file of version 2.15.
  const Network& network() const { return network_; }

 private:
  Network network_;
};

}  // namespace ntorc::model
