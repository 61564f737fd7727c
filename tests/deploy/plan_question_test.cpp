// Every question on a plan, against trying every choice.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <tuple>

#include "deploy/tables.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;
using test::Dice;
using test::kTwoLayers;
using test::row;
using test::weigh;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPart = "xczu7ev-ffvc1156-2-e";

std::vector<std::int64_t> reuse_of(const Plan& plan) {
  std::vector<std::int64_t> reuse;
  for (const LayerPlan& layer : plan.layers) reuse.push_back(layer.chosen.choice.reuse);
  return reuse;
}

PlanOptions asking(const Question& question) {
  PlanOptions options;
  options.question = question;
  return options;
}

std::vector<std::size_t> rows_of(const CostTable& table, const Plan& plan) {
  std::vector<std::size_t> rows;
  for (std::size_t l = 0; l < table.size(); ++l) {
    const auto found = std::ranges::find(table[l].rows, plan.layers[l].chosen.choice.reuse,
                                         [](const CostRow& row) { return row.choice.reuse; });
    rows.push_back(static_cast<std::size_t>(found - table[l].rows.begin()));
  }
  return rows;
}

/// Of all selections: the least objective, and the least cost that goes with it.
struct Best {
  std::optional<double> objective{};
  double cost = 0;
};

Best best_of(const CostTable& table, const Question& question) {
  const auto part = hls4ml::device_resources(kPart).value();
  Best best;
  for (const auto& rows : test::all_selections(table)) {
    const test::Weighed weighed = weigh(table, rows, question, part);
    if (!weighed.kept) continue;
    const double objective = best.objective.value_or(weighed.objective + 1);
    if (weighed.objective < objective || (weighed.objective == objective && weighed.cost < best.cost)) {
      best = {weighed.objective, weighed.cost};
    }
  }
  return best;
}

void add_rules(Dice& dice, const CostTable& table, Question& question) {
  const auto layer = [&] { return table[static_cast<std::size_t>(dice.below(static_cast<int>(table.size())))]; };
  if (dice.chance(3)) {
    const LayerCosts pinned = layer();
    const std::int64_t reuse =
        pinned.rows[static_cast<std::size_t>(dice.below(static_cast<int>(pinned.rows.size())))].choice.reuse;
    question.reuse.push_back({pinned.layer, reuse, reuse});
  }
  if (dice.chance(3)) {
    const std::int64_t least = 1 + dice.below(3);
    question.reuse.push_back({dice.chance(5) ? "*" : layer().layer, least, least + 2 + dice.below(4)});
  }
  if (table.size() > 1 && dice.chance(3)) {
    question.equal_reuse.push_back(dice.chance(3) ? std::vector<std::string>{"*"}
                                                  : std::vector<std::string>{"a", table.back().layer});
  }
}

void expect_agreement(Objective objective, std::uint64_t seed) {
  Dice dice(seed);
  int answered = 0;
  int infeasible = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const CostTable table = test::random_table(dice);
    Question question = test::random_question(dice, table.size());
    question.objective = objective;
    add_rules(dice, table, question);
    const auto told = [](const LayerCosts& layer) {
      return std::ranges::any_of(layer.rows, [](const CostRow& row) { return row.interval.has_value(); });
    };
    if (std::ranges::all_of(table, told)) question.confidence = 0.8;
    const Best best = best_of(table, question);
    const std::string what = fmt::format("trial {}: {}", trial, describe(question, 250));
    Plan plan;
    try {
      plan = plan_costs(table, "test", asking(question));
    } catch (const UnfitQuestion&) {
      Question rules;
      rules.confidence = question.confidence;
      rules.reuse = question.reuse;
      rules.equal_reuse = question.equal_reuse;
      EXPECT_FALSE(best_of(table, rules).objective) << what;
      continue;
    }
    if (!best.objective) {
      EXPECT_EQ(plan.status, mip::SolveStatus::Infeasible) << what << '\n' << plan.message;
      EXPECT_FALSE(plan.objective) << what;
      EXPECT_THAT(plan.message, testing::StartsWith("no choice of reuse factors ")) << what;
      ++infeasible;
      continue;
    }
    ASSERT_EQ(plan.status, mip::SolveStatus::Optimal) << what << '\n' << plan.message;
    const auto part = hls4ml::device_resources(kPart).value();
    const test::Weighed weighed = weigh(table, rows_of(table, plan), question, part);
    EXPECT_TRUE(weighed.kept) << what;
    EXPECT_NEAR(plan.objective.value(), *best.objective, 1e-9) << what;
    EXPECT_EQ(plan.bound, plan.objective) << what;
    EXPECT_EQ(gap(plan), 0) << what;
    EXPECT_NEAR(weighed.objective, *best.objective, 1e-9) << what;
    EXPECT_NEAR(weighed.cost, best.cost, 1e-9) << what;
    EXPECT_NEAR(objective_of(plan), *best.objective, 1e-9) << what;
    ++answered;
  }
  EXPECT_GT(answered, 300);
  EXPECT_GT(infeasible, 50);
}

TEST(PlanQuestion, LeastCostAgreesWithEveryChoiceTried) { expect_agreement(Objective::Cost, 1); }
TEST(PlanQuestion, LeastLatencyAgreesWithEveryChoiceTried) { expect_agreement(Objective::Latency, 2); }
TEST(PlanQuestion, LeastShareAgreesWithEveryChoiceTried) { expect_agreement(Objective::Share, 3); }
TEST(PlanQuestion, LeastIntervalAgreesWithEveryChoiceTried) { expect_agreement(Objective::Interval, 4); }

/// Objectives of all selections within the limits, ascending. Rows that a question cannot tell apart count once.
std::vector<double> ranking(const CostTable& table, const Question& question) {
  const auto part = hls4ml::device_resources(kPart).value();
  const double least_interval = best_of(table, question).objective.value_or(0);
  std::set<std::vector<std::vector<double>>> seen;
  std::vector<double> objectives;
  for (const auto& rows : test::all_selections(table)) {
    const test::Weighed weighed = weigh(table, rows, question, part);
    const bool interval = question.objective == Objective::Interval;
    if (!weighed.kept || (interval && weighed.objective > least_interval)) continue;
    std::vector<std::vector<double>> figures;
    for (std::size_t l = 0; l < table.size(); ++l) {
      const perf::LayerCost& cost = table[l].rows[rows[l]].cost;
      auto& told = figures.emplace_back();
      if (question.objective == Objective::Share) told = {cost.lut, cost.ff, cost.dsp, cost.bram_18k};
      if (question.objective == Objective::Latency) told = {cost.latency_max_cycles};
      if (question.objective == Objective::Cost || interval) {
        told = {weigh({table[l]}, {rows[l]}, {.weights = question.weights}, part).cost};
      }
      if (question.latency_limit_cycles) told.push_back(cost.latency_max_cycles);
      for (const Budget& budget : question.budgets) told.push_back(cost[budget.resource]);
    }
    if (seen.insert(figures).second) objectives.push_back(weighed.objective);
  }
  std::ranges::sort(objectives);
  return objectives;
}

TEST(PlanQuestion, TheBestPlansAreThoseThatEveryChoiceTriedPutsFirst) {
  Dice dice(5);
  for (int trial = 0; trial < 1000; ++trial) {
    const CostTable table = test::random_table(dice);
    Question question = test::random_question(dice, table.size());
    question.weights = {};
    PlanOptions options = asking(question);
    options.solve.best = static_cast<std::size_t>(2 + dice.below(6));
    const std::vector<double> expected = ranking(table, question);
    const Plan plan = plan_costs(table, "test", options);
    const std::string what = fmt::format("trial {}: {}", trial, describe(question, 250));
    ASSERT_EQ(plan.layers.empty(), expected.empty()) << what;
    if (expected.empty()) continue;
    ASSERT_EQ(plan.others.size() + 1, std::min(expected.size(), options.solve.best)) << what;
    EXPECT_NEAR(plan.objective.value(), expected.front(), 1e-9) << what;
    for (std::size_t i = 0; i < plan.others.size(); ++i) {
      EXPECT_NEAR(plan.others[i].objective.value(), expected[i + 1], 1e-9) << what;
      EXPECT_EQ(plan.others[i].rank, i + 2);
      EXPECT_EQ(plan.others[i].status, mip::SolveStatus::Optimal) << what;
    }
  }
}

/// Pairs (cycles, LUT): (1, 1) 20, 65; (1, 4) 40, 50; (4, 1) 50, 35; (4, 4) 70, 20.
TEST(PlanQuestion, LeastLatencyWastesNothing) {
  // Both rows of b take 10 cycles.
  const CostTable table{{"a", {}, {row(1, 10, 40), row(4, 40, 10)}}, {"b", {}, {row(1, 10, 25), row(2, 10, 20)}}};
  const Plan plan = plan_costs(table, "test", asking({.objective = Objective::Latency}));
  EXPECT_THAT(reuse_of(plan), ElementsAre(1, 2));
  EXPECT_EQ(plan.objective, 20);
  EXPECT_EQ(plan.bound, 20);
  EXPECT_THAT(plan.message, HasSubstr("; of the plans that have it the cheapest, proven"));
}

TEST(PlanQuestion, LeastLatencyKeepsABudget) {
  const Plan plan =
      plan_costs(kTwoLayers, "test", asking({.objective = Objective::Latency, .budgets = {{Target::Lut, 40}}}));
  EXPECT_THAT(reuse_of(plan), ElementsAre(4, 1));
  EXPECT_EQ(plan.objective, 50);
}

TEST(PlanQuestion, LeastIntervalIsThatOfTheSlowestLayer) {
  const Plan plan =
      plan_costs(kTwoLayers, "test", asking({.objective = Objective::Interval, .budgets = {{Target::Lut, 50}}}));
  EXPECT_THAT(reuse_of(plan), ElementsAre(1, 4));
  EXPECT_EQ(plan.objective, 30);
  EXPECT_EQ(plan.bound, 30);
  EXPECT_EQ(initiation_interval_cycles(plan), 30);
  EXPECT_EQ(plan.status, mip::SolveStatus::Optimal);
}

TEST(PlanQuestion, LeastShareBalancesThePart) {
  // 1 DSP of 1728 is as much as 133 LUT of 230400.
  const CostTable table{{"a", {}, {row(1, 1, 1000, 0, 1), row(2, 1, 100, 0, 5)}}};
  const Plan plan = plan_costs(table, "test", asking({.objective = Objective::Share}));
  EXPECT_THAT(reuse_of(plan), ElementsAre(2));
  EXPECT_NEAR(plan.objective.value(), 5.0 / 1728, 1e-12);
}

TEST(PlanQuestion, WeighsResources) {
  const CostTable table{{"a", {}, {row(1, 1, 1000, 0, 1), row(2, 1, 100, 0, 5)}}};
  Question question{.latency_limit_cycles = 10};
  EXPECT_EQ(plan_costs(table, "test", asking(question)).objective, 105);
  question.weights.dsp = 1000;
  EXPECT_EQ(plan_costs(table, "test", asking(question)).objective, 2000);
  question.weights = weights("device");
  EXPECT_NEAR(plan_costs(table, "test", asking(question)).objective.value(), 100.0 / 230'400 + 5.0 / 1728, 1e-12);
}

TEST(PlanQuestion, NeedsNoLimit) {
  const Plan plan = plan_costs(kTwoLayers, "test", asking({}));
  EXPECT_EQ(plan.objective, 20);
  EXPECT_EQ(plan.status, mip::SolveStatus::Optimal);
}

TEST(PlanQuestion, GivesLayersOfEqualReuseOneFactor) {
  const CostTable table{{"a", {}, {row(1, 9, 9), row(2, 9, 5), row(4, 9, 2)}},
                        {"x", {}, {row(1, 9, 9), row(4, 9, 1)}},
                        {"b", {}, {row(2, 9, 6), row(3, 9, 1), row(4, 30, 3)}}};
  EXPECT_THAT(reuse_of(plan_costs(table, "test", asking({.equal_reuse = {{"a", "b"}}}))), ElementsAre(4, 4, 4));
  EXPECT_THAT(reuse_of(plan_costs(table, "test", asking({.latency_limit_cycles = 40, .equal_reuse = {{"a", "b"}}}))),
              ElementsAre(2, 4, 2));
  // Sets that share a layer are one.
  EXPECT_THAT(reuse_of(plan_costs(table, "test", asking({.equal_reuse = {{"a", "b"}, {"b", "x"}}}))),
              ElementsAre(4, 4, 4));
}

TEST(PlanQuestion, HoldsTheIntervalWithTheUpperEnds) {
  CostTable table{{"a", {}, {row(1, 10, 40), row(4, 40, 10)}}};
  for (CostRow& each : table[0].rows) {
    each.interval = perf::Interval{each.cost, each.cost};
    each.interval->high.latency_max_cycles += 5;
  }
  EXPECT_THAT(reuse_of(plan_costs(table, "test", asking({.interval_limit_cycles = 40}))), ElementsAre(4));
  const Plan plan = plan_costs(table, "test", asking({.interval_limit_cycles = 40, .confidence = 0.9}));
  EXPECT_THAT(reuse_of(plan), ElementsAre(1));
  EXPECT_EQ(initiation_interval_cycles(plan), 15);
  EXPECT_EQ(latency_cycles(plan), 15);
}

std::string refusal(const CostTable& table, const Question& question) {
  return test::message_of<UnfitQuestion>([&] { plan_costs(table, "test", asking(question)); });
}

TEST(PlanQuestion, RefusesRulesThatFitNoLayer) {
  EXPECT_EQ(refusal(kTwoLayers, {.reuse = {{"c*", 1, 1}}}), "reuse c*=1: no layer is called c*; the layers are a, b");
  EXPECT_EQ(refusal(kTwoLayers, {.reuse = {{"a", 2, 3}}}),
            "reuse a=2..3: layer a has no such reuse factor; the nearest are 1 and 4");
  EXPECT_EQ(refusal(kTwoLayers, {.reuse = {{"a", 9, 9}}}),
            "reuse a=9: layer a has no such reuse factor; the nearest is 4");
  EXPECT_EQ(refusal(kTwoLayers, {.reuse = {{"a", 1, 1}, {"*", 4, 4}}}),
            "reuse a=1, *=4: together they leave layer a no reuse factor");
  EXPECT_EQ(refusal(kTwoLayers, {.equal_reuse = {{"a", "c"}}}),
            "equal reuse a,c: no layer is called c; the layers are a, b");
  EXPECT_EQ(refusal(kTwoLayers, {.equal_reuse = {{"a"}}}),
            "equal reuse a: expected at least two layers, found a alone");
  EXPECT_EQ(refusal(kTwoLayers, {.reuse = {{"a", 1, 1}, {"b", 4, 4}}, .equal_reuse = {{"*"}}}),
            "equal reuse: layers a, b have no reuse factor in common: a has 1; b has 4");
}

TEST(PlanQuestion, RefusesSharesOfAnUnknownPart) {
  for (const Question& question : {Question{.objective = Objective::Share}, Question{.weights = weights("device")},
                                   Question{.budgets = budgets("all=50%")}}) {
    PlanOptions options = asking(question);
    options.target.part = "xc9";
    EXPECT_EQ(test::message_of<UnfitQuestion>([&] { plan_costs(kTwoLayers, "test", options); }),
              "part xc9: not in ntorc's catalogue, so no share of it is known");
  }
}

TEST(PlanQuestion, RefusesOptionsThatItCannotServe) {
  PlanOptions options = asking({.objective = Objective::Interval});
  options.solve.certify = true;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { plan_costs(kTwoLayers, "test", options); }),
            "certify: expected another objective than the interval, which takes a row of proofs");
  options = asking({});
  options.solve.watch = [](const mip::Progress&) { return true; };
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { plan_costs(kTwoLayers, "test", options); }),
            "solve.watch: expected none, as a plan may take several solves: use watch");
  EXPECT_EQ(
      test::message_of<InvalidArgument>([&] { formulate(kTwoLayers, asking({.objective = Objective::Interval})); }),
      "formulate: expected another objective than the interval, which takes a row of programs");
}

TEST(PlanQuestion, RefusesFiguresThatCannotBeSummed) {
  const CostTable one{{"a", {}, {row(1, 1, 1e9)}}};
  PlanOptions options = asking({});
  options.question.weights.lut = 1e6;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { plan_costs(one, "test", options); }),
            "layer a: lut: too large to be summed");
  CostTable many;
  for (int l = 0; l < 5; ++l) many.push_back({fmt::format("l{}", l), {}, {row(1, 1, 1e9)}});
  options.question = {.equal_reuse = {{"*"}}};
  options.question.weights.lut = 1e3;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { plan_costs(many, "test", options); }),
            "layer l2: lut: too large to be summed");
}

std::string explanation(const CostTable& table, const Question& question) {
  const Plan plan = plan_costs(table, "test", asking(question));
  EXPECT_EQ(plan.status, mip::SolveStatus::Infeasible);
  EXPECT_FALSE(plan.bound);
  return plan.message;
}

TEST(Explain, SaysWhatEachLimitWouldHaveToBe) {
  EXPECT_EQ(
      explanation(kTwoLayers, {.latency_limit_cycles = 60, .budgets = {{Target::Lut, 30}}}),
      "no choice of reuse factors takes at most 60 cycles (0.240 us) and needs at most 30 LUT: under the other "
      "limits the lowest reachable latency is 70 cycles (0.280 us); under the other limits the least that is needed "
      "is 35 LUT, 5 above the budget");
  EXPECT_EQ(explanation(kTwoLayers, {.budgets = {{Target::Lut, 15}}}),
            "no choice of reuse factors needs at most 15 LUT: the least that is needed is 20 LUT, 5 above the budget");
  EXPECT_EQ(
      explanation(kTwoLayers, {.interval_limit_cycles = 5}),
      "no choice of reuse factors has an initiation interval of at most 5 cycles (0.020 us): the shortest initiation "
      "interval is 10 cycles (0.040 us)");
  EXPECT_EQ(
      explanation(kTwoLayers, {.interval_limit_cycles = 30, .budgets = {{Target::Lut, 35}}}),
      "no choice of reuse factors has an initiation interval of at most 30 cycles (0.120 us) and needs at most 35 "
      "LUT: under the other limits the shortest initiation interval is 40 cycles (0.160 us); under the other limits "
      "the least that is needed is 50 LUT, 15 above the budget");
}

TEST(Explain, NamesTheRulesThatAreInTheWay) {
  EXPECT_EQ(
      explanation(kTwoLayers, {.latency_limit_cycles = 60, .reuse = {{"a", 4, 4}, {"b", 4, 4}}}),
      "no choice of reuse factors takes at most 60 cycles (0.240 us): the lowest reachable is 70 cycles (0.280 us); "
      "without reuse a=4 there is one; without reuse b=4 there is one");
  EXPECT_EQ(
      explanation(kTwoLayers, {.latency_limit_cycles = 45, .budgets = {{Target::Lut, 60}}, .equal_reuse = {{"*"}}}),
      "no choice of reuse factors takes at most 45 cycles (0.180 us) and needs at most 60 LUT: under the other "
      "limits the lowest reachable latency is 70 cycles (0.280 us); under the other limits the least that is needed "
      "is 65 LUT, 5 above the budget; without equal reuse * there is one");
}

TEST(Explain, NamesTheRulesThatAreInTheWayTogether) {
  EXPECT_EQ(explanation(kTwoLayers, {.latency_limit_cycles = 25, .reuse = {{"b", 1, 4}, {"a", 4, 4}, {"b", 4, 4}}}),
            "no choice of reuse factors takes at most 25 cycles (0.100 us): the lowest reachable is 70 cycles (0.280 "
            "us); without reuse a=4 and reuse b=4 there is one");
  EXPECT_EQ(explanation(kTwoLayers, {.latency_limit_cycles = 5, .reuse = {{"a", 4, 4}, {"b", 4, 4}}}),
            "no choice of reuse factors takes at most 5 cycles (0.020 us): the lowest reachable is 70 cycles (0.280 "
            "us)");
}

TEST(Explain, LooksAtEachLimitAloneIfNoneIsToBlame) {
  EXPECT_EQ(
      explanation(kTwoLayers, {.latency_limit_cycles = 5, .interval_limit_cycles = 7, .budgets = {{Target::Lut, 5}}}),
      "no choice of reuse factors takes at most 5 cycles (0.020 us), has an initiation interval of at most 7 cycles "
      "(0.028 us) and needs at most 5 LUT: without any other limit the lowest reachable latency is 20 cycles (0.080 "
      "us); without any other limit the shortest initiation interval is 10 cycles (0.040 us); without any other "
      "limit the least that is needed is 20 LUT, 15 above the budget");
}

TEST(Explain, NamesTheLeastLatencyThatEveryChoiceTriedFinds) {
  Dice dice(6);
  int explained = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    const CostTable table = test::random_table(dice);
    Question question = test::random_question(dice, table.size());
    question.latency_limit_cycles = 1 + dice.below(10);
    question.objective = Objective::Cost;
    if (best_of(table, question).objective) continue;
    Question without = question;
    without.latency_limit_cycles.reset();
    without.objective = Objective::Latency;
    const Best least = best_of(table, without);
    const std::string message = explanation(table, question);
    if (!least.objective) {
      EXPECT_THAT(message, testing::Not(HasSubstr("under the other limits the lowest reachable"))) << message;
      continue;
    }
    EXPECT_THAT(message, HasSubstr(fmt::format(" is {} cycles (", *least.objective))) << message;
    EXPECT_THAT(message, HasSubstr("the lowest reachable")) << message;
    ++explained;
  }
  EXPECT_GT(explained, 100);
}

TEST(Formulate, WritesLimitsGroupsAndChoicesWithTheirNames) {
  const Question question{.latency_limit_cycles = 60, .budgets = {{Target::Lut, 30}}, .reuse = {{"b", 4, 4}}};
  const Formulation asked = formulate(kTwoLayers, asking(question));
  EXPECT_EQ(asked.decimals, 6);
  EXPECT_THAT(asked.problem.limits, ElementsAre(60'000'000, 30'000'000));
  EXPECT_THAT(asked.problem.ends, ElementsAre(2, 3));
  EXPECT_THAT(asked.problem.costs, ElementsAre(40'000'000, 10'000'000, 10'000'000));
  EXPECT_THAT(asked.problem.amounts, ElementsAre(ElementsAre(10'000'000, 40'000'000, 30'000'000), asked.problem.costs));
  EXPECT_TRUE(asked.problem.loads.empty());
  EXPECT_THAT(asked.names.limits, ElementsAre("latency", "lut"));
  EXPECT_THAT(asked.names.groups, ElementsAre("a", "b"));
  EXPECT_THAT(asked.names.choices, ElementsAre("a_1", "a_4", "b_4"));
}

TEST(Formulate, PutsSharesAsLoadsInMillionthsOfAMillionth) {
  const Formulation asked = formulate(kTwoLayers, asking({.objective = Objective::Share}));
  EXPECT_THAT(asked.problem.costs, ElementsAre(0, 0, 0, 0));
  ASSERT_EQ(asked.problem.loads.size(), 4U);
  EXPECT_EQ(asked.problem.loads[0][1], std::llround(1e12 * 10 / 230'400));
  EXPECT_THAT(asked.names.loads, ElementsAre("share_lut", "share_ff", "share_dsp", "share_bram_18k"));
}

TEST(Formulate, KeepsTheFastestOfALayerThatIsTooSlow) {
  const Formulation asked = formulate(kTwoLayers, asking({.interval_limit_cycles = 5}));
  EXPECT_THAT(asked.problem.limits, ElementsAre(0));
  EXPECT_THAT(asked.problem.amounts, ElementsAre(ElementsAre(1, 1)));
  EXPECT_THAT(asked.names.limits, ElementsAre("interval"));
  EXPECT_NO_THROW(asked.problem.validate());
}

TEST(PlanQuestion, KeepsTheProofIfAsked) {
  PlanOptions options = asking({.latency_limit_cycles = 60});
  EXPECT_FALSE(plan_costs(kTwoLayers, "test", options).proof);
  options.solve.certify = true;
  for (const double deadline : {60.0, 5.0}) {
    options.question.latency_limit_cycles = deadline;
    const Plan plan = plan_costs(kTwoLayers, "test", options);
    ASSERT_TRUE(plan.proof);
    EXPECT_TRUE(plan.proof->solution.certificate);
    EXPECT_EQ(plan.proof->asked.problem.limits.front(), std::llround(deadline * 1e6));
    EXPECT_EQ(plan.proof->asked.names.choices.size(), 4U);
  }
}

TEST(PlanQuestion, EndsWithTheBestSoFarWhenTheWatchSaysSo) {
  PlanOptions options = asking(test::hard_question());
  int calls = 0;
  options.watch = [&](const Progress& progress) {
    EXPECT_GE(progress.elapsed.count(), 0);
    EXPECT_EQ(progress.minimized, Objective::Latency);
    return ++calls < 3;
  };
  const Plan plan = plan_costs(test::hard_table(), "test", options);
  ASSERT_EQ(calls, 3) << plan.message;
  EXPECT_THAT(plan.message, testing::StartsWith("interrupted"));
  EXPECT_TRUE(plan.status == mip::SolveStatus::Feasible || plan.status == mip::SolveStatus::Unknown);
  if (plan.objective && plan.bound) {
    EXPECT_GT(gap(plan), 0);
  }
}

TEST(PlanQuestion, EndsWithTheBestSoFarWhenTheTimeIsUp) {
  PlanOptions options = asking(test::hard_question());
  options.solve.time_limit = std::chrono::milliseconds(100);
  for (const Objective objective : {Objective::Latency, Objective::Share, Objective::Interval, Objective::Cost}) {
    options.question.objective = objective;
    const auto start = std::chrono::steady_clock::now();
    const Plan plan = plan_costs(test::hard_table(), "test", options);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << to_string(objective);
    EXPECT_NE(plan.status, mip::SolveStatus::Infeasible) << to_string(objective);
    if (plan.objective && plan.bound) {
      EXPECT_LE(*plan.bound, *plan.objective) << to_string(objective);
    }
  }
}

}  // namespace
}  // namespace ntorc::deploy
