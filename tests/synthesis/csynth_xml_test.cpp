#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/describe.hpp"

namespace ntorc::synthesis {
namespace {

using ::ntorc::test::message_of;
using ::testing::HasSubstr;

std::string xml_error_of(const std::string& text) {
  return message_of<ParseError>([&] { parse_csynth_xml(text, "a.xml"); });
}

std::string hierarchy_error_of(const std::string& text) {
  return message_of<ParseError>([&] { parse_vitis_hierarchy(text, "csynth.xml"); });
}

TEST(CsynthXml, VivadoHls2018) {
  EXPECT_EQ(describe(parse_csynth_xml(text_of("vivado_hls_2018_3_csynth.xml"), "a.xml")),
            "wren Vivado HLS 2018.3 xc7z010clg225-1 clock 5 4.31 0.62 [4100..9210] [2301..5102] {dataflow}\n"
            "total 15 3 646 1074 .\navailable 120 80 35200 17600 .\nglue . . . . .\nfifo . . . . .\n");
}

TEST(CsynthXml, VitisHls2024WithAByteOrderMarkAndCrLf) {
  EXPECT_EQ(
      describe(parse_csynth_xml(text_of("vitis_hls_2024_1_module_csynth.xml"), "a.xml")),
      "zeropad1d_cl_config8_s Vitis HLS 2024.1 xcu250-figd2104-2L-e clock 5 1.48 1.35 [132..132] [132..132] {no}\n"
      "total 0 0 17 150 0\navailable 5376 12288 3456000 1728000 1280\nglue . . . . .\nfifo . . . . .\n");
}

TEST(CsynthXml, WhatIsNotKnownIsAbsent) {
  const CsynthReport report = parse_csynth_xml(text_of("vivado_hls_2020_1_unknown_csynth.xml"), "a.xml");
  EXPECT_EQ(report.tool, HlsTool::VivadoHls);
  EXPECT_EQ(describe(report.latency_cycles), "....");
  EXPECT_EQ(describe(report.interval_cycles), "....");
  EXPECT_EQ(report.total.lut, 4);
}

TEST(CsynthXml, TheToolIsKnownByTheVersion) {
  const std::string text = text_of("vivado_hls_2020_1_unknown_csynth.xml");
  const auto tool_of = [&](const char* version) {
    return parse_csynth_xml(replaced(text, ">2020.1<", std::string(">") + version + "<"), "a.xml").tool;
  };
  EXPECT_EQ(tool_of("2019.2.1"), HlsTool::VivadoHls);
  EXPECT_EQ(tool_of("2020.1.1"), HlsTool::VivadoHls);
  EXPECT_EQ(tool_of("2020.2"), HlsTool::VitisHls);
  EXPECT_EQ(tool_of("2025.1"), HlsTool::VitisHls);
  EXPECT_EQ(xml_error_of(replaced(text, ">2020.1<", ">new<")),
            "a.xml: line 4: expected a version such as 2020.2, got \"new\"");
}

TEST(CsynthXml, ForeignAndBrokenFilesAreRefused) {
  EXPECT_THAT(xml_error_of(""), HasSubstr("a.xml: line 1: expected an XML file, got "));
  EXPECT_THAT(xml_error_of("hello"), HasSubstr("a.xml: line 1: expected an XML file, got "));
  EXPECT_EQ(xml_error_of("<html><body/></html>"),
            "a.xml: line 1: expected <profile>, a report of C synthesis, got <html>");
  EXPECT_EQ(xml_error_of("\n<design_size/>"),
            "a.xml: line 2: expected <profile>, a report of C synthesis, got <design_size>");
  EXPECT_EQ(xml_error_of("<profile/>"), "a.xml: line 1: expected <ReportVersion> in <profile>, got none");
  const std::string text = text_of("vivado_hls_2018_3_csynth.xml");
  EXPECT_EQ(xml_error_of(replaced(text, "</AreaEstimates>", "")).substr(0, 28), "a.xml: line 60: expected an ");
  EXPECT_EQ(xml_error_of(replaced(text, "<FF>646</FF>", "<FF>six</FF>")),
            "a.xml: line 37: expected a figure in <FF>, got \"six\"");
  EXPECT_EQ(xml_error_of(replaced(text, ">wren<", "><")), "a.xml: line 11: expected text in <TopModelName>, got none");
  EXPECT_EQ(xml_error_of(replaced(text, "<Part>", std::string("<Part>\0", 7))),
            "a.xml: line 10: expected an XML file, got a zero byte");
}

TEST(CsynthXml, DepthCostsNothing) {
  const std::string text = text_of("vitis_hls_2024_1_csynth.xml");
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<InstancesList><Instance>";
  std::string up;
  for (int i = 0; i < 200'000; ++i) up += "</Instance></InstancesList>";
  const auto reports = parse_vitis_hierarchy(replaced(text, "<ID>151</ID>", "<ID>151</ID>" + deep + up), "csynth.xml");
  EXPECT_EQ(reports.size(), 5U);
  EXPECT_EQ(hierarchy_error_of(deep + up),
            "csynth.xml: line 1: expected <profile>, a report of C synthesis, got "
            "<InstancesList>");
}

TEST(VitisHierarchy, HasEveryModuleAndTheTopFirst) {
  const auto reports = parse_vitis_hierarchy(text_of("vitis_hls_2024_1_csynth.xml"), "csynth.xml");
  ASSERT_EQ(reports.size(), 5U);
  EXPECT_EQ(
      describe(reports[0]),
      "wren Vitis HLS 2024.1 xcu250-figd2104-2L-e clock 5 3.53 1.35 [395..410] [390..400] {dataflow}\n"
      "total 29 52 6404 9873 0\navailable 5376 12288 3456000 1728000 1280\nglue . . . . .\nfifo . . . . .\n"
      "instance conv_1d_cl_config2_U0 conv_1d_cl_config2_s [391..391] [....] {loop auto-rewind stp(delay=2)} 2 48 "
      "2600 5150 0\n"
      "instance dense_config6_U0 dense_config6_s [68..72] [....] {no} 0 4 1200 2900 0\n"
      "instance entry_proc_U0 entry_proc [....] [....] {} none\n");
  EXPECT_EQ(describe(reports[1]),
            "relu_config4_s Vitis HLS 2024.1 xcu250-figd2104-2L-e clock 5 3.102 1.35 [0..0] [1..1] {yes}\n"
            "total 0 0 0 304 0\navailable 5376 12288 3456000 1728000 1280\nglue . . . . .\nfifo . . . . .\n");
  EXPECT_EQ(reports[2].module, "dense_latency_config2_mult_s");
  ASSERT_EQ(reports[3].instances.size(), 2U);
  EXPECT_EQ(
      describe(reports[3].instances[0]),
      "grp_dense_latency_config2_mult_s_fu_138 dense_latency_config2_mult_s [1..1] [1..1] {yes} 0 48 2040 4100 0\n");
  // Called from two places, listed in both: its own calls are there once.
  EXPECT_EQ(reports[2].instances.size(), 1U);
}

TEST(VitisHierarchy, TheTopMayHaveAnotherNameInRtl) {
  const std::string text = text_of("vitis_hls_2024_1_csynth.xml");
  EXPECT_EQ(describe(parse_vitis_hierarchy(
                replaced(replaced(text, "<ModuleName>wren</ModuleName>", "<ModuleName>a_wren</ModuleName>"),
                         "<Name>wren</Name>", "<Name>a_wren</Name>"),
                "csynth.xml")),
            describe(parse_vitis_hierarchy(text, "csynth.xml")));
}

TEST(VitisHierarchy, AModuleWithoutEstimatesHasNoFigures) {
  const auto reports = parse_vitis_hierarchy(replaced(text_of("vitis_hls_2024_1_csynth.xml"), "<ModuleInformation>",
                                                      "<ModuleInformation><Module><Name>entry_proc</Name></Module>"),
                                             "csynth.xml");
  ASSERT_EQ(reports.size(), 6U);
  EXPECT_EQ(reports[1].module, "entry_proc");
  EXPECT_EQ(describe(reports[1].latency_cycles), "....");
  EXPECT_EQ(describe(reports[1].total), ". . . . .");
  EXPECT_EQ(describe(reports[0].instances[2]), "entry_proc_U0 entry_proc [....] [....] {} . . . . .\n");
}

TEST(VitisHierarchy, OfOtherFilesIsRefused) {
  EXPECT_EQ(
      hierarchy_error_of(text_of("vivado_hls_2018_3_csynth.xml")),
      "csynth.xml: line 1: expected csynth.xml of Vitis HLS, with <RTLDesignHierarchy> and <ModuleInformation>, got "
      "none of these");
  const std::string text = text_of("vitis_hls_2024_1_csynth.xml");
  EXPECT_EQ(hierarchy_error_of(replaced(text, "<Name>dense_config6_s</Name>", "<Name>relu_config4_s</Name>")),
            "csynth.xml: line 222: expected each module once, got \"relu_config4_s\" again");
  EXPECT_EQ(hierarchy_error_of(replaced(text, "<InstName>entry_proc_U0</InstName>", "")),
            "csynth.xml: line 104: expected <InstName> in <Instance>, got none");
}

}  // namespace
}  // namespace ntorc::synthesis
