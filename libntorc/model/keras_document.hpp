// model/keras_document.hpp - the description of a whole model, wherever it was kept.
#pragma once

#include <string_view>

#include "ntorc/model/network.hpp"

namespace ntorc::model {

/// The network of the JSON that Keras's to_json() gives, that a .keras archive holds as config.json and a .h5 file as
/// "model_config". `source` and `format` are left alone.
/// @param file  opens every message.
/// @throws ParseError  as read_keras().
Network read_keras_document(std::string_view json, std::string_view file);

}  // namespace ntorc::model
