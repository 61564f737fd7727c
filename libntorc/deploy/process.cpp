#include "ntorc/deploy/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/layer_shape.hpp"

namespace ntorc::deploy {

using hls4ml::Node;
using hls4ml::NodeKind;

namespace {

struct Grid {
  std::int64_t rows = 1;
  std::int64_t columns = 1;

  std::int64_t size() const { return rows * columns; }
};

Lattice whole(const Grid& grid) { return {0, 0, 1, 1, grid.rows, grid.columns}; }

Lattice last(const Grid& grid) { return {grid.rows - 1, grid.columns - 1, 1, 1, 1, 1}; }

/// `elements` of one row of `iterations`, evenly: the first of each share, to take one and work on it.
Lattice at_beginnings(std::int64_t elements, std::int64_t iterations) {
  return {0, 0, 1, elements > 1 ? iterations / elements : 1, 1, elements};
}

/// The last of each share, to give what was made of it.
Lattice at_ends(std::int64_t elements, std::int64_t iterations) {
  const std::int64_t step = elements > 1 ? iterations / elements : 1;
  return {0, iterations - 1 - (elements - 1) * step, 1, step, 1, elements};
}

/// Rows and columns of a stream as the node has them, or one row where they are not those of the stream.
Grid grid_of(const Node& node, std::int64_t elements) {
  return node.rows * node.columns == elements ? Grid{node.rows, node.columns} : Grid{1, elements};
}

/// One window after the other: each gives with the last element that it takes.
void slide(Process& process, const Node& node) {
  const auto windows = [](std::int64_t extent, std::int64_t window, std::int64_t stride) {
    return extent < window ? 0 : (extent - window) / stride + 1;
  };
  const std::int64_t rows = windows(process.rows, node.window_rows, node.row_stride);
  const std::int64_t columns = windows(process.columns, node.window_columns, node.column_stride);
  process.writes = {node.window_rows - 1, node.window_columns - 1, node.row_stride, node.column_stride, rows, columns};
}

/// Takes from every input and gives, all evenly over one row of iterations.
void spread(Process& process, const std::vector<std::int64_t>& taken, std::int64_t given) {
  process.rows = 1;
  process.columns = std::max(given, *std::ranges::max_element(taken));
  process.reads.clear();
  for (const std::int64_t elements : taken) process.reads.push_back(at_beginnings(elements, process.columns));
  process.writes = at_ends(given, process.columns);
}

/// Takes all of the first input, then all of the next.
void take_in_turn(Process& process, const std::vector<std::int64_t>& taken, std::int64_t given) {
  process.rows = 1;
  process.columns = 0;
  process.reads.clear();
  for (const std::int64_t elements : taken) {
    process.reads.push_back({0, process.columns, 1, 1, 1, elements});
    process.columns += elements;
  }
  // What is packed anew on the way is given as soon as it is whole.
  process.columns = std::max(process.columns, given);
  process.writes = at_ends(given, process.columns);
}

Process process_of(const Node& node, const std::vector<std::int64_t>& taken) {
  const std::int64_t given = node.output.elements;
  Process process;
  process.inputs = node.inputs;
  const Grid grid = grid_of(node, taken.empty() ? given : taken.front());
  process.rows = grid.rows;
  process.columns = grid.columns;
  process.reads.assign(taken.size(), whole(grid));
  process.writes = whole(grid);
  const bool alike = std::ranges::all_of(taken, [&](std::int64_t elements) { return elements == given; });
  switch (node.kind) {
    case NodeKind::Input:
      break;
    case NodeKind::Weights:
      switch (node.shape->kind) {
        case model::LayerKind::Dense:
          process.writes = last(grid);
          process.pace = Process::Pace::AtEnd;
          break;
        case model::LayerKind::Lstm:
        case model::LayerKind::Gru:
          if (!node.sequences) process.writes = last(grid);
          break;
        default:
          slide(process, node);
      }
      break;
    case NodeKind::Pooling:
      slide(process, node);
      break;
    case NodeKind::GlobalPooling:
      process.writes = last(grid);
      break;
    case NodeKind::Padding:
      process.rows = grid.rows + node.pad_top + node.pad_bottom;
      process.columns = grid.columns + node.pad_left + node.pad_right;
      process.reads = {{node.pad_top, node.pad_left, 1, 1, grid.rows, grid.columns}};
      process.writes = whole({process.rows, process.columns});
      break;
    case NodeKind::Activation:
    case NodeKind::Softmax:
    case NodeKind::Normalization:
    case NodeKind::Clone:
    case NodeKind::Repack:
    case NodeKind::Merge:
      if (!alike) spread(process, taken, given);
      break;
    case NodeKind::Concatenate:
      if (!alike || !node.along_channels) take_in_turn(process, taken, given);
      break;
  }
  // A window may hang over the edge of what it is given (pooling with `same` padding).
  if (process.writes.size() != given) spread(process, taken, given);
  return process;
}

[[noreturn]] void refuse(std::size_t index, std::string_view expected, const std::string& found) {
  throw InvalidArgument(fmt::format("process {}: expected {}, got {}", index, expected, found));
}

bool lies_in(const Lattice& lattice, const Process& process) {
  return lattice.first_row >= 0 && lattice.first_column >= 0 && lattice.row_step >= 1 && lattice.column_step >= 1 &&
         lattice.rows >= 1 && lattice.columns >= 1 && lattice.rows <= process.rows &&
         lattice.columns <= process.columns && lattice.first_row < process.rows &&
         lattice.first_column < process.columns &&
         (lattice.rows == 1 || lattice.row_step <= (process.rows - 1 - lattice.first_row) / (lattice.rows - 1)) &&
         (lattice.columns == 1 ||
          lattice.column_step <= (process.columns - 1 - lattice.first_column) / (lattice.columns - 1));
}

std::string text_of(const Lattice& lattice) {
  return fmt::format("{} x {} from ({}, {}) by ({}, {})", lattice.rows, lattice.columns, lattice.first_row,
                     lattice.first_column, lattice.row_step, lattice.column_step);
}

}  // namespace

void validate(const std::vector<Process>& processes) {
  for (std::size_t p = 0; p < processes.size(); ++p) {
    const Process& process = processes[p];
    if (process.rows < 1 || process.columns < 1 || process.columns > hls4ml::kMaxExtent / process.rows) {
      refuse(p, fmt::format("1..{} iterations", hls4ml::kMaxExtent),
             fmt::format("{} x {}", process.rows, process.columns));
    }
    if (process.reads.size() != process.inputs.size()) {
      refuse(p, fmt::format("reads of {} inputs", process.inputs.size()), fmt::format("{}", process.reads.size()));
    }
    if (!lies_in(process.writes, process)) refuse(p, "writes within its grid", text_of(process.writes));
    for (std::size_t i = 0; i < process.inputs.size(); ++i) {
      const std::size_t from = process.inputs[i];
      if (from >= p) refuse(p, "inputs before it", fmt::format("process {}", from));
      if (!lies_in(process.reads[i], process)) refuse(p, "reads within its grid", text_of(process.reads[i]));
      if (process.reads[i].size() != processes[from].writes.size()) {
        refuse(p, fmt::format("to take the {} elements of process {}", processes[from].writes.size(), from),
               fmt::format("{}", process.reads[i].size()));
      }
    }
  }
}

void validate_latencies(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies) {
  if (latencies.size() != processes.size()) {
    throw InvalidArgument(
        fmt::format("latencies: expected one for each of {} processes, got {}", processes.size(), latencies.size()));
  }
  std::int64_t left = (std::int64_t{1} << 62) - 1;
  for (std::size_t p = 0; p < latencies.size(); ++p) {
    if (latencies[p] < 0 || latencies[p] > left) {
      throw InvalidArgument(fmt::format("latencies/{}: expected one in 0..{}, got {}", p, left, latencies[p]));
    }
    left -= latencies[p];
  }
}

std::vector<Process> processes(const std::vector<Node>& nodes) {
  std::vector<Process> processes;
  for (const Node& node : nodes) {
    const auto refuse_node = [&](std::string_view expected, const std::string& found) {
      throw InvalidArgument(fmt::format("node {}: expected {}, got {}", node.name, expected, found));
    };
    std::vector<std::int64_t> taken;
    for (const std::size_t input : node.inputs) {
      if (input >= processes.size()) refuse_node("inputs before it", fmt::format("node {}", input));
      taken.push_back(nodes[input].output.elements);
    }
    if ((node.kind == NodeKind::Input) != taken.empty()) {
      refuse_node(node.kind == NodeKind::Input ? "no input" : "an input", fmt::format("{}", taken.size()));
    }
    if (node.kind == NodeKind::Weights && !node.shape) refuse_node("a shape", "none");
    for (const std::int64_t extent : {node.rows, node.columns, node.window_rows, node.window_columns, node.row_stride,
                                      node.column_stride, node.output.elements}) {
      if (extent < 1 || extent > hls4ml::kMaxExtent) {
        refuse_node(fmt::format("extents in 1..{}", hls4ml::kMaxExtent), fmt::format("{}", extent));
      }
    }
    for (const std::int64_t padding : {node.pad_top, node.pad_bottom, node.pad_left, node.pad_right}) {
      if (padding < 0 || padding > hls4ml::kMaxExtent) {
        refuse_node(fmt::format("padding in 0..{}", hls4ml::kMaxExtent), fmt::format("{}", padding));
      }
    }
    processes.push_back(process_of(node, taken));
  }
  validate(processes);
  return processes;
}

}  // namespace ntorc::deploy
