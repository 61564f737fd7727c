// emit/design_json.hpp - the design of a plan in JSON. docs/formats/plan.md
#pragma once

#include <nlohmann/json.hpp>

#include "ntorc/deploy/plan.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {

nlohmann::ordered_json design_json(const deploy::Design& design);

/// @param layers  of the plan, that the nodes speak of
/// @throws ParseError  for what is no design, or contradicts itself or the layers.
deploy::Design read_design(const support::JsonReader& reader, const std::vector<deploy::LayerPlan>& layers);

deploy::Composition read_composition(const support::JsonReader& reader);  ///< @throws ParseError

}  // namespace ntorc::emit
