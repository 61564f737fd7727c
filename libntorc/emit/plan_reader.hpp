// emit/plan_reader.hpp - one plan of a plan file.
#pragma once

#include <string_view>

#include "ntorc/deploy/plan.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {

inline constexpr std::string_view kPlanFormat = "ntorc-plan";
inline constexpr int kPlanVersion = 4;

/// @throws ParseError  as parse_plan.
deploy::Plan plan_of(const support::JsonReader& reader);

deploy::BuildTarget read_target(const support::JsonReader& reader);  ///< @throws ParseError

}  // namespace ntorc::emit
