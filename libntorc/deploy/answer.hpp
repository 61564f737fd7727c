// deploy/answer.hpp - questions answered on priced layers and the frame around them.
#pragma once

#include <string>

#include "deploy/frame.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/deploy/trace_front.hpp"

namespace ntorc::deploy {

// @throws  as plan_costs, formulate and trace_front, which these are for both a table alone and a network.

Plan plan(const Priced& priced, const std::string& source, const PlanOptions& options);
Formulation formulate(const Priced& priced, const PlanOptions& options);
Front trace_front(const Priced& priced, const std::string& source, const FrontOptions& options);

}  // namespace ntorc::deploy
