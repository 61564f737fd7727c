#include "ntorc/deploy/trace_front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "deploy/asker.hpp"
#include "deploy/candidates.hpp"
#include "deploy/prices.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

/// No selection takes longer.
std::int64_t longest(const Candidates& candidates) {
  std::int64_t sum = 0;
  for (const LayerSet& set : candidates.sets) sum += std::ranges::max(set.candidates, {}, &Candidate::latency).latency;
  return sum;
}

FrontPoint point_of(const CostTable& table, const Candidates& candidates, const std::vector<std::size_t>& chosen) {
  FrontPoint point;
  point.reuse.resize(table.size());
  perf::LayerCost units;  // whole numbers below 2^53, or as near as doubles come
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    const LayerSet& set = candidates.sets[g];
    for (std::size_t i = 0; i < set.layers.size(); ++i) {
      const CostRow& row = table[set.layers[i]].rows[candidates.rows[set.candidates[chosen[g]].rows + i]];
      point.reuse[set.layers[i]] = row.choice.reuse;
      for (const perf::Target target : perf::kTargets) units[target] += std::round(row.cost[target] * kUnitsPerOne);
    }
  }
  for (const perf::Target target : perf::kTargets) point.total[target] = units[target] / kUnitsPerOne;
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

Front trace_front(const CostTable& table, const std::string& source, const FrontOptions& options) {
  options.validate();
  if (table.empty()) throw InvalidArgument("cost table: expected at least one layer, got none");
  const Question& question = options.plan.question;
  expect_intervals(table, question.confidence);
  const auto part = part_for(question, options.plan.target.part);
  const Candidates candidates = candidates_of(table, question, part);
  IntegerLimits limits = limits_of(question, part);
  limits.latency = std::min(limits.latency.value_or(longest(candidates)), longest(candidates));
  const Program program = program_of(candidates, Aim::Cost, limits);
  const double units = units_per_one(Aim::Cost, question.weights);
  Asker asker(options.plan.solve.time_limit, options.plan.watch);
  const mip::Front traced = asker.trace_front(program.problem, options.points, translation(Objective::Cost, units));

  Front front;
  front.cost_source = source;
  front.target = options.plan.target;
  front.complete = traced.complete;
  front.finished = traced.finished;
  for (const LayerCosts& layer : table) front.layers.push_back(layer.layer);
  for (const mip::FrontPoint& point : traced.points) {
    FrontPoint& taken = front.points.emplace_back(point_of(table, candidates, program.candidates_of(point.choices)));
    taken.latency_cycles = from_units(point.amounts.front());
    taken.objective = static_cast<double>(point.objective) / units;
    taken.bound = static_cast<double>(point.bound) / units;
    taken.proven = point.bound == point.objective;
  }
  return front;
}

Front trace_front(const model::Network& network, const perf::PerformanceModel& model, const FrontOptions& options) {
  options.validate();
  Front front = trace_front(prices_for(network, model, options.plan), source_of(model), options);
  front.network = network.name;
  return front;
}

}  // namespace ntorc::deploy
