// ntorc/synthesis/report.hpp - the reports of Vivado HLS 2018 to 2020.1, Vitis HLS 2020.2 to 2025 and Vivado.
// docs/formats/reports.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::synthesis {

enum class HlsTool { VivadoHls, VitisHls };

std::string_view to_string(HlsTool tool);  ///< "Vivado HLS", "Vitis HLS"

/// A cell that holds no number ("?", "-", "N/A", "undef") is absent. What is there lies in 0..1e18.
struct Range {
  std::optional<double> min;
  std::optional<double> max;
};

/// Absent is what the report has no column for. In the tables of C synthesis "-" says that none is used: 0.
struct Resources {
  std::optional<double> bram_18k;  ///< 18-Kb blocks; a tile of logic synthesis (36 Kb) counts as two
  std::optional<double> dsp;
  std::optional<double> ff;
  std::optional<double> lut;
  std::optional<double> uram;
};

/// A module that another one calls, as the report of the caller has it.
/// In the hierarchy of Vitis HLS: with the figures of the module itself; the caller's are not there.
struct Instance {
  std::string name;
  std::string module;
  Range latency_cycles;
  Range interval_cycles;
  std::string pipeline;                ///< the last cell as it stands: "none", "function", "dataflow", "yes", ...
  std::optional<Resources> resources;  ///< absent if the utilization table lacks it
};

struct Fifo {
  std::string name;
  Resources resources;
  std::optional<double> depth;
  std::optional<double> bits;
};

/// One module, as C synthesis estimates it.
struct CsynthReport {
  std::string module;
  HlsTool tool = HlsTool::VivadoHls;
  std::string version;  ///< "2019.2"
  std::string part;     ///< full name
  std::optional<double> clock_ns;
  std::optional<double> estimated_clock_ns;
  std::optional<double> uncertainty_ns;
  Range latency_cycles;
  Range interval_cycles;
  std::string pipeline;
  Resources total;
  Resources available;  ///< of the part
  Resources glue;       ///< operators, expressions, multiplexers, registers and memories of the module itself
  Resources fifo;       ///< the row FIFO of the summary: not always the sum of `fifos`
  std::vector<Instance> instances;
  /// What the utilization table lists beside them, without latency: multipliers, interface adapters, and in dataflow
  /// sometimes a process. total = instances + parts + fifo + glue.
  std::vector<Instance> parts;
  std::vector<Fifo> fifos;
};

/// <module>_csynth.rpt, and the top's. Sections and columns are known by their titles, in any of the tools' layouts.
/// @param name  of the file, for messages.
/// @throws ParseError  naming file and line: no report of either tool, or cut before its end.
CsynthReport parse_csynth_rpt(std::string_view text, std::string_view name);

/// <module>_csynth.xml: the module's own figures, without instances and FIFOs. The file does not name the tool: it is
/// Vitis HLS from version 2020.2 on. @throws ParseError
CsynthReport parse_csynth_xml(std::string_view text, std::string_view name);

/// csynth.xml of Vitis HLS: every module of the design with its figures; `instances` are those of the hierarchy.
/// The first is the top. @throws ParseError
std::vector<CsynthReport> parse_vitis_hierarchy(std::string_view text, std::string_view name);

/// <top>_cosim.rpt.
struct CosimReport {
  std::string top;
  std::string rtl;     ///< "Verilog" or "VHDL"
  std::string status;  ///< "Pass", "Fail", "NA"
  Range latency_cycles;
  std::optional<double> latency_average_cycles;
  Range interval_cycles;
};
/// @throws ParseError
CosimReport parse_cosim_rpt(std::string_view text, std::string_view name);

/// What `report_utilization` of Vivado says, as in vivado_synth.rpt.
struct UtilizationReport {
  std::string version;  ///< "2020.1"
  std::string design;
  std::string part;   ///< as Vivado writes it; before 2021 without the dash behind the device
  std::string state;  ///< "Synthesized", "Optimized", "Placed", "Fully Placed", "Routed", "Physopt postRoute"
  Resources used;
  Resources available;
};
/// @throws ParseError
UtilizationReport parse_utilization_rpt(std::string_view text, std::string_view name);

}  // namespace ntorc::synthesis
