#include "emit/plan_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emit/text_table.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

std::size_t index_of(Group group) { return static_cast<std::size_t>(group); }

void add(perf::LayerCost& sum, const perf::LayerCost& cost) {
  for (const Target target : perf::kTargets) sum[target] += cost[target];
}

std::string joined(const std::vector<std::string>& reasons) { return fmt::format("{}", fmt::join(reasons, "; ")); }

NodeView layer_view(const deploy::LayerPlan& layer) {
  NodeView view;
  view.name = layer.layer;
  view.kind = layer.shape ? std::string(to_string(layer.shape->kind)) : "-";
  view.layer = &layer;
  view.cost = layer.chosen.cost;
  view.interval = layer.chosen.interval;
  view.support = layer.chosen.support;
  view.basis = joined(layer.support_reasons);
  return view;
}

NodeView node_view(const deploy::DesignNode& node, const deploy::Plan& plan) {
  NodeView view;
  if (node.layer) {
    view = layer_view(plan.layers[*node.layer]);
  } else {
    view.kind = to_string(node.kind);
    view.cost = node.cost;
    view.basis = node.law;
    if (node.kind != hls4ml::NodeKind::Input) view.support = node.support;
  }
  view.name = node.name;
  view.inputs = node.inputs;
  view.begin_cycles = node.begin_cycles;
  view.end_cycles = node.end_cycles;
  return view;
}

/// Marks the nodes that the time goes to, as far as begin and end tell. From the node that ends last the way goes back:
/// a node that takes no longer than its latency sets the pace of all its time, and what lies before its beginning is
/// due to the nodes behind it that were done by then; another waits for its inputs, and sets the pace of what it needs
/// when they are done. Times below a hundredth of the whole are not worth telling.
void mark_pace(std::vector<NodeView>& nodes) {
  if (nodes.empty()) return;
  const auto sooner = [&](std::size_t a, std::size_t b) { return nodes[a].end_cycles < nodes[b].end_cycles; };
  std::size_t at = 0;
  for (std::size_t n = 1; n < nodes.size(); ++n) at = sooner(at, n) ? n : at;
  const double worth_telling = nodes[at].end_cycles / 100;
  while (!nodes[at].inputs.empty()) {
    NodeView& node = nodes[at];
    at = *std::ranges::max_element(node.inputs, sooner);
    constexpr double kCycle = 1;
    const bool unhindered = node.end_cycles - node.begin_cycles <= 1.02 * node.cost.latency_max_cycles + kCycle;
    const double from = unhindered ? node.begin_cycles : nodes[at].end_cycles;
    if (node.end_cycles - from > worth_telling) node.paces_from = from;
    while (unhindered && nodes[at].end_cycles > node.begin_cycles + kCycle && !nodes[at].inputs.empty()) {
      at = *std::ranges::max_element(nodes[at].inputs, sooner);
    }
  }
}

std::vector<std::size_t> slowest_of(const std::vector<NodeView>& nodes) {
  double most = 0;
  for (const NodeView& node : nodes) most = std::max(most, node.cost.latency_max_cycles);
  std::vector<std::size_t> slowest;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (most > 0 && nodes[n].cost.latency_max_cycles == most) slowest.push_back(n);
  }
  return slowest;
}

std::vector<ResourceView> resources_of(const PlanView& view) {
  const auto part = hls4ml::device_resources(view.plan->target.part);
  std::vector<ResourceView> resources;
  for (const Target resource : deploy::kResources) {
    ResourceView& shown = resources.emplace_back();
    shown.resource = resource;
    for (std::size_t g = 0; g < kGroups.size(); ++g) shown.of_group[g] = view.groups[g][resource];
    shown.total = view.plan->total[resource];
    if (part) shown.available = deploy::available(*part, resource);
    for (const FifoView& fifo : view.fifos) {
      if (fifo.least) shown.saved += fifo.cost[resource] - fifo.least->cost[resource];
    }
  }
  return resources;
}

/// In the order in which they are met.
std::vector<LawView> laws_of(const deploy::Design& design) {
  std::vector<LawView> laws;
  const auto take = [&](const std::string& what, const std::string& law) {
    if (law.empty()) return;
    const auto same = std::ranges::find(laws, law, &LawView::law);
    if (same == laws.end()) {
      laws.push_back({what, law});
    } else if ((", " + same->what + ", ").find(", " + what + ", ") == std::string::npos) {
      same->what += ", " + what;
    }
  };
  for (const deploy::DesignNode& node : design.nodes) take(std::string(to_string(node.kind)), node.law);
  for (const deploy::DesignFifo& fifo : design.fifos) take("FIFOs", fifo.law);
  take("glue", design.glue_law);
  return laws;
}

void view_design(PlanView& view, const deploy::Design& design) {
  for (const deploy::DesignNode& node : design.nodes) view.nodes.push_back(node_view(node, *view.plan));
  mark_pace(view.nodes);
  for (const deploy::DesignFifo& fifo : design.fifos) {
    view.fifos.push_back({design.nodes[fifo.from].name, design.nodes[fifo.to].name, fifo.channels, fifo.depth,
                          fifo.cost, fifo.least, fifo.support, fifo.law});
    add(view.groups[index_of(Group::Fifos)], fifo.cost);
  }
  view.glue = design.glue;
  view.groups[index_of(Group::Glue)] = design.glue;
  using deploy::Composition;
  for (const Composition composition : {Composition::Sum, Composition::Max, Composition::Chain}) {
    view.latencies.push_back({composition, composed_cycles(design, composition), composition == design.composition});
  }
  view.laws = laws_of(design);
}

std::string name_of(const deploy::Question& question) {
  switch (question.objective) {
    case deploy::Objective::Cost:
      break;
    case deploy::Objective::Latency:
      return "latency";
    case deploy::Objective::Share:
      return "largest share";
    case deploy::Objective::Interval:
      return "initiation interval";
  }
  return describe(question.weights);
}

}  // namespace

std::string_view to_string(Group group) {
  constexpr std::array<std::string_view, kGroups.size()> kNames{"layers", "other nodes", "FIFOs", "glue"};
  return kNames[index_of(group)];
}

std::string_view label_of(perf::Target target) {
  switch (target) {
    case Target::LatencyMin:
      return "least cycles";
    case Target::LatencyMax:
      return "cycles";
    case Target::Lut:
      return "LUT";
    case Target::Ff:
      return "FF";
    case Target::Dsp:
      return "DSP";
    case Target::Bram18k:
      break;
  }
  return "BRAM 18K";
}

std::optional<double> ResourceView::share() const {
  return available ? std::optional(total / *available) : std::nullopt;
}

bool is_weak(const std::optional<perf::Support>& support) {
  return support.value_or(perf::Support::Inside) != perf::Support::Inside;
}

std::string_view meaning_of(deploy::Composition composition) {
  switch (composition) {
    case deploy::Composition::Sum:
      return "one node after the other; never too small";
    case deploy::Composition::Max:
      return "the slowest node, as a synthesis report has it; too small where nodes wait for each other";
    case deploy::Composition::Chain:
      break;
  }
  return "nodes overlap as far as their elements allow";
}

std::string question_of(const deploy::Plan& plan) { return printable(describe(plan.question, plan.target.clock_mhz)); }

std::string target_of(const deploy::Plan& plan) {
  const deploy::BuildTarget& target = plan.target;
  return printable(fmt::format("{}, {} MHz, {}, {}, {}, {}", target.part, target.clock_mhz, to_string(target.backend),
                               to_string(target.io_type), target.strategy, target.precision));
}

std::string answer_of(const deploy::Plan& plan) {
  std::string text =
      fmt::format("{}{}: ", to_string(plan.status), plan.rank > 1 ? fmt::format(", no. {}", plan.rank) : "");
  if (!plan.objective) return text + printable(plan.message);
  const auto value = [&](double figure) {
    return describe_value(plan.question.objective, figure, plan.target.clock_mhz);
  };
  text += fmt::format("{} = {}", name_of(plan.question), value(*plan.objective));
  if (plan.bound) text += fmt::format(", and no choice within the limits is below {}", value(*plan.bound));
  if (gap(plan).value_or(0) > 0) text += fmt::format(" (gap {:.2g}%)", 100 * *gap(plan));
  const bool told = plan.status == mip::SolveStatus::Optimal && plan.question.objective == deploy::Objective::Cost;
  if (!told) text += fmt::format("; {}", printable(plan.message));
  return text;
}

PlanView view_of(const deploy::Plan& plan) {
  PlanView view;
  view.plan = &plan;
  view.answered = !plan.layers.empty();
  view.whole = plan.design.has_value();
  if (!view.answered) return view;
  if (view.whole) {
    view_design(view, *plan.design);
  } else {
    for (const deploy::LayerPlan& layer : plan.layers) view.nodes.push_back(layer_view(layer));
    view.latencies = {{deploy::Composition::Sum, plan.total.latency_max_cycles, true}};
  }
  for (const NodeView& node : view.nodes) {
    add(view.groups[index_of(node.layer != nullptr ? Group::Layers : Group::Nodes)], node.cost);
  }
  view.resources = resources_of(view);
  view.latency_cycles = latency_cycles(plan);
  view.interval_cycles = initiation_interval_cycles(plan);
  view.slowest = slowest_of(view.nodes);
  return view;
}

}  // namespace ntorc::emit
