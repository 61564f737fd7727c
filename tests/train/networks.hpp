// tests/train/networks.hpp - chains of layers, written by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ntorc/model/network.hpp"

namespace ntorc::train {

/// An input of that shape and the layers behind it; their names, inputs and shapes are set here.
inline model::Network chain(model::Shape shape, std::vector<model::Layer> layers) {
  model::Network network;
  network.layers.push_back({.name = "input", .input_shape = shape, .output_shape = shape});
  for (model::Layer& layer : layers) {
    layer.name = std::string(to_string(layer.kind)) + "_" + std::to_string(network.layers.size());
    layer.inputs = {network.layers.size() - 1};
    layer.input_shape = network.layers.back().output_shape;
    layer.output_shape = infer_output_shape(layer);
    network.layers.push_back(std::move(layer));
  }
  network.outputs = {network.layers.size() - 1};
  return network;
}

inline model::Layer dense(std::int64_t units, std::string activation = "linear") {
  return {.kind = model::LayerKind::Dense, .size = units, .activation = std::move(activation), .use_bias = true};
}

inline model::Layer conv(std::int64_t filters, std::int64_t kernel, std::string activation = "relu",
                         model::Padding padding = model::Padding::Same, std::int64_t stride = 1,
                         std::int64_t dilation = 1) {
  return {.kind = model::LayerKind::Conv1D,
          .size = filters,
          .kernel = {kernel},
          .strides = {stride},
          .dilation = {dilation},
          .padding = padding,
          .activation = std::move(activation),
          .use_bias = true};
}

inline model::Layer pool(model::LayerKind kind, std::int64_t window = 2, std::int64_t stride = 2,
                         model::Padding padding = model::Padding::Valid) {
  return {.kind = kind, .kernel = {window}, .strides = {stride}, .padding = padding};
}

inline model::Layer max_pool() { return pool(model::LayerKind::MaxPooling1D); }

inline model::Layer flatten() { return {.kind = model::LayerKind::Flatten}; }

inline model::Layer activation(std::string name) {
  return {.kind = model::LayerKind::Activation, .activation = std::move(name)};
}

inline model::Layer lstm(std::int64_t units) {
  return {.kind = model::LayerKind::Lstm,
          .size = units,
          .activation = "tanh",
          .recurrent_activation = "sigmoid",
          .use_bias = true};
}

inline model::Layer gru(std::int64_t units) {
  model::Layer layer = lstm(units);
  layer.kind = model::LayerKind::Gru;
  layer.reset_after = true;
  return layer;
}

inline model::Layer sequences(model::Layer layer) {
  layer.return_sequences = true;
  return layer;
}

/// N-TORC's L_conv_filters_dense_width: blocks of a convolution of 3 and a pooling of 2, dense layers, a softmax of
/// 256.
inline model::Network front_network(std::int64_t window, int blocks, std::int64_t filters, int hidden,
                                    std::int64_t width) {
  std::vector<model::Layer> layers;
  for (int i = 0; i < blocks; ++i) layers.insert(layers.end(), {conv(filters, 3), max_pool()});
  layers.push_back(flatten());
  layers.insert(layers.end(), static_cast<std::size_t>(hidden), dense(width, "relu"));
  layers.push_back(dense(256, "softmax"));
  return chain({window, 1}, std::move(layers));
}

}  // namespace ntorc::train
