// tests/emit/plans.hpp - plans made by hand.
#pragma once

#include "ntorc/deploy/plan.hpp"

namespace ntorc::test {

/// A convolution and an LSTM whose matrices take different reuse factors.
inline deploy::Plan small_plan() {
  using model::LayerKind;
  deploy::Plan plan;
  plan.network = "small net";
  plan.keras_file = "/nets/small.json";
  plan.cost_source = "made by hand";
  plan.latency_limit_cycles = 50'000;
  plan.status = mip::SolveStatus::Optimal;
  plan.layers = {{"conv",
                  hls4ml::LayerShape{LayerKind::Conv1D, 1, 16, 3, 128},
                  {{24, {24}, {2}}, {780, 4420, 2500.25, 1300, 2, 0.5}, {}}},
                 {"lstm",
                  hls4ml::LayerShape{LayerKind::Lstm, 16, 15, 1, 64},
                  {{60, {64, 60}, {15, 15}}, {5000, 6000.125, 20'000, 9000, 75, 15}, {"size 15: trained on 16..64"}}}};
  plan.total = {5780, 10'420.125, 22'500.25, 10'300, 77, 15.5};
  plan.objective = 32'892.75;
  plan.bound = 32'892.75;
  plan.message = "proven";
  plan.warnings = {"layer lstm: its price is an extrapolation: size 15: trained on 16..64"};
  return plan;
}

/// A deadline that nothing meets.
inline deploy::Plan plan_without_answer() {
  deploy::Plan plan = small_plan();
  plan.status = mip::SolveStatus::Infeasible;
  plan.layers.clear();
  plan.total = {};
  plan.objective.reset();
  plan.bound.reset();
  plan.message = "the lowest reachable is 7 cycles";
  plan.warnings.clear();
  return plan;
}

}  // namespace ntorc::test
