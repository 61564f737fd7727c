// deploy/whole_design.hpp - a frame with its layers chosen: totals, and the design for a plan.
#pragma once

#include <optional>
#include <vector>

#include "deploy/candidates.hpp"
#include "deploy/frame.hpp"
#include "ntorc/deploy/plan.hpp"

namespace ntorc::deploy {

/// Of chosen candidates, one for each set: a layer for each of the table.
std::vector<LayerPlan> layers_of(const CostTable& table, const Candidates& candidates,
                                 const std::vector<std::size_t>& chosen);

/// Resources summed over layers and the rest of the design, latencies composed. Each figure is rounded to 1e-6 first.
/// @param layers  one for each of the table
perf::LayerCost total_of(const std::vector<LayerPlan>& layers, const Frame* frame, Composition composition);

/// The same of the low and of the high ends of the layers' intervals; nothing if a layer has none.
std::optional<perf::Interval> total_interval_of(const std::vector<LayerPlan>& layers, const Frame* frame,
                                                Composition composition);

/// Simulates the design of the frame, with its layers as they were chosen, for DesignFifo::least.
/// @return  false if it has more than kMostSimulated iterations, which would take many seconds
bool find_least_fifos(Design& design, const Frame& frame);

inline constexpr std::int64_t kMostSimulated = 100'000;

Design design_of(const std::vector<LayerPlan>& layers, const Frame& frame, Composition composition);

}  // namespace ntorc::deploy
