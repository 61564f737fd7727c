#include "ntorc/deploy/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "deploy/answer.hpp"
#include "deploy/asker.hpp"
#include "deploy/candidates.hpp"
#include "deploy/composer.hpp"
#include "deploy/explain.hpp"
#include "deploy/frame.hpp"
#include "deploy/least_interval.hpp"
#include "deploy/prices.hpp"
#include "deploy/solver.hpp"
#include "deploy/whole_design.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/hls4ml/known_faults.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;

Aim aim_of(Objective objective) {
  switch (objective) {
    case Objective::Latency:
      return Aim::Latency;
    case Objective::Share:
      return Aim::Share;
    case Objective::Cost:
    case Objective::Interval:  // the cheapest of those that have it
      break;
  }
  return Aim::Cost;
}

/// The candidates of the best selections, and what was proven.
struct Answer {
  mip::SolveStatus status = mip::SolveStatus::Unknown;
  std::vector<std::vector<std::size_t>> best{};  ///< candidates of the sets; best first
  std::optional<double> bound{};
  std::string message{};
  std::optional<Proof> proof{};
};

/// One question on one table.
class Planner {
 public:
  Planner(const Priced& priced, const PlanOptions& options)
      : priced_(priced),
        table_(priced.table),
        options_(options),
        question_(options.question),
        part_(part_for(question_, options.target.part)),
        candidates_(candidates_of(priced, question_, part_)),
        limits_(limits_of(question_, part_)),
        composer_(priced, candidates_, question_),
        asker_(options.solve.time_limit, options.watch),
        // The analyzer does not follow the composer's constructor into its own file.
        solver_(candidates_, composer_, asker_) {}  // NOLINT(clang-analyzer-optin.cplusplus.UninitializedObject)

  Answer answer() {
    Answer answer = question_.objective == Objective::Interval ? least_interval() : least_sum();
    if (asker_.interrupted() && answer.message.find("interrupted") == std::string::npos) {
      answer.message = "interrupted; " + answer.message;
    }
    if (answer.status == mip::SolveStatus::Infeasible) {
      answer.message = explain_infeasible(priced_, candidates_, part_, options_);
    }
    return answer;
  }

  double objective_of(const std::vector<std::size_t>& chosen) const {
    return static_cast<double>(value_of(chosen)) / units_of_objective();
  }

  std::vector<LayerPlan> layers_of(const std::vector<std::size_t>& chosen) const {
    return deploy::layers_of(table_, candidates_, chosen);
  }

 private:
  /// In integers, of what the question minimises.
  std::int64_t value_of(const std::vector<std::size_t>& chosen) const {
    if (question_.objective == Objective::Interval) return interval_of(candidates_, chosen);
    if (question_.objective == Objective::Latency) return composer_.latency(chosen);
    if (question_.objective == Objective::Share) return largest_share(chosen);
    std::int64_t cost = 0;
    for (std::size_t g = 0; g < chosen.size(); ++g) cost += candidates_.sets[g].candidates[chosen[g]].cost;
    return cost;
  }

  std::int64_t largest_share(const std::vector<std::size_t>& chosen) const {
    Resources sums{};
    for (std::size_t g = 0; g < chosen.size(); ++g) {
      for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += candidates_.sets[g].candidates[chosen[g]].shares[r];
    }
    return std::ranges::max(sums);
  }

  double units_of_objective() const {
    return question_.objective == Objective::Interval ? kUnitsPerOne
                                                      : units_per_one(aim_of(question_.objective), question_.weights);
  }

  Solved solve(Aim aim, const IntegerLimits& limits, const mip::SolveOptions& options) const {
    const Objective shown = aim == Aim::Cost ? Objective::Cost : question_.objective;
    return solver_.solve(aim, limits, options, translation(shown, units_per_one(aim, question_.weights)));
  }

  Answer least_sum() {
    const Aim aim = aim_of(question_.objective);
    auto [program, ways, merged, solution] = solve(aim, limits_, options_.solve);
    Answer answer{solution.status, {}, {}, solution.message, {}};
    if (solution.bound) answer.bound = static_cast<double>(*solution.bound) / units_of_objective();
    if (!solution.choices.empty()) answer.best.push_back(program.candidates_of(solution.choices));
    for (const mip::Selection& other : solution.others) answer.best.push_back(program.candidates_of(other));
    if (aim != Aim::Cost && options_.solve.best == 1 && !answer.best.empty()) {
      IntegerLimits limits = limits_;
      (aim == Aim::Latency ? limits.latency : limits.share) = value_of(answer.best.front());
      take_cheapest(answer, limits);
      // The cheapest of those that are no worse may be better than the first, if that was not proven.
      if (value_of(answer.best.front()) == solution.bound) answer.status = mip::SolveStatus::Optimal;
    }
    if (solution.certificate) {
      mip::Names names = names_of(program, candidates_, table_, aim, limits_, ways);
      answer.proof = Proof{{std::move(program.problem), std::move(names)}, std::move(solution)};
    }
    return answer;
  }

  Answer least_interval() {
    const LeastInterval least = deploy::least_interval(solver_, limits_, options_.solve);
    Answer answer{least.status, {}, {}, {}, {}};
    if (least.chosen.empty()) {
      answer.message = "no choice was found in time";
      return answer;
    }
    const bool proven = least.status == mip::SolveStatus::Optimal;
    answer.message = proven ? "a shorter initiation interval is proven impossible"
                            : "a shorter initiation interval is not proven impossible";
    answer.bound = from_units(least.bound);
    answer.best.push_back(least.chosen);
    IntegerLimits limits = limits_;
    limits.interval = least.interval;
    take_cheapest(answer, limits);
    return answer;
  }

  /// Puts the cheapest selections within the limits in place of the one that was found, which keeps them.
  void take_cheapest(Answer& answer, const IntegerLimits& limits) {
    mip::SolveOptions options = options_.solve;
    options.certify = false;
    const auto [program, ways, merged, solution] = solve(Aim::Cost, limits, options);
    if (!solution.choices.empty()) {
      answer.best = {program.candidates_of(solution.choices)};
      for (const mip::Selection& other : solution.others) answer.best.push_back(program.candidates_of(other));
    }
    answer.message += solution.status == mip::SolveStatus::Optimal
                          ? "; of the plans that have it the cheapest, proven"
                          : fmt::format("; that no plan that has it is cheaper is not proven: {}", solution.message);
  }

  const Priced& priced_;
  const CostTable& table_;
  const PlanOptions& options_;
  const Question& question_;
  std::optional<hls4ml::DeviceResources> part_;
  Candidates candidates_;
  IntegerLimits limits_;
  Composer composer_;
  Asker asker_;
  Solver solver_;
};

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
    plan.warnings.push_back(fmt::format("part {}: not in ntorc's catalogue, so its share is not known{}",
                                        plan.target.part, hls4ml::did_you_mean(plan.target.part)));
    return;
  }
  for (const Target target : kResources) {
    const double count = available(*part, target);
    if (plan.total[target] <= count) continue;
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
  compare("backend", std::string(to_string(target_of(provenance).backend)),
          std::string(to_string(plan.target.backend)));
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
  if (provenance.tool.starts_with("Vitis")) target.backend = hls4ml::Backend::Vitis;
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

std::optional<perf::Interval> layers_interval(const Plan& plan) {
  return total_interval_of(plan.layers, nullptr, Composition::Sum);
}

std::optional<perf::Interval> total_interval(const Plan& plan) {
  return plan.design ? plan.design->total_interval : layers_interval(plan);
}

double latency_cycles(const Plan& plan) {
  const auto interval = plan.question.confidence ? total_interval(plan) : std::nullopt;
  return (interval ? interval->high : plan.total).latency_max_cycles;
}

double initiation_interval_cycles(const Plan& plan) {
  double slowest = 0;
  for (const LayerPlan& layer : plan.layers) {
    const CostRow& row = layer.chosen;
    slowest = std::max(slowest, (plan.question.confidence ? row.interval.value().high : row.cost).latency_max_cycles);
  }
  if (!plan.design) return slowest;
  for (const DesignNode& node : plan.design->nodes) {
    if (!node.layer) slowest = std::max(slowest, node.cost.latency_max_cycles);
  }
  return slowest;
}

double objective_of(const Plan& plan) {
  const Question& question = plan.question;
  if (question.objective == Objective::Latency) return latency_cycles(plan);
  if (question.objective == Objective::Interval) return initiation_interval_cycles(plan);
  const auto part = part_for(question, plan.target.part);
  double cost = 0;
  double largest = 0;
  for (const Target target : kResources) {
    const double share = part ? plan.total[target] / available(*part, target) : 0;
    largest = std::max(largest, share);
    cost += question.weights[target] * (question.weights.of == Measure::PartShare ? share : plan.total[target]);
  }
  return question.objective == Objective::Share ? largest : cost;
}

std::optional<double> gap(const Plan& plan) {
  if (!plan.objective || !plan.bound) return std::nullopt;
  return *plan.objective > *plan.bound ? (*plan.objective - *plan.bound) / *plan.objective : 0;
}

void PlanOptions::validate() const {
  target.validate();
  question.validate();
  limits.validate();
  solve.validate();
  if (solve.watch) throw InvalidArgument("solve.watch: expected none, as a plan may take several solves: use watch");
  if (solve.certify && question.objective == Objective::Interval) {
    throw InvalidArgument("certify: expected another objective than the interval, which takes a row of proofs");
  }
  part_for(question, target.part);
}

namespace {

/// @throws InvalidArgument
void check(const CostTable& table, const PlanOptions& options) {
  options.validate();
  if (table.empty()) throw InvalidArgument("cost table: expected at least one layer, got none");
  expect_intervals(table, options.question.confidence);
}

}  // namespace

Formulation formulate(const Priced& priced, const PlanOptions& options) {
  check(priced.table, options);
  const Question& question = options.question;
  if (question.objective == Objective::Interval) {
    throw InvalidArgument("formulate: expected another objective than the interval, which takes a row of programs");
  }
  const auto part = part_for(question, options.target.part);
  const Candidates candidates = candidates_of(priced, question, part);
  const IntegerLimits limits = limits_of(question, part);
  const Aim aim = aim_of(question.objective);
  const Composer composer(priced, candidates, question);
  Asker asker(options.solve.time_limit, options.watch);
  const Solver solver(candidates, composer, asker);
  mip::SolveOptions solve = options.solve;
  solve.backend = mip::Backend::Exact;
  solve.relative_gap = 0;
  solve.best = 1;
  solve.certify = false;
  const bool at_once = solver.solves_at_once(aim, limits);
  Solved solved =
      at_once ? solver.posed(aim, limits) : solver.solve(aim, limits, solve, translation(question.objective, 1));
  if (solved.merged) throw Error("formulate: the design has more ways for its data than a program can have limits");
  const mip::SolveStatus status = solved.solution.status;
  if (!at_once && status != mip::SolveStatus::Optimal && status != mip::SolveStatus::Infeasible) {
    throw Error(fmt::format("formulate: the ways that it needs were not found: {}", solved.solution.message));
  }
  mip::Names names = names_of(solved.program, candidates, priced.table, aim, limits, solved.ways);
  return {std::move(solved.program.problem), std::move(names)};
}

Plan plan(const Priced& priced, const std::string& source, const PlanOptions& options) {
  check(priced.table, options);
  Planner planner(priced, options);
  Answer answer = planner.answer();
  Plan plan;
  plan.cost_source = source;
  plan.target = options.target;
  plan.question = options.question;
  plan.question.composition = settled(options.question.composition, priced.frame);
  plan.status = answer.status;
  plan.message = std::move(answer.message);
  plan.bound = answer.bound;
  const auto take = [&](Plan& taker, const std::vector<std::size_t>& chosen) {
    const Composition composition = taker.question.composition;
    taker.objective = planner.objective_of(chosen);
    taker.layers = planner.layers_of(chosen);
    taker.total = total_of(taker.layers, priced.frame, composition);
    if (priced.frame != nullptr) {
      taker.design = design_of(taker.layers, *priced.frame, composition);
      if (options.fifo_depths && !find_least_fifos(*taker.design, *priced.frame)) {
        taker.warnings.emplace_back("FIFO depths: the design is too large to be simulated, so the least are not known");
      }
    }
    const bool told =
        std::ranges::any_of(taker.layers, [](const auto& layer) { return layer.chosen.interval.has_value(); });
    if (told) taker.interval_confidence = options.question.confidence.value_or(kDefaultConfidence);
    warn_of_part(taker);
  };
  const Plan empty = plan;
  for (std::size_t i = 1; i < answer.best.size(); ++i) {
    plan.others.push_back(empty);
    plan.others.back().rank = i + 1;
    take(plan.others.back(), answer.best[i]);
  }
  if (!answer.best.empty()) take(plan, answer.best.front());
  plan.proof = std::move(answer.proof);
  return plan;
}

Formulation formulate(const CostTable& table, const PlanOptions& options) { return formulate(Priced{table}, options); }

Formulation formulate(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options) {
  options.validate();
  const CostTable table = prices_for(network, model, options);
  const Frame frame = frame_of(network, table, options.target, year_of(model.provenance().tool));
  return formulate(Priced{table, &frame}, options);
}

Plan plan_costs(const CostTable& table, const std::string& source, const PlanOptions& options) {
  return plan(Priced{table}, source, options);
}

Plan plan_network(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options) {
  options.validate();
  const CostTable table = prices_for(network, model, options);
  const Frame frame = frame_of(network, table, options.target, year_of(model.provenance().tool));
  Plan plan = deploy::plan(Priced{table, &frame}, source_of(model), options);
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(network.source, ignored);
  const std::vector<std::string> faults = hls4ml::known_faults(network, options.target.io_type);
  const auto complete = [&](Plan& each) {
    each.network = network.name;
    each.warnings.insert(each.warnings.end(), faults.begin(), faults.end());
    if (is_file) each.keras_file = std::filesystem::absolute(network.source).lexically_normal().string();
    explain_support(each, model);
    warn_of_provenance(each, model.provenance());
  };
  complete(plan);
  std::ranges::for_each(plan.others, complete);
  return plan;
}

}  // namespace ntorc::deploy
