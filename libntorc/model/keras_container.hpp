// model/keras_container.hpp - the description of a model inside a .keras archive or a .h5 file.
#pragma once

#include <filesystem>
#include <string>

namespace ntorc::model {

struct KerasDescription {
  std::string json;
  std::string keras_version;  ///< empty if the container does not say
};

/// From config.json and metadata.json of a .keras archive.
/// @throws FileError, ParseError
KerasDescription read_keras_archive(const std::filesystem::path& path);

/// From the root attributes "model_config" and "keras_version" of a .h5 file.
/// @throws FileError, ParseError
KerasDescription read_keras_hdf5(const std::filesystem::path& path);

}  // namespace ntorc::model
