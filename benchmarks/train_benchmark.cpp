// Training steps of the networks of N-TORC's Table III and of recurrent ones, on one thread. Random samples, seed 7.
//     train_benchmark --benchmark_filter=<part of a name>
// FLOPs are 6 for each multiplication of an inference: 2 forwards, 4 backwards.
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "ntorc/train/train.hpp"
#include "train/networks.hpp"

namespace {

using namespace ntorc;
using train::conv;
using train::dense;
using train::front_network;
using train::max_pool;

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kSteps = 32;  // of an epoch

model::Network with_recurrent(const model::Layer& layer) {
  return train::chain({128, 1}, {conv(16, 3), max_pool(), conv(16, 3), max_pool(), layer, dense(256, "softmax")});
}

void train_epochs(benchmark::State& state, const model::Network& network, train::InstructionSet instructions) {
  std::mt19937_64 random(7);
  const std::int64_t inputs = model::elements(network.layers.front().output_shape);
  std::vector<float> values(static_cast<std::size_t>(kBatch * kSteps * inputs));
  for (float& value : values) value = static_cast<float>(random() >> 40) * 0x1p-23F - 1;
  train::Data data{.values = values};
  data.targets.resize(kBatch * kSteps, 1);
  for (std::int64_t i = 0; i < kBatch * kSteps; ++i) {
    data.starts.push_back(i * inputs);
    data.targets(i, 0) = static_cast<float>(random() % 160);
  }
  const train::TrainOptions options{
      .epochs = 1'000'000'000, .batch = kBatch, .loss = train::Loss::CrossEntropy, .instructions = instructions};
  train::TrainState trained = train::begin(network, 7);
  for (auto _ : state) {
    const std::int64_t until = trained.epochs + 1;
    trained = train::train(network, data, options, std::move(trained), until);
  }
  std::int64_t multiplications = 0;
  for (const model::Layer& layer : network.layers) multiplications += model::multiplications(layer);
  const double samples = static_cast<double>(state.iterations()) * kBatch * kSteps;
  state.SetItemsProcessed(static_cast<std::int64_t>(samples));
  state.counters["GFLOP/s"] =
      benchmark::Counter(samples * 6e-9 * static_cast<double>(multiplications), benchmark::Counter::kIsRate);
  state.counters["ms_per_step"] = benchmark::Counter(static_cast<double>(state.iterations()) * kSteps * 1e-3,
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void register_network(const std::string& name, const model::Network& network) {
  for (const auto set : {train::InstructionSet::Baseline, train::InstructionSet::Avx2, train::InstructionSet::Avx512}) {
    if (!train::has_instruction_set(set)) continue;
    benchmark::RegisterBenchmark((name + "/" + std::string(to_string(set))).c_str(), [network,
                                                                                      set](benchmark::State& state) {
      train_epochs(state, network, set);
    })->Unit(benchmark::kMillisecond);
  }
}

[[maybe_unused]] const bool kRegistered = [] {
  register_network("128_5_16_4_8", front_network(128, 5, 16, 4, 8));
  register_network("215_5_16_2_38", front_network(215, 5, 16, 2, 38));
  register_network("128_5_41_3_19", front_network(128, 5, 41, 3, 19));
  register_network("247_5_16_5_54", front_network(247, 5, 16, 5, 54));
  register_network("395_5_16_5_76", front_network(395, 5, 16, 5, 76));
  register_network("lstm_16", with_recurrent(train::lstm(16)));
  register_network("lstm_64", with_recurrent(train::lstm(64)));
  register_network("gru_16", with_recurrent(train::gru(16)));
  return true;
}();

}  // namespace
