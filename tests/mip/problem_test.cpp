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
  EXPECT_EQ(complaint({{1}, {{{1, {1}}, {1, {}}}}}),
            "group 0, choice 1: amounts: expected 1, one for each limit, got 0");
  EXPECT_EQ(complaint({{1}, {{{-5, {1}}}}}), "group 0, choice 0: cost: expected at least 0, got -5");
  EXPECT_EQ(complaint({{1}, {{{5, {-1}}}}}), "group 0, choice 0: amount: expected at least 0, got -1");
}

TEST(Problem, IsRefusedWhenItsSumsCouldOverflow) {
  const std::int64_t half = std::int64_t{1} << 61;
  EXPECT_NO_THROW((Problem{{}, {{{half, {}}}, {{half, {}}}}}.validate()));
  EXPECT_EQ(complaint({{}, {{{half, {}}}, {{half + 1, {}}}}}), "cost: expected sums up to 2^62, got more");
  EXPECT_EQ(complaint({{1}, {{{0, {half}}}, {{0, {half + 1}}}}}), "amounts: expected sums up to 2^62, got more");
}

}  // namespace
}  // namespace ntorc::mip
