#include "emit/plan_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "emit/figures_json.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::emit {
namespace {

using support::JsonReader;

bool is_latency(perf::Target target) {
  return target == perf::Target::LatencyMin || target == perf::Target::LatencyMax;
}

/// Sums may differ by what figures with six decimals leave open.
void expect_sum(const JsonReader& reader, double sum, std::size_t count) {
  const double open = 1e-6 * static_cast<double>(count + 1) + std::ldexp(sum, -48);
  if (std::abs(reader.number() - sum) > open) reader.fail(fmt::format("the sum, {}", sum));
}

/// Over the layers or, if there is one, over the design.
void expect_sums(const JsonReader& reader, const deploy::Plan& plan) {
  for (const perf::Target target : perf::kTargets) {
    double sum = 0;
    std::size_t count = plan.layers.size();
    if (plan.design) {
      if (is_latency(target)) continue;
      for (const deploy::DesignNode& node : plan.design->nodes) sum += node.cost[target];
      for (const deploy::DesignFifo& fifo : plan.design->fifos) sum += fifo.cost[target];
      sum += plan.design->glue[target];
      count = plan.design->nodes.size() + plan.design->fifos.size() + 1;
    } else {
      for (const deploy::LayerPlan& layer : plan.layers) sum += layer.chosen.cost[target];
    }
    expect_sum(reader.at("total").at(to_string(target)), sum, count);
  }
}

/// The design is composed as the question says, as far as there are streams, and so is the latency of the plan.
void expect_composition(const JsonReader& reader, const deploy::Plan& plan) {
  if (!plan.design) return;
  const deploy::Design& design = *plan.design;
  const bool streams = plan.target.io_type == hls4ml::IoType::Stream;
  const deploy::Composition expected = streams ? plan.question.composition : deploy::Composition::Sum;
  if (design.composition != expected) {
    reader.at("design")
        .at("composition")
        .fail(
            fmt::format("{}, {}", to_string(expected), streams ? "as the question has it" : "as there are no streams"));
  }
  if (!streams && !design.fifos.empty()) reader.at("design").at("fifos").fail_with("expected none with io_parallel");
  const double cycles = composed_cycles(design, design.composition);
  const JsonReader shown = reader.at("total").at("latency_max_cycles");
  if (std::abs(shown.number() - cycles) > 1e-6 * static_cast<double>(design.nodes.size() + 1)) {
    shown.fail(fmt::format("that of the design, {}", cycles));
  }
  if (design.total_interval) {
    expect_around(reader.at("design").at("total_interval"), *design.total_interval, plan.total);
  }
}

/// What rounding each layer's figure may put a sum beside itself.
double open_of(const deploy::Plan& plan, double sum, double unit) {
  const std::size_t rest = plan.design ? plan.design->nodes.size() + plan.design->fifos.size() : 0;
  return 4 * unit * static_cast<double>(plan.layers.size() + rest + 1) + std::ldexp(sum, -48);
}

/// What follows from objective and bound.
void expect_gap(const JsonReader& reader, const deploy::Plan& plan) {
  const auto expected = gap(plan);
  const auto found = amount_if_any(reader, "gap");
  if (expected.has_value() != found.has_value() || std::abs(expected.value_or(0) - found.value_or(0)) > 1e-9) {
    reader.at("gap").fail(expected ? fmt::format("{}, by objective and bound", *expected)
                                   : "null without both of them");
  }
}

void expect_objective(const JsonReader& reader, const deploy::Plan& plan) {
  const deploy::Question& question = plan.question;
  const double expected = objective_of(plan);
  const bool of_part =
      question.objective == deploy::Objective::Share ||
      (question.objective == deploy::Objective::Cost && question.weights.of == deploy::Measure::PartShare);
  double unit = 1e-6;
  if (of_part) {  // the total is rounded to 1e-6 of a count
    unit = 1e-12;
    const auto part = hls4ml::device_resources(plan.target.part).value();
    for (const perf::Target resource : deploy::kResources) {
      unit += question.weights[resource] * 1e-6 / deploy::available(part, resource);
    }
  } else if (question.objective == deploy::Objective::Cost) {
    for (const perf::Target resource : deploy::kResources) unit = std::max(unit, question.weights[resource] * 1e-6);
  }
  if (std::abs(plan.objective.value() - expected) > open_of(plan, expected, unit)) {
    reader.at("objective").fail(fmt::format("the sum, {}", expected));
  }
  if (!plan.bound) return;
  if (*plan.bound > *plan.objective) reader.at("bound").fail(fmt::format("at most the objective, {}", *plan.objective));
  if (plan.rank == 1 && plan.status == mip::SolveStatus::Optimal && *plan.bound != *plan.objective) {
    reader.at("bound").fail(fmt::format("the objective, {}, as it is optimal", *plan.objective));
  }
}

/// The limits on what the layers cost, as predicted; those with a confidence stand below.
void expect_within(const JsonReader& reader, const deploy::Plan& plan) {
  const deploy::Question& question = plan.question;
  const JsonReader total = reader.at("total");
  if (!question.confidence && question.latency_limit_cycles &&
      plan.total.latency_max_cycles > *question.latency_limit_cycles + 1e-6) {
    total.at("latency_max_cycles").fail(fmt::format("at most {}", *question.latency_limit_cycles));
  }
  for (const deploy::Budget& budget : question.budgets) {
    const double limit = count_of(budget, hls4ml::device_resources(plan.target.part));
    if (plan.total[budget.resource] > limit + 1e-6 + std::ldexp(limit, -48)) {
      total.at(to_string(budget.resource)).fail(fmt::format("at most {}", limit));
    }
  }
  const double interval = initiation_interval_cycles(plan);
  const JsonReader shown = reader.at("initiation_interval_cycles");
  if (std::abs(shown.number() - interval) > 1e-6) shown.fail(fmt::format("that of the slowest node, {}", interval));
  if (question.interval_limit_cycles && interval > *question.interval_limit_cycles + 1e-6) {
    shown.fail(fmt::format("at most {}", *question.interval_limit_cycles));
  }
}

void expect_rules(const JsonReader& reader, const deploy::Plan& plan) {
  const std::vector<JsonReader> layers = reader.at("layers").items();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (const deploy::ReuseRule& rule : plan.question.reuse) {
      const std::int64_t reuse = plan.layers[l].chosen.choice.reuse;
      if (!deploy::matches(rule.layers, plan.layers[l].layer) || (reuse >= rule.least && reuse <= rule.most)) continue;
      layers[l].at("reuse").fail(fmt::format("{}..{}", rule.least, rule.most));
    }
  }
  for (const auto& set : plan.question.equal_reuse) {
    std::optional<std::int64_t> shared;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const auto matches = [&](const std::string& pattern) { return deploy::matches(pattern, plan.layers[l].layer); };
      if (std::ranges::none_of(set, matches)) continue;
      const std::int64_t reuse = plan.layers[l].chosen.choice.reuse;
      if (reuse != shared.value_or(reuse)) {
        layers[l].at("reuse").fail(
            fmt::format("{}, as the layers before in equal reuse {}", *shared, fmt::join(set, ",")));
      }
      shared = reuse;
    }
  }
}

/// A confidence is that of the intervals, of which every layer then has one, and their upper ends keep the deadline.
void expect_confidence(const JsonReader& reader, const deploy::Plan& plan) {
  const auto told = [](const deploy::LayerPlan& layer) { return layer.chosen.interval.has_value(); };
  const JsonReader shown = reader.at("interval_confidence");
  if (plan.interval_confidence.has_value() != std::ranges::any_of(plan.layers, told)) {
    shown.fail(plan.interval_confidence ? "null, as no layer has an interval" : "the confidence of the intervals");
  }
  if (plan.design && plan.design->total_interval.has_value() != layers_interval(plan).has_value()) {
    reader.at("design")
        .at("total_interval")
        .fail_with(plan.design->total_interval ? "expected null, as a layer has no interval"
                                               : "expected the total of the layers' intervals, found null");
  }
  const auto confidence = plan.question.confidence;
  if (!confidence || plan.layers.empty()) return;
  const std::vector<JsonReader> layers = reader.at("layers").items();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (!told(plan.layers[l])) layers[l].at("interval").fail("an interval, as the question has a confidence");
  }
  if (plan.interval_confidence != confidence) shown.fail(fmt::format("the confidence {}", *confidence));
  if (!plan.question.latency_limit_cycles) return;
  const double cycles = latency_cycles(plan);
  const double open = 1e-6 * static_cast<double>(plan.layers.size() + 1) + std::ldexp(cycles, -48);
  const double limit = *plan.question.latency_limit_cycles;
  if (cycles > limit + open) {
    reader.at("layers").fail_with(
        fmt::format("expected upper ends of at most {} cycles in all, got {}", limit, cycles));
  }
}

}  // namespace

void expect_consistent(const JsonReader& reader, const deploy::Plan& plan) {
  const bool answered = plan.status == mip::SolveStatus::Optimal || plan.status == mip::SolveStatus::Feasible;
  if (answered == plan.layers.empty()) {
    reader.at("layers").fail_with(answered ? "expected the layers of the answer, found none"
                                           : "expected none without an answer");
  }
  if (answered != plan.objective.has_value()) {
    reader.at("answer").fail_with(answered ? "expected an objective, found none"
                                           : "expected no objective without an answer");
  }
  if (!answered && plan.design) reader.at("design").fail("null without an answer");
  expect_gap(reader.at("answer"), plan);
  expect_confidence(reader, plan);
  if (!answered) return;
  expect_composition(reader, plan);
  expect_sums(reader, plan);
  expect_objective(reader.at("answer"), plan);
  expect_within(reader, plan);
  expect_rules(reader, plan);
}

}  // namespace ntorc::emit
