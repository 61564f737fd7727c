// ntorc/deploy/simulate.hpp - a stream design, element by element: a check of Chain, and depths for its FIFOs.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ntorc/deploy/process.hpp"

namespace ntorc::deploy {

/// A stream of a design.
struct Edge {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t input = 0;  ///< of `to`: which of its inputs

  friend bool operator==(const Edge&, const Edge&) = default;
};

/// By their readers, then by input.
std::vector<Edge> edges(const std::vector<Process>& processes);

struct Simulation {
  std::int64_t latency = 0;            ///< when the last element of all is given, in the unit of the latencies
  std::vector<std::int64_t> begins{};  ///< one for each process: its first iteration
  std::vector<std::int64_t> ends{};
  std::vector<std::int64_t> most_held{};  ///< one for each edge: the most elements that it held
  bool deadlock = false;                  ///< nothing could go on: the depths are too small. The rest is then void
};

/// One inference. @param latencies  as Chain::latency
/// @param depths  one for each edge, >= 1: an element is given only when there is room. Empty: room for all.
Simulation simulate(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies,
                    const std::vector<std::int64_t>& depths = {});

/// The least depths of FIFOs, one for each edge, that leave latency and the ends of all processes as they are with room
/// for all: none of them can be made smaller alone.
std::vector<std::int64_t> least_depths(const std::vector<Process>& processes,
                                       const std::vector<std::int64_t>& latencies);

}  // namespace ntorc::deploy
