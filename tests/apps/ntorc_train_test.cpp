// ntorc-train as a user meets it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;

/// Dense layers whose figures follow simple laws.
std::string dense_csv() {
  std::string csv =
      "kind,inputs,kernel,size,sequence,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n";
  for (const int inputs : {8, 16, 32}) {
    for (const int size : {4, 8, 16}) {
      for (const int reuse : {1, 2, 4, 8}) {
        const int dsp = inputs * size / reuse;
        csv += "dense," + std::to_string(inputs) + ",1," + std::to_string(size) + ",1," + std::to_string(reuse) + "," +
               std::to_string(reuse + 5) + "," + std::to_string(reuse + 6) + "," + std::to_string(100 + 10 * dsp) +
               "," + std::to_string(50 + 5 * dsp) + "," + std::to_string(dsp) + ",0\n";
      }
    }
  }
  return csv;
}

const std::string kDesign =
    " --part xczu7ev-ffvc1156-2-e --clock 200 --tool 'Vitis HLS 2024.1' --precision 'ap_fixed<16,6>' --strategy "
    "Resource";
const std::string kOrigin = kDesign + " --io-type io_stream";

const std::string kOneDenseLayer =
    R"({"class_name":"Sequential","config":{"name":"n","layers":[)"
    R"({"class_name":"Dense","config":{"name":"d","units":8,"batch_input_shape":[null,16]}}]}})";

TEST(NtorcTrain, FitsAModelThatNtorcOptPlansWith) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  dir.file("n.json", kOneDenseLayer);
  const Outcome fit = run(dir, "ntorc-train fit --data dense.csv --out my.perf" + kOrigin);
  ASSERT_EQ(fit.exit_code, 0) << fit.err;
  EXPECT_EQ(fit.out, "");
  EXPECT_EQ(fit.err, "ntorc-train: info: my.perf: hybrid: 6 forests of 20 trees; rows: dense 36\n");
  EXPECT_EQ(run(dir, "ntorc-train fit --quiet --data dense.csv --out my.perf" + kOrigin).err, "");
  const Outcome plan = run(dir, "ntorc-opt n.json --perf my.perf --latency 1us");
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  const auto json = nlohmann::json::parse(plan.out);
  EXPECT_EQ(json["costs"], "dense, hybrid");
  EXPECT_EQ(json["target"]["clock_mhz"], 200);
  EXPECT_EQ(json["question"]["latency_limit_cycles"], 200);
}

TEST(NtorcTrain, WritesTheSameBytesOnAnyNumberOfThreads) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  ASSERT_EQ(run(dir, "ntorc-train fit --data dense.csv --out 1.perf --threads 1" + kOrigin).exit_code, 0);
  ASSERT_EQ(run(dir, "ntorc-train fit --data dense.csv --out 3.perf --threads 3" + kOrigin).exit_code, 0);
  EXPECT_EQ(test::read_all(dir.path() / "1.perf"), test::read_all(dir.path() / "3.perf"));
}

TEST(NtorcTrain, EvaluatesEverySplitAsTableAndJson) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  for (const std::string split : {"rows", "configs", "sizes"}) {
    const Outcome table = run(dir, "ntorc-train evaluate --data dense.csv --split " + split);
    EXPECT_EQ(table.exit_code, 0) << table.err;
    EXPECT_THAT(table.out, HasSubstr("latency_max_cycles"));
    const Outcome json = run(dir, "ntorc-train evaluate --data dense.csv --json --split " + split);
    const auto document = nlohmann::json::parse(json.out);
    ASSERT_EQ(document["evaluations"].size(), 1U);
    EXPECT_EQ(document["evaluations"][0]["evaluated"], split);
    EXPECT_EQ(document["evaluations"][0]["scores"].size(), 6U);
  }
}

TEST(NtorcTrain, PutsAllSplitsSideBySideWithoutOneAskedFor) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  const Outcome table = run(dir, "ntorc-train evaluate --data dense.csv");
  ASSERT_EQ(table.exit_code, 0) << table.err;
  for (const std::string text : {"configs  coverage %", "The worst of rows:", "The worst of sizes:"})
    EXPECT_THAT(table.out, HasSubstr(text));
  const auto document = nlohmann::json::parse(run(dir, "ntorc-train evaluate --data dense.csv --json").out);
  EXPECT_EQ(document["evaluations"].size(), 3U);
}

TEST(NtorcTrain, AdaptsABaseToAFewReports) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  const Outcome fit = run(dir, "ntorc-train fit --base default --data dense.csv --out mine.perf" + kOrigin);
  ASSERT_EQ(fit.exit_code, 0) << fit.err;
  EXPECT_THAT(fit.err, HasSubstr("; calibrated from N-TORC tables\n"));
  const auto error = [&](const std::string& model) {
    const Outcome outcome = run(dir, "ntorc-train evaluate --data dense.csv --json --perf " + model);
    return nlohmann::json::parse(outcome.out)["evaluations"][0]["scores"][2]["mape_percent"].get<double>();
  };
  expect_refusal(
      run(dir, "ntorc-train fit --base mine.perf --data dense.csv --out x.perf" + kOrigin), 1,
      "ntorc-train: performance model \"dense\": is calibrated itself; calibrate N-TORC tables with all reports");
  EXPECT_EQ(run(dir, "ntorc-train fit --base '' --data dense.csv --out x.perf" + kOrigin).exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train evaluate --data dense.csv --perf mine.perf --trees 3").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train evaluate --data dense.csv --worst -1").exit_code, 2);
  EXPECT_LT(error("mine.perf"), error("default"));
  EXPECT_LT(error("mine.perf"), 200);  // the base, of another world, says 1,000 % more
  expect_refusal(run(dir, "ntorc-train fit --base none.perf --data dense.csv --out x.perf" + kOrigin), 1,
                 "ntorc-train: none.perf: cannot open: No such file or directory");
  EXPECT_EQ(run(dir, "ntorc-train fit --base default --trees 3 --data dense.csv --out x.perf" + kOrigin).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "x.perf"));
}

TEST(NtorcTrain, EvaluatesAModelFromAFile) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  ASSERT_EQ(run(dir, "ntorc-train fit --data dense.csv --out my.perf" + kOrigin).exit_code, 0);
  const Outcome outcome = run(dir, "ntorc-train evaluate --data dense.csv --perf my.perf --json");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["evaluations"][0]["scores"][0]["n"], 36);
}

TEST(NtorcTrain, AsksWhatTheFiguresOfACsvAreFor) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  expect_refusal(run(dir, "ntorc-train fit --data dense.csv --out my.perf"), 2,
                 "ntorc-train: expected --part: a CSV file does not say what its figures are for");
  expect_refusal(run(dir, "ntorc-train fit --data dense.csv --out my.perf --part x"), 2,
                 "ntorc-train: --clock: expected MHz in (0, 1e6], got 0");
  expect_refusal(run(dir, "ntorc-train fit --data dense.csv --out my.perf" + kDesign + " --io-type io_serial"), 2,
                 "ntorc-train: io type: expected io_stream or io_parallel, got \"io_serial\"");
  std::string latency = kOrigin;
  latency.replace(latency.find("Resource"), std::string("Resource").size(), "Latency");
  expect_refusal(
      run(dir, "ntorc-train fit --data dense.csv --out my.perf" + latency), 2,
      "ntorc-train: strategy: expected Resource, the only one whose designs a reuse factor shapes as planned, "
      "got Latency");
}

TEST(NtorcTrain, RefusesDataThatIsNone) {
  const TemporaryDir dir;
  const std::string header =
      "kind,inputs,kernel,size,sequence,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n";
  const std::vector<std::array<std::string, 3>> files{
      {"missing.csv", "kind,inputs\ndense,1\n", "missing.csv: expected a column kernel, found none"},
      {"nan.csv", header + "dense,1,1,1,1,1,nan,1,1,1,1,1\n",
       "nan.csv: line 2, column latency_min_cycles: expected a number in 0..1e9, got \"nan\""},
      {"negative.csv", header + "dense,1,1,1,1,1,1,1,-1,1,1,1\n",
       "negative.csv: line 2, column lut: expected a number in 0..1e9, got \"-1\""},
      {"kind.csv", header + "conv9d,1,1,1,1,1,1,1,1,1,1,1\n",
       "kind.csv: line 2, column kind: expected conv1d, conv2d, dense, lstm or gru, got \"conv9d\""},
      {"empty.csv", "", "empty.csv: expected a header line, found an empty file"},
      {"rows.csv", header, "rows.csv: expected rows below the header, found none"},
      {"blank.csv", header + "dense,1,1,1,1,1,,,,,,\n", "dataset: expected at least one figure, found none"}};
  for (const auto& [name, bytes, message] : files) {
    dir.file(name, bytes);
    expect_refusal(run(dir, "ntorc-train fit --data " + name + " --out my.perf" + kOrigin), 1,
                   "ntorc-train: " + message);
  }
  expect_refusal(run(dir, "ntorc-train fit --data none.csv --out my.perf" + kOrigin), 1,
                 "ntorc-train: none.csv: cannot open: No such file or directory");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "my.perf"));
}

TEST(NtorcTrain, RefusesUsageThatMakesNoSense) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  expect_refusal(run(dir, "ntorc-train fit --data dense.csv --out my.perf --trees 0" + kOrigin), 2,
                 "ntorc-train: trees: expected 1..100000, got 0");
  EXPECT_EQ(run(dir, "ntorc-train").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train fit --data dense.csv").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-train evaluate --data dense.csv --split columns").exit_code, 2);
}

TEST(NtorcTrain, SaysSoWhenItCannotWrite) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  expect_refusal(run(dir, "ntorc-train fit --data dense.csv --out no/such/my.perf" + kOrigin), 1,
                 "ntorc-train: no/such/my.perf: cannot write: No such file or directory");
}

TEST(NtorcTrain, RefusesModelsThatAreTruncatedOrDamaged) {
  const TemporaryDir dir;
  dir.file("dense.csv", dense_csv());
  ASSERT_EQ(run(dir, "ntorc-train fit --data dense.csv --out my.perf" + kOrigin).exit_code, 0);
  std::string bytes = test::read_all(dir.path() / "my.perf");
  dir.file("cut.perf", bytes.substr(0, bytes.size() / 2));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  dir.file("bit.perf", bytes);
  for (const std::string name : {"cut.perf", "bit.perf"}) {
    expect_refusal(run(dir, "ntorc-train evaluate --data dense.csv --perf " + name), 1,
                   "ntorc-train: " + name + ": damaged or truncated: its checksum does not fit");
  }
}

TEST(NtorcTrain, FitsNTorcsTables) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const TemporaryDir dir;
  const std::string data = (test::shared_dir() / "data" / "ntorc-synthesis").string();
  const std::string example = (test::examples_dir() / "dropbear_like.json").string();
  ASSERT_EQ(run(dir, "ntorc-train fit --data " + data + " --out my.perf").exit_code, 0);
  EXPECT_EQ(run(dir, "ntorc-opt " + example + " --latency 200us --perf my.perf").out,
            run(dir, "ntorc-opt " + example + " --latency 200us").out);
}

}  // namespace
}  // namespace ntorc
