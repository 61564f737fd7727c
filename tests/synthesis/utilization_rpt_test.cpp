#include <gtest/gtest.h>

#include <string>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/describe.hpp"

namespace ntorc::synthesis {
namespace {

using ::ntorc::test::message_of;

std::string utilization_error_of(const std::string& text) {
  return message_of<ParseError>([&] { parse_utilization_rpt(text, "a.rpt"); });
}

TEST(UtilizationRpt, Vivado2018HasSlicesAndHalfTiles) {
  EXPECT_EQ(describe(parse_utilization_rpt(text_of("vivado_2018_3_synth.rpt"), "a.rpt")),
            "2018.3 wren 7z010clg225-1 Synthesized\nused 25 66 4070 1526 .\navailable 120 80 35200 17600 .\n");
}

TEST(UtilizationRpt, Vivado2024HasClbsAndUram) {
  EXPECT_EQ(describe(parse_utilization_rpt(text_of("vivado_2024_1_routed.rpt"), "a.rpt")),
            "2024.1 wren xcu250-figd2104-2L-e Routed\nused 24 467 4864 8565 3\n"
            "available 5376 12288 3456000 1728000 1280\n");
}

TEST(UtilizationRpt, OfAVersalPartHasOtherRows) {
  EXPECT_EQ(describe(parse_utilization_rpt(text_of("vivado_2025_1_versal.rpt"), "a.rpt")),
            "2025.1 wren xcvc1902-vsva2197-2MP-e-S Fully Placed\nused 15 31 3693 6420 0\n"
            "available 1934 1968 1799680 899840 463\n");
}

TEST(UtilizationRpt, OfAPartOfSeveralRegionsHasBarsForCells) {
  EXPECT_EQ(describe(parse_utilization_rpt(text_of("vivado_2018_2_regions.rpt"), "a.rpt")),
            "2018.2 wren xcvu9pflgb2104-2 Synthesized\nused 161 4962 108200 130031 0\n"
            "available 4320 6840 2364480 1182240 960\n");
}

TEST(UtilizationRpt, ByHierarchyIsAnotherReport) {
  EXPECT_EQ(utilization_error_of(text_of("vivado_2019_2_hierarchical.rpt")),
            "a.rpt: line 16: expected a report without the option -hierarchical, got \"1. Utilization by Hierarchy\"");
}

TEST(UtilizationRpt, OtherFilesAreRefused) {
  const std::string expected = "expected a report of report_utilization (\"| Tool Version : Vivado v.\"), got ";
  EXPECT_EQ(utilization_error_of(""), "a.rpt: line 1: " + expected + "the end of the file");
  EXPECT_EQ(utilization_error_of("Flow report for wren\n+---+\n; Quartus ;\n+---+\n"),
            "a.rpt: line 2: " + expected + "\"+---+\"");
  EXPECT_EQ(utilization_error_of("| Tool Version : Questa\n"),
            "a.rpt: line 1: expected \"Vivado v.\" and a version, got \"| Tool Version : Questa\"");
  std::string text = text_of("vivado_2018_3_synth.rpt");
  text.replace(text.find("| DSPs "), 7, "| SPDs ");
  EXPECT_EQ(utilization_error_of(text),
            "a.rpt: line 102: expected rows for LUTs, registers, block RAM tiles and DSPs, got the end of "
            "the file");
}

}  // namespace
}  // namespace ntorc::synthesis
