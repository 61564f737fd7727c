#include "emit/design_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "emit/figures_json.hpp"
#include "ntorc/error.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;
using support::JsonReader;

ordered_json node_json(const deploy::DesignNode& node) {
  return {{"name", node.name},
          {"kind", to_string(node.kind)},
          {"inputs", node.inputs},
          {"elements", node.output.elements},
          {"channels", node.output.channels},
          {"layer", node.layer ? ordered_json(*node.layer) : ordered_json(nullptr)},
          {"cost", cost_json(node.cost)},
          {"support", to_string(node.support)},
          {"law", node.law},
          {"begin_cycles", number(node.begin_cycles)},
          {"end_cycles", number(node.end_cycles)}};
}

ordered_json least_json(const std::optional<deploy::LeastFifo>& least) {
  if (!least) return nullptr;
  return {{"depth", least->depth}, {"cost", cost_json(least->cost)}};
}

ordered_json fifo_json(const deploy::DesignFifo& fifo) {
  return {{"from", fifo.from},
          {"to", fifo.to},
          {"channels", fifo.channels},
          {"depth", fifo.depth},
          {"cost", cost_json(fifo.cost)},
          {"least", least_json(fifo.least)},
          {"support", to_string(fifo.support)},
          {"law", fifo.law}};
}

/// What figures with six decimals, and sums of them, leave open.
double open_of(std::size_t count, double figure) {
  return 1e-6 * static_cast<double>(count + 1) + std::ldexp(figure, -48);
}

std::size_t index_in(const JsonReader& reader, std::size_t count) {
  if (count == 0) reader.fail("none, as there is nothing before it");
  return static_cast<std::size_t>(reader.integer_in(0, static_cast<std::int64_t>(count) - 1));
}

hls4ml::NodeKind read_kind(const JsonReader& reader) {
  try {
    return hls4ml::node_kind(reader.text());
  } catch (const InvalidArgument&) {
    reader.fail("a kind of node");
  }
}

void expect_cost_of(const JsonReader& reader, const deploy::LayerPlan& layer, const perf::LayerCost& cost) {
  for (const perf::Target target : perf::kTargets) {
    const double expected = layer.chosen.cost[target];
    if (std::abs(cost[target] - expected) <= open_of(1, expected)) continue;
    reader.at(to_string(target)).fail(fmt::format("that of the layer, {}", expected));
  }
}

/// @param before  nodes that stand before it
deploy::DesignNode read_node(const JsonReader& reader, std::size_t before,
                             const std::vector<deploy::LayerPlan>& layers) {
  reader.only({"name", "kind", "inputs", "elements", "channels", "layer", "cost", "support", "law", "begin_cycles",
               "end_cycles"});
  deploy::DesignNode node;
  node.name = reader.at("name").text();
  if (node.name.empty()) reader.at("name").fail("a name");
  node.kind = read_kind(reader.at("kind"));
  for (const JsonReader& input : reader.at("inputs").items()) node.inputs.push_back(index_in(input, before));
  if (node.inputs.empty() != (node.kind == hls4ml::NodeKind::Input)) {
    reader.at("inputs").fail_with(node.inputs.empty() ? "expected a node before it" : "expected none of an input");
  }
  node.output = {reader.at("elements").integer_in(1, kLargest), reader.at("channels").integer_in(1, kLargest)};
  if (const auto layer = if_any(reader, "layer")) node.layer = index_in(*layer, layers.size());
  if (node.layer.has_value() != (node.kind == hls4ml::NodeKind::Weights)) {
    reader.at("layer").fail(node.layer ? "null for a node without weights" : "the index of a layer");
  }
  node.cost = read_cost(reader.at("cost"));
  if (node.layer) expect_cost_of(reader.at("cost"), layers[*node.layer], node.cost);
  node.support = read_support(reader.at("support"));
  node.law = reader.at("law").text();
  node.begin_cycles = amount(reader.at("begin_cycles"));
  node.end_cycles = amount(reader.at("end_cycles"));
  if (node.end_cycles < node.begin_cycles) {
    reader.at("end_cycles").fail(fmt::format("at least begin_cycles, {}", node.begin_cycles));
  }
  return node;
}

deploy::DesignFifo read_fifo(const JsonReader& reader, const std::vector<deploy::DesignNode>& nodes) {
  reader.only({"from", "to", "channels", "depth", "cost", "least", "support", "law"});
  deploy::DesignFifo fifo;
  fifo.from = index_in(reader.at("from"), nodes.size());
  fifo.to = index_in(reader.at("to"), nodes.size());
  if (std::ranges::find(nodes[fifo.to].inputs, fifo.from) == nodes[fifo.to].inputs.end()) {
    reader.at("from").fail(fmt::format("a node that node {} reads", fifo.to));
  }
  fifo.channels = reader.at("channels").integer_in(1, kLargest);
  fifo.depth = reader.at("depth").integer_in(1, kLargest);
  fifo.cost = read_cost(reader.at("cost"));
  if (const auto least = if_any(reader, "least")) {
    least->only({"depth", "cost"});
    fifo.least = deploy::LeastFifo{least->at("depth").integer_in(1, fifo.depth), read_cost(least->at("cost"))};
  }
  fifo.support = read_support(reader.at("support"));
  fifo.law = reader.at("law").text();
  return fifo;
}

/// Names are of one node each, and each layer of the plan is a node.
void expect_named(const JsonReader& reader, const deploy::Design& design, std::size_t layers) {
  const std::vector<JsonReader> nodes = reader.at("nodes").items();
  std::set<std::string> names;
  std::set<std::size_t> met;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const deploy::DesignNode& node = design.nodes[n];
    if (!names.insert(node.name).second) nodes[n].at("name").fail("a name that no node before it has");
    if (node.layer && !met.insert(*node.layer).second) {
      nodes[n].at("layer").fail("a layer that no node before it is");
    }
  }
  if (met.size() != layers) {
    reader.at("nodes").fail_with(fmt::format("expected the {} layers of the plan, found {}", layers, met.size()));
  }
}

/// The slowest node, chain and sum come in this order, and all is done when the chain ends.
void expect_ordered(const JsonReader& reader, const deploy::Design& design) {
  const double open = open_of(design.nodes.size(), design.sum_cycles);
  const JsonReader latency = reader.at("latency_cycles");
  const auto at_least = [&](const char* key, double cycles, double least, const char* whose) {
    if (cycles < least - open) latency.at(key).fail(fmt::format("at least that of {}, {}", whose, least));
  };
  const std::vector<JsonReader> nodes = reader.at("nodes").items();
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const deploy::DesignNode& node = design.nodes[n];
    if (node.layer) at_least("max", design.max_cycles, node.cost.latency_max_cycles, "the slowest layer");
    if (node.end_cycles > design.chain_cycles + open) {
      nodes[n].at("end_cycles").fail(fmt::format("at most the latency of the chain, {}", design.chain_cycles));
    }
  }
  at_least("chain", design.chain_cycles, design.max_cycles, "the slowest node");
  at_least("sum", design.sum_cycles, design.chain_cycles, "the chain");
}

}  // namespace

ordered_json design_json(const deploy::Design& design) {
  ordered_json json{{"composition", to_string(design.composition)},
                    {"latency_cycles",
                     {{"sum", number(design.sum_cycles)},
                      {"max", number(design.max_cycles)},
                      {"chain", number(design.chain_cycles)}}},
                    {"interval_cycles", number(design.interval_cycles)},
                    {"total_interval", interval_json(design.total_interval)},
                    {"nodes", ordered_json::array()},
                    {"fifos", ordered_json::array()},
                    {"glue", {{"cost", cost_json(design.glue)}, {"law", design.glue_law}}}};
  for (const deploy::DesignNode& node : design.nodes) json["nodes"].push_back(node_json(node));
  for (const deploy::DesignFifo& fifo : design.fifos) json["fifos"].push_back(fifo_json(fifo));
  return json;
}

deploy::Design read_design(const JsonReader& reader, const std::vector<deploy::LayerPlan>& layers) {
  reader.only({"composition", "latency_cycles", "interval_cycles", "total_interval", "nodes", "fifos", "glue"});
  deploy::Design design;
  design.composition = read_composition(reader.at("composition"));
  const JsonReader latency = reader.at("latency_cycles");
  latency.only({"sum", "max", "chain"});
  design.sum_cycles = amount(latency.at("sum"));
  design.max_cycles = amount(latency.at("max"));
  design.chain_cycles = amount(latency.at("chain"));
  design.interval_cycles = amount(reader.at("interval_cycles"));
  if (const auto interval = if_any(reader, "total_interval")) design.total_interval = read_interval(*interval);
  for (const JsonReader& node : reader.at("nodes").items()) {
    design.nodes.push_back(read_node(node, design.nodes.size(), layers));
  }
  for (const JsonReader& fifo : reader.at("fifos").items()) design.fifos.push_back(read_fifo(fifo, design.nodes));
  reader.at("glue").only({"cost", "law"});
  design.glue = read_cost(reader.at("glue").at("cost"));
  design.glue_law = reader.at("glue").at("law").text();
  expect_named(reader, design, layers.size());
  expect_ordered(reader, design);
  return design;
}

deploy::Composition read_composition(const JsonReader& reader) {
  try {
    return deploy::composition(reader.text());
  } catch (const InvalidArgument&) {
    reader.fail("sum, max or chain");
  }
}

}  // namespace ntorc::emit
