#include <gtest/gtest.h>

#include <string>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/describe.hpp"

namespace ntorc::synthesis {
namespace {

using ::ntorc::test::message_of;

TEST(CosimRpt, VivadoHlsOfVerilog) {
  EXPECT_EQ(describe(parse_cosim_rpt(text_of("vivado_hls_2018_2_cosim.rpt"), "a/b/wren_cosim.rpt")),
            "wren Verilog Pass [2840..5444] 5139 [732..2593]\n");
}

TEST(CosimRpt, VitisHlsOfVhdlWithTheTotalTime) {
  EXPECT_EQ(describe(parse_cosim_rpt(text_of("vitis_hls_2024_1_cosim.rpt"), "wren_cosim.rpt")),
            "wren VHDL Pass [3519..3521] 3520 [....]\n");
}

TEST(CosimRpt, AFailedRunHasNoFigures) {
  EXPECT_EQ(describe(parse_cosim_rpt(text_of("vivado_hls_2020_1_cosim_failed.rpt"), "wren_cosim.rpt")),
            "wren Verilog Fail [....] . [....]\n");
}

TEST(CosimRpt, WithoutARunSaysSo) {
  std::string text = text_of("vivado_hls_2020_1_cosim_failed.rpt");
  text.replace(text.find("Fail"), 4, "  NA");
  EXPECT_EQ(describe(parse_cosim_rpt(text, "wren_cosim.rpt")), "wren VHDL NA [....] . [....]\n");
}

TEST(CosimRpt, OtherFilesAreRefused) {
  const auto error_of = [](const std::string& text) {
    return message_of<ParseError>([&] { parse_cosim_rpt(text, "a_cosim.rpt"); });
  };
  const std::string expected = "expected a report of a co-simulation (\"Report time\" and a table), got ";
  EXPECT_EQ(error_of(""), "a_cosim.rpt: line 1: " + expected + "the end of the file");
  EXPECT_EQ(error_of("<html>"), "a_cosim.rpt: line 1: " + expected + "\"<html>\"");
  EXPECT_EQ(error_of("Report time : today.\n"), "a_cosim.rpt: line 1: " + expected + "the end of the file");
  EXPECT_EQ(error_of("Report time : today.\n+--+\n|a|\n+--+\n|1|\n+--+\n"),
            "a_cosim.rpt: line 4: expected a column RTL, found none");
  std::string text = text_of("vivado_hls_2018_2_cosim.rpt");
  text.replace(text.find("5139"), 4, "fast");
  EXPECT_EQ(error_of(text), "a_cosim.rpt: line 11: expected a figure under Latency avg, got \"fast\"");
}

}  // namespace
}  // namespace ntorc::synthesis
