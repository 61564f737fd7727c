// ntorc-train with tables of records, as a user meets it.
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

constexpr std::string_view kHeader =
    "stage,kind,name,inputs,kernel,size,sequence,packets,reuse,recurrent_reuse,latency_min_cycles,latency_max_cycles,"
    "lut,ff,dsp,bram_18k,interval_cycles,uram,part,clock_mhz,tool,hls4ml,io_type,strategy,precision,project,module\n";

/// Dense layers whose figures follow simple laws. @param context  part to precision, as the columns have it
std::string dense_rows(const std::vector<int>& widths, const std::string& context, int factor) {
  std::string csv;
  for (const int inputs : widths) {
    for (const int size : {4, 8, 16}) {
      for (const int reuse : {1, 2, 4, 8}) {
        const int dsp = inputs * size / reuse;
        const auto text = [](int number) { return std::to_string(number); };
        csv += "hls,dense,fc," + text(inputs) + ",1," + text(size) + ",1,1," + text(reuse) + ",," + text(reuse + 5) +
               "," + text(reuse + 6) + "," + text(factor * (100 + 10 * dsp)) + "," + text(50 + 5 * dsp) + "," +
               text(dsp) + ",0,,," + context + ",runs/" + text(inputs) + ",dense_config2_s\n";
      }
    }
  }
  return csv;
}

const std::string kFirst = "xczu7ev-ffvc1156-2-e,250,Vivado HLS 2019.1,0.8,io_stream,Resource,\"ap_fixed<16,8>\"";
const std::string kSecond = "xcku115-flvb2104-2-i,200,Vitis HLS 2022.2,1.3,io_stream,Resource,\"ap_fixed<16,6>\"";
const std::string kLatency = "xcku115-flvb2104-2-i,200,Vitis HLS 2022.2,1.3,io_stream,Latency,\"ap_fixed<16,6>\"";
const std::string kLogicRow = "logic,design,top,,,,,,,,,,900,800,77,3,,0," + kFirst + ",runs/8,top\n";

std::string two_contexts() {
  return std::string(kHeader) + dense_rows({8, 16, 32}, kFirst, 1) + dense_rows({8, 32}, kSecond, 2) +
         dense_rows({8}, kLatency, 3) + kLogicRow;
}

const std::string kDenseNetwork =
    R"({"class_name":"Sequential","config":{"name":"n","layers":[)"
    R"({"class_name":"Dense","config":{"name":"d","units":8,"batch_input_shape":[null,16]}}]}})";

TEST(NtorcTrainRecords, FitsEveryContextIntoOneModelThatNtorcOptChoosesFrom) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  dir.file("n.json", kDenseNetwork);
  const Outcome fit = run(dir, "ntorc-train fit --data runs.csv --out my.perf");
  ASSERT_EQ(fit.exit_code, 0) << fit.err;
  EXPECT_THAT(fit.err, HasSubstr("warning: xcku115-flvb2104-2-i, 200 MHz, Vitis HLS 2022.2, io_stream, Latency, "
                                 "ap_fixed<16,6>: 12 rows left out: strategy: expected Resource"));
  EXPECT_THAT(fit.err, HasSubstr("my.perf: 2 contexts\n"));
  EXPECT_THAT(fit.err, HasSubstr("; dense: "));
  const Outcome second = run(dir, "ntorc-opt n.json --perf my.perf --tool 'Vitis HLS' --latency 1us");
  ASSERT_EQ(second.exit_code, 0) << second.err;
  const auto json = nlohmann::json::parse(second.out);
  EXPECT_EQ(json["target"]["part"], "xcku115-flvb2104-2-i");
  EXPECT_EQ(json["target"]["clock_mhz"], 200);
  const Outcome first = run(dir, "ntorc-opt n.json --perf my.perf --part zcu104 --latency 1us");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(nlohmann::json::parse(first.out)["target"]["clock_mhz"], 250);
  expect_refusal(run(dir, "ntorc-opt n.json --perf my.perf --latency 1us"), 2,
                 "ntorc-opt: performance model \"runs\": 2 of its contexts could be meant: [xczu7ev-ffvc1156-2-e, 250 "
                 "MHz, Vivado HLS 2019.1, io_stream, Resource, ap_fixed<16,8>] [xcku115-flvb2104-2-i, 200 MHz, Vitis "
                 "HLS 2022.2, io_stream, Resource, ap_fixed<16,6>]");
  EXPECT_EQ(run(dir, "ntorc-opt n.json --perf my.perf --clock 225 --latency 1us").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-opt n.json --tool Vitis --latency 1us").exit_code, 2);
}

TEST(NtorcTrainRecords, TakesFlagsAsAChoiceOfRows) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  const Outcome fit = run(dir, "ntorc-train fit --data runs.csv --out my.perf --tool 'Vivado HLS'");
  ASSERT_EQ(fit.exit_code, 0) << fit.err;
  EXPECT_EQ(fit.err, "ntorc-train: info: my.perf: hybrid: 6 forests of 20 trees; rows: dense 36\n");
  expect_refusal(run(dir, "ntorc-train fit --data runs.csv --out x.perf --part xcu250-figd2104-2L-e"), 1,
                 "ntorc-train: dataset: expected layers that can be learnt, found no row of a layer that is asked for");
}

TEST(NtorcTrainRecords, RefusesStagesThatHoldTotalsOnly) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  for (const std::string command : {"fit --out x.perf", "evaluate"}) {
    expect_refusal(run(dir, "ntorc-train " + command + " --data runs.csv --stage logic"), 1,
                   "ntorc-train: stage logic: its 1 rows are totals of designs; a performance model is of layers as C "
                   "synthesis estimates them");
  }
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "x.perf"));
}

TEST(NtorcTrainRecords, AdaptsABaseToEachContext) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  const Outcome fit = run(dir, "ntorc-train fit --base default --data runs.csv --out my.perf");
  ASSERT_EQ(fit.exit_code, 0) << fit.err;
  EXPECT_THAT(fit.err, HasSubstr("; calibrated from N-TORC tables"));
}

TEST(NtorcTrainRecords, EvaluatesEachContextByItself) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  const Outcome json = run(dir, "ntorc-train evaluate --quiet --data runs.csv --split configs --json");
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const auto document = nlohmann::json::parse(json.out);
  ASSERT_EQ(document["evaluations"].size(), 2U);
  EXPECT_THAT(document["evaluations"][1]["context"].get<std::string>(), HasSubstr("Vitis HLS 2022.2"));
  ASSERT_EQ(run(dir, "ntorc-train fit --data runs.csv --out my.perf").exit_code, 0);
  const Outcome table = run(dir, "ntorc-train evaluate --data runs.csv --perf my.perf");
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, HasSubstr("xcku115-flvb2104-2-i, 200 MHz, Vitis HLS 2022.2"));
  EXPECT_THAT(table.out, HasSubstr("xczu7ev-ffvc1156-2-e, 250 MHz, Vivado HLS 2019.1"));
}

TEST(NtorcTrainRecords, DescribesADatasetAsTextAndJson) {
  const TemporaryDir dir;
  dir.file("runs.csv", two_contexts());
  const Outcome text = run(dir, "ntorc-train describe runs.csv");
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("xcku115-flvb2104-2-i, 200 MHz, Vitis HLS 2022.2"));
  const auto document = nlohmann::json::parse(run(dir, "ntorc-train describe runs.csv --json").out);
  EXPECT_EQ(document["rows"], 36 + 24 + 12 + 1);
  EXPECT_EQ(document["contexts"].size(), 3U);
  expect_refusal(run(dir, "ntorc-train describe none.csv"), 1,
                 "ntorc-train: none.csv: cannot open: No such file or directory");
}

TEST(NtorcTrainRecords, DescribesTheTablesOfNTorc) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const TemporaryDir dir;
  const std::string data = (test::shared_dir() / "data" / "ntorc-synthesis").string();
  const auto document = nlohmann::json::parse(run(dir, "ntorc-train describe --json " + data).out);
  EXPECT_EQ(document["contexts"][0]["context"]["tool"], "Vivado HLS 2019.1");
  EXPECT_GT(document["leaks"]["twin_share"], 0.9);
}

TEST(NtorcTrainRecords, ChecksAPlanAgainstAReportThatCannotBeMatched) {
  const TemporaryDir dir;
  dir.file("n.json", kDenseNetwork);
  ASSERT_EQ(run(dir, "ntorc-opt n.json --latency 100us --out plan.json").exit_code, 0);
  expect_refusal(run(dir, "ntorc-train check plan.json none"), 1, "ntorc-train: none: no such file or folder");
  EXPECT_EQ(run(dir, "ntorc-train check plan.json").exit_code, 2);
}

}  // namespace
}  // namespace ntorc
