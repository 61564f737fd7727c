// Latency of chains of streams of 2,048 steps (image = 0) and of 64 x 64 images (image = 1), and their simulation.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "deploy/stream_chains.hpp"
#include "ntorc/deploy/chain.hpp"
#include "ntorc/deploy/simulate.hpp"

namespace {

using namespace ntorc;

struct Design {
  std::vector<hls4ml::Node> nodes;
  std::vector<deploy::Process> processes;
  std::vector<std::int64_t> latencies;
};

/// Input, then padding, convolution and activation by turns, pooling three times on the way, and a dense layer at last.
Design design_of(const benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  test::StreamBuilder net = state.range(1) == 0 ? test::StreamBuilder(1, 2'048, 1) : test::StreamBuilder(64, 64, 3);
  std::size_t pooled = 0;
  while (net.nodes().size() + 1 < nodes) {
    if (net.nodes().size() * 4 > (pooled + 1) * nodes && pooled < 3) {
      net.pool(2);
      ++pooled;
    } else if (net.nodes().size() + 4 <= nodes) {
      net.pad(1);
      net.convolve(3, 1, 16);
      net.map(hls4ml::NodeKind::Activation);
    } else {
      net.map(hls4ml::NodeKind::Activation);
    }
  }
  net.dense(10);
  Design design{net.nodes(), deploy::processes(net.nodes()), {}};
  test::Draw draw(7);
  design.latencies = test::random_latencies(draw, design.nodes, design.processes);
  return design;
}

void BM_MakeChain(benchmark::State& state) {
  const Design design = design_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(deploy::Chain(design.processes));
}
void BM_ChainLatency(benchmark::State& state) {
  const Design design = design_of(state);
  const deploy::Chain chain(design.processes);
  for (auto _ : state) benchmark::DoNotOptimize(chain.latency(design.latencies));
}
void BM_LongestWay(benchmark::State& state) {
  const Design design = design_of(state);
  const deploy::Chain chain(design.processes);
  for (auto _ : state) benchmark::DoNotOptimize(chain.longest(design.latencies));
}
void BM_Simulate(benchmark::State& state) {
  const Design design = design_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(deploy::simulate(design.processes, design.latencies));
}
void BM_LeastDepths(benchmark::State& state) {
  const Design design = design_of(state);
  const auto keep = static_cast<deploy::Keep>(state.range(2));
  for (auto _ : state) benchmark::DoNotOptimize(deploy::least_depths(design.processes, design.latencies, keep));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"nodes", "image"})->ArgsProduct({{10, 20, 100}, {0, 1}});
}

BENCHMARK(BM_MakeChain)->Apply(sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_ChainLatency)->Apply(sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_LongestWay)->Apply(sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Simulate)->Apply(sizes)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LeastDepths)
    ->ArgNames({"nodes", "image", "results"})
    ->ArgsProduct({{10, 20}, {0, 1}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
