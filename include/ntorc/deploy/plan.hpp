// ntorc/deploy/plan.hpp - the cheapest reuse factors within a deadline, and the proof.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::deploy {

/// What the design is built for and with; goes into the plan and from there into hls4ml's configuration.
struct BuildTarget {
  std::string part = "xczu7ev-ffvc1156-2-e";
  double clock_mhz = 250;
  hls4ml::IoType io_type = hls4ml::IoType::Stream;
  std::string strategy = "Resource";
  std::string precision = "ap_fixed<16,8>";
};

/// The layer of a plan.
struct LayerPlan {
  std::string layer;
  std::optional<hls4ml::LayerShape> shape;  ///< absent if the costs came from a file
  CostRow chosen;
};

/// The answer to a question, with all that is needed to build it. docs/formats/plan.md
struct Plan {
  std::string network;      ///< name
  std::string keras_file;   ///< absolute path of the file that the network was read from; empty with costs from a file
  std::string cost_source;  ///< performance model, or the files that the costs came from
  BuildTarget target;
  double latency_limit_cycles = 0;

  mip::SolveStatus status = mip::SolveStatus::Unknown;
  std::vector<LayerPlan> layers;    ///< in the order of the network; empty if there is no solution
  perf::LayerCost total;            ///< sums over `layers`; exact to 1e-6
  std::optional<double> objective;  ///< LUT + FF + BRAM + DSP of `layers`
  std::optional<double> bound;      ///< nothing within the deadline costs less, under these costs
  std::string message;              ///< why the solver stopped; for an infeasible plan what can be reached
  std::vector<std::string>
      warnings;  ///< what a careful reader must know: extrapolations, a part that is too small, ...
};

/// Chooses one row for each layer: least sum of LUT + FF + BRAM + DSP with sum of latency_max_cycles <= the limit
/// [Singh et al., FCCM 2025, IV-B]. Figures are rounded to the nearest 1e-6 once, and all sums are of these integers.
/// Fills status, layers, total, objective, bound, message and latency_limit_cycles of the plan; the rest is the
/// caller's.
/// @throws InvalidArgument  if the limit is not a positive finite number, the table is empty, or a figure is out of
/// range.
Plan plan_reuse(const CostTable& table, double latency_limit_cycles, const mip::SolveOptions& options = {});

}  // namespace ntorc::deploy
