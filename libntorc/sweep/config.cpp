#include "ntorc/sweep/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "support/file.hpp"
#include "support/yaml_place.hpp"

namespace ntorc::sweep {
namespace {

using model::LayerKind;
using Place = support::YamlPlace;

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::int64_t kMaxExtentOfSweep = 1 << 20;  ///< steps, sizes, kernels: beyond it is a slip of the keyboard
constexpr std::int64_t kMaxReuse = std::int64_t{1} << 31;
constexpr std::int64_t kMaxJobsOfDesign = 1'000'000;
constexpr std::int64_t kMaxBlockFactor = 1'000'000'000;
constexpr std::int64_t kMaxRepeat = 32;
constexpr std::int64_t kMaxSide = 4096;
constexpr std::size_t kMaxStages = 32;
constexpr std::size_t kLongestName = 40;

void read_target(const Place& place, Target& target) {
  place.map({
      {"part",
       [&](const Place& value) {
         target.part = value.checked([](const Place& part) { return hls4ml::part_name(part.text()); });
       }},
      {"clock_mhz", [&](const Place& value) { target.clock_mhz = value.number(1e4); }},
      {"backend",
       [&](const Place& value) {
         target.backend = value.checked([](const Place& name) { return hls4ml::backend(name.text()); });
       }},
      {"io_type",
       [&](const Place& value) {
         target.io_type = value.checked([](const Place& name) { return hls4ml::io_type(name.text()); });
       }},
      {"hls4ml",
       [&](const Place& value) {
         const std::string release = value.text();
         if (release != "1.2" && release != "1.3") value.expected("1.2 or 1.3");
         target.dialect = release == "1.2" ? emit::Hls4mlDialect::KerasJson : emit::Hls4mlDialect::KerasModel;
       }},
  });
}

/// hls4ml's spelling: ap_fixed<W,I,...> or ap_int<W>, signed or not; nothing that a C++ source would take for more.
std::string precision(const Place& place) {
  static constexpr std::array<std::string_view, 4> kTypes{"ap_fixed", "ap_ufixed", "ap_int", "ap_uint"};
  constexpr std::size_t kLongest = 100;
  std::string text = place.text();
  std::erase(text, ' ');
  const std::size_t open = text.find('<');
  const auto ordinary = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ',' ||
           c == '-';
  };
  const bool known = open != std::string::npos && text.size() <= kLongest && open + 2 < text.size() &&
                     text.back() == '>' &&
                     std::ranges::find(kTypes, std::string_view(text).substr(0, open)) != kTypes.end() &&
                     std::all_of(text.begin() + static_cast<std::ptrdiff_t>(open) + 1, text.end() - 1, ordinary);
  if (!known) place.expected("a precision as in ap_fixed<16,8>");
  return text;
}

Strategy strategy(const Place& place) {
  for (const Strategy one : {Strategy::Resource, Strategy::Latency, Strategy::Auto}) {
    if (place.text() == to_string(one)) return one;
  }
  place.expected("Resource, Latency or auto");
}

ReuseAxis reuse_axis(const Place& place) {
  if (place.node().IsScalar() && place.node().Scalar() == "legal") return {ReuseRule::Legal, {}};
  if (place.node().IsScalar() && place.node().Scalar() == "powers") return {ReuseRule::Powers, {}};
  if (!place.node().IsSequence()) place.expected("legal, powers or a list of integers");
  return {ReuseRule::List, place.integers(1, kMaxReuse)};
}

Design design(const Place& place) {
  if (place.node().IsScalar() && place.node().Scalar() == "grid") return {};
  if (!place.node().IsMap()) place.expected("grid, {sobol: JOBS, seed: S} or {laws: JOBS, of: CANDIDATES, seed: S}");
  Design design;
  int kinds = 0;
  bool has_candidates = false;
  const auto jobs = [&](DesignKind kind) {
    return [&, kind](const Place& value) {
      design.kind = kind;
      design.jobs = value.integer(1, kMaxJobsOfDesign);
      ++kinds;
    };
  };
  place.map({
      {"sobol", jobs(DesignKind::Sobol)},
      {"laws", jobs(DesignKind::Laws)},
      {"of",
       [&](const Place& value) {
         design.candidates = value.integer(1, kMaxJobsOfDesign);
         has_candidates = true;
       }},
      {"seed",
       [&](const Place& value) {
         design.seed = static_cast<std::uint64_t>(value.integer(0, std::numeric_limits<std::int64_t>::max()));
       }},
  });
  if (kinds != 1) place.fail("expected one of sobol and laws");
  if (design.kind == DesignKind::Sobol && has_candidates) place.fail("of: goes with laws alone");
  if (design.kind == DesignKind::Laws) {
    constexpr std::int64_t kCandidatesEach = 8;
    if (!has_candidates) design.candidates = kCandidatesEach * design.jobs;
    if (design.candidates < design.jobs) {
      place.fail(fmt::format("of: expected at least {}, found {}", design.jobs, design.candidates));
    }
  }
  return design;
}

bool is_convolution(LayerKind kind) { return kind == LayerKind::Conv1D || kind == LayerKind::Conv2D; }
bool is_recurrent(LayerKind kind) { return kind == LayerKind::Lstm || kind == LayerKind::Gru; }

std::vector<std::string> activations(const Place& place, LayerKind kind) {
  const std::vector<std::string> known = is_recurrent(kind)
                                             ? std::vector<std::string>{"tanh", "relu", "sigmoid"}
                                             : std::vector<std::string>{"linear", "relu", "sigmoid", "softmax", "tanh"};
  return place.values([&](const Place& item) {
    std::string name = item.text();
    if (std::ranges::find(known, name) == known.end()) item.expected(fmt::format("{}", fmt::join(known, ", ")));
    return name;
  });
}

Stage stage_of(LayerKind kind, const Place& place) {
  Stage stage;
  stage.kind = kind;
  stage.activation = {is_recurrent(kind) ? "tanh" : "relu"};
  std::map<std::string, std::function<void(const Place&)>> readers{
      {"repeat", [&](const Place& value) { stage.repeat = value.integers(0, kMaxRepeat); }},
      {"size", [&](const Place& value) { stage.size = value.integers(1, kMaxExtentOfSweep); }},
      {"activation", [&](const Place& value) { stage.activation = activations(value, kind); }},
      {"reuse", [&](const Place& value) { stage.reuse = value.integers(1, kMaxReuse); }},
  };
  if (is_convolution(kind)) {
    readers["kernel"] = [&](const Place& value) { stage.kernel = value.integers(1, kMaxExtentOfSweep); };
    readers["pool"] = [&](const Place& value) { stage.pool = value.integers(1, kMaxExtentOfSweep); };
    readers["padding"] = [&](const Place& value) {
      const std::string name = value.text();
      if (name != "same" && name != "valid") value.expected("same or valid");
      stage.padding = name == "same" ? model::Padding::Same : model::Padding::Valid;
    };
  }
  if (is_recurrent(kind)) readers["sequences"] = [&](const Place& value) { stage.sequences = value.truth(); };
  place.map(readers);
  if (stage.size.empty()) place.fail("size: expected units or filters, found none");
  return stage;
}

/// An entry of `layers`: a map of one kind.
Stage stage(const Place& place) {
  Stage found;
  std::map<std::string, std::function<void(const Place&)>> readers;
  int kinds = 0;
  for (const LayerKind kind :
       {LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Lstm, LayerKind::Gru, LayerKind::Dense}) {
    readers[std::string(to_string(kind))] = [&, kind](const Place& value) {
      found = stage_of(kind, value);
      ++kinds;
    };
  }
  place.map(readers);
  if (kinds != 1) place.fail("expected one kind of layer, found several");
  return found;
}

void read_input(const Place& place, Family& family) {
  bool has_features = false;
  place.map({
      {"steps", [&](const Place& value) { family.steps = value.integers(1, kMaxExtentOfSweep); }},
      {"side", [&](const Place& value) { family.side = value.integers(1, kMaxSide); }},
      {"features",
       [&](const Place& value) {
         family.features = value.integers(1, kMaxExtentOfSweep);
         has_features = true;
       }},
  });
  if (!family.steps.empty() && !family.side.empty()) place.fail("expected steps or side, found both");
  if (family.steps.empty() && family.side.empty() && !has_features) place.fail("expected steps, side or features");
}

/// Whether each stage can take what the one before it gives.
void check_order(const Place& place, const Family& family) {
  bool has_steps = !family.steps.empty();
  bool has_image = !family.side.empty();
  const Stage* last = nullptr;
  for (const Stage& stage : family.stages) {
    const std::string name(to_string(stage.kind));
    const bool is_dense = stage.kind == LayerKind::Dense;
    if (stage.kind == LayerKind::Conv2D && !has_image) place.fail("conv2d: expected an input with side before it");
    if (!is_dense && stage.kind != LayerKind::Conv2D && !has_steps) {
      place.fail(fmt::format("{}: expected an input with steps, and no dense layer, before it", name));
    }
    if (stage.kind == LayerKind::Conv1D && last != nullptr && is_recurrent(last->kind) && !last->sequences) {
      place.fail("conv1d: expected sequences: true of the recurrent layers before it");
    }
    if (is_dense) has_steps = has_image = false;
    last = &stage;
  }
}

Family family(const Place& place) {
  Family family;
  bool has_input = false;
  place.map({
      {"name",
       [&](const Place& value) {
         family.name = value.text();
         const auto ordinary = [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         };
         if (family.name.size() > kLongestName || !std::ranges::all_of(family.name, ordinary)) {
           value.expected(fmt::format("at most {} letters, digits, _ and -", kLongestName));
         }
       }},
      {"input",
       [&](const Place& value) {
         read_input(value, family);
         has_input = true;
       }},
      {"layers",
       [&](const Place& value) {
         if (!value.node().IsSequence()) value.expected("a list of layers");
         if (value.node().size() > kMaxStages) value.fail(fmt::format("expected at most {} entries", kMaxStages));
         for (const Place& item : value.items()) family.stages.push_back(stage(item));
       }},
  });
  if (family.name.empty()) place.fail("name: expected one, found none");
  if (!has_input) place.fail("input: expected one, found none");
  if (family.stages.empty()) place.fail("layers: expected a list of layers, found none");
  check_order(place, family);
  return family;
}

void read_families(const Place& place, std::vector<Family>& families) {
  if (!place.node().IsSequence()) place.expected("a list of families");
  families.clear();
  for (const Place& item : place.items()) {
    families.push_back(family(item));
    const auto same = [&](const Family& other) { return other.name == families.back().name; };
    if (std::ranges::count_if(families, same) > 1)
      item.fail(fmt::format("{}: a family of that name stands before it", families.back().name));
  }
}

Config config(const Place& place) {
  Config config;
  if (place.node().IsMap()) {
    // A preset comes first, wherever it stands: the other keys change it.
    for (const auto& entry : place.node()) {
      if (!entry.first.IsScalar() || entry.first.Scalar() != "preset") continue;
      const Place name(entry.second, place.file());
      config = parse_config(name.checked([](const Place& value) { return preset(value.text()); }), "preset");
    }
  }
  place.map({
      {"preset", [](const Place&) {}},
      {"target", [&](const Place& value) { read_target(value, config.target); }},
      {"precisions", [&](const Place& value) { config.precisions = value.values(precision); }},
      {"strategies", [&](const Place& value) { config.strategies = value.values(strategy); }},
      {"reuse", [&](const Place& value) { config.reuse = reuse_axis(value); }},
      {"max_block_factor", [&](const Place& value) { config.max_block_factor = value.integer(1, kMaxBlockFactor); }},
      {"max_reuse", [&](const Place& value) { config.max_reuse = value.integer(1, kMaxReuse); }},
      {"design", [&](const Place& value) { config.design = design(value); }},
      {"families", [&](const Place& value) { read_families(value, config.families); }},
  });
  if (config.families.empty()) place.fail("families: expected one or a preset, found none");
  return config;
}

}  // namespace

std::string_view to_string(Strategy strategy) {
  switch (strategy) {
    case Strategy::Resource:
      return "Resource";
    case Strategy::Latency:
      return "Latency";
    case Strategy::Auto:
      break;
  }
  return "auto";
}

Config parse_config(std::string_view yaml, std::string_view name) {
  return config(Place(support::load_yaml(yaml, name), name));
}

Config read_config(const std::filesystem::path& file) {
  return parse_config(support::read_file(file, kMaxConfigBytes), file == "-" ? "standard input" : file.string());
}

}  // namespace ntorc::sweep
