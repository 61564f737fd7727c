#include "model/keras_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "model/checked.hpp"
#include "model/keras_graph.hpp"
#include "model/keras_layer.hpp"
#include "ntorc/error.hpp"
#include "support/json_reader.hpp"

namespace ntorc::model {
namespace {

using support::JsonReader;

/// The layers in the order of the data, and what else a model's config says.
struct Description {
  std::string name;
  std::optional<Shape> build_input;  ///< of a Sequential that was built without an input layer
  std::vector<KerasLayer> layers;
};

Description read_sequential(const JsonReader& config, std::string_view file) {
  Description description;
  if (!config.value().is_array()) {  // Keras 1 wrote nothing but the layers
    config.only({"name", "layers", "build_input_shape", "trainable", "dtype"});
    description.name = config.at("name").text();
    if (const auto shape = config.find("build_input_shape")) description.build_input = read_batch_shape(*shape);
  }
  for (const JsonReader& entry : (config.value().is_array() ? config : config.at("layers")).items()) {
    description.layers.push_back(read_keras_layer(entry, file));
  }
  return description;
}

Description read_functional(const JsonReader& config, std::string_view file) {
  config.only({"name", "layers", "input_layers", "output_layers", "trainable", "dtype"});
  Description description;
  description.name = config.at("name").text();
  const auto entries = config.at("layers").items();
  for (const std::size_t index : chain_order(config, file)) {
    description.layers.push_back(read_keras_layer(entries[index], file));
  }
  return description;
}

Description read_model(const JsonReader& document, std::string_view file) {
  document.only({"class_name", "config", "keras_version", "backend", "module", "registered_name", "build_config",
                 "compile_config"});
  const JsonReader class_name = document.at("class_name");
  if (!is_model(class_name.text())) class_name.fail("Sequential, Functional or Model");
  expect_keras_module(document);
  return class_name.text() == "Sequential" ? read_sequential(document.at("config"), file)
                                           : read_functional(document.at("config"), file);
}

/// Every network begins with an Input: one is made where the file gives the shape only.
void open_with_input(Description& description, std::string_view file) {
  std::vector<KerasLayer>& layers = description.layers;
  if (layers.empty()) throw ParseError(fmt::format("{}: expected at least one layer, found none", file));
  if (layers.front().layer.kind != LayerKind::Input) {
    const std::optional<Shape> shape =
        layers.front().given_input ? layers.front().given_input : description.build_input;
    if (!shape) {
      throw ParseError(fmt::format("{}: expected an input layer or \"batch_input_shape\" before it, found neither",
                                   layers.front().label));
    }
    KerasLayer input;
    input.layer.name = layers.front().layer.name + "_input";  // as Keras names it
    input.layer.class_name = "InputLayer";
    input.label = fmt::format("{}: layer \"{}\" (InputLayer)", file, input.layer.name);
    input.given_input = shape;
    layers.insert(layers.begin(), std::move(input));
  }
  if (layers.size() == 1) throw ParseError(fmt::format("{}: expected a layer behind it, found none", layers[0].label));
}

void expect_last_axis(const KerasLayer& keras) {
  const auto rank = static_cast<std::int64_t>(keras.layer.input_shape.size());
  if (!keras.axis || *keras.axis == -1 || *keras.axis == rank) return;
  throw ParseError(fmt::format("{}: expected axis -1 or {}, the last one, got {}", keras.label, rank, *keras.axis));
}

/// Gives `keras` its shapes; `before` is what the layer in front of it puts out.
void connect(KerasLayer& keras, const Shape& before) {
  Layer& layer = keras.layer;
  layer.input_shape = before;
  if (keras.given_input && *keras.given_input != before) {
    throw ParseError(fmt::format("{}: expected the input ({}) that the file gives it, got ({})", keras.label,
                                 fmt::join(*keras.given_input, ", "), fmt::join(before, ", ")));
  }
  expect_last_axis(keras);
  try {
    layer.output_shape = infer_output_shape(layer);
  } catch (const InvalidArgument& error) {
    throw ParseError(fmt::format("{}: {}", keras.label, error.what()));
  }
}

void connect_all(std::vector<KerasLayer>& layers) {
  if (!layers.front().given_input) {
    throw ParseError(
        fmt::format("{}: expected \"batch_input_shape\" or \"batch_shape\", found neither", layers[0].label));
  }
  std::set<std::string> names;
  Shape shape = *layers.front().given_input;
  std::int64_t weights = 0;
  std::int64_t work = 0;
  for (KerasLayer& keras : layers) {
    if (!names.insert(keras.layer.name).second) {
      throw ParseError(fmt::format("{}: expected a name of its own, found a second such layer", keras.label));
    }
    if (keras.layer.kind == LayerKind::Input && names.size() > 1) {
      throw ParseError(fmt::format("{}: expected one input layer in front, found another", keras.label));
    }
    connect(keras, shape);
    shape = keras.layer.output_shape;
    try {  // so that whoever sums them over a network cannot overflow
      weights = checked_sum({weights, parameters(keras.layer)});
      work = checked_sum({work, multiplications(keras.layer)});
    } catch (const InvalidArgument& error) {
      throw ParseError(fmt::format("{}: {}", keras.label, error.what()));
    }
  }
}

}  // namespace

Network read_keras_document(std::string_view json, std::string_view file) {
  const nlohmann::json parsed = support::parse_json(json, file);
  const JsonReader document(parsed, file);
  Description description = read_model(document, file);
  open_with_input(description, file);
  connect_all(description.layers);

  Network network;
  network.name = description.name;
  if (const auto version = document.find("keras_version")) network.keras_version = version->text();
  for (KerasLayer& keras : description.layers) network.layers.push_back(std::move(keras.layer));
  return network;
}

}  // namespace ntorc::model
