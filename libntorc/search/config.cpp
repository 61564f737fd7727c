#include "ntorc/search/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "support/file.hpp"
#include "support/yaml_place.hpp"

namespace ntorc::search {
namespace {

using model::LayerKind;
using Place = support::YamlPlace;
using Readers = std::map<std::string, std::function<void(const Place&)>>;

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::int64_t kMaxExtent = 1 << 20;
constexpr std::int64_t kMaxRepeatOfLayers = 32;
constexpr std::size_t kMaxChoices = 4096;
constexpr double kMaxHours = 1e6;
constexpr double kMaxHz = 1e12;
constexpr double kMaxCost = 1e18;

template <typename Enum>
Enum named(const Place& place, const std::vector<std::pair<std::string_view, Enum>>& names) {
  std::string known;
  for (const auto& [name, value] : names) {
    if (place.node().IsScalar() && place.node().Scalar() == name) return value;
    known += (known.empty() ? "" : " or ") + std::string(name);
  }
  place.expected(known);
}

std::uint64_t seed_of(const Place& place) {
  return static_cast<std::uint64_t>(place.integer(0, std::numeric_limits<std::int64_t>::max()));
}

std::vector<std::string> texts(const Place& place) {
  return place.values([](const Place& item) { return item.text(); });
}

/// A path of the file, as `folder` sees it.
std::filesystem::path path_of(const Place& place, const std::filesystem::path& folder) {
  return folder / std::filesystem::path(place.text());
}

signal::SplitOptions split_of(const Place& place) {
  const std::vector<std::pair<std::string_view, signal::SplitKind>> kinds{
      {"shuffled", signal::SplitKind::Shuffled}, {"tail", signal::SplitKind::Tail}, {"runs", signal::SplitKind::Runs}};
  signal::SplitOptions split;
  if (!place.node().IsMap()) {
    split.kind = named(place, kinds);
    return split;
  }
  place.map({
      {"kind", [&](const Place& value) { split.kind = named(value, kinds); }},
      {"share", [&](const Place& value) { split.validation_share = value.number(1); }},
      {"seed", [&](const Place& value) { split.seed = seed_of(value); }},
      {"validation", [&](const Place& value) { split.validation_runs = texts(value); }},
  });
  place.checked([&](const Place&) {
    split.validate();
    return 0;
  });
  return split;
}

void read_bins(const Place& place, DataConfig& data) {
  constexpr std::int64_t kMaxBins = 65536;
  place.map({
      {"count", [&](const Place& value) { data.bins.bins = value.integer(1, kMaxBins); }},
      {"value",
       [&](const Place& value) {
         data.bins.value = named<signal::BinValue>(
             value, {{"centre", signal::BinValue::Centre}, {"upper-edge", signal::BinValue::UpperEdge}});
       }},
  });
}

/// training or [low, high].
std::optional<signal::LabelRange> range_of(const Place& place) {
  constexpr double kMost = 1e30;
  if (place.node().IsScalar() && place.node().Scalar() == "training") return std::nullopt;
  std::vector<float> ends;
  for (const Place& item : place.items()) ends.push_back(static_cast<float>(item.number_in(-kMost, kMost)));
  if (ends.size() != 2 || !(ends[0] < ends[1])) place.expected("training or [low, high]");
  return signal::LabelRange{ends[0], ends[1]};
}

void read_data(const Place& place, const std::filesystem::path& folder, DataConfig& data) {
  place.map({
      {"dropbear", [&](const Place& value) { data.dropbear = path_of(value, folder); }},
      {"tables",
       [&](const Place& value) {
         data.tables.clear();
         for (const Place& item : value.items()) data.tables.push_back(path_of(item, folder));
       }},
      {"inputs", [&](const Place& value) { data.columns.inputs = texts(value); }},
      {"label", [&](const Place& value) { data.columns.label = value.text(); }},
      {"time", [&](const Place& value) { data.columns.time = value.text(); }},
      {"sampling_hz", [&](const Place& value) { data.columns.sampling_hz = value.number(kMaxHz); }},
      {"runs", [&](const Place& value) { data.runs = texts(value); }},
      {"held_out", [&](const Place& value) { data.held_out = texts(value); }},
      {"label_offset", [&](const Place& value) { data.label_offset = value.integer(-kMaxExtent, kMaxExtent); }},
      {"overlap",
       [&](const Place& value) {
         data.overlap = value.number_in(0, 1);
         if (data.overlap == 1) value.expected("a number in [0, 1)");
       }},
      {"split", [&](const Place& value) { data.split = split_of(value); }},
      {"scaling",
       [&](const Place& value) {
         data.scaling = named<signal::ScalingKind>(value, {{"none", signal::ScalingKind::None},
                                                           {"standardise", signal::ScalingKind::Standardise},
                                                           {"range", signal::ScalingKind::Range}});
       }},
      {"output",
       [&](const Place& value) {
         data.output = named<Output>(value, {{"value", Output::Value}, {"classes", Output::Classes}});
       }},
      {"bins", [&](const Place& value) { read_bins(value, data); }},
      {"decoding",
       [&](const Place& value) {
         data.decoding = named<Decoding>(
             value, {{"most-probable", Decoding::MostProbable}, {"expectation", Decoding::Expectation}});
       }},
      {"truth",
       [&](const Place& value) {
         data.truth = named<Truth>(value, {{"label", Truth::Label}, {"quantised", Truth::Quantised}});
       }},
      {"range", [&](const Place& value) { data.range = range_of(value); }},
  });
}

void check_data(const Place& place, const DataConfig& data) {
  if (data.dropbear.empty() == data.tables.empty()) place.fail("data: expected one of dropbear and tables");
  if (!data.tables.empty()) {
    place.checked([&](const Place&) {
      data.columns.validate();
      return 0;
    });
  }
  if (data.overlap > 0 && data.split.kind == signal::SplitKind::Shuffled) {
    place.fail("data: overlap: expected 0 with a shuffled split, whose sides would share samples");
  }
  if (data.output == Output::Value && data.truth == Truth::Quantised) {
    place.fail("data: truth: expected label with output: value");
  }
}

/// 3, [3, 5, 7] or {from: 4, to: 64, step: 4, scale: log}.
Choices choices_of(const Place& place, std::int64_t low, std::int64_t high) {
  Choices choices;
  if (!place.node().IsMap()) {
    choices.values = place.integers(low, high);
    std::ranges::sort(choices.values);
    return choices;
  }
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
  std::int64_t step = 1;
  place.map({
      {"from", [&](const Place& value) { from = value.integer(low, high); }},
      {"to", [&](const Place& value) { to = value.integer(low, high); }},
      {"step", [&](const Place& value) { step = value.integer(1, high); }},
      {"scale",
       [&](const Place& value) {
         choices.scale = named<Scale>(value, {{"linear", Scale::Linear}, {"log", Scale::Log}});
       }},
  });
  if (!from || !to || *from > *to) place.fail("expected from and to, from <= to");
  const std::int64_t count = (*to - *from) / step + 1;
  if (count > static_cast<std::int64_t>(kMaxChoices)) {
    place.fail(fmt::format("expected at most {} values, found {}", kMaxChoices, count));
  }
  choices.values.clear();
  for (std::int64_t value = *from; value <= *to; value += step) choices.values.push_back(value);
  return choices;
}

std::string activation_of(const Place& place, LayerKind kind) {
  const bool has_state = kind == LayerKind::Lstm || kind == LayerKind::Gru;
  const std::vector<std::string> known = has_state ? std::vector<std::string>{"tanh", "relu", "sigmoid"}
                                                   : std::vector<std::string>{"linear", "relu", "sigmoid", "tanh"};
  std::string name = place.text();
  if (std::ranges::find(known, name) == known.end()) place.expected(fmt::format("{}", fmt::join(known, ", ")));
  return name;
}

LayerSpace layers_of(LayerKind kind, const Place& place) {
  LayerSpace layers;
  layers.kind = kind;
  const bool has_state = kind == LayerKind::Lstm || kind == LayerKind::Gru;
  layers.activation = has_state ? "tanh" : "relu";
  bool has_size = false;
  Readers readers{
      {"repeat", [&](const Place& value) { layers.repeat = choices_of(value, 0, kMaxRepeatOfLayers); }},
      {"size",
       [&](const Place& value) {
         layers.size = choices_of(value, 1, kMaxExtent);
         has_size = true;
       }},
      {"activation", [&](const Place& value) { layers.activation = activation_of(value, kind); }},
      {"each",
       [&](const Place& value) {
         layers.each = value.values([](const Place& item) {
           return named<Setting>(item, {{"size", Setting::Size},
                                        {"kernel", Setting::Kernel},
                                        {"stride", Setting::Stride},
                                        {"pool", Setting::Pool}});
         });
       }},
  };
  if (kind == LayerKind::Conv1D) {
    readers["kernel"] = [&](const Place& value) { layers.kernel = choices_of(value, 1, kMaxExtent); };
    readers["stride"] = [&](const Place& value) { layers.stride = choices_of(value, 1, kMaxExtent); };
    readers["pool"] = [&](const Place& value) { layers.pool = choices_of(value, 1, kMaxExtent); };
    readers["pooling"] = [&](const Place& value) {
      layers.pooling = named<Pooling>(value, {{"max", Pooling::Max}, {"average", Pooling::Average}});
    };
    readers["padding"] = [&](const Place& value) {
      layers.padding = named<model::Padding>(
          value,
          {{"same", model::Padding::Same}, {"valid", model::Padding::Valid}, {"causal", model::Padding::Causal}});
    };
  }
  if (has_state) readers["sequences"] = [&](const Place& value) { layers.sequences = value.truth(); };
  place.map(readers);
  if (!has_size) place.fail("size: expected units or filters, found none");
  return layers;
}

/// An entry of `layers`: a map of one kind, or of several, of which one is chosen.
StageSpace stage_of(const Place& place) {
  StageSpace stage;
  Readers readers;
  for (const LayerKind kind : {LayerKind::Conv1D, LayerKind::Lstm, LayerKind::Gru, LayerKind::Dense}) {
    readers[std::string(to_string(kind))] = [&, kind](const Place& value) {
      stage.kinds.push_back(layers_of(kind, value));
    };
  }
  place.map(readers);
  return stage;
}

NetworkSpace space_of(const Place& place) {
  NetworkSpace networks;
  bool has_window = false;
  place.map({
      {"window",
       [&](const Place& value) {
         networks.window = choices_of(value, 1, kMaxExtent);
         has_window = true;
       }},
      {"layers",
       [&](const Place& value) {
         if (!value.node().IsSequence()) value.expected("a list of layers");
         for (const Place& item : value.items()) networks.stages.push_back(stage_of(item));
       }},
  });
  if (!has_window) place.fail("window: expected samples, found none");
  place.checked([&](const Place&) {
    networks.validate();
    return 0;
  });
  return networks;
}

void read_schedule(const Place& place, train::TrainOptions& training) {
  if (!place.node().IsMap()) {
    training.schedule =
        named<train::Schedule>(place, {{"constant", train::Schedule::Constant}, {"cosine", train::Schedule::Cosine}});
    return;
  }
  training.schedule = train::Schedule::Step;
  place.map({
      {"step", [&](const Place& value) { training.step_epochs = value.integer(1, kMaxExtent); }},
      {"factor", [&](const Place& value) { training.step_factor = value.number(1); }},
  });
}

void read_training(const Place& place, train::TrainOptions& training) {
  constexpr double kMost = 1e6;
  place.map({
      {"epochs", [&](const Place& value) { training.epochs = value.integer(1, kMaxExtent); }},
      {"batch", [&](const Place& value) { training.batch = value.integer(1, kMaxExtent); }},
      {"learning_rate", [&](const Place& value) { training.learning_rate = value.number(kMost); }},
      {"schedule", [&](const Place& value) { read_schedule(value, training); }},
      {"loss",
       [&](const Place& value) {
         training.loss = named<train::Loss>(value, {{"mean-squared", train::Loss::MeanSquared},
                                                    {"huber", train::Loss::Huber},
                                                    {"cross-entropy", train::Loss::CrossEntropy}});
       }},
      {"huber_delta", [&](const Place& value) { training.huber_delta = value.number(kMost); }},
      {"clip_norm", [&](const Place& value) { training.clip_norm = value.number(kMost); }},
      {"clip_value", [&](const Place& value) { training.clip_value = value.number(kMost); }},
  });
}

std::vector<Limit> limits_of(const Place& place) {
  std::vector<Limit> limits;
  Readers readers;
  for (const CostKind kind : {CostKind::Multiplies, CostKind::NtorcPaper, CostKind::NtorcCode, CostKind::Lut,
                              CostKind::Ff, CostKind::Dsp, CostKind::Bram18k, CostKind::Resources, CostKind::Share}) {
    readers[std::string(to_string(kind))] = [&, kind](const Place& value) {
      limits.push_back({kind, value.number(kMaxCost)});
    };
  }
  place.map(readers);
  return limits;
}

void read_cost(const Place& place, const std::filesystem::path& folder, CostConfig& cost) {
  place.map({
      {"of",
       [&](const Place& value) {
         cost.kind = value.checked([](const Place& name) { return cost_kind(name.text()); });
       }},
      {"limits", [&](const Place& value) { cost.limits = limits_of(value); }},
      {"perf", [&](const Place& value) { cost.perf = path_of(value, folder); }},
      {"latency",
       [&](const Place& value) {
         cost.latency = value.text();
         value.checked([&](const Place&) { return deploy::latency_cycles(cost.latency, 1); });
       }},
      {"part",
       [&](const Place& value) {
         cost.part = value.checked([](const Place& part) { return hls4ml::part_name(part.text()); });
       }},
      {"clock_mhz", [&](const Place& value) { cost.clock_mhz = value.number(1e4); }},
  });
}

void check_cost(const Place& place, const CostConfig& cost, const NetworkSpace& space) {
  std::vector<CostKind> kinds{cost.kind};
  for (const Limit& limit : cost.limits) kinds.push_back(limit.of);
  const bool deployed = std::ranges::any_of(kinds, is_deployed);
  const bool is_ntorcs = std::ranges::any_of(
      kinds, [](CostKind kind) { return kind == CostKind::NtorcPaper || kind == CostKind::NtorcCode; });
  for (const StageSpace& stage : space.stages) {
    if (is_ntorcs && std::ranges::find(stage.kinds, LayerKind::Gru, &LayerSpace::kind) != stage.kinds.end()) {
      place.fail("cost: N-TORC's counts know no gru");
    }
  }
  if (deployed && cost.latency.empty()) {
    place.fail("cost: expected a latency, as in latency: 200us, for a cost of the design");
  }
}

void read_search(const Place& place, SearchOptions& search) {
  constexpr std::int64_t kMost = 1'000'000;
  place.map({
      {"sampler",
       [&](const Place& value) {
         search.sampler = named<Sampler>(value, {{"bayesian", Sampler::Bayesian},
                                                 {"nsga2", Sampler::Nsga2},
                                                 {"sobol", Sampler::Sobol},
                                                 {"random", Sampler::Random}});
       }},
      {"trials", [&](const Place& value) { search.trials = value.integer(1, kMost); }},
      {"batch", [&](const Place& value) { search.batch = value.integer(1, kMost); }},
      {"rungs",
       [&](const Place& value) {
         const bool is_none = value.node().IsSequence() && value.node().size() == 0;
         search.rungs = is_none ? std::vector<std::int64_t>{} : value.integers(1, kMaxExtent);
       }},
      {"keep", [&](const Place& value) { search.keep = value.number(1); }},
      {"repeats", [&](const Place& value) { search.repeats = value.integer(1, kMost); }},
      {"seed", [&](const Place& value) { search.seed = seed_of(value); }},
      {"cpu_hours", [&](const Place& value) { search.cpu_hours = value.number(kMaxHours); }},
      {"reference",
       [&](const Place& value) {
         std::vector<double> point;
         for (const Place& item : value.items()) point.push_back(item.number(kMaxCost));
         if (point.size() != 2) value.expected("[error, cost]");
         search.reference_point = std::move(point);
       }},
  });
}

/// JSON of any YAML, scalars as they stand.
nlohmann::json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::json map = nlohmann::json::object();
    for (const auto& entry : node) map[entry.first.Scalar()] = json_of(entry.second);
    return map;
  }
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const YAML::Node& item : node) list.push_back(json_of(item));
    return list;
  }
  return node.IsScalar() ? nlohmann::json(node.Scalar()) : nlohmann::json(nullptr);
}

/// Whether the file has that key in that map.
bool says(const Place& place, const std::string& map, const std::string& key) {
  const nlohmann::json settings = json_of(place.node());
  return settings.contains(map) && settings[map].contains(key);
}

std::string identity_of(const YAML::Node& document) {
  constexpr int kVersion = 1;  // of what the settings mean
  nlohmann::json settings = json_of(document);
  if (settings.contains("preset")) {  // what it says today
    const auto name = settings["preset"].get<std::string>();
    settings["preset"] = {{name, json_of(support::load_yaml(preset(name), "preset"))}};
  }
  if (settings.contains("search")) {
    for (const char* const free : {"trials", "cpu_hours"}) settings["search"].erase(free);
  }
  return nlohmann::json{{"version", kVersion}, {"settings", std::move(settings)}}.dump(
      -1, ' ', true, nlohmann::json::error_handler_t::replace);
}

Config config_of(const Place& place, const std::filesystem::path& folder) {
  Config config;
  bool has_space = false;
  const Readers readers{
      {"preset", [](const Place&) {}},
      {"name", [&](const Place& value) { config.name = value.text(); }},
      {"data", [&](const Place& value) { read_data(value, folder, config.data); }},
      {"space",
       [&](const Place& value) {
         config.space = space_of(value);
         has_space = true;
       }},
      {"training", [&](const Place& value) { read_training(value, config.training); }},
      {"cost", [&](const Place& value) { read_cost(value, folder, config.cost); }},
      {"search", [&](const Place& value) { read_search(value, config.search); }},
  };
  if (place.node().IsMap()) {
    // A preset comes first, wherever it stands: the other keys change it.
    for (const auto& entry : place.node()) {
      if (!entry.first.IsScalar() || entry.first.Scalar() != "preset") continue;
      const Place name(entry.second, place.file());
      const std::string yaml = name.checked([](const Place& value) { return preset(value.text()); });
      Place(support::load_yaml(yaml, "preset"), "preset").map(readers);
    }
  }
  place.map(readers);
  if (!has_space) place.fail("space: expected one or a preset, found none");
  // A preset's rungs are of its epochs.
  if (!says(place, "search", "rungs")) {
    std::erase_if(config.search.rungs, [&](std::int64_t epochs) { return epochs >= config.training.epochs; });
  }
  check_data(place, config.data);
  check_cost(place, config.cost, config.space);
  if ((config.training.loss == train::Loss::CrossEntropy) != (config.data.output == Output::Classes)) {
    place.fail("training: loss: expected cross-entropy with output: classes, and another with output: value");
  }
  place.checked([&](const Place&) {
    config.training.validate();
    config.search.validate(config.training);
    return 0;
  });
  config.identity = identity_of(place.node());
  return config;
}

}  // namespace

std::string_view to_string(Sampler sampler) {
  switch (sampler) {
    case Sampler::Bayesian:
      return "bayesian";
    case Sampler::Nsga2:
      return "nsga2";
    case Sampler::Sobol:
      return "sobol";
    case Sampler::Random:
      break;
  }
  return "random";
}

void SearchOptions::validate(const train::TrainOptions& training) const {
  const auto positive = [](const char* name, std::int64_t value) {
    if (value < 1) throw InvalidArgument(fmt::format("search.{}: expected at least 1, found {}", name, value));
  };
  positive("trials", trials);
  positive("batch", batch);
  positive("repeats", repeats);
  std::int64_t before = 0;
  for (const std::int64_t epochs : rungs) {
    if (epochs <= before || epochs >= training.epochs) {
      throw InvalidArgument(
          fmt::format("search.rungs: expected ascending epochs below {}, found {}", training.epochs, epochs));
    }
    before = epochs;
  }
  if (!(keep > 0 && keep <= 1)) throw InvalidArgument(fmt::format("search.keep: expected (0, 1], found {}", keep));
  if (cpu_hours && !(*cpu_hours > 0)) {
    throw InvalidArgument(fmt::format("search.cpu_hours: expected above 0, found {}", *cpu_hours));
  }
  if (reference_point && reference_point->size() != 2) {
    throw InvalidArgument(
        fmt::format("search.reference: expected error and cost, found {} values", reference_point->size()));
  }
}

Config parse_config(std::string_view yaml, std::string_view name, const std::filesystem::path& folder) {
  return config_of(Place(support::load_yaml(yaml, name), name), folder);
}

Config read_config(const std::filesystem::path& file) {
  return parse_config(support::read_file(file, kMaxConfigBytes), file == "-" ? "standard input" : file.string(),
                      file.parent_path());
}

}  // namespace ntorc::search
