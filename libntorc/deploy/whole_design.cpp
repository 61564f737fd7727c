#include "deploy/whole_design.hpp"

#include <algorithm>
#include <functional>

#include "deploy/candidates.hpp"
#include "deploy/composer.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;

/// What is taken of a layer: its predicted cost, or an end of its interval.
using Taken = std::function<const perf::LayerCost&(const LayerPlan&)>;

/// Of each part of the design; without a frame of the layers alone.
std::vector<std::int64_t> figures_of(const std::vector<LayerPlan>& layers, const Frame* frame, const Taken& taken,
                                     Target target) {
  std::vector<std::int64_t> figures;
  if (frame == nullptr) {
    for (const LayerPlan& layer : layers) figures.push_back(to_units(taken(layer)[target]));
    return figures;
  }
  for (std::size_t n = 0; n < frame->nodes.size(); ++n) {
    const auto& layer = frame->layers[n];
    figures.push_back(to_units((layer ? taken(layers[*layer]) : frame->costs[n].cost)[target]));
  }
  return figures;
}

std::int64_t composed(const std::vector<LayerPlan>& layers, const Frame* frame, const Taken& taken, Target target,
                      Composition composition) {
  const std::int64_t overhead = frame == nullptr ? 0 : to_units(frame->glue.cost[target]);
  return compose(composition, chain_of(frame), figures_of(layers, frame, taken, target), overhead);
}

perf::LayerCost total_of(const std::vector<LayerPlan>& layers, const Frame* frame, Composition composition,
                         const Taken& taken) {
  perf::LayerCost total;
  for (const Target target : perf::kTargets) {
    if (target == Target::LatencyMin || target == Target::LatencyMax) {
      total[target] = from_units(composed(layers, frame, taken, target, composition));
      continue;
    }
    std::int64_t sum = 0;
    for (const std::int64_t figure : figures_of(layers, frame, taken, target)) sum += figure;
    if (frame != nullptr) {
      for (const perf::NodeCost& fifo : frame->fifos) sum += to_units(fifo.cost[target]);
      sum += to_units(frame->glue.cost[target]);
    }
    total[target] = from_units(sum);
  }
  return total;
}

const perf::LayerCost& predicted(const LayerPlan& layer) { return layer.chosen.cost; }
const perf::LayerCost& low_end(const LayerPlan& layer) { return layer.chosen.interval.value().low; }
const perf::LayerCost& high_end(const LayerPlan& layer) { return layer.chosen.interval.value().high; }

}  // namespace

std::vector<LayerPlan> layers_of(const CostTable& table, const Candidates& candidates,
                                 const std::vector<std::size_t>& chosen) {
  std::vector<LayerPlan> layers(table.size());
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    const LayerSet& set = candidates.sets[g];
    for (std::size_t i = 0; i < set.layers.size(); ++i) {
      const LayerCosts& layer = table[set.layers[i]];
      const std::size_t row = candidates.rows[set.candidates[chosen[g]].rows + i];
      layers[set.layers[i]] = {layer.layer, layer.shape, layer.rows[row], {}};
    }
  }
  return layers;
}

perf::LayerCost total_of(const std::vector<LayerPlan>& layers, const Frame* frame, Composition composition) {
  return total_of(layers, frame, composition, predicted);
}

std::optional<perf::Interval> total_interval_of(const std::vector<LayerPlan>& layers, const Frame* frame,
                                                Composition composition) {
  const bool told = !layers.empty() && std::ranges::all_of(layers, [](const LayerPlan& layer) {
    return layer.chosen.interval.has_value();
  });
  if (!told) return std::nullopt;
  return perf::Interval{total_of(layers, frame, composition, low_end), total_of(layers, frame, composition, high_end)};
}

bool find_least_fifos(Design& design, const Frame& frame) {
  if (!frame.chain) return true;
  const std::vector<Process>& processes = frame.chain->processes();
  std::int64_t iterations = 0;
  for (const Process& process : processes) iterations += process.iterations();
  if (iterations > kMostSimulated) return false;
  std::vector<std::int64_t> latencies;
  for (const DesignNode& node : design.nodes) latencies.push_back(to_units(node.cost.latency_max_cycles));
  const std::vector<Edge> all = edges(processes);
  const std::vector<std::int64_t> depths = least_depths(processes, latencies, Keep::Results);
  for (std::size_t e = 0; e < frame.edges.size(); ++e) {
    const auto found = std::ranges::find(all, frame.edges[e]);
    const std::int64_t depth = std::min(depths[static_cast<std::size_t>(found - all.begin())], design.fifos[e].depth);
    design.fifos[e].least = LeastFifo{depth, perf::fifo_cost(depth, design.fifos[e].channels, frame.traits).cost};
  }
  return true;
}

Design design_of(const std::vector<LayerPlan>& layers, const Frame& frame, Composition composition) {
  Design design;
  design.composition = composition;
  design.total_interval = total_interval_of(layers, &frame, composition);
  const std::vector<std::int64_t> latencies = figures_of(layers, &frame, predicted, Target::LatencyMax);
  std::vector<Span> spans;
  if (frame.chain) {
    spans = frame.chain->spans(latencies);
  } else {  // one after the other
    std::int64_t begin = 0;
    for (const std::int64_t latency : latencies) {
      spans.push_back({begin, begin + latency});
      begin += latency;
    }
  }
  for (std::size_t n = 0; n < frame.nodes.size(); ++n) {
    const hls4ml::Node& node = frame.nodes[n];
    const auto& layer = frame.layers[n];
    DesignNode& taken = design.nodes.emplace_back();
    taken.name = node.name;
    taken.kind = node.kind;
    taken.inputs = node.inputs;
    taken.output = node.output;
    taken.layer = layer;
    taken.cost = layer ? layers[*layer].chosen.cost : frame.costs[n].cost;
    taken.support = layer ? layers[*layer].chosen.support.value_or(perf::Support::Inside) : frame.costs[n].support;
    if (!layer) taken.law = frame.costs[n].law;
    taken.begin_cycles = from_units(spans[n].begin);
    taken.end_cycles = from_units(spans[n].end);
    design.interval_cycles = std::max(design.interval_cycles, taken.cost.latency_max_cycles);
  }
  for (std::size_t e = 0; e < frame.edges.size(); ++e) {
    const Edge& edge = frame.edges[e];
    DesignFifo& fifo = design.fifos.emplace_back();
    fifo.from = edge.from;
    fifo.to = edge.to;
    fifo.depth = depth_of(frame, edge);
    fifo.channels = frame.nodes[edge.from].output.channels;
    fifo.cost = frame.fifos[e].cost;
    fifo.support = frame.fifos[e].support;
    fifo.law = frame.fifos[e].law;
  }
  design.glue = frame.glue.cost;
  design.glue_law = frame.glue.law;
  const auto latency = [&](Composition each) {
    return from_units(composed(layers, &frame, predicted, Target::LatencyMax, settled(each, &frame)));
  };
  design.sum_cycles = latency(Composition::Sum);
  design.max_cycles = latency(Composition::Max);
  design.chain_cycles = latency(Composition::Chain);
  return design;
}

}  // namespace ntorc::deploy
