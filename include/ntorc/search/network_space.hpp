// ntorc/search/network_space.hpp - the networks that a search may choose from. docs/formats/search.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/model/network.hpp"
#include "ntorc/search/space.hpp"

namespace ntorc::search {

/// What a setting may be.
struct Choices {
  std::vector<std::int64_t> values{1};  ///< ascending, no two alike, at least one
  Scale scale = Scale::Linear;          ///< Log: equal ratios are alike; all values are then > 0

  std::int64_t least() const { return values.front(); }
  std::int64_t most() const { return values.back(); }

  friend bool operator==(const Choices&, const Choices&) = default;
};

/// The settings of layers that may be searched for.
enum class Setting { Size, Kernel, Stride, Pool };

std::string_view to_string(Setting setting);  ///< "size", "kernel", "stride", "pool"

enum class Pooling { Max, Average };

/// Layers of one kind behind each other.
struct LayerSpace {
  model::LayerKind kind = model::LayerKind::Dense;  ///< Conv1D, Lstm, Gru or Dense
  Choices repeat{};                                 ///< how many; may be 0
  Choices size{};                                   ///< units or filters
  Choices kernel{{3}};                              ///< Conv1D only, as the next ones
  Choices stride{};
  Choices pool{};  ///< a pooling layer of this window and stride behind each convolution; 1 is none
  Pooling pooling = Pooling::Max;
  model::Padding padding = model::Padding::Same;
  std::string activation = "relu";  ///< Keras's name
  bool sequences = false;           ///< Lstm and Gru: the last one of them gives every step too
  std::vector<Setting> each{};      ///< settings of which every layer has its own; the others are shared

  friend bool operator==(const LayerSpace&, const LayerSpace&) = default;
};

/// One kind of them is chosen.
struct StageSpace {
  std::vector<LayerSpace> kinds{};

  friend bool operator==(const StageSpace&, const StageSpace&) = default;
};

/// What stands behind the stages: a dense layer.
struct Head {
  std::int64_t outputs = 1;
  std::string activation = "linear";
};

struct NetworkSpace {
  Choices window{{128}};  ///< samples that a network sees at once
  std::vector<StageSpace> stages{};

  void validate() const;  ///< @throws InvalidArgument  naming the stage and the setting

  friend bool operator==(const NetworkSpace&, const NetworkSpace&) = default;
};

/// A parameter for each setting that has several values. They are called "window", "conv1d.repeat", "conv1d.size", or
/// "conv1d.size_1", "conv1d.size_2", ... where every layer has its own; "dense_2.size" of the second stage with dense
/// layers; "kind_2" where the second stage has several kinds. Settings of layers that are not there have no value.
/// Values at equal distances are an Integer; others the place in their list.
Space to_space(const NetworkSpace& networks);

/// What a point says of the window. @throws InvalidArgument  if the point is none of `to_space(networks)`.
std::int64_t window_of(const NetworkSpace& networks, const Point& point);

/// The network of a point: an input of (window, channels), the stages, a Flatten where a dense layer follows on steps,
/// the head.
/// @throws InvalidArgument  if the point is none of `to_space(networks)`, or there can be no such network: more pooling
///                          than steps are left, steps asked for behind a dense layer.
model::Network make_network(const NetworkSpace& networks, const Point& point, std::int64_t channels, const Head& head);

/// "window 128, conv1d.repeat 5, ...", with the values of settings, as the next ones.
std::string describe(const NetworkSpace& networks, const Point& point);
std::string to_json(const NetworkSpace& networks, const Point& point);  ///< {"window": 128, ...}; kinds by name
/// @throws ParseError  if it is no point of `to_space(networks)`.
Point parse_point(const NetworkSpace& networks, std::string_view json, std::string_view name);

}  // namespace ntorc::search
