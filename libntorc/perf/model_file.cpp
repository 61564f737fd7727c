#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "ntorc/error.hpp"
#include "ntorc/version.hpp"
#include "perf/model_data.hpp"
#include "support/json_reader.hpp"

namespace ntorc::perf {
namespace {

using nlohmann::ordered_json;
using support::JsonReader;

static_assert(std::endian::native == std::endian::little, "nodes are written as they lie in memory");

constexpr std::string_view kMagic = "ntorperf";
constexpr std::array kSupports{Support::Inside, Support::Interpolated, Support::Extrapolated};
constexpr std::uint32_t kOneContext = 2;  ///< versions of the format
constexpr std::uint32_t kSeveralContexts = 3;
constexpr std::size_t kPreamble = 16;  ///< magic, version, length of the header
constexpr std::size_t kChecksum = 4;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

template <typename Number>
void append(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint32_t read_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

ordered_json known_json(const Known& known) {
  ordered_json entry{{"kernels", known.kernels}};
  for (const auto& walks : known.walks) {
    ordered_json names = ordered_json::array();
    for (const Walk walk : walks) names.push_back(to_string(walk));
    entry["walks"].push_back(std::move(names));
  }
  for (std::size_t f = 0; f < Features::kCount; ++f)
    entry["trained"][std::string(Features::kNames[f])] = known.values[f];
  return entry;
}

ordered_json choice_json(const Choice& choice) {
  ordered_json entry{{"way", to_string(choice.way)}};
  for (std::size_t w = 0; w < kWays.size(); ++w) {
    if (choice.errors[w]) entry["errors"][std::string(to_string(kWays[w]))] = *choice.errors[w];
  }
  return entry;
}

/// Where the forests of several contexts begin, each written once however many contexts have it.
class NodePlaces {
 public:
  std::size_t place(std::span<const TreeNode> nodes) {
    const auto [found, is_new] = places_.try_emplace(nodes.data(), count_);
    if (is_new) {
      forests_.push_back(nodes);
      count_ += nodes.size();
    }
    return found->second;
  }
  const std::vector<std::span<const TreeNode>>& forests() const { return forests_; }

 private:
  std::map<const TreeNode*, std::size_t> places_;
  std::vector<std::span<const TreeNode>> forests_;
  std::size_t count_ = 0;
};

/// @param places  of a file with several contexts, else null
ordered_json header_of(const ModelData& data, NodePlaces* places) {
  const Provenance& from = data.provenance;
  ordered_json header{{"provenance",
                       {{"name", from.name},
                        {"source", from.source},
                        {"part", from.part},
                        {"clock_mhz", from.clock_mhz},
                        {"tool", from.tool},
                        {"io_type", from.io_type},
                        {"strategy", from.strategy},
                        {"precision", from.precision}}},
                      {"method", to_string(data.method)},
                      {"forest", {{"trees", *data.options.trees}, {"seed", data.options.seed}}},
                      {"kinds", ordered_json::array()}};
  if (!data.base.empty()) header["base"] = data.base;
  for (const auto& [kind, calibrations] : data.calibrations) {
    for (const Target target : kTargets) {
      const auto& known = calibrations[static_cast<std::size_t>(target)];
      if (!known) continue;
      header["calibrations"][std::string(to_string(kind))][std::string(to_string(target))] = {
          {"center", known->center}, {"shift", known->shift}, {"scale", known->scale}};
    }
  }
  for (const auto& [kind, known] : data.kinds) {
    ordered_json entry{{"kind", to_string(kind)}, {"rows", known.rows}};
    entry.update(known_json(known.known));
    for (const Target target : kTargets) {
      const TargetModel& learnt = known.targets[static_cast<std::size_t>(target)];
      if (!learnt.trained()) continue;
      const std::string name(to_string(target));
      entry["tree_sizes"][name] = learnt.forest.tree_sizes;
      if (!learnt.weights.empty()) entry["weights"][name] = learnt.weights;
      for (std::size_t s = 0; s < learnt.widths.size(); ++s) {
        if (!learnt.widths[s].empty()) entry["widths"][name][std::string(to_string(kSupports[s]))] = learnt.widths[s];
      }
      if (places == nullptr) continue;
      const auto t = static_cast<std::size_t>(target);
      entry["first_nodes"][name] = places->place(learnt.forest.nodes);
      if (known.own_known[t]) entry["own_known"][name] = known_json(*known.own_known[t]);
      if (known.choices[t]) entry["choices"][name] = choice_json(*known.choices[t]);
    }
    if (!known.borrowed_from.empty()) entry["borrowed_from"] = known.borrowed_from;
    header["kinds"].push_back(std::move(entry));
  }
  return header;
}

Provenance provenance_of(const JsonReader& reader) {
  reader.only({"name", "source", "part", "clock_mhz", "tool", "io_type", "strategy", "precision"});
  Provenance from{reader.at("name").text(),        reader.at("source").text(),   reader.at("part").text(),
                  reader.at("clock_mhz").number(), reader.at("tool").text(),     reader.at("io_type").text(),
                  reader.at("strategy").text(),    reader.at("precision").text()};
  if (!(from.clock_mhz > 0)) reader.at("clock_mhz").fail("a positive number");
  if (std::ranges::any_of(from.name, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    reader.at("name").fail_with("expected a name without control characters");
  return from;
}

/// Hands out the nodes of the forests: in the order of the header, or from where it says.
class NodeSupply {
 public:
  explicit NodeSupply(std::span<const TreeNode> nodes) : nodes_(nodes), used_(nodes.size(), false) {}

  /// @throws ParseError  if there are not so many.
  std::span<const TreeNode> take(std::uint64_t count, const JsonReader& place) { return take(next_, count, place); }
  std::span<const TreeNode> take(std::size_t first, std::uint64_t count, const JsonReader& place) {
    if (first > nodes_.size() || count > nodes_.size() - first)
      place.fail_with("expected as many nodes as the file holds, got more");
    next_ = first + count;
    std::fill_n(used_.begin() + static_cast<std::ptrdiff_t>(first), count, true);
    return nodes_.subspan(first, count);
  }
  std::ptrdiff_t unused() const { return std::ranges::count(used_, false); }

 private:
  std::span<const TreeNode> nodes_;
  std::vector<bool> used_;
  std::size_t next_ = 0;
};

model::LayerKind kind_of(std::string_view name, const JsonReader& reader) {
  using model::LayerKind;
  for (const LayerKind kind :
       {LayerKind::Dense, LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Lstm, LayerKind::Gru}) {
    if (name == to_string(kind)) return kind;
  }
  reader.fail("a kind of layer with weights");
}

Method method_of(const JsonReader& reader) {
  for (const Method method : {Method::Forest, Method::Hybrid}) {
    if (reader.text() == to_string(method)) return method;
  }
  reader.fail("forest or hybrid");
}

std::vector<double> read_weights(const JsonReader& reader, Target target, std::size_t count) {
  std::vector<double> weights;
  if (count == 0) return weights;
  const JsonReader values = reader.at("weights").at(to_string(target));
  for (const JsonReader& weight : values.items()) {
    if (!(weight.number() >= 0 && weight.number() <= 1e9)) weight.fail("a number in 0..1e9");
    weights.push_back(weight.number());
  }
  if (weights.size() != count) values.fail_with(fmt::format("expected {} weights, got {}", count, weights.size()));
  return weights;
}

/// Ascending numbers in 0..1e300.
std::vector<double> read_numbers(const JsonReader& reader) {
  std::vector<double> numbers;
  for (const JsonReader& item : reader.items()) {
    const double least = numbers.empty() ? 0 : numbers.back();
    if (!(item.number() >= least && item.number() <= 1e300)) item.fail("ascending numbers >= 0");
    numbers.push_back(item.number());
  }
  return numbers;
}

void expect_targets(const JsonReader& reader) {
  for (const auto& [name, value] : reader.members()) {
    const auto target = std::ranges::find(kTargets, name, [](Target t) { return to_string(t); });
    if (target == kTargets.end()) value.fail_with("unknown target");
  }
}

std::set<Walk> read_walks(const JsonReader& reader) {
  std::set<Walk> walks;
  for (const JsonReader& name : reader.items()) {
    const auto all = {Walk::Constant, Walk::Part, Walk::Whole};
    const auto walk = std::ranges::find(all, name.text(), [](Walk w) { return to_string(w); });
    if (walk == all.end()) name.fail("constant, part or whole");
    walks.insert(*walk);
  }
  if (walks.empty()) reader.fail_with("expected at least one");
  return walks;
}

std::array<std::vector<double>, 3> read_widths(const JsonReader& reader) {
  reader.only({to_string(kSupports[0]), to_string(kSupports[1]), to_string(kSupports[2])});
  std::array<std::vector<double>, 3> widths;
  for (std::size_t s = 0; s < widths.size(); ++s) {
    const auto values = reader.find(to_string(kSupports[s]));
    if (!values) continue;
    widths[s] = read_numbers(*values);
    if (widths[s].size() > kConfidences.size())
      values->fail_with(fmt::format("expected at most {} widths", kConfidences.size()));
  }
  return widths;
}

double within(const JsonReader& reader, double low, double high) {
  if (!(reader.number() >= low && reader.number() <= high)) reader.fail(fmt::format("a number in {}..{}", low, high));
  return reader.number();
}

Calibrations read_calibrations(const JsonReader& reader) {
  expect_targets(reader);
  Calibrations calibrations;
  for (const Target target : kTargets) {
    const auto values = reader.find(to_string(target));
    if (!values) continue;
    values->only({"center", "shift", "scale"});
    calibrations[static_cast<std::size_t>(target)] =
        Calibration{within(values->at("center"), -50, 50), within(values->at("shift"), -50, 50),
                    within(values->at("scale"), -10, 10)};
  }
  return calibrations;
}

/// What `reader` says of the rows that were trained on.
Known read_known(const JsonReader& reader, model::LayerKind kind) {
  Known known;
  for (const JsonReader& kernel : reader.at("kernels").items())
    known.kernels.insert(kernel.integer_in(1, hls4ml::kMaxExtent));
  for (const JsonReader& walks : reader.at("walks").items()) known.walks.push_back(read_walks(walks));
  if (known.walks.size() != hls4ml::matrices({kind, 1, 1, 1, 1}).size())
    reader.at("walks").fail_with("expected one for each weight matrix");
  if (known.kernels.empty()) reader.at("kernels").fail_with("expected at least one");
  const JsonReader trained = reader.at("trained");
  trained.only({"reuse", "n_in", "size", "sequence"});
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    known.values[f] = read_numbers(trained.at(Features::kNames[f]));
    if (known.values[f].empty()) trained.at(Features::kNames[f]).fail_with("expected at least one number");
  }
  return known;
}

Choice read_choice(const JsonReader& reader) {
  reader.only({"way", "errors"});
  const auto way_of = [&](const JsonReader& word) {
    const auto* const way = std::ranges::find(kWays, word.text(), [](Way w) { return to_string(w); });
    if (way == kWays.end()) word.fail("calibrated, pooled or own");
    return *way;
  };
  Choice choice{way_of(reader.at("way")), {}};
  if (const auto errors = reader.find("errors")) {
    errors->only({to_string(kWays[0]), to_string(kWays[1]), to_string(kWays[2])});
    for (std::size_t w = 0; w < kWays.size(); ++w) {
      if (const auto error = errors->find(to_string(kWays[w]))) choice.errors[w] = within(*error, 0, 1e3);
    }
  }
  return choice;
}

KindModel read_kind(const JsonReader& reader, Method method, NodeSupply& supply, std::uint32_t version) {
  const bool several = version == kSeveralContexts;
  if (several) {
    reader.only({"kind", "rows", "kernels", "walks", "trained", "tree_sizes", "weights", "widths", "first_nodes",
                 "own_known", "choices", "borrowed_from"});
  } else {
    reader.only({"kind", "rows", "kernels", "walks", "trained", "tree_sizes", "weights", "widths"});
  }
  const model::LayerKind kind = kind_of(reader.at("kind").text(), reader.at("kind"));
  KindModel model;
  model.rows = static_cast<std::uint64_t>(reader.at("rows").integer_in(1, std::int64_t{1} << 53));
  model.known = read_known(reader, kind);
  const auto own_known = reader.find("own_known");
  const auto choices = reader.find("choices");
  for (const auto& entries : {own_known, choices}) {
    if (entries) expect_targets(*entries);
  }
  if (const auto borrowed = reader.find("borrowed_from")) model.borrowed_from = borrowed->text();
  expect_targets(reader.at("tree_sizes"));
  if (const auto weights = reader.find("weights")) expect_targets(*weights);
  const auto widths = reader.find("widths");
  if (widths) expect_targets(*widths);
  for (const Target target : kTargets) {
    const auto sizes = reader.at("tree_sizes").find(to_string(target));
    if (!sizes) continue;
    TargetModel& learnt = model.targets[static_cast<std::size_t>(target)];
    learnt.weights = read_weights(reader, target, weight_count(method, kind, target));
    if (const auto known_widths = widths ? widths->find(to_string(target)) : std::nullopt) {
      learnt.widths = read_widths(*known_widths);
    }
    ForestView& forest = learnt.forest;
    std::uint64_t count = 0;
    if (!sizes->value().is_array() || sizes->value().empty()) sizes->fail("an array of sizes");
    for (const nlohmann::json& size : sizes->value()) {  // hundreds: without a place each
      if (!size.is_number_unsigned() || size.get<std::uint64_t>() == 0 || size.get<std::uint64_t>() > UINT32_MAX) {
        sizes->fail_with("expected sizes >= 1, got " + support::brief(size));
      }
      forest.tree_sizes.push_back(size.get<std::uint32_t>());
      count += size.get<std::uint64_t>();
    }
    if (several) {
      const JsonReader first = reader.at("first_nodes").at(to_string(target));
      forest.nodes = supply.take(static_cast<std::size_t>(first.integer_in(0, INT64_MAX)), count, first);
    } else {
      forest.nodes = supply.take(count, *sizes);
    }
    const auto t = static_cast<std::size_t>(target);
    if (const auto own = own_known ? own_known->find(to_string(target)) : std::nullopt) {
      own->only({"kernels", "walks", "trained"});
      model.own_known[t] = read_known(*own, kind);
    }
    if (const auto choice = choices ? choices->find(to_string(target)) : std::nullopt)
      model.choices[t] = read_choice(*choice);
  }
  return model;
}

/// Every walk from a root must end at a finite leaf: children lie behind their parents and within their tree.
void check_nodes(const ForestView& forest, std::size_t features, std::string_view name) {
  const TreeNode* tree = forest.nodes.data();
  for (const std::uint32_t size : forest.tree_sizes) {
    for (std::uint32_t i = 0; i < size; ++i) {
      const TreeNode& node = tree[i];
      const bool leaf = node.link == 0;
      const bool inner = node.feature() < features && node.right() >= 2 && node.right() < size - i;
      if (!std::isfinite(node.value) || !(leaf || inner))
        throw ParseError(fmt::format("{}: damaged: a tree does not hold together", name));
    }
    tree += size;
  }
}

struct Layout {
  std::uint32_t version;
  std::string_view header;
  std::string_view nodes;
};

/// @throws ParseError  if the file is foreign, of another version or cut.
Layout layout_of(std::string_view bytes, std::string_view name) {
  if (!bytes.starts_with(kMagic))
    throw ParseError(fmt::format("{}: expected a performance model of ntorc, found something else", name));
  const auto cut = [&] {
    return ParseError(fmt::format("{}: truncated: expected more than {} bytes", name, bytes.size()));
  };
  if (bytes.size() < kPreamble + kChecksum) throw cut();
  const std::uint32_t version = read_u32(bytes, 8);
  if (version != kOneContext && version != kSeveralContexts) {
    throw ParseError(
        fmt::format("{}: expected format version {} or {}, found {}", name, kOneContext, kSeveralContexts, version));
  }
  const std::size_t header = read_u32(bytes, 12);
  const std::size_t body = bytes.size() - kPreamble - kChecksum;
  if (header > body) throw cut();
  return {version, bytes.substr(kPreamble, header), bytes.substr(kPreamble + header, body - header)};
}

ModelData read_context(const JsonReader& reader, NodeSupply& supply, std::uint32_t version) {
  ModelData data;
  data.provenance = provenance_of(reader.at("provenance"));
  data.method = method_of(reader.at("method"));
  reader.at("forest").only({"trees", "seed"});
  data.options.trees = static_cast<int>(reader.at("forest").at("trees").integer_in(1, 100'000));
  const JsonReader seed = reader.at("forest").at("seed");
  if (!seed.value().is_number_unsigned()) seed.fail("an integer >= 0");
  data.options.seed = seed.value().get<std::uint64_t>();
  for (const JsonReader& entry : reader.at("kinds").items()) {
    const model::LayerKind kind = kind_of(entry.at("kind").text(), entry.at("kind"));
    if (data.kinds.contains(kind)) entry.at("kind").fail("each kind once");
    data.kinds.emplace(kind, read_kind(entry, data.method, supply, version));
  }
  if (data.kinds.empty()) reader.at("kinds").fail("at least one kind");
  if (const auto base = reader.find("base")) data.base = base->text();
  if (const auto calibrations = reader.find("calibrations")) {
    for (const auto& [name, values] : calibrations->members())
      data.calibrations.emplace(kind_of(name, values), read_calibrations(values));
  }
  if (data.base.empty() && !data.calibrations.empty()) reader.fail_with("expected a base with calibrations");
  if (version == kOneContext && data.base.empty() != data.calibrations.empty())
    reader.fail_with("expected base and calibrations together");
  return data;
}

/// One for each context. Their forests refer to `nodes`.
std::vector<ModelData> read_contexts(const Layout& layout, std::string_view name, std::span<const TreeNode> nodes) {
  const nlohmann::json document = support::parse_json(layout.header, name);
  const JsonReader reader(document, name);
  NodeSupply supply(nodes);
  std::vector<ModelData> contexts;
  if (layout.version == kOneContext) {
    reader.only({"ntorc", "provenance", "method", "forest", "kinds", "base", "calibrations"});
    contexts.push_back(read_context(reader, supply, layout.version));
  } else {
    reader.only({"ntorc", "contexts"});
    for (const JsonReader& context : reader.at("contexts").items()) {
      context.only({"provenance", "method", "forest", "kinds", "base", "calibrations"});
      contexts.push_back(read_context(context, supply, layout.version));
    }
    if (contexts.empty()) reader.at("contexts").fail("at least one context");
  }
  if (supply.unused() != 0)
    throw ParseError(fmt::format("{}: damaged: {} nodes belong to no tree", name, supply.unused()));
  return contexts;
}

}  // namespace

std::string ModelFile::to_bytes(const std::vector<PerformanceModel>& models) {
  const bool several = models.size() > 1;
  NodePlaces places;
  ordered_json document{{"ntorc", ntorc::kVersion}};
  if (several) {
    for (const PerformanceModel& model : models) document["contexts"].push_back(header_of(*model.data_, &places));
  } else {
    document.update(header_of(*models.front().data_, nullptr));
  }
  std::string header = document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  header.resize((header.size() + 7) / 8 * 8, ' ');  // so that the nodes are aligned
  std::string bytes(kMagic);
  append(bytes, several ? kSeveralContexts : kOneContext);
  append(bytes, static_cast<std::uint32_t>(header.size()));
  bytes += header;
  const auto add = [&](std::span<const TreeNode> nodes) {
    bytes.append(reinterpret_cast<const char*>(nodes.data()), nodes.size_bytes());
  };
  for (const auto& forest : places.forests()) add(forest);
  if (!several) {
    for (const auto& [kind, known] : models.front().data_->kinds) {
      for (const TargetModel& learnt : known.targets) add(learnt.forest.nodes);
    }
  }
  append(bytes, checksum(bytes));
  return bytes;
}

std::vector<PerformanceModel> ModelFile::read_all(std::string_view bytes, std::string_view name) {
  const Layout layout = layout_of(bytes, name);
  if (read_u32(bytes, bytes.size() - kChecksum) != checksum(bytes.substr(0, bytes.size() - kChecksum))) {
    throw ParseError(fmt::format("{}: damaged or truncated: its checksum does not fit", name));
  }
  if (layout.nodes.size() % sizeof(TreeNode) != 0) throw ParseError(fmt::format("{}: damaged: a part of a node", name));
  const auto keeper = std::make_shared<ModelData>();  // of the nodes, for all contexts
  keeper->nodes.resize(layout.nodes.size() / sizeof(TreeNode));
  if (!keeper->nodes.empty()) std::memcpy(keeper->nodes.data(), layout.nodes.data(), layout.nodes.size());
  std::vector<PerformanceModel> models;
  for (ModelData& context : read_contexts(layout, name, keeper->nodes)) {
    for (const auto& [kind, known] : context.kinds) {
      const std::size_t features = feature_count(context.method, kind);
      for (const TargetModel& learnt : known.targets) check_nodes(learnt.forest, features, name);
    }
    context.keeper = keeper;
    models.push_back(PerformanceModel(std::make_shared<ModelData>(std::move(context))));
  }
  return models;
}

PerformanceModel ModelFile::read(std::string_view bytes, std::string_view name) {
  const std::vector<PerformanceModel> models = read_all(bytes, name);
  if (models.size() == 1) return models.front();
  throw ParseError(fmt::format("{}: expected a model of one context, found {}", name, models.size()));
}

PerformanceModel ModelFile::refer(std::string_view bytes, std::string_view name) {
  const Layout layout = layout_of(bytes, name);
  const std::span nodes(reinterpret_cast<const TreeNode*>(layout.nodes.data()), layout.nodes.size() / sizeof(TreeNode));
  return PerformanceModel(std::make_shared<ModelData>(std::move(read_contexts(layout, name, nodes).front())));
}

}  // namespace ntorc::perf
