// emit/report_tables.hpp - the tables of a report's page.
#pragma once

#include <string>

#include "emit/plan_view.hpp"

namespace ntorc::emit {

std::string resources_table(const PlanView& view);  ///< with a bar for each
std::string latencies_table(const PlanView& view);
std::string layers_table(const PlanView& view);
std::string nodes_table(const PlanView& view);  ///< those without a reuse factor
std::string fifos_table(const PlanView& view);

}  // namespace ntorc::emit
