// The expected nodes are those that hls4ml 1.3 makes of the same networks (tests/interop compares more of them).
#include "ntorc/hls4ml/node.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/known_faults.hpp"

namespace ntorc::hls4ml {
namespace {

using model::Layer;
using model::LayerKind;
using testing::ElementsAre;
using testing::IsEmpty;

/// Networks layer by layer; shapes follow from the first.
struct Builder {
  model::Network network;

  std::size_t add(Layer layer, std::vector<std::size_t> inputs = {}) {
    layer.inputs = std::move(inputs);
    if (!layer.inputs.empty()) layer.input_shape = network.layers[layer.inputs.front()].output_shape;
    if (layer.inputs.size() == 2) layer.second_input_shape = network.layers[layer.inputs.back()].output_shape;
    layer.output_shape = model::infer_output_shape(layer);
    network.layers.push_back(std::move(layer));
    network.outputs = {network.layers.size() - 1};
    return network.layers.size() - 1;
  }

  std::size_t input(model::Shape shape) { return add({.name = "in", .kind = LayerKind::Input, .input_shape = shape}); }

  std::size_t conv(const char* name, std::size_t from, std::int64_t size, std::int64_t kernel,
                   model::Padding padding = model::Padding::Valid, const char* activation = "linear") {
    return add({.name = name,
                .kind = LayerKind::Conv1D,
                .size = size,
                .kernel = {kernel},
                .strides = {1},
                .padding = padding,
                .activation = activation},
               {from});
  }

  std::size_t dense(const char* name, std::size_t from, std::int64_t size, const char* activation = "linear") {
    return add({.name = name, .kind = LayerKind::Dense, .size = size, .activation = activation}, {from});
  }

  std::size_t plain(const char* name, LayerKind kind, std::vector<std::size_t> from) {
    return add({.name = name, .kind = kind}, std::move(from));
  }
};

/// "name kind(reads) rows x columns -> elements x channels" of every node.
std::vector<std::string> written(const model::Network& network, IoType io_type) {
  const std::vector<Node> graph = nodes(network, io_type);
  std::vector<std::string> lines;
  for (const Node& node : graph) {
    std::string reads;
    for (const std::size_t input : node.inputs) reads += (reads.empty() ? "" : ", ") + graph[input].name;
    lines.push_back(fmt::format("{} {}({}) {} x {} -> {} x {}", node.name, to_string(node.kind), reads, node.rows,
                                node.columns, node.output.elements, node.output.channels));
  }
  return lines;
}

TEST(NodeKindNames, GoThereAndBack) {
  for (int i = 0; i <= static_cast<int>(NodeKind::Repack); ++i) {
    const auto kind = static_cast<NodeKind>(i);
    EXPECT_EQ(node_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(to_string(NodeKind::Input), "input");
  EXPECT_EQ(to_string(NodeKind::Merge), "merge");
  EXPECT_EQ(to_string(NodeKind::Repack), "repack");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { node_kind("flatten"); }), "expected a node kind, got \"flatten\"");
}

/// A window of 3 over 8 steps that keeps 8 needs one zero on either side.
TEST(Nodes, PadAStreamBeforeAConvolution) {
  Builder b;
  const auto conv = b.conv("conv", b.input({8, 2}), 4, 3, model::Padding::Same, "relu");
  b.dense("dense", b.plain("flat", LayerKind::Flatten, {conv}), 5, "softmax");
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 1 x 8 -> 8 x 2", "zp1d_conv padding(in) 1 x 8 -> 10 x 2",
                          "conv weights(zp1d_conv) 1 x 10 -> 8 x 4", "conv_relu activation(conv) 1 x 8 -> 8 x 4",
                          "dense weights(conv_relu) 1 x 8 -> 1 x 5", "dense_softmax softmax(dense) 1 x 1 -> 1 x 5"));
  EXPECT_THAT(written(b.network, IoType::Parallel),
              ElementsAre("in input() 1 x 8 -> 8 x 2", "conv weights(in) 1 x 8 -> 8 x 4",
                          "conv_relu activation(conv) 1 x 8 -> 8 x 4", "dense weights(conv_relu) 1 x 1 -> 1 x 5",
                          "dense_softmax softmax(dense) 1 x 1 -> 1 x 5"));

  const auto stream = nodes(b.network, IoType::Stream);
  EXPECT_EQ(stream[1].pad_left, 1);
  EXPECT_EQ(stream[1].pad_right, 1);
  EXPECT_EQ(stream[2].pad_left, 0);
  EXPECT_EQ(stream[2].window_columns, 3);
  EXPECT_EQ(stream[2].shape, (LayerShape{LayerKind::Conv1D, 2, 4, 3, 8}));
  EXPECT_EQ(stream[3].function, "relu");
  EXPECT_EQ(stream[4].shape, (LayerShape{LayerKind::Dense, 32, 5, 1, 1, 8})) << "8 packets of 4";
  const auto parallel = nodes(b.network, IoType::Parallel);
  EXPECT_EQ(parallel[1].pad_left, 1);
  EXPECT_EQ(parallel[3].shape, (LayerShape{LayerKind::Dense, 32, 5, 1, 1, 1}));
}

/// 13 columns, a window of 2, strides of 2: 7 windows take 14. 12 rows, 3, 2: 6 windows take 13.
TEST(Nodes, PadUnevenlyAtTheFarEnd) {
  Builder b;
  b.add({.name = "conv",
         .kind = LayerKind::Conv2D,
         .size = 4,
         .kernel = {3, 2},
         .strides = {2, 2},
         .padding = model::Padding::Same},
        {b.input({12, 13, 2})});
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 12 x 13 -> 156 x 2", "zp2d_conv padding(in) 12 x 13 -> 182 x 2",
                          "conv weights(zp2d_conv) 13 x 14 -> 42 x 4"));
  const Node padding = nodes(b.network, IoType::Stream)[1];
  EXPECT_THAT((std::vector{padding.pad_top, padding.pad_bottom, padding.pad_left, padding.pad_right}),
              ElementsAre(0, 1, 0, 1));
}

TEST(Nodes, PadACausalConvolutionInFront) {
  Builder b;
  b.conv("conv", b.input({8, 2}), 4, 3, model::Padding::Causal);
  EXPECT_EQ(nodes(b.network, IoType::Stream)[1].pad_left, 2);
  EXPECT_EQ(nodes(b.network, IoType::Stream)[1].pad_right, 0);
}

TEST(Nodes, CopyAStreamForTwoReaders) {
  Builder b;
  const auto in = b.input({8, 4});
  const auto conv = b.conv("conv", in, 4, 3, model::Padding::Same);
  b.plain("add", LayerKind::Add, {in, conv});
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 1 x 8 -> 8 x 4", "clone_in clone(in) 1 x 8 -> 8 x 4",
                          "zp1d_conv padding(clone_in) 1 x 8 -> 10 x 4", "conv weights(zp1d_conv) 1 x 10 -> 8 x 4",
                          "add merge(clone_in, conv) 1 x 8 -> 8 x 4"));
  EXPECT_THAT(written(b.network, IoType::Parallel),
              ElementsAre("in input() 1 x 8 -> 8 x 4", "conv weights(in) 1 x 8 -> 8 x 4",
                          "add merge(in, conv) 1 x 8 -> 8 x 4"));
  EXPECT_EQ(nodes(b.network, IoType::Stream)[4].function, "add");
}

/// Dropout and linear activations are gone before readers are counted; an output counts as one.
TEST(Nodes, CountReadersThroughWhatLeavesNoNode) {
  Builder b;
  const auto a = b.dense("a", b.input({6}), 4, "relu");
  const auto dropout = b.plain("dropout", LayerKind::Dropout, {a});
  const auto linear = b.plain("linear", LayerKind::Activation, {dropout});
  const auto left = b.dense("left", linear, 3);
  b.network.outputs = {left, linear};
  EXPECT_THAT(
      written(b.network, IoType::Stream),
      ElementsAre("in input() 1 x 1 -> 1 x 6", "a weights(in) 1 x 1 -> 1 x 4", "a_relu activation(a) 1 x 1 -> 1 x 4",
                  "clone_a_relu clone(a_relu) 1 x 1 -> 1 x 4", "left weights(clone_a_relu) 1 x 1 -> 1 x 3"));
  b.network.outputs = {left};
  EXPECT_EQ(nodes(b.network, IoType::Stream).size(), 4U);
}

/// Flatten is read under its own name, and copied apart from what it flattens.
TEST(Nodes, CopyWhatFlattenGivesApart) {
  Builder b;
  const auto conv = b.conv("conv", b.input({8, 3}), 4, 3);
  const auto flat = b.plain("flat", LayerKind::Flatten, {conv});
  const auto mean = b.plain("mean", LayerKind::GlobalAveragePooling1D, {conv});
  const auto x = b.dense("x", flat, 2);
  const auto y = b.dense("y", flat, 3);
  b.network.outputs = {mean, x, y};
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 1 x 8 -> 8 x 3", "conv weights(in) 1 x 8 -> 6 x 4",
                          "clone_conv clone(conv) 1 x 6 -> 6 x 4", "clone_flat clone(clone_conv) 1 x 6 -> 6 x 4",
                          "mean global_pooling(clone_conv) 1 x 6 -> 1 x 4", "x weights(clone_flat) 1 x 6 -> 1 x 2",
                          "y weights(clone_flat) 1 x 6 -> 1 x 3"));
}

TEST(Nodes, RepackWhatIsReshaped) {
  Builder b;
  const auto reshaped = b.add({.name = "steps", .kind = LayerKind::Reshape, .target_shape = {4, 3}}, {b.input({12})});
  b.plain("flat", LayerKind::Flatten, {b.conv("conv", reshaped, 2, 2)});
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 1 x 1 -> 1 x 12", "repack_steps repack(in) 1 x 1 -> 4 x 3",
                          "conv weights(repack_steps) 1 x 4 -> 3 x 2", "repack_flat repack(conv) 1 x 3 -> 1 x 6"))
      << "Flatten is an output here";
  EXPECT_THAT(written(b.network, IoType::Parallel),
              ElementsAre("in input() 1 x 1 -> 1 x 12", "conv weights(in) 1 x 4 -> 3 x 2"));
}

TEST(Nodes, ConcatenateAlongStepsOrChannels) {
  Builder b;
  const auto in = b.input({8, 2});
  const auto x = b.conv("x", in, 3, 3);
  const auto y = b.conv("y", in, 3, 5);
  const auto steps = b.add({.name = "steps", .kind = LayerKind::Concatenate, .axis = 1}, {x, y});
  const auto channels = b.add({.name = "channels", .kind = LayerKind::Concatenate, .axis = 2}, {steps, steps});
  const auto flat = b.plain("flat", LayerKind::Flatten, {channels});
  const auto last = b.dense("dense", flat, 2);
  const auto mean = b.plain("mean", LayerKind::GlobalAveragePooling1D, {channels});
  b.add({.name = "features", .kind = LayerKind::Concatenate, .axis = 1}, {last, mean});
  const auto graph = nodes(b.network, IoType::Stream);
  const auto named = [&](std::string_view name) { return *std::ranges::find(graph, name, &Node::name); };
  EXPECT_EQ(named("steps").output, (Stream{6 + 4, 3}));
  EXPECT_FALSE(named("steps").along_channels);
  EXPECT_EQ(named("channels").output, (Stream{10, 6}));
  EXPECT_TRUE(named("channels").along_channels);
  EXPECT_EQ(named("channels").inputs, (std::vector<std::size_t>(2, named("channels").inputs.front()))) << "one clone";
  EXPECT_EQ(named("dense").shape->packets, 10);
  EXPECT_EQ(named("features").output, (Stream{1, 2 + 6}));
}

TEST(Nodes, KeepEveryStepOfARecurrentLayerThatGivesSequences) {
  Builder b;
  const auto first =
      b.add({.name = "lstm", .kind = LayerKind::Lstm, .size = 4, .activation = "tanh", .return_sequences = true},
            {b.input({8, 2})});
  const auto norm = b.plain("norm", LayerKind::BatchNormalization, {first});
  b.add({.name = "gru", .kind = LayerKind::Gru, .size = 3, .activation = "tanh"}, {norm});
  EXPECT_THAT(written(b.network, IoType::Stream),
              ElementsAre("in input() 1 x 8 -> 8 x 2", "lstm weights(in) 1 x 8 -> 8 x 4",
                          "norm normalization(lstm) 1 x 8 -> 8 x 4", "gru weights(norm) 1 x 8 -> 1 x 3"));
  EXPECT_TRUE(nodes(b.network, IoType::Stream)[1].sequences);
  EXPECT_FALSE(nodes(b.network, IoType::Stream)[3].sequences);
}

TEST(Nodes, RefuseLayersThatReadWhatIsNotBeforeThem) {
  Builder b;
  b.dense("dense", b.input({4}), 2);
  b.network.layers[1].inputs = {1};
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { nodes(b.network, IoType::Stream); }),
            "layer dense: expected one layer before it and known shapes");
  b.network.layers[1].inputs = {};
  EXPECT_THROW(nodes(b.network, IoType::Stream), InvalidArgument);
  b.network.layers[1].inputs = {0};
  b.network.outputs = {2};
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { nodes(b.network, IoType::Stream); }),
            "outputs: expected layers below 2, got 2");
}

TEST(LayerShapes, TakePacketsThroughBranches) {
  Builder b;
  const auto conv = b.conv("conv", b.input({8, 3}), 4, 3);
  const auto flat = b.plain("flat", LayerKind::Flatten, {conv});
  const auto mean = b.plain("mean", LayerKind::GlobalMaxPooling1D, {conv});
  b.network.outputs = {b.dense("of_flat", flat, 2), b.dense("of_mean", mean, 2)};
  const auto shapes = layer_shapes(b.network);
  ASSERT_EQ(shapes.size(), 6U);
  EXPECT_FALSE(shapes[2]);
  EXPECT_EQ(shapes[4], (LayerShape{LayerKind::Dense, 24, 2, 1, 1, 6}));
  EXPECT_EQ(shapes[5], (LayerShape{LayerKind::Dense, 4, 2, 1, 1, 1}));
}

/// A shortcut that reads first, and one that reads after the padded convolution.
TEST(KnownFaults, TellOfPaddingThatLandsElsewhere) {
  for (const bool shortcut_first : {true, false}) {
    Builder b;
    const auto in = b.input({8, 3});
    const auto x = shortcut_first ? b.conv("shortcut", in, 4, 1) : b.conv("conv", in, 4, 3, model::Padding::Same);
    const auto y = shortcut_first ? b.conv("conv", in, 4, 3, model::Padding::Same) : b.conv("shortcut", in, 4, 1);
    b.plain("add", LayerKind::Add, {x, y});
    EXPECT_THAT(known_faults(b.network, IoType::Parallel), IsEmpty());
    if (shortcut_first) {
      EXPECT_THAT(
          known_faults(b.network, IoType::Stream),
          ElementsAre("layer conv: hls4ml puts its padding before shortcut, which reads the same stream first"));
    } else {
      EXPECT_THAT(known_faults(b.network, IoType::Stream), IsEmpty());
    }
  }
}

TEST(KnownFaults, TellOfWhatWorksOnAFlattenedStream) {
  Builder b;
  const auto flat = b.plain("flat", LayerKind::Flatten, {b.conv("conv", b.input({8, 3}), 4, 3)});
  const auto relu = b.add({.name = "relu", .kind = LayerKind::Activation, .activation = "relu"}, {flat});
  b.dense("dense", relu, 2, "softmax");
  EXPECT_THAT(known_faults(b.network, IoType::Stream),
              ElementsAre("layer relu: hls4ml takes its input for one element, but Flatten leaves it in pieces: put it "
                          "before Flatten"));
  EXPECT_THAT(known_faults(b.network, IoType::Parallel), IsEmpty());
}

TEST(KnownFaults, TellOfPoolingThatStreamsDoNotKnow) {
  const auto faults = [](model::Shape shape, Layer layer) {
    Builder b;
    layer.name = "pool";
    b.add(layer, {b.input(std::move(shape))});
    return known_faults(b.network, IoType::Stream);
  };
  EXPECT_THAT(
      faults({9, 2}, {.kind = LayerKind::MaxPooling1D, .kernel = {2}, .strides = {2}, .padding = model::Padding::Same}),
      ElementsAre("layer pool: hls4ml pools no padded stream"));
  EXPECT_THAT(faults({9, 2}, {.kind = LayerKind::MaxPooling1D, .kernel = {3}, .strides = {2}}), IsEmpty());
  EXPECT_THAT(faults({9, 9, 2}, {.kind = LayerKind::AveragePooling2D, .kernel = {3, 3}, .strides = {3, 2}}),
              ElementsAre("layer pool: hls4ml pools a stream of images only with strides like its window"));
}

/// Seven readers are copied for, and an output is one of them.
TEST(KnownFaults, TellOfTooManyReaders) {
  Builder b;
  const auto dense = b.dense("dense", b.input({4}), 4);
  std::vector<std::size_t> outputs;
  for (const char* name : {"r1", "r2", "r3", "r4", "r5", "r6", "r7"}) outputs.push_back(b.dense(name, dense, 2));
  b.network.outputs = outputs;
  EXPECT_THAT(known_faults(b.network, IoType::Stream), IsEmpty());
  outputs.push_back(dense);
  b.network.outputs = outputs;
  EXPECT_THAT(known_faults(b.network, IoType::Stream),
              ElementsAre("layer dense: hls4ml copies a stream for 7 readers at most, this one has 8"));
  EXPECT_THAT(known_faults(b.network, IoType::Parallel), IsEmpty());
}

TEST(KnownFaults, TellOfDilationAndOfShortNames) {
  Builder b;
  const auto in = b.input({9, 2});
  const auto conv = b.add(
      {.name = "conv", .kind = LayerKind::Conv1D, .size = 2, .kernel = {3}, .strides = {1}, .dilation = {2}}, {in});
  b.dense("p", conv, 2);
  EXPECT_THAT(known_faults(b.network, IoType::Parallel),
              ElementsAre("layer conv: hls4ml convolves without its dilation",
                          "layer p: hls4ml 1.3 calls it p_0, and its reuse factor is not applied: give it a longer "
                          "name"));
}

}  // namespace
}  // namespace ntorc::hls4ml
