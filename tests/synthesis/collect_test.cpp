#include "ntorc/synthesis/collect.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/record.hpp"
#include "synthesis/projects.hpp"

namespace ntorc::synthesis {
namespace {

using test::Layout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

struct Collected {
  std::string csv;
  std::vector<std::string> warnings;
  CollectSummary summary;
};

Collected collect_all(const std::vector<std::filesystem::path>& folders, unsigned threads = 2) {
  Collected collected;
  collected.summary = collect(folders, {.threads = threads},
                              {.rows = [&](std::string_view lines) { collected.csv += lines; },
                               .warning = [&](std::string_view line) { collected.warnings.emplace_back(line); }});
  return collected;
}

void write_many(const std::filesystem::path& folder, int count) {
  for (int i = 0; i < count; ++i) {
    test::Design design = test::signal_design();
    design.latency = 1000 + i;
    const auto project = folder / fmt::format("job{:04}", i);
    test::write_project(project, static_cast<Layout>(i % 3), design);
    if (i % 7 == 3) test::write_text(project / "myproject_prj/solution1/syn/report/myproject_csynth.rpt", "<html>\n");
  }
}

TEST(Collect, WritesTheSameBytesOnAnyNumberOfThreads) {
  const test::TemporaryDir folder;
  write_many(folder.path(), 150);
  const Collected one = collect_all({folder.path()}, 1);
  EXPECT_EQ(one.summary.projects, 150U);
  EXPECT_EQ(one.summary.with_rows, 150U - 21U);
  EXPECT_EQ(one.summary.rows, 129U * 9U);
  EXPECT_EQ(one.summary.layers, 129U * 2U);
  EXPECT_EQ(one.summary.unmapped, 0U);
  EXPECT_EQ(one.summary.warnings, 21U);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(one.csv, '\n')), 1 + one.summary.rows);
  EXPECT_TRUE(one.csv.starts_with(perf::records_header()));
  for (const unsigned threads : {2U, 3U, 16U}) {
    const Collected many = collect_all({folder.path()}, threads);
    EXPECT_EQ(many.csv, one.csv);
    EXPECT_EQ(many.warnings, one.warnings);
  }
}

TEST(Collect, SaysInOneLineWhatIsBrokenAndGoesOn) {
  const test::TemporaryDir folder;
  test::write_project(folder.path() / "a", Layout::VivadoHls2020_1);
  test::write_project(folder.path() / "b", Layout::VitisHls2022_2);
  test::write_project(folder.path() / "c", Layout::VivadoHls2019_1);
  const auto broken = folder.path() / "b/myproject_prj/solution1/syn/report/myproject_csynth.rpt";
  test::write_text(broken, std::string("\0\n\xFF garbage\r\n", 14));
  const Collected collected = collect_all({folder.path()});
  ASSERT_THAT(collected.warnings, SizeIs(1));
  EXPECT_THAT(collected.warnings[0], HasSubstr(broken.string() + ": line "));
  EXPECT_EQ(collected.warnings[0].find('\n'), std::string::npos);
  EXPECT_EQ(collected.summary.with_rows, 2U);
  EXPECT_EQ(collected.csv.find("/b,"), std::string::npos);
}

TEST(Collect, CountsAProjectOnceThatStandsUnderTwoFolders) {
  const test::TemporaryDir folder;
  test::write_project(folder.path() / "a/p", Layout::VivadoHls2020_1);
  EXPECT_EQ(collect_all({folder.path(), folder.path() / "a", folder.path() / "a/p/."}).summary.projects, 1U);
}

TEST(Collect, GivesTheHeaderAloneWhereThereIsNothing) {
  const test::TemporaryDir folder;
  const Collected collected = collect_all({folder.path()});
  EXPECT_EQ(collected.csv, perf::records_header());
  EXPECT_EQ(collected.summary.projects, 0U);
}

TEST(Collect, StopsItsThreadsWhenTheSinkFails) {
  const test::TemporaryDir folder;
  write_many(folder.path(), 100);
  int pieces = 0;
  const CollectSink full{.rows =
                             [&](std::string_view) {
                               if (++pieces == 5) throw std::runtime_error("no space");
                             },
                         .warning = [](std::string_view) {}};
  EXPECT_THROW(collect({folder.path()}, {.threads = 4}, full), std::runtime_error);
}

TEST(Collect, RefusesAFolderThatIsNotThere) {
  EXPECT_THROW(collect_all({"/nowhere/at/all"}), FileError);
}

}  // namespace
}  // namespace ntorc::synthesis
