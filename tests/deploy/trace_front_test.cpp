#include "ntorc/deploy/trace_front.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "deploy/tables.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using test::Dice;
using test::kTwoLayers;
using testing::ElementsAre;

TEST(TraceFront, GivesEveryTradeBetweenLatencyAndCost) {
  const Front front = trace_front(kTwoLayers, "test", {});
  EXPECT_TRUE(front.complete);
  EXPECT_TRUE(front.finished);
  EXPECT_EQ(front.cost_source, "test");
  EXPECT_THAT(front.layers, ElementsAre("a", "b"));
  ASSERT_EQ(front.points.size(), 4U);
  EXPECT_EQ(front.points[1].latency_cycles, 40);
  EXPECT_EQ(front.points[1].objective, 50);
  EXPECT_EQ(front.points[1].bound, 50);
  EXPECT_TRUE(front.points[1].proven);
  EXPECT_THAT(front.points[1].reuse, ElementsAre(1, 4));
  EXPECT_EQ(front.points[1].total.lut, 50);
  EXPECT_EQ(front.points[1].total.latency_min_cycles, 20);
}

TEST(TraceFront, AgreesWithEveryChoiceTried) {
  const auto part = hls4ml::device_resources("xczu7ev-ffvc1156-2-e").value();
  Dice dice(8);
  int points = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const CostTable table = test::random_table(dice);
    FrontOptions options;
    Question& question = options.plan.question;
    question = test::random_question(dice, table.size());
    question.objective = Objective::Cost;
    options.points = 1000;  // more than there are latencies
    const Front front = trace_front(table, "test", options);
    std::map<double, double> least;  // cost, by latency
    for (const auto& rows : test::all_selections(table)) {
      const test::Weighed weighed = test::weigh(table, rows, question, part);
      double latency = 0;
      for (std::size_t l = 0; l < table.size(); ++l) latency += table[l].rows[rows[l]].cost.latency_max_cycles;
      if (!weighed.kept) continue;
      const auto known = least.emplace(latency, weighed.cost).first;
      known->second = std::min(known->second, weighed.cost);
    }
    std::vector<std::pair<double, double>> expected;
    for (const auto& point : least) {
      if (expected.empty() || point.second < expected.back().second - 1e-9) expected.push_back(point);
    }
    const std::string what = fmt::format("trial {}: {}", trial, describe(question, 250));
    ASSERT_EQ(front.points.size(), expected.size()) << what;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(front.points[i].latency_cycles, expected[i].first) << what;
      EXPECT_NEAR(front.points[i].objective, expected[i].second, 1e-9) << what;
      EXPECT_TRUE(front.points[i].proven) << what;
      ++points;
    }
  }
  EXPECT_GT(points, 300);
}

TEST(TraceFront, RefusesWhatIsNoQuestionForIt) {
  FrontOptions options;
  options.points = 1;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { trace_front(kTwoLayers, "test", options); }),
            "points: expected at least 2, got 1");
  options = {};
  options.plan.question.objective = Objective::Latency;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { trace_front(kTwoLayers, "test", options); }),
            "front: expected the objective cost, got latency");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { trace_front({}, "test", {}); }),
            "cost table: expected at least one layer, got none");
}

}  // namespace
}  // namespace ntorc::deploy
