// How fast `ntorc-train collect` reads finished projects: measure_collect [PROJECTS [FOLDER]]
//
// Writes PROJECTS (10,000) projects of four layouts into a temporary folder, or into FOLDER, where they stay; a design
// has 4 to 40 layers. Then it reads them with one thread and with one for each core. benchmarks/compare_collect.py
// runs it and sets hls4ml's own reader beside it; docs/guides/collecting.md has what they print.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "ntorc/synthesis/collect.hpp"
#include "synthesis/projects.hpp"

namespace {

using namespace ntorc;

/// A chain of dense layers and activations behind FIFOs, one for each channel as Vivado HLS makes them.
test::Design chain(int layers) {
  test::Design design;
  for (int i = 0; i < layers; ++i) {
    const int number = 2 + i;
    const std::string name = i % 2 == 0 ? fmt::format("dense_array_array_ap_fixed_16_6_5_3_0_16u_config{}", number)
                                        : fmt::format("relu_array_array_ap_fixed_16u_relu_config{}", number);
    design.units.push_back({name + "_U0", name + "_s", 40 + i, 30 + i, {i % 3, 16 * (i % 2), 500 + i, 400 + 7 * i}});
    for (int channel = 0; channel < 16; ++channel) {
      design.queues.push_back({fmt::format("layer{}_out_V_data_{}_V_U", number, channel), 1, 16, {0, 0, 5, 20}});
    }
  }
  return design;
}

void write_chain(const std::filesystem::path& project, int layers, test::Layout layout) {
  std::string parameters = "#ifndef PARAMETERS_H_\n#define PARAMETERS_H_\n\n";
  std::string cpp = "void myproject(\n    hls::stream<input_t> &x,\n    hls::stream<result_t> &y\n) {\n";
  std::string defines =
      "#ifndef DEFINES_H_\n#define DEFINES_H_\ntypedef nnet::array<ap_fixed<16,6>, 16*1> input_t;\n"
      "typedef ap_fixed<16,6> model_default_t;\n";
  for (int i = 0; i < layers; ++i) {
    const int number = 2 + i;
    const std::string from = i == 0 ? "x" : fmt::format("layer{}_out", number - 1);
    defines += fmt::format(
        "typedef nnet::array<ap_fixed<16,6>, 16*1> layer{0}_t;\ntypedef ap_fixed<16,6> weight{0}_t;\n", number);
    if (i % 2 == 0) {
      parameters += test::dense_struct(number, fmt::format("fc{}", number), 16, 16, 1 << (i % 5));
      cpp += fmt::format("    nnet::dense<input_t, layer{0}_t, config{0}>({1}, layer{0}_out, w{0}, b{0}); // fc{0}\n\n",
                         number, from);
    } else {
      parameters += fmt::format(
          "// relu{0}\nstruct relu_config{0} : nnet::activ_config {{\n    static const unsigned n_in = 16;\n"
          "    static const unsigned io_type = nnet::io_stream;\n}};\n\n",
          number);
      cpp += fmt::format("    nnet::relu<input_t, layer{0}_t, relu_config{0}>({1}, layer{0}_out); // relu{0}\n\n",
                         number, from);
    }
  }
  test::write_text(project / "firmware/parameters.h", parameters + "#endif\n");
  test::write_text(project / "firmware/defines.h", defines + "#endif\n");
  test::write_text(project / "firmware/myproject.cpp", cpp + "}\n");
  for (const char* const header : {"nnet_recurrent.h", "nnet_math.h", "nnet_dense.h", "nnet_mult.h"}) {
    test::write_text(project / "firmware/nnet_utils" / header, "// as hls4ml copies it\n");
  }
  test::write_text(project / "project.tcl",
                   "variable project_name\nset project_name \"myproject\"\nvariable backend\nset backend \"vivado\"\n"
                   "variable part\nset part \"xczu7ev-ffvc1156-2-e\"\nvariable clock_period\nset clock_period 4\n");
  const auto solution = project / "myproject_prj/solution1";
  const test::Design design = chain(layers);
  test::write_text(solution / "syn/report/myproject_csynth.rpt", test::csynth_rpt(design, layout));
  // What hls4ml's own reader takes.
  test::write_text(project / "myproject_prj/vivado_hls.app",
                   "<project xmlns=\"com.autoesl.autopilot.project\" name=\"myproject_prj\" top=\"myproject\">\n"
                   "<solutions>\n<solution name=\"solution1\" status=\"active\"/>\n</solutions>\n</project>\n");
  std::string xml = test::csynth_xml(design, test::XmlOf::Top);
  std::string ports = "<InterfaceSummary>\n";
  for (int port = 0; port < 96; ++port) {
    ports += fmt::format(
        "<RtlPorts>\n<name>x_V_data_{}_V_TDATA</name>\n<Object>x_V_data_{}_V</Object>\n<Type>pointer</"
        "Type>\n<Scope>external"
        "</Scope>\n<IOProtocol>axis</IOProtocol>\n<IOConfig></IOConfig>\n<Dir>in</Dir>\n<Bits>16</"
        "Bits>\n<Attribute>data"
        "</Attribute>\n</RtlPorts>\n",
        port, port);
  }
  xml.insert(xml.find("</profile>"), ports + "</InterfaceSummary>\n");
  test::write_text(solution / "syn/report/myproject_csynth.xml", xml);
  test::write_text(project / "vivado_synth.rpt",
                   test::utilization_rpt("myproject", "Synthesized", test::sum_of(design)));
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const bool kept = argc > 2;
  const std::filesystem::path folder =
      kept ? std::filesystem::path(argv[2])
           : std::filesystem::temp_directory_path() / fmt::format("ntorc-collect-{}", ::getpid());
  for (int i = 0; i < count; ++i) {
    write_chain(folder / fmt::format("{:02}/job{:05}", i / 1000, i), 4 + i * 7 % 37, static_cast<test::Layout>(i % 3));
  }
  for (const unsigned threads : {1U, std::max(1U, std::thread::hardware_concurrency())}) {
    std::size_t bytes = 0;
    const auto begin = std::chrono::steady_clock::now();
    const auto summary = synthesis::collect({folder}, {.threads = threads},
                                            {.rows = [&](std::string_view lines) { bytes += lines.size(); },
                                             .warning = [](std::string_view line) { fmt::print("{}\n", line); }});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    fmt::print("{} projects, {} rows, {:.1f} MB of CSV, {} threads: {:.2f} s, {:.0f} projects a second\n",
               summary.projects, summary.rows, static_cast<double>(bytes) / 1e6, threads, took.count(),
               static_cast<double>(summary.projects) / took.count());
  }
  if (!kept) std::filesystem::remove_all(folder);
}
