// ntorc/sweep/config.hpp - what a sweep is to cover, as its YAML says it. docs/formats/sweep.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/hls4ml/backend.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::sweep {

/// What the jobs are built for and with.
struct Target {
  std::string part = "xczu7ev-ffvc1156-2-e";
  double clock_mhz = 250;
  hls4ml::Backend backend = hls4ml::Backend::Vivado;
  hls4ml::IoType io_type = hls4ml::IoType::Stream;
  emit::Hls4mlDialect dialect = emit::Hls4mlDialect::KerasModel;
};

enum class Strategy {
  Resource,
  Latency,
  Auto,  ///< Latency where a layer is told reuse 1, Resource otherwise: N-TORC's way
};

std::string_view to_string(Strategy strategy);  ///< "Resource", "Latency", "auto"

enum class ReuseRule {
  List,    ///< of `factors`
  Powers,  ///< 1, 2, 4, ... up to the largest matrix
  Legal,   ///< of each layer those that lead to hardware of its own (hls4ml::reuse_choices)
};

/// What hls4ml is told as reuse factor of the layers that say nothing else.
struct ReuseAxis {
  ReuseRule rule = ReuseRule::Legal;
  std::vector<std::int64_t> factors{};  ///< of List
};

/// Layers of one kind behind each other. Every list is an axis of the design and holds one value at least.
struct Stage {
  model::LayerKind kind = model::LayerKind::Dense;  ///< Dense, Conv1D, Conv2D, Lstm or Gru
  std::vector<std::int64_t> repeat{1};              ///< layers; 0 leaves the stage out
  std::vector<std::int64_t> size{};                 ///< units or filters
  std::vector<std::int64_t> kernel{3};              ///< side of a convolution's window
  std::vector<std::int64_t> pool{1};                ///< max pooling by this much behind each convolution; 1 is none
  std::vector<std::string> activation{};            ///< Keras's names
  std::vector<std::int64_t> reuse{};                ///< of these layers, in place of the sweep's; empty: none
  model::Padding padding = model::Padding::Same;    ///< of convolutions, or Valid
  bool sequences = false;  ///< the last of recurrent layers gives every step; one before another recurrent layer does
};

/// Networks of one build: an input and the stages behind each other. A Flatten stands before the first dense layer
/// where there is more than one axis.
struct Family {
  std::string name;
  std::vector<std::int64_t> steps{};  ///< sequence length; empty: no axis of steps
  std::vector<std::int64_t> side{};   ///< of a square image; empty: none
  std::vector<std::int64_t> features{1};
  std::vector<Stage> stages{};
};

enum class DesignKind {
  Grid,   ///< every combination
  Sobol,  ///< points that fill the space evenly
  Laws,   ///< of such points those that inform the terms of the performance model most (choose_informative)
};

struct Design {
  DesignKind kind = DesignKind::Grid;
  std::int64_t jobs = 0;        ///< of Sobol and Laws: how many
  std::int64_t candidates = 0;  ///< of Laws: out of how many
  std::uint64_t seed = 0;
};

struct Config {
  Target target;
  std::vector<std::string> precisions{"ap_fixed<16,8>"};
  std::vector<Strategy> strategies{Strategy::Resource};
  ReuseAxis reuse;
  std::int64_t max_block_factor = 4096;            ///< multipliers of a matrix; networks with more are left out
  std::int64_t max_reuse = std::int64_t{1} << 31;  ///< of ReuseRule::Legal and Powers
  Design design;
  std::vector<Family> families;
};

/// @throws FileError, ParseError  with file, line and column
Config read_config(const std::filesystem::path& file);
/// The same for text in memory. @param name  what to call it in messages.
Config parse_config(std::string_view yaml, std::string_view name);

/// The YAML of a preset, "ntorc" or "laws". @throws InvalidArgument  if there is none of that name.
std::string_view preset(std::string_view name);

}  // namespace ntorc::sweep
