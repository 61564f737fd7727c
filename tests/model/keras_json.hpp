// tests/model/keras_json.hpp - short Keras documents for tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ntorc::model::test {

using nlohmann::json;

/// One entry of "layers" whose config is `config` and the name.
inline json layer(const std::string& class_name, const std::string& name, json config = json::object()) {
  config["name"] = name;
  return {{"class_name", class_name}, {"config", std::move(config)}};
}

inline json input(const std::vector<int>& shape, const std::string& name = "in") {
  json batch = {nullptr};
  for (const int extent : shape) batch.push_back(extent);
  return layer("InputLayer", name, {{"batch_input_shape", batch}});
}

inline std::string sequential(std::vector<json> layers) {
  return json{{"class_name", "Sequential"}, {"config", {{"name", "net"}, {"layers", layers}}}}.dump();
}

/// Adds Keras 2 inbound nodes to a layer.
inline json after(json layer, const std::vector<std::string>& sources) {
  layer["name"] = layer["config"]["name"];
  json call = json::array();
  for (const auto& source : sources) call.push_back({source, 0, 0, json::object()});
  layer["inbound_nodes"] = sources.empty() ? json::array() : json::array({call});
  return layer;
}

/// The same as Keras 3 writes them; several sources stand in a list of their own.
inline json after3(json layer, const std::vector<std::string>& sources) {
  layer["name"] = layer["config"]["name"];
  json tensors = json::array();
  for (const auto& source : sources) {
    tensors.push_back({{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {source, 0, 0}}}}});
  }
  const json args = sources.size() == 1 ? tensors : json::array({tensors});
  layer["inbound_nodes"] =
      sources.empty() ? json::array() : json::array({{{"args", args}, {"kwargs", json::object()}}});
  return layer;
}

inline std::string functional(std::vector<json> layers, json inputs, json outputs) {
  return json{{"class_name", "Functional"},
              {"config", {{"name", "net"}, {"layers", layers}, {"input_layers", inputs}, {"output_layers", outputs}}}}
      .dump();
}

}  // namespace ntorc::model::test
