#include "support/sobol.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

std::vector<std::vector<double>> points(std::size_t count, std::uint64_t seed = 0) {
  Sobol sobol(Sobol::kMaxDimensions, seed);
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(sobol.next());
  return all;
}

// By scipy.stats.qmc.Sobol (1.17, no scrambling), which has the same direction numbers.
TEST(Sobol, IsTheSequenceOfJoeAndKuo) {
  const auto all = points(1024);
  EXPECT_EQ(all[0], std::vector<double>(64, 0.0));
  EXPECT_EQ(all[1], std::vector<double>(64, 0.5));
  EXPECT_EQ(all[5], (std::vector<double>{0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125, 0.375,
                                         0.875, 0.875, 0.125, 0.875, 0.375, 0.875, 0.375, 0.375, 0.625, 0.625, 0.625,
                                         0.875, 0.375, 0.375, 0.375, 0.875, 0.125, 0.625, 0.625, 0.875, 0.625, 0.375,
                                         0.375, 0.125, 0.125, 0.125, 0.375, 0.875, 0.375, 0.375, 0.125, 0.625, 0.375,
                                         0.375, 0.625, 0.125, 0.625, 0.625, 0.875, 0.625, 0.375, 0.625, 0.875, 0.125,
                                         0.875, 0.375, 0.875, 0.375, 0.375, 0.625, 0.875, 0.375, 0.625}));
  EXPECT_EQ(all[1023],
            (std::vector<double>{0.0009765625, 0.7529296875, 0.6123046875, 0.1455078125, 0.1865234375, 0.4384765625,
                                 0.1396484375, 0.6181640625, 0.3447265625, 0.8505859375, 0.6787109375, 0.0361328125,
                                 0.1298828125, 0.6650390625, 0.3623046875, 0.4638671875, 0.3134765625, 0.8759765625,
                                 0.5849609375, 0.3193359375, 0.8662109375, 0.0185546875, 0.7939453125, 0.1962890625,
                                 0.2392578125, 0.3759765625, 0.5087890625, 0.7607421875, 0.8408203125, 0.4345703125,
                                 0.9287109375, 0.6142578125, 0.4521484375, 0.8740234375, 0.3330078125, 0.8642578125,
                                 0.9423828125, 0.9873046875, 0.9013671875, 0.6982421875, 0.6318359375, 0.9736328125,
                                 0.9287109375, 0.1083984375, 0.4970703125, 0.3115234375, 0.9658203125, 0.7626953125,
                                 0.8427734375, 0.8232421875, 0.2587890625, 0.1728515625, 0.6591796875, 0.4072265625,
                                 0.9072265625, 0.1103515625, 0.7978515625, 0.8603515625, 0.7275390625, 0.3525390625,
                                 0.1025390625, 0.1962890625, 0.7900390625, 0.0400390625}));
}

// 256 points: of each dimension one in every 256th, whatever the seed.
TEST(Sobol, HasOnePointInEverySlice) {
  for (const std::uint64_t seed : {0u, 5u}) {
    const auto all = points(256, seed);
    for (std::size_t d = 0; d < Sobol::kMaxDimensions; ++d) {
      std::vector<int> slices(256, 0);
      for (const auto& point : all) ++slices[static_cast<std::size_t>(point[d] * 256)];
      EXPECT_EQ(slices, std::vector<int>(256, 1)) << "dimension " << d << ", seed " << seed;
    }
  }
}

/// Star discrepancy in two dimensions, at the corners of a grid of 64 x 64.
double discrepancy(const std::vector<std::vector<double>>& all, std::size_t a, std::size_t b) {
  double worst = 0;
  for (int i = 1; i <= 64; ++i) {
    for (int j = 1; j <= 64; ++j) {
      double inside = 0;
      for (const auto& point : all) inside += point[a] < i / 64.0 && point[b] < j / 64.0 ? 1 : 0;
      worst = std::max(worst, std::abs(inside / static_cast<double>(all.size()) - i * j / 4096.0));
    }
  }
  return worst;
}

// 256 random points have a discrepancy of about 0.07 in two dimensions; the first eight dimensions keep below 0.03.
TEST(Sobol, FillsEveryPairOfTheFirstDimensionsEvenly) {
  const auto all = points(256);
  for (std::size_t a = 0; a < 8; ++a) {
    for (std::size_t b = a + 1; b < 8; ++b) EXPECT_LT(discrepancy(all, a, b), 0.03) << a << ", " << b;
  }
}

TEST(Sobol, RefusesMoreDimensionsThanItKnows) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { Sobol(65); }), "dimensions: expected at most 64, got 65");
}

}  // namespace
}  // namespace ntorc::support
