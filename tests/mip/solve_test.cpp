#include "ntorc/mip/solve.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "fixtures.hpp"
#include "mip/exact_solver.hpp"
#include "mip/small_problem.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

using Choices = Selection;

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

/// Every objective within the limits, ascending; selections that are equal in every figure count once.
std::vector<std::int64_t> objectives(const Problem& problem) {
  std::set<std::vector<std::vector<std::int64_t>>> seen;
  std::vector<std::int64_t> found;
  Selection selection(problem.groups(), 0);
  while (true) {
    std::vector<std::vector<std::int64_t>> figures;
    for (std::size_t g = 0; g < selection.size(); ++g) {
      const std::size_t i = problem.first(g) + selection[g];
      auto& of_group = figures.emplace_back(1, problem.costs[i]);
      for (const auto& column : problem.amounts) of_group.push_back(column[i]);
      for (const auto& column : problem.loads) of_group.push_back(column[i]);
    }
    if (within_limits(problem, selection) && seen.insert(figures).second) {
      found.push_back(objective_of(problem, selection));
    }
    std::size_t g = 0;
    while (g < selection.size() && ++selection[g] == problem.size(g)) selection[g++] = 0;
    if (g == selection.size()) break;
  }
  std::ranges::sort(found);
  return found;
}

test::SmallShape shape_of(std::size_t trial) {
  constexpr std::array<std::int64_t, 4> kLargest{4, 100, 100'000, 1'000'000'000'000};
  return {.groups = 1 + trial % 5,
          .choices = 6,
          .limits = trial % 7 % 5,
          .loads = trial % 3 == 0 ? trial % 4 : 0,
          .largest = kLargest[trial / 5 % 4]};
}

class EachBackend : public testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(All, EachBackend,
                         testing::Values(Backend::Exact, Backend::Glpk, Backend::Random, Backend::Annealing),
                         [](const auto& given) { return std::string(to_string(given.param)); });

TEST_P(EachBackend, KeepsItsWordAgainstTryingEverything) {
  const bool tries = GetParam() == Backend::Random || GetParam() == Backend::Annealing;
  std::mt19937_64 random(1);
  int infeasible = 0;
  int optimal = 0;
  for (std::size_t trial = 0; trial < 4000; ++trial) {
    const Problem problem = test::small_problem(random, shape_of(trial));
    const auto best = test::least_objective(problem);
    const Solution solution = solve(problem, {.backend = GetParam(), .trials = 300});
    infeasible += best ? 0 : 1;
    optimal += solution.status == SolveStatus::Optimal ? 1 : 0;
    ASSERT_EQ(solution.objective.has_value(), !solution.choices.empty());
    switch (solution.status) {
      case SolveStatus::Optimal:
        ASSERT_EQ(solution.objective, best) << "trial " << trial << ": " << solution.message;
        ASSERT_EQ(solution.bound, best) << "trial " << trial;
        break;
      case SolveStatus::Feasible:
        ASSERT_TRUE(best) << "trial " << trial;
        ASSERT_GE(*solution.objective, *best) << "trial " << trial;
        ASSERT_LE(solution.bound.value_or(0), *best) << "trial " << trial;
        // GLPK's own tolerance is the only excuse it has.
        if (GetParam() == Backend::Glpk) {
          ASSERT_LE(static_cast<double>(*solution.objective), 1.000001 * static_cast<double>(*best) + 1e-6) << trial;
        }
        break;
      case SolveStatus::Infeasible:
        ASSERT_FALSE(best) << "trial " << trial << ": " << solution.message;
        break;
      case SolveStatus::Unknown:
        break;
    }
    if (solution.objective) {
      ASSERT_TRUE(within_limits(problem, solution.choices));
      ASSERT_EQ(solution.objective, objective_of(problem, solution.choices));
      ASSERT_EQ(solution.amounts, amounts_of(problem, solution.choices));
    }
    if (GetParam() == Backend::Exact) {
      ASSERT_EQ(solution.status, best ? SolveStatus::Optimal : SolveStatus::Infeasible) << "trial " << trial;
    }
  }
  EXPECT_GT(infeasible, 400);
  EXPECT_LT(infeasible, 3000);
  if (tries) {
    EXPECT_EQ(optimal, 0);
  } else {
    EXPECT_GT(optimal, 1000);
  }
}

TEST(Solve, FindsTheKBestSelections) {
  std::mt19937_64 random(5);
  int all = 0;
  for (std::size_t trial = 0; trial < 2000; ++trial) {
    const Problem problem = test::small_problem(random, shape_of(trial));
    const std::vector<std::int64_t> expected = objectives(problem);
    const std::size_t best = 2 + trial % 7;
    const Solution solution = solve(problem, {.best = best});
    if (expected.empty()) {
      ASSERT_EQ(solution.status, SolveStatus::Infeasible) << "trial " << trial;
      continue;
    }
    ASSERT_EQ(solution.status, SolveStatus::Optimal) << "trial " << trial << ": " << solution.message;
    ASSERT_EQ(solution.others.size() + 1, std::min(best, expected.size())) << "trial " << trial;
    all += expected.size() <= best ? 1 : 0;
    ASSERT_EQ(solution.objective, expected.front());
    std::set<Selection> different{solution.choices};
    for (std::size_t k = 0; k < solution.others.size(); ++k) {
      ASSERT_EQ(objective_of(problem, solution.others[k]), expected[k + 1]) << "trial " << trial << ", " << k;
      ASSERT_TRUE(within_limits(problem, solution.others[k]));
      ASSERT_TRUE(different.insert(solution.others[k]).second);
    }
  }
  EXPECT_GT(all, 50);
}

TEST(Solve, LetsNoGroupTakeAnEarlierChoiceOfEqualCost) {
  std::mt19937_64 random(6);
  for (std::size_t trial = 0; trial < 1000; ++trial) {
    const Problem problem =
        test::small_problem(random, {.groups = 4, .choices = 6, .limits = 1 + trial % 2, .largest = 4});
    const Solution solution = solve(problem);
    for (std::size_t g = 0; g < solution.choices.size(); ++g) {
      Selection other = solution.choices;
      while (other[g]-- > 0) {
        ASSERT_FALSE(within_limits(problem, other) && objective_of(problem, other) == solution.objective)
            << "trial " << trial << ", group " << g;
      }
    }
  }
}

TEST(Solve, AgreesWithGlpkOnMidSizedProblems) {
  std::mt19937_64 random(7);
  int compared = 0;
  for (std::size_t trial = 0; trial < 1500; ++trial) {
    Problem problem = test::small_problem(random, {.groups = 8 + trial % 8,
                                                   .choices = 8,
                                                   .limits = 1 + trial % 4,
                                                   .loads = trial % 5 == 0 ? 2u : 0u,
                                                   .largest = 1'000});
    for (std::int64_t& limit : problem.limits) limit = limit / 4 + 4'000;
    const Solution exact = solve(problem);
    const Solution glpk = solve(problem, {.backend = Backend::Glpk});
    ASSERT_NE(exact.status, SolveStatus::Feasible) << exact.message;
    if (exact.status == SolveStatus::Infeasible) {
      ASSERT_FALSE(glpk.objective) << "trial " << trial;
      continue;
    }
    ASSERT_EQ(glpk.objective, exact.objective) << "trial " << trial << ": " << glpk.message;
    ++compared;
  }
  EXPECT_GT(compared, 800);
}

/// Groups of {cost, amount} for i = 1..count, from a formula.
template <typename Figures>
Problem many(std::size_t groups, std::int64_t count, std::int64_t limit, const Figures& figures) {
  Problem problem{{limit}, {}};
  for (std::size_t g = 0; g < groups; ++g) {
    std::vector<Choice> choices;
    for (std::int64_t i = 1; i <= count; ++i) {
      const auto [cost, amount] = figures(static_cast<std::int64_t>(g), i);
      choices.push_back({cost, {amount}});
    }
    problem.add_group(choices);
  }
  return problem;
}

TEST(Solve, SolvesTenThousandLayers) {
  using Figures = std::pair<std::int64_t, std::int64_t>;
  const Problem problem = many(10'000, 8, 300'000, [](std::int64_t g, std::int64_t i) {
    return Figures((1'000 + g % 97 * 13) / i, i * (5 + g % 11));
  });
  const Solution solution = solve(problem);
  ASSERT_EQ(solution.status, SolveStatus::Optimal) << solution.message;
  EXPECT_LE(solution.amounts.front(), 300'000);
  // With a second limit that never binds the tree has to find the same.
  Problem twice = problem;
  twice.limits.push_back(1'000'000'000);
  twice.amounts.push_back(problem.amounts.front());
  const Solution other = solve(twice, {.relative_gap = 1e-6});
  ASSERT_TRUE(other.objective) << other.message;
  EXPECT_LE(*other.bound, *solution.objective);
  EXPECT_NEAR(static_cast<double>(*other.objective), static_cast<double>(*solution.objective),
              1e-6 * static_cast<double>(*solution.objective));
}

TEST(Solve, StandsTiesZeroCostsAndEqualAmounts) {
  using Figures = std::pair<std::int64_t, std::int64_t>;
  const Solution free = solve(many(50, 10, 250, [](std::int64_t, std::int64_t i) { return Figures(0, i); }));
  EXPECT_EQ(free.status, SolveStatus::Optimal);
  EXPECT_EQ(free.choices, Selection(50, 0));
  const Solution alike = solve(many(50, 10, 250, [](std::int64_t, std::int64_t i) { return Figures(10 - i, 5); }));
  EXPECT_EQ(alike.objective, 0);
  EXPECT_EQ(alike.choices, Selection(50, 9));
  const Solution single = solve(many(500, 1, 500, [](std::int64_t, std::int64_t) { return Figures(7, 1); }));
  EXPECT_EQ(single.objective, 3'500);
  // Subset sums in disguise: cost and amount always add up to the same.
  const Solution sums = solve(many(12, 5, 1'111'111, [](std::int64_t g, std::int64_t i) {
    const std::int64_t amount = i * (20'011 + 7'919 * g);
    return Figures(1'000'000 - amount, amount);
  }));
  EXPECT_EQ(sums.status, SolveStatus::Optimal) << sums.message;
}

TEST(Solve, StandsTinyBesideHugeFigures) {
  const std::int64_t huge = std::int64_t{1} << 57;
  const Problem problem{{huge + 3, 2}, {{{huge, {0, 1}}, {1, {huge, 0}}}, {{huge - 1, {3, 1}}, {0, {huge, 1}}}}};
  for (const bool certify : {false, true}) {
    const Solution solution = solve(problem, {.certify = certify});
    ASSERT_EQ(solution.status, SolveStatus::Optimal) << solution.message;
    EXPECT_EQ(solution.objective, huge);
    EXPECT_EQ(solution.bound, huge);
  }
}

/// Figures at random and tight limits: far from proven in a second.
Problem hard_problem() {
  std::mt19937_64 random(9);
  Problem problem{std::vector<std::int64_t>(5, 60 * 24'000), {}};
  for (int g = 0; g < 60; ++g) {
    std::vector<Choice> choices;
    for (int i = 0; i < 32; ++i) {
      Choice choice{static_cast<std::int64_t>(random() % 100'000), std::vector<std::int64_t>(5)};
      for (std::int64_t& amount : choice.amounts) amount = static_cast<std::int64_t>(random() % 100'000);
      choices.push_back(std::move(choice));
    }
    problem.add_group(choices);
  }
  return problem;
}

TEST(Solve, PassesOnWhatTheOneWhoWatchesThrows) {
  for (const Backend backend : {Backend::Exact, Backend::Glpk, Backend::Random}) {
    const auto watch = [](const Progress&) -> bool { throw Error("enough"); };
    EXPECT_THROW(solve(hard_problem(), {.backend = backend, .trials = 100'000'000, .watch = watch}), Error);
  }
}

TEST(Solve, IsStoppedByTheOneWhoWatches) {
  const Problem problem = hard_problem();
  int calls = 0;
  const Solution solution = solve(problem, {.watch = [&calls](const Progress& progress) {
                                    EXPECT_GT(progress.elapsed.count(), 0);
                                    return ++calls < 3;
                                  }});
  EXPECT_EQ(calls, 3);
  EXPECT_NE(solution.status, SolveStatus::Optimal);
  EXPECT_THAT(solution.message, testing::HasSubstr("interrupted"));
  ASSERT_TRUE(solution.bound);
  if (solution.objective) {
    EXPECT_LE(*solution.bound, *solution.objective);
  }
}

TEST(Solve, IsRightOnNumbersThatMakeGlpkAloneErr) {
  // Fixed point of six digits: unscaled, such tables make GLPK return wrong optima or abort.
  std::mt19937_64 random(2);
  for (std::size_t trial = 0; trial < 200; ++trial) {
    Problem problem =
        test::small_problem(random, {.groups = 5, .choices = 6, .limits = 1 + trial % 3, .largest = 1'000'000});
    const auto refine = [&](std::vector<std::int64_t>& column) {
      for (std::int64_t& figure : column) {
        figure = figure * 1'000'000 + static_cast<std::int64_t>(random() % 1'000'000);
      }
    };
    refine(problem.costs);
    std::ranges::for_each(problem.amounts, refine);
    for (std::int64_t& limit : problem.limits) limit *= 1'000'000;
    const auto best = test::least_objective(problem);
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

TEST(Solve, OrdersRatiosThatFloatingPointCannotTellApart) {
  // Saved per unit: 1, 1, and in the last group more than 1 by less than a double shows. Only one of it fits, or the
  // other two.
  const std::int64_t half = std::int64_t{1} << 58;
  const Problem problem{
      {2 * half}, {{{half, {0}}, {0, {half}}}, {{half, {0}}, {0, {half}}}, {{2 * half + 31, {0}}, {0, {2 * half}}}}};
  const Solution solution = solve(problem);
  EXPECT_EQ(solution.status, SolveStatus::Optimal);
  EXPECT_EQ(solution.objective, 2 * half);
  EXPECT_EQ(solution.choices, (Choices{0, 0, 1}));
}

TEST(Solve, StandsLimitsThatAreNone) {
  // A price of 1e-17 where there should be none, times such a limit, once made floating point call feasible parts
  // infeasible.
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  Problem problem{{none, none, none, 173},
                  {{{62, {23, 9, 32, 29}}, {19, {20, 29, 48, 90}}, {91, {47, 94, 52, 54}}, {71, {84, 87, 26, 59}}},
                   {{3, {34, 1, 30, 9}}, {0, {37, 77, 81, 16}}, {21, {67, 34, 48, 14}}, {12, {0, 74, 46, 80}}},
                   {{59, {88, 43, 25, 62}}, {56, {27, 69, 25, 23}}, {25, {30, 15, 25, 11}}, {17, {38, 57, 47, 56}}},
                   {{99, {19, 79, 81, 14}}, {66, {70, 88, 96, 61}}}}};
  for (std::int64_t limit = 60; limit <= 200; ++limit) {
    problem.limits.front() = limit;
    const auto least = test::least_objective(problem);
    const Solution solution = solve(problem);
    EXPECT_EQ(solution.status, least ? SolveStatus::Optimal : SolveStatus::Infeasible) << limit;
    EXPECT_EQ(solution.objective, least) << limit;
  }
}

TEST(Solve, TakesAnyLimitOnTime) {
  const Problem problem{{60}, {{{40, {10}}, {10, {40}}}, {{25, {10}}, {10, {30}}}}};
  EXPECT_EQ(solve(problem, {.time_limit = std::chrono::milliseconds::max(), .certify = true}).status,
            SolveStatus::Optimal);
}

TEST(Solve, LetsAnEarlierGroupTakeWhatALaterOneFrees) {
  // All cost the same; group 0 can have its first choice only when group 1 has taken its own.
  const Problem problem{{5}, {{{1, {5}}, {1, {0}}}, {{1, {0}}, {1, {5}}}}};
  Selection selection{1, 1};
  take_first_of_equals(problem, problem.limits, selection);
  EXPECT_EQ(selection, (Choices{0, 0}));
}

TEST(Solve, StopsWithinTheGapAskedFor) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 100; ++trial) {
    const Problem problem = test::small_problem(random, {.groups = 6, .choices = 6, .limits = 1, .largest = 1000});
    const auto best = test::least_objective(problem);
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
    std::vector<Choice> group;
    for (std::int64_t reuse = 1; reuse <= 32; ++reuse) {
      const auto noise = static_cast<std::int64_t>(random() % 100);
      group.push_back({(1000 + noise) * 1000 / reuse + 500, {reuse * (50 + noise)}});
    }
    problem.add_group(group);
  }
  problem.limits[0] = 100 * 32 * 100 / 4;
  const Solution solution = solve(problem);
  ASSERT_TRUE(solution.objective) << solution.message;
  EXPECT_LE(solution.amounts[0], problem.limits[0]);
  EXPECT_EQ(solution.status, SolveStatus::Optimal) << solution.message;
}

TEST(Solve, GivesTheSameAnswerEveryTime) {
  std::mt19937_64 random(8);
  const Problem problem = test::small_problem(random, {.groups = 30, .choices = 12, .limits = 2, .largest = 50});
  const Solution first = solve(problem);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(solve(problem).choices, first.choices);
}

TEST(Solve, RefusesBadOptions) {
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.relative_gap = 1}); }),
            "relative_gap: expected a number in [0, 1), got 1");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.time_limit = std::chrono::milliseconds(0)}); }),
            "time_limit: expected more than 0 ms, got 0");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.best = 0}); }),
            "best: expected at least 1, got 0");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.backend = Backend::Glpk, .best = 2}); }),
            "best: expected 1 with backend glpk, got 2");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.backend = Backend::Random, .certify = true}); }),
            "certify: expected backend exact and best 1");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { solve({}, {.trials = 0}); }),
            "trials: expected at least 1, got 0");
}

}  // namespace
}  // namespace ntorc::mip
