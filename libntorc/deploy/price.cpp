#include <fmt/format.h>

#include <algorithm>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {

CostTable price(const model::Network& network, const perf::PerformanceModel& model, const hls4ml::ReuseLimits& limits) {
  CostTable table;
  for (const model::Layer& layer : network.layers) {
    const auto shape = hls4ml::layer_shape(layer);
    if (!shape) continue;
    if (!model.covers(shape->kind)) {
      throw InvalidArgument(fmt::format("layer {}: the performance model \"{}\" has not been trained on {} layers",
                                        layer.name, model.provenance().name, to_string(shape->kind)));
    }
    LayerCosts costs{layer.name, shape, {}};
    for (hls4ml::ReuseChoice& choice : hls4ml::reuse_choices(*shape, limits)) {
      const perf::LayerCost cost = model.predict(*shape, choice.reuse);
      std::vector<std::string> outside = model.outside_training(*shape, std::ranges::max(choice.effective));
      costs.rows.push_back({std::move(choice), cost, std::move(outside)});
    }
    if (costs.rows.empty()) {
      throw InvalidArgument(fmt::format("layer {}: no legal reuse factor keeps its block factor within {}", layer.name,
                                        limits.max_block_factor));
    }
    table.push_back(std::move(costs));
  }
  if (table.empty()) {
    throw InvalidArgument(fmt::format("network {}: expected a layer with weights, found none", network.name));
  }
  return table;
}

}  // namespace ntorc::deploy
