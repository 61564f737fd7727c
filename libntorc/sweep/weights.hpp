// sweep/weights.hpp - weights as Keras begins with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ntorc/model/network.hpp"
#include "sweep/random.hpp"

namespace ntorc::sweep {

/// One array of a layer, in row-major order.
struct WeightArray {
  std::string name;  ///< Keras 2's, below the layer: "kernel:0", "lstm_cell/recurrent_kernel:0"
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Kernels uniform within Glorot's limit, sqrt(6 / (fan_in + fan_out)); recurrent kernels orthogonal; biases 0, of an
/// LSTM's forget gate 1: what Keras's layers are initialised with when nothing else is said. None of a layer without
/// weights.
std::vector<WeightArray> initial_weights(const model::Layer& layer, Random& random);

}  // namespace ntorc::sweep
