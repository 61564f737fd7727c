#include "ntorc/deploy/process.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "deploy/stream_chains.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using hls4ml::Node;
using hls4ml::NodeKind;
using model::LayerKind;
using test::StreamBuilder;

/// The process of the node that `add` puts behind an Input.
Process process_behind(StreamBuilder net, const std::function<void(StreamBuilder&)>& add) {
  add(net);
  return processes(net.nodes()).back();
}

TEST(Processes, InputGivesAnElementAnIteration) {
  EXPECT_EQ(processes(StreamBuilder(4, 6, 3).nodes()), (std::vector<Process>{{{}, 4, 6, {}, {0, 0, 1, 1, 4, 6}}}));
}

TEST(Processes, ConvolutionGivesWithTheLastElementOfAWindow) {
  // 64 steps, a window of 3 every 2: (64 - 3) / 2 + 1 = 31, at steps 2, 4, ..., 62.
  EXPECT_EQ(process_behind({1, 64, 2}, [](auto& net) { net.convolve(3, 2, 8); }),
            (Process{{0}, 1, 64, {{0, 0, 1, 1, 1, 64}}, {0, 2, 1, 2, 1, 31}}));
  EXPECT_EQ(process_behind({10, 12, 3}, [](auto& net) { net.convolve(3, 1, 8); }),
            (Process{{0}, 10, 12, {{0, 0, 1, 1, 10, 12}}, {2, 2, 1, 1, 8, 10}}));
}

TEST(Processes, DenseLayerOnATensorIsAConvolutionWithAWindowOfOne) {
  EXPECT_EQ(process_behind({1, 64, 2}, [](auto& net) { net.convolve(1, 1, 8); }),
            (Process{{0}, 1, 64, {{0, 0, 1, 1, 1, 64}}, {0, 0, 1, 1, 1, 64}}));
}

TEST(Processes, DenseLayerTakesItsPacketsAndThenGives) {
  EXPECT_EQ(process_behind({4, 4, 8}, [](auto& net) { net.dense(10); }),
            (Process{{0}, 1, 16, {{0, 0, 1, 1, 1, 16}}, {0, 15, 1, 1, 1, 1}, Process::Pace::AtEnd}));
}

TEST(Processes, RecurrentLayerGivesEveryStepOrTheLast) {
  EXPECT_EQ(process_behind({1, 20, 8}, [](auto& net) { net.recurrent(4, true); }),
            (Process{{0}, 1, 20, {{0, 0, 1, 1, 1, 20}}, {0, 0, 1, 1, 1, 20}}));
  EXPECT_EQ(process_behind({1, 20, 8}, [](auto& net) { net.recurrent(4, false); }),
            (Process{{0}, 1, 20, {{0, 0, 1, 1, 1, 20}}, {0, 19, 1, 1, 1, 1}}));
}

TEST(Processes, PaddingTakesTheInnerBox) {
  EXPECT_EQ(process_behind({4, 6, 3}, [](auto& net) { net.pad(1); }),
            (Process{{0}, 6, 8, {{1, 1, 1, 1, 4, 6}}, {0, 0, 1, 1, 6, 8}}));
  EXPECT_EQ(process_behind({1, 6, 3}, [](auto& net) { net.pad(2); }),
            (Process{{0}, 1, 10, {{0, 2, 1, 1, 1, 6}}, {0, 0, 1, 1, 1, 10}}));
}

TEST(Processes, PoolingLeavesOutWhatFillsNoWindow) {
  EXPECT_EQ(process_behind({5, 7, 3}, [](auto& net) { net.pool(2); }),
            (Process{{0}, 5, 7, {{0, 0, 1, 1, 5, 7}}, {1, 1, 2, 2, 2, 3}}));
  EXPECT_EQ(process_behind({5, 7, 3}, [](auto& net) { net.pool_globally(); }),
            (Process{{0}, 5, 7, {{0, 0, 1, 1, 5, 7}}, {4, 6, 1, 1, 1, 1}}));
}

TEST(Processes, OthersGiveWhatTheyTake) {
  for (const NodeKind kind :
       {NodeKind::Activation, NodeKind::Softmax, NodeKind::Normalization, NodeKind::Clone, NodeKind::Repack}) {
    EXPECT_EQ(process_behind({5, 7, 3}, [kind](auto& net) { net.map(kind); }),
              (Process{{0}, 5, 7, {{0, 0, 1, 1, 5, 7}}, {0, 0, 1, 1, 5, 7}}));
  }
  EXPECT_EQ(process_behind({5, 7, 3},
                           [](auto& net) {
                             net.map(NodeKind::Clone);
                             net.merge(0);
                           }),
            (Process{{1, 0}, 5, 7, {{0, 0, 1, 1, 5, 7}, {0, 0, 1, 1, 5, 7}}, {0, 0, 1, 1, 5, 7}}));
}

Node node_of(NodeKind kind, std::vector<std::size_t> inputs, std::int64_t columns, std::int64_t given) {
  Node node;
  node.name = "x";
  node.kind = kind;
  node.inputs = std::move(inputs);
  node.columns = columns;
  node.output = {given, 1};
  return node;
}

TEST(Processes, RepackTakesAndGivesEvenly) {
  // 12 elements to 4: each gives with the third; 4 to 12: takes one, gives three.
  const Node input = node_of(NodeKind::Input, {}, 12, 12);
  EXPECT_EQ(processes({input, node_of(NodeKind::Repack, {0}, 12, 4)}).back(),
            (Process{{0}, 1, 12, {{0, 0, 1, 1, 1, 12}}, {0, 2, 1, 3, 1, 4}}));
  EXPECT_EQ(processes({node_of(NodeKind::Input, {}, 4, 4), node_of(NodeKind::Repack, {0}, 4, 12)}).back(),
            (Process{{0}, 1, 12, {{0, 0, 1, 3, 1, 4}}, {0, 0, 1, 1, 1, 12}}));
  // 12 to 5 is no whole number: steps of two, the last at the end.
  EXPECT_EQ(processes({input, node_of(NodeKind::Repack, {0}, 12, 5)}).back().writes, (Lattice{0, 3, 1, 2, 1, 5}));
}

TEST(Processes, ConcatenateTakesFromAllAtOnceOrInTurn) {
  const Node input = node_of(NodeKind::Input, {}, 6, 6);
  Node along_channels = node_of(NodeKind::Concatenate, {0, 1}, 6, 6);
  EXPECT_EQ(processes({input, input, along_channels}).back(),
            (Process{{0, 1}, 1, 6, {{0, 0, 1, 1, 1, 6}, {0, 0, 1, 1, 1, 6}}, {0, 0, 1, 1, 1, 6}}));
  Node in_turn = node_of(NodeKind::Concatenate, {0, 1}, 6, 12);
  in_turn.along_channels = false;
  EXPECT_EQ(processes({input, input, in_turn}).back(),
            (Process{{0, 1}, 1, 12, {{0, 0, 1, 1, 1, 6}, {0, 6, 1, 1, 1, 6}}, {0, 0, 1, 1, 1, 12}}));
  // A flattened stream of six packets and a vector make one vector.
  const Node vector = node_of(NodeKind::Input, {}, 1, 1);
  EXPECT_EQ(processes({input, vector, node_of(NodeKind::Concatenate, {0, 1}, 6, 1)}).back(),
            (Process{{0, 1}, 1, 7, {{0, 0, 1, 1, 1, 6}, {0, 6, 1, 1, 1, 1}}, {0, 6, 1, 1, 1, 1}}));
}

TEST(Processes, WindowsThatHangOverTheEdgeGiveEvenly) {
  Node pooling = node_of(NodeKind::Pooling, {0}, 7, 4);  // `same` padding: ceil(7 / 2)
  pooling.window_columns = pooling.column_stride = 2;
  EXPECT_EQ(processes({node_of(NodeKind::Input, {}, 7, 7), pooling}).back(),
            (Process{{0}, 1, 7, {{0, 0, 1, 1, 1, 7}}, {0, 3, 1, 1, 1, 4}}));
}

TEST(Processes, RefusesWhatIsNoDesign) {
  const Node input = node_of(NodeKind::Input, {}, 6, 6);
  const auto message = [&](const Node& node) {
    return test::message_of<InvalidArgument>([&] { processes({input, node}); });
  };
  EXPECT_EQ(message(node_of(NodeKind::Clone, {1}, 6, 6)), "node x: expected inputs before it, got node 1");
  EXPECT_EQ(message(node_of(NodeKind::Clone, {}, 6, 6)), "node x: expected an input, got 0");
  EXPECT_EQ(message(node_of(NodeKind::Input, {0}, 6, 6)), "node x: expected no input, got 1");
  EXPECT_EQ(message(node_of(NodeKind::Weights, {0}, 6, 6)), "node x: expected a shape, got none");
  EXPECT_EQ(message(node_of(NodeKind::Clone, {0}, 0, 6)), "node x: expected extents in 1..2147483647, got 0");
  Node padding = node_of(NodeKind::Padding, {0}, 6, 6);
  padding.pad_left = -1;
  EXPECT_EQ(message(padding), "node x: expected padding in 0..2147483647, got -1");
}

TEST(Validate, NamesTheProcessAndWhatIsWrong) {
  const Process source{{}, 2, 3, {}, {0, 0, 1, 1, 2, 3}};
  const Process reader{{0}, 2, 3, {{0, 0, 1, 1, 2, 3}}, {1, 2, 1, 1, 1, 1}};
  EXPECT_NO_THROW(validate({source, reader}));
  const auto message = [&](const std::function<void(Process&)>& change) {
    Process changed = reader;
    change(changed);
    return test::message_of<InvalidArgument>([&] { validate({source, changed}); });
  };
  EXPECT_EQ(message([](Process& p) { p.rows = 0; }), "process 1: expected 1..2147483647 iterations, got 0 x 3");
  EXPECT_EQ(message([](Process& p) { p.rows = p.columns = 1 << 20; }),
            "process 1: expected 1..2147483647 iterations, got 1048576 x 1048576");
  EXPECT_EQ(message([](Process& p) { p.reads.clear(); }), "process 1: expected reads of 1 inputs, got 0");
  EXPECT_EQ(message([](Process& p) { p.inputs = {1}; }), "process 1: expected inputs before it, got process 1");
  EXPECT_EQ(message([](Process& p) { p.writes.rows = 0; }),
            "process 1: expected writes within its grid, got 0 x 1 from (1, 2) by (1, 1)");
  EXPECT_EQ(message([](Process& p) { p.writes.columns = 2; }),
            "process 1: expected writes within its grid, got 1 x 2 from (1, 2) by (1, 1)");
  EXPECT_EQ(message([](Process& p) { p.reads[0].column_step = 2; }),
            "process 1: expected reads within its grid, got 2 x 3 from (0, 0) by (1, 2)");
  EXPECT_EQ(message([](Process& p) { p.reads[0].rows = 1; }),
            "process 1: expected to take the 6 elements of process 0, got 3");
}

TEST(ValidateLatencies, TakesOneForEachProcess) {
  const std::vector<Process> two(2);
  constexpr std::int64_t kMost = (std::int64_t{1} << 62) - 1;
  EXPECT_NO_THROW(validate_latencies(two, {0, kMost}));
  const auto message = [&](const std::vector<std::int64_t>& latencies) {
    return test::message_of<InvalidArgument>([&] { validate_latencies(two, latencies); });
  };
  EXPECT_EQ(message({1}), "latencies: expected one for each of 2 processes, got 1");
  EXPECT_EQ(message({1, -1}), "latencies/1: expected one in 0..4611686018427387902, got -1");
  EXPECT_EQ(message({1, kMost}), "latencies/1: expected one in 0..4611686018427387902, got 4611686018427387903");
}

}  // namespace
}  // namespace ntorc::deploy
