// model/keras_layer.hpp - one entry of a Keras file's "layers", read by itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ntorc/model/network.hpp"
#include "support/json_reader.hpp"

namespace ntorc::model {

/// A layer without its shapes, which depend on its neighbours.
struct KerasLayer {
  Layer layer;
  std::string label;                 ///< file, name and class, which open every message about it
  std::optional<Shape> given_input;  ///< of "batch_input_shape" or "batch_shape", without the batch
  std::optional<std::int64_t>
      axis;  ///< of Concatenate; of BatchNormalization and Softmax: must turn out to be the last
};

/// Whether the class is a model, not a layer.
bool is_model(std::string_view class_name);

/// "file: layer "name" (Class)" of an entry whose class and name are strings.
std::string keras_label(const support::JsonReader& entry, std::string_view file);

/// @throws ParseError  if the class, a key or a value is not one that ntorc knows.
KerasLayer read_keras_layer(const support::JsonReader& entry, std::string_view file);

/// The shape in [null, 128, 1], without the batch. @throws ParseError  if an extent is unknown or below 1.
Shape read_batch_shape(const support::JsonReader& value);

/// @throws ParseError  if the "module" beside a class name says that the class is a namesake of Keras's.
void expect_keras_module(const support::JsonReader& entry);

}  // namespace ntorc::model
