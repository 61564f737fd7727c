// From a Keras file to a proven plan, in one process: examples/dropbear_like.json, 200 us at 250 MHz.
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

void BM_Price(benchmark::State& state) {
  const model::Network network = model::read_keras(kNetwork);
  const perf::PerformanceModel& model = perf::PerformanceModel::default_model();
  for (auto _ : state) benchmark::DoNotOptimize(deploy::price(network, model));
}
BENCHMARK(BM_Price)->Unit(benchmark::kMicrosecond);

void BM_PlanNetwork(benchmark::State& state) {
  const model::Network network = model::read_keras(kNetwork);
  deploy::PlanOptions options;
  options.latency_limit_cycles = 50'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(deploy::plan_network(network, perf::PerformanceModel::default_model(), options));
  }
}
BENCHMARK(BM_PlanNetwork)->Unit(benchmark::kMicrosecond);

}  // namespace
