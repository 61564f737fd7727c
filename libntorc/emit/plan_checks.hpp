// emit/plan_checks.hpp - whether a plan that was read agrees with itself and with its question.
#pragma once

#include "ntorc/deploy/plan.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {

/// @param reader  of the plan's object, for the places of complaints.
/// @param plan    read from it; the parts are sound by themselves.
/// @throws ParseError  naming what contradicts the rest: sums, objective, bound and gap, confidence, limits, rules.
void expect_consistent(const support::JsonReader& reader, const deploy::Plan& plan);

}  // namespace ntorc::emit
