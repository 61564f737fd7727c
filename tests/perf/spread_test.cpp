#include "perf/spread.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;
using testing::ElementsAre;

TEST(ErrorScore, IsTheLogarithmOfARatio) {
  EXPECT_NEAR(error_score(99, 199), std::log(2), 1e-12);
  EXPECT_NEAR(error_score(199, 99), std::log(2), 1e-12);
  EXPECT_EQ(error_score(0, 0), 0);
}

TEST(ConformalWidths, AreTheScoresOfTheirRanks) {
  std::vector<double> scores;
  for (int i = 19; i >= 1; --i) scores.push_back(i);
  // (19 + 1) c = 10, 16, 18 and 19.
  EXPECT_THAT(conformal_widths(scores), ElementsAre(10, 16, 18, 19));
}

TEST(ConformalWidths, AreFewerWhereTooLittleWasHeldOut) {
  EXPECT_THAT(conformal_widths({3, 1, 2}), ElementsAre(2));  // ranks 2, 4, 4, 4 of 3
  EXPECT_THAT(conformal_widths({}), ElementsAre());
}

TEST(ConformalWidths, AreWiderWithCaution) {
  std::vector<double> scores;
  for (int i = 1; i <= 99; ++i) scores.push_back(i);
  EXPECT_THAT(conformal_widths(scores), ElementsAre(50, 80, 90, 95));
  EXPECT_THAT(conformal_widths(scores, 0.8), ElementsAre(60, 84, 92, 96));
}

TEST(WidthsOf, GrowWithConfidenceAndWithIgnorance) {
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 200; ++trial) {
    Dataset data;
    for (std::uint64_t rows = 3 + random() % 25; rows > 0; --rows) {
      const auto power = [&] { return std::int64_t{1} << random() % 7; };
      Observation row{{LayerKind::Dense, power(), power(), 1, 1}, power(), {}};
      row[Target::Ff] = static_cast<double>(1 + random() % 10'000);
      data.push_back(row);
    }
    std::vector<const Observation*> rows;
    for (const Observation& row : data) rows.push_back(&row);
    const auto widths = widths_of(rows, {Method::Hybrid, Target::Ff, {.trees = 2}, {}});
    for (std::size_t s = 0; s < widths.size(); ++s) {
      EXPECT_TRUE(std::ranges::is_sorted(widths[s]));
      for (std::size_t c = 0; c < widths[s].size(); ++c) {
        for (std::size_t known = 0; known < s; ++known) {
          if (c < widths[known].size()) {
            EXPECT_GE(widths[s][c], widths[known][c]);
          }
        }
      }
    }
  }
}

TEST(IntervalOf, IsARatioAndNeverBelowNothing) {
  const Range range = interval_of(99, std::log(2));
  EXPECT_NEAR(range.low, 49, 1e-9);
  EXPECT_NEAR(range.high, 199, 1e-9);
  EXPECT_EQ(interval_of(0, std::log(2)).low, 0);
  EXPECT_NEAR(interval_of(0, std::log(2)).high, 1, 1e-12);
}

TEST(Estimate, SaysHowSureItIs) {
  const auto& model = PerformanceModel::default_model();
  const Estimate inside = model.estimate({LayerKind::Dense, 64, 32, 1, 1}, 64);
  EXPECT_EQ(inside.support, Support::Inside);
  const Estimate between = model.estimate({LayerKind::Dense, 48, 32, 1, 1}, 48);
  EXPECT_EQ(between.support, Support::Interpolated);
  const Estimate beyond = model.estimate({LayerKind::Dense, 64, 128, 1, 1}, 64);
  EXPECT_EQ(beyond.support, Support::Extrapolated);
  const auto ratio = [](const Estimate& estimate) {
    return (estimate.interval->high.lut + 1) / (estimate.cost.lut + 1);
  };
  EXPECT_GT(ratio(inside), 1);
  EXPECT_GE(ratio(between), ratio(inside));
  EXPECT_GT(ratio(beyond), ratio(inside));
  for (const Target target : kTargets) {
    EXPECT_LE(inside.interval->low[target], inside.cost[target]);
    EXPECT_GE(inside.interval->high[target], inside.cost[target]);
    EXPECT_EQ(inside.cost[target], model.predict({LayerKind::Dense, 64, 32, 1, 1}, 64)[target]);
  }
}

TEST(Estimate, IsWiderForMoreConfidence) {
  const auto& model = PerformanceModel::default_model();
  double last = 0;
  for (const double confidence : kConfidences) {
    const double high = model.estimate({LayerKind::Dense, 64, 32, 1, 1}, 64, confidence).interval->high.lut;
    EXPECT_GE(high, last);
    last = high;
  }
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              model.estimate({LayerKind::Dense, 64, 32, 1, 1}, 64, 0.7);
            }),
            "confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 0.7");
}

TEST(Estimate, GoesByTheLawsOfARelativeWithoutAnInterval) {
  const auto& model = PerformanceModel::default_model();
  const hls4ml::LayerShape gru{LayerKind::Gru, 16, 16, 1, 32};
  const Estimate estimate = model.estimate(gru, 16);
  EXPECT_EQ(estimate.support, Support::Extrapolated);
  EXPECT_EQ(estimate.interval, std::nullopt);
  EXPECT_EQ(estimate.cost.dsp, 48 + 48 + 3 * 16);
  EXPECT_EQ(estimate.cost.latency_max_cycles, 32 * (16 + 20) + 1);
  EXPECT_THAT(model.support_reasons(gru, 16), ElementsAre("gru: not trained on, by the laws of lstm"));
  const hls4ml::LayerShape conv2d{LayerKind::Conv2D, 16, 16, 9, 64};
  EXPECT_EQ(model.estimate(conv2d, 48).cost.dsp, 48);
  EXPECT_THAT(model.support_reasons(conv2d, 48), testing::Contains("conv2d: not trained on, by the laws of conv1d"));
}

}  // namespace
}  // namespace ntorc::perf
