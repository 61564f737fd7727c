// How fast reports are read. The reports are made here, by the names and figures of a seeded generator.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <random>
#include <string>

#include "ntorc/synthesis/report.hpp"

namespace {

constexpr std::uint64_t kSeed = 2026;
constexpr char kBar[] = "================================================================\n";
constexpr char kRule[] = "        +------+------+---+---+---+---+---+---+---+\n";

std::string module_name(std::int64_t i) {
  return fmt::format("dense_array_ap_fixed_16u_array_ap_fixed_16_6_5_3_0_{}u_config{}_s", i % 64 + 1, i);
}

/// A dataflow top of `layers` processes with a FIFO of 16 channels behind each, as Vivado HLS 2020.1 writes it: one row
/// for each channel, and half as many lines again that a reader passes over.
std::string rpt(std::int64_t layers) {
  std::mt19937_64 random(kSeed);
  const auto figure = [&](std::uint64_t limit) { return random() % limit; };
  std::string text =
      fmt::format("\n\n{}== Vivado HLS Report for 'top'\n{}* Version:        2020.1 (Build 1)\n", kBar, kBar);
  const auto out = std::back_inserter(text);
  fmt::format_to(out,
                 "* Target device:  xc7z020-clg400-1\n\n\n{}== Performance Estimates\n{}+ Timing: \n    * Summary: \n",
                 kBar, kBar);
  text +=
      "    +---+---+---+---+\n    | Clock| Target| Estimated| Uncertainty|\n    +---+---+---+---+\n"
      "    |ap_clk  | 5.00 ns | 4.049 ns |   0.62 ns  |\n    +---+---+---+---+\n\n+ Latency: \n    * Summary: \n"
      "    +---+\n    | Latency (cycles)| Latency (absolute)| Interval| Pipeline|\n    |min|max|min|max|min|max|Type|\n"
      "    +---+\n    | 10| 10| 50.000 ns | 50.000 ns | 8| 8| dataflow |\n    +---+\n\n    + Detail: \n        * "
      "Instance: \n";
  fmt::format_to(out, "{}        | | | Latency (cycles)| Latency (absolute)| Interval| Pipeline|\n", kRule);
  fmt::format_to(out, "        |Instance|Module|min|max|min|max|min|max|Type|\n{}", kRule);
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string module = module_name(i);
    fmt::format_to(out, "        |{}_U0  |{}  | {:7}| {:7}| 35.000 ns | 35.000 ns | {:6}| {:6}|   none   |\n", module,
                   module, figure(100'000), figure(100'000), figure(100'000), figure(100'000));
  }
  fmt::format_to(out, "{}\n        * Loop: \n        N/A\n\n\n\n{}== Utilization Estimates\n{}* Summary: \n", kRule,
                 kBar, kBar);
  text +=
      "+---+\n|Name| BRAM_18K| DSP48E|   FF   |  LUT  | URAM|\n+---+\n|FIFO|   0|   -|  25|    140|    -|\n"
      "|Instance|  0|  73|  7944|  2390|  0|\n+---+\n|Total|  0|   73|  7969|  2532|  0|\n+---+\n"
      "|Available|  280|  220|  106400|  53200|  0|\n+---+\n\n+ Detail: \n    * Instance: \n"
      "    +---+\n    |Instance|Module| BRAM_18K| DSP48E|  FF  |  LUT | URAM|\n    +---+\n";
  for (std::int64_t i = layers; i-- > 0;) {
    const std::string module = module_name(i);
    fmt::format_to(out, "    |{}_U0  |{}  | {:8}| {:6}| {:5}| {:5}|    0|\n", module, module, figure(100), figure(1000),
                   figure(10'000), figure(10'000));
  }
  text +=
      "    +---+\n\n    * FIFO: \n    +---+\n    |Name| BRAM_18K| FF| LUT| URAM| Depth| Bits| Size:D*B|\n    +---+\n";
  for (std::int64_t i = 0; i < layers * 16; ++i) {
    fmt::format_to(out, "    |layer{}_out_V_data_{}_V_U  | {:8}| {:3}|   0|    -| {:5}|   16| {:8}|\n", i / 16, i % 16,
                   figure(4), figure(100), figure(1024), figure(16'384));
  }
  text += "    +---+\n\n    * Register: \n    +---+\n    |Name|  FF | LUT| Bits| Const Bits|\n    +---+\n";
  for (std::int64_t i = 0; i < layers * 8; ++i) {
    fmt::format_to(out, "    |layer{}_out_{}_reg_{}   |   16|   0|   16|          0|\n", i / 8, i % 8, figure(10'000));
  }
  fmt::format_to(out, "    +---+\n\n\n\n{}== Interface\n{}* Summary: \n", kBar, kBar);
  return text;
}

/// csynth.xml of as many modules, with 20 ports each.
std::string hierarchy(std::int64_t modules) {
  std::mt19937_64 random(kSeed);
  const auto figure = [&](std::uint64_t limit) { return random() % limit; };
  const std::string resources = "<BRAM_18K>1</BRAM_18K>\n<DSP>2</DSP>\n<FF>3</FF>\n<LUT>4</LUT>\n<URAM>0</URAM>\n";
  std::string text = fmt::format(
      "<profile>\n<ReportVersion>\n<Version>2024.1</Version>\n</ReportVersion>\n<UserAssignments>\n<Part>xcu250</"
      "Part>\n"
      "<TopModelName>top</TopModelName>\n</UserAssignments>\n<PerformanceEstimates>\n<SummaryOfOverallLatency>\n"
      "</SummaryOfOverallLatency>\n</PerformanceEstimates>\n<AreaEstimates>\n<Resources>\n{}</Resources>\n</"
      "AreaEstimates>\n"
      "<RTLDesignHierarchy>\n<TopModule>\n<ModuleName>top</ModuleName>\n<InstancesList>\n",
      resources);
  const auto out = std::back_inserter(text);
  for (std::int64_t i = 0; i < modules; ++i) {
    const std::string module = module_name(i);
    fmt::format_to(out,
                   "<Instance>\n<InstName>{}_U0</InstName>\n<ModuleName>{}</ModuleName>\n<ID>{}</ID>\n</Instance>\n",
                   module, module, i);
  }
  text += "</InstancesList>\n</TopModule>\n</RTLDesignHierarchy>\n<ModuleInformation>\n";
  for (std::int64_t i = 0; i < modules; ++i) {
    fmt::format_to(out,
                   "<Module>\n<Name>{}</Name>\n<PerformanceEstimates>\n<SummaryOfOverallLatency>\n<Best-caseLatency>{}"
                   "</Best-caseLatency>\n<Worst-caseLatency>{}</Worst-caseLatency>\n<PipelineType>no</PipelineType>\n"
                   "</SummaryOfOverallLatency>\n</PerformanceEstimates>\n<AreaEstimates>\n<Resources>\n{}</Resources>\n"
                   "</AreaEstimates>\n<InterfaceSummary>\n",
                   module_name(i), figure(1000), figure(100'000), resources);
    for (int port = 0; port < 20; ++port) {
      fmt::format_to(
          out,
          "                <RtlPorts>\n                    <name>layer{}_out_{}</name>\n"
          "                    <Object>layer</Object>\n                    <Type>pointer</Type>\n"
          "                    <Scope/>\n                    <IOProtocol>ap_fifo</IOProtocol>\n"
          "                    <Dir>out</Dir>\n                    <Bits>{}</Bits>\n                </RtlPorts>\n",
          i, port, figure(512));
    }
    text += "</InterfaceSummary>\n</Module>\n";
  }
  return text + "</ModuleInformation>\n</profile>\n";
}

void BM_ReadCsynthRpt(benchmark::State& state) {
  const std::string text = rpt(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(ntorc::synthesis::parse_csynth_rpt(text, "top_csynth.rpt"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["bytes"] = static_cast<double>(text.size());
}
BENCHMARK(BM_ReadCsynthRpt)->ArgName("layers")->Arg(4)->Arg(16)->Arg(1000)->Unit(benchmark::kMicrosecond);

void BM_ReadVitisHierarchy(benchmark::State& state) {
  const std::string text = hierarchy(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(ntorc::synthesis::parse_vitis_hierarchy(text, "csynth.xml"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["bytes"] = static_cast<double>(text.size());
}
BENCHMARK(BM_ReadVitisHierarchy)->ArgName("modules")->Arg(16)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
