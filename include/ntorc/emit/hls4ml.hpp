// ntorc/emit/hls4ml.hpp - a plan as the files that hls4ml builds from. docs/formats/hls4ml-yaml.md
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

/// Which spelling of the model key `hls4ml convert -c` understands.
enum class Hls4mlDialect {
  KerasJson,   ///< 0.7 to 1.2: KerasJson + KerasH5
  KerasModel,  ///< 1.3: KerasModel: !keras_model FILE, the only one that does not silently do nothing there
};

Hls4mlDialect hls4ml_dialect(std::string_view version);  ///< "1.2" or "1.3" @throws InvalidArgument

struct Hls4mlOptions {
  Hls4mlDialect dialect = Hls4mlDialect::KerasModel;
  std::string project_name = "myproject";  ///< becomes the C++ top function: a C identifier
  std::filesystem::path output_dir;        ///< of hls4ml; empty: "<project_name>_hls4ml" in the working directory
  std::filesystem::path keras_model;  ///< architecture and weights, .keras or .h5; empty: from the plan's keras_file
  std::filesystem::path weights;   ///< KerasJson: .h5 beside a JSON architecture; empty: the plan's keras_file with .h5
  std::string backend = "Vivado";  ///< hls4ml's name: Vivado or Vitis

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// The YAML for `hls4ml convert -c`; paths are made absolute. @throws InvalidArgument  if the options do not validate,
/// or the plan has no solution or no Keras file.
std::string to_hls4ml_yaml(const deploy::Plan& plan, const Hls4mlOptions& options = {});

/// A Python program that loads the Keras model and calls hls4ml's converter with the plan: works with every hls4ml
/// since 0.7.
std::string to_hls4ml_driver(const deploy::Plan& plan, const Hls4mlOptions& options = {});

}  // namespace ntorc::emit
