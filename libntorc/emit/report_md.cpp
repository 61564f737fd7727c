#include <fmt/format.h>

#include "emit/markup.hpp"
#include "emit/plan_view.hpp"
#include "emit/report_words.hpp"
#include "ntorc/emit/report.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

/// The first `left` columns are text.
std::string table_markdown(const std::vector<std::string>& head, std::size_t left,
                           const std::vector<std::vector<std::string>>& rows) {
  std::string text = fmt::format("| {} |\n|", fmt::join(head, " | "));
  for (std::size_t i = 0; i < head.size(); ++i) text += i < left ? "---|" : "--:|";
  text += '\n';
  for (const std::vector<std::string>& row : rows) {
    std::vector<std::string> cells;
    for (const std::string& cell : row) cells.push_back(markdown(cell));
    text += fmt::format("| {} |\n", fmt::join(cells, " | "));
  }
  return text;
}

std::string with_range(const NodeView& node, Target target) {
  const std::string range = node.interval ? range_of(*node.interval, target) : "";
  return range.empty() ? whole(node.cost[target]) : fmt::format("{} ({})", whole(node.cost[target]), range);
}

std::string support_text(const std::optional<perf::Support>& support) {
  if (!support) return "\u2013";
  return fmt::format("{}{}", is_weak(support) ? "\u25B2 " : "", to_string(*support));
}

std::string list_markdown(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += fmt::format("- {}\n", markdown(text));
  return list;
}

std::string resources_markdown(const PlanView& view) {
  std::vector<std::string> head{"resource"};
  for (const Group group : kGroups) {
    if (view.whole || group == Group::Layers) head.emplace_back(to_string(group));
  }
  for (const char* name : {"total", "the part has", "of the part"}) head.emplace_back(name);
  std::vector<std::vector<std::string>> rows;
  for (const ResourceView& resource : view.resources) {
    auto& row = rows.emplace_back(1, std::string(label_of(resource.resource)));
    for (std::size_t g = 0; g < kGroups.size(); ++g) {
      if (view.whole || kGroups[g] == Group::Layers) row.push_back(whole(resource.of_group[g]));
    }
    row.push_back(whole(resource.total));
    row.push_back(resource.available ? whole(*resource.available) : "not known");
    row.push_back(resource.available ? percent(*resource.share()) : "\u2013");
  }
  return table_markdown(head, 1, rows);
}

std::string latencies_markdown(const PlanView& view) {
  std::vector<std::vector<std::string>> rows;
  for (const LatencyView& latency : view.latencies) {
    rows.push_back({std::string(to_string(latency.composition)) + (latency.planned ? " (planned with)" : ""),
                    std::string(meaning_of(latency.composition)), whole(latency.cycles),
                    time_of(latency.cycles, view.plan->target.clock_mhz)});
  }
  return table_markdown({"composition", "what it means", "cycles", "time"}, 2, rows);
}

std::string layers_markdown(const PlanView& view) {
  std::vector<std::string> head{"layer", "kind", "support", "reuse", "effective", "block factor"};
  for (const Target target : kFigures) head.emplace_back(label_of(target));
  if (view.whole) head.insert(head.end(), {"begins", "ends"});
  std::vector<std::vector<std::string>> rows;
  for (const NodeView& node : view.nodes) {
    if (node.layer == nullptr) continue;
    const auto& [reuse, effective, block_factors] = node.layer->chosen.choice;
    auto& row = rows.emplace_back();
    row = {node.name,
           node.kind,
           support_text(node.support),
           fmt::format("{}", reuse),
           each_matrix(effective, " + "),
           each_matrix(block_factors, " + ")};
    for (const Target target : kFigures) row.push_back(with_range(node, target));
    if (view.whole) row.insert(row.end(), {whole(node.begin_cycles), whole(node.end_cycles)});
  }
  return table_markdown(head, 3, rows);
}

std::string nodes_markdown(const PlanView& view) {
  std::vector<std::string> head{"node", "kind", "support"};
  for (const Target target : kFigures) head.emplace_back(label_of(target));
  head.insert(head.end(), {"begins", "ends"});
  std::vector<std::vector<std::string>> rows;
  for (const NodeView& node : view.nodes) {
    if (node.layer != nullptr) continue;
    auto& row = rows.emplace_back();
    row = {node.name, node.kind, support_text(node.support)};
    for (const Target target : kFigures) row.push_back(whole(node.cost[target]));
    row.insert(row.end(), {whole(node.begin_cycles), whole(node.end_cycles)});
  }
  return table_markdown(head, 3, rows);
}

std::string fifos_markdown(const PlanView& view) {
  std::vector<std::vector<std::string>> rows;
  for (const FifoView& fifo : view.fifos) {
    rows.push_back(
        {fmt::format("{} \u2192 {}", fifo.from, fifo.to), support_text(fifo.support), fmt::format("{}", fifo.channels),
         fmt::format("{}", fifo.depth), whole(fifo.cost.lut), whole(fifo.cost.ff), whole(fifo.cost.bram_18k),
         fifo.least ? fmt::format("{}", fifo.least->depth) : "", fifo.least ? whole(fifo.least->cost.bram_18k) : ""});
  }
  std::string text = table_markdown(
      {"from \u2192 to", "support", "channels", "depth", "LUT", "FF", "BRAM 18K", "least depth", "BRAM 18K then"}, 2,
      rows);
  const std::string saved = savings_of(view);
  return saved.empty() ? text : text + fmt::format("\nWith the least depths the design would take {} less.\n", saved);
}

std::string basis_markdown(const PlanView& view) {
  std::string text = "\n## What the figures rest on\n\n" + list_markdown(assumptions_of(view));
  std::vector<std::string> laws;
  for (const LawView& law : view.laws) laws.push_back(fmt::format("{}: {}", law.what, law.law));
  if (!laws.empty()) text += "\n### Laws\n\n" + list_markdown(laws);
  const std::vector<std::string> weak = weaknesses_of(view);
  if (!weak.empty()) text += "\n### Figures with weak support\n\n" + list_markdown(weak);
  if (!view.plan->warnings.empty()) text += "\n### Warnings\n\n" + list_markdown(view.plan->warnings);
  return text;
}

}  // namespace

std::string report_markdown(const deploy::Plan& plan) {
  const PlanView view = view_of(plan);
  std::string text =
      fmt::format("# {}\n\nAsked for: {}.\nOn {}.\n\n", markdown(plan.network.empty() ? "Plan" : plan.network),
                  markdown(question_of(plan)), markdown(target_of(plan)));
  std::vector<std::string> figures;
  for (const KeyFigure& figure : key_figures(view)) {
    figures.push_back(fmt::format("{}: {} ({})", figure.name, figure.value, fmt::join(figure.notes, "; ")));
  }
  if (!figures.empty()) text += list_markdown(figures) + '\n';
  text += markdown(answer_of(plan)) + ".\n";
  if (view.answered) {
    text += "\n## Resources\n\n" + resources_markdown(view);
    if (view.whole) text += "\n## Latency, three ways\n\n" + latencies_markdown(view);
    text += "\n## Layers\n\n" + layers_markdown(view);
    if (view.whole) text += "\n## Other nodes\n\n" + nodes_markdown(view);
    if (!view.fifos.empty()) text += "\n## FIFOs\n\n" + fifos_markdown(view);
  }
  return text + basis_markdown(view) + fmt::format("\nMade by ntorc {}.\n", kVersion);
}

}  // namespace ntorc::emit
