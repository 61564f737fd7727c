// ntorc/deploy/design.hpp - the whole design that hls4ml builds of a plan. docs/algorithms/composition.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/node.hpp"
#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::deploy {

/// How the latency of a design is made up of those of its nodes. The initiation interval is the slowest node's in all.
enum class Composition {
  Sum,    ///< one node after the other: N-TORC's, never too small [Singh et al., FCCM 2025, IV-B]
  Max,    ///< the slowest node, as the report of an io_stream design has it; too small where nodes wait for each other
  Chain,  ///< nodes overlap as far as their elements allow
};

std::string_view to_string(Composition composition);  ///< "sum", "max", "chain"
Composition composition(std::string_view name);       ///< @throws InvalidArgument  if there is none of that name

/// A node of the design. Times are from the beginning of an inference, those of a chain.
struct DesignNode {
  std::string name{};
  hls4ml::NodeKind kind = hls4ml::NodeKind::Input;
  std::vector<std::size_t> inputs{};  ///< nodes before it
  hls4ml::Stream output{};
  std::optional<std::size_t> layer{};  ///< index in Plan::layers, if it has a reuse factor: `cost` is then the same
  perf::LayerCost cost{};
  perf::Support support = perf::Support::Inside;
  std::string law{};  ///< what the cost rests on; empty with a reuse factor
  double begin_cycles = 0;
  double end_cycles = 0;
};

/// A FIFO as shallow as it can be.
struct LeastFifo {
  std::int64_t depth = 1;  ///< elements
  perf::LayerCost cost{};
};

/// The FIFOs of one edge of an io_stream design. What it reads and gives outside is a port.
struct DesignFifo {
  std::size_t from = 0;  ///< nodes
  std::size_t to = 0;
  std::int64_t depth = 1;  ///< elements, as hls4ml makes it
  std::int64_t channels = 1;
  perf::LayerCost cost{};  ///< at `depth`
  /// With all FIFOs of these depths the design is as fast as before, for one inference and for one behind the other
  /// (least_depths, Keep::Results); nothing unless it was asked for.
  std::optional<LeastFifo> least{};
  perf::Support support = perf::Support::Inside;
  std::string law{};
};

struct Design {
  Composition composition = Composition::Sum;  ///< that was planned with
  std::vector<DesignNode> nodes{};             ///< each behind those that it reads
  std::vector<DesignFifo> fifos{};             ///< none with io_parallel
  perf::LayerCost glue{};                      ///< of the top level
  std::string glue_law{};
  /// Plan::total of the low and of the high ends of the layers' intervals; nothing if a layer has none.
  std::optional<perf::Interval> total_interval{};
  double sum_cycles = 0;  ///< latency under each composition
  double max_cycles = 0;
  double chain_cycles = 0;  ///< with io_parallel that of `Sum`
  double interval_cycles = 0;
};

/// The latency of the design under one of them.
double composed_cycles(const Design& design, Composition composition);

}  // namespace ntorc::deploy
