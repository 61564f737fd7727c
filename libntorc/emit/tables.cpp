#include "ntorc/emit/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "emit/plan_view.hpp"
#include "emit/report_words.hpp"
#include "emit/text_table.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/hls4ml/node.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

std::string shape_text(const model::Shape& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

/// "64+16": one number for each weight matrix.
template <typename Range>
std::string for_each_matrix(const Range& numbers) {
  return numbers.empty() ? "-" : fmt::format("{}", fmt::join(numbers, "+"));
}

std::vector<std::string> layer_row(const model::Layer& layer) {
  std::vector<std::int64_t> n_in;
  std::vector<std::int64_t> n_out;
  if (const auto shape = hls4ml::layer_shape(layer)) {
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(*shape)) {
      n_in.push_back(matrix.n_in);
      n_out.push_back(matrix.n_out);
    }
  }
  return {layer.name,
          std::string(to_string(layer.kind)),
          shape_text(layer.input_shape),
          shape_text(layer.output_shape),
          for_each_matrix(n_in),
          for_each_matrix(n_out),
          fmt::format("{}", multiplications(layer)),
          fmt::format("{}", parameters(layer))};
}

std::string title_of(const deploy::Plan& plan) {
  return fmt::format("{}: {}\non {}\n", plan.network.empty() ? "plan" : printable(plan.network), question_of(plan),
                     target_of(plan));
}

/// How far from a figure its interval ends: "12%" either way, "x2.4" for up to 2.4 times as much, and "+3" for up to 3
/// where the figure is 0. Rounded up, so that the interval lies within. The upper end is never the nearer one.
std::string spread(double figure, double high) {
  constexpr double kRounding = 1e-9;
  if (std::nearbyint(figure) == 0) return fmt::format("+{:.0f}", std::floor(high + kRounding));  // of whole things
  const double ratio = high / figure;
  if (ratio < 2) return fmt::format("{:.0f}%", std::max(0.0, std::ceil(100 * (ratio - 1) - kRounding)));
  return ratio < 10 ? fmt::format("x{:.1f}", std::ceil(10 * ratio - kRounding) / 10)
                    : fmt::format("x{:.0f}", std::ceil(ratio - kRounding));
}

/// What the plan has to show of its prices beside the figures.
struct PlanColumns {
  bool intervals = false;
  bool support = false;

  explicit PlanColumns(const deploy::Plan& plan)
      : intervals(plan.interval_confidence.has_value()),
        support(std::ranges::any_of(plan.layers, [](const auto& layer) { return layer.chosen.support.has_value(); })) {}

  /// @param figures  one for each of kFigures; `spreads` too, which are left out if no price has an interval.
  void append(std::vector<std::string>& row, const std::vector<std::string>& figures,
              const std::vector<std::string>& spreads, std::string_view price_support) const {
    for (std::size_t i = 0; i < figures.size(); ++i) {
      row.push_back(figures[i]);
      if (intervals) row.push_back(spreads[i]);
    }
    if (support) row.emplace_back(price_support);
  }
};

std::vector<std::string> figures_of(const perf::LayerCost& cost) {
  std::vector<std::string> figures;
  for (const Target target : kFigures) figures.push_back(whole(cost[target]));
  return figures;
}

std::vector<std::string> spreads_of(const perf::LayerCost& cost, const std::optional<perf::Interval>& interval) {
  std::vector<std::string> spreads;
  for (const Target target : kFigures) {
    spreads.push_back(interval ? spread(cost[target], interval->high[target]) : "-");
  }
  return spreads;
}

/// What the intervals mean, in words.
std::string intervals_of(const deploy::Plan& plan) {
  if (!plan.interval_confidence) return {};
  std::string text = fmt::format(
      "\u00B1: {:.0f} % of new layers lie within, each figure for itself (x3: up to 3 times, +3: up to 3); the {} "
      "adds the ends up\n",
      100 * *plan.interval_confidence, plan.design ? "sum" : "total");
  const auto deadline = plan.question.latency_limit_cycles;
  if (!plan.question.confidence || !deadline) return text;
  const double cycles = latency_cycles(plan);
  return text + fmt::format("the deadline holds for the upper ends: {:.0f} cycles in all, {:.1f}% of it\n", cycles,
                            100 * cycles / *deadline);
}

std::string interval_of(const PlanView& view) {
  const deploy::Plan& plan = *view.plan;
  return fmt::format("initiation interval: {:.0f} cycles ({:.3f} us), that of the slowest {}{}\n", view.interval_cycles,
                     deploy::latency_us(view.interval_cycles, plan.target.clock_mhz), view.whole ? "node" : "layer",
                     plan.question.confidence ? ", by the upper ends" : "");
}

/// Nothing for the latency without a deadline, nor for the resources of a part that is not known.
std::vector<std::string> shares_of(const deploy::Plan& plan) {
  const auto part = hls4ml::device_resources(plan.target.part);
  std::vector<std::string> shares;
  for (const Target target : kFigures) {
    std::optional<double> whole = plan.question.latency_limit_cycles;
    if (target != Target::LatencyMax) whole = part ? std::optional(deploy::available(*part, target)) : std::nullopt;
    shares.push_back(whole ? fmt::format("{:.1f}%", 100 * plan.total[target] / *whole) : "");
  }
  return shares;
}

/// The rows of totals: what they are of, and their share.
std::string share_name(const deploy::Plan& plan) {
  const bool deadline = plan.question.latency_limit_cycles.has_value();
  const bool part = hls4ml::device_resources(plan.target.part).has_value();
  if (!deadline) return part ? "of part" : "";
  return part ? "of deadline, part" : "of deadline";
}

/// The layers; their sum below, or the total of a plan that has nothing else.
TextRows layer_rows(const PlanView& view) {
  const deploy::Plan& plan = *view.plan;
  const PlanColumns columns(plan);
  TextRows rows{{"layer", "kind", "reuse", "effective", "block factor"}};
  columns.append(rows.back(), {"cycles", "LUT", "FF", "DSP", "BRAM 18K"},
                 std::vector<std::string>(kFigures.size(), "\u00B1"), "support");
  for (const deploy::LayerPlan& layer : plan.layers) {
    const auto& [choice, cost, support, interval] = layer.chosen;
    rows.push_back({layer.layer, layer.shape ? std::string(to_string(layer.shape->kind)) : "-",
                    fmt::format("{}", choice.reuse), for_each_matrix(choice.effective),
                    for_each_matrix(choice.block_factors)});
    columns.append(rows.back(), figures_of(cost), spreads_of(cost, interval), support ? to_string(*support) : "-");
  }
  const perf::LayerCost& sum = view.groups[static_cast<std::size_t>(Group::Layers)];
  rows.push_back({view.whole ? "layers, summed" : "total", "", "", "", ""});
  columns.append(rows.back(), figures_of(view.whole ? sum : plan.total),
                 spreads_of(view.whole ? sum : plan.total, layers_interval(plan)), "");
  if (!view.whole && !share_name(plan).empty()) {
    rows.push_back({share_name(plan), "", "", "", ""});
    columns.append(rows.back(), shares_of(plan), std::vector<std::string>(kFigures.size()), "");
  }
  return rows;
}

/// The design beside its layers, in groups with a line above each, and then the whole of it.
std::string rest_of_design(const PlanView& view) {
  const std::vector<std::string> none(kFigures.size());
  TextRows rows{{"other nodes", "kind", "cycles", "LUT", "FF", "DSP", "BRAM 18K", "support"}};
  const auto add = [&](const std::string& name, const std::string& kind, std::vector<std::string> figures,
                       std::string_view support) {
    rows.push_back({name, kind});
    rows.back().insert(rows.back().end(), figures.begin(), figures.end());
    rows.back().emplace_back(support);
  };
  const auto without_cycles = [](const perf::LayerCost& cost) {
    std::vector<std::string> figures = figures_of(cost);
    figures.front().clear();
    return figures;
  };
  for (const NodeView& node : view.nodes) {
    if (node.layer != nullptr) continue;
    add(node.name, node.kind, figures_of(node.cost), node.support ? to_string(*node.support) : "-");
  }
  if (!view.fifos.empty()) {
    add("", "", none, "");
    add("FIFOs", view.fifos.front().least ? "depth x channels, least depth" : "depth x channels", none, "");
  }
  for (const FifoView& fifo : view.fifos) {
    add(fmt::format("{} -> {}", fifo.from, fifo.to),
        fmt::format("{} x {}{}", fifo.depth, fifo.channels, fifo.least ? fmt::format(", {}", fifo.least->depth) : ""),
        without_cycles(fifo.cost), to_string(fifo.support));
  }
  add("", "", none, "");
  add("the whole", "", none, "");
  for (const Group group : kGroups) {
    add(std::string(to_string(group)), "", without_cycles(view.groups[static_cast<std::size_t>(group)]), "");
  }
  const deploy::Plan& plan = *view.plan;
  add("total", fmt::format("cycles: {}", to_string(plan.design->composition)), figures_of(plan.total), "");
  if (!share_name(plan).empty()) add(share_name(plan), "", shares_of(plan), "");
  return text_table(rows, 2);
}

std::string savings_line(const PlanView& view) {
  const std::string saved = savings_of(view);
  return saved.empty() ? "" : fmt::format("FIFOs of the least depth would save {}\n", saved);
}

/// "latency: sum 12000 cycles (48 us), max ..., chain ... (planned with)"
std::string latencies_of(const PlanView& view) {
  std::string text;
  for (const LatencyView& latency : view.latencies) {
    text += fmt::format("{} {} {:.0f} cycles ({:.3f} us){}", text.empty() ? "latency:" : ",",
                        to_string(latency.composition), latency.cycles,
                        deploy::latency_us(latency.cycles, view.plan->target.clock_mhz),
                        latency.planned ? " (planned with)" : "");
  }
  return text + '\n';
}

}  // namespace

std::string network_table(const model::Network& network) {
  TextRows rows{{"layer", "kind", "input", "output", "n_in", "n_out", "multiplications", "parameters"}};
  std::int64_t multiplied = 0;
  std::int64_t learnt = 0;
  for (const model::Layer& layer : network.layers) {
    rows.push_back(layer_row(layer));
    multiplied += multiplications(layer);
    learnt += parameters(layer);
  }
  rows.push_back({"total", "", "", "", "", "", fmt::format("{}", multiplied), fmt::format("{}", learnt)});
  return text_table(rows, 4);
}

std::string node_table(const model::Network& network, hls4ml::IoType io_type) {
  const std::vector<hls4ml::Node> nodes = hls4ml::nodes(network, io_type);
  TextRows rows{{"node", "kind", "function", "reads", "input grid", "output stream"}};
  for (const hls4ml::Node& node : nodes) {
    std::vector<std::string_view> reads;
    for (const std::size_t input : node.inputs) reads.push_back(nodes[input].name);
    rows.push_back({node.name, std::string(to_string(node.kind)), node.function.empty() ? "-" : node.function,
                    reads.empty() ? "-" : fmt::format("{}", fmt::join(reads, ", ")),
                    fmt::format("{} x {}", node.rows, node.columns),
                    fmt::format("{} x {}", node.output.elements, node.output.channels)});
  }
  return text_table(rows, 6);
}

std::string cost_table(const deploy::CostTable& table) {
  TextRows rows{{"layer", "reuse", "effective", "block factor", "latency min", "latency max", "LUT", "FF", "DSP",
                 "BRAM 18K", "support"}};
  for (const deploy::LayerCosts& layer : table) {
    for (const deploy::CostRow& row : layer.rows) {
      rows.push_back({layer.layer, fmt::format("{}", row.choice.reuse), for_each_matrix(row.choice.effective),
                      for_each_matrix(row.choice.block_factors), whole(row.cost.latency_min_cycles),
                      whole(row.cost.latency_max_cycles), whole(row.cost.lut), whole(row.cost.ff), whole(row.cost.dsp),
                      whole(row.cost.bram_18k), row.support ? std::string(to_string(*row.support)) : "-"});
    }
  }
  return text_table(rows, 1);
}

std::string plan_table(const deploy::Plan& plan) {
  const PlanView view = view_of(plan);
  std::string text = title_of(plan);
  if (view.answered) {
    text += text_table(layer_rows(view), 2) + intervals_of(plan);
    if (view.whole) text += '\n' + rest_of_design(view) + savings_line(view) + '\n' + latencies_of(view);
    text += interval_of(view);
  }
  text += answer_of(plan);
  if (view.answered) text += fmt::format("; costs: {}", printable(plan.cost_source));
  text += '\n';
  for (const std::string& warning : plan.warnings) text += fmt::format("warning: {}\n", printable(warning));
  for (const deploy::Plan& other : plan.others) text += '\n' + plan_table(other);
  return text;
}

}  // namespace ntorc::emit
