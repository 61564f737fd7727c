// Every layer on numbers that check by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "ntorc/train/train.hpp"
#include "train/networks.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;
using model::Padding;
using testing::ElementsAre;
using testing::FloatNear;

/// The network's answer to `values`, one sample, with `weights` in Keras's order.
std::vector<float> answer(const model::Network& network, const std::vector<float>& values,
                          const std::vector<float>& weights) {
  TrainState state = begin(network, 1);
  auto next = weights.begin();
  for (model::LayerWeights& layer : state.weights) {
    for (model::WeightArray& array : layer.arrays) {
      for (float& value : array.values) value = *next++;
    }
  }
  EXPECT_EQ(next, weights.end());
  const Matrix outputs = predict(network, state.weights, {.values = values, .starts = {0}});
  return {outputs.data(), outputs.data() + outputs.size()};
}

/// Of `layer` on one channel and more, given to a dense layer of one unit that sums the values with 1, 10, 100, ...
double decimals(const model::Layer& layer, const std::vector<float>& values, std::vector<float> weights = {},
                std::int64_t channels = 1) {
  const auto steps = static_cast<std::int64_t>(values.size()) / channels;
  const model::Network network = chain({steps, channels}, {layer, flatten(), dense(1)});
  float factor = 1;
  for (std::int64_t i = 0; i < network.layers.back().input_shape[0]; ++i, factor *= 10) weights.push_back(factor);
  weights.push_back(0);
  return static_cast<double>(answer(network, values, weights).at(0));
}

TEST(Forward, DenseSumsAndShifts) {
  // 1 * 1 + 2 * 3 + 10 and 1 * 2 + 2 * (-7) + 5
  EXPECT_THAT(answer(chain({2}, {dense(2, "relu")}), {1, 2}, {1, 2, 3, -7, 10, 5}), ElementsAre(17, 0));
  // The same for each step.
  EXPECT_THAT(answer(chain({3, 1}, {dense(2)}), {1, 2, 3}, {1, 10, 0, 0}), ElementsAre(1, 10, 2, 20, 3, 30));
}

TEST(Forward, ConvolutionsSlide) {
  const std::vector<float> kernel{1, 2, 4, 0};  // and no bias
  // same: 2 * 1 + 4 * 1, 1 + 2 + 0, ...
  EXPECT_EQ(decimals(conv(1, 3, "linear"), {1, 1, 0, 1}, kernel), 6 + 30 + 500 + 2000);
  EXPECT_EQ(decimals(conv(1, 3, "linear", Padding::Valid), {1, 1, 0, 1}, kernel), 3 + 50);
  EXPECT_EQ(decimals(conv(1, 3, "linear", Padding::Causal), {1, 1, 0, 1}, kernel), 4 + 60 + 300 + 5000);
  EXPECT_EQ(decimals(conv(1, 3, "linear", Padding::Valid, 2), {1, 1, 0, 1, 0}, kernel), 3 + 20);
  EXPECT_EQ(decimals(conv(1, 3, "linear", Padding::Valid, 1, 2), {1, 1, 0, 1, 1}, kernel), 5);
  // Keras pads 4 steps of stride 2 by 0 before and 1 behind.
  EXPECT_EQ(decimals(conv(1, 3, "linear", Padding::Same, 2), {1, 1, 0, 1}, kernel), 3 + 20);
  // Two channels: the kernel is (width, channels, filters).
  EXPECT_EQ(decimals(conv(1, 2, "linear", Padding::Valid), {1, 2, 3, 4}, {1, 0, 0, 1, 0}, 2), 5);
}

TEST(Forward, ConvolutionIsPooledWithItsRelu) {
  const std::vector<float> twice{2, 1};  // and 1
  EXPECT_THAT(answer(chain({5, 1}, {conv(1, 1), max_pool()}), {1, 2, -3, -2, 9}, twice), ElementsAre(5, 0));
}

TEST(Forward, PoolingsLookAtWhatIsThere) {
  using enum LayerKind;
  EXPECT_EQ(decimals(pool(MaxPooling1D), {1, 3, 2, 0, 9}), 23);
  EXPECT_EQ(decimals(pool(MaxPooling1D, 2, 2, Padding::Same), {1, 3, 2, 0, 9}), 923);
  EXPECT_EQ(decimals(pool(AveragePooling1D), {1, 3, 2, 0, 9}), 12);
  EXPECT_EQ(decimals(pool(AveragePooling1D, 2, 2, Padding::Same), {1, 3, 2, 0, 9}), 912);
  EXPECT_EQ(decimals({.kind = GlobalMaxPooling1D}, {1, 3, 5, 2}, {}, 2), 35);
  EXPECT_EQ(decimals({.kind = GlobalAveragePooling1D}, {1, 3, 5, 1}, {}, 2), 23);
}

TEST(Forward, FunctionsAreKeras) {
  EXPECT_THAT(answer(chain({3}, {dense(3), activation("sigmoid")}), {-1, 0, 100}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}),
              ElementsAre(FloatNear(0.2689414F, 1e-6F), 0.5F, 1.0F));
  EXPECT_THAT(answer(chain({3}, {dense(3, "tanh")}), {-1, 0.1F, 100}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}),
              ElementsAre(FloatNear(-0.7615942F, 1e-6F), FloatNear(0.0996680F, 1e-7F), 1.0F));
  // e^0 : e^ln 3 as 1 : 3, also where e^500 is no float
  EXPECT_THAT(answer(chain({1}, {dense(2, "softmax")}), {1}, {0, 1.0986123F, 500, 500}),
              ElementsAre(FloatNear(0.25F, 1e-5F), FloatNear(0.75F, 1e-5F)));
}

model::Layer plain(model::Layer layer) {  // gates are sums
  layer.activation = layer.recurrent_activation = "linear";
  return layer;
}

TEST(Forward, LstmKeepsItsCell) {
  // One unit, gates i, f, c, o as 1, 1, x, h + 1: c = 1, 3, 6; h = 1, 3 * 2, 6 * 7.
  EXPECT_THAT(answer(chain({3, 1}, {plain(sequences(lstm(1)))}), {1, 2, 3}, {0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1}),
              ElementsAre(1, 6, 42));
}

TEST(Forward, GruMixesOldAndNew) {
  // One unit, z = 0.5, r = 2, candidate x + r * h before and x + r * (h + 1) after: h = (h + candidate) / 2.
  model::Layer layer = plain(sequences(gru(1)));
  const std::vector<float> kernels{0, 0, 1, 0, 0, 1};
  std::vector<float> weights = kernels;
  weights.insert(weights.end(), {0.5F, 2, 0, 0, 0, 1});
  EXPECT_THAT(answer(chain({2, 1}, {layer}), {1, 2}, weights), ElementsAre(1.5F, (1.5F + 7) / 2));
  layer.reset_after = false;
  weights = kernels;
  weights.insert(weights.end(), {0.5F, 2, 0});
  EXPECT_THAT(answer(chain({2, 1}, {layer}), {1, 2}, weights), ElementsAre(0.5F, (0.5F + 3) / 2));
}

}  // namespace
}  // namespace ntorc::train
