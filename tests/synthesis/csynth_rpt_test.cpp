#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/describe.hpp"

namespace ntorc::synthesis {
namespace {

using ::ntorc::test::message_of;
using ::testing::HasSubstr;

CsynthReport read(const std::string& fixture) { return parse_csynth_rpt(text_of(fixture), fixture); }

std::string rpt_error_of(const std::string& text) {
  return message_of<ParseError>([&] { parse_csynth_rpt(text, "a.rpt"); });
}

TEST(CsynthRpt, VivadoHls2018HasSevenColumnsAndNoUram) {
  EXPECT_EQ(describe(read("vivado_hls_2018_3_csynth.rpt")),
            "wren Vivado HLS 2018.3 xc7z010clg225-1 clock 5 4.31 0.62 [4100..9210] [2301..5102] {dataflow}\n"
            "total 15 3 646 1074 .\n"
            "available 120 80 35200 17600 .\n"
            "glue 3 0 6 41 .\n"
            "fifo 0 0 0 0 .\n"
            "instance dense_large_U0 dense_large [2300..5101] [2300..5101] {none} 12 2 520 901 .\n"
            "instance relu_U0 relu [1801..1801] [1801..1801] {none} 0 1 118 121 .\n"
            "instance Block_arrayctor_loop_U0 Block_arrayctor_loop [0..0] [0..0] {none} 0 0 2 11 .\n");
}

TEST(CsynthRpt, VivadoHls2019OneModuleWithUnknownLatencyAndASentenceForAType) {
  EXPECT_EQ(
      describe(read("vivado_hls_2019_1_csynth.rpt")),
      "lstm_stack_config4_s Vivado HLS 2019.1 xczu7ev-ffvc1156-2-e clock 4 3.499 0.5 [....] [....] {none}\n"
      "total 35 61 4910 5977 0\n"
      "available 624 1728 460800 230400 96\n"
      "glue 2 4 810 974 0\n"
      "fifo 0 0 0 0 0\n"
      "instance grp_lstm_static_config4_s_fu_210 lstm_static_config4_s [41..44] [41..44] {none} 0 21 2400 2600 .\n"
      "instance grp_sigmoid_config4_s_fu_377 sigmoid_config4_s [3..3] [1..1] {function} 4 3 180 263 .\n"
      "instance grp_dense_resource_config4_1_fu_401 dense_resource_config4_1 [70..70] [64..64] {loop rewind(delay=0 "
      "initiation interval(II)=64)} 29 32 1500 2100 .\n"
      "part wren_mul_16s_12ns_26_1_1_U12 wren_mul_16s_12ns_26_1_1 [....] [....] {} 0 1 20 40 .\n");
}

TEST(CsynthRpt, VivadoHls2020HasNineColumnsAndCrLfAndRegionsOfThePart) {
  ASSERT_NE(text_of("vivado_hls_2020_1_csynth.rpt").find("\r\n"), std::string::npos);
  EXPECT_EQ(describe(read("vivado_hls_2020_1_csynth.rpt")),
            "wren Vivado HLS 2020.1 xcu250-figd2104-2L-e clock 5 4.049 0.62 [100..130] [72..103] {dataflow}\n"
            "total 13 105 9271 9455 0\n"
            "available 5376 12288 3456000 1728000 1280\n"  // of the part, not of a region
            "glue 0 0 0 2 0\n"
            "fifo 4 0 151 612 0\n"  // its LUTs stand nowhere else: the rows of FIFOs have none
            "instance conv_1d_cl_config2_U0 conv_1d_cl_config2_s [64..102] [64..102] {none} 5 48 5000 6000 0\n"
            "instance relu_relu_config3_U0 relu_relu_config3_s [34..34] [32..32] {function} 0 0 118 330 0\n"
            "instance dense_config5_U0 dense_config5_s [....] [....] {none} 4 56 4000 2500 0\n"
            "part Block_proc_U0 Block_proc [....] [....] {} 0 1 2 11 0\n"
            "fifo layer2_out_V_data_0_V_U 64 x 16: 2 . 54 0 0\n"
            "fifo layer2_out_V_data_1_V_U 64 x 16: 2 . 54 0 0\n"
            "fifo layer3_out_V_data_0_V_U 1 x 16: 0 . 5 0 0\n");
}

TEST(CsynthRpt, VitisHls2021Pipeline) {
  EXPECT_EQ(
      describe(read("vitis_hls_2021_1_csynth.rpt")),
      "wren Vitis HLS 2021.1 xc7z007s-clg225-2 clock 3.33 4.065 0.42 [40..40] [24..24] {yes}\n"
      "total 0 15 2254 2705 0\n"
      "available 100 66 28800 14400 0\n"
      "glue 0 0 429 143 0\n"
      "fifo 0 0 0 0 0\n"
      "instance grp_dense_latency_config2_s_fu_186 dense_latency_config2_s [23..23] [24..24] {yes} 0 15 1620 2226 0\n"
      "instance call_ret2_relu_relu_config4_s_fu_192 relu_relu_config4_s [0..0] [1..1] {yes} 0 0 205 336 0\n");
}

TEST(CsynthRpt, VitisHls2024Dataflow) {
  EXPECT_EQ(describe(read("vitis_hls_2024_1_csynth.rpt")),
            "wren Vitis HLS 2024.1 xcu250-figd2104-2L-e clock 5 3.53 1.35 [395..3688337] [390..3688000] {dataflow}\n"
            "total 29 52 6404 9873 0\n"
            "available 5376 12288 3456000 1728000 1280\n"
            "glue 0 0 4 23 0\n"
            "fifo 27 0 1100 730 0\n"
            "instance zeropad1d_cl_config8_U0 zeropad1d_cl_config8_s [132..132] [132..132] {no} 0 0 17 150 0\n"
            "instance conv_1d_cl_config2_U0 conv_1d_cl_config2_s [391..3687999] [391..3687999] {loop auto-rewind "
            "stp(delay=2 clock cycles(s))} 2 52 5080 8650 0\n"
            "instance entry_proc_U0 entry_proc [0..0] [0..0] {no} 0 0 3 20 0\n"
            "part control_s_axi_U control_s_axi [....] [....] {} 0 0 200 300 0\n"
            "fifo layer2_out_U 128 x 256: 15 . 510 0 0\n"
            "fifo layer8_out_U 130 x 144: 12 . 590 0 0\n");
}

TEST(CsynthRpt, LineEndsBlanksMarksAndForeignBytesChangeNothing) {
  const std::string text = text_of("vitis_hls_2024_1_csynth.rpt");
  const std::string expected = describe(parse_csynth_rpt(text, "a.rpt"));
  std::string other = "\xEF\xBB\xBF";
  for (const char c : text) other += c == '\n' ? std::string("  \t\r\n") : std::string(1, c);
  EXPECT_EQ(describe(parse_csynth_rpt(other, "a.rpt")), expected);
  EXPECT_EQ(describe(parse_csynth_rpt(replaced(text, "wren_prj", "p\xE9\xFF\xFErij\x80"), "a.rpt")), expected);
}

TEST(CsynthRpt, ColumnsAreFoundByTheirTitles) {
  // Another order, another width and a column more.
  const std::string text = text_of("vitis_hls_2021_1_csynth.rpt");
  const auto begin = text.find("    + Detail: \n        * Instance: ");
  const auto end = text.find("        * Loop: ", begin);
  const std::string moved = text.substr(0, begin) +
                            "    + Detail: \n        * Instance: \n"
                            "+--+--+--+--+--+--+--+--+\n"
                            "| | |Interval|Pipeline|Slack|Latency (cycles)|\n"
                            "|Module|Instance|min|max|Type||min|max|\n"
                            "+--+--+--+--+--+--+--+--+\n"
                            "|m_s|a|3|4|no|0.1|1|2|\n"
                            "+--+--+--+--+--+--+--+--+\n\n" +
                            text.substr(end);
  const CsynthReport report = parse_csynth_rpt(moved, "a.rpt");
  ASSERT_EQ(report.instances.size(), 1U);
  EXPECT_EQ(describe(report.instances[0]), "a m_s [1..2] [3..4] {no} none\n");
  EXPECT_EQ(report.parts.size(), 2U);
}

TEST(CsynthRpt, AReportWithoutItsEndIsRefused) {
  const std::string text = text_of("vivado_hls_2018_3_csynth.rpt");
  // What `hls4ml report` prints ends before the details.
  EXPECT_EQ(rpt_error_of(text.substr(0, text.find("    * DSP48:"))),
            "a.rpt: line 84: expected the section Interface, got the end of the file");
}

TEST(CsynthRpt, ForeignFilesAreRefused) {
  const std::string expected = "expected \"== Vivado HLS Report for\" or \"== Vitis HLS Report for\", got ";
  EXPECT_EQ(rpt_error_of(""), "a.rpt: line 1: " + expected + "the end of the file");
  EXPECT_EQ(rpt_error_of("\n\n"), "a.rpt: line 2: " + expected + "the end of the file");
  EXPECT_EQ(rpt_error_of("<!DOCTYPE html>\n<html>"), "a.rpt: line 1: " + expected + "\"<!DOCTYPE html>\"");
  EXPECT_EQ(rpt_error_of("Analysis & Synthesis report for myproject\nTue Mar  2 2021\n"),
            "a.rpt: line 1: " + expected + "\"Analysis & Synthesis report for myproject\"");
  EXPECT_EQ(rpt_error_of("\n--------\n-- Catapult Synthesis\n"), "a.rpt: line 2: " + expected + "\"--------\"");
  // The tree of a whole design, csynth.rpt of Vitis HLS, is another report.
  EXPECT_EQ(rpt_error_of("\n\n=====\n== Synthesis Summary Report of 'myproject'\n"),
            "a.rpt: line 4: " + expected + "\"== Synthesis Summary Report of 'myproject'\"");
  EXPECT_EQ(rpt_error_of(text_of("vivado_2018_3_synth.rpt")).substr(0, 15), "a.rpt: line 1: ");
  EXPECT_EQ(rpt_error_of("== Vitis HLS Report for wren\n"),
            "a.rpt: line 1: " + expected + "\"== Vitis HLS Report for wren\"");
  EXPECT_EQ(rpt_error_of("== Vitis HLS Report for ''\n"),
            "a.rpt: line 1: expected the name of a module in quotes, got \"== Vitis HLS Report for ''\"");
}

TEST(CsynthRpt, WhatIsWrongInATableIsNamed) {
  const std::string text = text_of("vitis_hls_2021_1_csynth.rpt");
  EXPECT_EQ(rpt_error_of(replaced(text, "|   23|   23|", "|   2E|   23|")),
            "a.rpt: line 41: expected a figure under Latency (cycles) min, got \"2E\"");
  EXPECT_EQ(rpt_error_of(replaced(text, "|   15|  1620|", "|  -15|  1620|")),
            "a.rpt: line 77: expected a figure under DSP, got \"-15\"");
  EXPECT_THAT(rpt_error_of(replaced(text, "186    |dense", "186    ;dense")),
              HasSubstr("line 41: expected 9 cells between bars, got \"|grp_dense_latency_config2_s_fu_186"));
  EXPECT_THAT(rpt_error_of(replaced(text, "|   yes|\n        |call", "|   yes|\n\n        |call")),
              HasSubstr("line 42: expected a row of the table or the rule that closes it"));
  EXPECT_EQ(rpt_error_of(replaced(text, "BRAM_18K", "BRAM_36K")),
            "a.rpt: line 56: expected a column BRAM_18K, found none");
  EXPECT_EQ(rpt_error_of(replaced(text, "* Version:", "* Wersion:")),
            "a.rpt: line 104: expected a line \"* Version:\" above the sections, got none");
  EXPECT_EQ(rpt_error_of(replaced(text, "* Target device:", "* Target devise:")),
            "a.rpt: line 104: expected a line \"* Target device:\" above the sections, got none");
  EXPECT_EQ(rpt_error_of(replaced(text, "+ Latency: ", "+ Lateness: ")),
            "a.rpt: line 104: expected the latency of the module above this section, got none");
  EXPECT_EQ(rpt_error_of(replaced(text, "|Total ", "|Totem ")),
            "a.rpt: line 104: expected the total utilization above this section, got none");
  EXPECT_EQ(rpt_error_of(text.substr(0, text.find("== Interface")) + text),
            "a.rpt: line 107: expected one report, got a second one");
  EXPECT_EQ(rpt_error_of(replaced(text, "== Interface", "== Utilization Estimates")),
            "a.rpt: line 104: expected this section once, got a second one");
}

TEST(CsynthRpt, AFigureMayBeLargeButNotEndless) {
  const std::string text = text_of("vitis_hls_2021_1_csynth.rpt");
  EXPECT_EQ(parse_csynth_rpt(replaced(text, "|   23|", "|9.007e+15|"), "a.rpt").instances[0].latency_cycles.min,
            9.007e15);
  EXPECT_EQ(parse_csynth_rpt(replaced(text, "|   23|", "|~0|"), "a.rpt").instances[0].latency_cycles.min, 0);
  for (const char* const endless : {"1e19", "1e999", "inf", "nan", "0x10"}) {
    EXPECT_THAT(rpt_error_of(replaced(text, "|   23|", std::string("|") + endless + "|")),
                HasSubstr("expected a figure"));
  }
}

TEST(CsynthRpt, TensOfMegabytesTakeASecond) {
  std::string text = text_of("vitis_hls_2024_1_csynth.rpt");
  const std::string row = "    |layer2_out_U  |       15|  510|   0|    0|  128|  256|    32768|\n";
  const auto at = text.find("    |layer8_out_U");
  const std::string tail = text.substr(at);
  text.resize(at);
  constexpr std::size_t kRows = 400'000;
  for (std::size_t i = 0; i < kRows; ++i) text += row;
  text += tail;
  const auto start = std::chrono::steady_clock::now();
  const CsynthReport report = parse_csynth_rpt(text, "a.rpt");
  EXPECT_EQ(report.fifos.size(), kRows + 2);
  // Far more than is needed, for a machine with much else to do.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30)) << text.size();
}

}  // namespace
}  // namespace ntorc::synthesis
