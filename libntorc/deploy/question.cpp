#include "ntorc/deploy/question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/perf/performance_model.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;

void expect_positive(std::string_view what, const std::optional<double>& cycles) {
  if (!cycles || (*cycles > 0 && std::isfinite(*cycles))) return;
  throw InvalidArgument(fmt::format("{}: expected a positive number of cycles, got {}", what, *cycles));
}

}  // namespace

std::string_view to_string(Objective objective) {
  switch (objective) {
    case Objective::Cost:
      return "cost";
    case Objective::Latency:
      return "latency";
    case Objective::Share:
      return "share";
    case Objective::Interval:
      break;
  }
  return "interval";
}

std::string_view to_string(Measure measure) { return measure == Measure::Count ? "count" : "part"; }

double available(const hls4ml::DeviceResources& part, Target resource) {
  switch (resource) {
    case Target::Lut:
      return static_cast<double>(part.lut);
    case Target::Ff:
      return static_cast<double>(part.ff);
    case Target::Dsp:
      return static_cast<double>(part.dsp);
    case Target::Bram18k:
      return static_cast<double>(part.bram_18k);
    case Target::LatencyMin:
    case Target::LatencyMax:
      break;
  }
  throw InvalidArgument(fmt::format("expected a resource, got {}", to_string(resource)));
}

double Weights::operator[](Target resource) const { return perf::LayerCost{0, 0, lut, ff, dsp, bram_18k}[resource]; }

bool Question::needs_part() const {
  return objective == Objective::Share || weights.of == Measure::PartShare ||
         std::ranges::any_of(budgets, [](const Budget& budget) { return budget.of == Measure::PartShare; });
}

bool Question::constrains() const {
  return latency_limit_cycles || interval_limit_cycles || !budgets.empty() || !reuse.empty() || !equal_reuse.empty();
}

void Question::validate() const {
  expect_positive("latency limit", latency_limit_cycles);
  expect_positive("interval limit", interval_limit_cycles);
  if (confidence && std::ranges::find(perf::kConfidences, *confidence) == perf::kConfidences.end()) {
    throw InvalidArgument(
        fmt::format("confidence: expected one of {}, got {}", fmt::join(perf::kConfidences, ", "), *confidence));
  }
  double heaviest = 0;
  for (const Target resource : kResources) {
    const double weight = weights[resource];
    if (!(weight >= 0 && weight <= kMaxWeight)) {
      throw InvalidArgument(
          fmt::format("weights: {}: expected a number in 0..{:g}, got {}", to_string(resource), kMaxWeight, weight));
    }
    heaviest = std::max(heaviest, weight);
  }
  if (heaviest == 0) throw InvalidArgument("weights: expected one above 0, got none");
  for (std::size_t b = 0; b < budgets.size(); ++b) {
    const Budget& budget = budgets[b];
    if (std::ranges::find(kResources, budget.resource) == kResources.end()) {
      throw InvalidArgument(fmt::format("budget: expected a resource, got {}", to_string(budget.resource)));
    }
    if (!(budget.amount >= 0 && std::isfinite(budget.amount))) {
      throw InvalidArgument(
          fmt::format("budget: {}: expected a number >= 0, got {}", to_string(budget.resource), budget.amount));
    }
    for (std::size_t other = 0; other < b; ++other) {
      if (budgets[other].resource != budget.resource) continue;
      throw InvalidArgument(fmt::format("budget: {}: expected one, got two", to_string(budget.resource)));
    }
  }
  for (const ReuseRule& rule : reuse) {
    if (rule.layers.empty()) throw InvalidArgument("reuse rule: expected a layer, got none");
    if (rule.least >= 1 && rule.least <= rule.most) continue;
    throw InvalidArgument(fmt::format("reuse rule: expected reuse factors from 1 up, the lesser first, got {}..{}",
                                      rule.least, rule.most));
  }
  for (const auto& set : equal_reuse) {
    if (set.empty() || std::ranges::any_of(set, &std::string::empty)) {
      throw InvalidArgument("equal reuse: expected layers, got none");
    }
  }
}

bool matches(std::string_view pattern, std::string_view name) {
  // Where the last * began, and how much of the name it has taken since.
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  std::size_t p = 0;
  for (std::size_t n = 0; n < name.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

double count_of(const Budget& budget, const std::optional<hls4ml::DeviceResources>& part) {
  return budget.of == Measure::Count ? budget.amount : budget.amount * available(part.value(), budget.resource);
}

}  // namespace ntorc::deploy
