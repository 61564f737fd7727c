// ntorc/emit/tables.hpp - what a person reads on a terminal.
#pragma once

#include <string>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::emit {

/// Every layer with kind, shapes, matrices n_in x n_out, multiplications and parameters, and their sums.
std::string network_table(const model::Network& network);

/// Every choice of every layer with its price.
std::string cost_table(const deploy::CostTable& table);

/// The plan: a line a layer, the sums, the share of the part, what was proven, what to beware of.
std::string plan_table(const deploy::Plan& plan);

}  // namespace ntorc::emit
