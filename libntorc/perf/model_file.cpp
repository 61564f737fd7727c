#include <fmt/format.h>
#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstring>
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
constexpr std::uint32_t kVersion = 2;
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

ordered_json header_of(const ModelData& data) {
  const Provenance& from = data.provenance;
  ordered_json header{{"ntorc", ntorc::kVersion},
                      {"provenance",
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
    ordered_json entry{{"kind", to_string(kind)}, {"rows", known.rows}, {"kernels", known.known.kernels}};
    for (const auto& walks : known.known.walks) {
      ordered_json names = ordered_json::array();
      for (const Walk walk : walks) names.push_back(to_string(walk));
      entry["walks"].push_back(std::move(names));
    }
    for (std::size_t f = 0; f < Features::kCount; ++f) {
      entry["trained"][std::string(Features::kNames[f])] = known.known.values[f];
    }
    for (const Target target : kTargets) {
      const TargetModel& learnt = known.targets[static_cast<std::size_t>(target)];
      if (!learnt.trained()) continue;
      const std::string name(to_string(target));
      entry["tree_sizes"][name] = learnt.forest.tree_sizes;
      if (!learnt.weights.empty()) entry["weights"][name] = learnt.weights;
      for (std::size_t s = 0; s < learnt.widths.size(); ++s) {
        if (!learnt.widths[s].empty()) entry["widths"][name][std::string(to_string(kSupports[s]))] = learnt.widths[s];
      }
    }
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

/// Hands out the nodes of the forests in the order of the header.
class NodeSupply {
 public:
  explicit NodeSupply(std::size_t count) : left_(count) {}

  /// @return  where the forest begins. @throws ParseError  if there are not so many.
  std::size_t take(std::uint64_t count, const JsonReader& place) {
    if (count > left_) place.fail_with("expected as many nodes as the file holds, got more");
    const std::size_t first = next_;
    next_ += count;
    left_ -= count;
    return first;
  }
  std::size_t left() const { return left_; }

 private:
  std::size_t next_ = 0;
  std::size_t left_;
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

KindModel read_kind(const JsonReader& reader, Method method, NodeSupply& supply, std::span<const TreeNode> nodes) {
  reader.only({"kind", "rows", "kernels", "walks", "trained", "tree_sizes", "weights", "widths"});
  const model::LayerKind kind = kind_of(reader.at("kind").text(), reader.at("kind"));
  KindModel model;
  model.rows = static_cast<std::uint64_t>(reader.at("rows").integer_in(1, std::int64_t{1} << 53));
  for (const JsonReader& kernel : reader.at("kernels").items())
    model.known.kernels.insert(kernel.integer_in(1, hls4ml::kMaxExtent));
  for (const JsonReader& walks : reader.at("walks").items()) model.known.walks.push_back(read_walks(walks));
  if (model.known.walks.size() != hls4ml::matrices({kind, 1, 1, 1, 1}).size())
    reader.at("walks").fail_with("expected one for each weight matrix");
  if (model.known.kernels.empty()) reader.at("kernels").fail_with("expected at least one");
  const JsonReader trained = reader.at("trained");
  trained.only({"reuse", "n_in", "size", "sequence"});
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    model.known.values[f] = read_numbers(trained.at(Features::kNames[f]));
    if (model.known.values[f].empty()) trained.at(Features::kNames[f]).fail_with("expected at least one number");
  }
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
    forest.nodes = nodes.subspan(supply.take(count, *sizes), count);
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
  if (version != kVersion)
    throw ParseError(fmt::format("{}: expected format version {}, found {}", name, kVersion, version));
  const std::size_t header = read_u32(bytes, 12);
  const std::size_t body = bytes.size() - kPreamble - kChecksum;
  if (header > body) throw cut();
  return {bytes.substr(kPreamble, header), bytes.substr(kPreamble + header, body - header)};
}

ModelData read_data(const Layout& layout, std::string_view name, std::span<const TreeNode> nodes) {
  const nlohmann::json document = support::parse_json(layout.header, name);
  const JsonReader reader(document, name);
  reader.only({"ntorc", "provenance", "method", "forest", "kinds", "base", "calibrations"});
  ModelData data;
  data.provenance = provenance_of(reader.at("provenance"));
  data.method = method_of(reader.at("method"));
  reader.at("forest").only({"trees", "seed"});
  data.options.trees = static_cast<int>(reader.at("forest").at("trees").integer_in(1, 100'000));
  const JsonReader seed = reader.at("forest").at("seed");
  if (!seed.value().is_number_unsigned()) seed.fail("an integer >= 0");
  data.options.seed = seed.value().get<std::uint64_t>();
  NodeSupply supply(nodes.size());
  for (const JsonReader& entry : reader.at("kinds").items()) {
    const model::LayerKind kind = kind_of(entry.at("kind").text(), entry.at("kind"));
    if (data.kinds.contains(kind)) entry.at("kind").fail("each kind once");
    data.kinds.emplace(kind, read_kind(entry, data.method, supply, nodes));
  }
  if (data.kinds.empty()) reader.at("kinds").fail("at least one kind");
  if (const auto base = reader.find("base")) data.base = base->text();
  if (const auto calibrations = reader.find("calibrations")) {
    for (const auto& [name, values] : calibrations->members())
      data.calibrations.emplace(kind_of(name, values), read_calibrations(values));
  }
  if (data.base.empty() != data.calibrations.empty()) reader.fail_with("expected base and calibrations together");
  if (supply.left() != 0) throw ParseError(fmt::format("{}: damaged: {} nodes belong to no tree", name, supply.left()));
  return data;
}

}  // namespace

std::string ModelFile::to_bytes(const ModelData& data) {
  std::string header = header_of(data).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  header.resize((header.size() + 7) / 8 * 8, ' ');  // so that the nodes are aligned
  std::string bytes(kMagic);
  append(bytes, kVersion);
  append(bytes, static_cast<std::uint32_t>(header.size()));
  bytes += header;
  for (const auto& [kind, known] : data.kinds) {
    for (const TargetModel& learnt : known.targets) {
      const std::span<const TreeNode> nodes = learnt.forest.nodes;
      bytes.append(reinterpret_cast<const char*>(nodes.data()), nodes.size_bytes());
    }
  }
  append(bytes, checksum(bytes));
  return bytes;
}

PerformanceModel ModelFile::read(std::string_view bytes, std::string_view name) {
  const Layout layout = layout_of(bytes, name);
  if (read_u32(bytes, bytes.size() - kChecksum) != checksum(bytes.substr(0, bytes.size() - kChecksum))) {
    throw ParseError(fmt::format("{}: damaged or truncated: its checksum does not fit", name));
  }
  if (layout.nodes.size() % sizeof(TreeNode) != 0) throw ParseError(fmt::format("{}: damaged: a part of a node", name));
  std::vector<TreeNode> nodes(layout.nodes.size() / sizeof(TreeNode));
  if (!nodes.empty()) std::memcpy(nodes.data(), layout.nodes.data(), layout.nodes.size());
  auto data = std::make_shared<ModelData>(read_data(layout, name, nodes));
  data->nodes = std::move(nodes);  // the views stay right: a move keeps the place
  for (const auto& [kind, known] : data->kinds) {
    const std::size_t features = feature_count(data->method, kind);
    for (const TargetModel& learnt : known.targets) check_nodes(learnt.forest, features, name);
  }
  return PerformanceModel(std::move(data));
}

PerformanceModel ModelFile::refer(std::string_view bytes, std::string_view name) {
  const Layout layout = layout_of(bytes, name);
  const std::span nodes(reinterpret_cast<const TreeNode*>(layout.nodes.data()), layout.nodes.size() / sizeof(TreeNode));
  return PerformanceModel(std::make_shared<ModelData>(read_data(layout, name, nodes)));
}

}  // namespace ntorc::perf
