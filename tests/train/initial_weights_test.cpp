#include "ntorc/train/initial_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>
#include <utility>

namespace ntorc::train {
namespace {

model::Layer layer(model::LayerKind kind, std::int64_t inputs, std::int64_t size) {
  model::Layer layer;
  layer.kind = kind;
  layer.input_shape = {7, inputs};
  layer.size = size;
  layer.reset_after = true;
  if (kind == model::LayerKind::Conv1D) layer.kernel = {5};
  return layer;
}

std::vector<model::WeightArray> weights_of(const model::Layer& layer, std::uint64_t seed) {
  model::Network network;
  network.layers.push_back(layer);
  return initial_weights(network, seed).at(0).arrays;
}

// Uniform within sqrt(6 / (fan_in + fan_out)): mean 0, variance limit^2 / 3. 40,000 weights: 1 % is four standard
// errors.
TEST(InitialWeights, AreGlorotUniform) {
  for (const auto& [one, fans] : {std::pair{layer(model::LayerKind::Dense, 200, 200), 400.0},
                                  std::pair{layer(model::LayerKind::Conv1D, 100, 80), 5 * 180.0}}) {
    const auto arrays = weights_of(one, 7);
    ASSERT_EQ(arrays.size(), 2u);
    const Eigen::Map<const Eigen::VectorXf> kernel(arrays[0].values.data(),
                                                   static_cast<Eigen::Index>(arrays[0].values.size()));
    ASSERT_EQ(kernel.size(), 40'000);
    const double limit = std::sqrt(6 / fans);
    EXPECT_LE(kernel.cwiseAbs().maxCoeff(), limit);
    EXPECT_GT(kernel.maxCoeff(), 0.999 * limit);
    EXPECT_LT(kernel.minCoeff(), -0.999 * limit);
    EXPECT_NEAR(kernel.cast<double>().mean(), 0, 0.015 * limit);
    EXPECT_NEAR(kernel.cast<double>().squaredNorm() / 40'000, limit * limit / 3, 0.02 * limit * limit / 3);
    EXPECT_THAT(arrays[1].values, testing::Each(0.0F));
  }
}

TEST(InitialWeights, AreOrthogonalBetweenSteps) {
  for (const model::LayerKind kind : {model::LayerKind::Lstm, model::LayerKind::Gru}) {
    const auto arrays = weights_of(layer(kind, 3, 6), 8);
    ASSERT_EQ(arrays.size(), 3u);
    const auto width = static_cast<Eigen::Index>(arrays[1].shape[1]);
    const Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> recurrent(
        arrays[1].values.data(), 6, width);
    EXPECT_TRUE((recurrent * recurrent.transpose()).isIdentity(1e-5F));
  }
}

TEST(InitialWeights, RememberInAnLstm) {
  EXPECT_EQ(weights_of(layer(model::LayerKind::Lstm, 2, 2), 9)[2].values, (std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace ntorc::train
