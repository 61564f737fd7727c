#include "ntorc/deploy/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

mip::Problem problem_of(const CostTable& table, double latency_limit_cycles) {
  mip::Problem problem;
  // No sum of figures comes near 2^62 units, so a longer deadline means the same. A deadline written with six decimals
  // lies up to a few parts in 2^52 beside itself in binary; that must not cost it a millionth.
  const double limit = latency_limit_cycles * kUnitsPerOne;
  const double forgiven = std::max(1e-3, std::ldexp(limit, -51));
  problem.limits = {static_cast<std::int64_t>(std::floor(std::min(limit + forgiven, std::ldexp(1.0, 62))))};
  for (const LayerCosts& layer : table) {
    auto& group = problem.groups.emplace_back();
    for (const CostRow& row : layer.rows) {
      mip::Choice choice{0, {units(row.cost.latency_max_cycles, layer.layer, Target::LatencyMax)}};
      for (const Target target : {Target::Lut, Target::Ff, Target::Bram18k, Target::Dsp}) {
        choice.cost += units(row.cost[target], layer.layer, target);
      }
      group.push_back(std::move(choice));
    }
  }
  return problem;
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

Plan plan_costs(const CostTable& table, const std::string& source, const PlanOptions& options) {
  options.target.validate();
  if (!(options.latency_limit_cycles > 0 && std::isfinite(options.latency_limit_cycles))) {
    throw InvalidArgument(
        fmt::format("latency limit: expected a positive number of cycles, got {}", options.latency_limit_cycles));
  }
  if (table.empty()) throw InvalidArgument("cost table: expected at least one layer, got none");

  const mip::Problem problem = problem_of(table, options.latency_limit_cycles);
  const mip::Solution solution = mip::solve(problem, options.solve);
  Plan plan;
  plan.cost_source = source;
  plan.target = options.target;
  plan.latency_limit_cycles = options.latency_limit_cycles;
  plan.status = solution.status;
  plan.message = solution.message;
  if (solution.bound) plan.bound = from_units(*solution.bound);
  if (solution.status == mip::SolveStatus::Infeasible) {
    const double lowest = lowest_latency(problem);
    plan.message = fmt::format(
        "no choice of reuse factors takes at most {} cycles ({:.3f} us): the lowest reachable is {} cycles ({:.3f} us)",
        options.latency_limit_cycles, latency_us(options.latency_limit_cycles, options.target.clock_mhz), lowest,
        reachable_us(lowest, options.target.clock_mhz));
  }
  if (!solution.objective) return plan;
  plan.objective = from_units(*solution.objective);
  for (std::size_t i = 0; i < table.size(); ++i) {
    plan.layers.push_back({table[i].layer, table[i].shape, table[i].rows[solution.choices[i]], {}});
  }
  plan.total = total_of(plan.layers);
  warn_of_part(plan);
  return plan;
}

Plan plan_network(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options) {
  const std::string source = fmt::format("{}, {}", model.provenance().name, to_string(model.method()));
  Plan plan = plan_costs(price(network, model, options.limits), source, options);
  plan.network = network.name;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(network.source, ignored))
    plan.keras_file = std::filesystem::absolute(network.source).lexically_normal().string();
  explain_support(plan, model);
  warn_of_provenance(plan, model.provenance());
  return plan;
}

}  // namespace ntorc::deploy
