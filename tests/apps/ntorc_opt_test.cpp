// ntorc-opt as a user meets it: what it prints, and what it says of bad input.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::kCosts;
using test::kExample;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;
using testing::StartsWith;

TEST(NtorcOpt, PlansTheExampleWithinTheDeadline) {
  const TemporaryDir dir;
  const Outcome outcome = run(dir, "ntorc-opt " + kExample + " --latency 200us");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto plan = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(plan["answer"]["status"], "optimal");
  EXPECT_LE(plan["total"]["latency_max_cycles"], 50'000);
  EXPECT_EQ(plan["target"]["part"], "xczu7ev-ffvc1156-2-e");
  EXPECT_EQ(plan["target"]["clock_mhz"], 250);
}

TEST(NtorcOpt, WritesTheSameBytesEveryTime) {
  const TemporaryDir dir;
  const std::string line = "ntorc-opt " + kExample + " --latency 150us";
  EXPECT_EQ(run(dir, line).out, run(dir, line).out);
}

TEST(NtorcOpt, ShowsTheNetwork) {
  const TemporaryDir dir;
  const Outcome outcome = run(dir, "ntorc-opt " + kExample + " --show network");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("conv1d"));
  EXPECT_THAT(outcome.out, HasSubstr("lstm"));
}

TEST(NtorcOpt, ShowsTheNodesThatHls4mlMakes) {
  const TemporaryDir dir;
  const Outcome stream = run(dir, "ntorc-opt " + kExample + " --show nodes");
  EXPECT_EQ(stream.exit_code, 0) << stream.err;
  EXPECT_THAT(stream.out, HasSubstr("zp1d_conv_1"));
  const Outcome parallel = run(dir, "ntorc-opt " + kExample + " --show nodes --io-type io_parallel");
  EXPECT_THAT(parallel.out, HasSubstr("conv_1_relu"));
  EXPECT_THAT(parallel.out, Not(HasSubstr("zp1d_conv_1")));
}

/// A residual block, planned layer by layer; its Flatten is followed by what hls4ml cannot build as a stream.
TEST(NtorcOpt, PlansBranchesAndWarnsOfWhatHls4mlGetsWrong) {
  const TemporaryDir dir;
  dir.file("net.json",
           R"({"class_name": "Functional", "config": {"name": "net", "input_layers": [["in", 0, 0]],
               "output_layers": [["out", 0, 0]], "layers": [
  {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [null, 32, 16]}, "inbound_nodes": []},
  {"class_name": "Conv1D", "config": {"name": "conv", "filters": 16, "kernel_size": [3], "padding": "same"},
   "inbound_nodes": [[["in", 0, 0, {}]]]},
  {"class_name": "Add", "config": {"name": "sum"}, "inbound_nodes": [[["in", 0, 0, {}], ["conv", 0, 0, {}]]]},
  {"class_name": "Flatten", "config": {"name": "flat"}, "inbound_nodes": [[["sum", 0, 0, {}]]]},
  {"class_name": "ReLU", "config": {"name": "relu"}, "inbound_nodes": [[["flat", 0, 0, {}]]]},
  {"class_name": "Dense", "config": {"name": "out", "units": 4}, "inbound_nodes": [[["relu", 0, 0, {}]]]}]}})");
  const Outcome outcome = run(dir, "ntorc-opt net.json --latency 1ms");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto plan = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(plan["layers"].size(), 2U);
  EXPECT_EQ(plan["layers"][0]["name"], "conv");
  EXPECT_EQ(plan["layers"][1]["name"], "out");
  EXPECT_THAT(outcome.err, HasSubstr("layer relu: hls4ml takes its input for one element"));
  const Outcome parallel = run(dir, "ntorc-opt net.json --latency 1ms --io-type io_parallel");
  EXPECT_THAT(parallel.err, Not(HasSubstr("layer relu")));
}

TEST(NtorcOpt, PlansCostsFromAFile) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  const Outcome outcome = run(dir, "ntorc-opt --costs costs.csv --latency 60cycles");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto plan = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(plan["answer"]["objective"], 35);
  EXPECT_EQ(plan["layers"][0]["reuse"], 4);
  EXPECT_EQ(plan["layers"][1]["reuse"], 1);
}

TEST(NtorcOpt, WritesCostsThatItReadsBack) {
  const TemporaryDir dir;
  ASSERT_EQ(run(dir, "ntorc-opt " + kExample + " --show costs-csv --out costs.csv").exit_code, 0);
  EXPECT_EQ(run(dir, "ntorc-opt --costs costs.csv --show costs-csv").out, test::read_all(dir.path() / "costs.csv"));
}

TEST(NtorcOpt, CountsTheWholeDesignAndComposesItsLatency) {
  const TemporaryDir dir;
  const auto plan_under = [&](const std::string& composition) {
    return nlohmann::json::parse(
        run(dir, "ntorc-opt " + kExample + " --latency 200us --composition " + composition).out);
  };
  const auto chain = plan_under("chain");
  const auto sum = plan_under("sum");
  EXPECT_LT(chain["answer"]["objective"], sum["answer"]["objective"]);
  EXPECT_EQ(chain["total"]["latency_max_cycles"], chain["design"]["latency_cycles"]["chain"]);
  EXPECT_EQ(sum["total"]["latency_max_cycles"], sum["design"]["latency_cycles"]["sum"]);
  double bram = chain["design"]["glue"]["cost"]["bram_18k"];
  for (const auto& node : chain["design"]["nodes"]) bram += node["cost"]["bram_18k"].get<double>();
  for (const auto& fifo : chain["design"]["fifos"]) bram += fifo["cost"]["bram_18k"].get<double>();
  EXPECT_NEAR(chain["total"]["bram_18k"], bram, 1e-4);
}

TEST(NtorcOpt, RefusesACompositionWhereNothingOverlaps) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --composition chain"), 2,
                 "ntorc-opt: --composition: expected sum with --costs, which know no more than their layers");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 200us --io-type io_parallel --composition max"), 2,
                 "ntorc-opt: --composition: expected sum with io_parallel, whose nodes do not overlap");
}

TEST(NtorcOpt, FindsTheLeastFifoDepthsIfAskedTo) {
  const TemporaryDir dir;
  const auto fifos_of = [&](const std::string& asked) {
    return nlohmann::json::parse(run(dir, "ntorc-opt " + kExample + " --latency 200us" + asked).out)["design"]["fifos"];
  };
  for (const auto& fifo : fifos_of("")) EXPECT_TRUE(fifo["least"].is_null());
  for (const auto& fifo : fifos_of(" --fifo-depths")) EXPECT_LE(fifo["least"]["depth"], fifo["depth"]);
}

TEST(NtorcOpt, WritesAFileOrLeavesItAsItWas) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  ASSERT_EQ(run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --out plan.json").exit_code, 0);
  const std::string before = test::read_all(dir.path() / "plan.json");
  EXPECT_THAT(before, HasSubstr("optimal"));
  EXPECT_EQ(run(dir, "ntorc-opt --costs none.csv --latency 60cycles --out plan.json").exit_code, 1);
  EXPECT_EQ(test::read_all(dir.path() / "plan.json"), before);
}

TEST(NtorcOpt, WritesIntoAPipe) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  const Outcome outcome = run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --out /dev/stdout | cat");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("optimal"));
}

TEST(NtorcOpt, TakesTheLowestReachableLatencyThatItNames) {
  const TemporaryDir dir;
  const Outcome refused = run(dir, "ntorc-opt " + kExample + " --latency 1ns");
  EXPECT_EQ(refused.exit_code, 3);
  const std::size_t end = refused.err.rfind(" us)");
  const std::size_t start = refused.err.rfind('(', end) + 1;
  const std::string lowest = refused.err.substr(start, end - start);
  EXPECT_EQ(run(dir, "ntorc-opt " + kExample + " --latency " + lowest + "us").exit_code, 0) << refused.err;
}

TEST(NtorcOpt, TakesTheLowestReachableUpperEndThatItNames) {
  const TemporaryDir dir;
  const std::string line = "ntorc-opt " + kExample + " --confidence 0.95 --latency ";
  const Outcome refused = run(dir, line + "1ns");
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("by the upper ends of confidence 0.95: the lowest reachable upper end is "));
  const std::size_t end = refused.err.rfind(" us)");
  const std::size_t start = refused.err.rfind('(', end) + 1;
  const std::string lowest = refused.err.substr(start, end - start);
  EXPECT_EQ(run(dir, line + lowest + "us").exit_code, 0) << refused.err;
}

TEST(NtorcOpt, KeepsTheDeadlineWithTheUpperEnds) {
  const TemporaryDir dir;
  const Outcome outcome = run(dir, "ntorc-opt " + kExample + " --latency 200us --confidence 0.5");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto plan = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(plan["question"]["confidence"], 0.5);
  EXPECT_EQ(plan["interval_confidence"], 0.5);
  const double cycles = plan["design"]["total_interval"]["high"]["latency_max_cycles"];
  EXPECT_LE(cycles, 50'000);
  EXPECT_GE(cycles, plan["total"]["latency_max_cycles"]);
}

TEST(NtorcOpt, TellsHowSurePricesAre) {
  const TemporaryDir dir;
  const std::string table = run(dir, "ntorc-opt " + kExample + " --latency 200us --show plan").out;
  EXPECT_THAT(table, HasSubstr("\n\u00B1: 90 % of new layers lie within"));
  EXPECT_THAT(table, testing::Not(HasSubstr("upper ends")));
  EXPECT_THAT(run(dir, "ntorc-opt " + kExample + " --latency 200us --show plan --confidence 0.8").out,
              HasSubstr("\nthe deadline holds for the upper ends: "));
}

TEST(NtorcOpt, ExplainsAnUnreachableDeadline) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  const Outcome outcome = run(dir, "ntorc-opt --costs costs.csv --latency 19cycles");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.err,
            "ntorc-opt: error: no choice of reuse factors takes at most 19 cycles (0.076 us): "
            "the lowest reachable is 20 cycles (0.080 us)\n");
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["answer"]["status"], "infeasible");
  EXPECT_EQ(run(dir, "ntorc-opt --costs costs.csv --latency 20cycles").exit_code, 0);
}

TEST(NtorcOpt, RefusesLatenciesThatAreNone) {
  const TemporaryDir dir;
  for (const std::string text :
       {"0us", "-5us", "nan", "NaNus", "5 parsecs", "200", "us", "inf us", "1e999us", "200usx", ""}) {
    const Outcome outcome = run(dir, "ntorc-opt " + kExample + " --latency='" + text + "'");
    EXPECT_EQ(outcome.exit_code, 2) << text;
    EXPECT_EQ(outcome.out, "");
    if (!text.empty()) {
      EXPECT_EQ(
          outcome.err,
          "ntorc-opt: latency: expected a positive number and a unit (ns, us, ms, s, cycles), as in 200us, got \"" +
              text + "\"\n");
    }
  }
}

TEST(NtorcOpt, RefusesUsageThatMakesNoSense) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  expect_refusal(run(dir, "ntorc-opt"), 2, "ntorc-opt: expected either NETWORK or --costs; see --help");
  expect_refusal(run(dir, "ntorc-opt n.json --costs costs.csv --latency 1us"), 2,
                 "ntorc-opt: expected either NETWORK or --costs; see --help");
  expect_refusal(run(dir, "ntorc-opt " + kExample), 2, "ntorc-opt: expected --latency, as in --latency 200us");
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --show network"), 2,
                 "ntorc-opt: --show network and nodes: expected NETWORK, got --costs");
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --perf a.perf --latency 1us"), 2,
                 "ntorc-opt: --perf: has no use with --costs");
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --confidence 0.9 --latency 1us"), 2,
                 "ntorc-opt: --confidence: has no use with --costs, which have no intervals");
  for (const std::string share : {"0.7", "90", "0", "-1", "nan"}) {
    expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --confidence=" + share), 2,
                   "ntorc-opt: confidence: expected one of 0.5, 0.8, 0.9, 0.95, got " + share);
  }
  expect_refusal(run(dir, "ntorc-opt none.json --show costs --confidence 0.7"), 2,
                 "ntorc-opt: --confidence: has a use only for a plan");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --clock 0"), 2,
                 "ntorc-opt: clock: expected a positive number of MHz, got 0");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --max-block-factor 0"), 2,
                 "ntorc-opt: max_block_factor: expected at least 1, got 0");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --gap 1"), 2,
                 "ntorc-opt: relative_gap: expected a number in [0, 1), got 1");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --time-limit 0"), 2,
                 "ntorc-opt: --time-limit: expected seconds in (0, 1e9], got 0");
  EXPECT_EQ(run(dir, "ntorc-opt " + kExample + " --latency 1us --frobnicate").exit_code, 2);
  expect_refusal(
      run(dir, "ntorc-opt " + kExample + " --latency 1us --show everything"), 2,
      "ntorc-opt: --show: expected json|plan|network|nodes|costs|costs-csv|csv|svg, got everything; see --help");
  expect_refusal(run(dir, "ntorc-opt " + kExample + " --latency 1us --io-type 1"), 2,
                 "ntorc-opt: --io-type: expected io_stream|io_parallel, got 1; see --help");
}

struct BadFile {
  std::string name;
  std::string bytes;
  std::string message;
};

TEST(NtorcOpt, RefusesNetworksThatAreNone) {
  const TemporaryDir dir;
  const auto sequential = [](const std::string& layers) {
    return R"({"class_name":"Sequential","config":{"name":"n","layers":[)" + layers + "]}}";
  };
  const std::string input = R"({"class_name":"InputLayer","config":{"name":"in","batch_input_shape":[null,16]}})";
  const std::string dense = R"({"class_name":"Dense","config":{"name":"d","units":4}})";
  const std::vector<BadFile> files{
      {"text.json", "hello", "text.json: line 1, byte 1: expected JSON, found something else"},
      {"empty.json", "", "empty.json: expected JSON, found an empty file"},
      {"cut.json", sequential(input + "," + dense).substr(0, 60), "cut.json: line 1, byte"},
      {"unknown.json", sequential(input + R"(,{"class_name":"Conv3D","config":{"name":"c"}})"), "Conv3D"},
      {"shape.json",
       sequential(
           R"({"class_name":"Conv1D","config":{"name":"c","filters":4,"kernel_size":[9],"batch_input_shape":[null,4,1]}})"),
       "c"},
      {"none.json", sequential(""), "none.json"},
      {"twice.json", sequential(input + "," + dense + "," + dense), "\"d\""},
      {"no_weights.json", sequential(input + R"(,{"class_name":"Dropout","config":{"name":"x","rate":0.5}})"),
       "network n: expected a layer with weights, found none"},
      {"deep.json", std::string(1'000'000, '['), "deep.json: expected JSON nested at most 200 deep, found deeper"},
  };
  for (const BadFile& file : files) {
    dir.file(file.name, file.bytes);
    const Outcome outcome = run(dir, "ntorc-opt " + file.name + " --latency 200us");
    EXPECT_EQ(outcome.exit_code, 1) << file.name;
    EXPECT_EQ(outcome.out, "") << file.name;
    EXPECT_THAT(outcome.err, StartsWith("ntorc-opt: ")) << file.name;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(file.message)) << file.name;
  }
  expect_refusal(run(dir, "ntorc-opt none_such.json --latency 200us"), 1,
                 "ntorc-opt: none_such.json: cannot open: No such file or directory");
}

TEST(NtorcOpt, RefusesHugeJson) {
  const TemporaryDir dir;
  ASSERT_EQ(run(dir, "head -c 70000000 /dev/zero | tr '\\0' ' ' > huge.json").exit_code, 0);
  expect_refusal(run(dir, "ntorc-opt huge.json --latency 200us"), 1,
                 "ntorc-opt: huge.json: expected at most 67108864 bytes, found more");
}

TEST(NtorcOpt, RefusesCostTablesThatAreNone) {
  const TemporaryDir dir;
  const std::string header = "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n";
  const std::vector<BadFile> files{
      {"missing.csv", "layer,reuse,lut\na,1,2\n", "expected a column latency_min_cycles, found none"},
      {"unknown.csv",
       "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k,colour\na,1,1,1,1,1,1,1,red\n", "colour"},
      {"nan.csv", header + "a,1,1,1,nan,1,1,1\n", "lut"},
      {"negative.csv", header + "a,1,1,1,1,-3,1,1\n", "ff"},
      {"cell.csv", header + "a,1,1,1,1,,1,1\n", "ff"},
      {"reuse.csv", header + "a,0,1,1,1,1,1,1\n", "reuse"},
      {"empty.csv", "", "empty.csv"},
      {"rows.csv", header, "rows.csv"},
      {"twice.csv", header + "a,2,1,1,1,1,1,1\na,2,1,1,1,1,1,1\n", "reuse"},
      {"apart.csv", header + "a,2,1,1,1,1,1,1\nb,2,1,1,1,1,1,1\na,4,1,1,1,1,1,1\n", "layer"},
  };
  for (const BadFile& file : files) {
    dir.file(file.name, file.bytes);
    const Outcome outcome = run(dir, "ntorc-opt --costs " + file.name + " --latency 200us");
    EXPECT_EQ(outcome.exit_code, 1) << file.name;
    EXPECT_EQ(outcome.out, "") << file.name;
    EXPECT_THAT(outcome.err, StartsWith("ntorc-opt: " + file.name)) << file.name;
    EXPECT_THAT(outcome.err, HasSubstr(file.message)) << file.name;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  }
}

TEST(NtorcOpt, RefusesACorruptPerformanceModel) {
  const TemporaryDir dir;
  dir.file("bad.perf", "this is no performance model");
  const Outcome outcome = run(dir, "ntorc-opt " + kExample + " --latency 200us --perf bad.perf");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, StartsWith("ntorc-opt: bad.perf: "));
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
}

TEST(NtorcOpt, SaysSoWhenItCannotWrite) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --quiet --out no/such/plan.json"), 1,
                 "ntorc-opt: no/such/plan.json: cannot write: No such file or directory");
  const Outcome full = run(dir, "ntorc-opt --costs costs.csv --latency 60cycles >/dev/full");
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("standard output: cannot write"));
}

TEST(NtorcOpt, WarnsWhenThePartIsTooSmallOrUnknown) {
  const TemporaryDir dir;
  dir.file("costs.csv", "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\na,1,1,1,1,1,2000,1\n");
  EXPECT_EQ(run(dir, "ntorc-opt --costs costs.csv --latency 1us").err,
            "ntorc-opt: warning: part xczu7ev-ffvc1156-2-e: the plan needs 2000 dsp, the part has 1728\n");
  EXPECT_EQ(run(dir, "ntorc-opt --costs costs.csv --latency 1us --part xc9").err,
            "ntorc-opt: warning: part xc9: not in ntorc's catalogue, so its share is not known\n");
  EXPECT_EQ(run(dir, "ntorc-opt --costs costs.csv --latency 1us --part xc9 --quiet").err, "");
  const Outcome mistyped = run(dir, "ntorc-opt --costs costs.csv --latency 1us --part xczu7e-ffvc1156-2-e");
  EXPECT_EQ(mistyped.exit_code, 0);
  EXPECT_EQ(
      mistyped.err,
      "ntorc-opt: warning: part xczu7e-ffvc1156-2-e: not in ntorc's catalogue, so its share is not known; did you "
      "mean xczu7eg or xczu7ev?\n");
}

TEST(NtorcOpt, TakesABoardForItsPart) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  const std::string line = "ntorc-opt --costs costs.csv --latency 60cycles --budget lut=1% --part ";
  const Outcome by_board = run(dir, line + "'PYNQ Z2'");
  ASSERT_EQ(by_board.exit_code, 0) << by_board.err;
  EXPECT_EQ(nlohmann::json::parse(by_board.out)["target"]["part"], "xc7z020clg400-1");
  EXPECT_EQ(by_board.out, run(dir, line + "xc7z020clg400-1").out);
  const Outcome yaml =
      run(dir, "ntorc-opt " + kExample + " --latency 200us --quiet --part 'Alveo U250' | ntorc-emit - --to hls4ml");
  EXPECT_THAT(yaml.out, HasSubstr("\nPart: \"xcu250-figd2104-2L-e\"\n")) << yaml.err;
}

TEST(NtorcOpt, SharesAreOfThePartThatIsAskedFor) {
  const TemporaryDir dir;
  dir.file("costs.csv",
           "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\na,1,1,1,532,2128,22,7\n");
  // Of the XC7Z020: 532 of 53200 LUT, 2128 of 106400 FF, 22 of 220 DSP, 7 of 280 BRAM.
  EXPECT_THAT(run(dir, "ntorc-opt --costs costs.csv --latency 1us --part pynq-z2 --show plan").out,
              testing::ContainsRegex("of deadline, part +0.4% +1.0% +2.0% +10.0% +2.5%\n"));
}

TEST(NtorcOpt, RefusesANameThatIsNeitherAPartNorABoard) {
  const TemporaryDir dir;
  dir.file("costs.csv", kCosts);
  expect_refusal(
      run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --part zcu10"), 2,
      "ntorc-opt: part: expected an FPGA part or a board, got zcu10; did you mean zcu102, zcu104 or zcu106?");
  expect_refusal(run(dir, "ntorc-opt --costs costs.csv --latency 60cycles --part foo"), 2,
                 "ntorc-opt: part: expected an FPGA part or a board, got foo");
}

TEST(NtorcOpt, ListsThePartsAsItsDocumentationDoes) {
  const TemporaryDir dir;
  const Outcome outcome = run(dir, "ntorc-opt --list-parts");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              testing::ContainsRegex("\nxczu7ev +Zynq UltraScale\\+ +DS891 +230400 +460800 +1728 +624 +96\n"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\nzcu104 +xczu7ev-ffvc1156-2-e\n"));
  EXPECT_THAT(test::read_all(test::examples_dir().parent_path() / "docs" / "devices.md"),
              HasSubstr("\n```text\n" + outcome.out + "```\n"));
  EXPECT_EQ(run(dir, "ntorc-opt --list-parts --out parts.txt --quiet").out, "");
  EXPECT_EQ(test::read_all(dir.path() / "parts.txt"), outcome.out);
  expect_refusal(run(dir, "ntorc-opt --list-parts --part zcu104"), 2,
                 "ntorc-opt: --part: has no use with --list-parts");
  expect_refusal(run(dir, "ntorc-opt network.json --list-parts"), 2,
                 "ntorc-opt: NETWORK: has no use with --list-parts");
}

TEST(NtorcOpt, HelpsAndTellsItsVersion) {
  const TemporaryDir dir;
  const Outcome help = run(dir, "ntorc-opt --help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("--latency"));
  EXPECT_THAT(help.out, HasSubstr("Exit codes: 0 answered"));
  EXPECT_THAT(run(dir, "ntorc-opt --version").out, testing::MatchesRegex("ntorc-opt [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(NtorcOpt, ReproducesNTorcsTableIV) {
  NTORC_SKIP_WITHOUT_SHARED("tables/model1_conv.csv");
  const TemporaryDir dir;
  const std::string tables = (test::shared_dir() / "tables").string();
  const Outcome outcome = run(
      dir, "ntorc-opt --costs " + tables + "/model1_conv.csv " + tables + "/model1_dense.csv --latency 50000cycles");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto plan = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(plan["answer"]["status"], "optimal");
  EXPECT_DOUBLE_EQ(plan["answer"]["objective"], 159'717.732646);
  EXPECT_DOUBLE_EQ(plan["answer"]["bound"], 159'717.732646);
  EXPECT_NEAR(plan["total"]["lut"], 94'959.886, 5e-4);
  EXPECT_NEAR(plan["total"]["dsp"], 78, 5e-4);
  EXPECT_NEAR(plan["total"]["latency_max_cycles"], 48'316.010, 5e-4);
  std::vector<std::int64_t> reuse;
  for (const auto& layer : plan["layers"]) reuse.push_back(layer["reuse"]);
  EXPECT_EQ(reuse, (std::vector<std::int64_t>{24, 96, 96, 96, 384, 384, 1444, 1444, 1444, 1444, 76}));
}

}  // namespace
}  // namespace ntorc
