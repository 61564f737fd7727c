#include "ntorc/mip/solve.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "mip/random_problem.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

using Choices = std::vector<std::size_t>;

TEST(Solve, PicksTheCheapestPairWithinTheLimit) {
  // {cost, cycles}: the cheapest pair takes 70 cycles, ten too many.
  const Problem problem{{60}, {{{40, {10}}, {10, {40}}}, {{25, {10}}, {10, {30}}}}};
  const Solution solution = solve(problem);
  ASSERT_EQ(solution.status, SolveStatus::Optimal) << solution.message;
  EXPECT_EQ(solution.choices, (Choices{1, 0}));
  EXPECT_EQ(solution.objective, 35);
  EXPECT_EQ(solution.bound, 35);
  EXPECT_EQ(solution.amounts, (std::vector<std::int64_t>{50}));
}

TEST(Solve, KeepsALimitThatIsMetExactly) {
  const Problem problem{{70}, {{{40, {10}}, {10, {40}}}, {{25, {10}}, {10, {30}}}}};
  EXPECT_EQ(solve(problem).choices, (Choices{1, 1}));
}

TEST(Solve, TakesTheFirstOfEqualChoices) {
  const Problem problem{{50}, {{{9, {10}}, {7, {20}}, {7, {20}}, {7, {25}}}, {{3, {5}}, {3, {5}}}}};
  EXPECT_EQ(solve(problem).choices, (Choices{1, 0}));
}

TEST(Solve, SaysWhenNothingKeepsTheLimits) {
  const Solution solution = solve({{5}, {{{1, {3}}}, {{1, {4}}, {2, {3}}}}});
  EXPECT_EQ(solution.status, SolveStatus::Infeasible);
  EXPECT_TRUE(solution.choices.empty());
  EXPECT_FALSE(solution.objective);
  EXPECT_FALSE(solution.bound);
}

TEST(Solve, SeesAConflictOfTwoLimitsThatEachCouldBeKept) {
  const Solution solution = solve({{5, 5}, {{{1, {1, 9}}, {1, {9, 1}}, {1, {4, 4}}}, {{1, {4, 4}}}}});
  EXPECT_EQ(solution.status, SolveStatus::Infeasible) << solution.message;
}

TEST(Solve, AnswersProblemsWithNothingInThem) {
  const Solution nothing = solve({});
  EXPECT_EQ(nothing.status, SolveStatus::Optimal);
  EXPECT_EQ(nothing.objective, 0);
  const Solution no_limits = solve({{}, {{{4, {}}, {3, {}}}}});
  EXPECT_EQ(no_limits.status, SolveStatus::Optimal);
  EXPECT_EQ(no_limits.choices, (Choices{1}));
  const Solution free = solve({{0}, {{{0, {0}}}, {{0, {0}}}}});
  EXPECT_EQ(free.status, SolveStatus::Optimal);
  EXPECT_EQ(free.objective, 0);
}

TEST(Solve, EqualsTryingEverything) {
  std::mt19937_64 random(1);
  int infeasible = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const Problem problem = test::random_problem(
        random, {.groups = 1 + trial % 5, .choices = 6, .limits = trial % 4, .largest = trial % 2 == 0 ? 10 : 100'000});
    const auto best = test::best_of_all(problem);
    const Solution solution = solve(problem);
    if (!best) {
      ++infeasible;
      ASSERT_EQ(solution.status, SolveStatus::Infeasible) << "trial " << trial << ": " << solution.message;
    } else {
      ASSERT_EQ(solution.status, SolveStatus::Optimal) << "trial " << trial << ": " << solution.message;
      ASSERT_EQ(solution.objective, best) << "trial " << trial;
      ASSERT_TRUE(within_limits(problem, solution.choices));
    }
  }
  EXPECT_GT(infeasible, 100);
  EXPECT_LT(infeasible, 2000);
}

TEST(Solve, IsRightOnNumbersThatMakeGlpkAloneErr) {
  // Fixed point of six digits: unscaled, such tables make GLPK return wrong optima or abort.
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    Problem problem =
        test::random_problem(random, {.groups = 5, .choices = 6, .limits = 1 + trial % 3, .largest = 1'000'000});
    for (auto& group : problem.groups) {
      for (Choice& choice : group) {
        choice.cost = choice.cost * 1'000'000 + static_cast<std::int64_t>(random() % 1'000'000);
        for (std::int64_t& amount : choice.amounts)
          amount = amount * 1'000'000 + static_cast<std::int64_t>(random() % 1'000'000);
      }
    }
    for (std::int64_t& limit : problem.limits) limit *= 1'000'000;
    const auto best = test::best_of_all(problem);
    const Solution solution = solve(problem);
    ASSERT_EQ(solution.objective, best) << "trial " << trial << ": " << solution.message;
    ASSERT_EQ(solution.status, best ? SolveStatus::Optimal : SolveStatus::Infeasible);
  }
}

TEST(Solve, ProvesADifferenceOfOneInATrillion) {
  // GLPK's tolerance is 1e-7 of the objective; the exact search must see the single unit.
  const std::int64_t big = 1'000'000'000'000;
  const Problem problem{{10}, {{{big + 1, {5}}, {big, {6}}, {big + 7, {1}}}, {{big, {4}}, {big + 2, {3}}}}};
  const Solution solution = solve(problem);
  EXPECT_EQ(solution.status, SolveStatus::Optimal);
  EXPECT_EQ(solution.objective, 2 * big);  // 6 + 4 units
}

TEST(Solve, StopsWithinTheGapAskedFor) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 100; ++trial) {
    const Problem problem = test::random_problem(random, {.groups = 6, .choices = 6, .limits = 1, .largest = 1000});
    const auto best = test::best_of_all(problem);
    if (!best) continue;
    const Solution solution = solve(problem, {.relative_gap = 0.1});
    ASSERT_TRUE(solution.objective) << solution.message;
    EXPECT_LE(static_cast<double>(*solution.objective), static_cast<double>(*best) / 0.9 + 1e-6);
    EXPECT_LE(*solution.bound, *best);
  }
}

TEST(Solve, SolvesAHundredLayers) {
  std::mt19937_64 random(4);
  Problem problem{{0}, {}};
  for (int g = 0; g < 100; ++g) {
    auto& group = problem.groups.emplace_back();
    for (std::int64_t reuse = 1; reuse <= 32; ++reuse) {
      const auto noise = static_cast<std::int64_t>(random() % 100);
      group.push_back({(1000 + noise) * 1000 / reuse + 500, {reuse * (50 + noise)}});
    }
  }
  problem.limits[0] = 100 * 32 * 100 / 4;
  const Solution solution = solve(problem);
  ASSERT_TRUE(solution.objective) << solution.message;
  EXPECT_LE(solution.amounts[0], problem.limits[0]);
  EXPECT_EQ(solution.status, SolveStatus::Optimal) << solution.message;
}

TEST(Solve, GivesTheSameAnswerEveryTime) {
  std::mt19937_64 random(8);
  const Problem problem = test::random_problem(random, {.groups = 30, .choices = 12, .limits = 2, .largest = 50});
  const Solution first = solve(problem);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(solve(problem).choices, first.choices);
}

TEST(Solve, RefusesBadOptions) {
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.relative_gap = 1}); }),
            "relative_gap: expected a number in [0, 1), got 1");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.time_limit = std::chrono::milliseconds(0)}); }),
            "time_limit: expected more than 0 ms, got 0");
}

}  // namespace
}  // namespace ntorc::mip
