#include "mip/reduction.hpp"

#include <gtest/gtest.h>

#include "mip/random_problem.hpp"

namespace ntorc::mip {
namespace {

using Kept = std::vector<std::vector<std::size_t>>;

TEST(Reduce, TakesOutWhatAnotherChoiceDominates) {
  // Choice 1 costs more than 0 and needs as much; 3 repeats 2.
  const Problem problem{{100}, {{{5, {10}}, {6, {10}}, {1, {20}}, {1, {20}}, {9, {1}}}}};
  EXPECT_EQ(reduce(problem).kept, (Kept{{0, 2, 4}}));
}

TEST(Reduce, TakesOutWhatCannotFitBesideTheSmallest) {
  const Problem problem{{10}, {{{1, {9}}, {5, {3}}}, {{1, {4}}, {7, {2}}}}};
  EXPECT_EQ(reduce(problem).kept, (Kept{{1}, {0, 1}}));  // 9 + 2 > 10
}

TEST(Reduce, SeesThatTheSmallestAmountsAreTooMuch) {
  EXPECT_TRUE(reduce({{4}, {{{1, {3}}}, {{1, {2}}, {0, {5}}}}}).infeasible);
  EXPECT_FALSE(reduce({{5}, {{{1, {3}}}, {{1, {2}}, {0, {5}}}}}).infeasible);
}

TEST(Reduce, KeepsTheLeastCost) {
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 2000; ++trial) {
    const Problem problem =
        test::random_problem(random, {.groups = 4, .choices = 5, .limits = trial % 4, .largest = 12});
    const Reduction reduction = reduce(problem);
    const auto best = test::best_of_all(problem);
    if (reduction.infeasible) {
      EXPECT_FALSE(best) << "trial " << trial;
    } else {
      EXPECT_EQ(test::best_of_all(reduction.problem), best) << "trial " << trial;
    }
  }
}

}  // namespace
}  // namespace ntorc::mip
