#include "sweep/slurm_queue.hpp"

#include <gmock/gmock.h>

#include "ntorc/error.hpp"
#include "ntorc/sweep/slurm.hpp"
#include "sweeps.hpp"

namespace ntorc::sweep {
namespace {

using testing::HasSubstr;

TEST(ParseQueue, TakesTheTasksOfArraysAndPassesOverTheRest) {
  const auto lines = parse_queue(
      "41|5|RUNNING|ntorc-0123-1\n"
      "41|6|TIMEOUT|ntorc-0123-1\n"
      "42|N/A|PENDING|other\n"
      "slurm_load_jobs error\n"
      "43|7\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].array_name, "ntorc-0123-1");
  EXPECT_EQ(lines[0].index, 5U);
  EXPECT_EQ(lines[0].task.id, "41_5");
  EXPECT_FALSE(lines[0].task.ended);
  EXPECT_EQ(lines[1].task.state, "TIMEOUT");
  EXPECT_TRUE(lines[1].task.ended);
}

TEST(SlurmFolder, KeepsItsNameAndFindsItsLastArray) {
  const test::TemporaryDir dir;
  const SlurmFolder first(dir.path());
  EXPECT_EQ(first.last(), 0);
  std::ofstream(first.file(1, "jobs")) << "a\nb\n";
  std::ofstream(first.file(12, "jobs")) << "c\n";
  const SlurmFolder second(dir.path());
  EXPECT_EQ(second.last(), 12);
  EXPECT_EQ(second.array_name(3), first.array_name(3));
  EXPECT_EQ(second.jobs(1), (std::vector<std::string>{"a", "b"}));
}

TEST(SubmitToSlurm, RefusesOptionsAndPathsThatSlurmWouldMisread) {
  const test::ScriptSweep sweep({"exit 0"});
  const auto complaint = [&](const SlurmOptions& options, const std::filesystem::path& folder) {
    return test::message_of<InvalidArgument>([&] { submit_to_slurm(folder, sweep.manifest(), options); });
  };
  EXPECT_EQ(complaint({.program = ""}, sweep.path()), "program: expected the path of ntorc-train, got none");
  EXPECT_EQ(complaint({.program = "/bin/ntorc-train", .at_once = 0}, sweep.path()), "jobs: expected 1 or more, got 0");
  EXPECT_EQ(complaint({.program = "/bin/ntorc-train", .extra = {"--a\nb"}}, sweep.path()),
            "option of sbatch: expected one as in --qos=long, got --a\nb");
  EXPECT_THAT(complaint({.program = "/bin/ntorc-train"}, sweep.path() / "100%"), HasSubstr("without quotes"));
}

}  // namespace
}  // namespace ntorc::sweep
