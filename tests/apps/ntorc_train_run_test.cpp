// ntorc-train sweep --run, --status and --job, as a user meets them.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// A sweep in `dir`/s whose jobs are these shell scripts.
void make_sweep(const TemporaryDir& dir, const std::vector<std::string>& scripts) {
  nlohmann::json manifest{{"format", "ntorc sweep"},
                          {"format_version", 1},
                          {"ntorc_version", "0.1.0"},
                          {"command", {"sh", "job"}},
                          {"jobs", nlohmann::json::array()}};
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    const std::string id = "00000000000000a" + std::to_string(i);
    std::filesystem::create_directories(dir.path() / "s/jobs" / id);
    dir.file("s/jobs/" + id + "/job", scripts[i] + "\n");
    manifest["jobs"].push_back({{"id", id}, {"summary", "script " + std::to_string(i)}});
  }
  dir.file("s/manifest.json", manifest.dump());
}

TEST(NtorcTrainRun, RunsTheJobsAndSaysSoInALineForEach) {
  const TemporaryDir dir;
  make_sweep(dir, {"exit 0", "exit 4", "exit 0"});
  const Outcome first = run(dir, "ntorc-train sweep s --run local --jobs 2");
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_EQ(first.out, "3 jobs: 2 done, 1 failed, 0 running, 0 waiting\n");
  EXPECT_THAT(first.err, AllOf(ContainsRegex("info: ./3 done 00000000000000a0, 0.[0-9] s, [0-9]+ MiB: script 0\n"),
                               ContainsRegex("warning: failed 00000000000000a1: exit 4, 0.[0-9] s, .*: script 1\n"),
                               Not(HasSubstr("\x1B"))));
  const Outcome status = run(dir, "ntorc-train sweep s --status");
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_THAT(status.out, ContainsRegex("^3 jobs: 2 done, 1 failed, 0 running, 0 waiting\nfailed 0+a1: exit 4,"));
  dir.file("s/jobs/00000000000000a1/job", "exit 0");
  EXPECT_EQ(run(dir, "ntorc-train sweep s --run local").out, "3 jobs: 2 done, 1 failed, 0 running, 0 waiting\n");
  const Outcome again = run(dir, "ntorc-train --quiet sweep s --run local --retry-failed");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "3 jobs: 3 done, 0 failed, 0 running, 0 waiting\n");
  EXPECT_EQ(again.err, "");
}

TEST(NtorcTrainRun, KeepsTheLimitsThatItIsGiven) {
  const TemporaryDir dir;
  make_sweep(dir, {"sleep 100", "python3 -c 'import time; x = bytearray(90 << 20); time.sleep(100)'"});
  const Outcome outcome =
      run(dir, "ntorc-train sweep s --run local --jobs 2 --time-limit 900ms --memory-limit 64MiB --grace 1s");
  EXPECT_EQ(outcome.out, "2 jobs: 0 done, 2 failed, 0 running, 0 waiting\n");
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("a0: time limit 0.9 s"), HasSubstr("a1: memory limit 64 MiB")));
}

TEST(NtorcTrainRun, DrawsABarOnATerminal) {
  const TemporaryDir dir;
  make_sweep(dir, {"exit 0", "exit 1"});
  const Outcome outcome = run(dir, "script -qec 'ntorc-train sweep s --run local' /dev/null");
  if (outcome.exit_code == 127) GTEST_SKIP() << "needs script(1)";
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("[############............] 1/2 done"),
                                 HasSubstr("[############xxxxxxxxxxxx] 1/2 done, 1 failed, 0 running, 0:00:0"),
                                 HasSubstr("2 jobs: 1 done, 1 failed")));
}

TEST(NtorcTrainRun, EndsWellOnCtrlCAndGoesOnLater) {
  const TemporaryDir dir;
  make_sweep(dir, {"test -e ../../go || { touch ../../begun; sleep 100; }", "exit 0"});
  const Outcome outcome = run(dir,
                              "ntorc-train sweep s --run local & until test -e s/begun; do sleep 0.02; done; "
                              "kill -TERM $!; wait $!");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "2 jobs: 0 done, 0 failed, 0 running, 2 waiting\n");
  EXPECT_THAT(outcome.err, HasSubstr("interrupted by signal 15; the same command goes on with what is left\n"));
  dir.file("s/go", "");
  EXPECT_EQ(run(dir, "ntorc-train sweep s --run local").exit_code, 0);
}

TEST(NtorcTrainRun, RunsOneJobAsATaskOfSlurmDoes) {
  const TemporaryDir dir;
  make_sweep(dir, {"exit 0", "exit 0"});
  const Outcome one = run(dir, "ntorc-train --quiet sweep s --job 00000000000000a1");
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out, "1 jobs: 1 done, 0 failed, 0 running, 0 waiting\n");
  EXPECT_EQ(run(dir, "ntorc-train sweep s --status").out, "2 jobs: 1 done, 0 failed, 0 running, 1 waiting\n");
  expect_refusal(run(dir, "ntorc-train sweep s --job aa"), 1,
                 "ntorc-train: job: expected an id of " + (dir.path() / "s/manifest.json").string() + ", got aa");
}

TEST(NtorcTrainRun, SubmitsNothingWhereThereIsNoSlurm) {
  const TemporaryDir dir;
  make_sweep(dir, {"exit 0"});
  // The name of a controller that cannot be there.
  dir.file("slurm.conf", "ClusterName=none\nSlurmctldHost=localhost\nSlurmctldPort=1\nNodeName=n\n");
  const Outcome outcome = run(dir, "SLURM_CONF=\"$PWD/slurm.conf\" timeout 60 ntorc-train sweep s --run slurm");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, ContainsRegex("^ntorc-train: (scontrol|sbatch|squeue): (expected|cannot start)"));
  EXPECT_EQ(run(dir, "ls s/slurm/*.id").exit_code, 2);
}

TEST(NtorcTrainRun, RefusesWhatMakesNoSense) {
  const TemporaryDir dir;
  make_sweep(dir, {"exit 0"});
  const auto refusal = [&](const std::string& options, const std::string& message) {
    expect_refusal(run(dir, "ntorc-train sweep s " + options), 2, "ntorc-train: " + message);
  };
  refusal("", "expected --run, --status or --job with the folder of a sweep");
  refusal("--run local --jobs 0", "jobs: expected 1..1024, got 0");
  refusal("--run local --attempts 0", "attempts: expected 1 or more, got 0");
  refusal("--run local --time-limit 0s", "time limit: expected more than 0, got 0 ms");
  refusal("--run local --time-limit -1s", "--time-limit: expected a time of at most a year, got -1000 ms");
  refusal("--run local --memory-limit 0", "--memory-limit: expected 1 byte to 1e18, got 0");
  refusal("--run slurm --sbatch qos", "option of sbatch: expected one as in --qos=long, got qos");
  refusal("--run slurm --cpus 0", "cpus: expected 1 or more, got 0");
  refusal("--run slurm --poll 0s", "--poll: expected more than 0, got 0");
  EXPECT_EQ(run(dir, "ntorc-train sweep s --run local --time-limit 5").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train sweep s --run cloud").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train sweep s --run local --status").exit_code, 2);
  expect_refusal(run(dir, "mkdir e; ntorc-train sweep e --run local"), 1,
                 "ntorc-train: e/manifest.json: cannot open: No such file or directory");
}

}  // namespace
}  // namespace ntorc
