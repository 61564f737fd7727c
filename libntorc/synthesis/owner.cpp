#include "synthesis/owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

using hls4ml::LayerShape;
using hls4ml::NodeKind;
using model::LayerKind;

/// The structs of one number.
struct Structs {
  const ConfigStruct* main = nullptr;       ///< "config3"
  const ConfigStruct* multiply = nullptr;   ///< "config3_mult"
  const ConfigStruct* input = nullptr;      ///< "config3_1", of a recurrent layer
  const ConfigStruct* recurrent = nullptr;  ///< "config3_2"
  const ConfigStruct* other = nullptr;      ///< "relu_config3"
  std::string_view layer;
};

Structs structs_of(const std::vector<const ConfigStruct*>& configs, int number) {
  Structs found;
  const std::string main = fmt::format("config{}", number);
  for (const ConfigStruct* const config : configs) {
    if (found.layer.empty()) found.layer = config->layer;
    if (config->name == main) {
      found.main = config;
    } else if (config->name == main + "_mult") {
      found.multiply = config;
    } else if (config->name == main + "_1") {
      found.input = config;
    } else if (config->name == main + "_2") {
      found.recurrent = config;
    } else {
      found.other = config;
    }
  }
  return found;
}

/// Reads members, and remembers the first that is not there.
class Members {
 public:
  Members(const Firmware& firmware, const ConfigStruct& config) : firmware_(firmware), config_(config) {}

  /// The first of `names` that is there, at least 1.
  std::int64_t extent(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      const auto value = firmware_.field(config_, name);
      if (value && *value >= 1 && *value <= hls4ml::kMaxExtent) return *value;
    }
    if (missing_.empty()) missing_ = *names.begin();
    return 1;
  }

  const std::string& missing() const { return missing_; }

 private:
  const Firmware& firmware_;
  const ConfigStruct& config_;
  std::string missing_;
};

std::string text_of(const ConfigStruct* config, std::string_view member) {
  if (config == nullptr) return {};
  const auto found = config->fields.find(member);
  return found == config->fields.end() ? std::string() : found->second;
}

/// hls4ml's word of `nnet::resource`.
std::string strategy_word(std::string_view value) {
  const std::size_t colon = value.rfind(':');
  if (colon != std::string_view::npos) value.remove_prefix(colon + 1);
  if (value == "latency") return "Latency";
  if (value == "resource") return "Resource";
  return std::string(value);
}

/// The steps or pixels that the padding hls4ml put before a layer takes, by the name it gives it.
std::optional<std::int64_t> before_padding(const Firmware& firmware, std::string_view layer) {
  for (const ConfigStruct& config : firmware.configs) {
    const std::string_view padding = config.layer;
    if (!padding.starts_with("zp1d_") && !padding.starts_with("zp2d_")) continue;
    if (padding.substr(5) != layer) continue;
    const auto width = firmware.field(config, "in_width");
    if (!width || *width < 1 || *width > hls4ml::kMaxExtent) return std::nullopt;
    if (!config.fields.contains("in_height")) return width;
    const auto height = firmware.field(config, "in_height");
    if (!height || *height < 1 || *height > hls4ml::kMaxExtent) return std::nullopt;
    return *height * *width;
  }
  return std::nullopt;
}

/// How wide an element of `type` is, `nnet::array<ap_fixed<16,6>, 8*1>`.
std::optional<std::int64_t> array_width(const Firmware& firmware, std::string_view type) {
  const std::string text = firmware.resolved(type);
  if (!text.starts_with("nnet::array<") || !text.ends_with('>')) return std::nullopt;
  const std::size_t comma = text.rfind(',');
  return firmware.value(std::string_view(text).substr(comma + 1, text.size() - comma - 2));
}

/// The digits behind the last "_fu_" of an instance: the tools count them up by the operands of a call.
std::optional<std::int64_t> unit_number(std::string_view instance) {
  const std::size_t at = instance.rfind("_fu_");
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  const char* const begin = instance.data() + at + 4;
  const auto [end, failure] = std::from_chars(begin, instance.data() + instance.size(), number);
  return failure == std::errc{} && end != begin ? std::optional(number) : std::nullopt;
}

/// The last number in the name of a module, `clone_stream_..._128_s`.
std::optional<std::int64_t> last_number(std::string_view module) {
  if (module.ends_with("_s")) module.remove_suffix(2);
  const std::size_t at = module.rfind('_');
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(module.data() + at + 1, module.data() + module.size(), number);
  return failure == std::errc{} && end == module.data() + module.size() ? std::optional(number) : std::nullopt;
}

std::string shared_text(const std::vector<Owner>& layers, std::string Owner::*member) {
  std::string shared;
  for (const Owner& layer : layers) {
    if (layer.role != perf::Role::Layer) continue;
    if (shared.empty()) shared = layer.*member;
    if (shared != layer.*member) return {};
  }
  return shared;
}

/// Matches the instances without a number that call one function with the calls that are left for it.
class Matcher {
 public:
  Matcher(const Firmware& firmware, const std::vector<Instance>& instances)
      : firmware_(firmware), instances_(instances) {
    std::vector<std::int64_t> units;
    for (const Instance& instance : instances) {
      if (const auto unit = unit_number(instance.name)) units.push_back(*unit);
    }
    std::ranges::sort(units);
    for (std::size_t i = 0; i + 1 < units.size(); ++i) width_[units[i]] = units[i + 1] - units[i];
  }

  /// calls[k] is that of members[k]; nothing where more than one match is possible.
  std::vector<std::optional<std::size_t>> match(const std::vector<std::size_t>& members,
                                                const std::vector<std::size_t>& calls) const {
    std::vector<std::optional<std::size_t>> matched(members.size());
    if (members.size() != calls.size()) return matched;
    const bool same_module = std::ranges::all_of(
        members, [&](std::size_t member) { return instances_[member].module == instances_[members.front()].module; });
    if (same_module) {  // the same hardware each time: any order is right
      std::ranges::copy(calls, matched.begin());
      return matched;
    }
    std::set<std::size_t> left(calls.begin(), calls.end());
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t k = 0; k < members.size(); ++k) {
        if (matched[k]) continue;
        const auto only = only_fit(instances_[members[k]], left);
        if (!only) continue;
        matched[k] = only;
        left.erase(*only);
        moved = true;
      }
    }
    if (!left.empty()) std::ranges::fill(matched, std::nullopt);
    return matched;
  }

 private:
  /// Vivado HLS and Vitis HLS number the units of a caller, and leave out as many numbers as a call has operands, and
  /// four [Vivado HLS 2019.2, Vitis HLS 2022.2: the calls of dense and relu in two public designs]. An input of
  /// the design that is packed into one word counts once.
  std::optional<std::size_t> only_fit(const Instance& instance, const std::set<std::size_t>& left) const {
    constexpr std::int64_t kBeside = 4;
    constexpr std::int64_t kMostPacked = 8;
    const auto unit = unit_number(instance.name);
    const auto width = unit ? width_.find(*unit) : width_.end();
    if (width == width_.end()) return std::nullopt;
    std::optional<std::size_t> fit;
    for (const std::size_t place : left) {
      const LayerCall& call = firmware_.calls[place];
      const bool reads_input =
          !call.operands.empty() &&
          std::ranges::find(firmware_.parameters, call.operands.front()) != firmware_.parameters.end();
      const ConfigStruct* config = nullptr;
      for (const std::string& type : call.types) config = config_number(type) ? firmware_.config(type) : config;
      const auto operands = config == nullptr ? std::nullopt : firmware_.field(*config, "n_in");
      const bool fits =
          (operands && width->second == *operands + kBeside) || (reads_input && width->second <= kMostPacked);
      if (!fits) continue;
      if (fit) return std::nullopt;
      fit = place;
    }
    return fit;
  }

  const Firmware& firmware_;
  const std::vector<Instance>& instances_;
  std::map<std::int64_t, std::int64_t> width_;  // of each unit: to the next one's number
};

}  // namespace

Owners::Owners(const Firmware& firmware) : firmware_(firmware) {
  for (const ConfigStruct& config : firmware.configs) {
    if (const auto number = config_number(config.name)) configs_[*number].push_back(&config);
  }
  for (std::size_t i = 0; i < firmware.calls.size(); ++i) {
    for (const std::string& type : firmware.calls[i].types) {
      const auto number = config_number(type);
      if (number && (calls_[*number].empty() || calls_[*number].back() != i)) calls_[*number].push_back(i);
    }
    operands_.insert(firmware.calls[i].operands.begin(), firmware.calls[i].operands.end());
  }
}

Owner Owners::of_function(std::string_view function) const {
  Owner owner;
  owner.name = function;
  const auto kind = function_kind(function);
  if (kind && kind->node && *kind->node != NodeKind::Weights) {
    owner.role = perf::Role::Node;
    owner.node_kind = *kind->node;
  }
  return owner;
}

Owner Owners::of_call(std::size_t place) const {
  const LayerCall& call = firmware_.calls[place];
  for (const std::string& type : call.types) {
    if (const auto number = config_number(type)) return of_number(*number, call.function);
  }
  Owner owner = of_function(call.function);
  if (!call.layer.empty()) owner.name = call.layer;
  owner.place = place;
  return owner;
}

Owner Owners::of_number(int number, std::string_view function) const {
  Owner owner;
  const auto configs = configs_.find(number);
  const Structs structs = configs == configs_.end() ? Structs{} : structs_of(configs->second, number);
  // The first releases give a layer and its activation one number: config1, relu_config1.
  const auto of_module = function_kind(function);
  const LayerCall* call = nullptr;
  std::string config_name = fmt::format("config{}", number);
  const auto calls = calls_.find(number);
  for (const std::size_t i : calls == calls_.end() ? std::vector<std::size_t>() : calls->second) {
    const LayerCall& other = firmware_.calls[i];
    const auto type =
        std::ranges::find_if(other.types, [&](const std::string& t) { return config_number(t) == number; });
    const auto of_call = function_kind(other.function);
    const bool alike = of_module && of_call && of_module->node == of_call->node;
    if (call != nullptr && !alike) continue;
    call = &other;
    owner.place = i;
    config_name = *type;
    if (alike) break;
  }
  owner.name = call != nullptr && !call->layer.empty() ? call->layer
               : structs.layer.empty()                 ? config_name
                                                       : std::string(structs.layer);
  const std::string_view called = call != nullptr ? std::string_view(call->function) : function;
  const auto kind = function_kind(called);
  if (structs.main == nullptr && structs.other == nullptr && call == nullptr) {
    if (!knows_layers()) {
      owner = of_function(function);
      owner.name = fmt::format("config{}", number);
      owner.reason = "no parameters.h";
      return owner;
    }
    owner.reason = fmt::format("parameters.h has no config{}", number);
    return owner;
  }
  // A project that was written anew after its synthesis has other layers under the same numbers.
  const bool within_recurrent = called.starts_with("lstm") || called.starts_with("gru") || called.starts_with("bidir");
  if (kind && of_module && kind->node != of_module->node && !within_recurrent) {
    owner.reason = fmt::format("config{} is of {} in the firmware, the module of {}", number, called, function);
    return owner;
  }
  if (kind && !kind->node) {
    owner.reason = fmt::format("{} has no kind of its own", called);
    return owner;
  }
  if (kind && *kind->node != NodeKind::Weights) {
    owner.role = perf::Role::Node;
    owner.node_kind = *kind->node;
    return owner;
  }
  if (kind && !kind->has_shape) {
    owner.reason = fmt::format("{} has no shape of one matrix", called);
    return owner;
  }
  if (structs.main == nullptr) {
    owner.reason = kind ? fmt::format("parameters.h has no config{}", number) : "an unknown function";
    return owner;
  }

  const ConfigStruct& config = *structs.main;
  Members members(firmware_, config);
  LayerShape shape;
  if (config.base == "lstm_config" || config.base == "gru_config") {
    shape.kind = config.base == "lstm_config" ? LayerKind::Lstm : LayerKind::Gru;
    shape.inputs = members.extent({"n_in"});
    shape.size = members.extent({"n_state", "n_out"});
    shape.sequence = members.extent({"n_sequence"});
  } else if (config.base == "conv1d_config" || config.base == "conv2d_config" ||
             (config.base.empty() && config.fields.contains("n_filt"))) {
    const bool image = config.base == "conv2d_config" ||
                       (config.base.empty() && firmware_.field(config, "filt_height").value_or(1) > 1);
    shape.kind = image ? LayerKind::Conv2D : LayerKind::Conv1D;
    shape.inputs = members.extent({"n_chan"});
    shape.size = members.extent({"n_filt"});
    shape.kernel = members.extent({"filt_width", "y_filt"});
    shape.sequence = members.extent({"in_width", "y_in"});
    if (image) {
      shape.kernel *= members.extent({"filt_height"});
      shape.sequence *= members.extent({"in_height"});
    }
    if (const auto unpadded = before_padding(firmware_, owner.name)) shape.sequence = *unpadded;
  } else if (config.base == "dense_config" || (config.base.empty() && config.fields.contains("n_out"))) {
    shape.inputs = members.extent({"n_in"});
    shape.size = members.extent({"n_out"});
    const auto width =
        call == nullptr || call->types.empty() ? std::nullopt : array_width(firmware_, call->types.front());
    if (width && *width >= 1 && shape.inputs % *width == 0) shape.packets = shape.inputs / *width;
  } else {
    owner.reason = fmt::format("{} is none of a layer that is known", shown(config.base));
    return owner;
  }
  if (!members.missing().empty()) {
    owner.reason = fmt::format("{} has no {} that can be read", config.name, members.missing());
    return owner;
  }
  if (!hls4ml::fits(shape)) {
    owner.reason = fmt::format("{} is too large", config.name);
    return owner;
  }

  const bool recurrent = shape.kind == LayerKind::Lstm || shape.kind == LayerKind::Gru;
  const ConfigStruct* const first = structs.multiply != nullptr ? structs.multiply
                                    : structs.input != nullptr  ? structs.input
                                                                : &config;
  owner.strategy = strategy_word(text_of(first, "strategy"));
  if (owner.strategy.empty()) owner.strategy = strategy_word(text_of(&config, "strategy"));
  std::vector<const ConfigStruct*> matrices{first};
  if (recurrent) matrices.push_back(structs.recurrent != nullptr ? structs.recurrent : first);
  for (const ConfigStruct* const matrix : matrices) {
    auto reuse = firmware_.field(*matrix, "reuse_factor");
    if (!reuse) reuse = firmware_.field(config, "reuse_factor");
    if (!reuse && owner.strategy == "distributed_arithmetic") reuse = 1;  // it has none: every product has its adders
    if (!reuse || *reuse < 1 || *reuse > hls4ml::kMaxExtent) {
      owner.reason = fmt::format("{} has no reuse_factor that can be read", matrix->name);
      return owner;
    }
    owner.reuse.push_back(*reuse);
  }
  for (const ConfigStruct* const place : {first, &config}) {
    const auto weights = place->types.find("weight_t");
    if (weights == place->types.end() || !owner.precision.empty()) continue;
    const std::string type = firmware_.resolved(weights->second);
    if (type.find('<') != std::string::npos) owner.precision = type;
  }
  owner.role = perf::Role::Layer;
  owner.shape = shape;
  return owner;
}

Owner Owners::owner(std::string_view module) const {
  const ModuleName name = parse_module_name(module);
  if (name.number) {
    Owner owner = of_number(*name.number, name.function);
    if (!owner.shape || !name.width || *name.width == owner.shape->size) return owner;
    // A project that was written anew after its synthesis.
    return {.name = owner.name,
            .reason = fmt::format("config{} has {} outputs in the firmware, the module {}", *name.number,
                                  owner.shape->size, *name.width),
            .place = owner.place};
  }
  Owner owner = of_function(name.function);
  if (owner.role != perf::Role::Node) {
    owner.name = module;
    owner.reason = "no number in its name";
  }
  return owner;
}

std::vector<Owner> Owners::owners(const std::vector<Instance>& instances) const {
  std::vector<Owner> found;
  std::set<std::size_t> claimed;
  std::map<std::pair<std::string, std::optional<std::int64_t>>, std::vector<std::size_t>> left;  // by function and size
  for (const Instance& instance : instances) {
    found.push_back(owner(instance.module));
    const ModuleName name = parse_module_name(instance.module);
    if (name.number) {
      if (found.back().place) claimed.insert(*found.back().place);
    } else if (!name.function.empty()) {
      const bool sized = name.function == "clone_stream" || name.function == "repack_stream";
      left[{name.function, sized ? last_number(instance.module) : std::nullopt}].push_back(found.size() - 1);
    }
  }
  if (left.empty()) return found;

  const Matcher matcher(firmware_, instances);
  for (const auto& [key, members] : left) {
    const auto& [function, size] = key;
    std::vector<std::size_t> calls;
    for (std::size_t i = 0; i < firmware_.calls.size(); ++i) {
      const LayerCall& call = firmware_.calls[i];
      if (claimed.contains(i) || !(function == call.function || function.starts_with(call.function + "_"))) continue;
      if (size && (call.types.empty() || firmware_.value(call.types.back()) != size)) continue;
      calls.push_back(i);
    }
    const auto matched = matcher.match(members, calls);
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (matched[k]) found[members[k]] = of_call(*matched[k]);
    }
  }
  return found;
}

Owners::Writer Owners::writer(std::string_view stream) const {
  for (std::size_t i = 0; i < firmware_.calls.size(); ++i) {
    const LayerCall& call = firmware_.calls[i];
    if (std::ranges::find(call.operands, stream) == call.operands.end()) continue;
    return {call.layer.empty() ? of_call(i).name : call.layer, i};
  }
  return {std::string(stream), std::nullopt};
}

std::string Owners::stream_of(std::string_view fifo) const {
  for (std::size_t end = fifo.size(); end > 0 && end != std::string_view::npos; end = fifo.rfind('_', end - 1)) {
    if (operands_.contains(fifo.substr(0, end))) return std::string(fifo.substr(0, end));
  }
  std::size_t end = fifo.size();
  for (const std::string_view mark : {"_V_data_", "_V_V_", "_V_U", "_data_V_", "_U"}) {
    const std::size_t at = fifo.find(mark);
    if (at != std::string_view::npos && at > 0) end = std::min(end, at);
  }
  return std::string(fifo.substr(0, end));
}

std::string Owners::io_type() const {
  for (const ConfigStruct& config : firmware_.configs) {
    const std::string value = text_of(&config, "io_type");
    for (const std::string_view known : {"io_stream", "io_parallel"}) {
      if (value.ends_with(known)) return std::string(known);
    }
  }
  if (firmware_.calls.empty()) return {};
  return firmware_.streams ? "io_stream" : "io_parallel";
}

std::vector<Owner> Owners::layers() const {
  std::vector<Owner> layers;
  for (const auto& [number, configs] : configs_) layers.push_back(of_number(number, {}));
  return layers;
}

std::string Owners::strategy() const { return shared_text(layers(), &Owner::strategy); }
std::string Owners::precision() const { return shared_text(layers(), &Owner::precision); }

}  // namespace ntorc::synthesis
