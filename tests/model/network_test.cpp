#include "ntorc/model/network.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

using ntorc::test::message_of;
using testing::ElementsAre;

TEST(LayerKindNames, GoThereAndBack) {
  for (int i = 0; i <= static_cast<int>(LayerKind::Concatenate); ++i) {
    const auto kind = static_cast<LayerKind>(i);
    EXPECT_EQ(layer_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(to_string(LayerKind::GlobalAveragePooling2D), "global_average_pooling2d");
  EXPECT_EQ(message_of<InvalidArgument>([] { layer_kind("conv3d"); }), "expected a layer kind, got \"conv3d\"");
}

TEST(Parameters, CountWeightsAndBiases) {
  Layer conv{.kind = LayerKind::Conv1D, .input_shape = {100, 3}, .output_shape = {98, 8}, .size = 8, .kernel = {3}};
  EXPECT_EQ(parameters(conv), 3 * 3 * 8);
  conv.use_bias = true;
  EXPECT_EQ(parameters(conv), 3 * 3 * 8 + 8);
  EXPECT_EQ(multiplications(conv), 98 * 8 * 3 * 3);

  Layer gru{.kind = LayerKind::Gru, .input_shape = {10, 5}, .output_shape = {4}, .size = 4, .use_bias = true};
  EXPECT_EQ(parameters(gru), 3 * 4 * (5 + 4 + 1));
  gru.reset_after = true;
  EXPECT_EQ(parameters(gru), 3 * 4 * (5 + 4 + 2));
  EXPECT_EQ(multiplications(gru), 10 * 3 * 4 * (5 + 4));

  const Layer lstm{.kind = LayerKind::Lstm, .input_shape = {10, 5}, .output_shape = {4}, .size = 4, .use_bias = true};
  EXPECT_EQ(parameters(lstm), 4 * 4 * (5 + 4 + 1));
  EXPECT_EQ(multiplications(lstm), 10 * 4 * 4 * (5 + 4));

  const Layer dense{.kind = LayerKind::Dense, .input_shape = {6, 5}, .output_shape = {6, 2}, .size = 2};
  EXPECT_EQ(parameters(dense), 10);
  EXPECT_EQ(multiplications(dense), 60);
}

TEST(InferOutputShape, RefusesWhatAHandWrittenLayerLacks) {
  Layer pool{.kind = LayerKind::MaxPooling1D, .input_shape = {9, 2}, .kernel = {2}, .strides = {0}};
  EXPECT_EQ(message_of<InvalidArgument>([&] { infer_output_shape(pool); }),
            "expected 1 positive extents of kernel, strides and dilation, got (2), (0) and ()");
  pool.strides = {2};
  EXPECT_THAT(infer_output_shape(pool), ElementsAre(4, 2));
  EXPECT_EQ(message_of<InvalidArgument>([] { infer_output_shape({.kind = LayerKind::Flatten}); }),
            "expected an input of at least one axis, got none");
  EXPECT_EQ(message_of<InvalidArgument>([] { infer_output_shape({.kind = LayerKind::Dense, .input_shape = {4}}); }),
            "expected an output of positive extents, got (0)");
  EXPECT_EQ(message_of<InvalidArgument>([] {
              infer_output_shape({.kind = LayerKind::ZeroPadding1D, .input_shape = {4, 1}, .margins = {1}});
            }),
            "expected 2 margins, got (1)");
}

TEST(Merges, AreTheKindsOfTwoInputs) {
  EXPECT_TRUE(merges(LayerKind::Add));
  EXPECT_TRUE(merges(LayerKind::Concatenate));
  EXPECT_FALSE(merges(LayerKind::Activation));
  EXPECT_FALSE(merges(LayerKind::Input));
}

TEST(Counts, RefuseToOverflow) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(elements({}), 1);
  EXPECT_EQ(message_of<InvalidArgument>([] { elements({kHuge, 2}); }), "expected sizes whose product fits 64 bits");
  const Layer dense{.kind = LayerKind::Dense, .input_shape = {kHuge}, .output_shape = {2}, .size = 2};
  EXPECT_THROW(parameters(dense), InvalidArgument);
  EXPECT_THROW(multiplications(dense), InvalidArgument);
  const Layer lstm{.kind = LayerKind::Lstm, .input_shape = {1, kHuge}, .output_shape = {2}, .size = 2};
  EXPECT_EQ(message_of<InvalidArgument>([&] { parameters(lstm); }), "expected sizes whose sum fits 64 bits");
}

}  // namespace
}  // namespace ntorc::model
