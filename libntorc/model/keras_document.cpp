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

/// What a model's config says.
struct Description {
  std::string name;
  std::vector<KerasLayer> layers;  ///< they know their inputs, and no shapes
  std::vector<std::size_t> outputs;
};

void expect_layer_behind_input(const std::vector<KerasLayer>& layers) {
  if (layers.size() == 1) throw ParseError(fmt::format("{}: expected a layer behind it, found none", layers[0].label));
}

/// The layers of a Sequential begin with an Input: one is made where the file gives the shape only.
void open_with_input(std::vector<KerasLayer>& layers, const std::optional<Shape>& built, std::string_view file) {
  if (layers.empty()) throw ParseError(fmt::format("{}: expected at least one layer, found none", file));
  if (layers.front().layer.kind != LayerKind::Input) {
    const std::optional<Shape> shape = layers.front().given_input ? layers.front().given_input : built;
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
  expect_layer_behind_input(layers);
}

Description read_sequential(const JsonReader& config, std::string_view file) {
  Description description;
  std::optional<Shape> built;        // of a Sequential that was built without an input layer
  if (!config.value().is_array()) {  // Keras 1 wrote nothing but the layers
    config.only({"name", "layers", "build_input_shape", "trainable", "dtype"});
    description.name = config.at("name").text();
    if (const auto shape = config.find("build_input_shape")) built = read_batch_shape(*shape);
  }
  for (const JsonReader& entry : (config.value().is_array() ? config : config.at("layers")).items()) {
    description.layers.push_back(read_keras_layer(entry, file));
  }
  open_with_input(description.layers, built, file);
  for (std::size_t i = 1; i < description.layers.size(); ++i) {
    KerasLayer& keras = description.layers[i];
    keras.layer.inputs = {i - 1};
    if (keras.layer.kind == LayerKind::Input) {
      throw ParseError(fmt::format("{}: expected one input layer in front, found another", keras.label));
    }
  }
  description.outputs = {description.layers.size() - 1};
  return description;
}

Description read_functional(const JsonReader& config, std::string_view file) {
  config.only({"name", "layers", "input_layers", "output_layers", "trainable", "dtype"});
  Description description;
  description.name = config.at("name").text();
  const auto entries = config.at("layers").items();
  const KerasGraph graph = read_keras_graph(config, file);
  for (std::size_t i = 0; i < graph.order.size(); ++i) {
    description.layers.push_back(read_keras_layer(entries[graph.order[i]], file));
    description.layers.back().layer.inputs = graph.inputs[i];
  }
  description.outputs = graph.outputs;
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

/// Of BatchNormalization and Softmax.
void expect_last_axis(const KerasLayer& keras) {
  const auto rank = static_cast<std::int64_t>(keras.layer.input_shape.size());
  if (!keras.axis || *keras.axis == -1 || *keras.axis == rank) return;
  throw ParseError(fmt::format("{}: expected axis -1 or {}, the last one, got {}", keras.label, rank, *keras.axis));
}

/// Of Concatenate, where axes count from 1, or from the last one by -1.
void set_axis(KerasLayer& keras) {
  const auto rank = static_cast<std::int64_t>(keras.layer.input_shape.size());
  const std::int64_t axis = keras.axis.value_or(-1);
  keras.layer.axis = axis < 0 ? axis + rank + 1 : axis;
}

void expect_inputs(const KerasLayer& keras) {
  const std::size_t found = keras.layer.inputs.size();
  const bool merging = merges(keras.layer.kind);
  if (found == (merging ? 2 : 1)) return;
  throw ParseError(fmt::format("{}: expected {}, found {}", keras.label,
                               merging ? "two inputs, as hls4ml merges no other number" : "one input", found));
}

/// Gives an input layer the shape in the file, and any other layer those that the layers before it put out.
void take_shapes(KerasLayer& keras, const std::vector<KerasLayer>& layers) {
  Layer& layer = keras.layer;
  if (layer.kind == LayerKind::Input) {
    if (!keras.given_input) {
      throw ParseError(
          fmt::format("{}: expected \"batch_input_shape\" or \"batch_shape\", found neither", keras.label));
    }
    layer.input_shape = *keras.given_input;
    return;
  }
  expect_inputs(keras);
  layer.input_shape = layers[layer.inputs.front()].layer.output_shape;
  if (merges(layer.kind)) layer.second_input_shape = layers[layer.inputs.back()].layer.output_shape;
  if (keras.given_input && *keras.given_input != layer.input_shape) {
    throw ParseError(fmt::format("{}: expected the input ({}) that the file gives it, got ({})", keras.label,
                                 fmt::join(*keras.given_input, ", "), fmt::join(layer.input_shape, ", ")));
  }
}

void connect_all(std::vector<KerasLayer>& layers) {
  std::set<std::string> names;
  std::int64_t weights = 0;
  std::int64_t work = 0;
  for (KerasLayer& keras : layers) {
    if (!names.insert(keras.layer.name).second) {
      throw ParseError(fmt::format("{}: expected a name of its own, found a second such layer", keras.label));
    }
    take_shapes(keras, layers);
    if (keras.layer.kind == LayerKind::Concatenate) {
      set_axis(keras);
    } else {
      expect_last_axis(keras);
    }
    try {
      keras.layer.output_shape = infer_output_shape(keras.layer);
      // so that whoever sums them over a network cannot overflow
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
  connect_all(description.layers);

  Network network;
  network.name = description.name;
  network.outputs = description.outputs;
  if (const auto version = document.find("keras_version")) network.keras_version = version->text();
  for (KerasLayer& keras : description.layers) network.layers.push_back(std::move(keras.layer));
  return network;
}

}  // namespace ntorc::model
