// ntorc/deploy/plan.hpp - the cheapest reuse factors within a deadline, and the proof.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::deploy {

inline constexpr std::string_view kResource = "Resource";

/// What the design is built for and with; goes into the plan and from there into hls4ml's configuration.
struct BuildTarget {
  std::string part = "xczu7ev-ffvc1156-2-e";
  double clock_mhz = 250;
  hls4ml::IoType io_type = hls4ml::IoType::Stream;
  std::string strategy{kResource};           ///< hls4ml's word; no other is planned for
  std::string precision = "ap_fixed<16,8>";  ///< of the model, hls4ml's spelling

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// The target that a model's figures are for. @throws InvalidArgument  if its provenance names none that ntorc knows.
BuildTarget target_of(const perf::Provenance& provenance);

struct LayerPlan {
  std::string layer;
  std::optional<hls4ml::LayerShape> shape;  ///< absent if the costs came from a file
  CostRow chosen;
  std::vector<std::string> support_reasons;  ///< why the price's support is not Inside
};

/// The answer to a question, with all that is needed to build it. docs/formats/plan.md
struct Plan {
  std::string network;      ///< name
  std::string keras_file;   ///< absolute path of the file that the network was read from; empty with costs from a file
  std::string cost_source;  ///< performance model, or the files that the costs came from
  BuildTarget target;
  double latency_limit_cycles = 0;
  std::optional<double> confidence;           ///< the deadline holds for the upper ends of intervals of this confidence
  std::optional<double> interval_confidence;  ///< of the intervals in `layers`; absent if none has one

  mip::SolveStatus status = mip::SolveStatus::Unknown;
  std::vector<LayerPlan> layers;    ///< in the order of the network; empty if there is no solution
  perf::LayerCost total;            ///< sums over `layers`, exact to 1e-6
  std::optional<double> objective;  ///< LUT + FF + BRAM + DSP of `layers`
  std::optional<double> bound;      ///< nothing within the deadline costs less, under these costs
  std::string message;              ///< why the solver stopped; without a solution, what can be reached
  std::vector<std::string>
      warnings;  ///< what a careful reader must know: extrapolations, a part that is too small, ...
};

/// Whether the figure lies between the ends of its interval, or beside them by no more than rounding to 1e-6 leaves
/// open.
bool encloses(const perf::Interval& interval, const perf::LayerCost& cost, perf::Target target);

/// The sums of the low and of the high ends of the layers' intervals; nothing if a layer has none. Each end holds for
/// its layer and figure with the confidence of the plan; the sums are no interval of that confidence.
std::optional<perf::Interval> total_interval(const Plan& plan);

struct PlanOptions {
  double latency_limit_cycles = 0;  ///< of the sum over layers, > 0
  /// Keeps the deadline with the upper end of every layer's latency, in place of what is predicted; the objective stays
  /// the predicted cost. Choices without an interval are then left out. One of perf::kConfidences.
  std::optional<double> confidence;
  BuildTarget target;
  hls4ml::ReuseLimits limits;
  mip::SolveOptions solve;

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// Chooses one row for each layer: least sum of LUT + FF + BRAM + DSP with a sum of latency_max_cycles within the limit
/// [Singh et al., FCCM 2025, IV-B]. Figures are rounded to the nearest 1e-6 once; all sums are of these integers. Of
/// rows of a layer with equal cost and latency the smallest reuse factor is taken.
/// @param table   whose intervals are of options.confidence, or else of kDefaultConfidence
/// @param source  of the costs, for the plan
/// @throws InvalidArgument  if the options do not validate, the table is empty, a figure is negative or above 1e9 or
/// outside
///                          its interval, or a confidence is asked for and no choice of a layer has an interval.
Plan plan_costs(const CostTable& table, const std::string& source, const PlanOptions& options);

/// Prices the network with the model, then plans. @throws InvalidArgument  as `price` and `plan_costs`.
Plan plan_network(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options);

}  // namespace ntorc::deploy
