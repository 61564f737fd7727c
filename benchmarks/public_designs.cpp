#include "public_designs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::designs {

namespace {

/// A header line and rows between tabs; a row may be short.
struct Table {
  std::string file;
  std::map<std::string, std::size_t> columns{};
  std::vector<std::vector<std::string>> rows{};

  void expect(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      if (!columns.contains(name)) throw ParseError(fmt::format("{}: expected a column \"{}\"", file, name));
    }
  }
  std::string text(const std::vector<std::string>& row, const std::string& column) const {
    const auto found = columns.find(column);
    return found == columns.end() || found->second >= row.size() ? std::string{} : row[found->second];
  }
  /// A number from 0 to 1e15; none for anything else.
  std::optional<double> number(const std::vector<std::string>& row, const std::string& column) const {
    const std::string cell = text(row, column);
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    const bool whole = error == std::errc{} && end == cell.data() + cell.size();
    return whole && value >= 0 && value <= 1e15 ? std::optional(value) : std::nullopt;
  }
};

Table read_table(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw FileError(fmt::format("{}: cannot be read", file.string()));
  Table table{.file = file.string()};
  std::string line;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::vector<std::string> cells;
    std::istringstream rest(line);
    for (std::string cell; std::getline(rest, cell, '\t');) cells.push_back(cell);
    if (table.columns.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) table.columns[cells[i]] = i;
    } else {
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

template <typename Test>
const Process* find_process(const Design& design, Test test) {
  const auto found = std::find_if(design.processes.begin(), design.processes.end(), test);
  return found == design.processes.end() ? nullptr : &*found;
}

/// Of a copy of hls4ml that works otherwise: single streams ("me", "ss"), switched recurrent layers.
bool is_edited(const Process& process) {
  const std::string& name = process.module;
  return has(name, "_me_") || name.ends_with("_me") || has(name, "_ss_") || has(name, "_switch_");
}

bool is_stream(const Process& process) {
  const std::string& name = process.module;
  return has(name, "_array_") || has(name, "stream") || is_edited(process);
}

bool joins_branches(const Process& process) {
  constexpr std::array<std::string_view, 7> kJoins{"concatenate", "add_",     "subtract_", "multiply_",
                                                   "average_",    "maximum_", "minimum_"};
  return std::any_of(kJoins.begin(), kJoins.end(),
                     [&process](std::string_view join) { return process.module.starts_with(join); });
}

// ---- what a name and a latency tell of a stream

enum class Part { Glue, Padding, Resize, Pooling, GlobalPooling, ElementWise, Weights, Other };

Part part_of(const std::string& module) {
  const auto begins = [&module](auto... words) { return (module.starts_with(words) || ...); };
  if (begins("Block_", "entry_proc") || has(module, "_entry")) return Part::Glue;
  if (begins("zeropad")) return Part::Padding;
  if (begins("resize_nearest")) return Part::Resize;
  if (begins("global_pooling")) return Part::GlobalPooling;
  if (begins("pooling")) return Part::Pooling;
  if (begins("relu", "leaky_relu", "prelu", "elu", "selu", "sigmoid", "tanh", "hard_", "softplus", "softsign", "linear",
             "thresholded_relu", "binary_tanh", "ternary_tanh", "normalize")) {
    return Part::ElementWise;
  }
  if (begins("conv_", "pointwise_conv", "depthwise_conv", "separable_conv", "dense", "lstm", "gru", "softmax")) {
    return Part::Weights;
  }
  return Part::Other;
}

/// The last "16u" of the name.
std::optional<std::int64_t> channels_of(const std::string& module) {
  std::optional<std::int64_t> channels;
  std::size_t begin = 0;
  while (begin < module.size()) {
    if (module[begin] < '0' || module[begin] > '9') {
      ++begin;
      continue;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(module.data() + begin, module.data() + module.size(), value);
    const auto next = static_cast<std::size_t>(end - module.data());
    if (error == std::errc{} && value >= 1 && value <= 1'000'000 && next < module.size() && module[next] == 'u') {
      channels = value;
    }
    begin = next;
  }
  return channels;
}

/// The widths of "ap_fixed_16_" and "ap_ufixed_8_" in a name, in their order; the last is that of the output.
std::vector<std::int64_t> widths_of(const std::string& module) {
  std::vector<std::int64_t> widths;
  for (std::size_t at = module.find("fixed_"); at != std::string::npos; at = module.find("fixed_", at + 1)) {
    const char* begin = module.data() + at + 6;
    std::int64_t bits = 0;
    const auto [end, error] = std::from_chars(begin, module.data() + module.size(), bits);
    const bool is_width = end != module.data() + module.size() && *end == '_';  // not the "32u" of channels
    if (error == std::errc{} && is_width && bits >= 1 && bits <= 1024) widths.push_back(bits);
  }
  return widths;
}

/// The width that the names have most often, for processes whose own name is cut; none if no name has one.
std::optional<std::int64_t> bits_of(const Design& design) {
  std::map<std::int64_t, int> votes;
  for (const Process& process : design.processes) {
    for (const std::int64_t bits : widths_of(process.module)) ++votes[bits];
  }
  const auto most =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? std::nullopt : std::optional(most->first);
}

/// Elements that it takes, from the latencies of docs/algorithms/design.md.
std::int64_t elements_in(const Process& process, bool vivado) {
  const double latency = process.latency_max_cycles.value_or(0);
  double elements = latency - 3;
  if (part_of(process.module) == Part::Pooling) elements = latency - 4;
  if (!vivado && process.module.starts_with("normalize")) elements = (latency - 2) / 3;
  return std::max<std::int64_t>(1, std::llround(elements));
}

std::int64_t padded_elements(const Process& process, bool vivado) {
  const bool plane = process.module.starts_with("zeropad2d");
  const double fill = !vivado && plane ? 13 : 3;
  return std::max<std::int64_t>(1, std::llround(process.latency_max_cycles.value_or(0) - fill));
}

std::int64_t resized_elements(const Process& process) {
  return std::max<std::int64_t>(1, std::llround(process.latency_max_cycles.value_or(0) - 2));
}

std::int64_t pooled_elements(const Process& process, bool vivado) {
  const std::int64_t taken = elements_in(process, vivado);
  return std::max<std::int64_t>(1, process.module.starts_with("pooling2d") ? taken / 4 : taken / 2);
}

int year_of(const std::string& version) {
  int year = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), year);
  return error == std::errc{} && year >= 2000 && year < 2100 ? year : 0;
}

}  // namespace

int Design::tool_year() const { return year_of(version); }

hls4ml::Backend Design::backend() const { return tool == "Vitis" ? hls4ml::Backend::Vitis : hls4ml::Backend::Vivado; }

std::vector<Design> read_designs(const std::filesystem::path& dir) {
  const Table designs = read_table(dir / "designs.tsv");
  designs.expect({"repo", "path", "style", "lat_max"});
  const Table instances = read_table(dir / "instances.tsv");
  instances.expect({"repo", "path", "module", "lat_max"});

  std::vector<Design> result;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_report;
  for (const auto& row : designs.rows) {
    by_report[{designs.text(row, "repo"), designs.text(row, "path")}].push_back(result.size());
    result.push_back({.repo = designs.text(row, "repo"),
                      .path = designs.text(row, "path"),
                      .tool = designs.text(row, "tool"),
                      .version = designs.text(row, "version"),
                      .pipeline = designs.text(row, "style"),
                      .instances = designs.number(row, "n_instances"),
                      .latency_max_cycles = designs.number(row, "lat_max"),
                      .bram_18k = designs.number(row, "bram18"),
                      .fifo_bram_18k = designs.number(row, "fifo_bram18"),
                      .instance_bram_18k = designs.number(row, "inst_bram18")});
  }
  for (const auto& row : instances.rows) {
    const auto found = by_report.find({instances.text(row, "repo"), instances.text(row, "path")});
    if (found == by_report.end()) continue;
    const std::optional<double> config = instances.number(row, "config_index");
    for (const std::size_t design : found->second) {
      result[design].processes.push_back(
          {.module = instances.text(row, "module"),
           .config = config && *config <= 1e6 ? std::optional(static_cast<std::int64_t>(*config)) : std::nullopt,
           .latency_max_cycles = instances.number(row, "lat_max")});
      result[design].shares_rows = found->second.size() > 1;
    }
  }
  return result;
}

std::vector<FifoRow> read_fifos(const std::filesystem::path& file) {
  const Table table = read_table(file);
  table.expect({"repo", "design", "depth", "bits", "bram_18k", "count"});
  std::vector<FifoRow> rows;
  for (const auto& row : table.rows) {
    const auto whole = [&table, &row](const char* column) {
      const std::optional<double> value = table.number(row, column);
      if (!value || *value > 1e9 || *value != std::floor(*value)) {
        throw ParseError(fmt::format("{}: {}: expected an integer from 0 to 1e9, got \"{}\"", table.file, column,
                                     table.text(row, column)));
      }
      return static_cast<std::int64_t>(*value);
    };
    rows.push_back({.repo = table.text(row, "repo"),
                    .design = table.text(row, "design"),
                    .depth = whole("depth"),
                    .bits = whole("bits"),
                    .bram_18k = whole("bram_18k"),
                    .count = whole("count"),
                    .tool_year = year_of(table.text(row, "version"))});
  }
  return rows;
}

std::string_view to_string(Style style) {
  switch (style) {
    case Style::ParallelPipeline:
      return "io_parallel, pipeline";
    case Style::ParallelDataflow:
      return "io_parallel, dataflow";
    case Style::StreamDataflow:
      return "io_stream, dataflow";
  }
  return "?";
}

Style style(const Design& design) {
  if (!has(design.pipeline, "dataflow")) return Style::ParallelPipeline;
  return find_process(design, is_stream) != nullptr ? Style::StreamDataflow : Style::ParallelDataflow;
}

std::string not_comparable(const Design& design) {
  if (!design.latency_max_cycles) return "no latency is reported";
  if (design.processes.empty()) return "no process is listed";
  if (design.shares_rows) return "processes of several commits stand together";
  if (design.instances && *design.instances > static_cast<double>(design.processes.size())) {
    return fmt::format("{} of {} processes are listed", design.processes.size(), *design.instances);
  }
  if (design.processes.size() == 1) return fmt::format("a wrapper around one process, {}", design.processes[0].module);
  if (const Process* edited = find_process(design, is_edited)) {
    return fmt::format("edited hls4ml: {}", edited->module);
  }
  const auto unknown = std::count_if(design.processes.begin(), design.processes.end(),
                                     [](const Process& process) { return !process.latency_max_cycles; });
  if (unknown > 0) return fmt::format("{} of {} processes have no latency", unknown, design.processes.size());
  const Process* longer = find_process(
      design, [&design](const Process& process) { return *process.latency_max_cycles > *design.latency_max_cycles; });
  if (longer != nullptr) return fmt::format("a process takes longer than the design: {}", longer->module);
  if (style(design) != Style::StreamDataflow) {
    if (const Process* join = find_process(design, joins_branches)) {
      return fmt::format("branches run side by side, the sum is for a chain: {}", join->module);
    }
  }
  return {};
}

DerivedFifos derive_fifos(const Design& design) {
  DerivedFifos result;
  const bool vivado = design.backend() == hls4ml::Backend::Vivado;
  struct Giver {
    const Process* process = nullptr;
    Part part = Part::Other;
    std::int64_t channels = 0;  ///< 0: as many as it takes
  };
  std::vector<Giver> chain;  // in the order of hls4ml's nodes; inserted paddings stand apart
  std::vector<Giver> paddings;
  for (const Process& process : design.processes) {
    const Part part = part_of(process.module);
    if (part == Part::Glue) continue;
    const std::int64_t channels = channels_of(process.module).value_or(0);
    const bool keeps_channels = part == Part::ElementWise || part == Part::Pooling || part == Part::Resize;
    if (part == Part::Other || !process.config || !process.latency_max_cycles || (channels == 0 && !keeps_channels)) {
      result.assumption = fmt::format("name and latency do not tell the stream behind {}", process.module);
      return result;
    }
    (part == Part::Padding ? paddings : chain).push_back({&process, part, channels});
  }
  std::stable_sort(chain.begin(), chain.end(),
                   [](const Giver& a, const Giver& b) { return *a.process->config < *b.process->config; });
  const std::optional<std::int64_t> named_bits = bits_of(design);
  const std::int64_t usual_bits = named_bits.value_or(16);

  const auto add = [&result, &design, usual_bits, vivado](const Process& process, std::int64_t elements,
                                                          std::int64_t channels) {
    const std::vector<std::int64_t> own = widths_of(process.module);
    const std::int64_t bits = own.empty() ? usual_bits : own.back();
    result.fifos.push_back({.repo = design.repo,
                            .design = design.path,
                            .depth = elements,
                            .bits = vivado ? bits : bits * channels,
                            .bram_18k = 0,
                            .count = vivado ? channels : 1,
                            .tool_year = design.tool_year()});
  };
  for (const Giver& padding : paddings)
    add(*padding.process, padded_elements(*padding.process, vivado), padding.channels);
  std::int64_t channels = 1;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const Process& process = *chain[i].process;
    if (chain[i].channels > 0) channels = chain[i].channels;
    switch (chain[i].part) {
      case Part::ElementWise:
        add(process, elements_in(process, vivado), channels);
        break;
      case Part::Pooling:
        add(process, pooled_elements(process, vivado), channels);
        break;
      case Part::Weights: {
        // Its own latency does not tell; that of its reader does, unless the reader has weights too.
        const Part reader = chain[i + 1].part;
        const bool tells = reader == Part::ElementWise || reader == Part::Pooling || reader == Part::GlobalPooling;
        const bool single = process.module.starts_with("dense") || process.module.starts_with("softmax");
        if (!tells && !single) {
          return {{}, fmt::format("the reader of {} does not tell its elements", process.module)};
        }
        add(process, tells ? elements_in(*chain[i + 1].process, vivado) : 1, channels);
        break;
      }
      case Part::Resize:
        add(process, resized_elements(process), channels);
        break;
      default:
        add(process, 1, channels);
        break;
    }
  }
  result.assumption = fmt::format("derived from names and latencies, {} bits {}", usual_bits,
                                  named_bits ? "where a name is cut" : "assumed");
  return result;
}

}  // namespace ntorc::designs
