#include <gtest/gtest.h>

#include <cmath>

#include "ntorc/search/cost.hpp"
#include "ntorc/search/report.hpp"

namespace ntorc::search {
namespace {

TEST(PublishedFront, HasTheRowsOfTableThreeByAscendingWorkload) {
  const auto& front = published_front();
  ASSERT_EQ(front.size(), 16U);
  EXPECT_EQ(name_of(front.front()), "128_5_16_0_0");
  EXPECT_EQ(name_of(front[3]), "128_5_16_4_8");
  EXPECT_EQ(name_of(front.back()), "395_5_16_5_76");
  for (std::size_t i = 1; i < front.size(); ++i) {
    EXPECT_GT(front[i].multiplies, front[i - 1].multiplies) << name_of(front[i]);
    EXPECT_LT(front[i].rmse, front[i - 1].rmse) << name_of(front[i]);
  }
}

TEST(PublishedFront, WorkloadsOfItsNetworksAreThePublishedOnesToTheDigit) {
  for (const PublishedNetwork& network : published_front()) {
    const double workload = ntorc_code_multiplies(make_network(network, {.outputs = 256, .activation = "softmax"}));
    EXPECT_EQ(std::nearbyint(workload), network.multiplies) << name_of(network);  // halves to even, as Python rounds
  }
}

TEST(PublishedFront, NetworksMultiplyAsOftenAsCountedByHand) {
  // With 256 classes, and with one output. The first: 128 steps give (128 + (64 + 32 + 16 + 8) * 16) * 3 * 16 in
  // convolutions, and 4 steps of 16 channels are left: 98,304 + 64 * 256.
  constexpr std::int64_t kMultiplies[16][2] = {
      {114'688, 98'368},  {99'632, 98'612},   {99'979, 98'704},   {101'056, 99'016},
      {104'712, 100'122}, {117'912, 113'322}, {157'970, 153'635}, {260'042, 255'707},
      {342'490, 338'155}, {177'972, 168'282}, {182'004, 170'019}, {629'606, 624'761},
      {213'580, 200'830}, {219'264, 205'494}, {334'404, 315'279}, {358'736, 339'356}};
  for (std::size_t i = 0; i < 16; ++i) {
    const PublishedNetwork& network = published_front().at(i);
    EXPECT_EQ(multiplies(make_network(network, {.outputs = 256, .activation = "softmax"})), kMultiplies[i][0])
        << name_of(network);
    EXPECT_EQ(multiplies(make_network(network, {})), kMultiplies[i][1]) << name_of(network);
  }
}

TEST(PublishedFront, NetworksAreBlocksThenDenseLayersThenTheHead) {
  const model::Network network = make_network(published_front()[4], {.outputs = 3, .activation = "softmax"});
  std::string kinds;
  for (const model::Layer& layer : network.layers) kinds += std::string(to_string(layer.kind)) + ' ';
  EXPECT_EQ(kinds,
            "input conv1d max_pooling1d conv1d max_pooling1d conv1d max_pooling1d conv1d max_pooling1d conv1d "
            "max_pooling1d flatten dense dense dense dense ");
  EXPECT_EQ(network.layers.back().size, 3);
  EXPECT_EQ(network.layers.back().activation, "softmax");
  EXPECT_EQ(network.layers[1].activation, "relu");
}

}  // namespace
}  // namespace ntorc::search
