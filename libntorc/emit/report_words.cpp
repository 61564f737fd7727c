#include "emit/report_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/deploy/latency.hpp"

namespace ntorc::emit {
namespace {

std::string sentence_of_deadline(const PlanView& view, double limit) {
  const double clock = view.plan->target.clock_mhz;
  const double margin = limit - view.latency_cycles;
  return fmt::format("deadline {}: {} ({}) to spare", time_of(limit, clock), time_of(margin, clock),
                     percent(margin / limit));
}

KeyFigure latency_figure(const PlanView& view) {
  const deploy::Question& question = view.plan->question;
  const double clock = view.plan->target.clock_mhz;
  KeyFigure figure{
      "Latency", time_of(view.latency_cycles, clock), {fmt::format("{} cycles", grouped(view.latency_cycles))}};
  for (const LatencyView& latency : view.latencies) {
    if (latency.planned) figure.notes.front() += fmt::format(", {}", to_string(latency.composition));
  }
  if (question.confidence) figure.notes.push_back(fmt::format("upper ends, confidence {}", *question.confidence));
  figure.notes.push_back(question.latency_limit_cycles ? sentence_of_deadline(view, *question.latency_limit_cycles)
                                                       : "no deadline asked for");
  return figure;
}

KeyFigure interval_figure(const PlanView& view) {
  const double clock = view.plan->target.clock_mhz;
  KeyFigure figure{"Initiation interval",
                   time_of(view.interval_cycles, clock),
                   {fmt::format("{} cycles", grouped(view.interval_cycles))}};
  if (!view.slowest.empty()) {
    figure.notes.push_back(fmt::format("slowest: {}", view.nodes[view.slowest.front()].name));
    if (view.slowest.size() > 1) figure.notes.back() += fmt::format(" and {} more", view.slowest.size() - 1);
  }
  if (view.interval_cycles > 0) {
    figure.notes.push_back(
        fmt::format("{} inferences a second", grouped(std::floor(1e6 * clock / view.interval_cycles))));
  }
  return figure;
}

KeyFigure proof_figure(const PlanView& view) {
  const deploy::Plan& plan = *view.plan;
  const bool cost = plan.question.objective == deploy::Objective::Cost;
  const bool counts = cost && plan.question.weights.of == deploy::Measure::Count;
  KeyFigure figure{fmt::format("Least {}", to_string(plan.question.objective)),
                   counts ? grouped(*plan.objective)
                          : describe_value(plan.question.objective, *plan.objective, plan.target.clock_mhz),
                   {}};
  if (cost) figure.notes.push_back(describe(plan.question.weights));
  const double open = gap(plan).value_or(0);
  if (plan.status == mip::SolveStatus::Optimal && plan.rank == 1) {
    figure.notes.emplace_back("optimal: proven that no choice is below");
  } else if (plan.rank > 1) {
    figure.notes.push_back(fmt::format("no. {} of the best plans", plan.rank));
  } else {
    figure.notes.push_back(plan.bound
                               ? fmt::format("{}: at most {} above the least", to_string(plan.status), percent(open))
                               : fmt::format("{}: nothing is proven", to_string(plan.status)));
  }
  return figure;
}

KeyFigure resource_figure(const PlanView& view) {
  const auto scarcest = std::ranges::max_element(
      view.resources, {}, [](const ResourceView& resource) { return resource.share().value_or(0); });
  if (!scarcest->available) return {"Scarcest resource", "not known", {"the part is not in ntorc's catalogue"}};
  return {"Scarcest resource",
          fmt::format("{} {}", label_of(scarcest->resource), percent(*scarcest->share())),
          {fmt::format("{} of {}", grouped(scarcest->total), grouped(*scarcest->available)),
           *scarcest->share() > 1 ? "more than the part has" : "of the part"}};
}

std::string meaning_of_interval(const deploy::Plan& plan) {
  return fmt::format(
      "Ranges below a figure are intervals of the performance model: of new layers {:.0f}% lie within, each figure for "
      "itself.",
      100 * *plan.interval_confidence);
}

}  // namespace

std::string each_matrix(const std::vector<std::int64_t>& numbers, std::string_view plus) {
  return numbers.empty() ? "\u2013" : fmt::format("{}", fmt::join(numbers, plus));
}

std::string whole(double figure) { return fmt::format("{:.0f}", figure); }

std::string range_of(const perf::Interval& interval, perf::Target target) {
  constexpr double kRounding = 1e-9;
  const std::string low = grouped(std::floor(interval.low[target] + kRounding));
  const std::string high = grouped(std::ceil(interval.high[target] - kRounding));
  return low == high ? "" : fmt::format("{}\u2013{}", low, high);
}

std::string time_of(double cycles, double clock_mhz) {
  const double us = deploy::latency_us(cycles, clock_mhz);
  if (std::abs(us) >= 10'000) return fmt::format("{:.4g} ms", us / 1000);
  return std::abs(us) >= 1000 ? fmt::format("{:.0f} \u00B5s", us) : fmt::format("{:.4g} \u00B5s", us);
}

std::vector<KeyFigure> key_figures(const PlanView& view) {
  if (!view.answered) return {};
  return {latency_figure(view), interval_figure(view), proof_figure(view), resource_figure(view)};
}

std::string savings_of(const PlanView& view) {
  std::string saved;
  for (const ResourceView& resource : view.resources) {
    if (std::nearbyint(resource.saved) == 0) continue;
    saved += fmt::format("{}{:.0f} {}", saved.empty() ? "" : ", ", resource.saved, label_of(resource.resource));
  }
  return saved;
}

std::vector<std::string> assumptions_of(const PlanView& view) {
  const deploy::Plan& plan = *view.plan;
  std::vector<std::string> words{fmt::format("Costs of layers come from: {}.", plan.cost_source)};
  if (!view.answered) return words;
  words.emplace_back(
      "All figures are those that an HLS synthesis report would estimate. They are not what the chip holds after logic "
      "synthesis, which most often is less.");
  if (view.whole) {
    const deploy::Composition composition = plan.design->composition;
    words.push_back(fmt::format("The latency is composed as \"{}\": {}. No co-simulation was run.",
                                to_string(composition), meaning_of(composition)));
    if (!view.fifos.empty()) {
      words.emplace_back(
          "FIFOs count with the depths that hls4ml gives them, at which no node waits for a full one. The least depths "
          "follow from a model of when each node takes and gives its elements: confirm them by co-simulation.");
    }
  } else {
    words.emplace_back(
        "The plan names layers alone: what lies between them (FIFOs, activations, pooling) and on top of them is not "
        "counted, and the latency is the sum over layers.");
  }
  if (plan.interval_confidence) words.push_back(meaning_of_interval(plan));
  words.push_back(fmt::format("The solver: {}.", plan.message));
  return words;
}

std::vector<std::string> weaknesses_of(const PlanView& view) {
  std::vector<std::string> words;
  const auto take = [&](const std::string& name, const std::optional<perf::Support>& support, const std::string& why) {
    const auto tells = [&](const std::string& warning) {
      return warning.find(name) != std::string::npos && warning.find(why) != std::string::npos;
    };
    if (!is_weak(support) || (!why.empty() && std::ranges::any_of(view.plan->warnings, tells))) return;
    words.push_back(fmt::format("{}: {}{}{}", name, to_string(*support), why.empty() ? "" : ": ", why));
  };
  for (const NodeView& node : view.nodes) take(node.name, node.support, node.basis);
  for (const FifoView& fifo : view.fifos) {
    take(fmt::format("FIFOs {} \u2192 {}", fifo.from, fifo.to), fifo.support, fifo.basis);
  }
  return words;
}

}  // namespace ntorc::emit
