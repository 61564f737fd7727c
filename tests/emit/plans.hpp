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
  plan.question.latency_limit_cycles = 50'000;
  plan.status = mip::SolveStatus::Optimal;
  plan.interval_confidence = 0.9;
  deploy::LayerPlan conv{"conv", hls4ml::LayerShape{LayerKind::Conv1D, 1, 16, 3, 128}, {}, {}};
  conv.chosen.choice = {24, {24}, {2}};
  conv.chosen.cost = {780, 4420, 2500.25, 1300, 2, 0.5};
  conv.chosen.support = perf::Support::Inside;
  conv.chosen.interval = {{760, 4300, 2400, 1200, 2, 0}, {800, 4641, 2750.275, 2600, 2.5, 3}};
  deploy::LayerPlan lstm{"lstm", hls4ml::LayerShape{LayerKind::Lstm, 16, 15, 1, 64}, {}, {}};
  lstm.chosen.choice = {60, {64, 60}, {15, 15}};
  lstm.chosen.cost = {5000, 6000.125, 20'000, 9000, 75, 15};
  lstm.chosen.support = perf::Support::Extrapolated;
  lstm.chosen.interval = {{4500, 5000, 10'000, 4500, 75, 12}, {6000, 7200.15, 50'000, 99'000, 75, 18}};
  lstm.support_reasons = {"size 15: trained on 16..64"};
  plan.layers = {conv, lstm};
  plan.total = {5780, 10'420.125, 22'500.25, 10'300, 77, 15.5};
  plan.objective = 32'892.75;
  plan.bound = 32'892.75;
  plan.message = "proven";
  plan.warnings = {"layer lstm: its price is an extrapolation: size 15: trained on 16..64"};
  return plan;
}

/// The same, with a deadline that the upper ends keep: 11841.15 cycles.
inline deploy::Plan sure_plan() {
  deploy::Plan plan = small_plan();
  plan.question.confidence = 0.9;
  return plan;
}

/// The same, of costs from a file.
inline deploy::Plan plan_of_costs() {
  deploy::Plan plan = small_plan();
  plan.interval_confidence.reset();
  plan.warnings.clear();
  for (deploy::LayerPlan& layer : plan.layers) {
    layer.shape.reset();
    layer.chosen.choice = {layer.chosen.choice.reuse, {}, {}};
    layer.chosen.support.reset();
    layer.chosen.interval.reset();
    layer.support_reasons.clear();
  }
  return plan;
}

/// A deadline that nothing meets.
inline deploy::Plan plan_without_answer() {
  deploy::Plan plan = small_plan();
  plan.status = mip::SolveStatus::Infeasible;
  plan.layers.clear();
  plan.interval_confidence.reset();
  plan.total = {};
  plan.objective.reset();
  plan.bound.reset();
  plan.message = "the lowest reachable is 7 cycles";
  plan.warnings.clear();
  return plan;
}

}  // namespace ntorc::test
