#include "model/run_apart.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace ntorc::model {
namespace {

using std::chrono::seconds;

TEST(RunApart, BringsBackWhatTheWorkReturns) {
  const std::string long_answer(1'000'000, 'x');
  EXPECT_EQ(run_apart([&] { return long_answer; }, seconds(5)), long_answer);
  EXPECT_EQ(run_apart([] { return std::string("a\0b", 3); }, seconds(5)), std::string("a\0b", 3));
  EXPECT_EQ(run_apart([] { return std::string(); }, seconds(5)), "");
}

TEST(RunApart, SurvivesACrashAnEndlessLoopAndAnException) {
  EXPECT_EQ(run_apart(
                []() -> std::string {
                  std::raise(SIGSEGV);
                  return {};
                },
                seconds(5)),
            std::nullopt);
  EXPECT_EQ(run_apart(
                []() -> std::string {
                  for (volatile int i = 0;; i = i ^ 1) {
                  }
                },
                seconds(1)),
            std::nullopt);
  EXPECT_EQ(run_apart([]() -> std::string { throw std::runtime_error("no"); }, seconds(5)), std::nullopt);
}

TEST(RunApart, LeavesThisProcessAlone) {
  int changed = 0;
  run_apart(
      [&] {
        changed = 1;
        return std::string();
      },
      seconds(5));
  EXPECT_EQ(changed, 0);
}

}  // namespace
}  // namespace ntorc::model
