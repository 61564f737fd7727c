#include "ntorc/deploy/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;

constexpr double kUnitsPerOne = 1e6;  ///< the solver counts in millionths

std::int64_t units(double figure, const std::string& layer, Target target) {
  if (!(figure >= 0 && figure <= kMaxFigure)) {
    throw InvalidArgument(
        fmt::format("layer {}: {}: expected a number in 0..1e9, got {}", layer, to_string(target), figure));
  }
  return std::llround(figure * kUnitsPerOne);
}

double from_units(std::int64_t amount) { return static_cast<double>(amount) / kUnitsPerOne; }

void expect_enclosed(const CostRow& row, const std::string& layer) {
  if (!row.interval) return;
  for (const Target target : perf::kTargets) {
    for (const perf::LayerCost* end : {&row.interval->low, &row.interval->high}) units((*end)[target], layer, target);
    if (encloses(*row.interval, row.cost, target)) continue;
    throw InvalidArgument(fmt::format("layer {}: {}: expected {} within its interval, got {} to {}", layer,
                                      to_string(target), row.cost[target], row.interval->low[target],
                                      row.interval->high[target]));
  }
}

/// What the solver is asked, and which row of the table each of its choices is.
struct Question {
  mip::Problem problem;
  std::vector<std::vector<std::size_t>> rows;  ///< rows[l][k]: of choice k for layer l
};

Question question_of(const CostTable& table, const PlanOptions& options) {
  Question question;
  // No sum of figures comes near 2^62 units, so a longer deadline means the same. A deadline written with six decimals
  // lies up to a few parts in 2^52 beside itself in binary; that must not cost it a millionth.
  const double limit = options.latency_limit_cycles * kUnitsPerOne;
  const double forgiven = std::max(1e-3, std::ldexp(limit, -51));
  question.problem.limits = {static_cast<std::int64_t>(std::floor(std::min(limit + forgiven, std::ldexp(1.0, 62))))};
  for (const LayerCosts& layer : table) {
    auto& group = question.problem.groups.emplace_back();
    auto& rows = question.rows.emplace_back();
    for (std::size_t r = 0; r < layer.rows.size(); ++r) {
      const CostRow& row = layer.rows[r];
      expect_enclosed(row, layer.layer);
      if (options.confidence && !row.interval) continue;
      const perf::LayerCost& timed = options.confidence ? row.interval->high : row.cost;
      mip::Choice choice{0, {units(timed.latency_max_cycles, layer.layer, Target::LatencyMax)}};
      for (const Target target : {Target::Lut, Target::Ff, Target::Bram18k, Target::Dsp}) {
        choice.cost += units(row.cost[target], layer.layer, target);
      }
      group.push_back(std::move(choice));
      rows.push_back(r);
    }
  }
  return question;
}

/// @param why  tells it of a layer without any.
void expect_intervals(const CostTable& table, double confidence,
                      const std::function<std::string(const LayerCosts&)>& why) {
  for (const LayerCosts& layer : table) {
    if (std::ranges::any_of(layer.rows, [](const CostRow& row) { return row.interval.has_value(); })) continue;
    throw InvalidArgument(fmt::format("layer {}: none of its choices has an interval for confidence {}: {}",
                                      layer.layer, confidence, why(layer)));
  }
}

std::string why_no_interval(const LayerCosts& layer, const perf::PerformanceModel& model) {
  if (model.method() == perf::Method::Forest) {
    return fmt::format("the performance model \"{}\" is a forest, which tells none", model.provenance().name);
  }
  const auto reasons = model.support_reasons(*layer.shape, layer.rows.front().choice.reuse);
  return fmt::format(
      "the performance model \"{}\" was not tried on enough layers like it, or the upper ends are above {:g}{}{}{}",
      model.provenance().name, kMaxFigure, reasons.empty() ? "" : " (", fmt::join(reasons, "; "),
      reasons.empty() ? "" : ")");
}

perf::LayerCost total_of(const std::vector<LayerPlan>& layers) {
  perf::LayerCost total;
  for (const Target target : perf::kTargets) {
    std::int64_t sum = 0;
    for (const LayerPlan& layer : layers) sum += units(layer.chosen.cost[target], layer.layer, target);
    total[target] = from_units(sum);
  }
  return total;
}

/// Least latency that any selection has.
double lowest_latency(const mip::Problem& problem) {
  std::int64_t lowest = 0;
  for (const auto& group : problem.groups) {
    lowest +=
        std::ranges::min(group, {}, [](const mip::Choice& choice) { return choice.amounts.front(); }).amounts.front();
  }
  return from_units(lowest);
}

/// Rounded up to what is printed, so that it can be asked for.
double reachable_us(double cycles, double clock_mhz) { return std::ceil(latency_us(cycles, clock_mhz) * 1e3) / 1e3; }

std::string explain_infeasible(const mip::Problem& problem, const PlanOptions& options) {
  const double clock_mhz = options.target.clock_mhz;
  const double lowest = lowest_latency(problem);
  const std::string ends =
      options.confidence ? fmt::format(" by the upper ends of confidence {}", *options.confidence) : std::string();
  return fmt::format(
      "no choice of reuse factors takes at most {} cycles ({:.3f} us){}: the lowest reachable{} is {} cycles ({:.3f} "
      "us)",
      options.latency_limit_cycles, latency_us(options.latency_limit_cycles, clock_mhz), ends,
      options.confidence ? " upper end" : "", lowest, reachable_us(lowest, clock_mhz));
}

void explain_support(Plan& plan, const perf::PerformanceModel& model) {
  for (LayerPlan& layer : plan.layers) {
    if (!layer.shape || layer.chosen.support == perf::Support::Inside) continue;
    layer.support_reasons = model.support_reasons(*layer.shape, layer.chosen.choice.reuse);
    if (layer.chosen.support != perf::Support::Extrapolated) continue;
    plan.warnings.push_back(fmt::format("layer {}: its price is an extrapolation: {}", layer.layer,
                                        fmt::join(layer.support_reasons, "; ")));
  }
}

void warn_of_part(Plan& plan) {
  const auto part = hls4ml::device_resources(plan.target.part);
  if (!part) {
    plan.warnings.push_back(
        fmt::format("part {}: not in ntorc's catalogue, so its share is not known", plan.target.part));
    return;
  }
  const std::array<std::pair<Target, std::int64_t>, 4> available{
      {{Target::Lut, part->lut}, {Target::Ff, part->ff}, {Target::Dsp, part->dsp}, {Target::Bram18k, part->bram_18k}}};
  for (const auto& [target, count] : available) {
    if (plan.total[target] <= static_cast<double>(count)) continue;
    plan.warnings.push_back(fmt::format("part {}: the plan needs {:.0f} {}, the part has {}", plan.target.part,
                                        std::ceil(plan.total[target]), to_string(target), count));
  }
}

/// Where the plan asks for another design than the model was trained on.
void warn_of_provenance(Plan& plan, const perf::Provenance& provenance) {
  const auto compare = [&](std::string_view what, const std::string& trained, const std::string& asked) {
    if (trained == asked) return;
    plan.warnings.push_back(
        fmt::format("{}: the performance model is for {}, the plan asks for {}", what, trained, asked));
  };
  compare("part", provenance.part, plan.target.part);
  compare("clock", fmt::format("{} MHz", provenance.clock_mhz), fmt::format("{} MHz", plan.target.clock_mhz));
  compare("io type", provenance.io_type, std::string(to_string(plan.target.io_type)));
  compare("strategy", provenance.strategy, plan.target.strategy);
  compare("precision", provenance.precision, plan.target.precision);
}

}  // namespace

void BuildTarget::validate() const {
  if (part.empty()) throw InvalidArgument("part: expected a name, got none");
  if (!(clock_mhz > 0 && std::isfinite(clock_mhz))) {
    throw InvalidArgument(fmt::format("clock: expected a positive number of MHz, got {}", clock_mhz));
  }
  if (strategy != kResource) {
    throw InvalidArgument(
        fmt::format("strategy: expected {}, the only one whose designs a reuse factor shapes as planned, got {}",
                    kResource, strategy));
  }
}

BuildTarget target_of(const perf::Provenance& provenance) {
  BuildTarget target;
  target.part = provenance.part;
  target.clock_mhz = provenance.clock_mhz;
  target.io_type = hls4ml::io_type(provenance.io_type);
  target.strategy = provenance.strategy;
  target.precision = provenance.precision;
  target.validate();
  return target;
}

bool encloses(const perf::Interval& interval, const perf::LayerCost& cost, Target target) {
  const double open = 1e-6 + std::ldexp(cost[target], -48);
  return interval.low[target] <= cost[target] + open && cost[target] <= interval.high[target] + open;
}

std::optional<perf::Interval> total_interval(const Plan& plan) {
  perf::Interval total;
  for (const LayerPlan& layer : plan.layers) {
    if (!layer.chosen.interval) return std::nullopt;
    for (const Target target : perf::kTargets) {
      total.low[target] += layer.chosen.interval->low[target];
      total.high[target] += layer.chosen.interval->high[target];
    }
  }
  if (plan.layers.empty()) return std::nullopt;
  return total;
}

void PlanOptions::validate() const {
  target.validate();
  if (!(latency_limit_cycles > 0 && std::isfinite(latency_limit_cycles))) {
    throw InvalidArgument(
        fmt::format("latency limit: expected a positive number of cycles, got {}", latency_limit_cycles));
  }
  if (confidence && std::ranges::find(perf::kConfidences, *confidence) == perf::kConfidences.end()) {
    throw InvalidArgument(
        fmt::format("confidence: expected one of {}, got {}", fmt::join(perf::kConfidences, ", "), *confidence));
  }
  limits.validate();
  solve.validate();
}

Plan plan_costs(const CostTable& table, const std::string& source, const PlanOptions& options) {
  options.validate();
  if (table.empty()) throw InvalidArgument("cost table: expected at least one layer, got none");
  if (options.confidence) {
    expect_intervals(table, *options.confidence, [](const LayerCosts&) { return "its costs came without"; });
  }

  const auto [problem, rows] = question_of(table, options);
  const mip::Solution solution = mip::solve(problem, options.solve);
  Plan plan;
  plan.cost_source = source;
  plan.target = options.target;
  plan.latency_limit_cycles = options.latency_limit_cycles;
  plan.confidence = options.confidence;
  plan.status = solution.status;
  plan.message = solution.message;
  if (solution.bound) plan.bound = from_units(*solution.bound);
  if (solution.status == mip::SolveStatus::Infeasible) plan.message = explain_infeasible(problem, options);
  if (!solution.objective) return plan;
  plan.objective = from_units(*solution.objective);
  for (std::size_t l = 0; l < table.size(); ++l) {
    const CostRow& chosen = table[l].rows[rows[l][solution.choices[l]]];
    plan.layers.push_back({table[l].layer, table[l].shape, chosen, {}});
    if (chosen.interval) plan.interval_confidence = options.confidence.value_or(kDefaultConfidence);
  }
  plan.total = total_of(plan.layers);
  warn_of_part(plan);
  return plan;
}

Plan plan_network(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options) {
  options.validate();
  const CostTable table = price(network, model, options.limits, options.confidence.value_or(kDefaultConfidence));
  if (options.confidence) {
    expect_intervals(table, *options.confidence,
                     [&](const LayerCosts& layer) { return why_no_interval(layer, model); });
  }
  const std::string source = fmt::format("{}, {}", model.provenance().name, to_string(model.method()));
  Plan plan = plan_costs(table, source, options);
  plan.network = network.name;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(network.source, ignored))
    plan.keras_file = std::filesystem::absolute(network.source).lexically_normal().string();
  explain_support(plan, model);
  warn_of_provenance(plan, model.provenance());
  return plan;
}

}  // namespace ntorc::deploy
