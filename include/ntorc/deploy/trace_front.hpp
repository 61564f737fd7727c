// ntorc/deploy/trace_front.hpp - every trade between latency and cost, found.
#pragma once

#include <string>

#include "ntorc/deploy/front.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/mip/front.hpp"

namespace ntorc::deploy {

struct FrontOptions {
  /// Its question is for the least cost; a latency limit ends the front. Its solve has a use only for the time limit.
  PlanOptions plan{};
  std::size_t points = mip::FrontOptions{}.points;  ///< of the front, if it is not traced whole; >= 2

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// The plans that no other beats in both latency and cost, among those that keep the question's limits; of a sum
/// without limits but that on latency the whole front, if it has at most mip::FrontOptions::largest_complete points; of
/// the other compositions always the whole, if it has at most 1,000. No points:
/// nothing keeps the limits, and plan_costs says why, or the time was too short.
/// @throws InvalidArgument  as plan_costs, or if the question is for another objective.
Front trace_front(const CostTable& table, const std::string& source, const FrontOptions& options);
Front trace_front(const model::Network& network, const perf::PerformanceModel& model, const FrontOptions& options);

}  // namespace ntorc::deploy
