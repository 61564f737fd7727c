#include "ntorc/deploy/plan.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "deploy/tables.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using test::kTwoLayers;
using test::row;
using testing::ElementsAre;

PlanOptions within(double cycles) {
  PlanOptions options;
  options.question.latency_limit_cycles = cycles;
  return options;
}

TEST(PlanCosts, PicksTheCheapestWithinTheDeadline) {
  const Plan plan = plan_costs(kTwoLayers, "test", within(60));
  ASSERT_EQ(plan.status, mip::SolveStatus::Optimal) << plan.message;
  ASSERT_EQ(plan.layers.size(), 2U);
  EXPECT_EQ(plan.layers[0].layer, "a");
  EXPECT_EQ(plan.layers[0].chosen.choice.reuse, 4);
  EXPECT_EQ(plan.layers[1].chosen.choice.reuse, 1);
  EXPECT_EQ(plan.objective, 35);
  EXPECT_EQ(plan.bound, 35);
  EXPECT_EQ(plan.total.latency_max_cycles, 50);
  EXPECT_EQ(plan.total.latency_min_cycles, 25);
  EXPECT_EQ(plan.cost_source, "test");
  EXPECT_EQ(plan.question.latency_limit_cycles, 60);
}

TEST(PlanCosts, AddsUpAllFourResources) {
  const CostTable table{{"a", {}, {row(1, 10, 1, 2, 3, 4), row(2, 10, 9, 0, 0, 0.5)}}};
  const Plan plan = plan_costs(table, "test", within(10));
  EXPECT_EQ(plan.layers[0].chosen.choice.reuse, 2);
  EXPECT_EQ(plan.objective, 9.5);
}

TEST(PlanCosts, TakesTheSmallestReuseOfEqualRows) {
  const CostTable table{{"a", {}, {row(2, 10, 9), row(4, 10, 7), row(8, 10, 7), row(16, 12, 7)}}};
  EXPECT_EQ(plan_costs(table, "test", within(20)).layers[0].chosen.choice.reuse, 4);
}

TEST(PlanCosts, SumsFractionsExactly) {
  CostTable table;
  for (int i = 0; i < 1000; ++i) table.push_back({fmt::format("l{}", i), {}, {row(1, 0.1, 0.1)}});
  const Plan plan = plan_costs(table, "test", within(100));  // 1000 x 0.1, which doubles do not add up to
  EXPECT_EQ(plan.status, mip::SolveStatus::Optimal) << plan.message;
  EXPECT_EQ(plan.total.latency_max_cycles, 100);
  EXPECT_EQ(plan.objective, 100);
}

TEST(PlanCosts, SaysTheLowestReachableLatency) {
  const Plan plan = plan_costs(kTwoLayers, "test", within(19.5));
  EXPECT_EQ(plan.status, mip::SolveStatus::Infeasible);
  EXPECT_TRUE(plan.layers.empty());
  EXPECT_FALSE(plan.objective);
  EXPECT_EQ(
      plan.message,
      "no choice of reuse factors takes at most 19.5 cycles (0.078 us): the lowest reachable is 20 cycles (0.080 us)");
}

TEST(PlanCosts, MeetsADeadlineToItsLastDecimal) {
  // 2.000523 and 34266.314041 times 1e6 are a little below a whole number in binary.
  for (const double cycles : {2.000523, 34'266.314041, 999'999'999.999999}) {
    const CostTable table{{"a", {}, {row(1, cycles, 5), row(2, 1, 9)}}};
    EXPECT_EQ(plan_costs(table, "test", within(cycles)).objective, 5) << cycles;
  }
  const CostTable table{{"a", {}, {row(1, 2.000524, 5), row(2, 1, 9)}}};
  EXPECT_EQ(plan_costs(table, "test", within(2.000523)).objective, 9);
}

TEST(PlanCosts, TakesADeadlineFarBeyondEverySum) {
  EXPECT_EQ(plan_costs(kTwoLayers, "test", within(1e300)).objective, 20);
}

TEST(PlanCosts, WarnsOfASmallPart) {
  const CostTable table{{"a", {}, {row(1, 10, 300'000, 5, 1, 1)}}};
  EXPECT_THAT(plan_costs(table, "test", within(60)).warnings,
              ElementsAre("part xczu7ev-ffvc1156-2-e: the plan needs 300000 lut, the part has 230400"));
  PlanOptions options = within(60);
  options.target.part = "xc9";
  EXPECT_THAT(plan_costs(table, "test", options).warnings,
              ElementsAre("part xc9: not in ntorc's catalogue, so its share is not known"));
}

/// The row, from half to `times` its figures.
CostRow spread(double times, CostRow row) {
  row.interval.emplace();
  for (const perf::Target target : perf::kTargets) {
    row.interval->low[target] = row.cost[target] / 2;
    row.interval->high[target] = row.cost[target] * times;
  }
  return row;
}

PlanOptions sure_within(double cycles) {
  PlanOptions options = within(cycles);
  options.question.confidence = 0.8;
  return options;
}

/// As kTwoLayers, but the cheaper row of `a` may take 80 cycles. Row 8 of `b` would be the best and has no interval.
const CostTable kSpread{{"a", {}, {spread(1, row(1, 10, 40)), spread(2, row(4, 40, 10))}},
                        {"b", {}, {spread(1.5, row(1, 10, 25)), spread(1, row(4, 30, 10)), row(8, 1, 1)}}};

TEST(PlanCosts, KeepsADeadlineWithTheUpperEnds) {
  // (4, 1) takes 50 cycles, and up to 80 + 15; (4, 4) up to 80 + 30; (1, 4) up to 10 + 30.
  const auto reuse = [](double cycles) {
    std::vector<std::int64_t> reuse;
    for (const LayerPlan& layer : plan_costs(kSpread, "test", sure_within(cycles)).layers) {
      reuse.push_back(layer.chosen.choice.reuse);
    }
    return reuse;
  };
  EXPECT_THAT(reuse(110), ElementsAre(4, 4));
  EXPECT_THAT(reuse(109), ElementsAre(4, 1));
  EXPECT_THAT(reuse(95), ElementsAre(4, 1));
  EXPECT_THAT(reuse(94), ElementsAre(1, 4));
  const Plan plan = plan_costs(kSpread, "test", sure_within(95));
  EXPECT_EQ(plan.question.confidence, 0.8);
  EXPECT_EQ(plan.interval_confidence, 0.8);
  EXPECT_EQ(plan.objective, 35);  // as predicted
  EXPECT_EQ(plan.total.latency_max_cycles, 50);
  ASSERT_TRUE(total_interval(plan));
  EXPECT_EQ(total_interval(plan)->low.latency_max_cycles, 25);
  EXPECT_EQ(total_interval(plan)->high.latency_max_cycles, 95);
  EXPECT_EQ(total_interval(plan)->high.lut, 57.5);
}

TEST(PlanCosts, LooksAtNoIntervalUnlessAsked) {
  const Plan plan = plan_costs(kSpread, "test", within(41));
  EXPECT_EQ(plan.layers[0].chosen.choice.reuse, 4);
  EXPECT_EQ(plan.layers[1].chosen.choice.reuse, 8);
  EXPECT_FALSE(plan.question.confidence);
  EXPECT_EQ(plan.interval_confidence, kDefaultConfidence);
  EXPECT_FALSE(total_interval(plan));  // of b there is none
  EXPECT_FALSE(plan_costs(kTwoLayers, "test", within(60)).interval_confidence);
}

TEST(PlanCosts, SaysTheLowestReachableUpperEnd) {
  const Plan plan = plan_costs(kSpread, "test", sure_within(24));
  EXPECT_EQ(plan.status, mip::SolveStatus::Infeasible);
  EXPECT_EQ(plan.message,
            "no choice of reuse factors takes at most 24 cycles (0.096 us) by the upper ends of confidence 0.8: the "
            "lowest reachable upper end is 25 cycles (0.100 us)");
  EXPECT_EQ(plan.question.confidence, 0.8);
  EXPECT_FALSE(plan.interval_confidence);
}

TEST(PlanCosts, AgreesWithEveryChoiceTriedOnTheUpperEnds) {
  std::mt19937_64 random(3);
  const auto draw = [&](int most) { return static_cast<double>(random() % static_cast<std::uint64_t>(most)); };
  for (int trial = 0; trial < 50; ++trial) {
    CostTable table{{"a", {}, {}}, {"b", {}, {}}};
    for (LayerCosts& layer : table) {
      for (int reuse = 1; reuse <= 5; ++reuse)
        layer.rows.push_back(spread(1 + draw(3), row(reuse, 1 + draw(50), draw(50))));
    }
    const double deadline = 1 + draw(150);
    std::optional<double> best;
    for (const CostRow& a : table[0].rows) {
      for (const CostRow& b : table[1].rows) {
        const double cost = a.cost.lut + b.cost.lut;
        const bool kept = a.interval->high.latency_max_cycles + b.interval->high.latency_max_cycles <= deadline;
        if (kept && cost < best.value_or(1e9)) best = cost;
      }
    }
    EXPECT_EQ(plan_costs(table, "test", sure_within(deadline)).objective, best) << trial;
  }
}

TEST(PlanCosts, RefusesWhatItCannotPlan) {
  const auto complaint = [](const CostTable& table, const PlanOptions& options) {
    return test::message_of<InvalidArgument>([&] { plan_costs(table, "test", options); });
  };
  EXPECT_EQ(complaint(kTwoLayers, within(0)), "latency limit: expected a positive number of cycles, got 0");
  EXPECT_EQ(complaint(kTwoLayers, within(-1)), "latency limit: expected a positive number of cycles, got -1");
  EXPECT_EQ(complaint(kTwoLayers, within(std::nan(""))),
            "latency limit: expected a positive number of cycles, got nan");
  EXPECT_EQ(complaint({}, within(1)), "cost table: expected at least one layer, got none");
  EXPECT_EQ(complaint({{"a", {}, {row(1, 1, -2)}}}, within(1)), "layer a: lut: expected a number in 0..1e9, got -2");
  EXPECT_EQ(complaint({{"a", {}, {row(1, 2e9, 2)}}}, within(1)),
            "layer a: latency_max_cycles: expected a number in 0..1e9, got 2000000000");
  PlanOptions bad_clock = within(1);
  bad_clock.target.clock_mhz = 0;
  EXPECT_EQ(complaint(kTwoLayers, bad_clock), "clock: expected a positive number of MHz, got 0");
  PlanOptions unsure = within(60);
  unsure.question.confidence = 0.7;
  EXPECT_EQ(complaint(kSpread, unsure), "confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 0.7");
  EXPECT_EQ(complaint(kTwoLayers, sure_within(60)),
            "layer a: none of its choices has an interval for confidence 0.8: its costs came without");
  CostTable beside{{"a", {}, {spread(0.9, row(1, 10, 40))}}};
  EXPECT_EQ(complaint(beside, within(60)),
            "layer a: latency_min_cycles: expected 5 within its interval, got 2.5 to 4.5");
  beside[0].rows[0].interval->high.latency_min_cycles = 2e9;
  EXPECT_EQ(complaint(beside, within(60)), "layer a: latency_min_cycles: expected a number in 0..1e9, got 2000000000");
}

TEST(TargetOf, TakesTheDesignOfTheModel) {
  perf::Provenance provenance;
  provenance.part = "xcu250-figd2104-2L-e";
  provenance.clock_mhz = 200;
  provenance.io_type = "io_parallel";
  provenance.strategy = "Resource";
  provenance.precision = "ap_fixed<18,8>";
  const BuildTarget target = target_of(provenance);
  EXPECT_EQ(target.part, "xcu250-figd2104-2L-e");
  EXPECT_EQ(target.clock_mhz, 200);
  EXPECT_EQ(target.io_type, hls4ml::IoType::Parallel);
  EXPECT_EQ(target.precision, "ap_fixed<18,8>");
  provenance.io_type = "io_serial";
  EXPECT_THROW(target_of(provenance), InvalidArgument);
  provenance.io_type = "io_stream";
  provenance.strategy = "Latency";
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { target_of(provenance); }),
            "strategy: expected Resource, the only one whose designs a reuse factor shapes as planned, got Latency");
}

}  // namespace
}  // namespace ntorc::deploy
