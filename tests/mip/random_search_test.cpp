#include "mip/random_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "fixtures.hpp"
#include "mip/small_problem.hpp"
#include "ntorc/deploy/cost_table.hpp"

namespace ntorc::mip {
namespace {

using Search = TrialAnswer (*)(const Problem&, const TrialOptions&);

class Baseline : public testing::TestWithParam<std::pair<const char*, Search>> {
 public:
  TrialAnswer search(const Problem& problem, const TrialOptions& options) const {
    return GetParam().second(problem, options);
  }
};

INSTANTIATE_TEST_SUITE_P(Searches, Baseline,
                         testing::Values(std::pair<const char*, Search>{"random", search_randomly},
                                         std::pair<const char*, Search>{"annealing", anneal}),
                         [](const auto& suite) { return std::string(suite.param.first); });

TEST_P(Baseline, KeepsLimitsAndNeverBeatsTryingEverything) {
  std::mt19937_64 random(1);
  int reached = 0;
  int feasible = 0;
  for (std::size_t trial = 0; trial < 300; ++trial) {
    const Problem problem = test::small_problem(
        random, {.groups = 1 + trial % 5, .choices = 5, .limits = trial % 5, .loads = trial % 8, .largest = 1000});
    const auto least = test::least_objective(problem);
    const TrialAnswer answer = search(problem, {.trials = 20'000, .seed = trial});
    ASSERT_EQ(answer.trials, 20'000U);
    ASSERT_EQ(answer.objective.has_value(), !answer.choices.empty());
    if (!least) {
      ASSERT_FALSE(answer.objective);
      continue;
    }
    ++feasible;
    if (!answer.objective) continue;
    ASSERT_TRUE(within_limits(problem, answer.choices));
    ASSERT_EQ(objective_of(problem, answer.choices), *answer.objective);
    ASSERT_GE(*answer.objective, *least);
    if (answer.objective == least) ++reached;
  }
  EXPECT_GT(feasible, 100);
  EXPECT_GE(reached, feasible * 95 / 100);  // of at most 3125 selections
}

TEST_P(Baseline, GivesTheSameAnswerForTheSameSeed) {
  std::mt19937_64 random(2);
  const Problem problem = test::small_problem(random, {.groups = 40, .choices = 30, .limits = 0, .loads = 2});
  std::map<Selection, int> answers;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const TrialAnswer once = search(problem, {.trials = 5000, .seed = seed});
    EXPECT_EQ(search(problem, {.trials = 5000, .seed = seed}).choices, once.choices);
    ++answers[once.choices];
  }
  EXPECT_GT(answers.size(), 1U);
}

TEST_P(Baseline, DrawsEverySelectionAlike) {
  std::mt19937_64 random(3);
  const Problem problem = test::small_problem(random, {.groups = 3, .choices = 9, .limits = 0});
  const std::size_t selections = problem.size(0) * problem.size(1) * problem.size(2);
  ASSERT_GT(selections, 50U);
  std::map<Selection, double> drawn;
  constexpr int kEach = 100;
  for (std::uint64_t seed = 0; seed < kEach * selections; ++seed) {
    ++drawn[search(problem, {.trials = 1, .seed = seed}).choices];
  }
  ASSERT_EQ(drawn.size(), selections);
  double chi_squared = 0;
  for (const auto& [selection, times] : drawn) chi_squared += (times - kEach) * (times - kEach) / kEach;
  const auto freedom = static_cast<double>(selections - 1);
  EXPECT_LT(std::abs(chi_squared - freedom), 5 * std::sqrt(2 * freedom));
}

TEST_P(Baseline, StopsWhenItIsTold) {
  const Problem problem({}, {{{1, {}, {}}, {2, {}, {}}}});
  std::uint64_t seen = 0;
  const TrialAnswer answer =
      search(problem, {.trials = 1'000'000'000, .go_on = [&](std::uint64_t trials, const auto& best) {
                         seen = trials;
                         EXPECT_EQ(best, 1);
                         return trials < 10'000;
                       }});
  EXPECT_EQ(answer.trials, seen);
  EXPECT_GE(answer.trials, 10'000U);
  EXPECT_LT(answer.trials, 20'000U);
  EXPECT_EQ(answer.objective, 1);
}

TEST_P(Baseline, AnswersProblemsWithoutGroups) {
  const TrialAnswer answer = search({}, {.trials = 3});
  EXPECT_EQ(answer.objective, 0);
  EXPECT_TRUE(answer.choices.empty());
}

TEST_P(Baseline, ComesCloseToTheOptimumOfNTorcsFirstModel) {
  NTORC_SKIP_WITHOUT_SHARED("tables/model1_conv.csv");
  const auto tables = ntorc::test::shared_dir() / "tables";
  Problem problem;
  problem.limits = {50'000'000'000};
  const auto units = [](double figure) { return std::llround(figure * 1e6); };
  for (const auto& layer : deploy::read_cost_tables({tables / "model1_conv.csv", tables / "model1_dense.csv"})) {
    std::vector<Choice> group;
    for (const auto& [choice, cost, support, interval] : layer.rows) {
      group.push_back({units(cost.lut) + units(cost.ff) + units(cost.bram_18k) + units(cost.dsp),
                       {units(cost.latency_max_cycles)},
                       {}});
    }
    problem.add_group(group);
  }
  const TrialAnswer answer = search(problem, {.trials = 1'000'000});
  ASSERT_TRUE(answer.objective);
  EXPECT_GE(*answer.objective, 159'717'732'646);
  EXPECT_LT(*answer.objective, 166'000'000'000);
}

}  // namespace
}  // namespace ntorc::mip
