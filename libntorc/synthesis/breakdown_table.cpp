#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/perf/record.hpp"
#include "ntorc/synthesis/project.hpp"

namespace ntorc::synthesis {
namespace {

using perf::Record;
using perf::Role;
using perf::Target;

constexpr std::size_t kColumns = 12;
constexpr std::size_t kLeft = 2;        // columns that stand to the left
constexpr std::size_t kWidth = 100;     // of a terminal
constexpr std::size_t kShortestName = 12;

using Cells = std::array<std::string, kColumns>;

/// A name may hold control characters, which a terminal obeys.
std::string printable_name(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

std::string amount(const std::optional<double>& value) { return value ? fmt::format("{:.0f}", *value) : "-"; }

std::string share_of(const std::optional<double>& part, const std::optional<double>& whole) {
  if (!part || !whole || !(*whole > 0)) return "-";
  return fmt::format("{:.1f}", 100 * *part / *whole);
}

/// "conv1d 2*3->8 x64": inputs * window -> size, steps.
std::string what_it_is(const Record& record) {
  switch (record.role) {
    case Role::Layer: {
      const hls4ml::LayerShape& shape = record.shape.value();
      std::string text = fmt::format("{} {}", to_string(shape.kind), shape.inputs);
      if (shape.kernel > 1) text += fmt::format("*{}", shape.kernel);
      text += fmt::format("->{}", shape.size);
      if (shape.sequence > 1) text += fmt::format(" x{}", shape.sequence);
      if (shape.packets > 1) text += fmt::format(" in {}", shape.packets);
      return text;
    }
    case Role::Node:
      return std::string(to_string(record.node_kind));
    case Role::Fifo:
      return "fifo";
    case Role::Glue:
      return "glue";
    case Role::Unmapped:
      return "unmapped";
    case Role::Design:
      return fmt::format("design, {}", to_string(record.stage));
  }
  return {};
}

std::string joined_reuse(const Record& record) {
  std::string text;
  for (const std::int64_t reuse : record.reuse) text += fmt::format("{}{}", text.empty() ? "" : "/", reuse);
  return text.empty() ? "-" : text;
}

Cells cells_of(const Record& record, const Record* design) {
  const auto share = [&](Target target) {
    return design == nullptr ? std::string("-") : share_of(record[target], (*design)[target]);
  };
  return {printable_name(record.name),
          what_it_is(record),
          joined_reuse(record),
          amount(record[Target::LatencyMax]),
          amount(record.interval_cycles),
          amount(record[Target::Lut]),
          share(Target::Lut),
          amount(record[Target::Ff]),
          amount(record[Target::Dsp]),
          share(Target::Dsp),
          amount(record[Target::Bram18k]),
          share(Target::Bram18k)};
}

Cells shares_of_device(const CsynthReport& report) {
  Cells cells;
  cells.fill("");
  cells[0] = "of the device, %";
  cells[5] = share_of(report.total.lut, report.available.lut);
  cells[7] = share_of(report.total.ff, report.available.ff);
  cells[8] = share_of(report.total.dsp, report.available.dsp);
  cells[10] = share_of(report.total.bram_18k, report.available.bram_18k);
  return cells;
}

/// Columns as wide as they need, two blanks between or else one; a first column that leaves no room loses its end.
std::string lines_of(std::vector<Cells> table, const std::vector<std::size_t>& rules) {
  std::array<std::size_t, kColumns> widths{};
  const auto measure = [&] {
    widths.fill(0);
    for (const Cells& cells : table) {
      for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], cells[i].size());
    }
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0});
  };
  std::size_t gap = 2;
  std::size_t total = measure() + gap * (kColumns - 1);
  if (total > kWidth) {
    gap = 1;
    total -= kColumns - 1;
  }
  if (total > kWidth && widths[0] > kShortestName) {
    const std::size_t room = std::max(kShortestName, widths[0] - std::min(widths[0], total - kWidth));
    for (Cells& cells : table) {
      if (cells[0].size() > room) cells[0] = cells[0].substr(0, room - 1) + "~";
    }
    total = measure() + gap * (kColumns - 1);
  }
  std::string text;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (std::ranges::find(rules, row) != rules.end()) text += std::string(total, '-') + '\n';
    std::string line;
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::string& cell = table[row][i];
      line += i < kLeft ? fmt::format("{:<{}}", cell, widths[i]) : fmt::format("{:>{}}", cell, widths[i]);
      if (i + 1 < kColumns) line += std::string(gap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string heading(const Breakdown& breakdown) {
  const perf::Context& context = breakdown.context;
  std::string text = breakdown.csynth ? breakdown.csynth->module : breakdown.files.name;
  const auto add = [&](const std::string& word) {
    if (!word.empty()) text += ", " + word;
  };
  add(context.tool);
  add(context.part);
  if (context.clock_mhz > 0) add(fmt::format("{:.6g} MHz", context.clock_mhz));
  if (!context.hls4ml.empty()) add("hls4ml " + context.hls4ml);
  add(context.io_type);
  add(context.strategy);
  add(context.precision);
  return printable_name(text) + '\n' + printable_name(breakdown.files.root.string()) + '\n';
}

}  // namespace

std::string breakdown_table(const Breakdown& breakdown) {
  const Record* design = nullptr;
  for (const Record& record : breakdown.records) {
    if (record.role == Role::Design && record.stage == perf::Stage::Hls) design = &record;
  }
  std::vector<Cells> table{
      {"name", "what", "reuse", "cycles", "II", "LUT", "%", "FF", "DSP", "%", "BRAM", "%"}};
  std::vector<std::size_t> rules{1};
  for (const Record& record : breakdown.records) {
    if (&record == design) rules.push_back(table.size());
    table.push_back(cells_of(record, record.stage == perf::Stage::Hls ? design : nullptr));
    if (&record == design && breakdown.csynth) table.push_back(shares_of_device(*breakdown.csynth));
  }
  std::string text = heading(breakdown) + '\n' + lines_of(std::move(table), rules);
  for (const std::string& warning : breakdown.warnings) text += "warning: " + printable_name(warning) + '\n';
  return text;
}

}  // namespace ntorc::synthesis
