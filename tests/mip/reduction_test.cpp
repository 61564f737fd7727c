#include "mip/reduction.hpp"

#include <gtest/gtest.h>

#include "mip/small_problem.hpp"

namespace ntorc::mip {
namespace {

using Kept = std::vector<std::uint8_t>;

/// The problem without what was taken out.
Problem left_of(const Problem& problem, const Reduction& reduction) {
  Problem left{problem.limits, {}, problem.loads.size()};
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    std::vector<Choice> choices;
    for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
      if (reduction.kept[i] == 0) continue;
      Choice choice{problem.costs[i]};
      for (const auto& column : problem.amounts) choice.amounts.push_back(column[i]);
      for (const auto& column : problem.loads) choice.loads.push_back(column[i]);
      choices.push_back(std::move(choice));
    }
    left.add_group(choices);
  }
  return left;
}

TEST(Reduce, TakesOutWhatAnotherChoiceDominates) {
  // Choice 1 costs more than 0 and needs as much; 3 repeats 2.
  const Problem problem{{100}, {{{5, {10}}, {6, {10}}, {1, {20}}, {1, {20}}, {9, {1}}}}};
  EXPECT_EQ(reduce(problem).kept, (Kept{1, 0, 1, 0, 1}));
}

TEST(Reduce, KeepsWhatOnlyFewerThanTheWantedDominate) {
  // Choice 1 has one better, 2 has two, 4 repeats 3.
  const Problem problem{{100}, {{{1, {1}}, {2, {2}}, {3, {3}}, {9, {0}}, {9, {0}}}}};
  EXPECT_EQ(reduce(problem, 1).kept, (Kept{1, 0, 0, 1, 0}));
  EXPECT_EQ(reduce(problem, 2).kept, (Kept{1, 1, 0, 1, 0}));
  EXPECT_EQ(reduce(problem, 3).kept, (Kept{1, 1, 1, 1, 0}));
}

TEST(Reduce, KeepsWhatLoadsLess) {
  const Problem problem{{}, {{{5, {}, {1}}, {5, {}, {2}}, {4, {}, {3}}}}, 1};
  EXPECT_EQ(reduce(problem).kept, (Kept{1, 0, 1}));
}

TEST(Reduce, TakesOutWhatCannotFitBesideTheSmallest) {
  const Problem problem{{10}, {{{1, {9}}, {5, {3}}}, {{1, {4}}, {7, {2}}}}};
  EXPECT_EQ(reduce(problem).kept, (Kept{0, 1, 1, 1}));  // 9 + 2 > 10
}

TEST(Reduce, SeesThatTheSmallestAmountsAreTooMuch) {
  EXPECT_TRUE(reduce({{4}, {{{1, {3}}}, {{1, {2}}, {0, {5}}}}}).infeasible);
  EXPECT_FALSE(reduce({{5}, {{{1, {3}}}, {{1, {2}}, {0, {5}}}}}).infeasible);
}

TEST(Reduce, SeesAGroupThatFitsNoLimit) {
  // Each of the two is too much of something.
  EXPECT_TRUE(reduce({{5, 5}, {{{1, {0, 6}}, {1, {6, 0}}}}}).infeasible);
}

TEST(Reduce, KeepsTheLeastObjective) {
  std::mt19937_64 random(11);
  int infeasible = 0;
  for (std::size_t trial = 0; trial < 2000; ++trial) {
    const Problem problem = test::small_problem(
        random, {.groups = 4, .choices = 5, .limits = trial % 4, .loads = trial % 3, .largest = 12});
    const Reduction reduction = reduce(problem);
    const auto best = test::least_objective(problem);
    infeasible += reduction.infeasible ? 1 : 0;
    if (reduction.infeasible) {
      EXPECT_FALSE(best) << "trial " << trial;
    } else {
      EXPECT_EQ(test::least_objective(left_of(problem, reduction)), best) << "trial " << trial;
    }
  }
  EXPECT_GT(infeasible, 20);
}

}  // namespace
}  // namespace ntorc::mip
