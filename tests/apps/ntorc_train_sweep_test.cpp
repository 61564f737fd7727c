#include <gmock/gmock.h>

#include <filesystem>

#include "command.hpp"

namespace ntorc {
namespace {

const std::string kSweep = "'" + (test::examples_dir() / "sweep.yaml").string() + "'";

TEST(NtorcTrainSweep, PrintsWhatItWouldWriteAndWritesNothing) {
  const test::TemporaryDir dir;
  const test::Outcome outcome = test::run(dir, "ntorc-train sweep " + kSweep + " --dry-run --out sweep");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::HasSubstr("jobs           40\n"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "sweep"));
}

TEST(NtorcTrainSweep, WritesJobs) {
  const test::TemporaryDir dir;
  test::Outcome outcome = test::run(dir, "ntorc-train sweep " + kSweep + " --out sweep");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "ntorc-train: info: sweep: 40 jobs, 40 of them new\n");
  outcome = test::run(dir, "ntorc-train sweep " + kSweep + " --out sweep");
  EXPECT_EQ(outcome.err, "ntorc-train: info: sweep: 40 jobs, 0 of them new\n");
}

TEST(NtorcTrainSweep, RefusesInOneLine) {
  const test::TemporaryDir dir;
  dir.file("s.yaml", "preset: ntorc\nreuze: 5\n");
  test::expect_refusal(test::run(dir, "ntorc-train sweep s.yaml --dry-run"), 1,
                       "ntorc-train: s.yaml:2:1: expected one of the keys design, families, max_block_factor, "
                       "max_reuse, precisions, preset, reuse, strategies, target, found reuze");
  test::expect_refusal(test::run(dir, "ntorc-train sweep s.yaml"), 2, "ntorc-train: expected --out DIR or --dry-run");
}

}  // namespace
}  // namespace ntorc
