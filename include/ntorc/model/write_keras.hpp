// ntorc/model/write_keras.hpp - networks as Keras files. docs/formats/keras.md
#pragma once

#include <string>

#include "ntorc/model/network.hpp"
#include "ntorc/model/weights.hpp"

namespace ntorc::model {

/// A chain of layers as JSON, in the form of Keras 2 that hls4ml 1.2 and Keras 3 read both; read_keras_json gives an
/// equal network. Initialisers are Keras's own defaults.
/// @throws InvalidArgument  if the network is no chain with one input and one output, or holds a layer that cannot be
///                          written: one other than Dense, Conv1D, Conv2D, LSTM, GRU, pooling, Flatten and a plain
///                          Activation, or one with quantizers.
std::string keras_json(const Network& network);

/// The bytes of a .h5 file with architecture and weights, as Keras 2 lays it out: the attribute model_config, and the
/// group model_weights with a group for each layer. The same input gives the same bytes. May be called concurrently;
/// HDF5 itself works for one thread at a time.
/// @throws InvalidArgument  as keras_json, or if `weights` are not of the network's layers in their order.
/// @throws FileError        if HDF5 fails, as without memory.
std::string keras_h5(const Network& network, const Weights& weights);

}  // namespace ntorc::model
