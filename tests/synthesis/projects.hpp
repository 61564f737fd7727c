// tests/synthesis/projects.hpp - projects of hls4ml after synthesis, in the form that the tools give them; the numbers
// are ours.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::test {

/// How a release of the HLS tool lays its reports out.
enum class Layout {
  VivadoHls2019_1,  ///< no column of time, DSP48E, "Latency (clock cycles)"
  VivadoHls2020_1,
  VitisHls2022_2,
};

struct Used {
  int bram = 0;
  int dsp = 0;
  int ff = 0;
  int lut = 0;
};

struct Unit {
  std::string instance;
  std::string module;
  int latency = 0;
  int interval = 0;
  Used used;
};

struct Queue {
  std::string name;
  int depth = 1;
  int bits = 16;
  Used used;
};

struct Design {
  std::string top = "myproject";
  std::vector<Unit> units;
  std::vector<Queue> queues;
  Used glue{0, 0, 20, 30};
  int fifo_lut = 0;           ///< of the summary, beyond what the queues say
  std::vector<Unit> parts{};  ///< in the utilization table alone
  int latency = 100;
  int interval = 50;
};

inline Used sum_of(const Design& design) {
  Used sum = design.glue;
  const auto add = [&](const Used& used) {
    sum.bram += used.bram;
    sum.dsp += used.dsp;
    sum.ff += used.ff;
    sum.lut += used.lut;
  };
  for (const Unit& unit : design.units) add(unit.used);
  for (const Unit& part : design.parts) add(part.used);
  for (const Queue& queue : design.queues) add(queue.used);
  sum.lut += design.fifo_lut;
  return sum;
}

/// <top>_csynth.rpt.
inline std::string csynth_rpt(const Design& design, Layout layout) {
  const bool vitis = layout == Layout::VitisHls2022_2;
  const bool times = layout != Layout::VivadoHls2019_1;
  const std::string_view dsp = vitis ? "DSP" : "DSP48E";
  const std::string rule(64, '=');
  const std::string_view version = vitis ? "2022.2" : times ? "2020.1" : "2019.1";
  std::string text = fmt::format(
      "\n\n{0}\n== {1} HLS Report for '{2}'\n{0}\n* Date:           Mon Jan  1 00:00:00 2024\n\n"
      "* Version:        {3} (Build 1 on Mon Jan  1 00:00:00 2024)\n* Project:        {2}_prj\n* Solution:       "
      "solution1\n* Product family: zynquplus\n* Target device:  xczu7ev-ffvc1156-2-e\n\n\n",
      rule, vitis ? "Vitis" : "Vivado", design.top, version);
  text += fmt::format("{0}\n== Performance Estimates\n{0}\n", rule);
  text += times ? "+ Timing: \n    * Summary: \n" : "+ Timing (ns): \n    * Summary: \n";
  const std::string bar = "    +--------+---------+----------+------------+\n";
  text += bar + "    |  Clock |  Target | Estimated| Uncertainty|\n" + bar;
  text +=
      times ? "    |ap_clk  | 4.00 ns | 3.100 ns |   0.50 ns  |\n" : "    |ap_clk  |   4.00|     3.100|        0.50|\n";
  text += bar + '\n';
  text += times ? "+ Latency: \n    * Summary: \n" : "+ Latency (clock cycles): \n    * Summary: \n";
  if (times) {
    const std::string rule_of_latency = "    +----+----+------+------+----+----+----------+\n";
    text += rule_of_latency +
            "    | Latency (cycles) | Latency (absolute) | Interval | Pipeline|\n"
            "    | min | max | min | max | min | max | Type |\n" +
            rule_of_latency +
            fmt::format("    | {0}| {0}| {1:.3f} us| {1:.3f} us| {2}| {2}| dataflow |\n", design.latency,
                        0.004 * design.latency, design.interval) +
            rule_of_latency;
  } else {
    const std::string rule_of_latency = "    +----+----+----+----+----------+\n";
    text += rule_of_latency + "    | Latency | Interval | Pipeline |\n    | min | max | min | max | Type |\n" +
            rule_of_latency + fmt::format("    | {0}| {0}| {1}| {1}| dataflow |\n", design.latency, design.interval) +
            rule_of_latency;
  }
  text += "\n    + Detail: \n        * Instance: \n";
  if (design.units.empty()) {
    text += "        N/A\n";
  } else {
    const std::string rows = times ? "        +--+--+--+--+--+--+--+--+--+\n" : "        +--+--+--+--+--+--+--+\n";
    text += rows;
    text += times ? "        |  |  | Latency (cycles) | Latency (absolute) | Interval | Pipeline|\n"
                    "        | Instance | Module | min | max | min | max | min | max | Type |\n"
                  : "        |  |  | Latency | Interval | Pipeline |\n"
                    "        | Instance | Module | min | max | min | max | Type |\n";
    text += rows;
    for (const Unit& unit : design.units) {
      text += fmt::format("        |{} |{} | {}| {}|", unit.instance, unit.module, unit.latency, unit.latency);
      if (times) text += fmt::format(" {0} ns| {0} ns|", 4 * unit.latency);
      text += fmt::format(" {0}| {0}| none |\n", unit.interval);
    }
    text += rows;
  }
  text += "\n        * Loop: \n        N/A\n\n\n\n";

  text += fmt::format("{0}\n== Utilization Estimates\n{0}\n* Summary: \n", rule);
  const std::string bars = "+-----------------+---------+-------+--------+-------+-----+\n";
  Used units;
  for (const auto& list : {design.units, design.parts}) {
    for (const Unit& unit : list) {
      units.bram += unit.used.bram;
      units.dsp += unit.used.dsp;
      units.ff += unit.used.ff;
      units.lut += unit.used.lut;
    }
  }
  Used queues;
  for (const Queue& queue : design.queues) {
    queues.bram += queue.used.bram;
    queues.ff += queue.used.ff;
    queues.lut += queue.used.lut;
  }
  const Used total = sum_of(design);
  text += bars + fmt::format("| Name | BRAM_18K| {} | FF | LUT | URAM|\n", dsp) + bars;
  text += "|DSP | -| -| -| -| -|\n";
  text += fmt::format("|Expression | -| -| 0| {}| -|\n", design.glue.lut);
  text += fmt::format("|FIFO | {}| -| {}| {}| -|\n", queues.bram, queues.ff, queues.lut + design.fifo_lut);
  text += fmt::format("|Instance | {}| {}| {}| {}| 0|\n", units.bram, units.dsp, units.ff, units.lut);
  text += fmt::format("|Memory | {}| -| 0| 0| 0|\n|Multiplexer | -| -| -| -| -|\n", design.glue.bram);
  text += fmt::format("|Register | -| -| {}| -| -|\n", design.glue.ff);
  text += bars + fmt::format("|Total | {}| {}| {}| {}| 0|\n", total.bram, total.dsp, total.ff, total.lut) + bars +
          "|Available | 624| 1728| 460800| 230400| 96|\n" + bars + "|Utilization (%) | 0| 0| 0| 0| 0|\n" + bars;
  text += "\n+ Detail: \n    * Instance: \n";
  if (design.units.empty() && design.parts.empty()) {
    text += "    N/A\n";
  } else {
    const std::string rows = "    +--+--+--+--+--+--+--+\n";
    text += rows + fmt::format("    | Instance | Module | BRAM_18K| {} | FF | LUT | URAM|\n", dsp) + rows;
    for (const auto& list : {design.units, design.parts}) {
      for (const Unit& unit : list) {
        text += fmt::format("    |{} |{} | {}| {}| {}| {}| 0|\n", unit.instance, unit.module, unit.used.bram,
                            unit.used.dsp, unit.used.ff, unit.used.lut);
      }
    }
    text +=
        rows + fmt::format("    |Total | | {}| {}| {}| {}| 0|\n", units.bram, units.dsp, units.ff, units.lut) + rows;
  }
  text += fmt::format("\n    * {}: \n    N/A\n\n    * Memory: \n    N/A\n\n    * FIFO: \n", dsp);
  if (design.queues.empty()) {
    text += "    N/A\n";
  } else {
    const std::string rows = "    +--+--+--+--+--+--+--+--+\n";
    text += rows + "    | Name | BRAM_18K| FF| LUT| URAM| Depth| Bits| Size:D*B|\n" + rows;
    for (const Queue& queue : design.queues) {
      text += fmt::format("    |{} | {}| {}| {}| -| {}| {}| {}|\n", queue.name, queue.used.bram, queue.used.ff,
                          queue.used.lut, queue.depth, queue.bits, queue.depth * queue.bits);
    }
    text += rows + fmt::format("    |Total | {}| {}| {}| 0| 0| 0| 0|\n", queues.bram, queues.ff, queues.lut) + rows;
  }
  text += "\n    * Expression: \n    N/A\n\n    * Multiplexer: \n    N/A\n\n    * Register: \n    N/A\n\n\n\n";
  text += fmt::format("{0}\n== Interface\n{0}\n* Summary: \n+-----+\n| Ports|\n+-----+\n|ap_clk |\n+-----+\n", rule);
  return text;
}

/// vivado_synth.rpt.
inline std::string utilization_rpt(std::string_view design, std::string_view state, const Used& used) {
  const std::string row = "+-------------------+------+-------+-----------+-------+\n";
  const std::string head = row + "|     Site Type     | Used | Fixed | Available | Util% |\n" + row;
  return fmt::format(
      "Copyright 1986-2020 Xilinx, Inc. All Rights Reserved.\n"
      "---------------------------------------------------------------------\n"
      "| Tool Version : Vivado v.2020.1 (lin64) Build 1 Mon Jan  1 00:00:00 MST 2024\n"
      "| Date         : Mon Jan  1 00:00:00 2024\n| Host         : here\n| Command      : report_utilization -file "
      "vivado_synth.rpt\n| Design       : {0}\n| Device       : xczu7evffvc1156-2\n| Design State : {1}\n"
      "---------------------------------------------------------------------\n\nUtilization Design Information\n\n"
      "1. CLB Logic\n------------\n\n{2}| CLB LUTs*         | {3} |     0 |    230400 |  0.1 |\n"
      "| CLB Registers     | {4} |     0 |    460800 |  0.1 |\n{5}\n\n2. BLOCKRAM\n-----------\n\n{2}"
      "| Block RAM Tile    | {6} |     0 |       312 |  0.1 |\n| URAM              | 0 |     0 |        96 |  0.0 "
      "|\n{5}\n\n"
      "3. ARITHMETIC\n-------------\n\n{2}| DSPs              | {7} |     0 |      1728 |  0.1 |\n{5}\n",
      design, state, head, used.lut, used.ff, row, 0.5 * used.bram, used.dsp);
}

/// <top>_cosim.rpt.
inline std::string cosim_rpt(std::string_view status, std::string_view latency, std::string_view interval) {
  const std::string row = "+----------+----------+-----------------+-----------------+\n";
  return fmt::format(
      "\nReport time       : Mon Jan  1 00:00:00 UTC 2024.\nSolution          : solution1.\nSimulation tool   : "
      "xsim.\n\n{0}"
      "|          |          |     Latency     |     Interval    |\n"
      "+   RTL    +  Status  +-----------------+-----------------+\n"
      "|          |          | min | avg | max | min | avg | max |\n{0}"
      "|      VHDL|        NA|   NA|   NA|   NA|   NA|   NA|   NA|\n"
      "|   Verilog|      {1}|  {2}|  {2}|  {2}|  {3}|  {3}|  {3}|\n{0}",
      row, status, latency, interval);
}

inline std::string cosim_rpt(std::string_view status, int latency, int interval) {
  return cosim_rpt(status, std::to_string(latency), std::to_string(interval));
}

/// <top>_csynth.xml; with `hierarchy` csynth.xml of Vitis HLS.
enum class XmlOf { Top, Hierarchy };
inline std::string csynth_xml(const Design& design, XmlOf what) {
  const auto resources = [](const Used& used) {
    return fmt::format(
        "<Resources><BRAM_18K>{}</BRAM_18K><DSP>{}</DSP><FF>{}</FF><LUT>{}</LUT><URAM>0</URAM></Resources>", used.bram,
        used.dsp, used.ff, used.lut);
  };
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" "
      "?>\n<profile>\n<ReportVersion><Version>2022.2</Version>"
      "</ReportVersion>\n<UserAssignments><Part>xczu7ev-ffvc1156-2-e</Part><TopModelName>{0}</TopModelName>"
      "<TargetClockPeriod>4.00</TargetClockPeriod><ClockUncertainty>1.08</ClockUncertainty></UserAssignments>\n"
      "<PerformanceEstimates><PipelineType>dataflow</PipelineType><SummaryOfTimingAnalysis><unit>ns</unit>"
      "<EstimatedClockPeriod>3.100</EstimatedClockPeriod></"
      "SummaryOfTimingAnalysis><SummaryOfOverallLatency><Best-caseLatency>{1}"
      "</Best-caseLatency><Worst-caseLatency>{1}</Worst-caseLatency><Interval-min>{2}</Interval-min><Interval-max>{2}"
      "</Interval-max><DataflowPipelineThroughput>{2}</DataflowPipelineThroughput></SummaryOfOverallLatency></"
      "PerformanceEstimates>"
      "\n<AreaEstimates>{3}<AvailableResources>"
      "<BRAM_18K>624</BRAM_18K><DSP>1728</DSP><FF>460800</FF><LUT>230400</LUT><URAM>96</URAM></AvailableResources>"
      "</AreaEstimates>\n",
      design.top, design.latency, design.interval, resources(sum_of(design)));
  if (what == XmlOf::Hierarchy) {
    text += fmt::format("<RTLDesignHierarchy><TopModule><ModuleName>{}</ModuleName><InstancesList>\n", design.top);
    for (const Unit& unit : design.units) {
      text += fmt::format("<Instance><InstName>{}</InstName><ModuleName>{}</ModuleName><ID>1</ID></Instance>\n",
                          unit.instance, unit.module);
    }
    text += "</InstancesList></TopModule></RTLDesignHierarchy>\n<ModuleInformation>\n";
    for (const Unit& unit : design.units) {
      text += fmt::format(
          "<Module><Name>{0}</Name><PerformanceEstimates><SummaryOfOverallLatency><Best-caseLatency>{1}"
          "</Best-caseLatency><Worst-caseLatency>{1}</Worst-caseLatency><PipelineInitiationInterval>{2}"
          "</PipelineInitiationInterval><PipelineType>no</PipelineType></SummaryOfOverallLatency></"
          "PerformanceEstimates>"
          "<AreaEstimates>{3}</AreaEstimates></Module>\n",
          unit.module, unit.latency, unit.interval, resources(unit.used));
    }
    text += "</ModuleInformation>\n";
  }
  return text + "</profile>\n";
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// The struct of a layer with weights, as hls4ml 1.x writes it.
inline std::string dense_struct(int number, std::string_view layer, int n_in, int n_out, int reuse,
                                std::string_view suffix = "") {
  return fmt::format(
      "{0}struct config{1}{2} : nnet::dense_config {{\n    static const unsigned n_in = {3};\n"
      "    static const unsigned n_out = {4};\n    static const unsigned io_type = nnet::io_stream;\n"
      "    static const unsigned strategy = nnet::resource;\n    static const unsigned reuse_factor = {5};\n"
      "    static const unsigned n_zeros = 0;\n    static const unsigned multiplier_limit = DIV_ROUNDUP(n_in * n_out, "
      "reuse_factor) - n_zeros / reuse_factor;\n    typedef model_default_t accum_t;\n    typedef weight{1}_t "
      "weight_t;\n"
      "    template<class x_T, class y_T>\n    using product = nnet::product::mult<x_T, y_T>;\n}};\n\n",
      layer.empty() ? "" : fmt::format("// {}\n", layer), number, suffix, n_in, n_out, reuse);
}

/// A network of a padded convolution, its activation and a dense layer behind them, with io_stream.
inline void write_firmware(const std::filesystem::path& project, std::string_view top = "myproject") {
  const std::filesystem::path firmware = project / "firmware";
  write_text(firmware / "defines.h",
             "#ifndef DEFINES_H_\n#define DEFINES_H_\n#define N_INPUT_1_1 64\n#define N_INPUT_2_1 2\n"
             "typedef nnet::array<ap_fixed<16,6>, 2*1> input_t;\ntypedef nnet::array<ap_fixed<16,6>, 8*1> layer2_t;\n"
             "typedef nnet::array<ap_fixed<16,6>, 8*1> layer3_t;\ntypedef nnet::array<ap_fixed<16,6>, 3*1> result_t;\n"
             "typedef ap_fixed<16,6> model_default_t;\ntypedef ap_fixed<12, 4> weight2_t;\n"
             "typedef model_default_t weight4_t;\n#endif\n");
  write_text(
      firmware / "parameters.h",
      "#ifndef PARAMETERS_H_\n#define PARAMETERS_H_\n#include \"weights/w2.h\"\n\n"
      "// hls-fpga-machine-learning insert layer-config\n"
      "// zp1d_signal\nstruct config6 : nnet::padding1d_config {\n    static const unsigned in_width = N_INPUT_1_1;\n"
      "    static const unsigned n_chan = N_INPUT_2_1;\n    static const unsigned out_width = 66;\n"
      "    static const unsigned pad_left = 1;\n    static const unsigned pad_right = 1;\n};\n\n" +
          dense_struct(2, "signal", 6, 8, 3, "_mult") +
          "struct config2 : nnet::conv1d_config {\n    static const unsigned pad_left = 0;\n"
          "    static const unsigned in_width = 66;\n    static const unsigned n_chan = N_INPUT_2_1;\n"
          "    static const unsigned filt_width = 3;\n    static const unsigned kernel_size = filt_width;\n"
          "    static const unsigned n_filt = 8;\n    static const unsigned reuse_factor = 3;\n"
          "    static const unsigned strategy = nnet::resource;\n    typedef weight2_t weight_t;\n"
          "    typedef config2_mult mult_config;\n};\nconst ap_uint<config2::filt_width> config2::pixels[] = {0};\n\n"
          "// signal_relu\nstruct relu_config3 : nnet::activ_config {\n    static const unsigned n_in = 512;\n"
          "    static const unsigned io_type = nnet::io_stream;\n};\n\n" +
          dense_struct(4, "output", 512, 3, 16) + "#endif\n");
  write_text(
      firmware / fmt::format("{}.cpp", top),
      fmt::format("#include \"parameters.h\"\n\nvoid {}(\n    hls::stream<input_t> &x,\n    hls::stream<result_t> "
                  "&layer4_out\n) {{\n    #pragma HLS DATAFLOW\n\n#ifndef __SYNTHESIS__\n    static bool "
                  "loaded_weights = false;\n    if (!loaded_weights) {{\n        "
                  "nnet::load_weights_from_txt<weight2_t, 48>(w2, \"w2.txt\");\n    }}\n#endif\n\n"
                  "    hls::stream<layer6_t> layer6_out(\"layer6_out\");\n    hls::stream<layer2_t> "
                  "layer2_out(\"layer2_out\");\n    hls::stream<layer3_t> layer3_out(\"layer3_out\");\n"
                  "    nnet::zeropad1d_cl<input_t, layer6_t, config6>(x, layer6_out); // zp1d_signal\n\n"
                  "    nnet::conv_1d_cl<layer6_t, layer2_t, config2>(layer6_out, layer2_out, w2, b2); // signal\n\n"
                  "    nnet::relu<layer2_t, layer3_t, relu_config3>(layer2_out, layer3_out); // signal_relu\n\n"
                  "    nnet::dense<layer3_t, result_t, config4>(layer3_out, layer4_out, w4, b4); // output\n\n}}\n",
                  top));
}

/// The reports of that network. Its whole is 1200 LUT, 3020 FF, 40 DSP, 9 BRAM_18K.
inline Design signal_design() {
  return {.units = {{"zeropad1d_cl_array_array_ap_fixed_16_6_5_3_0_2u_config6_U0",
                     "zeropad1d_cl_array_array_ap_fixed_16_6_5_3_0_2u_config6_s",
                     70,
                     70,
                     {0, 0, 100, 120}},
                    {"conv_1d_cl_array_array_ap_fixed_16_6_5_3_0_8u_config2_U0",
                     "conv_1d_cl_array_array_ap_fixed_16_6_5_3_0_8u_config2_s",
                     460,
                     450,
                     {2, 16, 1500, 500}},
                    {"relu_array_array_ap_fixed_8u_relu_config3_U0",
                     "relu_array_array_ap_fixed_8u_relu_config3_s",
                     66,
                     65,
                     {0, 0, 200, 150}},
                    {"dense_array_array_ap_fixed_16_6_5_3_0_3u_config4_U0",
                     "dense_array_array_ap_fixed_16_6_5_3_0_3u_config4_s",
                     90,
                     89,
                     {3, 24, 1000, 300}}},
          .queues = {{"layer6_out_V_data_0_V_U", 66, 16, {1, 0, 50, 25}},
                     {"layer6_out_V_data_1_V_U", 66, 16, {1, 0, 50, 25}},
                     {"layer2_out_V_data_0_V_U", 64, 16, {1, 0, 50, 25}},
                     {"layer3_out_V_data_0_V_U", 64, 16, {1, 0, 50, 25}}},
          .glue = {0, 0, 20, 30},
          .latency = 700,
          .interval = 450};
}

/// A whole project in `folder`, as hls4ml and the tools leave it.
inline void write_project(const std::filesystem::path& folder, Layout layout, const Design& design = signal_design()) {
  write_firmware(folder);
  write_text(folder / "project.tcl",
             "variable project_name\nset project_name \"myproject\"\nvariable part\nset part \"xczu7ev-ffvc1156-2-e\"\n"
             "variable clock_period\nset clock_period 4\nvariable version\nset version \"1.0.0\"\n");
  const std::filesystem::path solution = folder / "myproject_prj" / "solution1";
  write_text(solution / "syn" / "report" / (design.top + "_csynth.rpt"), csynth_rpt(design, layout));
}

}  // namespace ntorc::test
