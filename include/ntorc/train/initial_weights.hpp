// ntorc/train/initial_weights.hpp - weights as Keras begins with them.
#pragma once

#include <cstdint>

#include "ntorc/model/network.hpp"
#include "ntorc/model/weights.hpp"

namespace ntorc::train {

/// Kernels uniform within Glorot's limit, sqrt(6 / (fan_in + fan_out)); recurrent kernels orthogonal; biases 0, of an
/// LSTM's forget gate 1: what Keras's layers are initialised with when nothing else is said. Of Dense, convolutions,
/// LSTM and GRU; one seed gives the same on every machine.
model::Weights initial_weights(const model::Network& network, std::uint64_t seed);

}  // namespace ntorc::train
