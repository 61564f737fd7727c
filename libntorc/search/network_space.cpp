#include "ntorc/search/network_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/model/chain_builder.hpp"
#include "support/json_reader.hpp"

namespace ntorc::search {
namespace {

using model::Layer;
using model::LayerKind;

constexpr std::array kSettings{Setting::Size, Setting::Kernel, Setting::Stride, Setting::Pool};
constexpr std::int64_t kMaxRepeat = 32;
constexpr std::int64_t kMaxExtentOfSearch = 1 << 20;

bool is_recurrent(LayerKind kind) { return kind == LayerKind::Lstm || kind == LayerKind::Gru; }

const Choices& choices_of(const LayerSpace& layers, Setting setting) {
  switch (setting) {
    case Setting::Size:
      return layers.size;
    case Setting::Kernel:
      return layers.kernel;
    case Setting::Stride:
      return layers.stride;
    case Setting::Pool:
      break;
  }
  return layers.pool;
}

bool has_setting(const LayerSpace& layers, Setting setting) {
  return setting == Setting::Size || layers.kind == LayerKind::Conv1D;
}

bool has_own(const LayerSpace& layers, Setting setting) {
  return std::ranges::find(layers.each, setting) != layers.each.end();
}

/// Whether the values are low, low + step, ...
bool is_integer_range(const Choices& choices) {
  const auto& values = choices.values;
  const std::int64_t step = values[1] - values[0];
  for (std::size_t i = 2; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != step) return false;
  }
  return true;
}

/// The domain of a parameter with several values.
Integer domain_of(const Choices& choices) {
  const auto& values = choices.values;
  if (is_integer_range(choices)) {
    return {values.front(), values.back(), values[1] - values[0], choices.scale};
  }
  return {0, static_cast<std::int64_t>(values.size()) - 1, 1, Scale::Linear};
}

/// What stands for `value` in the domain.
double coded(const Choices& choices, std::int64_t value) {
  if (is_integer_range(choices)) return static_cast<double>(value);
  return static_cast<double>(std::ranges::lower_bound(choices.values, value) - choices.values.begin());
}

std::int64_t decoded(const Choices& choices, double code) {
  const auto value = static_cast<std::int64_t>(code);
  return is_integer_range(choices) ? value : choices.values.at(static_cast<std::size_t>(value));
}

/// "conv1d" for the first stage with that kind, "conv1d_2" for the second, ...
class StageNames {
 public:
  std::string name(LayerKind kind) {
    const int place = ++count_[kind];
    return place == 1 ? std::string(to_string(kind)) : fmt::format("{}_{}", to_string(kind), place);
  }

 private:
  std::map<LayerKind, int> count_;
};

std::string kind_parameter(std::size_t stage) { return fmt::format("kind_{}", stage + 1); }

/// The same walk names a parameter when the space is made and when a point is read.
template <typename Visit>
void for_each_choice(const NetworkSpace& networks, Visit visit) {
  visit("window", networks.window, std::optional<Condition>{});
  StageNames names;
  for (std::size_t s = 0; s < networks.stages.size(); ++s) {
    const StageSpace& stage = networks.stages[s];
    for (const LayerSpace& layers : stage.kinds) {
      const std::string name = names.name(layers.kind);
      std::optional<Condition> is_there;
      if (stage.kinds.size() > 1) {
        is_there = Condition{.parent = kind_parameter(s), .any_of = {std::string(to_string(layers.kind))}};
      }
      visit(name + ".repeat", layers.repeat, is_there);
      /// That there are `count` layers.
      const auto there = [&](std::int64_t count) {
        if (layers.repeat.values.size() == 1 || layers.repeat.least() >= count) return is_there;
        const auto enough = std::ranges::lower_bound(layers.repeat.values, count);
        return std::optional(Condition{.parent = name + ".repeat", .low = coded(layers.repeat, *enough)});
      };
      if (layers.repeat.most() == 0) continue;
      for (const Setting setting : kSettings) {
        if (!has_setting(layers, setting)) continue;
        const std::string own = fmt::format("{}.{}", name, to_string(setting));
        if (!has_own(layers, setting)) {
          visit(own, choices_of(layers, setting), there(1));
          continue;
        }
        for (std::int64_t i = 1; i <= layers.repeat.most(); ++i) {
          visit(fmt::format("{}_{}", own, i), choices_of(layers, setting), there(i));
        }
      }
    }
  }
}

/// What a point says, by the names of parameters.
class Reading {
 public:
  Reading(const NetworkSpace& networks, const Point& point) {
    const Space space = to_space(networks);
    validate(space, point);
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
      if (point.values[i]) values_[space.parameters[i].name] = *point.values[i];
    }
  }

  std::int64_t value(const std::string& name, const Choices& choices) const {
    return choices.values.size() == 1 ? choices.least() : decoded(choices, values_.at(name));
  }

  std::size_t kind(std::size_t stage, const StageSpace& of) const {
    return of.kinds.size() == 1 ? 0 : static_cast<std::size_t>(values_.at(kind_parameter(stage)));
  }

 private:
  std::map<std::string, double, std::less<>> values_;
};

/// The choices of every parameter that is a setting, by its name.
std::map<std::string, Choices, std::less<>> settings_of(const NetworkSpace& networks) {
  std::map<std::string, Choices, std::less<>> settings;
  for_each_choice(networks, [&](const std::string& name, const Choices& choices, const std::optional<Condition>&) {
    settings.emplace(name, choices);
  });
  return settings;
}

/// Calls `visit` with name and value of each parameter that is there: an integer, or the name of a kind.
template <typename Visit>
void for_each_value(const NetworkSpace& networks, const Point& point, Visit visit) {
  const Space space = to_space(networks);
  validate(space, point);
  const auto settings = settings_of(networks);
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    if (!point.values[i]) continue;
    const Parameter& parameter = space.parameters[i];
    if (const auto* kinds = std::get_if<Category>(&parameter.domain)) {
      visit(parameter.name, kinds->names[static_cast<std::size_t>(*point.values[i])]);
    } else {
      visit(parameter.name, decoded(settings.at(parameter.name), *point.values[i]));
    }
  }
}

Layer dense_layer(std::int64_t size, const std::string& activation) {
  Layer layer;
  layer.kind = LayerKind::Dense;
  layer.size = size;
  layer.activation = activation;
  layer.use_bias = true;
  return layer;
}

void add_dense(model::ChainBuilder& chain, std::int64_t size, const std::string& activation) {
  if (chain.shape().size() > 1) {
    Layer flatten;
    flatten.kind = LayerKind::Flatten;
    chain.add(std::move(flatten));
  }
  chain.add(dense_layer(size, activation));
}

Layer convolution(const LayerSpace& layers, std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  Layer layer = dense_layer(size, layers.activation);
  layer.kind = LayerKind::Conv1D;
  layer.kernel = {kernel};
  layer.strides = {stride};
  layer.dilation = {1};
  layer.padding = layers.padding;
  return layer;
}

Layer pooling_layer(Pooling pooling, std::int64_t window) {
  Layer layer;
  layer.kind = pooling == Pooling::Max ? LayerKind::MaxPooling1D : LayerKind::AveragePooling1D;
  layer.kernel = {window};
  layer.strides = {window};
  return layer;
}

Layer recurrent_layer(const LayerSpace& layers, std::int64_t size, model::Shape::size_type behind) {
  Layer layer = dense_layer(size, layers.activation);
  layer.kind = layers.kind;
  layer.recurrent_activation = "sigmoid";
  layer.return_sequences = layers.sequences || behind > 0;
  layer.reset_after = layers.kind == LayerKind::Gru;
  return layer;
}

void validate_choices(const std::string& place, const Choices& choices, std::int64_t low, std::int64_t high) {
  if (choices.values.empty()) throw InvalidArgument(fmt::format("{}: expected a value, found none", place));
  for (std::size_t i = 0; i < choices.values.size(); ++i) {
    if (choices.values[i] < low || choices.values[i] > high) {
      throw InvalidArgument(
          fmt::format("{}: expected integers in {}..{}, found {}", place, low, high, choices.values[i]));
    }
    if (i > 0 && choices.values[i] <= choices.values[i - 1]) {
      throw InvalidArgument(fmt::format("{}: expected ascending values, found {} behind {}", place, choices.values[i],
                                        choices.values[i - 1]));
    }
  }
  if (choices.scale == Scale::Log && choices.least() < 1) {
    throw InvalidArgument(
        fmt::format("{}: expected values above 0 on a logarithmic scale, found {}", place, choices.least()));
  }
}

void validate_layers(const std::string& name, const LayerSpace& layers) {
  const LayerKind kind = layers.kind;
  if (kind != LayerKind::Conv1D && kind != LayerKind::Dense && !is_recurrent(kind)) {
    throw InvalidArgument(fmt::format("{}: expected conv1d, lstm, gru or dense", name));
  }
  validate_choices(name + ".repeat", layers.repeat, 0, kMaxRepeat);
  for (const Setting setting : kSettings) {
    if (has_setting(layers, setting)) {
      validate_choices(fmt::format("{}.{}", name, to_string(setting)), choices_of(layers, setting), 1,
                       kMaxExtentOfSearch);
    } else if (has_own(layers, setting)) {
      throw InvalidArgument(fmt::format("{}.each: {} is no setting of it", name, to_string(setting)));
    }
  }
}

}  // namespace

std::string_view to_string(Setting setting) {
  switch (setting) {
    case Setting::Size:
      return "size";
    case Setting::Kernel:
      return "kernel";
    case Setting::Stride:
      return "stride";
    case Setting::Pool:
      break;
  }
  return "pool";
}

void NetworkSpace::validate() const {
  validate_choices("window", window, 1, kMaxExtentOfSearch);
  StageNames names;
  bool is_flat = false;  // a dense layer may stand before
  for (const StageSpace& stage : stages) {
    if (stage.kinds.empty()) throw InvalidArgument("stages: expected a kind of layer, found none");
    std::vector<LayerKind> kinds;
    bool has_dense = false;
    for (const LayerSpace& layers : stage.kinds) {
      const std::string name = names.name(layers.kind);
      validate_layers(name, layers);
      if (std::ranges::find(kinds, layers.kind) != kinds.end()) {
        throw InvalidArgument(fmt::format("{}: the kind stands twice in one stage", name));
      }
      kinds.push_back(layers.kind);
      const bool is_dense = layers.kind == LayerKind::Dense;
      if (is_flat && !is_dense) throw InvalidArgument(fmt::format("{}: expected no dense layer before it", name));
      has_dense = has_dense || (is_dense && layers.repeat.most() > 0);
    }
    is_flat = is_flat || has_dense;
  }
  to_space(*this).validate();
}

Space to_space(const NetworkSpace& networks) {
  Space space;
  std::size_t kinds_of = 0;  // the stage whose parameter of kinds is to come next
  const auto add_kinds_until = [&](const Condition& condition) {
    for (; kinds_of < networks.stages.size(); ++kinds_of) {
      const StageSpace& stage = networks.stages[kinds_of];
      if (stage.kinds.size() == 1) continue;
      Category kinds;
      for (const LayerSpace& layers : stage.kinds) kinds.names.emplace_back(to_string(layers.kind));
      space.parameters.push_back({kind_parameter(kinds_of), std::move(kinds), std::nullopt});
      if (condition.parent == kind_parameter(kinds_of)) {
        ++kinds_of;
        return;
      }
    }
  };
  const auto is_known = [&](const std::string& name) {
    return std::ranges::find(space.parameters, name, &Parameter::name) != space.parameters.end();
  };
  for_each_choice(networks, [&](const std::string& name, const Choices& choices, std::optional<Condition> condition) {
    if (condition && !is_known(condition->parent)) add_kinds_until(*condition);
    if (choices.values.size() > 1) space.parameters.push_back({name, domain_of(choices), std::move(condition)});
  });
  add_kinds_until({});
  return space;
}

std::int64_t window_of(const NetworkSpace& networks, const Point& point) {
  return Reading(networks, point).value("window", networks.window);
}

model::Network make_network(const NetworkSpace& networks, const Point& point, std::int64_t channels, const Head& head) {
  const Reading reading(networks, point);
  model::ChainBuilder chain("network", {reading.value("window", networks.window), channels});
  StageNames names;
  for (std::size_t s = 0; s < networks.stages.size(); ++s) {
    const StageSpace& stage = networks.stages[s];
    const std::size_t chosen = reading.kind(s, stage);
    for (std::size_t k = 0; k < stage.kinds.size(); ++k) {
      const LayerSpace& layers = stage.kinds[k];
      const std::string name = names.name(layers.kind);
      if (k != chosen) continue;
      const std::int64_t repeat = reading.value(name + ".repeat", layers.repeat);
      for (std::int64_t i = 1; i <= repeat; ++i) {
        const auto value = [&](Setting setting) {
          const std::string own = fmt::format("{}.{}", name, to_string(setting));
          return reading.value(has_own(layers, setting) ? fmt::format("{}_{}", own, i) : own,
                               choices_of(layers, setting));
        };
        const std::int64_t size = value(Setting::Size);
        if (layers.kind == LayerKind::Dense) {
          add_dense(chain, size, layers.activation);
        } else if (is_recurrent(layers.kind)) {
          chain.add(recurrent_layer(layers, size, static_cast<std::size_t>(repeat - i)));
        } else {
          chain.add(convolution(layers, size, value(Setting::Kernel), value(Setting::Stride)));
          const std::int64_t pool = value(Setting::Pool);
          if (pool > 1) chain.add(pooling_layer(layers.pooling, pool));
        }
      }
    }
  }
  add_dense(chain, head.outputs, head.activation);
  return chain.network();
}

std::string describe(const NetworkSpace& networks, const Point& point) {
  std::string text;
  for_each_value(networks, point, [&](const std::string& name, const auto& value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  });
  return text;
}

std::string to_json(const NetworkSpace& networks, const Point& point) {
  nlohmann::ordered_json values = nlohmann::ordered_json::object();
  for_each_value(networks, point, [&](const std::string& name, const auto& value) { values[name] = value; });
  return values.dump();
}

Point parse_point(const NetworkSpace& networks, std::string_view json, std::string_view name) {
  const nlohmann::json document = support::parse_json(json, name);
  const support::JsonReader reader(document, name);
  const Space space = to_space(networks);
  const auto settings = settings_of(networks);
  Point point;
  std::size_t known = 0;
  for (const Parameter& parameter : space.parameters) {
    std::optional<double>& code = point.values.emplace_back();
    const auto found = reader.find(parameter.name);
    if (!found) continue;
    ++known;
    if (const auto* kinds = std::get_if<Category>(&parameter.domain)) {
      const auto place = std::ranges::find(kinds->names, found->text());
      if (place == kinds->names.end()) found->fail(fmt::format("one of {}", fmt::join(kinds->names, ", ")));
      code = static_cast<double>(place - kinds->names.begin());
    } else {
      const Choices& choices = settings.at(parameter.name);
      const std::int64_t value = found->integer();
      if (!std::ranges::binary_search(choices.values, value)) {
        found->fail(fmt::format("one of {}", fmt::join(choices.values, ", ")));
      }
      code = coded(choices, value);
    }
  }
  if (known != reader.members().size()) reader.fail("the parameters of this space alone");
  try {
    validate(space, point);
  } catch (const InvalidArgument& error) {
    throw ParseError(fmt::format("{}: {}", name, error.what()));
  }
  return point;
}

}  // namespace ntorc::search
