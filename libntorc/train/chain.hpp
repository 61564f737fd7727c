// train/chain.hpp - the weights of a layer as the engine lays them out.
#pragma once

#include "ntorc/model/network.hpp"
#include "train/kernels.hpp"

namespace ntorc::train {

/// Of a layer that check_trainable lets pass: kernel, recurrent kernel and biases.
inline Extent weight_count_of(const model::Layer& layer) { return static_cast<Extent>(model::parameters(layer)); }

/// Whether the network's last activation is a softmax.
bool ends_in_softmax(const model::Network& network);

}  // namespace ntorc::train
