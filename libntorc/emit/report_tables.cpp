#include "emit/report_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emit/markup.hpp"
#include "emit/page.hpp"
#include "emit/report_words.hpp"
#include "ntorc/deploy/latency.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

constexpr std::string_view kUnbrokenPlus = "\u00A0+\u00A0";

constexpr std::array<std::string_view, kGroups.size()> kStyles{"layers", "nodes", "fifos", "glue"};

/// "0" in soft, for tables are full of it.
std::string figure(double value) { return value == 0 ? "<span class=\"none\">0</span>" : grouped(value); }

std::string figure_cell(double value, const std::optional<perf::Interval>& interval, Target target) {
  std::string html = figure(value);
  const std::string range = interval ? range_of(*interval, target) : "";
  if (!range.empty()) html += fmt::format("<span class=\"range\">{}</span>", range);
  return cell(html);
}

std::string support_cell(const std::optional<perf::Support>& support) {
  if (!support) return cell("\u2013", "text none");
  const std::string word(to_string(*support));
  return cell(is_weak(support) ? fmt::format("<span class=\"weak\">{}</span>", word)
                               : fmt::format("<span class=\"none\">{}</span>", word),
              "text");
}

std::vector<std::string> figure_heads() {
  std::vector<std::string> heads;
  for (const Target target : kFigures) heads.push_back(head_cell(label_of(target)));
  return heads;
}

std::string times_cells(const NodeView& node) {
  return cell(figure(node.begin_cycles), "wide") + cell(figure(node.end_cycles), "wide");
}

void append(std::vector<std::string>& cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

/// A bar for a resource, as long as the part has it; longer ones are all there is.
std::string bar_of(const ResourceView& resource) {
  const double whole = std::max(resource.available.value_or(resource.total), resource.total);
  std::string bar = "<div class=\"bar\" aria-hidden=\"true\">";
  for (std::size_t g = 0; g < kGroups.size() && whole > 0; ++g) {
    if (resource.of_group[g] <= 0) continue;
    bar += fmt::format("<span class=\"{}\" style=\"width:{:.3f}%\"></span>", kStyles[g],
                       100 * resource.of_group[g] / whole);
  }
  return bar + "</div>";
}

}  // namespace

std::string resources_table(const PlanView& view) {
  std::vector<std::string> head{head_cell("resource", "name"), head_cell("of the part", "share text"), head_cell("")};
  std::string legend = "<ul class=\"legend\">";
  for (std::size_t g = 0; g < kGroups.size(); ++g) {
    if (!view.whole && kGroups[g] != Group::Layers) continue;
    head.push_back(head_cell(to_string(kGroups[g]), "wide"));
    legend += fmt::format("<li><span class=\"key {}\"></span>{}</li>", kStyles[g], to_string(kGroups[g]));
  }
  append(head, {head_cell("total"), head_cell("the part has", "wide")});
  std::string body;
  for (const ResourceView& resource : view.resources) {
    const bool over = resource.share().value_or(0) > 1;
    std::vector<std::string> cells{
        name_cell(std::string(label_of(resource.resource))), cell(bar_of(resource), "share"),
        cell(resource.available ? percent(*resource.share()) : "\u2013", over ? "over" : "")};
    for (std::size_t g = 0; g < kGroups.size(); ++g) {
      if (view.whole || kGroups[g] == Group::Layers) cells.push_back(cell(figure(resource.of_group[g]), "wide"));
    }
    append(cells, {cell("<strong>" + grouped(resource.total) + "</strong>"),
                   cell(resource.available ? grouped(*resource.available) : "not known", "wide")});
    body += row_of(cells);
  }
  return table_of("Resources", head, body) + legend + "<li>URAM: none is used</li></ul>\n";
}

std::string latencies_table(const PlanView& view) {
  const double clock = view.plan->target.clock_mhz;
  const auto limit = view.plan->question.latency_limit_cycles;
  std::vector<std::string> head{head_cell("composition", "name"), head_cell("cycles"), head_cell("time")};
  if (limit) head.push_back(head_cell("of the deadline"));
  head.push_back(head_cell("what it means", "text wide"));
  std::string body;
  for (const LatencyView& latency : view.latencies) {
    std::vector<std::string> cells{
        name_cell(std::string(to_string(latency.composition)), latency.planned ? "planned with" : ""),
        cell(grouped(latency.cycles)), cell(time_of(latency.cycles, clock))};
    if (limit) cells.push_back(cell(percent(latency.cycles / *limit), latency.cycles > *limit ? "over" : ""));
    cells.push_back(cell(std::string(meaning_of(latency.composition)), "text soft wide wrap"));
    body += row_of(cells, latency.planned ? "sum" : "");
  }
  return table_of("Latency under each composition", head, body);
}

std::string layers_table(const PlanView& view) {
  std::vector<std::string> head{head_cell("layer", "name"), head_cell("kind", "text"), head_cell("reuse"),
                                head_cell("effective"), head_cell("block factor")};
  append(head, figure_heads());
  if (view.whole) append(head, {head_cell("begins", "wide"), head_cell("ends", "wide")});
  head.push_back(head_cell("support", "text"));
  std::string body;
  for (const NodeView& node : view.nodes) {
    if (node.layer == nullptr) continue;
    const auto& [reuse, effective, block_factors] = node.layer->chosen.choice;
    std::vector<std::string> cells{
        name_cell(node.name), cell(escaped(node.kind), "text"), cell(fmt::format("<strong>{}</strong>", reuse)),
        cell(each_matrix(effective, kUnbrokenPlus)), cell(each_matrix(block_factors, kUnbrokenPlus))};
    for (const Target target : kFigures) cells.push_back(figure_cell(node.cost[target], node.interval, target));
    if (view.whole) cells.push_back(times_cells(node));
    cells.push_back(support_cell(node.support));
    body += row_of(cells);
  }
  return table_of("Layers", head, body);
}

std::string nodes_table(const PlanView& view) {
  std::vector<std::string> head{head_cell("node", "name"), head_cell("kind", "text")};
  append(head, figure_heads());
  append(head, {head_cell("begins", "wide"), head_cell("ends", "wide"), head_cell("support", "text")});
  std::string body;
  for (const NodeView& node : view.nodes) {
    if (node.layer != nullptr) continue;
    std::vector<std::string> cells{name_cell(node.name), cell(escaped(node.kind), "text")};
    for (const Target target : kFigures) cells.push_back(figure_cell(node.cost[target], std::nullopt, target));
    append(cells, {times_cells(node), support_cell(node.support)});
    body += row_of(cells);
  }
  return table_of("Other nodes", head, body);
}

std::string fifos_table(const PlanView& view) {
  std::vector<std::string> head{head_cell("from \u2192 to", "name"),
                                head_cell("channels"),
                                head_cell("depth"),
                                head_cell("LUT"),
                                head_cell("FF"),
                                head_cell("BRAM 18K"),
                                head_cell("least depth"),
                                head_cell("BRAM then"),
                                head_cell("saves"),
                                head_cell("support", "text")};
  std::string body;
  for (const FifoView& fifo : view.fifos) {
    body += row_of(
        {name_cell(fmt::format("{} \u2192 {}", fifo.from, fifo.to)), cell(grouped(static_cast<double>(fifo.channels))),
         cell(grouped(static_cast<double>(fifo.depth))), cell(figure(fifo.cost.lut)), cell(figure(fifo.cost.ff)),
         cell(figure(fifo.cost.bram_18k)), cell(fifo.least ? grouped(static_cast<double>(fifo.least->depth)) : ""),
         cell(fifo.least ? figure(fifo.least->cost.bram_18k) : ""),
         cell(fifo.least ? figure(fifo.cost.bram_18k - fifo.least->cost.bram_18k) : ""), support_cell(fifo.support)});
  }
  const perf::LayerCost& sum = view.groups[static_cast<std::size_t>(Group::Fifos)];
  const auto bram = std::ranges::find(view.resources, Target::Bram18k, &ResourceView::resource);
  body += row_of({name_cell("all FIFOs"), cell(""), cell(""), cell(figure(sum.lut)), cell(figure(sum.ff)),
                  cell(figure(sum.bram_18k)), cell(""), cell(figure(sum.bram_18k - bram->saved)),
                  cell(figure(bram->saved)), cell("")},
                 "sum");
  return table_of("FIFOs", head, body);
}

}  // namespace ntorc::emit
