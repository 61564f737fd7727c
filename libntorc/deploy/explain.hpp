// deploy/explain.hpp - why no choice of reuse factors keeps the limits of a question, and what would help.
#pragma once

#include <string>

#include "deploy/candidates.hpp"
#include "deploy/frame.hpp"
#include "ntorc/deploy/plan.hpp"

namespace ntorc::deploy {

/// One line. Each limit and each rule is left out in turn: what can then be reached is said where it is proven.
/// @param options  whose question is proven to have no answer
std::string explain_infeasible(const Priced& priced, const Candidates& candidates,
                               const std::optional<hls4ml::DeviceResources>& part, const PlanOptions& options);

}  // namespace ntorc::deploy
