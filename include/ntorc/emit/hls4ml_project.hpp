// ntorc/emit/hls4ml_project.hpp - what hls4ml needs to build a plan. docs/formats/hls4ml-yaml.md
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/hls4ml/backend.hpp"

namespace ntorc::emit {

/// How a release of hls4ml wants to be told of the network.
enum class Hls4mlDialect {
  KerasJson,   ///< 0.8 to 1.2: `KerasJson` and `KerasH5` of Keras 2
  KerasModel,  ///< 1.3: `KerasModel: !keras_model FILE`; it passes over the older keys without a word and writes
               ///< nothing
};

std::string_view to_string(Hls4mlDialect dialect);  ///< "1.2", "1.3"

/// How deep the FIFOs of an io_stream design are made.
enum class FifoDepths {
  Hls4ml,  ///< one place for each element of an inference: no node ever waits for a full one
  Least,   ///< that of the plan's design: as fast, if the nodes work as its model of them does
};

struct Hls4mlOptions {
  Hls4mlDialect dialect = Hls4mlDialect::KerasModel;
  std::optional<hls4ml::Backend> backend{};  ///< nothing: that of the plan
  FifoDepths fifo_depths = FifoDepths::Hls4ml;
  std::string project{};               ///< a C identifier; empty makes one of the network's name
  std::filesystem::path output_dir{};  ///< empty: a folder named as the project in the working directory
  std::filesystem::path
      keras_model{};  ///< empty: the file that was planned, or, if it is JSON and 1.3 needs weights, `.keras` beside it
  std::filesystem::path weights{};  ///< 1.2 only; empty: `.h5` beside the JSON
};

/// The settings, complete: paths absolute, names checked.
struct Hls4mlProject {
  Hls4mlDialect dialect = Hls4mlDialect::KerasModel;
  hls4ml::Backend backend = hls4ml::Backend::Vivado;
  FifoDepths fifo_depths = FifoDepths::Hls4ml;
  std::string project;
  std::filesystem::path output_dir;
  std::filesystem::path keras_model;  ///< 1.3: with weights. 1.2: JSON, or .h5 with architecture and weights
  std::filesystem::path weights;      ///< .h5; empty unless `keras_model` is JSON
};

/// @throws InvalidArgument  if the plan has no layers, `project` is no C identifier, two layers differ only in case
/// (hls4ml looks
///                          names up without it), no Keras file is known, the dialect cannot read the file of that
///                          name, or depths are asked for that the plan does not have.
Hls4mlProject hls4ml_project(const deploy::Plan& plan, const Hls4mlOptions& options = {});

/// What hls4ml is told of a network, whoever decided it: a plan or a sweep.
struct Hls4mlSettings {
  struct Layer {
    std::string name;
    std::int64_t reuse = 1;
    std::vector<std::int64_t> effective{};  ///< what hls4ml must make of it, one for each matrix
    std::string strategy{};                 ///< hls4ml's word; empty: that of `target`
  };
  std::string network;         ///< name
  deploy::BuildTarget target;  ///< the backend is the project's
  std::vector<Layer> layers;   ///< those with a reuse factor; the others get 1
};

Hls4mlSettings hls4ml_settings(const deploy::Plan& plan);

/// The configuration that `hls4ml convert -c` takes.
std::string hls4ml_yaml(const Hls4mlSettings& settings, const Hls4mlProject& project);

/// The same of a plan, with what it is and predicts in comments.
/// @throws InvalidArgument  if the project has FIFOs of its own depths, for which there is no key.
std::string hls4ml_yaml(const deploy::Plan& plan, const Hls4mlProject& project);

/// Python's expressions for paths.
struct PythonPaths {
  std::string keras_model;
  std::string output_dir;
};

/// A string literal of Python.
std::string python_string(std::string_view text);

/// The part of a Python program that loads the model with Keras, converts it through hls4ml's own converter to
/// `project` and stops unless every layer has the reuse factors that are asked for. It needs `hls4ml` and `keras`
/// imported.
std::string hls4ml_conversion(const Hls4mlSettings& settings, const Hls4mlProject& project, const PythonPaths& paths);

/// A Python program that converts through hls4ml's own converter, the route that hls4ml recommends, and fails unless
/// every layer has the reuse factors that were planned; with FifoDepths::Least, unless there are the streams of the
/// design, as deep as it says, and then makes them shallower.
/// @throws InvalidArgument  if the project's Keras file is JSON: Python loads a whole model.
std::string hls4ml_driver(const deploy::Plan& plan, const Hls4mlProject& project);

}  // namespace ntorc::emit
