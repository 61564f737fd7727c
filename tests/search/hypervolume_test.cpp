#include "ntorc/search/hypervolume.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

using VolumePoints = std::vector<std::vector<double>>;
using testing::ElementsAre;

VolumePoints random_volume_points(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  support::Random random(seed);
  VolumePoints points(count, std::vector<double>(dimensions));
  for (auto& point : points) {
    for (double& x : point) x = std::floor(5 * (random.uniform() + 1)) / 10;  // ties on purpose
  }
  return points;
}

/// Inclusion and exclusion over all subsets.
double volume_by_subsets(const VolumePoints& points, const std::vector<double>& reference) {
  double sum = 0;
  for (std::size_t subset = 1; subset < std::size_t{1} << points.size(); ++subset) {
    double box = 1;
    for (std::size_t m = 0; m < reference.size(); ++m) {
      double corner = -std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < points.size(); ++i) {
        if ((subset >> i & 1) != 0) corner = std::max(corner, points[i][m]);
      }
      box *= std::max(reference[m] - corner, 0.0);
    }
    sum += std::popcount(subset) % 2 == 1 ? box : -box;
  }
  return sum;
}

TEST(Hypervolume, IsThatOfAllSubsets) {
  for (std::size_t dimensions = 1; dimensions <= 5; ++dimensions) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const VolumePoints points = random_volume_points(8, dimensions, seed);
      const std::vector<double> reference(dimensions, 0.85);  // some points are beyond
      EXPECT_NEAR(hypervolume(points, reference), volume_by_subsets(points, reference), 1e-12)
          << dimensions << " dimensions, seed " << seed;
    }
  }
}

TEST(Hypervolume, OfAStairIsTheSumOfItsSteps) {
  EXPECT_DOUBLE_EQ(hypervolume({{1, 3}, {2, 2}, {3, 1}, {3, 3}}, {4, 4}), 3 + 2 + 1);
  EXPECT_EQ(hypervolume({}, {4, 4}), 0);
  EXPECT_EQ(hypervolume({{4, 1}, {5, 0}, {NAN, 0}}, {4, 4}), 0);
  EXPECT_DOUBLE_EQ(hypervolume({{1, 1, 1}, {1, 1, 1}}, {2, 3, 4}), 1 * 2 * 3);
}

// ZDT1's front to (11, 11): 120 + 2/3; DTLZ2's to (1.1, 1.1): 1.21 - pi / 4, in three dimensions 1.331 - pi / 6.
TEST(Hypervolume, OfManyPointsOfAFrontIsNearlyItsVolume) {
  VolumePoints zdt1;
  VolumePoints dtlz2;
  for (int i = 0; i <= 2000; ++i) {
    const double f = i / 2000.0;
    zdt1.push_back({f, 1 - std::sqrt(f)});
    dtlz2.push_back({std::cos(f * std::numbers::pi / 2), std::sin(f * std::numbers::pi / 2)});
  }
  EXPECT_NEAR(hypervolume(zdt1, {11, 11}), 120 + 2.0 / 3, 1e-3);
  EXPECT_LT(hypervolume(zdt1, {11, 11}), 120 + 2.0 / 3);
  EXPECT_NEAR(hypervolume(dtlz2, {1.1, 1.1}), 1.21 - std::numbers::pi / 4, 1e-3);
  VolumePoints sphere;
  for (int i = 0; i <= 20; ++i) {
    for (int j = 0; j <= 20; ++j) {
      const double a = i * std::numbers::pi / 40;
      const double b = j * std::numbers::pi / 40;
      sphere.push_back({std::cos(a) * std::cos(b), std::cos(a) * std::sin(b), std::sin(a)});
    }
  }
  EXPECT_NEAR(hypervolume(sphere, {1.1, 1.1, 1.1}), 1.331 - std::numbers::pi / 6, 0.06);
}

TEST(Hypervolume, RefusesUnequalLengths) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              hypervolume({{1, 2, 3}}, {4, 4});
            }),
            "points: expected 2 coordinates in each, got 3");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { hypervolume({}, {}); }),
            "reference: expected at least one finite coordinate");
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              pareto_front({{1, 2}, {1}});
            }),
            "points: expected 2 coordinates in each, got 1");
}

TEST(ParetoFront, HasWhatNothingBeats) {
  EXPECT_THAT(pareto_front({{3, 1}, {1, 3}, {2, 2}, {2, 3}, {3, 3}}), ElementsAre(0, 1, 2));
  EXPECT_THAT(pareto_front({{1, 1}, {1, 1}, {1, 2}}), ElementsAre(0));
  EXPECT_THAT(pareto_front({{NAN, 0}, {2, 1}}), ElementsAre(1));
  EXPECT_THAT(pareto_front({}), testing::IsEmpty());
}

TEST(ParetoFront, IsThatOfComparingAllPairs) {
  for (std::size_t dimensions = 1; dimensions <= 4; ++dimensions) {
    const VolumePoints points = random_volume_points(60, dimensions, dimensions);
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool beaten = false;
      for (std::size_t j = 0; j < points.size(); ++j) {
        bool no_worse = true;
        for (std::size_t m = 0; m < dimensions; ++m) no_worse = no_worse && points[j][m] <= points[i][m];
        beaten = beaten || (no_worse && (points[j] != points[i] || j < i));
      }
      if (!beaten) expected.push_back(i);
    }
    EXPECT_EQ(pareto_front(points), expected) << dimensions << " dimensions";
  }
}

}  // namespace
}  // namespace ntorc::search
