// Trainings as PyTorch does them: tests/data/train/make_goldens.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/train/train.hpp"
#include "train/networks.hpp"

namespace ntorc::train {
namespace {

struct GoldenNetwork {
  model::Network network;
  Loss loss = Loss::MeanSquared;
};

std::map<std::string, GoldenNetwork> golden_networks() {
  model::Layer before = gru(5);
  before.reset_after = false;
  model::Layer behind = before;
  behind.size = 9;
  return {
      {"convolutions",
       {chain({20, 1},
              {conv(16, 3), max_pool(), conv(9, 3), max_pool(), flatten(), dense(10, "relu"), dense(20, "softmax")}),
        Loss::CrossEntropy}},
      {"dilated",
       {chain({12, 2}, {conv(5, 3, "tanh", model::Padding::Causal, 1, 2),
                        pool(model::LayerKind::AveragePooling1D),
                        conv(4, 2, "sigmoid"),
                        {.kind = model::LayerKind::GlobalMaxPooling1D},
                        dense(2)}),
        Loss::Huber}},
      {"lstm", {chain({7, 2}, {sequences(lstm(5)), lstm(9), dense(1)})}},
      {"gru_after", {chain({7, 2}, {sequences(gru(5)), gru(9), dense(1)})}},
      {"gru_before", {chain({7, 2}, {sequences(before), behind, dense(1)})}},
  };
}

class Golden : public testing::TestWithParam<InstructionSet> {};

TEST_P(Golden, TrainingsAreRepeated) {
  if (!has_instruction_set(GetParam())) GTEST_SKIP() << "this machine has no " << to_string(GetParam());
  std::ifstream in(test::data_dir() / "train" / "goldens.json");
  const nlohmann::json goldens = nlohmann::json::parse(in);
  ASSERT_EQ(goldens["cases"].size(), golden_networks().size());
  for (const nlohmann::json& golden : goldens["cases"]) {
    SCOPED_TRACE(golden["name"].get<std::string>());
    const GoldenNetwork known = golden_networks().at(golden["name"]);
    const auto values = golden["values"].get<std::vector<float>>();
    const auto targets = golden["targets"].get<std::vector<float>>();
    Data data{.values = values};
    const std::int64_t inputs = model::elements(known.network.layers.front().output_shape);
    const auto samples = static_cast<std::int64_t>(values.size()) / inputs;
    for (std::int64_t i = 0; i < samples; ++i) data.starts.push_back(i * inputs);
    data.targets =
        Eigen::Map<const Matrix>(targets.data(), samples, static_cast<Eigen::Index>(targets.size()) / samples);
    TrainState state = begin(known.network, 1);
    std::size_t array = 0;
    for (model::LayerWeights& layer : state.weights) {
      for (model::WeightArray& one : layer.arrays) {
        const auto before = golden["before"][array++].get<std::vector<float>>();
        ASSERT_EQ(before.size(), one.values.size());
        one.values = before;
      }
    }
    const auto steps = goldens["steps"].get<std::int64_t>();
    const TrainOptions options{.epochs = steps,
                               .batch = samples,
                               .loss = known.loss,
                               .huber_delta = 0.2,
                               .learning_rate = goldens["learning_rate"],
                               .instructions = GetParam()};
    const TrainState trained = train(known.network, data, options, state, steps);
    EXPECT_EQ(trained.steps, steps);
    for (std::size_t i = 0; i < trained.losses.size(); ++i) {
      EXPECT_NEAR(trained.losses[i], golden["losses"][i], 2e-5 * golden["losses"][i].get<double>());
    }
    array = 0;
    for (const model::LayerWeights& layer : trained.weights) {
      for (const model::WeightArray& one : layer.arrays) {
        const auto after = golden["after"][array++].get<std::vector<double>>();
        for (std::size_t i = 0; i < after.size(); ++i) {
          ASSERT_NEAR(one.values[i], after[i], 2e-5) << layer.layer << " " << one.name << " " << i;
        }
      }
    }
    const Matrix predicted = predict(known.network, trained.weights, data, GetParam());
    const auto expected = golden["predicted"].get<std::vector<double>>();
    ASSERT_EQ(static_cast<std::size_t>(predicted.size()), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(predicted.data()[i], expected[i], 5e-5);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WithEverySet, Golden,
                         testing::Values(InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace ntorc::train
