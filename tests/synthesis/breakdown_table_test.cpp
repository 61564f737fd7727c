#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "fixtures.hpp"
#include "ntorc/synthesis/project.hpp"
#include "synthesis/projects.hpp"

namespace ntorc::synthesis {
namespace {

using testing::HasSubstr;

TEST(BreakdownTable, ShowsEachLayerWithItsShare) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), test::Layout::VivadoHls2020_1);
  Breakdown breakdown = break_down(find_projects(folder.path()).projects.at(0));
  breakdown.files.root = "runs/signal";
  EXPECT_EQ(breakdown_table(breakdown), test::read_all(test::data_dir() / "synthesis/breakdown.txt"));
}

TEST(BreakdownTable, FitsATerminalWhateverTheNames) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), test::Layout::VivadoHls2020_1);
  Breakdown breakdown = break_down(find_projects(folder.path()).projects.at(0));
  breakdown.warnings.clear();
  breakdown.context = {};
  breakdown.files.root = "p";
  breakdown.records[0].name = std::string(200, 'x') + "\x1b[2J";
  std::istringstream lines(breakdown_table(breakdown));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100U) << line;
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace ntorc::synthesis
