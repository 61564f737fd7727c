// Plans of whole designs under each composition, against trying every choice.
#include <gmock/gmock.h>

#include <map>
#include <numeric>
#include <utility>

#include "deploy/answer.hpp"
#include "deploy/composer.hpp"
#include "deploy/stream_chains.hpp"
#include "deploy/tables.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;
using test::Dice;
using test::Draw;
using test::row;

/// A design with prices made up: whole cycles and counts, so that sums in doubles are exact.
struct Case {
  CostTable table;
  Frame frame;

  Priced priced() const { return {table, &frame}; }
};

perf::NodeCost cost_of(double cycles, Dice& dice) {
  perf::NodeCost cost;
  cost.cost = {cycles / 2,
               cycles,
               static_cast<double>(dice.below(9)),
               static_cast<double>(dice.below(9)),
               static_cast<double>(dice.below(3)),
               static_cast<double>(dice.below(3))};
  return cost;
}

/// Of a few layers with weights, each of one to four choices.
Case random_case(Dice& dice, Draw& draw) {
  Case made;
  std::size_t weights = 0;
  do {
    made.frame.nodes = dice.chance(5) ? test::random_series(draw, 24) : test::random_image(draw, 8);
    weights =
        static_cast<std::size_t>(std::ranges::count(made.frame.nodes, hls4ml::NodeKind::Weights, &hls4ml::Node::kind));
  } while (weights > 6);
  for (const hls4ml::Node& node : made.frame.nodes) {
    const auto steps = static_cast<double>(node.output.elements);
    made.frame.costs.emplace_back();
    made.frame.layers.emplace_back();
    if (node.kind != hls4ml::NodeKind::Weights) {
      made.frame.costs.back() = cost_of(steps + dice.below(5), dice);
      continue;
    }
    made.frame.layers.back() = made.table.size();
    LayerCosts& layer = made.table.emplace_back();
    layer.layer = node.name;
    const int rows = 1 + dice.below(weights > 4 ? 3 : 4);
    for (int reuse = 1; reuse <= rows; ++reuse) {
      layer.rows.push_back(row(reuse, std::ceil(steps) * (1 + dice.below(20)), dice.below(30), dice.below(20),
                               dice.below(6), dice.below(4)));
    }
  }
  made.frame.glue = cost_of(dice.below(4), dice);
  made.frame.chain.emplace(processes(made.frame.nodes));
  made.frame.edges = edges(made.frame.chain->processes());
  for (std::size_t e = 0; e < made.frame.edges.size(); ++e) made.frame.fifos.push_back(cost_of(0, dice));
  return made;
}

/// What the question says of one selection, with every figure of the design.
test::Weighed weigh(const Case& made, const std::vector<std::size_t>& rows, const Question& question,
                    const hls4ml::DeviceResources& part) {
  // All that has no reuse factor is one more layer, that takes no time; the latency is told from the design.
  CostTable table = made.table;
  perf::LayerCost rest;
  double interval = 0;
  std::vector<std::int64_t> latencies;
  for (std::size_t n = 0; n < made.frame.nodes.size(); ++n) {
    const auto& layer = made.frame.layers[n];
    const perf::LayerCost& cost = layer ? table[*layer].rows[rows[*layer]].cost : made.frame.costs[n].cost;
    latencies.push_back(std::llround(cost.latency_max_cycles * 1e6));
    interval = std::max(interval, cost.latency_max_cycles);
    if (layer) continue;
    for (const Target resource : kResources) rest[resource] += cost[resource];
  }
  for (const Target resource : kResources) {
    for (const perf::NodeCost& fifo : made.frame.fifos) rest[resource] += fifo.cost[resource];
    rest[resource] += made.frame.glue.cost[resource];
  }
  Question timeless = question;
  timeless.latency_limit_cycles.reset();
  timeless.interval_limit_cycles.reset();
  table.push_back({"rest", {}, {CostRow{}}});
  table.back().rows.front().cost = rest;
  std::vector<std::size_t> with_rest = rows;
  with_rest.push_back(0);
  test::Weighed weighed = test::weigh(table, with_rest, timeless, part);

  std::int64_t units = std::llround(made.frame.glue.cost.latency_max_cycles * 1e6);
  switch (question.composition) {
    case Composition::Sum:
      units = std::accumulate(latencies.begin(), latencies.end(), units);
      break;
    case Composition::Max:
      units += std::ranges::max(latencies);
      break;
    case Composition::Chain:
      units += made.frame.chain->latency(latencies);
  }
  const double latency = static_cast<double>(units) / 1e6;
  if (latency > question.latency_limit_cycles.value_or(latency) + 1e-9) weighed.kept = false;
  if (interval > question.interval_limit_cycles.value_or(interval)) weighed.kept = false;
  if (question.objective == Objective::Latency) weighed.objective = latency;
  if (question.objective == Objective::Interval) weighed.objective = interval;
  return weighed;
}

struct BestDesign {
  std::optional<double> objective{};
  double cost = 0;
};

BestDesign best_design(const Case& made, const Question& question, const hls4ml::DeviceResources& part) {
  BestDesign best;
  for (const auto& rows : test::all_selections(made.table)) {
    const test::Weighed weighed = weigh(made, rows, question, part);
    if (!weighed.kept) continue;
    const double objective = best.objective.value_or(weighed.objective + 1);
    const bool equal = std::abs(weighed.objective - objective) < 1e-9;
    if ((!equal && weighed.objective < objective) || (equal && weighed.cost < best.cost)) {
      best = {weighed.objective, weighed.cost};
    }
  }
  return best;
}

/// With a deadline somewhere between what can be reached and what is slowest.
Question random_question(const Case& made, Dice& dice, const hls4ml::DeviceResources& part) {
  Question question = test::random_question(dice, made.table.size() + 3);
  question.composition = static_cast<Composition>(dice.below(3));
  question.latency_limit_cycles.reset();
  question.interval_limit_cycles.reset();
  const auto all = test::all_selections(made.table);
  Question timed = question;
  const auto one_of = [&](Objective objective) {
    timed.objective = objective;
    const auto& rows = all[static_cast<std::size_t>(dice.below(static_cast<int>(all.size())))];
    return std::max(1.0, weigh(made, rows, timed, part).objective);
  };
  if (dice.chance(7)) question.latency_limit_cycles = one_of(Objective::Latency);
  if (dice.chance(2)) question.interval_limit_cycles = one_of(Objective::Interval);
  if (dice.chance(3) && made.table.size() > 1) {
    question.equal_reuse = {{made.table.front().layer, made.table.back().layer}};
  }
  return question;
}

TEST(PlanOfADesign, IsTheBestOfAllChoicesUnderEveryComposition) {
  Dice dice(11);
  Draw draw(11);
  const auto part = hls4ml::device_resources(BuildTarget{}.part).value();
  int feasible = 0;
  for (int i = 0; i < 1500; ++i) {
    const Case made = random_case(dice, draw);
    PlanOptions options;
    options.question = random_question(made, dice, part);
    const Question& question = options.question;
    const BestDesign best = best_design(made, question, part);
    if (question.objective != Objective::Share && dice.chance(2)) options.solve.backend = mip::Backend::Glpk;
    const Plan plan = deploy::plan(made.priced(), "made up", options);
    SCOPED_TRACE(testing::Message() << i << ": " << describe(question, 250) << ", " << to_string(question.composition)
                                    << ": " << plan.message);
    if (!best.objective) {
      ASSERT_EQ(plan.status, mip::SolveStatus::Infeasible);
      continue;
    }
    ++feasible;
    ASSERT_TRUE(plan.objective.has_value());
    const double unit = question.objective == Objective::Cost && question.weights.of == Measure::Count ? 1e-6 : 1e-9;
    ASSERT_NEAR(*plan.objective, *best.objective, unit);
    if (options.solve.backend == mip::Backend::Exact) {
      ASSERT_EQ(plan.status, mip::SolveStatus::Optimal);
    }
    ASSERT_LE(latency_cycles(plan), question.latency_limit_cycles.value_or(1e18) + 1e-6);
    ASSERT_NEAR(objective_of(plan), *plan.objective, unit);
  }
  EXPECT_GT(feasible, 700);
}

TEST(FrontOfADesign, HasEveryPlanThatNoOtherBeats) {
  Dice dice(12);
  Draw draw(12);
  const auto part = hls4ml::device_resources(BuildTarget{}.part).value();
  std::size_t points = 0;
  for (int i = 0; i < 300; ++i) {
    const Case made = random_case(dice, draw);
    FrontOptions options;
    Question& question = options.plan.question;
    question.composition = dice.chance(5) ? Composition::Chain : Composition::Max;
    if (dice.chance(3) && made.table.size() > 1) {
      question.equal_reuse = {{made.table.front().layer, made.table.back().layer}};
    }
    if (dice.chance(3)) question.budgets = {{Target::Dsp, static_cast<double>(dice.below(20))}};
    std::map<double, double> cheapest;  // by latency
    for (const auto& rows : test::all_selections(made.table)) {
      Question timed = question;
      timed.objective = Objective::Latency;
      const test::Weighed weighed = weigh(made, rows, timed, part);
      if (!weighed.kept) continue;
      const auto [at, is_new] = cheapest.emplace(weighed.objective, weighed.cost);
      if (!is_new) at->second = std::min(at->second, weighed.cost);
    }
    std::vector<std::pair<double, double>> expected;
    for (const auto& [latency, cost] : cheapest) {
      if (expected.empty() || cost < expected.back().second) expected.emplace_back(latency, cost);
    }
    const Front front = deploy::trace_front(made.priced(), "made up", options);
    SCOPED_TRACE(testing::Message() << i << ": " << to_string(question.composition));
    ASSERT_TRUE(front.complete);
    ASSERT_EQ(front.points.size(), expected.size());
    for (std::size_t p = 0; p < expected.size(); ++p) {
      ASSERT_NEAR(front.points[p].latency_cycles, expected[p].first, 1e-6);
      ASSERT_NEAR(front.points[p].objective, expected[p].second, 1e-6);
    }
    points += expected.size();
  }
  EXPECT_GT(points, 400U);
}

}  // namespace
}  // namespace ntorc::deploy
