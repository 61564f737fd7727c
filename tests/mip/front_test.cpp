#include "ntorc/mip/front.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <map>

#include "fixtures.hpp"
#include "mip/small_problem.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

/// The least objective for every amount that some selection has.
std::map<std::int64_t, std::int64_t> least_by_amount(const Problem& problem) {
  std::map<std::int64_t, std::int64_t> least;
  Selection selection(problem.groups(), 0);
  while (true) {
    if (within_limits(problem, selection)) {
      const std::int64_t objective = objective_of(problem, selection);
      const auto entry = least.try_emplace(amounts_of(problem, selection).front(), objective).first;
      entry->second = std::min(entry->second, objective);
    }
    std::size_t g = 0;
    while (g < selection.size() && ++selection[g] == problem.size(g)) selection[g++] = 0;
    if (g == selection.size()) return least;
  }
}

using Points = std::vector<std::pair<std::int64_t, std::int64_t>>;

Points front_of(const std::map<std::int64_t, std::int64_t>& least) {
  Points front;
  for (const auto& [amount, objective] : least) {
    if (front.empty() || objective < front.back().second) front.emplace_back(amount, objective);
  }
  return front;
}

Points points_of(const Front& front) {
  Points points;
  for (const FrontPoint& point : front.points) points.emplace_back(point.amounts.front(), point.objective);
  return points;
}

TEST(TraceFront, GivesEveryPointOfASmallFront) {
  std::mt19937_64 random(1);
  for (std::size_t trial = 0; trial < 2000; ++trial) {
    const Problem problem =
        test::small_problem(random, {.groups = 1 + trial % 6, .choices = 6, .largest = trial % 2 == 0 ? 6 : 10'000});
    const Front front = trace_front(problem);
    ASSERT_TRUE(front.complete);
    ASSERT_TRUE(front.finished);
    ASSERT_EQ(points_of(front), front_of(least_by_amount(problem))) << "trial " << trial;
    for (const FrontPoint& point : front.points) {
      ASSERT_EQ(objective_of(problem, point.choices), point.objective);
      ASSERT_EQ(amounts_of(problem, point.choices), point.amounts);
      ASSERT_EQ(point.bound, point.objective);
    }
  }
}

TEST(TraceFront, GivesPointsThatAreTheCheapestForTheirAmount) {
  std::mt19937_64 random(2);
  std::size_t found = 0;
  for (std::size_t trial = 0; trial < 1000; ++trial) {
    const Problem problem = test::small_problem(
        random, {.groups = 4, .choices = 6, .limits = 1 + trial % 3, .loads = trial % 2 == 0 ? 2u : 0u, .largest = 50});
    const auto least = least_by_amount(problem);
    const Front front = trace_front(problem, {.points = 9, .largest_complete = 0});
    ASSERT_EQ(front.points.empty(), least.empty());
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    for (const FrontPoint& point : front.points) {
      std::int64_t cheapest = point.objective;
      for (const auto& [amount, objective] : least) {
        if (amount <= point.amounts.front()) cheapest = std::min(cheapest, objective);
      }
      ASSERT_EQ(point.objective, cheapest) << "trial " << trial;
      ASSERT_EQ(point.bound, cheapest);
      ASSERT_LT(point.objective, before);
      before = point.objective;
      ++found;
    }
    if (!least.empty()) {
      ASSERT_EQ(front.points.front().amounts.front(), least.begin()->first);    // the fastest of all
      ASSERT_EQ(front.points.back().objective, front_of(least).back().second);  // and the cheapest
    }
  }
  EXPECT_GT(found, 1'000);
}

TEST(TraceFront, TakesSamplesOfOneThatIsTooLarge) {
  std::mt19937_64 random(3);
  Problem problem{{40'000'000}, {}};
  for (int g = 0; g < 40; ++g) {
    std::vector<Choice> choices;
    const auto size = static_cast<std::int64_t>(random() % 1'000'000);
    for (std::int64_t i = 1; i <= 30; ++i)
      choices.push_back({size / i, {i * static_cast<std::int64_t>(random() % 9'000 + 9'000)}});
    problem.add_group(choices);
  }
  const Front front = trace_front(problem, {.points = 25, .largest_complete = 100});
  EXPECT_FALSE(front.complete);
  EXPECT_THAT(front.points, testing::SizeIs(testing::AllOf(testing::Gt(15u), testing::Le(25u))));
  for (const FrontPoint& point : front.points) EXPECT_EQ(point.bound, point.objective);
}

TEST(TraceFront, IsCompleteWithoutALimitOnItsSize) {
  const Problem problem{{60}, {{{40, {10}}, {10, {40}}}, {{25, {10}}, {10, {30}}}}};
  const Front front = trace_front(problem, {.largest_complete = std::numeric_limits<std::size_t>::max()});
  EXPECT_TRUE(front.complete);
  EXPECT_EQ(front.points.size(), 3u);  // (20, 65), (40, 50), (50, 35)
}

TEST(TraceFront, EndsWhenItIsTold) {
  std::mt19937_64 random(4);
  Problem problem = test::small_problem(random, {.groups = 300, .choices = 40, .limits = 3, .largest = 1'000'000});
  for (std::int64_t& limit : problem.limits) limit = 300 * 300'000;
  const Front front = trace_front(problem, {.points = 1'000, .watch = [](const Progress&) { return false; }});
  EXPECT_FALSE(front.finished);
  EXPECT_FALSE(front.complete);
}

TEST(TraceFront, RefusesWhatItCannotTrace) {
  const auto complaint = [](const Problem& problem, const FrontOptions& options) {
    return ntorc::test::message_of<InvalidArgument>([&] { trace_front(problem, options); });
  };
  EXPECT_EQ(complaint({}, {}), "front: expected a problem with at least one limit, got none");
  EXPECT_EQ(complaint({{1}, {}}, {.points = 1}), "points: expected at least 2, got 1");
  EXPECT_EQ(complaint({{1}, {}}, {.time_limit = std::chrono::milliseconds(0)}),
            "time_limit: expected more than 0 ms, got 0");
}

}  // namespace
}  // namespace ntorc::mip
