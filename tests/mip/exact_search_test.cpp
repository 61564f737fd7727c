#include "mip/exact_search.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "mip/random_problem.hpp"
#include "mip/reduction.hpp"

namespace ntorc::mip {
namespace {

TEST(SearchExactly, FindsTheBestWithoutAnyHelp) {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 2000; ++trial) {
    const Problem problem =
        test::random_problem(random, {.groups = 4, .choices = 5, .limits = trial % 4, .largest = 20});
    const auto best = test::best_of_all(problem);
    const ExactAnswer answer = search_exactly(problem, {}, {});
    ASSERT_TRUE(answer.complete);
    ASSERT_EQ(answer.choices.empty(), !best) << "trial " << trial;
    if (best) {
      EXPECT_EQ(cost_of(problem, answer.choices), *best);
      EXPECT_TRUE(within_limits(problem, answer.choices));
      EXPECT_EQ(answer.bound, best);
    }
  }
}

TEST(SearchExactly, IsRightWhateverThePrices) {
  std::mt19937_64 random(6);
  const std::vector<double> strange{0,
                                    1e-9,
                                    0.3,
                                    7,
                                    1e18,
                                    1e30,
                                    -1,
                                    std::numeric_limits<double>::quiet_NaN(),
                                    std::numeric_limits<double>::infinity()};
  for (int trial = 0; trial < 1000; ++trial) {
    const Problem problem = test::random_problem(random, {.groups = 4, .choices = 5, .limits = 2, .largest = 30});
    const std::vector<double> prices{strange[random() % strange.size()], strange[random() % strange.size()]};
    const ExactAnswer answer = search_exactly(problem, {}, prices);
    EXPECT_EQ(answer.choices.empty() ? std::nullopt : std::optional(cost_of(problem, answer.choices)),
              test::best_of_all(problem));
  }
}

TEST(SearchExactly, ImprovesAPoorIncumbent) {
  // 5 + 5 with 2 + 2 units; 1 + 5 needs 4.
  const Problem problem{{4}, {{{5, {2}}, {1, {2}}}, {{5, {2}}, {1, {9}}}}};
  const ExactAnswer answer = search_exactly(problem, {0, 0}, {0.5});
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.choices, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(answer.bound, 6);
}

TEST(SearchExactly, GivesABoundThatHoldsWhenTimeIsUp) {
  std::mt19937_64 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const Problem problem = test::random_problem(random, {.groups = 4, .choices = 6, .limits = 1, .largest = 50});
    const auto best = test::best_of_all(problem);
    if (!best) continue;
    const ExactAnswer answer =
        search_exactly(problem, {}, {0.8}, {.deadline = std::chrono::steady_clock::time_point::min()});
    EXPECT_FALSE(answer.complete);
    ASSERT_TRUE(answer.bound);
    EXPECT_LE(*answer.bound, *best);
  }
}

TEST(SearchExactly, StopsAtTheGapAskedFor) {
  const Problem problem{{10}, {{{100, {5}}, {99, {6}}}}};
  const ExactAnswer answer = search_exactly(problem, {0}, {0}, {.relative_gap = 0.02});
  EXPECT_FALSE(answer.complete);
  EXPECT_EQ(answer.choices, (std::vector<std::size_t>{0}));
  EXPECT_EQ(answer.bound, 99);
}

TEST(SearchExactly, HoldsWithTheLargestNumbersAllowed) {
  const std::int64_t half = std::int64_t{1} << 61;
  const Problem problem{{half + 1}, {{{half, {1}}, {0, {half}}}, {{half, {1}}, {1, {half}}}}};
  const ExactAnswer answer = search_exactly(problem, {}, {1.0});
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.bound, half);  // one of the two may take its cheap choice: 0 + 2^61
}

}  // namespace
}  // namespace ntorc::mip
