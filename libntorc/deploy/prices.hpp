// deploy/prices.hpp - the prices that a question needs.
#pragma once

#include <optional>
#include <string>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::deploy {

/// Of every legal choice, with intervals of the question's confidence.
/// @throws InvalidArgument  as `price`, or if a layer has no interval where a confidence is asked for.
CostTable prices_for(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options);

/// @throws InvalidArgument  naming a layer of which no choice has an interval, if there is a confidence.
void expect_intervals(const CostTable& table, const std::optional<double>& confidence);

/// The model, for a plan.
std::string source_of(const perf::PerformanceModel& model);

}  // namespace ntorc::deploy
