// Whole reports of the real tools. They are no part of this repository.
#include <gtest/gtest.h>

#include <string>

#include "fixtures.hpp"
#include "ntorc/synthesis/report.hpp"

namespace ntorc::synthesis {
namespace {

double sum_of(const CsynthReport& report, std::optional<double> Resources::*resource) {
  double sum = (report.glue.*resource).value() + (report.fifo.*resource).value();
  for (const Instance& instance : report.instances) sum += (instance.resources.value().*resource).value();
  for (const Instance& part : report.parts) sum += (part.resources.value().*resource).value();
  return sum;
}

/// total = instances + parts + fifo + glue
void expect_sums(const CsynthReport& report) {
  EXPECT_EQ(sum_of(report, &Resources::bram_18k), report.total.bram_18k);
  EXPECT_EQ(sum_of(report, &Resources::dsp), report.total.dsp);
  EXPECT_EQ(sum_of(report, &Resources::ff), report.total.ff);
  EXPECT_EQ(sum_of(report, &Resources::lut), report.total.lut);
  EXPECT_EQ(sum_of(report, &Resources::uram), report.total.uram);
}

TEST(RealReports, VivadoHls2020Dataflow) {
  NTORC_SKIP_WITHOUT_SHARED("reports/hls4ml_testreport__myproject_csynth.rpt");
  const CsynthReport report = parse_csynth_rpt(
      test::read_all(test::shared_dir() / "reports/hls4ml_testreport__myproject_csynth.rpt"), "myproject_csynth.rpt");
  EXPECT_EQ(report.module, "myproject");
  EXPECT_EQ(report.tool, HlsTool::VivadoHls);
  EXPECT_EQ(report.version, "2020.1");
  EXPECT_EQ(report.part, "xc7z020-clg400-1");
  EXPECT_EQ(report.clock_ns, 5.0);
  EXPECT_EQ(report.estimated_clock_ns, 4.049);
  EXPECT_EQ(report.uncertainty_ns, 0.62);
  EXPECT_EQ(report.latency_cycles.max, 10);
  EXPECT_EQ(report.interval_cycles.max, 8);
  EXPECT_EQ(report.pipeline, "dataflow");
  EXPECT_EQ(report.available.lut, 53200);
  ASSERT_EQ(report.instances.size(), 2U);
  EXPECT_EQ(report.instances[0].module, "dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_s");
  EXPECT_EQ(report.instances[0].latency_cycles.max, 7);
  EXPECT_EQ(report.instances[0].resources.value().ff, 7860);
  EXPECT_EQ(report.instances[1].pipeline, "function");
  ASSERT_EQ(report.fifos.size(), 5U);
  EXPECT_EQ(report.fifos[4].name, "layer2_out_V_data_4_V_U");
  EXPECT_EQ(report.fifos[4].bits, 16);
  expect_sums(report);
}

TEST(RealReports, VitisHls2022Pipeline) {
  NTORC_SKIP_WITHOUT_SHARED("reports/nrp_tutorial__myproject_csynth.rpt");
  const CsynthReport report = parse_csynth_rpt(
      test::read_all(test::shared_dir() / "reports/nrp_tutorial__myproject_csynth.rpt"), "myproject_csynth.rpt");
  EXPECT_EQ(report.tool, HlsTool::VitisHls);
  EXPECT_EQ(report.version, "2022.2");
  EXPECT_EQ(report.part, "xcu250-figd2104-2L-e");
  EXPECT_EQ(report.latency_cycles.max, 15);
  EXPECT_EQ(report.pipeline, "yes");
  EXPECT_EQ(report.available.dsp, 12288);  // of the whole part, not of one region
  ASSERT_EQ(report.instances.size(), 8U);
  EXPECT_EQ(report.instances[7].resources.value().bram_18k, 8);
  EXPECT_EQ(report.glue.ff, 3426);
  EXPECT_TRUE(report.fifos.empty());
  expect_sums(report);
}

TEST(RealReports, XmlSaysWhatTheTextSays) {
  NTORC_SKIP_WITHOUT_SHARED("reports/hls4ml_testreport__myproject_csynth.xml");
  const auto folder = test::shared_dir() / "reports";
  const CsynthReport xml =
      parse_csynth_xml(test::read_all(folder / "hls4ml_testreport__myproject_csynth.xml"), "myproject_csynth.xml");
  const CsynthReport text =
      parse_csynth_rpt(test::read_all(folder / "hls4ml_testreport__myproject_csynth.rpt"), "myproject_csynth.rpt");
  EXPECT_EQ(xml.module, text.module);
  EXPECT_EQ(xml.tool, text.tool);
  EXPECT_EQ(xml.version, text.version);
  EXPECT_EQ(xml.part, text.part);
  EXPECT_EQ(xml.estimated_clock_ns, text.estimated_clock_ns);
  EXPECT_EQ(xml.latency_cycles.min, text.latency_cycles.min);
  EXPECT_EQ(xml.interval_cycles.max, text.interval_cycles.max);
  EXPECT_EQ(xml.total.lut, text.total.lut);
  EXPECT_EQ(xml.available.bram_18k, text.available.bram_18k);
}

TEST(RealReports, Vivado2020AfterSynthesis) {
  NTORC_SKIP_WITHOUT_SHARED("reports/hls4ml_testreport__vivado_synth.rpt");
  const UtilizationReport report = parse_utilization_rpt(
      test::read_all(test::shared_dir() / "reports/hls4ml_testreport__vivado_synth.rpt"), "vivado_synth.rpt");
  EXPECT_EQ(report.version, "2020.1");
  EXPECT_EQ(report.design, "myproject");
  EXPECT_EQ(report.part, "7z020clg400-1");
  EXPECT_EQ(report.state, "Synthesized");
  EXPECT_EQ(report.used.lut, 1526);
  EXPECT_EQ(report.used.ff, 2428);
  EXPECT_EQ(report.used.dsp, 66);
  EXPECT_EQ(report.used.bram_18k, 0);
  EXPECT_EQ(report.available.bram_18k, 280);
}

}  // namespace
}  // namespace ntorc::synthesis
