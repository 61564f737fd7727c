#include "ntorc/emit/check_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/perf/contexts.hpp"

namespace ntorc::emit {
namespace {

using perf::Record;
using perf::Role;
using perf::Stage;
using perf::Target;

constexpr std::array kSummed{Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k};

/// What a context does not say is not held against it.
void compare_context(const deploy::BuildTarget& target, const perf::Context& context, std::vector<std::string>& out) {
  const auto differs = [&](std::string_view what, const std::string& planned, const std::string& built) {
    out.push_back(fmt::format("{}: planned for {}, built for {}", what, planned, built));
  };
  const perf::ContextFilter part{.part = target.part};
  if (!context.part.empty() && !part.passes(context)) differs("part", target.part, context.part);
  const perf::ContextFilter clock{.clock_mhz = target.clock_mhz};
  if (context.clock_mhz > 0 && !clock.passes(context))
    differs("clock", fmt::format("{:.6g} MHz", target.clock_mhz), fmt::format("{:.6g} MHz", context.clock_mhz));
  const bool vitis = target.backend == hls4ml::Backend::Vitis;
  if (!context.tool.empty() && context.tool.starts_with("Vitis") != vitis)
    differs("tool", std::string(to_string(target.backend)), context.tool);
  if (!context.io_type.empty() && context.io_type != to_string(target.io_type))
    differs("io type", std::string(to_string(target.io_type)), context.io_type);
  if (!context.precision.empty() && context.precision != target.precision)
    differs("precision", target.precision, context.precision);
  if (!context.strategy.empty() && context.strategy != target.strategy)
    differs("strategy", target.strategy, context.strategy);
}

std::string reuse_text(const std::vector<std::int64_t>& reuse) { return fmt::format("{}", fmt::join(reuse, " and ")); }

LayerCheck layer_of(const deploy::LayerPlan& planned, const Record& built) {
  LayerCheck check{.layer = planned.layer,
                   .planned_reuse = planned.chosen.choice.effective,
                   .built_reuse = built.reuse,
                   .support = planned.chosen.support.value_or(perf::Support::Inside)};
  if (check.planned_reuse.empty()) {  // costs from a file: what hls4ml makes of it
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(built.shape.value()))
      check.planned_reuse.push_back(hls4ml::snapped_reuse_factor(matrix, planned.chosen.choice.reuse));
  }
  for (std::size_t t = 0; t < perf::kTargets.size(); ++t) {
    const Target target = perf::kTargets[t];
    FigureCheck& figure = check.figures[t];
    figure.predicted = planned.chosen.cost[target];
    figure.reported = built[target];
    if (!planned.chosen.interval) continue;
    figure.low = planned.chosen.interval->low[target];
    figure.high = planned.chosen.interval->high[target];
  }
  return check;
}

/// Layers by name, and what stands on one side alone.
void compare_layers(const deploy::Plan& plan, const std::vector<Record>& records, PlanCheck& check) {
  std::map<std::string_view, const Record*> built;
  for (const Record& record : records) {
    if (record.stage != Stage::Hls || record.role != Role::Layer) continue;
    if (!built.emplace(record.name, &record).second)
      check.warnings.push_back(fmt::format("layer {}: two rows in the project, the first is compared", record.name));
  }
  for (const deploy::LayerPlan& planned : plan.layers) {
    const auto found = built.find(planned.layer);
    if (found == built.end()) {
      check.not_built.push_back(planned.layer);
      continue;
    }
    const Record& record = *found->second;
    check.layers.push_back(layer_of(planned, record));
    const LayerCheck& layer = check.layers.back();
    if (planned.shape && record.shape && *planned.shape != *record.shape)
      check.warnings.push_back(fmt::format("layer {}: of another shape in the project", planned.layer));
    if (layer.planned_reuse != layer.built_reuse) {
      check.warnings.push_back(fmt::format("layer {}: planned with reuse {}, built with {}", planned.layer,
                                           reuse_text(layer.planned_reuse), reuse_text(layer.built_reuse)));
    }
    const perf::Context& of = record.context;
    if (of.precision != check.context.precision || of.strategy != check.context.strategy) {
      perf::Context own;
      own.precision = of.precision;
      own.strategy = of.strategy;
      std::vector<std::string> differences;
      compare_context(plan.target, own, differences);
      for (const std::string& one : differences)
        check.warnings.push_back(fmt::format("layer {}: {}", planned.layer, one));
    }
    built.erase(found);
  }
  for (const auto& [name, record] : built) check.not_planned.emplace_back(name);
}

void count_inside(PlanCheck& check) {
  for (const LayerCheck& layer : check.layers) {
    for (std::size_t t = 0; t < perf::kTargets.size(); ++t) {
      const auto inside = layer.figures[t].inside();
      if (!inside) continue;
      for (InsideShare* const share : {&check.shares[t], &check.share}) {
        ++share->judged;
        share->inside += *inside ? 1 : 0;
      }
    }
  }
}

/// Sums of a figure over the rows that say it; nothing if none does.
std::optional<double> sum_of(const std::vector<Record>& records, Target target,
                             const std::function<bool(const Record&)>& counts) {
  std::optional<double> sum;
  for (const Record& record : records) {
    if (record.stage == Stage::Hls && counts(record) && record[target]) sum = sum.value_or(0) + *record[target];
  }
  return sum;
}

void compare_sums(const deploy::Plan& plan, const std::vector<Record>& records, PlanCheck& check) {
  struct Part {
    std::string_view name;
    Role role;
    std::function<double(Target)> planned;
  };
  std::vector<Part> parts;
  if (plan.design) {
    const deploy::Design& design = *plan.design;
    parts.push_back({"nodes without weights", Role::Node, [&](Target target) {
                       double sum = 0;
                       for (const deploy::DesignNode& node : design.nodes) sum += node.layer ? 0 : node.cost[target];
                       return sum;
                     }});
    parts.push_back({"FIFOs", Role::Fifo, [&](Target target) {
                       double sum = 0;
                       for (const deploy::DesignFifo& fifo : design.fifos) sum += fifo.cost[target];
                       return sum;
                     }});
    parts.push_back({"glue", Role::Glue, [&](Target target) { return design.glue[target]; }});
  }
  parts.push_back({"design", Role::Design, [&](Target target) { return plan.total[target]; }});
  for (const Part& part : parts) {
    for (const Target target : kSummed) {
      FigureCheck figure;
      figure.predicted = part.planned(target);
      figure.reported = sum_of(records, target, [&](const Record& record) { return record.role == part.role; });
      if (!figure.reported) continue;
      if (*figure.predicted == 0 && *figure.reported == 0) continue;
      check.parts.push_back({std::string(part.name), std::string(to_string(target)), figure});
    }
  }
}

/// The cycles that the tool reports beside those of each composition; the interval.
void compare_cycles(const deploy::Plan& plan, const std::vector<Record>& records, PlanCheck& check) {
  const auto whole = [&](Stage stage) {
    const auto found = std::ranges::find_if(
        records, [&](const Record& record) { return record.stage == stage && record.role == Role::Design; });
    return found == records.end() ? nullptr : &*found;
  };
  const auto add = [&](std::string part, double predicted, const std::optional<double>& reported) {
    if (reported) check.parts.push_back({std::move(part), "cycles", {predicted, {}, {}, reported}});
  };
  for (const auto& [stage, by] : {std::pair(Stage::Hls, "C synthesis"), std::pair(Stage::Cosim, "co-simulation")}) {
    const Record* const design = whole(stage);
    if (design == nullptr) continue;
    const auto& reported = (*design)[Target::LatencyMax];
    if (!plan.design) {
      add(fmt::format("latency by {}, as planned", by), plan.total.latency_max_cycles, reported);
      continue;
    }
    for (const deploy::Composition composition :
         {deploy::Composition::Chain, deploy::Composition::Max, deploy::Composition::Sum}) {
      const bool planned = composition == plan.design->composition;
      add(fmt::format("latency by {}, {}{}", by, to_string(composition), planned ? " (as planned)" : ""),
          deploy::composed_cycles(*plan.design, composition), reported);
    }
    add(fmt::format("interval by {}", by), plan.design->interval_cycles, design->interval_cycles);
  }
}

}  // namespace

std::optional<double> FigureCheck::error_percent() const {
  if (!predicted || !reported || *reported == 0) return std::nullopt;
  return 100 * (*predicted - *reported) / *reported;
}

std::optional<bool> FigureCheck::inside() const {
  if (!low || !high || !reported) return std::nullopt;
  constexpr double kRounding = 1e-9;
  return *reported >= *low * (1 - kRounding) && *reported <= *high * (1 + kRounding);
}

PlanCheck check_plan(const deploy::Plan& plan, const perf::Context& context, const std::vector<Record>& records) {
  if (plan.layers.empty()) throw InvalidArgument("plan: expected one with layers, got one without a solution");
  PlanCheck check;
  check.network = plan.network;
  check.context = context;
  check.confidence = plan.interval_confidence;
  compare_context(plan.target, context, check.warnings);
  compare_layers(plan, records, check);
  if (!check.layers.empty()) {
    compare_sums(plan, records, check);
    compare_cycles(plan, records, check);
  }
  count_inside(check);
  if (check.layers.empty()) {
    throw InvalidArgument(fmt::format(
        "nothing to compare: the plan has the layers {}, the project {}", fmt::join(check.not_built, ", "),
        check.not_planned.empty() ? "none that is known" : fmt::format("{}", fmt::join(check.not_planned, ", "))));
  }
  return check;
}

}  // namespace ntorc::emit
