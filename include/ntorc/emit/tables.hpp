// ntorc/emit/tables.hpp - networks, costs and plans as text for people.
#pragma once

#include <string>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::emit {

/// A row for each layer: name, kind, shapes, n_in and n_out of its weight matrices, multiplications of one inference,
/// parameters.
/// @throws InvalidArgument  if a count does not fit 64 bits.
std::string network_table(const model::Network& network);

/// A row for each node that hls4ml makes of the network: name, kind, what it reads, the grid of its input (rows x
/// columns), the stream that it gives (elements x channels).
/// @throws InvalidArgument  as hls4ml::nodes().
std::string node_table(const model::Network& network, hls4ml::IoType io_type);

/// A row for each layer and choice: reuse, what hls4ml makes of it, block factor, the six figures.
std::string cost_table(const deploy::CostTable& table);

/// The question, a row for each layer with the choice made, totals and their share of the part, the initiation
/// interval, the proof, the warnings; then the same of its others.
std::string plan_table(const deploy::Plan& plan);

}  // namespace ntorc::emit
