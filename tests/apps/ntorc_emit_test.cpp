// ntorc-emit as a user meets it.
#include <gmock/gmock.h>

#include "command.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;

const std::string kExample = (test::examples_dir() / "dropbear_like.json").string();

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
  EXPECT_EQ(run(dir, "ntorc-emit plan.json --to table").exit_code, 3);
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
