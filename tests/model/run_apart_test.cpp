#include "model/run_apart.hpp"

#include <gtest/gtest.h>

#include <atomic>
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

std::string crash() {
  std::raise(SIGSEGV);
  return {};
}

std::string loop() {
  const std::atomic<bool> always{true};
  while (always) {
  }
  return {};
}

std::string fail() { throw std::runtime_error("no"); }

TEST(RunApart, SurvivesACrashAnEndlessLoopAndAnException) {
  EXPECT_EQ(run_apart(crash, seconds(5)), std::nullopt);
  EXPECT_EQ(run_apart(loop, seconds(1)), std::nullopt);
  EXPECT_EQ(run_apart(fail, seconds(5)), std::nullopt);
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
