#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "ntorc/error.hpp"
#include "ntorc/train/train.hpp"
#include "train/chain.hpp"

namespace ntorc::train {
namespace {

using model::Layer;
using model::LayerKind;

constexpr std::array<std::string_view, 4> kFunctions{"linear", "relu", "sigmoid", "tanh"};

[[noreturn]] void refuse_layer(const Layer& layer, std::string_view expected, std::string_view got) {
  throw InvalidArgument(fmt::format("layer \"{}\": expected {}, got {}", layer.name, expected, got));
}

bool is_function(std::string_view name) {
  return std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end();
}

bool is_known(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
    case LayerKind::Conv1D:
    case LayerKind::Lstm:
    case LayerKind::Gru:
    case LayerKind::MaxPooling1D:
    case LayerKind::AveragePooling1D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Activation:
      return true;
    default:
      return false;
  }
}

/// The softmax's place: nothing that computes comes behind it.
bool is_end(const model::Network& network, std::size_t place) {
  for (std::size_t i = place + 1; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const bool is_nothing = layer.kind == LayerKind::Activation && layer.activation == "linear";
    if (layer.kind != LayerKind::Flatten && layer.kind != LayerKind::Reshape && !is_nothing) return false;
  }
  return true;
}

void check_functions(const model::Network& network, std::size_t place) {
  const Layer& layer = network.layers[place];
  const bool recurs = layer.kind == LayerKind::Lstm || layer.kind == LayerKind::Gru;
  if (!is_function(layer.activation)) {
    const bool may_end = layer.kind == LayerKind::Dense || layer.kind == LayerKind::Activation;
    if (layer.activation != "softmax" || !may_end) {
      refuse_layer(layer, fmt::format("an activation of {}, or softmax at the end", fmt::join(kFunctions, ", ")),
                   fmt::format("\"{}\"", layer.activation));
    }
    if (!is_end(network, place)) refuse_layer(layer, "softmax at the end of the network alone", "it before the end");
    if (layer.output_shape.size() != 1) {
      refuse_layer(layer, "a softmax over all outputs", fmt::format("one for each of {}", layer.output_shape.front()));
    }
  }
  if (recurs && !is_function(layer.recurrent_activation)) {
    refuse_layer(layer, fmt::format("a recurrent activation of {}", fmt::join(kFunctions, ", ")),
                 fmt::format("\"{}\"", layer.recurrent_activation));
  }
}

}  // namespace

bool ends_in_softmax(const model::Network& network) {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [](const Layer& layer) { return layer.activation == "softmax"; });
}

void check_trainable(const model::Network& network) {
  if (network.layers.empty() || network.layers.front().kind != LayerKind::Input) {
    throw InvalidArgument("network: expected an input layer in front, got none");
  }
  std::int64_t weights = 0;
  for (std::size_t i = 1; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!is_known(layer.kind)) refuse_layer(layer, "a layer that ntorc trains", to_string(layer.kind));
    if (layer.inputs != std::vector<std::size_t>{i - 1}) {
      refuse_layer(layer, "the layer before it as its input, in a chain", "another");
    }
    if (layer.input_shape != network.layers[i - 1].output_shape || infer_output_shape(layer) != layer.output_shape) {
      refuse_layer(layer, "shapes that follow from the layer before it", "others");
    }
    check_functions(network, i);
    weights += model::parameters(layer);
  }
  if (network.outputs != std::vector<std::size_t>{network.layers.size() - 1}) {
    throw InvalidArgument("network: expected the last layer's output alone, got other outputs");
  }
  if (weights == 0) throw InvalidArgument("network: expected a layer with weights, got none");
}

}  // namespace ntorc::train
