// ntorc/model/read_keras.hpp - networks from Keras files. docs/formats/keras.md
#pragma once

#include <filesystem>
#include <string_view>

#include "ntorc/model/network.hpp"

namespace ntorc::model {

/// Reads the architecture (never the weights) from Keras JSON of Keras 2 or 3, a `.keras` archive or a `.h5` file;
/// which one it is, the first bytes tell, not the name. "-" reads JSON from standard input, and a pipe is JSON too.
/// Shapes are inferred, `build_config` is not read.
/// @throws FileError   if the file cannot be read.
/// @throws ParseError  if it is none of these, holds a layer or a setting that ntorc does not know, uses a layer
///                     twice, names two layers alike, or its shapes do not fit together. The message names the file and
///                     the layer.
Network read_keras(const std::filesystem::path& file);

/// The same for JSON in memory. @param name  what to call it in messages.
Network read_keras_json(std::string_view json, std::string_view name);

}  // namespace ntorc::model
