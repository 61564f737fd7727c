#include <string>

#include "ntorc/synthesis/report.hpp"
#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

/// The report does not name what was simulated; its file does: <top>_cosim.rpt.
std::string top_of(std::string_view file) {
  file = file.substr(file.find_last_of("/\\") + 1);
  return std::string(file.substr(0, file.rfind("_cosim.")));
}

/// "Latency(Clock Cycles) min" and "Latency min". @throws ParseError
std::size_t statistic(const Table& table, std::string_view quantity, std::string_view which) {
  for (std::size_t i = 0; i < table.titles().size(); ++i) {
    const std::string_view title = table.titles()[i];
    if (title.starts_with(quantity) && title.ends_with(which)) return i;
  }
  table.lines().fail(std::string(quantity) + " and Interval, each with min, avg and max", "another table");
}

}  // namespace

CosimReport parse_cosim_rpt(std::string_view text, std::string_view name) {
  Lines lines(text, name);
  bool dated = false;
  while (lines.next() && !lines.line().starts_with("+-")) {
    const std::string_view line = lines.line();
    if (line.starts_with("Report time")) dated = true;
    if (!dated && !line.empty()) break;
  }
  if (!dated || !lines.line().starts_with("+-"))
    lines.fail("a report of a co-simulation (\"Report time\" and a table)");

  Table table(lines);
  const std::size_t rtl = table.needed("RTL");
  const std::size_t status = table.needed("Status");
  const std::size_t latency_min = statistic(table, "Latency", " min");
  const std::size_t latency_avg = statistic(table, "Latency", " avg");
  const std::size_t latency_max = statistic(table, "Latency", " max");
  const std::size_t interval_min = statistic(table, "Interval", " min");
  const std::size_t interval_max = statistic(table, "Interval", " max");
  CosimReport report{.top = top_of(name),
                     .rtl = {},
                     .status = {},
                     .latency_cycles = {},
                     .latency_average_cycles = {},
                     .interval_cycles = {}};
  // One row to a language. That which was simulated counts; the other one says NA.
  while (table.next()) {
    if (!report.status.empty() && (report.status != "NA" || table.cell(status) == "NA")) continue;
    report.rtl = table.cell(rtl);
    report.status = table.cell(status);
    report.latency_cycles = {.min = table.figure(latency_min), .max = table.figure(latency_max)};
    report.latency_average_cycles = table.figure(latency_avg);
    report.interval_cycles = {.min = table.figure(interval_min), .max = table.figure(interval_max)};
  }
  if (report.status.empty()) lines.fail("a row for Verilog or VHDL", "none");
  return report;
}

}  // namespace ntorc::synthesis
