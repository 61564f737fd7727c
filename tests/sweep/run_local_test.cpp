#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "ntorc/error.hpp"
#include "ntorc/sweep/run.hpp"
#include "sweeps.hpp"

namespace ntorc::sweep {
namespace {

using namespace std::chrono_literals;
using test::alive;
using test::eventually;
using test::pid_in;
using test::ScriptSweep;
using testing::ElementsAre;
using testing::HasSubstr;

/// Options whose grace suits scripts.
RunOptions quick(int jobs = 2) {
  RunOptions options;
  options.jobs = jobs;
  options.limits.grace = 300ms;
  return options;
}

RunResult run(const ScriptSweep& sweep, const RunOptions& options = quick(), const RunWatch& watch = {}) {
  return run_local(sweep.path(), sweep.manifest(), options, watch);
}

/// Runs the sweep in a process of its own, as a second ntorc-train would; 0 if all is done, 1 if not, 2 if it was
/// interrupted, 3 if it threw.
pid_t run_apart(const ScriptSweep& sweep, const RunOptions& options = quick()) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    const RunResult result = run(sweep, options);
    ::_exit(result.signal ? 2 : result.tally.done == result.tally.total() ? 0 : 1);
  } catch (...) {
    ::_exit(3);
  }
}

int exit_code(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(RunLocal, RunsEachJobOnceInTheOrderOfTheManifestAndKeepsItsOutput) {
  const ScriptSweep sweep(std::vector<std::string>(4, "echo begin $N >>\"$LOG\"; echo out $N; echo err $N >&2"));
  EXPECT_EQ(run(sweep, quick(1)).tally, (Tally{.done = 4}));
  EXPECT_THAT(sweep.log_lines(), ElementsAre("begin 0", "begin 1", "begin 2", "begin 3"));
  EXPECT_EQ(test::read_all(sweep.folder(2) / "log.txt"), "out 2\nerr 2\n");
  const JobStatus status = sweep.status(3);
  EXPECT_EQ(status.state, JobState::Done);
  EXPECT_EQ(status.attempts, 1);
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_EQ(status.reason, "");
  EXPECT_GT(status.seconds, 0);
  EXPECT_EQ(run(sweep).tally, (Tally{.done = 4}));
  EXPECT_EQ(sweep.log_lines().size(), 4U) << "a job that was done ran again";
}

TEST(RunLocal, RunsAsManyAtATimeAsItIsAskedTo) {
  const std::string script = "mkdir \"$LOG.$N\"; ls -d \"$LOG\".? | wc -l >>\"$LOG\"; sleep 0.15; rmdir \"$LOG.$N\"";
  const ScriptSweep sweep(std::vector<std::string>(9, script));
  EXPECT_EQ(run(sweep, quick(3)).tally.done, 9U);
  EXPECT_THAT(sweep.log_lines(), testing::Contains("3"));
  EXPECT_THAT(sweep.log_lines(), testing::Not(testing::Contains("4")));
}

TEST(RunLocal, TellsWhyAJobFailedAndRunsItAgainOnlyWhenAskedTo) {
  const ScriptSweep sweep({"exit 7", "kill -9 $$", "exit 0"});
  EXPECT_EQ(run(sweep).tally, (Tally{.done = 1, .failed = 2}));
  EXPECT_EQ(sweep.status(0).reason, "exit 7");
  EXPECT_EQ(sweep.status(0).exit_code, 7);
  EXPECT_EQ(sweep.status(1).reason, "signal 9");
  EXPECT_FALSE(sweep.status(1).exit_code.has_value());
  EXPECT_EQ(run(sweep).tally, (Tally{.done = 1, .failed = 2}));
  EXPECT_EQ(sweep.status(0).attempts, 1);
  RunOptions options = quick();
  options.failed = FailedJobs::Retry;
  run(sweep, options);
  EXPECT_EQ(sweep.status(0).attempts, 2);
  options.failed = FailedJobs::Leave;
  options.attempts = 4;
  run(sweep, options);
  EXPECT_EQ(sweep.status(0).attempts, 4);
  EXPECT_EQ(sweep.status(2).attempts, 1);
}

TEST(RunLocal, KeepsTheLogOfEveryAttempt) {
  const ScriptSweep sweep({"echo try $NTORC_JOB; date +%s%N; test -e second || { touch second; exit 1; }"});
  RunOptions options = quick();
  options.attempts = 3;
  EXPECT_EQ(run(sweep, options).tally.done, 1U);
  EXPECT_EQ(sweep.status(0).attempts, 2);
  EXPECT_THAT(test::read_all(sweep.folder(0) / "log.txt"), HasSubstr("try " + sweep.folder(0).string()));
  EXPECT_THAT(test::read_all(sweep.folder(0) / "log.1.txt"), HasSubstr("try "));
  EXPECT_NE(test::read_all(sweep.folder(0) / "log.txt"), test::read_all(sweep.folder(0) / "log.1.txt"));
}

TEST(RunLocal, FailsAJobWhoseCommandIsNotThere) {
  const ScriptSweep sweep({"exit 0"});
  Manifest manifest = sweep.manifest();
  manifest.command = {"no-such-program-of-ntorc"};
  EXPECT_EQ(run_local(sweep.path(), manifest, quick()).tally.failed, 1U);
  EXPECT_EQ(sweep.status(0).reason, "cannot start no-such-program-of-ntorc: No such file or directory");
}

TEST(RunLocal, KillsAllProcessesOfAJobThatIsOverItsTimeLimit) {
  // The first ignores SIGTERM, the second has left session and parent behind, as a daemon does.
  const ScriptSweep sweep(
      {"trap '' TERM; (setsid sh -c 'echo $$ >daemon; exec sleep 100' &); echo $$ >self; while :; do sleep 1; done"});
  RunOptions options = quick();
  options.limits.time = 400ms;
  EXPECT_EQ(run(sweep, options).tally.failed, 1U);
  const JobStatus status = sweep.status(0);
  EXPECT_EQ(status.reason, "time limit 0.4 s");
  EXPECT_GE(status.seconds, 0.4);
  EXPECT_LT(status.seconds, 5);
  ASSERT_GT(pid_in(sweep.folder(0) / "daemon"), 0);
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "daemon")));
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "self")));
}

TEST(RunLocal, CountsTheMemoryOfAllProcessesOfAJob) {
  // Two processes of about 60 MiB: neither is over the limit alone.
  const std::string half = "python3 -c 'import time; x = bytearray(60 << 20); time.sleep(20)' & ";
  const ScriptSweep sweep({half + half + "wait", "python3 -c 'import time; x = bytearray(60 << 20); time.sleep(0.6)'"});
  RunOptions options = quick();
  options.limits.memory_bytes = std::uint64_t{100} << 20;
  EXPECT_EQ(run(sweep, options).tally, (Tally{.done = 1, .failed = 1}));
  EXPECT_EQ(sweep.status(0).reason, "memory limit 100 MiB");
  EXPECT_GT(sweep.status(0).peak_memory_bytes, std::uint64_t{100} << 20);
  EXPECT_GT(sweep.status(1).peak_memory_bytes, std::uint64_t{60} << 20);
  EXPECT_LT(sweep.status(1).peak_memory_bytes, std::uint64_t{100} << 20);
}

TEST(RunLocal, EndsTheDaemonsThatADoneJobLeaves) {
  const ScriptSweep sweep(
      {"(setsid sh -c 'echo $$ >daemon; exec sleep 100' &); until test -s daemon; do sleep 0.01; done"});
  EXPECT_EQ(run(sweep).tally.done, 1U);
  ASSERT_GT(pid_in(sweep.folder(0) / "daemon"), 0);
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "daemon")));
}

TEST(RunLocal, LeavesJobsWaitingWhenInterruptedAndRunsThemLater) {
  const ScriptSweep sweep(std::vector<std::string>(
      3, "echo $$ >self; echo begin $N >>\"$LOG\"; test -e go || sleep 100; echo end $N >>\"$LOG\""));
  const pid_t engine = run_apart(sweep);
  ASSERT_TRUE(eventually([&] { return sweep.log_lines().size() == 2; }));
  EXPECT_EQ(sweep.status(0).state, JobState::Running);
  EXPECT_EQ(sweep.status(2).state, JobState::Waiting);
  ::kill(engine, SIGINT);
  EXPECT_EQ(exit_code(engine), 2);
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_EQ(sweep.status(0).reason, "interrupted by signal 2");
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "self")));
  for (int i = 0; i < 3; ++i) std::ofstream(sweep.folder(static_cast<std::size_t>(i)) / "go");
  EXPECT_EQ(run(sweep).tally.done, 3U);
  EXPECT_EQ(sweep.status(0).attempts, 2);
  EXPECT_EQ(sweep.status(2).attempts, 1);
  EXPECT_THAT(sweep.count("end 0"), 1);
}

TEST(RunLocal, TakesACommandThatASignalEndedForInterruptedIfTheSignalComesToItselfToo) {
  const ScriptSweep sweep(
      {"sh -c \"trap '' TERM; echo >deaf; exec sleep 100\" & echo $! >child\n"
       "until test -e deaf; do sleep 0.01; done; echo $$ >self; wait"});
  RunOptions options = quick();
  options.limits.grace = 2s;
  const pid_t engine = run_apart(sweep, options);
  ASSERT_TRUE(eventually([&] { return pid_in(sweep.folder(0) / "self") > 0; }));
  const pid_t command = pid_in(sweep.folder(0) / "self");
  ::kill(command, SIGTERM);
  ASSERT_TRUE(eventually([&] { return ::kill(command, 0) != 0; })) << "its child lives on";
  ::kill(engine, SIGTERM);
  EXPECT_EQ(exit_code(engine), 2);
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_EQ(sweep.status(0).reason, "interrupted by signal 15");
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "child")));
}

TEST(RunLocal, KillsAtOnceOnASecondSignal) {
  const ScriptSweep sweep({"trap '' TERM; echo begin >>\"$LOG\"; while :; do sleep 1; done"});
  RunOptions options = quick();
  options.limits.grace = 1h;
  const pid_t engine = run_apart(sweep, options);
  ASSERT_TRUE(eventually([&] { return !sweep.log_lines().empty(); }));
  ::kill(engine, SIGINT);
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(sweep.status(0).state, JobState::Running) << "its grace is an hour";
  ::kill(engine, SIGINT);
  EXPECT_EQ(exit_code(engine), 2);
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
}

TEST(RunLocal, StopsItsJobsWhenItIsKilledItself) {
  const ScriptSweep sweep({"sleep 100 & echo $! >child; echo $$ >self; wait"});
  const pid_t engine = run_apart(sweep);
  ASSERT_TRUE(eventually([&] { return pid_in(sweep.folder(0) / "self") > 0; }));
  ::kill(engine, SIGKILL);
  EXPECT_EQ(exit_code(engine), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return sweep.status(0).state == JobState::Waiting; }));
  EXPECT_EQ(sweep.status(0).reason, "interrupted: ntorc-train was killed");
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "self")));
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "child")));
}

/// The keeper of the job that runs: the parent of its shell.
pid_t keeper_of(const ScriptSweep& sweep, std::size_t index) {
  const std::string stat = test::read_all(fmt::format("/proc/{}/stat", pid_in(sweep.folder(index) / "self")));
  std::istringstream rest(stat.substr(stat.rfind(')') + 2));
  std::string state;
  pid_t parent = 0;
  rest >> state >> parent;
  return parent;
}

TEST(RunLocal, KillsWhatIsLeftOfAJobWhoseKeeperWasKilled) {
  const ScriptSweep sweep({"sleep 100 & echo $! >child; echo $$ >self; wait", "echo fine"});
  const pid_t engine = run_apart(sweep, quick(1));
  ASSERT_TRUE(eventually([&] { return pid_in(sweep.folder(0) / "self") > 0; }));
  const pid_t child = pid_in(sweep.folder(0) / "child");
  ::kill(keeper_of(sweep, 0), SIGKILL);
  EXPECT_EQ(exit_code(engine), 1);
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_EQ(sweep.status(0).reason, "cut off");
  EXPECT_EQ(sweep.status(1).state, JobState::Done);
  EXPECT_FALSE(alive(child));
}

TEST(RunLocal, SeesAJobAsRunningWhileAnyOfItsProcessesLives) {
  // Engine and keeper are killed in one go: the command dies with the keeper, its child lives on with the lock.
  const ScriptSweep sweep({"test -e self && exit 0; sleep 100 & echo $! >child; echo $$ >self; wait"});
  const pid_t engine = run_apart(sweep, quick(1));
  ASSERT_TRUE(eventually([&] { return pid_in(sweep.folder(0) / "self") > 0; }));
  const pid_t child = pid_in(sweep.folder(0) / "child");
  const pid_t keeper = keeper_of(sweep, 0);
  ::kill(engine, SIGSTOP);
  ::kill(keeper, SIGKILL);
  ::kill(engine, SIGKILL);
  exit_code(engine);
  ASSERT_TRUE(eventually([&] { return !alive(pid_in(sweep.folder(0) / "self")); }));
  ASSERT_TRUE(alive(child));
  EXPECT_EQ(sweep.status(0).state, JobState::Running);
  EXPECT_EQ(run(sweep).tally.running, 1U);
  ::kill(child, SIGKILL);
  ASSERT_TRUE(eventually([&] { return sweep.status(0).state == JobState::Waiting; }));
  EXPECT_EQ(run(sweep).tally.done, 1U);
}

TEST(RunLocal, KillsWhatWasLeftWithoutTheLockBeforeItRunsAJobAgain) {
  // As above, but the child has closed all that it inherited, as Python's subprocess does.
  const ScriptSweep sweep(
      {"test -e self && exit 0; setsid sh -c 'echo $$ >child; exec sleep 100' 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &\n"
       "until test -s child; do sleep 0.01; done; echo $$ >self; wait"});
  const pid_t engine = run_apart(sweep, quick(1));
  ASSERT_TRUE(eventually([&] { return pid_in(sweep.folder(0) / "self") > 0; }));
  const pid_t child = pid_in(sweep.folder(0) / "child");
  const pid_t keeper = keeper_of(sweep, 0);
  ::kill(engine, SIGSTOP);
  ::kill(keeper, SIGKILL);
  ::kill(engine, SIGKILL);
  exit_code(engine);
  ASSERT_TRUE(eventually([&] { return sweep.status(0).state == JobState::Waiting; }));
  ASSERT_TRUE(alive(child));
  EXPECT_EQ(run(sweep).tally.done, 1U);
  EXPECT_FALSE(alive(child));
}

TEST(RunLocal, LetsTwoEnginesShareASweep) {
  const std::string script = "echo begin $N >>\"$LOG\"; sleep 0.05; echo end $N >>\"$LOG\"";
  const ScriptSweep sweep(std::vector<std::string>(20, script));
  const pid_t one = run_apart(sweep, quick(3));
  const pid_t two = run_apart(sweep, quick(3));
  exit_code(one);
  exit_code(two);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sweep.count("begin " + std::to_string(i)), 1);
    EXPECT_EQ(sweep.count("end " + std::to_string(i)), 1);
  }
  EXPECT_EQ(tally(read_statuses(sweep.path(), sweep.manifest())), (Tally{.done = 20}));
}

TEST(RunLocal, LosesNothingAndRunsNothingTwiceWhenItIsKilledAgainAndAgain) {
  const std::string script =
      "test -s pid && kill -0 $(cat pid) && echo twice $N >>\"$LOG\"\n"
      "echo $$ >pid; echo begin $N >>\"$LOG\"; sleep 0.1; echo end $N >>\"$LOG\"";
  const ScriptSweep sweep(std::vector<std::string>(12, script));
  std::map<std::size_t, std::ptrdiff_t> begins_when_done;
  for (int round = 0; round < 8; ++round) {
    const pid_t engine = run_apart(sweep, quick(3));
    std::this_thread::sleep_for(std::chrono::milliseconds(60 + 25 * round));
    ::kill(engine, SIGKILL);
    exit_code(engine);
    // At once in every other round: keepers that stop their jobs meet the next engine.
    if (round % 2 == 0) continue;
    ASSERT_TRUE(eventually([&] { return tally(read_statuses(sweep.path(), sweep.manifest())).running == 0; }));
    for (std::size_t i = 0; i < 12; ++i) {
      if (sweep.status(i).state == JobState::Done) begins_when_done[i] = sweep.count("begin " + std::to_string(i));
    }
  }
  EXPECT_FALSE(begins_when_done.empty());
  ASSERT_TRUE(eventually([&] { return tally(read_statuses(sweep.path(), sweep.manifest())).running == 0; }));
  EXPECT_EQ(run(sweep, quick(3)).tally, (Tally{.done = 12}));
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(sweep.count("twice " + n), 0);
    EXPECT_GE(sweep.count("end " + n), 1);
    EXPECT_LE(sweep.count("begin " + n), sweep.status(i).attempts);
    if (!begins_when_done.contains(i)) continue;
    EXPECT_EQ(sweep.count("begin " + n), begins_when_done[i]) << "done, and ran again";
  }
}

TEST(RunLocal, TakesTheKeptJobsOnlyIfSomeAreNamed) {
  const ScriptSweep sweep({"exit 0", "exit 0", "exit 0"});
  RunOptions options = quick();
  options.only = {sweep.job(1).id};
  EXPECT_EQ(run(sweep, options).tally, (Tally{.done = 1}));
  EXPECT_EQ(sweep.status(0).attempts, 0);
  options.only = {"beef"};
  EXPECT_THAT(test::message_of<InvalidArgument>([&] { run(sweep, options); }), HasSubstr("manifest.json, got beef"));
}

TEST(RunLocal, RunsAJobAgainWhoseStatusIsBroken) {
  const ScriptSweep sweep({"exit 0"});
  std::ofstream(sweep.folder(0) / "status.json") << "{\"state\": \"do";
  EXPECT_THAT(test::message_of<ParseError>([&] { sweep.status(0); }), HasSubstr("status.json: line 1"));
  EXPECT_EQ(run(sweep).tally.done, 1U);
}

TEST(RunLocal, StopsWithOneLineWhenAFolderIsGone) {
  const ScriptSweep sweep({"exit 0", "exit 0"});
  std::filesystem::remove_all(sweep.folder(0));
  EXPECT_THAT(test::message_of<FileError>([&] { run(sweep); }), HasSubstr("lock: cannot open: No such file"));
}

/// A file system of its own for the sweep's jobs, for those who may make one.
class SmallDisk {
 public:
  SmallDisk(const ScriptSweep& sweep, const std::string& options) : folder_(sweep.path() / "jobs") {
    std::filesystem::rename(folder_, sweep.path() / "kept");
    std::filesystem::create_directory(folder_);
    mounted_ = ::mount("none", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0;
    if (!mounted_) return;
    std::filesystem::copy(sweep.path() / "kept", folder_, std::filesystem::copy_options::recursive);
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  void make_read_only() const { ::mount("none", folder_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr); }

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

TEST(RunLocal, SaysThatAFolderCannotBeWritten) {
  const ScriptSweep sweep({"exit 0"});
  const SmallDisk disk(sweep, "size=64k");
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount";
  disk.make_read_only();
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_THAT(test::message_of<FileError>([&] { run(sweep); }), HasSubstr("lock: cannot open: Read-only file system"));
}

TEST(RunLocal, CallsNothingDoneThatAFullDiskKeptItFromRecording) {
  const ScriptSweep sweep({"yes | head -c 200000 >fill; exit 0", "exit 0"});
  {
    const SmallDisk disk(sweep, "size=48k");
    if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount";
    EXPECT_THAT(test::message_of<FileError>([&] { run(sweep, quick(1)); }),
                HasSubstr("status.json: cannot write: No space left on device"));
    EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
    EXPECT_EQ(sweep.status(0).reason, "cut off");
    std::filesystem::remove(sweep.folder(0) / "fill");
    std::ofstream(sweep.folder(0) / "job.sh") << "exit 0\n";
    EXPECT_EQ(run(sweep).tally, (Tally{.done = 2}));
  }
}

TEST(RunLocal, TellsOfEveryJobThatEnds) {
  const ScriptSweep sweep({"exit 0", "exit 3"});
  std::vector<std::string> told;
  Tally last;
  run(sweep, quick(1), [&](const RunProgress& progress) {
    last = progress.tally;
    if (progress.ended == nullptr) return;
    told.push_back(progress.ended->summary + ": " + std::string(to_string(progress.status->state)));
    EXPECT_TRUE(progress.remaining.has_value());
  });
  EXPECT_THAT(told, ElementsAre("script 0: done", "script 1: failed"));
  EXPECT_EQ(last, (Tally{.done = 1, .failed = 1}));
}

TEST(RunLocal, KillsItsJobsWhenTheWatchThrows) {
  const ScriptSweep sweep({"echo $$ >self; sleep 100"});
  EXPECT_THROW(run(sweep, quick(),
                   [&](const RunProgress&) {
                     if (pid_in(sweep.folder(0) / "self") > 0) throw FileError("enough");
                   }),
               FileError);
  EXPECT_EQ(sweep.status(0).state, JobState::Waiting);
  EXPECT_FALSE(alive(pid_in(sweep.folder(0) / "self")));
}

TEST(RunOptions, NamesTheFieldThatIsOutOfRange) {
  const ScriptSweep sweep({"exit 0"});
  const auto complaint = [&](const RunOptions& options) {
    return test::message_of<InvalidArgument>([&] { run(sweep, options); });
  };
  EXPECT_EQ(complaint({.jobs = 0}), "jobs: expected 1..1024, got 0");
  EXPECT_EQ(complaint({.attempts = 0}), "attempts: expected 1 or more, got 0");
  EXPECT_EQ(complaint({.limits = {.time = 0ms}}), "time limit: expected more than 0, got 0 ms");
  EXPECT_EQ(complaint({.limits = {.memory_bytes = 0}}), "memory limit: expected more than 0, got 0");
  EXPECT_EQ(complaint({.limits = {.grace = -1ms}}), "grace: expected 0 or more, got -1 ms");
}

}  // namespace
}  // namespace ntorc::sweep
