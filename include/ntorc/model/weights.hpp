// ntorc/model/weights.hpp - the weights of a network, as Keras's files hold them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ntorc::model {

/// One array of a layer, in row-major order.
struct WeightArray {
  std::string name;  ///< Keras 2's, below the layer: "kernel:0", "lstm_cell/recurrent_kernel:0"
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  friend bool operator==(const WeightArray&, const WeightArray&) = default;
};

struct LayerWeights {
  std::string layer;                ///< its name in the network
  std::vector<WeightArray> arrays;  ///< in Keras's order: kernel, recurrent kernel, bias; never empty

  friend bool operator==(const LayerWeights&, const LayerWeights&) = default;
};

/// One entry for each layer that has weights, in the order of the network.
using Weights = std::vector<LayerWeights>;

}  // namespace ntorc::model
