// From a Keras file to a proven plan, in one process: examples/dropbear_like.json, 200 us at 250 MHz. Prices of
// N-TORC's model 1 [Singh et al., FCCM 2025, Table IV] as well: five convolutions and six dense layers.
#include <benchmark/benchmark.h>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/model/read_keras.hpp"

namespace {

using namespace ntorc;

constexpr auto kNetwork = NTORC_EXAMPLES_DIR "/dropbear_like.json";

void BM_ReadKeras(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(model::read_keras(kNetwork));
}
BENCHMARK(BM_ReadKeras)->Unit(benchmark::kMicrosecond);

void append(model::Network& network, model::Layer layer) {
  layer.name = std::to_string(network.layers.size());
  if (!network.layers.empty()) {
    layer.inputs = {network.layers.size() - 1};
    layer.input_shape = network.layers.back().output_shape;
  }
  layer.output_shape = model::infer_output_shape(layer);
  network.layers.push_back(std::move(layer));
}

/// 395 samples, five times 16 filters of 3 and pooling by 2, five dense layers of 76 and one of 1.
model::Network model_1() {
  using model::LayerKind;
  model::Network network;
  append(network, {.kind = LayerKind::Input, .input_shape = {395, 1}});
  for (int i = 0; i < 5; ++i) {
    append(network, {.kind = LayerKind::Conv1D,
                     .size = 16,
                     .kernel = {3},
                     .strides = {1},
                     .dilation = {1},
                     .padding = model::Padding::Same});
    append(network, {.kind = LayerKind::MaxPooling1D, .kernel = {2}, .strides = {2}});
  }
  append(network, {.kind = LayerKind::Flatten});
  for (const std::int64_t size : {76, 76, 76, 76, 76, 1}) append(network, {.kind = LayerKind::Dense, .size = size});
  return network;
}

model::Network network_of(const benchmark::State& state) {
  return state.range(0) == 11 ? model_1() : model::read_keras(kNetwork);
}

void set_choices(benchmark::State& state, const deploy::CostTable& table) {
  std::size_t choices = 0;
  for (const deploy::LayerCosts& layer : table) choices += layer.rows.size();
  state.counters["choices"] = static_cast<double>(choices);
}

void BM_Price(benchmark::State& state) {
  const model::Network network = network_of(state);
  const perf::PerformanceModel& model = perf::PerformanceModel::default_model();
  for (auto _ : state) benchmark::DoNotOptimize(deploy::price(network, model));
  set_choices(state, deploy::price(network, model));
}
BENCHMARK(BM_Price)->ArgName("priced_layers")->Arg(7)->Arg(11)->Unit(benchmark::kMicrosecond);

/// The share of BM_Price that the model takes: estimates of the same choices.
void BM_Estimate(benchmark::State& state) {
  const perf::PerformanceModel& model = perf::PerformanceModel::default_model();
  const deploy::CostTable table = deploy::price(network_of(state), model);
  for (auto _ : state) {
    for (const deploy::LayerCosts& layer : table) {
      for (const deploy::CostRow& row : layer.rows) {
        benchmark::DoNotOptimize(model.estimate(*layer.shape, row.choice.reuse));
      }
    }
  }
  set_choices(state, table);
}
BENCHMARK(BM_Estimate)->ArgName("priced_layers")->Arg(7)->Arg(11)->Unit(benchmark::kMicrosecond);

void BM_ReuseChoices(benchmark::State& state) {
  const auto shapes = hls4ml::layer_shapes(network_of(state));
  for (auto _ : state) {
    for (const auto& shape : shapes) {
      if (shape) benchmark::DoNotOptimize(hls4ml::reuse_choices(*shape));
    }
  }
}
BENCHMARK(BM_ReuseChoices)->ArgName("priced_layers")->Arg(7)->Arg(11)->Unit(benchmark::kMicrosecond);

void BM_PlanNetwork(benchmark::State& state) {
  const model::Network network = model::read_keras(kNetwork);
  deploy::PlanOptions options;
  options.question.latency_limit_cycles = 50'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(deploy::plan_network(network, perf::PerformanceModel::default_model(), options));
  }
}
BENCHMARK(BM_PlanNetwork)->Unit(benchmark::kMicrosecond);

}  // namespace
