#include "ntorc/mip/problem.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

std::string complaint(const Problem& problem) {
  return ntorc::test::message_of<InvalidArgument>([&] { problem.validate(); });
}

TEST(Problem, IsRefusedWithThePlaceOfWhatIsWrong) {
  EXPECT_EQ(complaint({{-1}, {}}), "limit 0: expected at least 0, got -1");
  EXPECT_EQ(complaint({{1}, {{{1, {1}}}, {}}}), "group 1: expected at least one choice, got none");
  EXPECT_EQ(complaint({{1}, {{{-5, {1}}}}}), "group 0, choice 0: cost: expected at least 0, got -5");
  EXPECT_EQ(complaint({{1}, {{{5, {1}}}, {{5, {2}}, {5, {-1}}}}}),
            "group 1, choice 1: amount: expected at least 0, got -1");
  EXPECT_EQ(complaint({{}, {{{5, {}, {-2}}}}, 1}), "group 0, choice 0: load: expected at least 0, got -2");
}

TEST(Problem, RefusesAChoiceOfAnotherShape) {
  const auto built = [](auto... arguments) {
    return ntorc::test::message_of<InvalidArgument>([&] { Problem(std::move(arguments)...); });
  };
  using Groups = std::vector<std::vector<Choice>>;
  using Limits = std::vector<std::int64_t>;
  EXPECT_EQ(built(Limits{1}, Groups{{{1, {1}}, {1, {}}}}), "group 0, choice 1: amounts: expected 1, got 0");
  EXPECT_EQ(built(Limits{}, Groups{{{1, {}, {4}}}}), "group 0, choice 0: loads: expected 0, got 1");
}

TEST(Problem, RefusesColumnsThatDoNotFitTogether) {
  Problem problem{{1}, {{{1, {1}}, {2, {2}}}}};
  problem.amounts[0].pop_back();
  EXPECT_EQ(complaint(problem), "amount: expected 2, one for each choice, got 1");
  problem.amounts.clear();
  EXPECT_EQ(complaint(problem), "amounts: expected 1 columns, one for each limit, got 0");
  EXPECT_EQ(complaint(Problem(std::vector<std::int64_t>(45, 1), {}, 4)),
            "limits and loads: expected at most 48, got 49");
}

TEST(Problem, IsRefusedWhenItsSumsCouldOverflow) {
  const std::int64_t half = std::int64_t{1} << 60;
  EXPECT_NO_THROW((Problem{{}, {{{half, {}}}, {{half, {}}}}}.validate()));
  EXPECT_EQ(complaint({{}, {{{half, {}}}, {{half + 1, {}}}}}), "cost: expected sums up to 2^61, got more");
  EXPECT_EQ(complaint({{1}, {{{0, {half}}}, {{0, {half + 1}}}}}), "amount: expected sums up to 2^61, got more");
}

TEST(Problem, CountsTheLargestLoadAsCost) {
  const Problem problem{{9}, {{{1, {2}, {5, 1}}, {2, {3}, {0, 0}}}, {{4, {6}, {1, 7}}}}, 2};
  EXPECT_EQ(objective_of(problem, {0, 0}), 5 + 8);
  EXPECT_EQ(objective_of(problem, {1, 0}), 6 + 7);
  EXPECT_EQ(amounts_of(problem, {1, 0}), (std::vector<std::int64_t>{9}));
  EXPECT_TRUE(within_limits(problem, {1, 0}));
}

}  // namespace
}  // namespace ntorc::mip
