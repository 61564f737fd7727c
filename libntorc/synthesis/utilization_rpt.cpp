#include <optional>
#include <string>
#include <utility>

#include "ntorc/synthesis/report.hpp"
#include "synthesis/report_text.hpp"

namespace ntorc::synthesis {
namespace {

constexpr double k18KbBlocksPerTile = 2;

/// "Slice LUTs*" has a note below the table.
std::string_view without_star(std::string_view row) {
  while (row.ends_with('*')) row.remove_suffix(1);
  return trimmed(row);
}

std::optional<double> times(const std::optional<double>& amount, double factor) {
  return amount ? std::optional(*amount * factor) : std::nullopt;
}

/// Reads one report from front to back.
class UtilizationReader {
 public:
  UtilizationReader(std::string_view text, std::string_view name) : lines_(text, name) {}

  UtilizationReport read() {
    while (lines_.next()) {
      const std::string_view line = lines_.line();
      if (line.starts_with("+-")) {
        if (report_.version.empty()) break;
        read_table();
      } else if (line == "Table of Contents") {
        place_ = Place::Contents;
      } else if (place_ == Place::Head && line.starts_with("| ")) {
        read_head_line(line.substr(2));
      } else if (place_ == Place::Contents && is_section(line)) {
        last_section_ = line;
      } else if (place_ == Place::Contents && line.empty() && !last_section_.empty()) {
        place_ = Place::Sections;
      } else if (place_ == Place::Sections && line == last_section_) {
        last_seen_ = true;
      }
      if (line.ends_with("Utilization by Hierarchy")) lines_.fail("a report without the option -hierarchical");
    }
    check();
    return std::move(report_);
  }

 private:
  enum class Place { Head, Contents, Sections };

  static bool is_section(std::string_view line) {
    return !line.empty() && line.front() >= '0' && line.front() <= '9' && line.find(". ") != std::string_view::npos;
  }

  void read_head_line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "Tool Version") {
      const auto version = value.find("v.");
      if (version == std::string_view::npos) lines_.fail("\"Vivado v.\" and a version");
      report_.version = value.substr(version + 2, value.find(' ', version) - version - 2);
    } else if (key == "Design") {
      report_.design = value;
    } else if (key == "Device") {
      report_.part = value;
    } else if (key == "Design State") {
      report_.state = value;
    }
  }

  void read_table() {
    Table table(lines_);
    const auto site = table.column("Site Type");
    const auto used = table.column("Used");
    const auto available = table.column("Available");
    if (!site || !used || !available) {
      while (table.next()) continue;
      return;
    }
    while (table.next()) {
      const std::string_view row = without_star(table.cell(*site));
      if (row == "Slice LUTs" || row == "CLB LUTs") {
        set(&Resources::lut, table.figure(*used), table.figure(*available));
      } else if (row == "Slice Registers" || row == "CLB Registers" || row == "Registers") {
        set(&Resources::ff, table.figure(*used), table.figure(*available));
      } else if (row == "Block RAM Tile") {
        set(&Resources::bram_18k, times(table.figure(*used), k18KbBlocksPerTile),
            times(table.figure(*available), k18KbBlocksPerTile));
      } else if (row == "DSPs" || row == "DSP Slices") {
        set(&Resources::dsp, table.figure(*used), table.figure(*available));
      } else if (row == "URAM") {
        set(&Resources::uram, table.figure(*used), table.figure(*available));
      }
    }
  }

  /// The first table that names a resource counts; later ones repeat it.
  void set(std::optional<double> Resources::*resource, std::optional<double> used, std::optional<double> available) {
    if (report_.used.*resource) return;
    if (!used) lines_.fail("how many are used");
    report_.used.*resource = used;
    report_.available.*resource = available;
  }

  void check() {
    if (report_.version.empty()) lines_.fail("a report of report_utilization (\"| Tool Version : Vivado v.\")");
    const Resources& used = report_.used;
    if (!used.lut || !used.ff || !used.bram_18k || !used.dsp) {
      lines_.fail("rows for LUTs, registers, block RAM tiles and DSPs", "the end of the file");
    }
    if (!last_section_.empty() && !last_seen_) {
      lines_.fail("the last section of the table of contents", "the end of the file");
    }
  }

  Lines lines_;
  UtilizationReport report_;
  Place place_ = Place::Head;
  std::string_view last_section_;  // as the table of contents names it
  bool last_seen_ = false;
};

}  // namespace

UtilizationReport parse_utilization_rpt(std::string_view text, std::string_view name) {
  return UtilizationReader(text, name).read();
}

}  // namespace ntorc::synthesis
