#include "sweep/network.hpp"

#include <utility>

#include "ntorc/model/chain_builder.hpp"

namespace ntorc::sweep {
namespace {

using model::Layer;
using model::LayerKind;

/// A layer with weights, as Keras's defaults have it.
Layer layer_of(const LayerChoice& choice) {
  Layer layer;
  layer.kind = choice.kind;
  layer.size = choice.size;
  layer.activation = choice.activation;
  layer.use_bias = true;
  switch (choice.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D: {
      const std::size_t axes = choice.kind == LayerKind::Conv1D ? 1 : 2;
      layer.kernel.assign(axes, choice.kernel);
      layer.strides.assign(axes, 1);
      layer.dilation.assign(axes, 1);
      layer.padding = choice.padding;
      break;
    }
    case LayerKind::Lstm:
    case LayerKind::Gru:
      layer.recurrent_activation = "sigmoid";
      layer.return_sequences = choice.sequences;
      layer.reset_after = choice.kind == LayerKind::Gru;
      break;
    default:
      break;
  }
  return layer;
}

Layer pooling_behind(const LayerChoice& choice) {
  const std::size_t axes = choice.kind == LayerKind::Conv1D ? 1 : 2;
  Layer layer;
  layer.kind = choice.kind == LayerKind::Conv1D ? LayerKind::MaxPooling1D : LayerKind::MaxPooling2D;
  layer.kernel.assign(axes, choice.pool);
  layer.strides.assign(axes, choice.pool);
  return layer;
}

model::Network chain(const NetworkChoice& choice) {
  model::ChainBuilder chain("network", choice.input);
  for (const LayerChoice& one : choice.layers) {
    if (one.kind == LayerKind::Dense && chain.shape().size() > 1) {
      Layer flatten;
      flatten.kind = LayerKind::Flatten;
      chain.add(std::move(flatten));
    }
    chain.add(layer_of(one));
    if (one.pool > 1) chain.add(pooling_behind(one));
  }
  return chain.network();
}

}  // namespace

Network make_network(const NetworkChoice& choice) {
  Network network;
  network.graph = chain(choice);
  const auto shapes = hls4ml::layer_shapes(network.graph);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (!shapes[i]) continue;
    network.layers.push_back(i);
    network.shapes.push_back(*shapes[i]);
    network.parameters += model::parameters(network.graph.layers[i]);
  }
  return network;
}

}  // namespace ntorc::sweep
