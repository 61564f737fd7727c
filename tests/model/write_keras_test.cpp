#include "ntorc/model/write_keras.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/chain_builder.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::model {
namespace {

Layer of_kind(LayerKind kind, std::int64_t size = 0) {
  Layer layer;
  layer.kind = kind;
  layer.size = size;
  layer.use_bias = size > 0;
  return layer;
}

Layer window(Layer layer, std::int64_t kernel, std::int64_t stride) {
  layer.kernel = {kernel};
  layer.strides = {stride};
  return layer;
}

Layer convolution(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation, Padding padding) {
  Layer layer = window(of_kind(LayerKind::Conv1D, size), kernel, stride);
  layer.dilation = {dilation};
  layer.padding = padding;
  layer.activation = "relu";
  return layer;
}

Layer recurrent(LayerKind kind, std::int64_t size, bool sequences) {
  Layer layer = of_kind(kind, size);
  layer.activation = "tanh";
  layer.recurrent_activation = "sigmoid";
  layer.return_sequences = sequences;
  layer.reset_after = kind == LayerKind::Gru;
  return layer;
}

Network every_layer() {
  ChainBuilder chain("every layer", {64, 2});
  chain.add(convolution(8, 3, 1, 1, Padding::Same));
  chain.add(window(of_kind(LayerKind::MaxPooling1D), 2, 2));
  chain.add(convolution(6, 5, 2, 1, Padding::Valid));
  chain.add(convolution(6, 3, 1, 2, Padding::Causal));
  chain.add(window(of_kind(LayerKind::AveragePooling1D), 3, 2));
  chain.add(recurrent(LayerKind::Lstm, 5, true));
  chain.add(recurrent(LayerKind::Gru, 4, true));
  chain.add(of_kind(LayerKind::Flatten));
  Layer dense = of_kind(LayerKind::Dense, 7);
  dense.use_bias = false;
  chain.add(dense);
  Layer activation = of_kind(LayerKind::Activation);
  activation.activation = "softmax";
  chain.add(activation);
  return chain.network();
}

TEST(WriteKeras, IsReadBackAsTheSameNetwork) {
  const Network network = every_layer();
  const std::string json = keras_json(network);
  const Network back = read_keras_json(json, "written");
  EXPECT_EQ(keras_json(back), json);
  EXPECT_EQ(back.name, network.name);
  EXPECT_EQ(back.keras_version, "2.15.0");
  EXPECT_EQ(back.outputs, network.outputs);
  ASSERT_EQ(back.layers.size(), network.layers.size());
  for (std::size_t i = 0; i < back.layers.size(); ++i) {
    const Layer& read = back.layers[i];
    const Layer& written = network.layers[i];
    EXPECT_EQ(read.name, written.name);
    EXPECT_EQ(read.class_name, written.class_name);
    EXPECT_EQ(read.kind, written.kind);
    EXPECT_EQ(read.inputs, written.inputs);
    EXPECT_EQ(read.output_shape, written.output_shape) << read.name;
    EXPECT_EQ(read.size, written.size);
    EXPECT_EQ(read.kernel, written.kernel) << read.name;
    EXPECT_EQ(read.strides, written.strides) << read.name;
    EXPECT_EQ(read.dilation, written.dilation) << read.name;
    EXPECT_EQ(read.activation, written.activation) << read.name;
    EXPECT_EQ(read.return_sequences, written.return_sequences);
    EXPECT_EQ(read.reset_after, written.reset_after);
    EXPECT_EQ(read.use_bias, written.use_bias) << read.name;
    EXPECT_EQ(parameters(read), parameters(written)) << read.name;
  }
}

TEST(WriteKeras, ReadsBackGlobalPooling) {
  for (const LayerKind kind : {LayerKind::GlobalMaxPooling1D, LayerKind::GlobalAveragePooling1D}) {
    ChainBuilder chain("pooled", {8, 3});
    chain.add(of_kind(kind));
    const Network back = read_keras_json(keras_json(chain.network()), "written");
    EXPECT_EQ(back.layers.back().kind, kind);
    EXPECT_EQ(back.layers.back().output_shape, Shape{3});
  }
}

TEST(WriteKeras, RefusesWhatIsNoChainOrHasNoWriter) {
  ChainBuilder chain("net", {4});
  chain.add(of_kind(LayerKind::Dropout));
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { keras_json(chain.network()); }),
            "dropout_1: a layer of kind dropout cannot be written");
  Network forked = every_layer();
  forked.outputs = {1, 2};
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { keras_json(forked); }),
            "network: expected a chain of layers with one input and one output");
  Network quantized = every_layer();
  quantized.layers[1].precision.weight = "quantized_bits(8,0,1)";
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { keras_json(quantized); }),
            "conv1d_1: a layer with quantizers cannot be written");
}

TEST(WriteKeras, RefusesWeightsOfAnotherNetwork) {
  ChainBuilder chain("net", {2});
  chain.add(of_kind(LayerKind::Dense, 1));
  const LayerWeights fits{"dense_1", {{"kernel:0", {2, 1}, {1, 2}}, {"bias:0", {1}, {0}}}};
  EXPECT_THAT(keras_h5(chain.network(), {fits}), testing::StartsWith("\x89HDF"));
  LayerWeights renamed = fits;
  renamed.layer = "dense_2";
  LayerWeights short_of_bias = fits;
  short_of_bias.arrays.pop_back();
  const auto refusal = [&](const Weights& weights) {
    return ntorc::test::message_of<InvalidArgument>([&] { keras_h5(chain.network(), weights); });
  };
  EXPECT_EQ(refusal({}), "weights: expected those of dense_1, got none");
  EXPECT_EQ(refusal({renamed}), "weights: expected those of dense_1, got those of dense_2");
  EXPECT_EQ(refusal({short_of_bias}), "weights: dense_1: expected 3 values, got 2");
  EXPECT_EQ(refusal({fits, fits}), "weights: dense_1: no such layer has weights");
}

TEST(ChainBuilder, RefusesALayerThatDoesNotFit) {
  ChainBuilder chain("net", {4, 1});
  EXPECT_THROW(chain.add(convolution(2, 5, 1, 1, Padding::Valid)), InvalidArgument);
  EXPECT_EQ(chain.shape(), (Shape{4, 1}));
}

}  // namespace
}  // namespace ntorc::model
