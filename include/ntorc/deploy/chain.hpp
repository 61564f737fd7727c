// ntorc/deploy/chain.hpp - the latency of processes that overlap. docs/algorithms/composition.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ntorc/deploy/process.hpp"

namespace ntorc::deploy {

/// A part of the way that a result takes: iterations of a process, one after the other.
struct Leg {
  std::size_t process = 0;
  std::int64_t iterations = 0;
  bool to_end = false;  ///< with what lies behind its last iteration

  friend bool operator==(const Leg&, const Leg&) = default;
};

/// What a leg takes of a process with that latency, in the same unit, rounded down; all iterations to the end take
/// the latency itself.
std::int64_t duration(const Process& process, const Leg& leg, std::int64_t latency);

/// When a process works, from the beginning of an inference.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< its last element is given
};

/// Composes latencies of processes by the longest way from the beginning of an inference to its last result: a way runs
/// through a process for some iterations and goes over to a reader with an element that it gives. Of each stream only
/// the first and the last element of its first and its last row are looked at, where the longest way goes over but for
/// rounding. Streams never fill up.
class Chain {
 public:
  explicit Chain(std::vector<Process> processes);

  /// @param latencies  one for each process, >= 0, in any unit, small enough for their sum to fit 62 bits
  std::int64_t latency(const std::vector<std::int64_t>& latencies) const;
  /// The longest way, in the order of the data; of several of equal length always the same one.
  std::vector<Leg> longest(const std::vector<std::int64_t>& latencies) const;
  std::vector<Span> spans(const std::vector<std::int64_t>& latencies) const;

  const std::vector<Process>& processes() const { return processes_; }

 private:
  std::vector<Process> processes_;
};

}  // namespace ntorc::deploy
