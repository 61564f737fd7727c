#include "search/improvement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ntorc/search/hypervolume.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

// By mpmath with 50 digits: log(npdf(z) + z ncdf(z)).
TEST(LogImprovement, IsThatOfManyDigits) {
  EXPECT_NEAR(log_improvement(3) / 1.0987396653277078, 1, 1e-10);
  EXPECT_NEAR(log_improvement(0) / -0.91893853320467274, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-0.5) / -1.6205162643873199, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-1) / -2.4851210257126413, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-1.5) / -3.5299359208057099, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-5) / -16.74430116266099, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-11.9) / -76.697699517684516, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-12.1) / -79.130370717582071, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-20) / -206.9178385094251, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-40) / -808.29856835661996, 1, 1e-10);
  EXPECT_NEAR(log_improvement(-10000.0) / -50000019.339619307, 1, 1e-10);
}

TEST(LogImprovement, HasNoStepWhereTheFormulaChanges) {
  for (const double z : {-1.0, -12.0}) {
    const double slope = (log_improvement(z + 0.01) - log_improvement(z + 1e-9)) / 0.01;
    EXPECT_NEAR(log_improvement(z + 1e-9) - log_improvement(z - 1e-9), 2e-9 * slope, 3e-9) << z;
  }
}

TEST(LogLengthAbove, AddsUpOverAdjoiningIntervals) {
  for (const double mean : {-30.0, -2.0, 0.3, 5.0}) {
    const Belief belief{mean, 0.7};
    const double whole = std::exp(log_length_above(-1, 2, belief));
    const double parts = std::exp(log_length_above(-1, 0.5, belief)) +
                         std::exp(log_length_above(0.5, 0.5 + 1e-7, belief)) +
                         std::exp(log_length_above(0.5 + 1e-7, 2, belief));
    EXPECT_NEAR(parts / whole, 1, 1e-7) << mean;
  }
}

TEST(LogLengthAbove, OfAKnownValueIsWhatIsLeft) {
  EXPECT_DOUBLE_EQ(log_length_above(1, 3, {2, 0}), std::log(1));
  EXPECT_DOUBLE_EQ(log_length_above(1, 3, {0, 0}), std::log(2));
  EXPECT_EQ(log_length_above(1, 3, {3, 0}), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(log_length_above(3, 3, {0, 1}), -std::numeric_limits<double>::infinity());
}

const std::vector<std::array<double, 2>> kStair{{1, 3}, {2, 2}, {3, 1}, {3, 3}, {0.5, 5}};

TEST(Strips, AgreeWithManyDraws) {
  const Strips strips(kStair, {4, 4});
  EXPECT_EQ(strips.size(), 4u);
  std::vector<std::vector<double>> points;
  for (const auto& p : kStair) points.push_back({p[0], p[1]});
  const double before = hypervolume(points, {4, 4});
  support::Random random(4);
  for (const auto& [first, second] : std::vector<std::pair<Belief, Belief>>{
           {{1.5, 0.5}, {1.5, 0.3}}, {{3, 1}, {2, 2}}, {{0, 0.2}, {5, 1}}, {{2, 0}, {2, 0.5}}}) {
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 40'000;
    for (int i = 0; i < kDraws; ++i) {
      auto with = points;
      with.push_back(
          {first.mean + first.deviation * random.normal(), second.mean + second.deviation * random.normal()});
      const double gain = hypervolume(with, {4, 4}) - before;
      sum += gain;
      squares += gain * gain;
    }
    const double mean = sum / kDraws;
    const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
    EXPECT_NEAR(std::exp(strips.log_expected_growth(first, second)), mean, 4 * error + 1e-12);
  }
}

TEST(Strips, OfKnownValuesGrowByWhatIsAdded) {
  const Strips strips(kStair, {4, 4});
  EXPECT_NEAR(std::exp(strips.log_expected_growth({1.5, 0}, {1.5, 0})), 1.25, 1e-12);
  EXPECT_EQ(strips.log_expected_growth({3, 0}, {3, 0}), -std::numeric_limits<double>::infinity());
  EXPECT_NEAR(std::exp(Strips({}, {4, 4}).log_expected_growth({1, 0}, {2, 0})), 6, 1e-12);
}

// Forty and more deviations off, the growth itself is 0 in double precision.
TEST(Strips, StayFiniteAndInOrderWhereGrowthUnderflows) {
  const Strips strips(kStair, {4, 4});
  double last = 0;
  for (const double mean : {50.0, 60.0, 100.0, 1000.0, 1e6}) {
    const double growth = strips.log_expected_growth({mean, 1}, {mean, 1});
    EXPECT_TRUE(std::isfinite(growth)) << mean;
    EXPECT_EQ(std::exp(growth), 0) << mean;
    EXPECT_LT(growth, last);
    last = growth;
  }
}

}  // namespace
}  // namespace ntorc::search
