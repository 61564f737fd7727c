#include "ntorc/deploy/trace_front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "deploy/answer.hpp"
#include "deploy/asker.hpp"
#include "deploy/candidates.hpp"
#include "deploy/composer.hpp"
#include "deploy/frame.hpp"
#include "deploy/prices.hpp"
#include "deploy/solver.hpp"
#include "deploy/whole_design.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

/// No selection takes longer.
std::int64_t longest(const Candidates& candidates) {
  std::int64_t sum = 0;
  for (const LayerSet& set : candidates.sets) sum += std::ranges::max(set.candidates, {}, &Candidate::latency).latency;
  return sum;
}

/// A selection of the front, its latency, and what was proven.
struct Traced {
  std::vector<std::size_t> chosen;
  std::int64_t latency = 0;
  std::int64_t objective = 0;
  std::int64_t bound = 0;
};

struct TracedFront {
  std::vector<Traced> points;
  bool complete = false;
  bool finished = true;
};

TracedFront of_sums(const Solver& solver, IntegerLimits limits, const FrontOptions& options, const Translation& shown) {
  limits.latency = std::min(limits.latency.value_or(longest(solver.candidates())), longest(solver.candidates()));
  const Way sum = solver.composer().longest(solver.composer().fastest());
  const Program program = program_of(solver.candidates(), Aim::Cost, limits, {sum}, {});
  const mip::Front front = solver.asker().trace_front(program.problem, options.points, shown);
  TracedFront traced{{}, front.complete, front.finished};
  for (const mip::FrontPoint& point : front.points) {
    traced.points.push_back(
        {program.candidates_of(point.choices), point.amounts.front(), point.objective, point.bound});
  }
  return traced;
}

/// The front under a composition that is not a sum, a solve for each point.
class Tracer {
 public:
  Tracer(const Solver& solver, const IntegerLimits& limits, const Translation& shown)
      : solver_(solver), limits_(limits), shown_(shown) {}

  /// From the cheapest selection on, each the cheapest that is faster than the one before; nothing if they are too
  /// many.
  std::optional<TracedFront> whole() {
    constexpr std::size_t kLargestComplete = 1'000;
    TracedFront front;
    std::optional<std::int64_t> within = limits_.latency;
    while (const auto point = cheapest(within)) {
      if (front.points.size() == kLargestComplete) return std::nullopt;
      while (!front.points.empty() && front.points.back().objective >= point->objective) front.points.pop_back();
      front.points.push_back(*point);
      if (point->latency == 0) break;
      within = point->latency - 1;
    }
    std::ranges::reverse(front.points);
    front.finished = !stopped_;
    front.complete = front.finished;
    return front;
  }

  /// The cheapest for so many evenly spaced deadlines, from the least that can be kept to what the cheapest of all
  /// takes.
  TracedFront sampled(std::size_t points) {
    TracedFront front;
    stopped_ = false;
    const Solved fastest = solver_.solve(Aim::Latency, limits_, {}, shown_);
    const auto last = cheapest(limits_.latency);
    if (fastest.solution.choices.empty() || !last) return {{}, false, false};
    const std::int64_t low = *fastest.solution.objective;
    const double step = static_cast<double>(last->latency - low) / static_cast<double>(points - 1);
    for (std::size_t i = 0; i < points; ++i) {
      const bool at_end = i + 1 == points;
      const auto point = at_end ? last : cheapest(low + std::llround(static_cast<double>(i) * step));
      if (!point) continue;
      // A later deadline that saves nothing is no point of its own.
      if (!front.points.empty() && front.points.back().objective <= point->objective) continue;
      front.points.push_back(*point);
    }
    front.finished = !stopped_;
    return front;
  }

 private:
  std::optional<Traced> cheapest(std::optional<std::int64_t> latency) {
    IntegerLimits limits = limits_;
    limits.latency = latency;
    const Solved solved = solver_.solve(Aim::Cost, limits, {}, shown_);
    const mip::Solution& solution = solved.solution;
    if (solution.status != mip::SolveStatus::Optimal && solution.status != mip::SolveStatus::Infeasible) {
      stopped_ = true;
    }
    if (solution.choices.empty()) return std::nullopt;
    const auto chosen = solved.program.candidates_of(solution.choices);
    return Traced{chosen, solver_.composer().latency(chosen), *solution.objective, solution.bound.value_or(0)};
  }

  const Solver& solver_;
  IntegerLimits limits_;
  Translation shown_;
  bool stopped_ = false;  ///< a solve proved nothing
};

FrontPoint point_of(const Priced& priced, const Solver& solver, const Traced& traced, double units) {
  FrontPoint point;
  const auto layers = layers_of(priced.table, solver.candidates(), traced.chosen);
  for (const LayerPlan& layer : layers) point.reuse.push_back(layer.chosen.choice.reuse);
  point.total = total_of(layers, priced.frame, solver.composer().composition());
  point.latency_cycles = from_units(traced.latency);
  point.objective = static_cast<double>(traced.objective) / units;
  point.bound = static_cast<double>(traced.bound) / units;
  point.proven = traced.bound == traced.objective;
  return point;
}

}  // namespace

void FrontOptions::validate() const {
  plan.validate();
  if (plan.question.objective != Objective::Cost) {
    throw InvalidArgument(
        fmt::format("front: expected the objective cost, got {}", to_string(plan.question.objective)));
  }
  mip::FrontOptions front;
  front.points = points;
  front.validate();
}

Front trace_front(const Priced& priced, const std::string& source, const FrontOptions& options) {
  options.validate();
  if (priced.table.empty()) throw InvalidArgument("cost table: expected at least one layer, got none");
  const Question& question = options.plan.question;
  expect_intervals(priced.table, question.confidence);
  const auto part = part_for(question, options.plan.target.part);
  const Candidates candidates = candidates_of(priced, question, part);
  const IntegerLimits limits = limits_of(question, part);
  const double units = units_per_one(Aim::Cost, question.weights);
  const Translation shown = translation(Objective::Cost, units);
  const Composer composer(priced, candidates, question);
  Asker asker(options.plan.solve.time_limit, options.plan.watch);
  const Solver solver(candidates, composer, asker);
  std::optional<TracedFront> traced;
  if (composer.composition() == Composition::Sum) {
    traced = of_sums(solver, limits, options, shown);
  } else {
    Tracer tracer(solver, limits, shown);
    traced = tracer.whole();
    if (!traced) traced = tracer.sampled(options.points);
  }

  Front front;
  front.cost_source = source;
  front.target = options.plan.target;
  front.composition = composer.composition();
  front.complete = traced->complete;
  front.finished = traced->finished;
  for (const LayerCosts& layer : priced.table) front.layers.push_back(layer.layer);
  for (const Traced& point : traced->points) front.points.push_back(point_of(priced, solver, point, units));
  return front;
}

Front trace_front(const CostTable& table, const std::string& source, const FrontOptions& options) {
  return trace_front(Priced{table}, source, options);
}

Front trace_front(const model::Network& network, const perf::PerformanceModel& model, const FrontOptions& options) {
  options.validate();
  const CostTable table = prices_for(network, model, options.plan);
  const Frame frame = frame_of(network, table, options.plan.target, year_of(model.provenance().tool));
  Front front = trace_front(Priced{table, &frame}, source_of(model), options);
  front.network = network.name;
  return front;
}

}  // namespace ntorc::deploy
