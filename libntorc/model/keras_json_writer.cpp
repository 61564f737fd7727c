#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "model/keras_config.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/write_keras.hpp"

namespace ntorc::model {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson base(const Layer& layer) { return {{"name", layer.name}, {"trainable", true}, {"dtype", "float32"}}; }

/// An object of Keras by its class.
OrderedJson initializer(std::string_view class_name, OrderedJson config) {
  return {{"module", "keras.initializers"},
          {"class_name", class_name},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

void add_initializers(OrderedJson& config, const Layer& layer) {
  config["use_bias"] = layer.use_bias;
  config["kernel_initializer"] = initializer("GlorotUniform", {{"seed", nullptr}});
  config["bias_initializer"] = initializer("Zeros", OrderedJson::object());
}

std::string_view padding_word(Padding padding) {
  switch (padding) {
    case Padding::Valid:
      return "valid";
    case Padding::Same:
      return "same";
    case Padding::Causal:
      break;
  }
  return "causal";
}

OrderedJson convolution(const Layer& layer) {
  OrderedJson config = base(layer);
  config["filters"] = layer.size;
  config["kernel_size"] = layer.kernel;
  config["strides"] = layer.strides;
  config["padding"] = padding_word(layer.padding);
  config["data_format"] = "channels_last";
  config["dilation_rate"] = layer.dilation;
  config["groups"] = 1;
  config["activation"] = layer.activation;
  add_initializers(config, layer);
  return config;
}

OrderedJson pooling(const Layer& layer) {
  OrderedJson config = base(layer);
  config["pool_size"] = layer.kernel;
  config["padding"] = padding_word(layer.padding);
  config["strides"] = layer.strides;
  config["data_format"] = "channels_last";
  return config;
}

OrderedJson global_pooling(const Layer& layer) {
  OrderedJson config = base(layer);
  config["data_format"] = "channels_last";
  config["keepdims"] = layer.keep_dims;
  return config;
}

OrderedJson recurrent(const Layer& layer) {
  OrderedJson config = base(layer);
  for (const char* const off : {"return_state", "go_backwards", "stateful", "unroll"}) config[off] = false;
  config["return_sequences"] = layer.return_sequences;
  config["units"] = layer.size;
  config["activation"] = layer.activation;
  config["recurrent_activation"] = layer.recurrent_activation;
  add_initializers(config, layer);
  config["recurrent_initializer"] = initializer("Orthogonal", {{"gain", 1.0}, {"seed", nullptr}});
  config["dropout"] = 0.0;
  config["recurrent_dropout"] = 0.0;
  config["implementation"] = 2;
  if (layer.kind == LayerKind::Lstm) config["unit_forget_bias"] = true;
  if (layer.kind == LayerKind::Gru) config["reset_after"] = layer.reset_after;
  return config;
}

OrderedJson dense(const Layer& layer) {
  OrderedJson config = base(layer);
  config["units"] = layer.size;
  config["activation"] = layer.activation;
  add_initializers(config, layer);
  return config;
}

OrderedJson flatten(const Layer& layer) {
  OrderedJson config = base(layer);
  config["data_format"] = "channels_last";
  return config;
}

OrderedJson activation(const Layer& layer) {
  if (layer.activation == "prelu") throw InvalidArgument(fmt::format("{}: PReLU cannot be written", layer.name));
  OrderedJson config = base(layer);
  config["activation"] = layer.activation;
  return config;
}

OrderedJson input_layer(const Layer& layer) {
  OrderedJson batch_shape = OrderedJson::array({nullptr});
  for (const std::int64_t extent : layer.output_shape) batch_shape.push_back(extent);
  return {{"batch_input_shape", std::move(batch_shape)},
          {"dtype", "float32"},
          {"sparse", false},
          {"ragged", false},
          {"name", layer.name}};
}

OrderedJson config_of(const Layer& layer) {
  switch (layer.kind) {
    case LayerKind::Input:
      return input_layer(layer);
    case LayerKind::Dense:
      return dense(layer);
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return convolution(layer);
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return recurrent(layer);
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
      return pooling(layer);
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
      return global_pooling(layer);
    case LayerKind::Flatten:
      return flatten(layer);
    case LayerKind::Activation:
      return activation(layer);
    default:
      throw InvalidArgument(fmt::format("{}: a layer of kind {} cannot be written", layer.name, to_string(layer.kind)));
  }
}

OrderedJson written_layer(const Layer& layer) {
  const Precision& precision = layer.precision;
  if (!precision.weight.empty() || !precision.bias.empty() || !precision.activation.empty()) {
    throw InvalidArgument(fmt::format("{}: a layer with quantizers cannot be written", layer.name));
  }
  return {{"module", "keras.layers"},
          {"class_name", keras_class_name(layer.kind)},
          {"config", config_of(layer)},
          {"registered_name", nullptr}};
}

}  // namespace

std::string keras_json(const Network& network) {
  const std::size_t count = network.layers.size();
  bool is_chain = count > 1 && network.outputs == std::vector<std::size_t>{count - 1};
  for (std::size_t i = 0; i < count && is_chain; ++i) {
    const bool is_input = network.layers[i].kind == LayerKind::Input;
    is_chain = is_input == (i == 0) && network.layers[i].inputs.size() == (i == 0 ? 0u : 1u) &&
               (i == 0 || network.layers[i].inputs.front() == i - 1);
  }
  if (!is_chain) throw InvalidArgument("network: expected a chain of layers with one input and one output");
  OrderedJson layers = OrderedJson::array();
  for (const Layer& layer : network.layers) layers.push_back(written_layer(layer));
  // Keras 3 finds classes by their module; Keras 2 passes over it.
  const OrderedJson document{{"module", "keras"},
                             {"class_name", "Sequential"},
                             {"config", {{"name", network.name}, {"layers", std::move(layers)}}},
                             {"registered_name", nullptr},
                             {"keras_version", network.keras_version},
                             {"backend", "tensorflow"}};
  return document.dump();
}

}  // namespace ntorc::model
