// sweep/model_h5.hpp - a Keras model as HDF5.
#pragma once

#include <cstdint>
#include <string>

#include "sweep/network.hpp"

namespace ntorc::sweep {

/// The bytes of a .h5 file with architecture and weights, as Keras 2 lays it out: the attribute model_config, and the
/// group model_weights with a group for each layer. The weights are initial_weights of `seed`; the same network and
/// seed give the same bytes. May be called concurrently; HDF5 itself works for one thread at a time.
/// @throws FileError  if HDF5 fails, as without memory.
std::string model_h5(const Network& network, std::uint64_t seed);

}  // namespace ntorc::sweep
