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

/// Times are from the beginning of the first inference, in millionths of a cycle. An end is when the last iteration is
/// over and the last element given.
struct Simulation {
  std::int64_t latency = 0;               ///< the last of `ends`
  std::vector<std::int64_t> begins{};     ///< one for each process: of its first iteration
  std::vector<std::int64_t> ends{};       ///< one for each process, of the first inference
  std::int64_t last_end = 0;              ///< of all inferences
  std::vector<std::int64_t> most_held{};  ///< one for each edge: the most elements that it held, >= 1
  bool deadlock = false;                  ///< nothing could go on: the depths are too small. The rest is then void
};

/// Inferences one right behind the other: each process begins the next as soon as it is done with one. An element that
/// is given at the time when another is taken finds its place empty.
/// @param latencies   as Chain::latency
/// @param depths      one for each edge, >= 1: an element is given only when there is room. Empty: room for all.
/// @param inferences  >= 1; the end of all below 2^62
/// @throws InvalidArgument  as `validate` and `validate_latencies`, if the number of depths is another, or if one of
///                          them or `inferences` is < 1.
Simulation simulate(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies,
                    const std::vector<std::int64_t>& depths = {}, std::int64_t inferences = 1);

/// What must be with depths as it is with room for all.
enum class Keep {
  Ends,    ///< of every process, of one inference: nothing waits so long for room that it ends later
  Results  ///< the latency, and the end of four inferences one right behind the other: who waits does not matter
};

/// Depths of FIFOs, one for each edge, that keep it; with any one of them smaller, and the others as they are, they no
/// longer do. They are made smaller in the order of `edges`: another order may give others, some larger and some
/// smaller.
/// @throws InvalidArgument  as `simulate`.
std::vector<std::int64_t> least_depths(const std::vector<Process>& processes,
                                       const std::vector<std::int64_t>& latencies, Keep keep = Keep::Ends);

}  // namespace ntorc::deploy
