#include "ntorc/search/network_space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::search {
namespace {

using model::LayerKind;

/// Up to three convolutions with widths of their own, then nothing, an LSTM or a GRU, then up to two dense layers.
NetworkSpace signal_space() {
  const LayerSpace convolutions{.kind = LayerKind::Conv1D,
                                .repeat = {{0, 1, 2, 3}},
                                .size = {{4, 8, 12}},
                                .kernel = {{3, 5, 9}},
                                .pool = {{1, 2}},
                                .each = {Setting::Size}};
  const LayerSpace lstm{.kind = LayerKind::Lstm, .repeat = {{0, 1}}, .size = {{5, 6}}, .activation = "tanh"};
  const LayerSpace gru{.kind = LayerKind::Gru, .size = {{7}}, .activation = "tanh"};
  const LayerSpace dense{.repeat = {{0, 1, 2}}, .size = {{10, 20}}};
  return {.window = {{32, 64}}, .stages = {{{convolutions}}, {{lstm, gru}}, {{dense}}}};
}

std::vector<std::string> names(const Space& space) {
  std::vector<std::string> all;
  for (const Parameter& parameter : space.parameters) all.push_back(parameter.name);
  return all;
}

/// The point with these values; the parameters that are not named take their first one, where they are there.
Point point_of(const Space& space, const std::vector<std::pair<std::string, double>>& chosen) {
  Point point = from_unit(space, std::vector<double>(space.parameters.size(), 0.0));
  for (const auto& [name, value] : chosen) {
    const auto found = std::ranges::find(space.parameters, name, &Parameter::name);
    point.values.at(static_cast<std::size_t>(found - space.parameters.begin())) = value;
  }
  return point;
}

TEST(NetworkSpace, HasAParameterForEverySettingWithAChoice) {
  const Space space = to_space(signal_space());
  EXPECT_THAT(names(space), testing::ElementsAre("window", "conv1d.repeat", "conv1d.size_1", "conv1d.size_2",
                                                 "conv1d.size_3", "conv1d.kernel", "conv1d.pool", "kind_2",
                                                 "lstm.repeat", "lstm.size", "dense.repeat", "dense.size"));
  space.validate();
}

TEST(NetworkSpace, IgnoresSettingsOfLayersThatAreNotThere) {
  const Space space = to_space(signal_space());
  // Every corner of the unit cube without layers is one of the few networks without them.
  std::vector<double> unit(space.parameters.size(), 0.0);
  const Point none = from_unit(space, unit);
  unit[2] = unit[3] = unit[5] = unit[9] = unit[11] = 0.99;
  EXPECT_EQ(from_unit(space, unit), none);
  EXPECT_FALSE(none.values[2].has_value());  // conv1d.size_1
}

TEST(NetworkSpace, MakesTheNetworkOfAPoint) {
  const NetworkSpace networks = signal_space();
  const Space space = to_space(networks);
  Point point = point_of(space, {{"window", 64},
                                 {"conv1d.repeat", 2},
                                 {"conv1d.size_1", 8},
                                 {"conv1d.size_2", 12},
                                 {"conv1d.kernel", 1},
                                 {"conv1d.pool", 2},
                                 {"kind_2", 1},
                                 {"dense.repeat", 1},
                                 {"dense.size", 20}});
  point.values[8].reset();  // there is no LSTM
  validate(space, point);
  EXPECT_EQ(window_of(networks, point), 64);
  EXPECT_EQ(
      describe(networks, point),
      "window 64, conv1d.repeat 2, conv1d.size_1 8, conv1d.size_2 12, conv1d.kernel 5, conv1d.pool 2, kind_2 gru, "
      "dense.repeat 1, dense.size 20");
  EXPECT_EQ(parse_point(networks, to_json(networks, point), "point"), point);
  const model::Network network = make_network(networks, point, 3, {2, "softmax"});
  std::vector<std::string> layers;
  for (const model::Layer& layer : network.layers) layers.push_back(layer.name);
  EXPECT_THAT(layers, testing::ElementsAre("input_1", "conv1d_1", "pool_1", "conv1d_2", "pool_2", "gru_1", "dense_1",
                                           "dense_2"));
  EXPECT_EQ(network.layers[0].output_shape, (model::Shape{64, 3}));
  EXPECT_EQ(network.layers[1].kernel.front(), 5);  // the second of 3, 5, 9
  EXPECT_EQ(network.layers[3].output_shape, (model::Shape{32, 12}));
  EXPECT_EQ(network.layers[5].output_shape, model::Shape{7});
  EXPECT_EQ(network.layers[7].activation, "softmax");
}

TEST(NetworkSpace, FlattensStepsBeforeTheHead) {
  const NetworkSpace networks = signal_space();
  const Space space = to_space(networks);
  const model::Network network = make_network(networks, point_of(space, {}), 1, {});
  ASSERT_EQ(network.layers.size(), 3u);
  EXPECT_EQ(network.layers[1].kind, LayerKind::Flatten);
  EXPECT_EQ(network.layers[2].output_shape, model::Shape{1});
}

TEST(NetworkSpace, GivesEveryStepToTheNextRecurrentLayer) {
  NetworkSpace networks;
  networks.window = {{8}};
  networks.stages = {{{{.kind = LayerKind::Lstm, .repeat = {{2}}, .size = {{3}}, .activation = "tanh"}}}};
  const model::Network network = make_network(networks, {}, 1, {});
  EXPECT_TRUE(network.layers[1].return_sequences);
  EXPECT_FALSE(network.layers[2].return_sequences);
}

TEST(NetworkSpace, RefusesMorePoolingThanStepsAreLeft) {
  NetworkSpace networks;
  networks.window = {{4}};
  networks.stages = {{{{.kind = LayerKind::Conv1D, .repeat = {{3}}, .size = {{2}}, .pool = {{2}}}}}};
  EXPECT_THROW(make_network(networks, {}, 1, {}), InvalidArgument);
}

TEST(NetworkSpace, EveryPointOfItsSpaceIsANetworkOrRefused) {
  const NetworkSpace networks = signal_space();
  const Space space = to_space(networks);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const model::Network network = make_network(networks, sample(space, seed), 1, {});
    EXPECT_EQ(network.layers.back().output_shape, model::Shape{1});
  }
}

TEST(NetworkSpace, RefusesWhatCannotBe) {
  const auto refusal = [](const auto& change) {
    NetworkSpace networks = signal_space();
    change(networks);
    return test::message_of<InvalidArgument>([&] { networks.validate(); });
  };
  EXPECT_EQ(refusal([](NetworkSpace& n) { n.window.values = {}; }), "window: expected a value, found none");
  EXPECT_EQ(refusal([](NetworkSpace& n) {
              n.stages[0].kinds[0].size.values = {8, 4};
            }),
            "conv1d.size: expected ascending values, found 4 behind 8");
  EXPECT_EQ(refusal([](NetworkSpace& n) { n.stages[0].kinds[0].size.values = {0}; }),
            "conv1d.size: expected integers in 1..1048576, found 0");
  EXPECT_EQ(refusal([](NetworkSpace& n) { n.stages[2].kinds[0].each = {Setting::Kernel}; }),
            "dense.each: kernel is no setting of it");
  EXPECT_EQ(refusal([](NetworkSpace& n) { n.stages[1].kinds[1].kind = LayerKind::Lstm; }),
            "lstm_2: the kind stands twice in one stage");
  EXPECT_EQ(refusal([](NetworkSpace& n) { std::swap(n.stages[1], n.stages[2]); }),
            "lstm: expected no dense layer before it");
  EXPECT_EQ(refusal([](NetworkSpace& n) { n.stages[2].kinds[0].kind = LayerKind::Flatten; }),
            "flatten: expected conv1d, lstm, gru or dense");
}

}  // namespace
}  // namespace ntorc::search
