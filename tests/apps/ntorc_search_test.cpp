// ntorc-search, as a user meets it.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kConfig = R"yaml(
name: sines
data: {tables: [runs], sampling_hz: 1000, inputs: [x], label: hz, split: {kind: runs, share: 0.34}}
space:
  window: [16, 32]
  layers:
    - conv1d: {repeat: [1, 2], size: {from: 2, to: 5}, pool: 2, each: [size]}
training: {epochs: 4, learning_rate: 0.01}
cost: {of: multiplies, latency: 200us}
search: {trials: 6, batch: 3, rungs: [2], repeats: 2}
)yaml";

std::string sine(int run, const std::string& end = "") {
  std::string csv = "x,hz\n";
  double phase = 0;
  for (int i = 0; i < 600; ++i) {
    const int hz = 20 + 30 * ((i / 200 + run) % 4);
    phase += 2 * 3.14159265358979 * hz / 1000;
    csv += std::to_string(std::sin(phase)) + "," + std::to_string(hz) + "\n";
  }
  return csv + end;
}

/// `dir` with runs/ and c.yaml.
void make_search(const TemporaryDir& dir, const std::string& end = "") {
  std::filesystem::create_directory(dir.path() / "runs");
  for (int i = 0; i < 3; ++i) dir.file("runs/run_" + std::to_string(i) + ".csv", sine(i, i == 2 ? end : ""));
  dir.file("c.yaml", kConfig);
}

/// trials.json without the times.
std::string trials_of(const TemporaryDir& dir, const std::string& folder) {
  auto json = nlohmann::json::parse(test::read_all(dir.path() / folder / "trials.json"));
  for (auto& trial : json["trials"]) {
    for (auto& training : trial["trainings"]) {
      if (training.contains("evaluation")) training["evaluation"].erase("cpu_seconds");
    }
  }
  return json.dump();
}

TEST(NtorcSearch, WritesTheFrontWithEverythingToBuildIt) {
  const TemporaryDir dir;
  make_search(dir);
  const Outcome outcome = run(dir, "ntorc-search c.yaml --out found --workers 2");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith(" trial    multiplies       rmse         +-  seeds  network\n"));
  EXPECT_THAT(outcome.err, ContainsRegex("info: trial 0: rmse [0-9.]+ after 2 epochs, multiplies [0-9]+, "));
  const auto json = nlohmann::json::parse(test::read_all(dir.path() / "found/trials.json"));
  EXPECT_EQ(json["trials"].size(), 6u);
  ASSERT_FALSE(json["front"].empty());
  for (const auto& number : json["front"]) {
    const auto folder = dir.path() / "found/networks" / ("trial_" + number.dump());
    for (const char* const file :
         {"model.json", "model.h5", "scaling.json", "predictions.csv", "plan.json", "hls4ml.yml"}) {
      EXPECT_TRUE(std::filesystem::exists(folder / file)) << folder / file;
    }
    // The plan is one that ntorc-emit takes, and the network one that ntorc-opt plans.
    EXPECT_EQ(run(dir, "ntorc-emit " + (folder / "plan.json").string() + " --to table").exit_code, 0);
    EXPECT_EQ(run(dir, "ntorc-opt " + (folder / "model.json").string() + " --latency 200us").exit_code, 0);
  }
  EXPECT_THAT(test::read_all(dir.path() / "found/report.html"), StartsWith("<!DOCTYPE html>"));
  // Once more: there is nothing left to train.
  const Outcome again = run(dir, "ntorc-search c.yaml --out found");
  EXPECT_EQ(again.out, outcome.out);
  EXPECT_EQ(again.err, "");
}

TEST(NtorcSearch, IsTheSameAfterBeingKilledAgainAndAgain) {
  const TemporaryDir dir;
  make_search(dir);
  ASSERT_EQ(run(dir, "ntorc-search c.yaml --out whole --workers 1").exit_code, 0);
  int runs = 0;
  int code = 1;
  for (; code != 0 && runs < 200; ++runs) {
    // Each run lives a little longer than the one before it. A killed one's lease is not waited for.
    code = run(dir, "timeout -s KILL 0." + std::to_string(30 + runs) +
                        " ntorc-search c.yaml --out killed --workers 2 --lease 1s")
               .exit_code;
  }
  EXPECT_EQ(code, 0);
  EXPECT_EQ(trials_of(dir, "whole"), trials_of(dir, "killed"));
}

TEST(NtorcSearch, IsHelpedByWorkersOnTheSameStore) {
  const TemporaryDir dir;
  make_search(dir);
  ASSERT_EQ(run(dir, "ntorc-search c.yaml --out whole").exit_code, 0);
  const Outcome outcome =
      run(dir,
          "for i in 1 2; do ntorc-search c.yaml --work-only --store s.sqlite --workers 1 & done; "
          "ntorc-search c.yaml --out helped --store s.sqlite --workers 1; code=$?; wait; exit $code");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(trials_of(dir, "whole"), trials_of(dir, "helped"));
}

TEST(NtorcSearch, SaysWhatItWouldSearch) {
  const TemporaryDir dir;
  make_search(dir);
  const Outcome outcome = run(dir, "ntorc-search c.yaml --dry-run");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out,
            "3 recordings, 1800 samples at 1000 Hz\n"
            "window 16: 74 windows to learn from, 37 to judge by\n"
            "window 32: 36 windows to learn from, 18 to judge by\n"
            "4 parameters, 40 networks\n"
            "  window\n  conv1d.repeat\n  conv1d.size_1\n  conv1d.size_2\n");
}

TEST(NtorcSearch, MeasuresTheRunsThatAreHeldOut) {
  const TemporaryDir dir;
  make_search(dir);
  dir.file("runs/kept.csv", sine(5));
  std::string config = kConfig;
  config.replace(config.find("split:"), 0, "held_out: [kept], ");
  dir.file("c.yaml", config);
  const Outcome outcome = run(dir, "ntorc-search c.yaml --out found --held-out");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(test::read_all(dir.path() / "found/held_out.csv"),
              ContainsRegex("^trial,run,windows,rmse\n[0-9]+,kept,(18|37),[0-9.]+\n[0-9]+,,(18|37),[0-9.]+\n"));
}

TEST(NtorcSearch, RefusesHeldOutRunsThatAreTooShortBeforeItTrains) {
  const TemporaryDir dir;
  make_search(dir);
  dir.file("runs/kept.csv", "x,hz\n0,20\n1,20\n0,30\n");
  std::string config = kConfig;
  config.replace(config.find("split:"), 0, "held_out: [kept], ");
  dir.file("c.yaml", config);
  expect_refusal(run(dir, "ntorc-search c.yaml --out found --held-out"), 1,
                 "ntorc-search: run kept: expected at least 33 samples for a window of 32 and its label, got 3");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "found"));
}

TEST(NtorcSearch, TellsWhyThereIsNothing) {
  const TemporaryDir dir;
  make_search(dir);
  std::string config = kConfig;
  config.replace(config.find("latency: 200us"), 14, "latency: 200us, limits: {multiplies: 1}");
  dir.file("c.yaml", config);
  const Outcome outcome = run(dir, "ntorc-search c.yaml --out found");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.err, "ntorc-search: warning: no network of the space can be built within the limits\n");
  config.replace(config.find("window: [16, 32]"), 16, "window: [16, 3200]");
  dir.file("c.yaml", config);
  const Outcome too_long = run(dir, "ntorc-search c.yaml --out other");
  EXPECT_EQ(too_long.exit_code, 1);
  EXPECT_THAT(too_long.err, HasSubstr("run_0"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "other"));
}

TEST(NtorcSearch, RefusesBadDataInOneLine) {
  const auto refusal = [](const std::string& end) {
    const TemporaryDir dir;
    make_search(dir, end);
    const Outcome outcome = run(dir, "ntorc-search c.yaml --out found");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_THAT(refusal("nan,20\n"), HasSubstr("run_2.csv: line 602"));
  EXPECT_THAT(refusal("1\n"), HasSubstr("run_2.csv: line 602"));
  EXPECT_THAT(refusal("1,x\n"), HasSubstr("run_2.csv: line 602"));
}

TEST(NtorcSearch, RefusesWrongUse) {
  const TemporaryDir dir;
  make_search(dir);
  expect_refusal(run(dir, "ntorc-search c.yaml"), 2,
                 "ntorc-search: expected --out DIR for the results, or --work-only with --store");
  expect_refusal(run(dir, "ntorc-search c.yaml --out o --workers 0"), 2,
                 "ntorc-search: --workers: expected 1 to 1024, got 0");
  expect_refusal(run(dir, "ntorc-search none.yaml --out o"), 1,
                 "ntorc-search: none.yaml: cannot open: No such file or directory");
  ASSERT_EQ(run(dir, "ntorc-search c.yaml --out o").exit_code, 0);
  std::string config = kConfig;
  config.replace(config.find("batch: 3"), 8, "batch: 2");
  dir.file("c.yaml", config);
  const Outcome other = run(dir, "ntorc-search c.yaml --out o");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("study \"sines\" was made with another configuration: /settings/search/batch"));
}

}  // namespace
}  // namespace ntorc
