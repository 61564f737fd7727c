// tests/emit/designs.hpp - plans of whole designs, made by hand.
#pragma once

#include "emit/plans.hpp"

namespace ntorc::test {

/// The small plan with all that hls4ml puts around its two layers: the input, padding, an activation and pooling, four
/// FIFOs and the glue. The convolution sets the pace from 0 to 4424, the LSTM from then on.
inline deploy::Plan whole_plan() {
  using deploy::DesignFifo;
  using deploy::DesignNode;
  using hls4ml::NodeKind;
  deploy::Plan plan = small_plan();
  deploy::Design design;
  design.composition = deploy::Composition::Chain;
  const auto node = [&](const char* name, NodeKind kind, hls4ml::Stream output, perf::LayerCost cost, double begin,
                        double end) {
    DesignNode made{.name = name, .kind = kind, .output = output, .cost = cost};
    if (!design.nodes.empty()) made.inputs = {design.nodes.size() - 1};
    made.begin_cycles = begin;
    made.end_cycles = end;
    design.nodes.push_back(made);
  };
  node("signal", NodeKind::Input, {128, 1}, {}, 0, 128);
  node("zp1d_conv", NodeKind::Padding, {130, 1}, {131, 132, 60, 20, 0, 0}, 0, 132);
  node("conv", NodeKind::Weights, {128, 16}, plan.layers[0].chosen.cost, 4, 4424);
  node("conv_relu", NodeKind::Activation, {128, 16}, {129, 130, 1712, 40.5, 0, 0}, 72, 4426);
  node("pool", NodeKind::Pooling, {64, 16}, {130, 132, 900, 700, 0, 0}, 140, 4430);
  node("lstm", NodeKind::Weights, {1, 15}, plan.layers[1].chosen.cost, 4430, 10'430.125);
  design.nodes[2].layer = 0;
  design.nodes[5].layer = 1;
  design.nodes[5].support = perf::Support::Extrapolated;
  design.nodes[1].law = "an element a cycle, 3 designs of Vivado HLS 2019.1";
  design.nodes[3].law = "107 LUT a channel, 3 designs of Vivado HLS 2018-2020";
  design.nodes[4].law = "one design only";
  design.nodes[4].support = perf::Support::Extrapolated;
  const auto fifo = [&](std::size_t from, std::int64_t depth, std::int64_t least, std::int64_t channels,
                        perf::LayerCost cost, perf::LayerCost least_cost) {
    DesignFifo made{.from = from, .to = from + 1, .depth = depth, .channels = channels};
    made.cost = cost;
    made.least = deploy::LeastFifo{least, least_cost};
    made.law = "BRAM by depth and width, 9 designs of Vivado HLS 2019.1 to Vitis HLS 2024.2";
    design.fifos.push_back(made);
  };
  fifo(1, 130, 2, 1, {0, 0, 40, 20, 0, 1}, {0, 0, 10, 8, 0, 0});
  fifo(2, 128, 1, 16, {0, 0, 640, 320, 0, 16}, {0, 0, 160, 128, 0, 0});
  fifo(3, 128, 2, 16, {0, 0, 640, 320, 0, 16}, {0, 0, 160, 128, 0, 0});
  fifo(4, 64, 64, 16, {0, 0, 640, 320, 0, 16}, {0, 0, 640, 320, 0, 16});
  design.glue = {0, 0, 300, 150.25, 0, 0};
  design.glue_law = "50 LUT a node, 20 designs";
  design.sum_cycles = 10'814.125;  // 132 + 4420 + 130 + 132 + 6000.125
  design.max_cycles = 6000.125;
  design.chain_cycles = 10'430.125;
  design.interval_cycles = 6000.125;
  design.total_interval = perf::Interval{{0, 5'000, 20'000.5, 5'000, 70, 15}, {0, 11'880, 64'000, 110'000.25, 80, 70}};
  // 22500.25 + 60 + 1712 + 900 + 1960 + 300; 10300 + 20 + 40.5 + 700 + 980 + 150.25; 15.5 + 49.
  plan.total = {0, 10'430.125, 27'432.25, 12'190.75, 77, 64.5};
  plan.objective = 39'764.5;
  plan.bound = 39'764.5;
  plan.design = design;
  return plan;
}

/// The same without streams: nodes one after the other, no FIFOs.
inline deploy::Plan parallel_plan() {
  deploy::Plan plan = whole_plan();
  plan.target.io_type = hls4ml::IoType::Parallel;
  deploy::Design& design = *plan.design;
  design.composition = deploy::Composition::Sum;
  design.fifos.clear();
  design.chain_cycles = design.sum_cycles;
  double begin = 0;
  for (deploy::DesignNode& node : design.nodes) {
    node.begin_cycles = begin;
    begin += node.cost.latency_max_cycles;
    node.end_cycles = begin;
  }
  plan.total = {0, 10'814.125, 25'472.25, 11'210.75, 77, 15.5};
  plan.objective = 36'775.5;
  plan.bound = 36'775.5;
  return plan;
}

}  // namespace ntorc::test
