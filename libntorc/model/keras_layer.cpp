#include "model/keras_layer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/keras_config.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {

using support::JsonReader;

bool is_model(std::string_view class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

Shape read_batch_shape(const JsonReader& value) {
  const auto items = value.items();
  if (items.size() < 2) value.fail("a batch and at least one axis");
  if (!items[0].value().is_null()) items[0].integer_in(1, kMaxExtent);
  Shape shape;
  for (std::size_t i = 1; i < items.size(); ++i) shape.push_back(items[i].integer_in(1, kMaxExtent));
  return shape;
}

void expect_keras_module(const JsonReader& entry) {
  const auto module = entry.find("module");
  if (!module) return;
  const std::string name = module->text();
  const std::string package = name.substr(0, name.find('.'));
  if (package != "keras" && package != "tf_keras" && package != "tensorflow" && package != "qkeras") {
    module->fail("a module of Keras or QKeras");
  }
  if (name.find(".ops.") != std::string::npos) module->fail("a layer, not an operation such as a + b");
}

std::string keras_label(const JsonReader& entry, std::string_view file) {
  const JsonReader name = entry.at("config").at("name");
  name.text();
  entry.at("class_name").text();
  std::string class_name = support::brief(entry.at("class_name").value());
  std::erase(class_name, '"');
  return fmt::format("{}: layer {} ({})", file, support::brief(name.value()), class_name);
}

KerasLayer read_keras_layer(const JsonReader& entry, std::string_view file) {
  KerasLayer keras;
  keras.label = keras_label(entry, file);
  const JsonReader labelled(entry.value(), keras.label);  // from here on messages name the layer, and places within it
  labelled.only({"class_name", "config", "module", "registered_name", "build_config", "compile_config", "name",
                 "inbound_nodes", "shared_object_id"});
  keras.layer.class_name = labelled.at("class_name").text();
  const KerasClass* known = find_keras_class(keras.layer.class_name);
  if (known == nullptr) {
    throw ParseError(fmt::format("{}: expected a layer class that ntorc knows, found {}", keras.label,
                                 is_model(keras.layer.class_name) ? "a model within the model" : "another"));
  }
  expect_keras_module(labelled);
  keras.layer.kind = known->kind;

  KerasConfig config(labelled.at("config"));
  const JsonReader name = config.at("name");
  keras.layer.name = name.text();
  if (keras.layer.name.empty() || std::any_of(keras.layer.name.begin(), keras.layer.name.end(),
                                              [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    name.fail("a name without control characters");
  }
  for (const char* key : {"batch_input_shape", "batch_shape"}) {
    if (const auto shape = config.find(key)) keras.given_input = read_batch_shape(*shape);
  }
  config.ignore({"trainable", "dtype", "activity_regularizer"});
  known->read(config, keras);
  config.finish();
  return keras;
}

}  // namespace ntorc::model
