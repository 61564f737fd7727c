// Plans a network the way N-TORC's optimiser reads it, and the way ntorc does, with forests of the same kind and seed;
// then with ntorc's default model.
//   compare_ntorc_reading DATA NETWORK CYCLES      DATA: the folder of N-TORC's six tables
// What N-TORC does otherwise: the lengths of hidden convolutions stand doubled in its training rows but not in its
// questions; the candidates of a hidden convolution come from its own filters in place of its input channels, those of
// an LSTM from its input matrix alone; at most 2048 multipliers. What its choice really is, its reuse factors as hls4ml
// snaps them tell, priced anew.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/model/read_keras.hpp"

namespace {

using namespace ntorc;

constexpr std::int64_t kNTorcMaxBlockFactor = 2048;

/// The rows as published. Every convolution on more than one channel stands behind a pooling.
perf::Dataset unmended(perf::Dataset data) {
  for (perf::Observation& row : data) {
    if (row.shape.kind == model::LayerKind::Conv1D && row.shape.inputs > 1) row.shape.sequence *= 2;
  }
  return data;
}

/// The one matrix that N-TORC takes the candidates from.
hls4ml::Matrix matrix_as_ntorc_reads(const hls4ml::LayerShape& shape) {
  if (shape.kind == model::LayerKind::Conv1D && shape.inputs > 1) return {shape.size * shape.kernel, shape.size};
  return hls4ml::matrices(shape).front();
}

deploy::CostTable table_as_ntorc_reads(const deploy::CostTable& ours, const perf::PerformanceModel& model) {
  deploy::CostTable table;
  for (const deploy::LayerCosts& layer : ours) {
    const hls4ml::Matrix matrix = matrix_as_ntorc_reads(*layer.shape);
    deploy::LayerCosts costs{layer.layer, layer.shape, {}};
    for (const std::int64_t reuse : hls4ml::legal_reuse_factors(matrix)) {
      if (hls4ml::block_factor(matrix, reuse) > kNTorcMaxBlockFactor) continue;
      costs.rows.push_back({{reuse, {}, {}}, model.predict(*layer.shape, reuse), {}});
    }
    table.push_back(std::move(costs));
  }
  return table;
}

double total(const perf::LayerCost& cost) { return cost.lut + cost.ff + cost.dsp + cost.bram_18k; }

/// What hls4ml builds of the reuse factors, priced by `model`.
perf::LayerCost built(const deploy::Plan& plan, const perf::PerformanceModel& model) {
  perf::LayerCost sum;
  for (const deploy::LayerPlan& layer : plan.layers) {
    std::int64_t reuse = 1;
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(*layer.shape)) {
      reuse = std::max(reuse, hls4ml::snapped_reuse_factor(matrix, layer.chosen.choice.reuse));
    }
    const perf::LayerCost cost = model.predict(*layer.shape, reuse);
    for (const perf::Target target : perf::kTargets) sum[target] += cost[target];
  }
  return sum;
}

void print(const char* what, const perf::LayerCost& cost) {
  std::cout << fmt::format("{:<52}{:>9.0f}{:>10.0f}{:>9.0f}{:>7.0f}{:>7.0f}{:>12.0f}\n", what, cost.latency_max_cycles,
                           cost.lut, cost.ff, cost.dsp, cost.bram_18k, total(cost));
}

void print_reuse(const char* what, const deploy::Plan& plan) {
  std::cout << what;
  for (const deploy::LayerPlan& layer : plan.layers) std::cout << ' ' << layer.chosen.choice.reuse;
  std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::cerr << "usage: compare_ntorc_reading DATA NETWORK CYCLES\n";
    return 2;
  }
  const perf::Dataset data = perf::read_dataset(argv[1]);
  const model::Network network = model::read_keras(argv[2]);
  deploy::PlanOptions options;
  options.question.latency_limit_cycles = std::atof(argv[3]);

  const auto ours = perf::PerformanceModel::fit(data, perf::ntorc_provenance(), {}, perf::Method::Forest);
  const auto theirs = perf::PerformanceModel::fit(unmended(data), perf::ntorc_provenance(), {}, perf::Method::Forest);
  const auto& hybrid = perf::PerformanceModel::default_model();
  const deploy::CostTable table = deploy::price(network, ours);
  const deploy::Plan our_plan = deploy::plan_costs(table, "ntorc", options);
  const deploy::Plan hybrid_plan = deploy::plan_costs(deploy::price(network, hybrid), "ntorc", options);
  const deploy::Plan their_plan = deploy::plan_costs(table_as_ntorc_reads(table, theirs), "N-TORC", options);

  std::cout << fmt::format("{}, at most {} cycles\n{:<52}{:>9}{:>10}{:>9}{:>7}{:>7}{:>12}\n", network.name,
                           *options.question.latency_limit_cycles, "", "cycles", "LUT", "FF", "DSP", "BRAM", "sum");
  print("N-TORC's reading, as it predicts itself", their_plan.total);
  print("  as built, by forests that read lengths as they are", built(their_plan, ours));
  print("  as built, by ntorc's default model", built(their_plan, hybrid));
  print("ntorc's reading, the same forests", our_plan.total);
  print("  as built, by ntorc's default model", built(our_plan, hybrid));
  print("ntorc, its default model", hybrid_plan.total);
  print_reuse("reuse factors, N-TORC's reading:    ", their_plan);
  print_reuse("reuse factors, ntorc's reading:     ", our_plan);
  print_reuse("reuse factors, ntorc, default model:", hybrid_plan);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "compare_ntorc_reading: " << error.what() << '\n';
  return 1;
}
