// emit/timeline_svg.hpp - when each node of a design works.
#pragma once

#include <string>

#include "emit/plan_view.hpp"

namespace ntorc::emit {

/// A row for each node of a design, from its beginning to its end; as wide as the place it is put in. Nodes that set
/// the pace stand out, those that wait for others are pale, a line shows where all that comes before is done. For a
/// page that has the style of the report.
std::string timeline_svg(const PlanView& view);

}  // namespace ntorc::emit
