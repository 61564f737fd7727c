#include <fmt/format.h>

#include "emit/plan_view.hpp"
#include "ntorc/emit/report.hpp"
#include "support/csv.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

/// The cells that not every row has, by name so that no place is mistaken.
struct Row {
  std::string part{};  ///< of the design
  std::string name{};
  std::string kind{};
  std::string reuse{};
  std::string effective{};
  std::string block_factor{};
  std::string depth{};
  std::string least_depth{};
  std::string channels{};
  std::string begin{};
  std::string end{};
  perf::LayerCost cost{};
  std::optional<perf::Interval> interval{};
  std::string support{};
};

constexpr std::string_view kColumnNames =
    "part,name,kind,reuse,effective_reuse,block_factor,depth,least_depth,channels,latency_min_cycles,"
    "latency_max_cycles,lut,ff,dsp,bram_18k,low_latency_max_cycles,high_latency_max_cycles,low_lut,high_lut,low_ff,"
    "high_ff,low_dsp,high_dsp,low_bram_18k,high_bram_18k,begin_cycles,end_cycles,support\n";

std::string line_of(const Row& row) {
  std::string line;
  const auto cell = [&](const std::string& text) { line += fmt::format("{},", support::csv_cell(text)); };
  for (const std::string& text : {row.part, row.name, row.kind, row.reuse, row.effective, row.block_factor, row.depth,
                                  row.least_depth, row.channels}) {
    cell(text);
  }
  for (const Target target : perf::kTargets) cell(fmt::format("{}", row.cost[target]));
  for (const Target target : {Target::LatencyMax, Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k}) {
    cell(row.interval ? fmt::format("{}", row.interval->low[target]) : "");
    cell(row.interval ? fmt::format("{}", row.interval->high[target]) : "");
  }
  for (const std::string& text : {row.begin, row.end, row.support}) cell(text);
  line.back() = '\n';
  return line;
}

Row node_row(const NodeView& node, bool whole) {
  Row row{.part = node.layer != nullptr ? "layer" : "node", .name = node.name, .kind = node.kind};
  if (node.layer != nullptr) {
    const auto& [reuse, effective, block_factors] = node.layer->chosen.choice;
    row.reuse = fmt::format("{}", reuse);
    row.effective = fmt::format("{}", fmt::join(effective, "+"));
    row.block_factor = fmt::format("{}", fmt::join(block_factors, "+"));
  }
  if (whole) {
    row.begin = fmt::format("{}", node.begin_cycles);
    row.end = fmt::format("{}", node.end_cycles);
  }
  row.cost = node.cost;
  row.interval = node.interval;
  if (node.support) row.support = to_string(*node.support);
  return row;
}

Row fifo_row(const FifoView& fifo) {
  Row row{.part = "fifo", .name = fmt::format("{} -> {}", fifo.from, fifo.to)};
  row.depth = fmt::format("{}", fifo.depth);
  if (fifo.least) row.least_depth = fmt::format("{}", fifo.least->depth);
  row.channels = fmt::format("{}", fifo.channels);
  row.cost = fifo.cost;
  row.support = to_string(fifo.support);
  return row;
}

}  // namespace

std::string design_csv(const deploy::Plan& plan) {
  const PlanView view = view_of(plan);
  std::string text(kColumnNames);
  for (const NodeView& node : view.nodes) text += line_of(node_row(node, view.whole));
  for (const FifoView& fifo : view.fifos) text += line_of(fifo_row(fifo));
  if (view.whole) text += line_of({.part = "glue", .cost = view.glue});
  return text;
}

}  // namespace ntorc::emit
