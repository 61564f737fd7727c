// ntorc/deploy/plan.hpp - the best reuse factors for a question, and the proof.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/deploy/design.hpp"
#include "ntorc/deploy/question.hpp"
#include "ntorc/hls4ml/backend.hpp"
#include "ntorc/mip/formulation.hpp"
#include "ntorc/mip/problem.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::deploy {

inline constexpr std::string_view kResource = "Resource";

/// What the design is built for and with; goes into the plan and from there into hls4ml's configuration.
struct BuildTarget {
  std::string part = "xczu7ev-ffvc1156-2-e";
  double clock_mhz = 250;
  hls4ml::Backend backend = hls4ml::Backend::Vivado;
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

/// A question as a program for a solver. Its figures are millionths: of a count, of a cycle, of a millionth of the
/// part.
struct Formulation {
  mip::Problem problem;
  mip::Names names;
  int decimals = 6;
};

/// What was solved for a plan, with the certificate of it.
struct Proof {
  Formulation asked;
  mip::Solution solution;
};

/// The answer to a question, with all that is needed to build it. docs/formats/plan.md
struct Plan {
  std::string network;      ///< name
  std::string keras_file;   ///< absolute path of the file that the network was read from; empty with costs from a file
  std::string cost_source;  ///< performance model, or the files that the costs came from
  BuildTarget target;
  Question question{};
  std::optional<double> interval_confidence;  ///< of the intervals in `layers`; absent if none has one

  mip::SolveStatus status = mip::SolveStatus::Unknown;
  std::size_t rank = 1;           ///< 2 is the second best, and so on
  std::vector<LayerPlan> layers;  ///< in the order of the network; empty if there is no solution
  /// The whole design; nothing if the costs came from a file, or there is no answer.
  std::optional<Design> design{};
  /// Resources: sums over `layers` and the rest of the design, exact to 1e-6. Latencies: composed as the question says.
  perf::LayerCost total;
  std::optional<double> objective;  ///< what the question minimises: cost, cycles, or share of the part
  std::optional<double> bound;      ///< no plan that keeps the question's limits is below, under these costs
  std::string message;              ///< why the solver stopped; without a solution, what can be reached
  std::vector<std::string>
      warnings;  ///< what a careful reader must know: extrapolations, a part that is too small, ...

  std::vector<Plan> others{};    ///< with solve.best > 1: the next best ones, best first
  std::optional<Proof> proof{};  ///< with solve.certify, if the solver has one
};

/// Whether the figure lies between the ends of its interval, or beside them by no more than rounding to 1e-6 leaves
/// open.
bool encloses(const perf::Interval& interval, const perf::LayerCost& cost, perf::Target target);

/// The sums of the low and of the high ends of the layers' intervals; nothing if a layer has none.
std::optional<perf::Interval> layers_interval(const Plan& plan);

/// The total of the low and of the high ends of the layers' intervals; nothing if a layer has none. Each end holds for
/// its layer and figure with the confidence of the plan; the total's are no interval of that confidence.
std::optional<perf::Interval> total_interval(const Plan& plan);

/// Latency and initiation interval of the design as the question looks at them: predicted, or of the upper ends.
double latency_cycles(const Plan& plan);
double initiation_interval_cycles(const Plan& plan);

/// What the question minimises, of the plan's layers and total.
double objective_of(const Plan& plan);

/// How far the objective can lie above the least one, as a share of itself; nothing without an answer or a bound.
std::optional<double> gap(const Plan& plan);

/// How far an answer has come. A question may take several solves.
struct Progress {
  std::chrono::duration<double> elapsed{};
  Objective minimized = Objective::Cost;  ///< by the solve that is under way
  std::optional<double> objective{};      ///< of the best plan so far
  std::optional<double> bound{};          ///< proven so far
};

struct PlanOptions {
  Question question{};
  BuildTarget target;
  hls4ml::ReuseLimits limits;
  bool fifo_depths = false;  ///< also find the least depths of FIFOs, by simulation: it may take longer than the plan
  mip::SolveOptions solve;   ///< of all solves together; its `watch` stays empty, the next one takes its place
  /// Called now and then; false ends the search with the best plan so far.
  std::function<bool(const Progress&)> watch{};

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// The question as one program. Groups are layers, or sets of layers of equal reuse, and the rest of a design, which
/// has one choice; limits are latency, LUT, FF, DSP and BRAM, as far as the question has them. Choices that are slower
/// than what is asked for leave them are left out; if a layer has no other, a limit of 0 is added that its fastest one
/// passes. A chain has one limit on latency for each way of its data that it takes to make the program's optimum the
/// plan's: it is solved to find them.
/// @throws InvalidArgument  as plan_costs, or if the question is for the least interval: that is a row of programs.
Formulation formulate(const CostTable& table, const PlanOptions& options);
Formulation formulate(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options);

/// Chooses one row for each layer: the least of what the question minimises, within all that it limits. By default that
/// is the least sum of LUT + FF + BRAM + DSP with a latency within the limit [Singh et al., FCCM 2025, IV-B], here the
/// sum over layers, as more is not known of a table. Weighted figures and cycles are rounded to the nearest 1e-6 once,
/// shares of the part to the nearest 1e-12; all sums are of these integers.
///
/// If the least latency, share or interval is asked for, a second solve takes, among the plans that have it, the one of
/// least cost; status and bound are those of the first. Of rows of a layer with equal figures the smallest reuse factor
/// is taken. With solve.best > 1 there is no second solve; of plans with the least interval the cheapest are given.
/// @param table   whose intervals are of the question's confidence, or else of kDefaultConfidence
/// @param source  of the costs, for the plan
/// @throws InvalidArgument  if the options do not validate, the table is empty, a figure is negative or above 1e9 or
/// outside
///                          its interval, or a confidence is asked for and no choice of a layer has an interval.
/// @throws UnfitQuestion    if a rule of reuse matches no layer or leaves one without a choice, or shares are asked for
///                          of a part that is not known.
Plan plan_costs(const CostTable& table, const std::string& source, const PlanOptions& options);

/// Prices the network with the model, then plans. @throws InvalidArgument  as `price` and `plan_costs`.
Plan plan_network(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options);

}  // namespace ntorc::deploy
