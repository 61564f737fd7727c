#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"
#include "synthesis/projects.hpp"

namespace ntorc::synthesis {
namespace {

using perf::Record;
using perf::Role;
using perf::Stage;
using perf::Target;
using test::Layout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Breakdown break_down_one(const std::filesystem::path& folder) {
  const auto projects = find_projects(folder).projects;
  if (projects.size() != 1) throw Error(fmt::format("{} projects", projects.size()));
  return break_down(projects.front());
}

std::vector<const Record*> of_role(const Breakdown& breakdown, Role role) {
  std::vector<const Record*> rows;
  for (const Record& record : breakdown.records) {
    if (record.role == role) rows.push_back(&record);
  }
  return rows;
}

std::vector<std::string> names_of(const std::vector<const Record*>& rows) {
  std::vector<std::string> names;
  for (const Record* row : rows) names.push_back(row->name);
  return names;
}

double sum_of_rows(const Breakdown& breakdown, Target target) {
  double sum = 0;
  for (const Record& record : breakdown.records) {
    if (record.role != Role::Design) sum += record[target].value_or(0);
  }
  return sum;
}

class EveryLayout : public testing::TestWithParam<Layout> {};

TEST_P(EveryLayout, GivesEachModuleToItsLayer) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), GetParam());
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());

  const auto layers = of_role(breakdown, Role::Layer);
  ASSERT_THAT(names_of(layers), ElementsAre("signal", "output"));
  const Record& signal = *layers[0];
  // 64 steps without the two that the padding adds; a window of 3 over 2 channels.
  EXPECT_EQ(*signal.shape, (hls4ml::LayerShape{model::LayerKind::Conv1D, 2, 8, 3, 64}));
  EXPECT_THAT(signal.reuse, ElementsAre(3));
  EXPECT_EQ(signal[Target::LatencyMin], 460);
  EXPECT_EQ(signal.interval_cycles, 450);
  EXPECT_EQ(signal[Target::Lut], 500);
  EXPECT_EQ(signal[Target::Ff], 1500);
  EXPECT_EQ(signal[Target::Dsp], 16);
  EXPECT_EQ(signal[Target::Bram18k], 2);
  EXPECT_EQ(signal.context.precision, "ap_fixed<12,4>");
  EXPECT_EQ(signal.context.strategy, "Resource");
  EXPECT_EQ(signal.context.io_type, "io_stream");
  EXPECT_EQ(signal.context.part, "xczu7ev-ffvc1156-2-e");
  EXPECT_EQ(signal.context.clock_mhz, 250);
  EXPECT_EQ(signal.project, folder.path().string());
  // 512 inputs that arrive 8 at a time.
  EXPECT_EQ(*layers[1]->shape, (hls4ml::LayerShape{model::LayerKind::Dense, 512, 3, 1, 1, 64}));
  EXPECT_EQ(layers[1]->context.precision, "ap_fixed<16,6>");

  const auto nodes = of_role(breakdown, Role::Node);
  EXPECT_THAT(names_of(nodes), ElementsAre("zp1d_signal", "signal_relu"));
  EXPECT_EQ(nodes[0]->node_kind, hls4ml::NodeKind::Padding);
  EXPECT_EQ(nodes[1]->node_kind, hls4ml::NodeKind::Activation);

  const auto fifos = of_role(breakdown, Role::Fifo);
  EXPECT_THAT(names_of(fifos), ElementsAre("zp1d_signal", "signal", "signal_relu"));
  EXPECT_EQ((*fifos[0])[Target::Bram18k], 2);  // of two channels
  EXPECT_EQ(fifos[0]->module, "layer6_out");
  EXPECT_THAT(of_role(breakdown, Role::Glue), SizeIs(1));

  const Record& design = breakdown.records.back();
  EXPECT_EQ(design.role, Role::Design);
  EXPECT_EQ(design[Target::LatencyMax], 700);
  EXPECT_EQ(design[Target::Lut], 1200);
  for (const Target target : {Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k}) {
    EXPECT_EQ(sum_of_rows(breakdown, target), design[target]) << to_string(target);
  }
}

INSTANTIATE_TEST_SUITE_P(BreakDown, EveryLayout,
                         testing::Values(Layout::VivadoHls2019_1, Layout::VivadoHls2020_1, Layout::VitisHls2022_2));

TEST(BreakDown, NamesToolAndVersionOfEachLayout) {
  const test::TemporaryDir folder;
  std::vector<std::string> tools;
  for (const Layout layout : {Layout::VivadoHls2019_1, Layout::VivadoHls2020_1, Layout::VitisHls2022_2}) {
    test::write_project(folder.path(), layout);
    tools.push_back(break_down_one(folder.path()).context.tool);
  }
  EXPECT_THAT(tools, ElementsAre("Vivado HLS 2019.1", "Vivado HLS 2020.1", "Vitis HLS 2022.2"));
}

TEST(BreakDown, KeepsWhatAllFifosTakeInARowOfItsOwn) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  for (test::Queue& queue : design.queues) queue.used.lut = 0;
  design.fifo_lut = 240;
  test::write_project(folder.path(), Layout::VitisHls2022_2, design);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  const auto fifos = of_role(breakdown, Role::Fifo);
  ASSERT_THAT(names_of(fifos), ElementsAre("zp1d_signal", "signal", "signal_relu", "all"));
  EXPECT_EQ((*fifos[3])[Target::Lut], 240);
  EXPECT_FALSE((*fifos[3])[Target::Ff]);
  EXPECT_FALSE((*fifos[0])[Target::Lut]);  // 0 in its row is not what it takes
  EXPECT_EQ(sum_of_rows(breakdown, Target::Lut), 1340);
}

TEST(BreakDown, KeepsStagesApart) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  test::write_text(folder.path() / "myproject_prj/solution1/sim/report/myproject_cosim.rpt",
                   test::cosim_rpt("Pass", 512, 450));
  test::write_text(folder.path() / "vivado_synth.rpt",
                   test::utilization_rpt("myproject", "Synthesized", {4, 38, 2500, 900}));
  test::write_text(folder.path() / "util.rpt", test::utilization_rpt("myproject", "Routed", {4, 38, 2400, 880}));
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  std::vector<Stage> stages;
  for (const Record* design : of_role(breakdown, Role::Design)) stages.push_back(design->stage);
  EXPECT_THAT(stages, ElementsAre(Stage::Hls, Stage::Cosim, Stage::Routed, Stage::Logic));
  const auto designs = of_role(breakdown, Role::Design);
  EXPECT_EQ((*designs[1])[Target::LatencyMax], 512);
  EXPECT_FALSE((*designs[1])[Target::Lut]);
  EXPECT_EQ((*designs[3])[Target::Lut], 900);
  EXPECT_EQ((*designs[3])[Target::Bram18k], 4);
  EXPECT_FALSE((*designs[3])[Target::LatencyMax]);
  EXPECT_EQ(designs[3]->context.tool, "Vivado 2020.1");
  EXPECT_EQ(designs[3]->context.part, "xczu7ev-ffvc1156-2-e");
}

TEST(BreakDown, LeavesOutACosimulationThatFailed) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  test::write_text(folder.path() / "myproject_prj/solution1/sim/report/myproject_cosim.rpt",
                   test::cosim_rpt("Fail", 5, 4));
  const Breakdown breakdown = break_down_one(folder.path());
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0],
              HasSubstr("myproject_cosim.rpt: expected the status Pass, found \"Fail\": no row"));
  EXPECT_THAT(of_role(breakdown, Role::Design), SizeIs(1));
}

TEST(BreakDown, LeavesOutACosimulationThatSaysNoCycles) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VitisHls2022_2);
  test::write_text(folder.path() / "myproject_prj/solution1/sim/report/myproject_cosim.rpt",
                   test::cosim_rpt("Pass", "NA", "NA"));
  const Breakdown breakdown = break_down_one(folder.path());
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0], HasSubstr("myproject_cosim.rpt: passed, and says no cycles: no row"));
  EXPECT_THAT(of_role(breakdown, Role::Design), SizeIs(1));
}

TEST(BreakDown, LooksIntoAWrapperThatHoldsTheLayers) {
  const test::TemporaryDir folder;
  const test::Design inner = test::signal_design();
  test::write_project(folder.path(), Layout::VivadoHls2020_1, inner);
  test::Design axi;
  axi.top = "myproject_axi";
  axi.units = {{"grp_myproject_fu_90", "myproject", 700, 450, test::sum_of(inner)}};
  axi.glue = {1, 0, 200, 300};
  test::write_project(folder.path(), Layout::VivadoHls2020_1, axi);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Layer)), ElementsAre("signal", "output"));
  EXPECT_THAT(names_of(of_role(breakdown, Role::Glue)), ElementsAre("myproject", "myproject_axi"));
  EXPECT_THAT(of_role(breakdown, Role::Unmapped), IsEmpty());
  EXPECT_EQ(sum_of_rows(breakdown, Target::Lut), 1500);
  EXPECT_EQ(breakdown.records.back()[Target::Lut], 1500);
}

TEST(BreakDown, TakesWhatStandsBesideTheNetworkInAWrapperForGlue) {
  const test::TemporaryDir folder;
  const test::Design network = test::signal_design();
  test::write_project(folder.path(), Layout::VitisHls2022_2, network);
  test::Design compute;  // a process around the network
  compute.top = "compute";
  compute.units = {{"grp_myproject_fu_12", "myproject", 700, 450, test::sum_of(network)}};
  test::write_project(folder.path(), Layout::VitisHls2022_2, compute);
  test::Design master;
  master.top = "myproject_axi_master";
  master.units = {{"load_U0", "load", 9, 9, {1, 0, 10, 20}},
                  {"compute_U0", "compute", 700, 450, test::sum_of(compute)},
                  {"store_U0", "store", 9, 9, {0, 0, 30, 40}}};
  test::write_project(folder.path(), Layout::VitisHls2022_2, master);
  const std::filesystem::path unified = folder.path() / "vitis_workspace/myproject/vitis_unified_project";
  std::filesystem::create_directories(unified);
  std::filesystem::rename(folder.path() / "myproject_prj/solution1", unified / "hls");
  std::filesystem::remove(folder.path() / "myproject_prj");
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Layer)), ElementsAre("signal", "output"));
  EXPECT_THAT(of_role(breakdown, Role::Unmapped), IsEmpty());
  EXPECT_EQ(sum_of_rows(breakdown, Target::Lut), breakdown.records.back()[Target::Lut]);
}

TEST(BreakDown, LeavesALayerOpenThatTheFirmwareHasInAnotherSizeThanTheModule) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  for (test::Unit& unit : design.units) {
    if (unit.module.find("config2") != std::string::npos) unit.module = "conv_1d_cl_array_array_ap_fixed_99u_config2_s";
  }
  test::write_project(folder.path(), Layout::VivadoHls2020_1, design);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Layer)), ElementsAre("output"));
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0], HasSubstr("outputs in the firmware, the module 99"));
}

TEST(BreakDown, SaysThatAFunctionIsNotHls4mls) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  const std::filesystem::path cpp = folder.path() / "firmware/myproject.cpp";
  std::string text = test::read_all(cpp);
  text.replace(text.find("nnet::dense<"), 12, "nnet::dense_me<");
  test::write_text(cpp, text);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Layer)), ElementsAre("signal", "output"));
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0],
              HasSubstr("myproject.cpp: \"dense_me\" is no function of hls4ml: taken for dense"));
}

TEST(BreakDown, EndsWithAModuleThatClaimsToCallItself) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  for (int i = 0; i < 20; ++i) design.units.push_back({fmt::format("loop_U{}", i), "loop", 1, 1, {0, 0, 1, 1}});
  test::write_project(folder.path(), Layout::VitisHls2022_2, design);
  design.top = "loop";
  test::write_project(folder.path(), Layout::VitisHls2022_2, design);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, testing::Not(IsEmpty()));  // its rows cannot add up
}

TEST(BreakDown, CountsAWrapperOnceWhoseReportIsGone) {
  const test::TemporaryDir folder;
  test::Design axi;
  axi.top = "myproject_axi";
  axi.units = {{"grp_myproject_fu_90", "myproject", 700, 450, {9, 40, 3020, 1200}}};
  test::write_project(folder.path(), Layout::VivadoHls2020_1, axi);
  const Breakdown breakdown = break_down_one(folder.path());
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0], HasSubstr("1 of 1 modules belong to no layer that is known: myproject"));
  EXPECT_THAT(names_of(of_role(breakdown, Role::Unmapped)), ElementsAre("myproject"));
}

TEST(BreakDown, ShowsModulesThatBelongToNoLayer) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  design.units.push_back({"Loop_1_proc_U0", "Loop_1_proc", 10, 10, {0, 0, 5, 7}});
  design.units.push_back({"dense_config9_U0", "dense_array_array_config9_s", 10, 10, {0, 1, 5, 7}});
  design.units.push_back({"Block_proc_U0", "Block_proc", 0, 0, {0, 0, 2, 3}});
  test::write_project(folder.path(), Layout::VivadoHls2020_1, design);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Unmapped)), ElementsAre("Loop_1_proc", "config9"));
  EXPECT_THAT(of_role(breakdown, Role::Glue), SizeIs(2));
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0],
              HasSubstr("_csynth.rpt: 2 of 7 modules belong to no layer that is known: Loop_1_proc, "
                        "config9 (parameters.h has no config9)"));
}

TEST(BreakDown, AddsTheUnitsOfOneLayerAndLeavesItsCyclesOpen) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  design.units.push_back(
      {"dense_resource_config2_mult_U1", "dense_resource_ap_fixed_config2_mult_s", 7, 7, {0, 4, 50, 70}});
  test::write_project(folder.path(), Layout::VivadoHls2020_1, design);
  const Breakdown breakdown = break_down_one(folder.path());
  const auto layers = of_role(breakdown, Role::Layer);
  ASSERT_THAT(names_of(layers), ElementsAre("signal", "output"));
  EXPECT_EQ((*layers[0])[Target::Dsp], 20);
  EXPECT_FALSE((*layers[0])[Target::LatencyMax]);
  EXPECT_FALSE(layers[0]->interval_cycles);
}

TEST(BreakDown, GivesMultipliersOfTheTopToItsGlue) {
  const test::TemporaryDir folder;
  test::Design design = test::signal_design();
  design.parts = {{"mul_16s_16s_U7", "myproject_mul_16s_16s_26_1_1", 0, 0, {0, 1, 2, 3}}};
  test::write_project(folder.path(), Layout::VivadoHls2020_1, design);
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  EXPECT_EQ((*of_role(breakdown, Role::Glue)[0])[Target::Dsp], 1);
}

TEST(BreakDown, SaysByHowMuchTheRowsMissTheWhole) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  const auto file = folder.path() / "myproject_prj/solution1/syn/report/myproject_csynth.rpt";
  std::string text = test::read_all(file);
  text.replace(text.find("|Total | 9| 40| 3020| 1200| 0|"), 30, "|Total | 9| 40| 3020| 1234| 0|");
  test::write_text(file, text);
  const Breakdown breakdown = break_down_one(folder.path());
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0], HasSubstr("the rows do not add up to the design: lut 1200 of 1234"));
}

TEST(BreakDown, ReadsTheHierarchyOfVitisWhereTheReportIsGone) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VitisHls2022_2);
  const auto reports = folder.path() / "myproject_prj/solution1/syn/report";
  std::filesystem::remove(reports / "myproject_csynth.rpt");
  test::write_text(reports / "csynth.xml", test::csynth_xml(test::signal_design(), test::XmlOf::Hierarchy));
  test::write_text(reports / "myproject_csynth.xml", test::csynth_xml(test::signal_design(), test::XmlOf::Top));
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.warnings, IsEmpty());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Layer)), ElementsAre("signal", "output"));
  // FIFOs and glue in one: it does not tell them apart.
  EXPECT_THAT(names_of(of_role(breakdown, Role::Unmapped)), ElementsAre("rest"));
  EXPECT_EQ(sum_of_rows(breakdown, Target::Lut), 1200);
}

TEST(BreakDown, GivesTheDesignAloneWhereOnlyTheTopsXmlIsLeft) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VitisHls2022_2);
  const auto reports = folder.path() / "myproject_prj/solution1/syn/report";
  test::write_text(reports / "myproject_csynth.rpt",
                   test::csynth_rpt(test::signal_design(), Layout::VitisHls2022_2).substr(0, 2000));
  test::write_text(reports / "myproject_csynth.xml", test::csynth_xml(test::signal_design(), test::XmlOf::Top));
  const Breakdown breakdown = break_down_one(folder.path());
  ASSERT_THAT(breakdown.warnings, SizeIs(1));
  EXPECT_THAT(breakdown.warnings[0], HasSubstr("myproject_csynth.rpt: line "));
  ASSERT_THAT(breakdown.records, SizeIs(1));
  EXPECT_EQ(breakdown.records[0].role, Role::Design);
  EXPECT_EQ(breakdown.records[0][Target::Dsp], 40);
}

TEST(BreakDown, OfAReportAloneShowsItsLayersAsUnmapped) {
  const test::TemporaryDir folder;
  test::write_text(folder.path() / "myproject_csynth.rpt",
                   test::csynth_rpt(test::signal_design(), Layout::VitisHls2022_2));
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(names_of(of_role(breakdown, Role::Unmapped)), ElementsAre("config2", "config4"));
  EXPECT_THAT(names_of(of_role(breakdown, Role::Node)), ElementsAre("config6", "config3"));
  EXPECT_THAT(names_of(of_role(breakdown, Role::Fifo)), ElementsAre("layer2_out", "layer3_out", "layer6_out"));
  EXPECT_EQ(breakdown.records.back().project, (folder.path() / "myproject").string());
}

TEST(BreakDown, OfAProjectThatWasNotSynthesisedSaysSo) {
  const test::TemporaryDir folder;
  test::write_firmware(folder.path());
  const Breakdown breakdown = break_down_one(folder.path());
  EXPECT_THAT(breakdown.records, IsEmpty());
  EXPECT_THAT(breakdown.warnings, ElementsAre(folder.path().string() +
                                              ": no report of C synthesis: nothing was synthesised yet, or it failed"));
}

TEST(BreakDown, TellsTheReleaseOfHls4mlByItsHeaders) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  const auto headers = folder.path() / "firmware/nnet_utils";
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "");
  test::write_text(headers / "nnet_recurrent.h", "");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "0.7");
  test::write_text(headers / "nnet_math.h", "");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "0.8");
  test::write_text(headers / "nnet_einsum_dense.h", "");
  test::write_text(headers / "nnet_merge.h", "static const unsigned n_elem = 10;");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "1.2");
  test::write_text(headers / "nnet_merge.h", "static const unsigned n_elem1 = 10;");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "1.3");
}

TEST(BreakDown, TakesTheReleaseThatTheDriverOfASweepNoted) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  test::write_text(folder.path() / "firmware/nnet_utils/nnet_recurrent.h", "");
  test::write_text(folder.path() / "hls4ml_version.txt", "1.3.0\n");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "1.3.0");
  test::write_text(folder.path() / "hls4ml_version.txt", "not a release");
  EXPECT_EQ(break_down_one(folder.path()).context.hls4ml, "0.7");
}

/// Any file of a project broken: a warning names it, and no row of C synthesis comes from a report that is not whole.
TEST(BreakDown, HoldsTogetherWithAnyReportCutAnywhere) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VivadoHls2020_1);
  const auto file = folder.path() / "myproject_prj/solution1/syn/report/myproject_csynth.rpt";
  const std::string whole = test::read_all(file);
  const std::size_t interface = whole.find("== Interface");
  for (std::size_t end = 0; end < whole.size(); end += 37) {
    test::write_text(file, whole.substr(0, end));
    const Breakdown breakdown = break_down_one(folder.path());
    if (end > interface + 12) continue;
    ASSERT_THAT(breakdown.records, IsEmpty()) << end;
    ASSERT_THAT(breakdown.warnings, SizeIs(1)) << end;
    EXPECT_THAT(breakdown.warnings[0], HasSubstr(file.string()));
  }
}

TEST(BreakDown, HoldsTogetherWithBytesChangedInAnyFile) {
  const test::TemporaryDir folder;
  test::write_project(folder.path(), Layout::VitisHls2022_2);
  test::write_text(folder.path() / "myproject_prj/solution1/sim/report/myproject_cosim.rpt",
                   test::cosim_rpt("Pass", 5, 4));
  test::write_text(folder.path() / "vivado_synth.rpt",
                   test::utilization_rpt("myproject", "Synthesized", {4, 38, 2500, 900}));
  std::vector<std::pair<std::filesystem::path, std::string>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (entry.is_regular_file()) files.emplace_back(entry.path(), test::read_all(entry.path()));
  }
  std::ranges::sort(files);
  std::mt19937 random(11);
  for (int round = 0; round < 600; ++round) {
    auto& [file, whole] = files[random() % files.size()];
    std::string damaged = whole;
    for (int flips = 0; flips < 4; ++flips) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    test::write_text(file, damaged);
    const Breakdown breakdown = break_down_one(folder.path());
    for (const Record& record : breakdown.records) {
      EXPECT_EQ(record.shape.has_value(), record.role == Role::Layer);
      to_csv(record);
    }
    for (const std::string& warning : breakdown.warnings) EXPECT_EQ(warning.find('\n'), std::string::npos) << warning;
    breakdown_table(breakdown);
    test::write_text(file, whole);
  }
}

}  // namespace
}  // namespace ntorc::synthesis
