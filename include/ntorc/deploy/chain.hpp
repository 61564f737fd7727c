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
  std::int64_t iterations = 0;  ///< in 1..process.iterations()
  bool to_end = false;          ///< with what lies behind its last iteration

  friend bool operator==(const Leg&, const Leg&) = default;
};

/// What a leg takes of a process with that latency, both in millionths of a cycle, rounded down; all iterations to the
/// end take the latency itself. Never less with a larger latency or more iterations.
std::int64_t duration(const Process& process, const Leg& leg, std::int64_t latency);

/// When a process works, from the beginning of an inference, in millionths of a cycle.
struct Span {
  std::int64_t begin = 0;  ///< of its first iteration
  std::int64_t end = 0;    ///< its last iteration is over and its last element given
};

/// Composes latencies of processes by the longest way from the beginning of an inference to its last result: a way runs
/// through a process for some iterations and goes over to a reader with an element that it gives. Of short streams all
/// elements are looked at; of long ones those around the corners of its grid and where ways that began or end there go
/// over, as the longest way does but for a few iterations. Streams never fill up.
///
/// The latency is at least that of the slowest process and at most their sum. Immutable: const calls may run
/// concurrently.
class Chain {
 public:
  /// @throws InvalidArgument  as `validate`.
  explicit Chain(std::vector<Process> processes);

  // latencies: one for each process, in millionths of a cycle. All three @throws InvalidArgument  as
  // `validate_latencies`.

  /// The sum of `duration` over the legs of `longest`, exactly.
  std::int64_t latency(const std::vector<std::int64_t>& latencies) const;
  /// The longest way, in the order of the data; of several of equal length always the same one.
  std::vector<Leg> longest(const std::vector<std::int64_t>& latencies) const;
  std::vector<Span> spans(const std::vector<std::int64_t>& latencies) const;

  const std::vector<Process>& processes() const { return processes_; }

 private:
  /// Where a way may come in: with an element that an iteration takes.
  struct Entry {
    std::int64_t before = 0;  ///< iterations before this one
    std::size_t exit = 0;     ///< of another process, that gives the element
  };
  struct Part {
    std::size_t entries_end = 0;  ///< in entries_; a process's begin where those of the one before it end
    std::size_t exits_end = 0;    ///< in exits_; the last of a process is its end
  };
  struct Walk;
  Walk walk(const std::vector<std::int64_t>& latencies) const;

  std::vector<Process> processes_;
  std::vector<Part> parts_;     ///< one for each process
  std::vector<Entry> entries_;  ///< of one process after the other, by iteration
  /// Where a way may go over to a reader, or end: iterations up to and with the one that gives the element. Alike.
  std::vector<std::int64_t> exits_;
};

}  // namespace ntorc::deploy
