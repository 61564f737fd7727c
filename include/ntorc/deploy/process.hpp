// ntorc/deploy/process.hpp - how a node of a stream design takes and gives elements. docs/algorithms/composition.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ntorc/hls4ml/node.hpp"

namespace ntorc::deploy {

/// Latencies of processes, and all times made of them, are whole numbers of millionths of a cycle.
inline constexpr std::int64_t kUnitsPerCycle = 1'000'000;

/// Iterations of a process, picked from its grid: rows first_row, first_row + row_step, ..., `rows` of them; columns
/// alike.
struct Lattice {
  std::int64_t first_row = 0;
  std::int64_t first_column = 0;
  std::int64_t row_step = 1;
  std::int64_t column_step = 1;
  std::int64_t rows = 0;
  std::int64_t columns = 0;

  std::int64_t size() const { return rows * columns; }

  friend bool operator==(const Lattice&, const Lattice&) = default;
};

/// One process of an HLS dataflow region. For each inference it walks a grid of iterations, row by row; an iteration
/// may take an element from an input before it begins and give one to every reader when it is over. All processes may
/// start at once; a stream holds what was given and not taken yet.
///
/// With a latency of L cycles for a grid of T iterations each takes L / T cycles (`Even`), or each takes one cycle, L /
/// T if that is less, and what is left of L lies between the end of the last iteration and the element that it gives
/// (`AtEnd`: a dense layer reads its packets, then multiplies).
struct Process {
  enum class Pace { Even, AtEnd };

  std::vector<std::size_t> inputs{};  ///< processes before it, whose elements it takes
  std::int64_t rows = 1;              ///< of the grid
  std::int64_t columns = 1;
  std::vector<Lattice> reads{};      ///< one for each input: the iterations that take from it
  Lattice writes{0, 0, 1, 1, 1, 1};  ///< the iterations that give
  Pace pace = Pace::Even;

  std::int64_t iterations() const { return rows * columns; }

  friend bool operator==(const Process&, const Process&) = default;
};

/// One process for each node (of an io_stream design), in the same order. That of an Input gives an element a cycle and
/// has the latency of as many cycles.
/// A node whose rows, columns and windows do not make the elements that it gives takes and gives evenly instead.
/// @throws InvalidArgument  if a node reads one that does not stand before it, an Input reads or another does not, an
///                          extent is out of range, or weights have no shape.
std::vector<Process> processes(const std::vector<hls4ml::Node>& nodes);

/// What Chain and simulate ask of processes: each reads only such as stand before it and takes every element that they
/// give; all iterations that read or write lie in its grid, of at most hls4ml::kMaxExtent iterations.
/// @throws InvalidArgument  naming the process and what is wrong with it.
void validate(const std::vector<Process>& processes);

/// And of latencies: one for each process, >= 0, with a sum below 2^62. @throws InvalidArgument  if they are not so.
void validate_latencies(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies);

}  // namespace ntorc::deploy
