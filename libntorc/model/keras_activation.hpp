// model/keras_activation.hpp - activations and quantizers as Keras and QKeras write them.
#pragma once

#include <string>
#include <string_view>

#include "support/json_reader.hpp"

namespace ntorc::model {

struct KerasActivation {
  std::string name;       ///< Keras's: "relu", "tanh"; what a QKeras quantizer computes before it rounds
  std::string quantizer;  ///< its spelling, see Precision; empty unless QKeras
};

/// An activation from a string, a serialized function, a layer or a QKeras quantizer.
/// @throws ParseError  if it is none that ntorc knows.
KerasActivation read_activation(const support::JsonReader& value);

/// The spelling of a QKeras quantizer, see Precision.
std::string read_quantizer(const support::JsonReader& value);

/// The activation that a layer class such as "LeakyReLU" computes; empty if the class is no activation.
std::string_view activation_of_class(std::string_view class_name);

}  // namespace ntorc::model
