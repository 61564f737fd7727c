#include "sweep/network.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "ntorc/model/read_keras.hpp"

namespace ntorc::sweep {
namespace {

using Json = nlohmann::ordered_json;
using model::LayerKind;

/// An object of Keras by its class: an initializer.
Json initializer(std::string_view class_name, Json config) {
  return {{"module", "keras.initializers"},
          {"class_name", class_name},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

Json layer(std::string_view class_name, Json config) {
  return {{"class_name", class_name}, {"config", std::move(config)}};
}

Json base(const std::string& name) { return {{"name", name}, {"trainable", true}, {"dtype", "float32"}}; }

void add_weights(Json& config) {
  config["use_bias"] = true;
  config["kernel_initializer"] = initializer("GlorotUniform", {{"seed", nullptr}});
  config["bias_initializer"] = initializer("Zeros", Json::object());
}

Json convolution(const LayerChoice& choice, const std::string& name) {
  const std::size_t axes = choice.kind == LayerKind::Conv1D ? 1 : 2;
  Json config = base(name);
  config["filters"] = choice.size;
  config["kernel_size"] = std::vector<std::int64_t>(axes, choice.kernel);
  config["strides"] = std::vector<std::int64_t>(axes, 1);
  config["padding"] = choice.padding == model::Padding::Same ? "same" : "valid";
  config["data_format"] = "channels_last";
  config["dilation_rate"] = std::vector<std::int64_t>(axes, 1);
  config["groups"] = 1;
  config["activation"] = choice.activation;
  add_weights(config);
  return layer(axes == 1 ? "Conv1D" : "Conv2D", std::move(config));
}

Json pooling(const LayerChoice& choice, const std::string& name) {
  const std::size_t axes = choice.kind == LayerKind::Conv1D ? 1 : 2;
  Json config = base(name);
  config["pool_size"] = std::vector<std::int64_t>(axes, choice.pool);
  config["padding"] = "valid";
  config["strides"] = std::vector<std::int64_t>(axes, choice.pool);
  config["data_format"] = "channels_last";
  return layer(axes == 1 ? "MaxPooling1D" : "MaxPooling2D", std::move(config));
}

Json recurrent(const LayerChoice& choice, const std::string& name) {
  Json config = base(name);
  for (const char* const off : {"return_state", "go_backwards", "stateful", "unroll"}) config[off] = false;
  config["return_sequences"] = choice.sequences;
  config["units"] = choice.size;
  config["activation"] = choice.activation;
  config["recurrent_activation"] = "sigmoid";
  add_weights(config);
  config["recurrent_initializer"] = initializer("Orthogonal", {{"gain", 1.0}, {"seed", nullptr}});
  config["dropout"] = 0.0;
  config["recurrent_dropout"] = 0.0;
  config["implementation"] = 2;
  const bool is_lstm = choice.kind == LayerKind::Lstm;
  config[is_lstm ? "unit_forget_bias" : "reset_after"] = true;
  return layer(is_lstm ? "LSTM" : "GRU", std::move(config));
}

Json dense(const LayerChoice& choice, const std::string& name) {
  Json config = base(name);
  config["units"] = choice.size;
  config["activation"] = choice.activation;
  add_weights(config);
  return layer("Dense", std::move(config));
}

}  // namespace

std::string keras_json(const NetworkChoice& choice) {
  Json batch_shape = Json::array({nullptr});
  for (const std::int64_t extent : choice.input) batch_shape.push_back(extent);
  Json layers = Json::array();
  layers.push_back(layer("InputLayer", {{"batch_input_shape", std::move(batch_shape)},
                                        {"dtype", "float32"},
                                        {"sparse", false},
                                        {"ragged", false},
                                        {"name", "input_1"}}));
  std::map<std::string, int> count;
  const auto name = [&](const std::string& kind) { return fmt::format("{}_{}", kind, ++count[kind]); };
  bool is_flat = choice.input.size() == 1;
  for (const LayerChoice& one : choice.layers) {
    const std::string own = name(std::string(to_string(one.kind)));
    switch (one.kind) {
      case LayerKind::Conv1D:
      case LayerKind::Conv2D:
        layers.push_back(convolution(one, own));
        if (one.pool > 1) layers.push_back(pooling(one, name("pool")));
        break;
      case LayerKind::Lstm:
      case LayerKind::Gru:
        layers.push_back(recurrent(one, own));
        is_flat = !one.sequences;
        break;
      default:
        if (!is_flat) {
          Json config = base("flatten");
          config["data_format"] = "channels_last";
          layers.push_back(layer("Flatten", std::move(config)));
          is_flat = true;
        }
        layers.push_back(dense(one, own));
    }
  }
  // A release of Keras 2 in whose form it is; Keras 3 takes a file without one for its own.
  const Json document{{"class_name", "Sequential"},
                      {"config", {{"name", "network"}, {"layers", std::move(layers)}}},
                      {"keras_version", "2.15.0"},
                      {"backend", "tensorflow"}};
  return document.dump();
}

Network make_network(const NetworkChoice& choice) {
  Network network;
  network.json = keras_json(choice);
  network.graph = model::read_keras_json(network.json, "network");
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
