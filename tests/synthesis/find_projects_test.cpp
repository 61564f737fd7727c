#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"
#include "synthesis/projects.hpp"

namespace ntorc::synthesis {
namespace {

using test::Layout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "<root>: <top>" of each project, seen from `folder`.
std::vector<std::string> found_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const ProjectFiles& files : find_projects(folder).projects) {
    names.push_back(files.root.lexically_relative(folder).string() + ": " + files.name);
  }
  return names;
}

TEST(FindProjects, FindsProjectsAtAnyDepthByTheirReports) {
  const test::TemporaryDir folder;
  test::write_project(folder.path() / "b/deep/one", Layout::VivadoHls2019_1);
  test::write_project(folder.path() / "a", Layout::VitisHls2022_2);
  test::write_text(folder.path() / "a/notes.txt", "no report");
  EXPECT_THAT(found_in(folder.path()), ElementsAre("a: myproject", "b/deep/one: myproject"));
  EXPECT_THAT(found_in(folder.path() / "a"), ElementsAre(".: myproject"));
}

TEST(FindProjects, GathersTheFilesOfAProject) {
  const test::TemporaryDir folder;
  const std::filesystem::path root = folder.path() / "job";
  test::write_project(root, Layout::VivadoHls2020_1);
  const std::filesystem::path solution = root / "myproject_prj/solution1";
  test::write_text(solution / "syn/report/myproject_csynth.xml", "x");
  test::write_text(solution / "syn/report/csynth.xml", "x");
  test::write_text(solution / "sim/report/myproject_cosim.rpt", "x");
  test::write_text(solution / "syn/verilog/other_csynth.rpt", "x");
  test::write_text(solution / ".autopilot/db/other_csynth.rpt", "x");
  test::write_text(root / "vivado_synth.rpt", "x");
  const auto projects = find_projects(folder.path()).projects;
  ASSERT_EQ(projects.size(), 1U);
  const ProjectFiles& files = projects.front();
  EXPECT_EQ(files.csynth_rpt, solution / "syn/report/myproject_csynth.rpt");
  EXPECT_EQ(files.csynth_xml, solution / "syn/report/myproject_csynth.xml");
  EXPECT_EQ(files.hierarchy_xml, solution / "syn/report/csynth.xml");
  EXPECT_EQ(files.cosim_rpt, solution / "sim/report/myproject_cosim.rpt");
  EXPECT_THAT(files.utilization_rpts, ElementsAre(root / "vivado_synth.rpt"));
  EXPECT_EQ(files.parameters_h, root / "firmware/parameters.h");
  EXPECT_EQ(files.defines_h, root / "firmware/defines.h");
  EXPECT_EQ(files.top_cpp, root / "firmware/myproject.cpp");
  EXPECT_EQ(files.project_tcl, root / "project.tcl");
}

TEST(FindProjects, TakesTheWrapperForABusAsTheTop) {
  const test::TemporaryDir folder;
  test::write_project(folder.path() / "p", Layout::VivadoHls2020_1);
  test::Design axi;
  axi.top = "myproject_axi";
  test::write_project(folder.path() / "p", Layout::VivadoHls2020_1, axi);
  EXPECT_THAT(found_in(folder.path()), ElementsAre("p: myproject_axi"));
  EXPECT_EQ(find_projects(folder.path()).projects[0].top_cpp.filename(), "myproject.cpp");
  test::write_text(folder.path() / "p/firmware/myproject_axi.cpp", "// calls myproject\n");
  EXPECT_EQ(find_projects(folder.path()).projects[0].top_cpp.filename(), "myproject.cpp");
}

TEST(FindProjects, FindsTheReportsOfVitisUnifiedBelowItsWorkspace) {
  const test::TemporaryDir folder;
  test::write_firmware(folder.path() / "p");
  test::write_text(folder.path() / "p/firmware/myproject_axi_master.cpp", "// calls myproject\n");
  const std::filesystem::path hls = folder.path() / "p/vitis_workspace/myproject/vitis_unified_project/hls";
  test::write_text(hls / "syn/report/csynth.xml",
                   "<profile><TopModelName>myproject_axi_master</TopModelName></profile>");
  EXPECT_THAT(found_in(folder.path()), ElementsAre("p: myproject_axi_master"));
  const ProjectFiles files = find_projects(folder.path()).projects[0];
  EXPECT_EQ(files.hierarchy_xml, hls / "syn/report/csynth.xml");
  EXPECT_EQ(files.top_cpp.filename(), "myproject.cpp");
}

TEST(FindProjects, LeavesOutTheIpCoresOfAProjectOfVivado) {
  const test::TemporaryDir folder;
  test::write_text(folder.path() / "a.runs/reset_synth_1/reset_utilization_synth.rpt", "x");
  test::write_text(folder.path() / "a.runs/impl_1/clock_utilization_routed.rpt", "x");
  EXPECT_THAT(found_in(folder.path()), IsEmpty());
  EXPECT_EQ(find_projects(folder.path() / "a.runs/reset_synth_1/reset_utilization_synth.rpt").projects.size(), 1U);
}

TEST(FindProjects, TakesTheTopOfARenamedProjectFromItsDescription) {
  const test::TemporaryDir folder;
  const auto reports = folder.path() / "hls/sol/syn/report";
  test::write_text(reports / "net_csynth.rpt", "x");
  test::write_text(reports / "dense_config2_s_csynth.rpt", "x");
  test::write_text(folder.path() / "hls/hls.app", "<project xmlns=\"x\" name=\"hls\" top=\"net\">\n</project>\n");
  EXPECT_THAT(found_in(folder.path()), ElementsAre(".: net"));
}

TEST(FindProjects, TellsSeveralSolutionsApart) {
  const test::TemporaryDir folder;
  for (const char* const solution : {"solution1", "solution2"}) {
    test::write_text(folder.path() / "p/myproject_prj" / solution / "syn/report/myproject_csynth.rpt", "x");
  }
  EXPECT_THAT(found_in(folder.path()),
              ElementsAre("p/myproject_prj/solution1: myproject", "p/myproject_prj/solution2: myproject"));
}

TEST(FindProjects, TakesAReportThatStandsAloneForAProject) {
  const test::TemporaryDir folder;
  test::write_text(folder.path() / "a_csynth.rpt", test::csynth_rpt(test::signal_design(), Layout::VitisHls2022_2));
  test::write_text(folder.path() / "a_csynth.xml", "x");
  test::write_text(folder.path() / "b_csynth.rpt", "x");
  test::write_text(folder.path() / "b_vivado_synth.rpt", "x");
  EXPECT_THAT(found_in(folder.path()), ElementsAre(".: a", ".: b", ".: b_vivado_synth"));
  const auto one = find_projects(folder.path() / "a_csynth.rpt").projects;
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].csynth_rpt, folder.path() / "a_csynth.rpt");
  EXPECT_EQ(one[0].csynth_xml, "");
}

TEST(FindProjects, LeavesOutModulesThatAnotherReportOfTheFolderCalls) {
  const test::TemporaryDir folder;
  const test::Design top = test::signal_design();
  test::write_text(folder.path() / "myproject_csynth.rpt", test::csynth_rpt(top, Layout::VivadoHls2020_1));
  test::Design inner;
  inner.top = top.units[1].module;
  test::write_text(folder.path() / (inner.top + "_csynth.rpt"), test::csynth_rpt(inner, Layout::VivadoHls2020_1));
  EXPECT_THAT(found_in(folder.path()), ElementsAre(".: myproject"));
}

TEST(FindProjects, FollowsNoLinks) {
  const test::TemporaryDir folder;
  test::write_project(folder.path() / "a/p", Layout::VivadoHls2020_1);
  std::filesystem::create_directory_symlink(folder.path() / "a", folder.path() / "a/p/loop");
  std::filesystem::create_directory_symlink(folder.path() / "a/p", folder.path() / "again");
  EXPECT_THAT(found_in(folder.path()), ElementsAre("a/p: myproject"));
  EXPECT_EQ(find_projects(folder.path() / "again").projects.size(), 1U);  // what was asked for may be one
}

TEST(FindProjects, TakesFirmwareWithoutReportsForAProjectThatIsNotDone) {
  const test::TemporaryDir folder;
  test::write_firmware(folder.path() / "job");
  EXPECT_THAT(found_in(folder.path()), ElementsAre("job: "));
}

TEST(FindProjects, RefusesAFolderThatIsNotThere) {
  EXPECT_EQ(test::message_of<FileError>([] { find_projects("/nowhere/at/all"); }),
            "/nowhere/at/all: no such file or folder");
  const test::TemporaryDir folder;
  EXPECT_THAT(found_in(folder.path()), IsEmpty());
}

}  // namespace
}  // namespace ntorc::synthesis
