#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/model_set.hpp"
#include "ntorc/search/study.hpp"

namespace ntorc::search {
namespace {

perf::PerformanceModel model_of(const CostConfig& cost) {
  if (cost.perf.empty()) return perf::PerformanceModel::default_model();
  perf::ContextFilter asked;
  const perf::ModelSet models = perf::ModelSet::load(cost.perf);
  if (models.models().size() > 1) {
    if (!cost.part.empty()) asked.part = cost.part;
    asked.clock_mhz = cost.clock_mhz;
  }
  return models.select(asked);
}

std::optional<deploy::PlanOptions> plan_of(const CostConfig& cost, const perf::PerformanceModel& model) {
  if (cost.latency.empty()) return std::nullopt;
  deploy::PlanOptions plan;
  plan.target = deploy::target_of(model.provenance());
  if (!cost.part.empty()) plan.target.part = cost.part;
  if (cost.clock_mhz) plan.target.clock_mhz = *cost.clock_mhz;
  plan.limits.io_type = plan.target.io_type;
  plan.question.latency_limit_cycles = deploy::latency_cycles(cost.latency, plan.target.clock_mhz);
  plan.question = question_of(is_deployed(cost.kind) ? cost.kind : CostKind::Resources, plan.question);
  plan.validate();
  return plan;
}

}  // namespace

struct Candidates::Known {
  std::mutex mutex;
  std::map<Point, std::optional<double>> costs;
};

Candidates::Candidates(const Config& config, std::int64_t channels, const Head& head)
    : config_(config),
      channels_(channels),
      head_(head),
      model_(model_of(config.cost)),
      plan_(plan_of(config.cost, model_)),
      known_(std::make_shared<Known>()) {}

model::Network Candidates::network(const Point& point) const {
  return make_network(config_.space, point, channels_, head_);
}

std::optional<double> Candidates::cost_of_kind(const model::Network& network, CostKind kind) const {
  return cost_of(network, kind, model_, plan_.value_or(deploy::PlanOptions{}));
}

std::optional<double> Candidates::reckoned_cost(const Point& point) const {
  try {
    const model::Network made = network(point);
    // Limits that need no plan first: a plan of a huge network takes longer than all else here.
    for (const bool deployed : {false, true}) {
      for (const Limit& limit : config_.cost.limits) {
        if (is_deployed(limit.of) != deployed) continue;
        const std::optional<double> amount = cost_of_kind(made, limit.of);
        if (!amount || *amount > limit.most) return std::nullopt;
      }
    }
    return cost_of_kind(made, config_.cost.kind);
  } catch (const InvalidArgument&) {
    return std::nullopt;  // more pooling than steps are left
  }
}

std::optional<double> Candidates::cost(const Point& point) const {
  {
    const std::lock_guard lock(known_->mutex);
    const auto found = known_->costs.find(point);
    if (found != known_->costs.end()) return found->second;
  }
  constexpr std::size_t kMostKnown = 100'000;
  const std::optional<double> cost = reckoned_cost(point);
  const std::lock_guard lock(known_->mutex);
  if (known_->costs.size() >= kMostKnown) known_->costs.clear();
  known_->costs.emplace(point, cost);
  return cost;
}

Problem Candidates::problem() const {
  Problem problem;
  problem.space = to_space(config_.space);
  const bool may_be_zero = config_.cost.kind == CostKind::Dsp || config_.cost.kind == CostKind::Bram18k;
  problem.objectives = {
      {"error", ObjectiveKind::Noisy, Transform::Log, {}},
      {std::string(to_string(config_.cost.kind)), ObjectiveKind::Exact, may_be_zero ? Transform::None : Transform::Log,
       [this](const Point& point) { return cost(point).value_or(std::numeric_limits<double>::max()); }}};
  problem.status = [this](const Point& point) { return cost(point) ? PointStatus::Allowed : PointStatus::Forbidden; };
  return problem;
}

}  // namespace ntorc::search
