#include <fmt/format.h>

#include <algorithm>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {

namespace {

void check_covered(const perf::PerformanceModel& model, const std::string& layer, model::LayerKind kind) {
  std::vector<std::string_view> missing;
  for (const perf::Target target : perf::kTargets) {
    if (!model.covers(kind, target)) missing.push_back(to_string(target));
  }
  if (missing.empty()) return;
  const bool all = missing.size() == perf::kTargets.size();
  throw InvalidArgument(fmt::format("layer {}: the performance model \"{}\" has not been trained on {}{} layers", layer,
                                    model.provenance().name, all ? "" : fmt::format("{} of ", fmt::join(missing, ", ")),
                                    to_string(kind)));
}

double largest(const perf::LayerCost& cost) {
  return std::max({cost.latency_min_cycles, cost.latency_max_cycles, cost.lut, cost.ff, cost.dsp, cost.bram_18k});
}

}  // namespace

CostTable price(const model::Network& network, const perf::PerformanceModel& model, const hls4ml::ReuseLimits& limits,
                double confidence) {
  CostTable table;
  const auto shapes = hls4ml::layer_shapes(network);
  table.reserve(shapes.size());
  for (std::size_t l = 0; l < shapes.size(); ++l) {
    const model::Layer& layer = network.layers[l];
    const auto& shape = shapes[l];
    if (!shape) continue;
    const auto alike = std::ranges::find(table, shape, &LayerCosts::shape);
    if (alike != table.end()) {
      table.push_back({layer.name, shape, alike->rows});
      continue;
    }
    check_covered(model, layer.name, shape->kind);
    LayerCosts costs{layer.name, shape, {}};
    auto choices = hls4ml::reuse_choices(*shape, limits);
    if (choices.empty()) {
      throw InvalidArgument(fmt::format("layer {}: no legal reuse factor keeps its block factor within {}", layer.name,
                                        limits.max_block_factor));
    }
    costs.rows.reserve(choices.size());
    for (hls4ml::ReuseChoice& choice : choices) {
      if (!model.covers(*shape, choice.reuse)) continue;
      perf::Estimate priced = model.estimate(*shape, choice.reuse, confidence);
      if (largest(priced.cost) > kMaxFigure) continue;
      if (priced.interval && largest(priced.interval->high) > kMaxFigure) priced.interval.reset();
      costs.rows.push_back({std::move(choice), priced.cost, priced.support, priced.interval});
    }
    if (costs.rows.empty()) {
      throw InvalidArgument(
          fmt::format("layer {}: the performance model \"{}\" knows no price of any legal reuse factor", layer.name,
                      model.provenance().name));
    }
    table.push_back(std::move(costs));
  }
  if (table.empty()) {
    throw InvalidArgument(fmt::format("network {}: expected a layer with weights, found none", network.name));
  }
  return table;
}

}  // namespace ntorc::deploy
