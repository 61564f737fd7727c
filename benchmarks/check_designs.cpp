// Compares whole public designs with how ntorc composes them: latency, FIFOs, BRAM. Writes docs/design-check.md.
//   check_designs DIR [FIFOS]      DIR: designs.tsv and instances.tsv; FIFOS: rows of FIFO tables, by default ntorc's
//   own
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <iostream>
#include <map>
#include <set>

#include "ntorc/error.hpp"
#include "ntorc/perf/node_cost.hpp"
#include "public_designs.hpp"

namespace {

using namespace ntorc;
using designs::Design;
using designs::FifoRow;
using designs::Style;

constexpr double kStreamShare = 0.05;   ///< the share that max + overhead may be off
constexpr double kParallelCycles = 11;  ///< the cycles that a sum may be off
constexpr double kBramShare = 0.15;     ///< the share that the BRAM of a design may be off
constexpr std::array kStyles{Style::ParallelPipeline, Style::ParallelDataflow, Style::StreamDataflow};

/// A cell of Markdown: nothing in a name may end it.
std::string cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

/// Names of designs as short as they are told apart: the repository, and what differs in the paths within it.
std::map<const Design*, std::string> names_of(const std::vector<Design>& all) {
  const auto folders = [](const std::string& path) {
    std::vector<std::string> parts;
    for (const auto& part : std::filesystem::path(path)) parts.push_back(part.string());
    return parts;
  };
  std::map<std::string, std::vector<const Design*>> by_repo;
  for (const Design& design : all) by_repo[design.repo].push_back(&design);
  std::map<const Design*, std::string> names;
  for (const auto& [repo, group] : by_repo) {
    std::map<std::string, std::size_t> holders;  // designs whose path has the part
    for (const Design* design : group) {
      const std::vector<std::string> parts = folders(design->path);
      for (const std::string& part : std::set<std::string>(parts.begin(), parts.end())) ++holders[part];
    }
    for (const Design* design : group) {
      std::string name = repo;
      for (const std::string& part : folders(design->path)) {
        if (holders.at(part) < group.size()) name += ' ' + part;
      }
      names[design] = cell(name);
    }
  }
  return names;
}

struct Composed {
  double reported = 0;
  double sum = 0;
  double max = 0;
  double overhead = 0;
};

Composed compose(const Design& design) {
  Composed result{.reported = design.latency_max_cycles.value_or(0),
                  .overhead = perf::dataflow_overhead_cycles(design.processes.size())};
  for (const designs::Process& process : design.processes) {
    result.sum += process.latency_max_cycles.value_or(0);
    result.max = std::max(result.max, process.latency_max_cycles.value_or(0));
  }
  return result;
}

double share_off(double predicted, double reported) { return predicted / std::max(reported, 1.0) - 1; }

std::string percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

void print_latencies(const std::vector<Design>& all, const std::map<const Design*, std::string>& names, Style style) {
  int comparable = 0;
  int max_near = 0;
  int max_overhead_near = 0;
  int sum_near = 0;
  int sum_overhead_near = 0;
  std::vector<std::string> rows;
  for (const Design& design : all) {
    if (designs::style(design) != style || !designs::not_comparable(design).empty()) continue;
    const Composed c = compose(design);
    ++comparable;
    max_near += std::abs(share_off(c.max, c.reported)) <= kStreamShare ? 1 : 0;
    max_overhead_near += std::abs(share_off(c.max + c.overhead, c.reported)) <= kStreamShare ? 1 : 0;
    sum_near += std::abs(c.sum - c.reported) <= kParallelCycles ? 1 : 0;
    sum_overhead_near += std::abs(c.sum + c.overhead - c.reported) <= kParallelCycles ? 1 : 0;
    rows.push_back(fmt::format("| {} | {} {} | {} | {:.0f} | {} ({:+.0f}) | {} | {} | {:+.0f} |", names.at(&design),
                               cell(design.tool), cell(design.version), design.processes.size(), c.reported,
                               percent(share_off(c.sum, c.reported)), c.sum - c.reported,
                               percent(share_off(c.max, c.reported)),
                               percent(share_off(c.max + c.overhead, c.reported)), c.sum + c.overhead - c.reported));
  }
  fmt::print("\n## Latency: {}\n\n", designs::to_string(style));
  if (comparable == 0) {
    fmt::print("No comparable design.\n");
    return;
  }
  fmt::print(
      "| design | tool | processes | reported cycles | sum (cycles off) | max | max + overhead | sum + overhead, "
      "cycles off "
      "|\n|---|---|--:|--:|--:|--:|--:|--:|\n");
  for (const std::string& row : rows) fmt::print("{}\n", row);
  if (style == Style::StreamDataflow) {
    fmt::print("\nmax + overhead is within {:.0f} % on {} of {}, max alone on {}.\n", 100 * kStreamShare,
               max_overhead_near, comparable, max_near);
  } else {
    fmt::print("\nThe sum is within {:.0f} cycles on {} of {}, sum + overhead on {}.\n", kParallelCycles, sum_near,
               comparable, sum_overhead_near);
  }
}

void print_left_out(const std::vector<Design>& all, const std::map<const Design*, std::string>& names) {
  fmt::print("\n## Not comparable\n\n| design | style | why |\n|---|---|---|\n");
  for (const Design& design : all) {
    const std::string why = designs::not_comparable(design);
    if (why.empty()) continue;
    fmt::print("| {} | {} | {} |\n", names.at(&design), designs::to_string(designs::style(design)), cell(why));
  }
}

/// BRAM_18K of a row by the rule; none if it is no FIFO, or beyond what can be counted.
std::optional<std::int64_t> by_rule(const FifoRow& row) {
  try {
    return perf::fifo_bram_18k(row.depth, row.bits, row.tool_year);
  } catch (const InvalidArgument&) {
    return std::nullopt;
  }
}

/// What the rule says of the FIFOs of a design.
struct FifoCheck {
  double predicted = 0;
  std::int64_t rows = 0;   ///< of the report, 0 if derived
  std::int64_t exact = 0;  ///< of them
  std::string from{};
};

/// @param why_not  is set if nothing can be said.
std::optional<FifoCheck> check_fifos(const Design& design, const std::vector<FifoRow>& known, std::string& why_not) {
  FifoCheck check{.from = "rows of the report"};
  for (const FifoRow& row : known) {
    if (row.repo != design.repo || row.design != design.path) continue;
    const std::optional<std::int64_t> bram = by_rule(row);
    check.predicted += static_cast<double>(bram.value_or(0)) * static_cast<double>(row.count);
    check.rows += row.count;
    check.exact += bram == row.bram_18k ? row.count : 0;
  }
  if (check.rows > 0) return check;
  const designs::DerivedFifos derived = designs::derive_fifos(design);
  why_not = derived.fifos.empty() && derived.assumption.empty() ? "no stream is told" : derived.assumption;
  if (derived.fifos.empty()) return std::nullopt;
  check.from = derived.assumption;
  for (const FifoRow& row : derived.fifos) {
    const std::optional<std::int64_t> bram = by_rule(row);
    if (!bram) {
      why_not = "a derived FIFO is too large to be one";
      return std::nullopt;
    }
    check.predicted += static_cast<double>(*bram) * static_cast<double>(row.count);
  }
  return check;
}

void print_fifos(const std::vector<Design>& all, const std::map<const Design*, std::string>& names,
                 const std::vector<FifoRow>& known) {
  fmt::print(
      "\n## FIFOs and BRAM\n\nTotal: the BRAM of the processes as reported, and that of the FIFOs as predicted.\n\n"
      "| design | tool | FIFO rows exact | FIFO BRAM_18K, predicted | reported | total, predicted | reported | off | "
      "from "
      "|\n|---|---|--:|--:|--:|--:|--:|--:|---|\n");
  std::int64_t rows = 0;
  std::int64_t exact = 0;
  int totals = 0;
  int near = 0;
  std::vector<std::string> left_out;
  for (const Design& design : all) {
    const bool stream = designs::style(design) == Style::StreamDataflow;
    if (!design.fifo_bram_18k || !design.bram_18k || (!stream && *design.fifo_bram_18k == 0)) continue;
    std::string why_not;
    const std::optional<FifoCheck> check = check_fifos(design, known, why_not);
    if (!check) {
      left_out.push_back(
          fmt::format("- {} ({:.0f} BRAM_18K in FIFOs): {}", names.at(&design), *design.fifo_bram_18k, cell(why_not)));
      continue;
    }
    const double rest = design.instance_bram_18k.value_or(*design.bram_18k - *design.fifo_bram_18k);
    const double total = rest + check->predicted;
    rows += check->rows;
    exact += check->exact;
    ++totals;
    near += std::abs(share_off(total, *design.bram_18k)) <= kBramShare ? 1 : 0;
    fmt::print("| {} | {} {} | {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {} | {} |\n", names.at(&design),
               cell(design.tool), cell(design.version),
               check->rows > 0 ? fmt::format("{} of {}", check->exact, check->rows) : "-", check->predicted,
               *design.fifo_bram_18k, total, *design.bram_18k, percent(share_off(total, *design.bram_18k)),
               cell(check->from));
  }
  fmt::print("\n{} of {} FIFO rows of these designs are exact. Total BRAM is within {:.0f} % on {} of {}.\n", exact,
             rows, 100 * kBramShare, near, totals);
  std::int64_t all_rows = 0;
  std::int64_t all_exact = 0;
  for (const FifoRow& row : known) {
    all_rows += row.count;
    all_exact += by_rule(row) == row.bram_18k ? row.count : 0;
  }
  fmt::print("Of all FIFO rows at hand, other designs' too: {} of {}.\n", all_exact, all_rows);
  if (!left_out.empty()) fmt::print("\nFIFOs that are not told:\n\n");
  for (const std::string& line : left_out) fmt::print("{}\n", line);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: check_designs DIR [FIFOS.TSV]\n";
    return 2;
  }
  const std::vector<Design> all = designs::read_designs(argv[1]);
  const std::vector<FifoRow> fifos =
      designs::read_fifos(argc > 2 ? std::filesystem::path(argv[2]) : std::filesystem::path(NTORC_FIFO_ROWS));
  const std::map<const Design*, std::string> names = names_of(all);
  std::size_t processes = 0;
  for (const Design& design : all) processes += design.processes.size();
  fmt::print(
      "# Public designs, as reported and as composed\n\nWhat `check_designs` prints: {} designs, {} processes. Errors "
      "are "
      "predicted / reported - 1;\noverhead is a cycle for each process that hands over to another "
      "(`perf::dataflow_overhead_cycles`).\n",
      all.size(), processes);
  for (const Style style : kStyles) print_latencies(all, names, style);
  print_left_out(all, names);
  print_fifos(all, names, fifos);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "check_designs: " << error.what() << '\n';
  return 1;
}
