// ntorc-train collect as a user meets it.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "command.hpp"
#include "synthesis/projects.hpp"

namespace ntorc {
namespace {

using test::expect_refusal;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;

TEST(NtorcTrainCollect, WritesADatasetAndSaysWhatIsInIt) {
  const TemporaryDir dir;
  test::write_project(dir.path() / "runs/a", test::Layout::VivadoHls2019_1);
  test::write_project(dir.path() / "runs/b", test::Layout::VitisHls2022_2);
  test::write_text(dir.path() / "runs/c_csynth.rpt", "no report\n");
  const Outcome outcome = run(dir, "ntorc-train collect runs --out data.csv --threads 2");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("ntorc-train: warning: runs/c_csynth.rpt: line 1: expected "));
  EXPECT_THAT(
      outcome.err,
      HasSubstr("ntorc-train: info: 3 projects, 2 of them with rows; 18 rows, 4 of layers, 0 unmapped; 1 warnings\n"));
  const std::string csv = test::read_all(dir.path() / "data.csv");
  EXPECT_THAT(csv, HasSubstr("\nhls,conv1d,signal,2,3,8,64,1,3,,460,460,500,1500,16,2,450,0,xczu7ev-ffvc1156-2-e,250,"
                             "Vivado HLS 2019.1,,io_stream,Resource,\"ap_fixed<12,4>\",runs/a,"));
  EXPECT_EQ(run(dir, "ntorc-train --quiet collect runs").out, csv);
}

TEST(NtorcTrainCollect, FailsWhereThereIsNothingToRead) {
  const TemporaryDir dir;
  std::filesystem::create_directories(dir.path() / "empty");
  test::write_text(dir.path() / "data.csv", "what was there\n");
  const Outcome outcome = run(dir, "ntorc-train --quiet collect empty --out data.csv");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("ntorc-train: no row was read: nothing written\n"));
  EXPECT_EQ(test::read_all(dir.path() / "data.csv"), "what was there\n");
  expect_refusal(run(dir, "ntorc-train collect nowhere --out x.csv"), 1,
                 "ntorc-train: nowhere: no such file or folder");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "x.csv"));
  expect_refusal(run(dir, "ntorc-train collect"), 2, "ntorc-train: expected a folder with projects, or --explain");
}

TEST(NtorcTrainCollect, ExplainsAProject) {
  const TemporaryDir dir;
  test::write_project(dir.path() / "runs/signal", test::Layout::VivadoHls2020_1);
  const Outcome outcome = run(dir, "ntorc-train collect --explain runs/signal");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, test::read_all(test::data_dir() / "synthesis/breakdown.txt"));
  test::write_project(dir.path() / "runs/other", test::Layout::VivadoHls2020_1);
  expect_refusal(run(dir, "ntorc-train collect --explain runs"), 1, "ntorc-train: runs: expected one project, found 2");
}

}  // namespace
}  // namespace ntorc
