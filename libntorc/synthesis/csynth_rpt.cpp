#include <fmt/format.h>

#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

constexpr std::array<std::pair<std::string_view, HlsTool>, 2> kTitles{
    {{"== Vivado HLS Report for '", HlsTool::VivadoHls}, {"== Vitis HLS Report for '", HlsTool::VitisHls}}};

/// What a table is about, by the headings above it.
enum class Topic { Other, Timing, Latency, LatencyOfInstances, Utilization, UtilizationOfInstances, Fifos };

/// Places of the columns of a table, by their titles.
struct RangeColumns {
  std::optional<std::size_t> min;
  std::optional<std::size_t> max;
};

/// `quantity` stands first in the title, in cycles: "Latency min", "Latency (cycles) min", "Interval max".
/// @throws ParseError  if one of both is missing.
RangeColumns range_columns(const Table& table, std::string_view quantity) {
  RangeColumns columns;
  for (std::size_t i = 0; i < table.titles().size(); ++i) {
    const std::string_view title = table.titles()[i];
    if (!title.starts_with(quantity) || title.find("(absolute)") != std::string_view::npos) continue;
    if (title.ends_with(" min") && !columns.min) columns.min = i;
    if (title.ends_with(" max") && !columns.max) columns.max = i;
  }
  if (!columns.min || !columns.max) {
    table.lines().fail(fmt::format("columns {} min and {} max", quantity, quantity), "another table");
  }
  return columns;
}

Range range_cells(const Table& table, const RangeColumns& columns) {
  return {.min = table.figure(columns.min), .max = table.figure(columns.max)};
}

std::size_t pipeline_column(const Table& table) {
  for (std::size_t i = table.titles().size(); i-- > 0;) {
    if (table.titles()[i].ends_with("Type")) return i;
  }
  table.lines().fail("a column Type", "another table");
}

struct ResourceColumns {
  std::optional<std::size_t> bram_18k;
  std::optional<std::size_t> dsp;
  std::optional<std::size_t> ff;
  std::optional<std::size_t> lut;
  std::optional<std::size_t> uram;
};

ResourceColumns resource_columns(const Table& table) {
  ResourceColumns columns{.bram_18k = table.needed("BRAM_18K"),
                          .dsp = std::nullopt,
                          .ff = table.needed("FF"),
                          .lut = table.needed("LUT"),
                          .uram = table.column("URAM")};
  for (std::size_t i = 0; i < table.titles().size(); ++i) {
    if (table.titles()[i].starts_with("DSP")) columns.dsp = i;  // DSP48E; in Vitis HLS DSP
  }
  return columns;
}

/// A dash in a table of resources says that none is used.
std::optional<double> amount_cell(const Table& table, std::optional<std::size_t> column) {
  if (!column) return std::nullopt;
  if (table.cell(*column) == "-") return 0;
  return table.figure(*column);
}

Resources resource_cells(const Table& table, const ResourceColumns& columns) {
  return {.bram_18k = amount_cell(table, columns.bram_18k),
          .dsp = amount_cell(table, columns.dsp),
          .ff = amount_cell(table, columns.ff),
          .lut = amount_cell(table, columns.lut),
          .uram = amount_cell(table, columns.uram)};
}

void accumulate(std::optional<double>& sum, const std::optional<double>& term) {
  if (term) sum = sum.value_or(0) + *term;
}

void accumulate(Resources& sum, const Resources& term) {
  accumulate(sum.bram_18k, term.bram_18k);
  accumulate(sum.dsp, term.dsp);
  accumulate(sum.ff, term.ff);
  accumulate(sum.lut, term.lut);
  accumulate(sum.uram, term.uram);
}

/// Reads one report from front to back.
class CsynthReader {
 public:
  CsynthReader(std::string_view text, std::string_view name) : lines_(text, name) {}

  CsynthReport read() {
    read_title();
    while (lines_.next()) {
      const std::string_view line = lines_.line();
      if (line.starts_with("== ")) {
        if (begin_section(line.substr(3)) == Section::Interface) return finished();
      } else if (line.starts_with("+ ")) {
        begin_part(line.substr(2));
      } else if (line.starts_with("* ")) {
        begin_item(line.substr(2));
      } else if (line.starts_with("+-")) {
        read_table();
      }
    }
    lines_.fail("the section Interface", "the end of the file");
  }

 private:
  enum class Section { Head, Performance, Utilization, Interface, Other };
  enum class Part { Other, Timing, Latency, Detail };

  void read_title() {
    while (lines_.next()) {
      const std::string_view line = lines_.line();
      if (line.empty() || line.find_first_not_of('=') == std::string_view::npos) continue;
      for (const auto& [title, tool] : kTitles) {
        if (!line.starts_with(title)) continue;
        const std::string_view module = line.substr(title.size());
        if (module.size() < 2 || !module.ends_with('\'')) lines_.fail("the name of a module in quotes");
        report_.tool = tool;
        report_.module = module.substr(0, module.size() - 1);
        return;
      }
      break;
    }
    lines_.fail("\"== Vivado HLS Report for\" or \"== Vitis HLS Report for\"");
  }

  Section begin_section(std::string_view title) {
    section_ = Section::Other;
    part_ = Part::Other;
    topic_ = Topic::Other;
    if (title == "Performance Estimates") {
      once(performance_seen_);
      section_ = Section::Performance;
    } else if (title == "Utilization Estimates") {
      once(utilization_seen_);
      section_ = Section::Utilization;
    } else if (title == "Interface") {
      section_ = Section::Interface;
    } else if (title.find("HLS Report for") != std::string_view::npos) {
      lines_.fail("one report", "a second one");
    }
    return section_;
  }

  void once(bool& seen) const {
    if (seen) lines_.fail("this section once", "a second one");
    seen = true;
  }

  void begin_part(std::string_view title) {
    topic_ = Topic::Other;
    if (title.starts_with("Timing")) {
      part_ = Part::Timing;
    } else if (title.starts_with("Latency")) {
      part_ = Part::Latency;
    } else {
      part_ = title.starts_with("Detail") ? Part::Detail : Part::Other;
    }
  }

  void begin_item(std::string_view item) {
    if (section_ == Section::Head) {
      read_head_line(item);
      return;
    }
    topic_ = Topic::Other;
    if (section_ == Section::Performance) {
      if (item.starts_with("Summary")) {
        if (part_ == Part::Timing) topic_ = Topic::Timing;
        if (part_ == Part::Latency) topic_ = Topic::Latency;
      } else if (item.starts_with("Instance") && part_ == Part::Detail) {
        topic_ = Topic::LatencyOfInstances;
      }
    } else if (section_ == Section::Utilization) {
      if (item.starts_with("Summary")) {
        topic_ = Topic::Utilization;
      } else if (item.starts_with("Instance")) {
        topic_ = Topic::UtilizationOfInstances;
      } else if (item.starts_with("FIFO")) {
        topic_ = Topic::Fifos;
      }
    }
  }

  void read_head_line(std::string_view item) {
    const auto colon = item.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = trimmed(item.substr(0, colon));
    const std::string_view value = trimmed(item.substr(colon + 1));
    if (key == "Version") report_.version = value.substr(0, value.find(' '));
    if (key == "Target device") report_.part = value;
  }

  void read_table() {
    switch (topic_) {
      case Topic::Other:
        break;
      case Topic::Timing:
        read_timing();
        break;
      case Topic::Latency:
        read_latency();
        break;
      case Topic::LatencyOfInstances:
        read_latency_of_instances();
        break;
      case Topic::Utilization:
        read_utilization();
        break;
      case Topic::UtilizationOfInstances:
        read_utilization_of_instances();
        break;
      case Topic::Fifos:
        read_fifos();
        break;
    }
    topic_ = Topic::Other;  // one table to a heading
  }

  void read_timing() {
    Table table(lines_);
    const std::size_t target = table.needed("Target");
    const std::size_t estimated = table.needed("Estimated");
    const std::size_t uncertainty = table.needed("Uncertainty");
    if (!table.next()) lines_.fail("a clock");
    report_.clock_ns = table.figure(target);
    report_.estimated_clock_ns = table.figure(estimated);
    report_.uncertainty_ns = table.figure(uncertainty);
    while (table.next()) continue;
  }

  void read_latency() {
    Table table(lines_);
    const RangeColumns latency = range_columns(table, "Latency");
    const RangeColumns interval = range_columns(table, "Interval");
    const std::size_t pipeline = pipeline_column(table);
    if (!table.next()) lines_.fail("the latency of the module");
    report_.latency_cycles = range_cells(table, latency);
    report_.interval_cycles = range_cells(table, interval);
    report_.pipeline = table.cell(pipeline);
    while (table.next()) continue;
    latency_seen_ = true;
  }

  void read_latency_of_instances() {
    Table table(lines_);
    const std::size_t name = table.needed("Instance");
    const std::size_t module = table.needed("Module");
    const RangeColumns latency = range_columns(table, "Latency");
    const RangeColumns interval = range_columns(table, "Interval");
    const std::size_t pipeline = pipeline_column(table);
    while (table.next()) {
      if (table.block() > 0) continue;
      index_.emplace(table.cell(name), report_.instances.size());
      report_.instances.push_back({.name = std::string(table.cell(name)),
                                   .module = std::string(table.cell(module)),
                                   .latency_cycles = range_cells(table, latency),
                                   .interval_cycles = range_cells(table, interval),
                                   .pipeline = std::string(table.cell(pipeline)),
                                   .resources = std::nullopt});
    }
  }

  void read_utilization() {
    Table table(lines_);
    const std::size_t name = table.needed("Name");
    const ResourceColumns columns = resource_columns(table);
    while (table.next()) {
      const std::string_view row = table.cell(name);
      if (row == "Total") {
        report_.total = resource_cells(table, columns);
        total_seen_ = true;
      } else if (row == "Available") {
        report_.available = resource_cells(table, columns);
      } else if (row == "FIFO") {
        report_.fifo = resource_cells(table, columns);
      } else if (table.block() == 0 && row != "Instance") {
        accumulate(report_.glue, resource_cells(table, columns));
      }
    }
  }

  void read_utilization_of_instances() {
    Table table(lines_);
    const std::size_t name = table.needed("Instance");
    const std::size_t module = table.needed("Module");
    const ResourceColumns columns = resource_columns(table);
    while (table.next()) {
      if (table.block() > 0) continue;  // Total
      const Resources used = resource_cells(table, columns);
      const auto known = index_.find(table.cell(name));
      if (known != index_.end() && !report_.instances[known->second].resources) {
        report_.instances[known->second].resources = used;
      } else {
        report_.parts.push_back({.name = std::string(table.cell(name)),
                                 .module = std::string(table.cell(module)),
                                 .latency_cycles = {},
                                 .interval_cycles = {},
                                 .pipeline = {},
                                 .resources = used});
      }
    }
  }

  void read_fifos() {
    Table table(lines_);
    const std::size_t name = table.needed("Name");
    const ResourceColumns columns = resource_columns(table);
    const auto depth = table.column("Depth");
    const auto bits = table.column("Bits");
    while (table.next()) {
      if (table.block() > 0) continue;  // Total
      report_.fifos.push_back({.name = std::string(table.cell(name)),
                               .resources = resource_cells(table, columns),
                               .depth = table.figure(depth),
                               .bits = table.figure(bits)});
    }
  }

  CsynthReport finished() {
    if (report_.version.empty()) lines_.fail("a line \"* Version:\" above the sections", "none");
    if (report_.part.empty()) lines_.fail("a line \"* Target device:\" above the sections", "none");
    if (!latency_seen_) lines_.fail("the latency of the module above this section", "none");
    if (!total_seen_) lines_.fail("the total utilization above this section", "none");
    return std::move(report_);
  }

  Lines lines_;
  CsynthReport report_;
  std::unordered_map<std::string_view, std::size_t> index_;  // of instances, by name
  Section section_ = Section::Head;
  Part part_ = Part::Other;
  Topic topic_ = Topic::Other;
  bool performance_seen_ = false;
  bool utilization_seen_ = false;
  bool latency_seen_ = false;
  bool total_seen_ = false;
};

}  // namespace

std::string_view to_string(HlsTool tool) {
  switch (tool) {
    case HlsTool::VivadoHls:
      return "Vivado HLS";
    case HlsTool::VitisHls:
      return "Vitis HLS";
  }
  throw InvalidArgument("tool: expected one of those that are declared");
}

CsynthReport parse_csynth_rpt(std::string_view text, std::string_view name) { return CsynthReader(text, name).read(); }

}  // namespace ntorc::synthesis
