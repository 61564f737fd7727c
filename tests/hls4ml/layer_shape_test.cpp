#include "ntorc/hls4ml/layer_shape.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

using model::LayerKind;

model::Layer layer(LayerKind kind, model::Shape input, std::int64_t size, std::vector<std::int64_t> kernel = {}) {
  model::Layer layer;
  layer.kind = kind;
  layer.input_shape = std::move(input);
  layer.size = size;
  layer.kernel = std::move(kernel);
  return layer;
}

TEST(LayerShape, TakesEveryKindWithWeights) {
  EXPECT_EQ(layer_shape(layer(LayerKind::Dense, {48}, 16)), (LayerShape{LayerKind::Dense, 48, 16, 1, 1}));
  EXPECT_EQ(layer_shape(layer(LayerKind::Conv1D, {64, 16}, 32, {3})), (LayerShape{LayerKind::Conv1D, 16, 32, 3, 64}));
  EXPECT_EQ(layer_shape(layer(LayerKind::Conv2D, {28, 20, 3}, 8, {3, 5})),
            (LayerShape{LayerKind::Conv2D, 3, 8, 15, 560}));
  EXPECT_EQ(layer_shape(layer(LayerKind::Lstm, {10, 16}, 15)), (LayerShape{LayerKind::Lstm, 16, 15, 1, 10}));
  EXPECT_EQ(layer_shape(layer(LayerKind::Gru, {10, 3}, 20)), (LayerShape{LayerKind::Gru, 3, 20, 1, 10}));
}

TEST(LayerShape, MakesAPointwiseConvolutionOfDenseOnASequence) {
  EXPECT_EQ(layer_shape(layer(LayerKind::Dense, {10, 8}, 4)), (LayerShape{LayerKind::Conv1D, 8, 4, 1, 10}));
  EXPECT_EQ(layer_shape(layer(LayerKind::Dense, {5, 6, 8}, 4)), (LayerShape{LayerKind::Conv2D, 8, 4, 1, 30}));
}

TEST(LayerShape, HasNothingToSayOfLayersWithoutAMatrix) {
  for (const LayerKind kind :
       {LayerKind::Input, LayerKind::MaxPooling1D, LayerKind::Flatten, LayerKind::BatchNormalization}) {
    EXPECT_FALSE(layer_shape(layer(kind, {10, 8}, 0)));
  }
}

TEST(Matrices, AreOneForDenseAndConvolutionTwoForRecurrentLayers) {
  EXPECT_EQ(matrices({LayerKind::Dense, 48, 16, 1, 1}), (std::vector<Matrix>{{48, 16}}));
  EXPECT_EQ(matrices({LayerKind::Conv1D, 16, 32, 3, 64}), (std::vector<Matrix>{{48, 32}}));
  EXPECT_EQ(matrices({LayerKind::Conv2D, 3, 8, 15, 560}), (std::vector<Matrix>{{45, 8}}));
  EXPECT_EQ(matrices({LayerKind::Lstm, 16, 15, 1, 10}), (std::vector<Matrix>{{16, 60}, {15, 60}}));
  EXPECT_EQ(matrices({LayerKind::Gru, 3, 20, 1, 10}), (std::vector<Matrix>{{3, 60}, {20, 60}}));
}

TEST(Matrices, RefuseExtentsThatNoProductCanHold) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              matrices({LayerKind::Lstm, 16, std::int64_t{1} << 62, 1, 10});
            }),
            "layer of 16 inputs, size 4611686018427387904, kernel 1, sequence 10, 1 packets: expected each in "
            "1..2147483647");
  EXPECT_THROW(matrices({LayerKind::Dense, 0, 1, 1, 1}), InvalidArgument);
}

}  // namespace
}  // namespace ntorc::hls4ml
