// ntorc/deploy/simulate.hpp - a stream design, element by element: a check of Chain, and depths for its FIFOs.
// docs/algorithms/composition.md
#pragma once

#include <cstddef>
#include <cstdint>
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

/// Times are from the beginning of the inference, in millionths of a cycle.
struct Simulation {
  std::int64_t latency = 0;               ///< the last of `ends`
  std::vector<std::int64_t> begins{};     ///< one for each process: of its first iteration
  std::vector<std::int64_t> ends{};       ///< its last iteration is over and its last element given
  std::vector<std::int64_t> most_held{};  ///< one for each edge: the most elements that it held, >= 1
  bool deadlock = false;                  ///< nothing could go on: the depths are too small. The rest is then void
};

/// One inference. An element that is given at the time when the one before it is taken does not meet it.
/// @param latencies  as Chain::latency
/// @param depths  one for each edge, >= 1: an element is given only when there is room. Empty: room for all.
/// @throws InvalidArgument  as `validate` and `validate_latencies`, or if the number of depths is another or one is
/// < 1.
Simulation simulate(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies,
                    const std::vector<std::int64_t>& depths = {});

/// Depths of FIFOs, one for each edge, that leave latency and the ends of all processes as they are with room for all;
/// with any one of them smaller, and the others as they are, this is no longer so. They are made smaller in the order
/// of `edges`: another order may give others, some larger and some smaller.
/// @throws InvalidArgument  as `simulate`.
std::vector<std::int64_t> least_depths(const std::vector<Process>& processes,
                                       const std::vector<std::int64_t>& latencies);

}  // namespace ntorc::deploy
