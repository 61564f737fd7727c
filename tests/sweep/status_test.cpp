#include "sweep/status.hpp"

#include <gmock/gmock.h>

#include "ntorc/error.hpp"
#include "support/file_lock.hpp"
#include "sweeps.hpp"

namespace ntorc::sweep {
namespace {

using test::ScriptSweep;
using testing::HasSubstr;

TEST(ReadStatus, OfAJobThatNeverRanIsWaiting) {
  const ScriptSweep sweep({""});
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_EQ(sweep.status(0).attempts, 0);
}

TEST(ReadStatus, GivesBackWhatWasWritten) {
  const ScriptSweep sweep({""});
  const JobStatus status{.state = JobState::Failed,
                         .attempts = 3,
                         .exit_code = 2,
                         .reason = "exit 2",
                         .seconds = 1.5,
                         .peak_memory_bytes = 1 << 20,
                         .where = "node7, slurm 41_5"};
  write_status(sweep.path(), sweep.job(0), status);
  const JobStatus read = sweep.status(0);
  EXPECT_EQ(read.state, JobState::Failed);
  EXPECT_EQ(read.attempts, 3);
  EXPECT_EQ(read.exit_code, 2);
  EXPECT_EQ(read.reason, "exit 2");
  EXPECT_EQ(read.seconds, 1.5);
  EXPECT_EQ(read.peak_memory_bytes, 1U << 20);
  EXPECT_EQ(read.where, "node7, slurm 41_5");
}

TEST(ReadStatus, IsRunningWhileTheLockIsHeldAndCutOffWhenItIsNot) {
  const ScriptSweep sweep({""});
  write_status(sweep.path(), sweep.job(0), {.state = JobState::Running, .attempts = 1});
  {
    const auto lock = support::FileLock::try_take(lock_file(sweep.path(), sweep.job(0)));
    ASSERT_TRUE(lock);
    EXPECT_FALSE(support::FileLock::try_take(lock_file(sweep.path(), sweep.job(0))));
    EXPECT_EQ(sweep.status(0).state, JobState::Running);
  }
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_EQ(sweep.status(0).reason, "cut off");
}

TEST(ReadStatus, NamesThePlaceOfWhatItDoesNotUnderstand) {
  const auto complaint = [](const char* text) {
    return test::message_of<ParseError>([&] { status_from_json(text, "status.json"); });
  };
  EXPECT_EQ(complaint(""), "status.json: expected JSON, found an empty file");
  EXPECT_THAT(complaint("[]"), HasSubstr("status.json: /: expected an object"));
  EXPECT_EQ(complaint(R"({"state": "gone"})"),
            "status.json: /state: expected one of \"waiting\", \"running\", \"done\", \"failed\", got \"gone\"");
  EXPECT_EQ(complaint(R"({"state": "done", "attempts": -1})"),
            "status.json: /attempts: expected one integer in 0..2147483647, got -1");
  EXPECT_EQ(complaint(R"({"stat": 1})"), "status.json: /stat: unknown key");
}

}  // namespace
}  // namespace ntorc::sweep
