// ntorc-emit as a user meets it.
#include <gmock/gmock.h>

#include "command.hpp"
#include "emit/designs.hpp"
#include "ntorc/emit/plan_json.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::kExample;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;

/// A folder with plan.json, planned from the example.
void plan_example(const TemporaryDir& dir) {
  ASSERT_EQ(run(dir, "ntorc-opt " + kExample + " --latency 200us --out plan.json").exit_code, 0);
}

TEST(NtorcEmit, TakesAPlanFromAPipe) {
  const TemporaryDir dir;
  const Outcome outcome =
      run(dir, "ntorc-opt " + kExample + " --latency 100us | ntorc-emit - --to hls4ml --out myproject.yaml");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "");
  const std::string yaml = test::read_all(dir.path() / "myproject.yaml");
  EXPECT_THAT(yaml, HasSubstr("KerasModel: !keras_model \"" + (test::examples_dir() / "dropbear_like.keras").string()));
  EXPECT_THAT(yaml, HasSubstr("\"position\":\n      ReuseFactor: 16\n"));
}

TEST(NtorcEmit, WritesBothDialectsAndTheDriver) {
  const TemporaryDir dir;
  plan_example(dir);
  EXPECT_THAT(run(dir, "ntorc-emit plan.json --to hls4ml --hls4ml 1.2").out, HasSubstr("KerasH5: "));
  EXPECT_THAT(run(dir, "ntorc-emit plan.json --to driver --project p --output-dir o --backend Vitis").out,
              HasSubstr("project_name=\"p\", backend=\"Vitis\""));
  EXPECT_THAT(run(dir, "ntorc-emit plan.json --to table").out, HasSubstr("optimal: LUT + FF + DSP + BRAM"));
}

/// A folder with whole.json, a plan of a whole design.
void write_whole_plan(const TemporaryDir& dir) { dir.file("whole.json", emit::to_json(test::whole_plan())); }

TEST(NtorcEmit, WritesReports) {
  const TemporaryDir dir;
  write_whole_plan(dir);
  EXPECT_THAT(run(dir, "ntorc-emit whole.json --to html").out, testing::StartsWith("<!DOCTYPE html>\n"));
  EXPECT_THAT(run(dir, "ntorc-emit whole.json --to md").out, testing::StartsWith("# small net\n"));
  EXPECT_THAT(run(dir, "ntorc-emit whole.json --to csv").out, HasSubstr("\nfifo,pool -> lstm,,,,,64,64,16,"));
  EXPECT_EQ(run(dir, "ntorc-emit whole.json --to html --out report.html").out, "");
  EXPECT_THAT(test::read_all(dir.path() / "report.html"), HasSubstr("</html>\n"));
}

TEST(NtorcEmit, DrawsTheFrontOfTheSameNetwork) {
  const TemporaryDir dir;
  plan_example(dir);
  write_whole_plan(dir);
  ASSERT_EQ(run(dir, "ntorc-opt " + kExample + " --pareto --points 5 --out front.json").exit_code, 0);
  const Outcome outcome = run(dir, "ntorc-emit plan.json --to html --front front.json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("<svg class=\"front\""));
  expect_refusal(run(dir, "ntorc-emit whole.json --to html --front front.json"), 2,
                 "ntorc-emit: --front: expected one of network \"small net\", got \"dropbear_like\"");
  expect_refusal(run(dir, "ntorc-emit plan.json --to md --front front.json"), 2,
                 "ntorc-emit: --front: is drawn by --to html alone");
  expect_refusal(run(dir, "ntorc-emit plan.json --to html --front plan.json"), 1,
                 "ntorc-emit: plan.json: /format: expected \"ntorc-front\", got \"ntorc-plan\"");
  expect_refusal(run(dir, "ntorc-emit plan.json --to html --front none.json"), 1,
                 "ntorc-emit: none.json: cannot open: No such file or directory");
}

TEST(NtorcEmit, SetsFifoDepthsInTheDriverAlone) {
  const TemporaryDir dir;
  write_whole_plan(dir);
  deploy::Plan plan = test::whole_plan();
  plan.design.reset();
  plan.total = {5780, 10'420.125, 22'500.25, 10'300, 77, 15.5};
  plan.objective = plan.bound = 32'892.75;
  dir.file("layers.json", emit::to_json(plan));
  const std::string to_driver = " --to driver --keras-model n.keras";
  EXPECT_THAT(run(dir, "ntorc-emit whole.json --fifo-depths least" + to_driver).out,
              HasSubstr("    (\"conv_relu\", \"pool\", 128, 2),\n"));
  for (const char* depths : {"", " --fifo-depths hls4ml"}) {
    EXPECT_THAT(run(dir, "ntorc-emit whole.json" + to_driver + depths).out, testing::Not(HasSubstr("FIFOS")));
  }
  expect_refusal(run(dir, "ntorc-emit whole.json --to hls4ml --fifo-depths least"), 2,
                 "ntorc-emit: FIFO depths: hls4ml's YAML has no key for them; the driver sets them");
  expect_refusal(run(dir, "ntorc-emit layers.json --fifo-depths least" + to_driver), 2,
                 "ntorc-emit: FIFO depths: expected a plan with the least depths, found none in this one: ntorc-opt "
                 "--fifo-depths");
  expect_refusal(run(dir, "ntorc-emit whole.json --fifo-depths 3" + to_driver), 2,
                 "ntorc-emit: --fifo-depths: expected hls4ml|least, got 3; see --help");
}

TEST(NtorcEmit, WarnsOfABackendThatWasNotPlannedFor) {
  const TemporaryDir dir;
  write_whole_plan(dir);
  dir.file("n.keras", "");
  const Outcome outcome = run(dir, "ntorc-emit whole.json --to hls4ml --keras-model n.keras --backend Vitis");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "ntorc-emit: warning: --backend Vitis: the plan is for Vivado, whose figures are others\n");
  EXPECT_EQ(run(dir, "ntorc-emit whole.json --to hls4ml --keras-model n.keras --backend Vivado").err, "");
}

TEST(NtorcEmit, WarnsOfFilesThatHls4mlWillMiss) {
  const TemporaryDir dir;
  plan_example(dir);
  const Outcome outcome = run(dir, "ntorc-emit plan.json --to hls4ml --keras-model /no/such.keras");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "ntorc-emit: warning: /no/such.keras: is not there; hls4ml will need it\n");
}

TEST(NtorcEmit, HasNothingToWriteForAnUnreachableDeadline) {
  const TemporaryDir dir;
  EXPECT_EQ(run(dir, "ntorc-opt " + kExample + " --latency 1ns --out plan.json").exit_code, 3);
  const Outcome outcome = run(dir, "ntorc-emit plan.json --to hls4ml --out p.yaml");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("the lowest reachable is"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "p.yaml"));
  EXPECT_EQ(run(dir, "ntorc-emit plan.json --to csv").exit_code, 3);
  for (const char* form : {"table", "md", "html"}) {
    const Outcome shown = run(dir, std::string("ntorc-emit plan.json --to ") + form);
    EXPECT_EQ(shown.exit_code, 3);
    EXPECT_THAT(shown.out, HasSubstr("the lowest reachable is"));
  }
}

TEST(NtorcEmit, RefusesWhatIsNoPlan) {
  const TemporaryDir dir;
  dir.file("text", "hello");
  dir.file("other.json", "{}");
  expect_refusal(run(dir, "ntorc-emit none.json --to table"), 1,
                 "ntorc-emit: none.json: cannot open: No such file or directory");
  expect_refusal(run(dir, "ntorc-emit text --to table"), 1,
                 "ntorc-emit: text: line 1, byte 1: expected JSON, found something else");
  expect_refusal(run(dir, "ntorc-emit other.json --to table"), 1,
                 "ntorc-emit: other.json: /: expected a key \"format\", found none");
  expect_refusal(run(dir, "ntorc-emit - --to table"), 1,
                 "ntorc-emit: standard input: expected JSON, found an empty file");
}

TEST(NtorcEmit, RefusesUsageThatMakesNoSense) {
  const TemporaryDir dir;
  plan_example(dir);
  expect_refusal(run(dir, "ntorc-emit plan.json --to hls4ml --project a-b"), 2,
                 "ntorc-emit: project: expected a C identifier, got \"a-b\"");
  expect_refusal(
      run(dir, "ntorc-emit plan.json --to driver --hls4ml 1.2"), 2,
      "ntorc-emit: Keras model: expected a file with network and weights (.keras or .h5) for the driver, got " +
          kExample);
  expect_refusal(run(dir, "ntorc-emit plan.json --to hls4ml --keras-model n.json"), 2,
                 "ntorc-emit: Keras model: expected a file with weights (.keras or .h5) for hls4ml 1.3, got n.json");
  EXPECT_EQ(run(dir, "ntorc-emit plan.json").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-emit --to table").exit_code, 2);
  EXPECT_EQ(run(dir, "ntorc-emit plan.json --to pdf").exit_code, 2);
  expect_refusal(run(dir, "ntorc-emit plan.json --to hls4ml --hls4ml 0.6"), 2,
                 "ntorc-emit: --hls4ml: expected 1.2|1.3, got 0.6; see --help");
}

TEST(NtorcEmit, SaysSoWhenItCannotWrite) {
  const TemporaryDir dir;
  plan_example(dir);
  expect_refusal(run(dir, "ntorc-emit plan.json --to table --out no/such/table"), 1,
                 "ntorc-emit: no/such/table: cannot write: No such file or directory");
}

}  // namespace
}  // namespace ntorc
