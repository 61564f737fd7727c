// emit/plan_view.hpp - a plan as reports and tables show it: every figure worked out once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

/// What a design is made of, in this order everywhere.
enum class Group { Layers, Nodes, Fifos, Glue };

inline constexpr std::array kGroups{Group::Layers, Group::Nodes, Group::Fifos, Group::Glue};

std::string_view to_string(Group group);  ///< "layers", "other nodes", "FIFOs", "glue"

/// What is shown of each node, in this order everywhere.
inline constexpr std::array kFigures{perf::Target::LatencyMax, perf::Target::Lut, perf::Target::Ff, perf::Target::Dsp,
                                     perf::Target::Bram18k};

std::string_view label_of(perf::Target target);  ///< "LUT", "BRAM 18K", "cycles"

/// A node, or a layer of a plan without a design.
struct NodeView {
  std::string name{};
  std::string kind{};                        ///< "conv1d", "activation"; "-" if it is not known
  const deploy::LayerPlan* layer = nullptr;  ///< if it has a reuse factor; of the plan
  perf::LayerCost cost{};
  std::optional<perf::Interval> interval{};
  std::optional<perf::Support> support{};
  std::string basis{};                ///< what the cost rests on, or why the support is weak
  std::vector<std::size_t> inputs{};  ///< nodes before it
  double begin_cycles = 0;            ///< of a design
  double end_cycles = 0;
  std::optional<double> paces_from{};  ///< cycles from which it sets the pace until its end; nothing if it does not
};

struct FifoView {
  std::string from{};
  std::string to{};
  std::int64_t channels = 1;
  std::int64_t depth = 1;
  perf::LayerCost cost{};
  std::optional<deploy::LeastFifo> least{};
  perf::Support support = perf::Support::Inside;
  std::string basis{};
};

/// A resource of the design.
struct ResourceView {
  perf::Target resource = perf::Target::Lut;
  std::array<double, kGroups.size()> of_group{};
  double total = 0;
  std::optional<double> available{};  ///< nothing if the part is not known
  double saved = 0;                   ///< with FIFOs of the least depth

  std::optional<double> share() const;  ///< of the part
};

/// The latency under one composition.
struct LatencyView {
  deploy::Composition composition = deploy::Composition::Sum;
  double cycles = 0;
  bool planned = false;
};

/// Laws that several nodes or FIFOs rest on, once each.
struct LawView {
  std::string what{};  ///< names or kinds, "activation, pooling"
  std::string law{};
};

/// Points into the plan, which must outlive it.
struct PlanView {
  const deploy::Plan* plan = nullptr;
  bool answered = false;
  bool whole = false;  ///< with a design
  std::vector<NodeView> nodes{};
  std::vector<FifoView> fifos{};
  perf::LayerCost glue{};
  std::array<perf::LayerCost, kGroups.size()> groups{};  ///< sums; of latencies too, one node after the other
  std::vector<ResourceView> resources{};
  std::vector<LatencyView> latencies{};  ///< one without a design
  double latency_cycles = 0;             ///< as the question looks at it
  double interval_cycles = 0;
  std::vector<std::size_t> slowest{};  ///< nodes whose latency is the largest
  std::vector<LawView> laws{};
};

PlanView view_of(const deploy::Plan& plan);

/// "least LUT + FF + DSP + BRAM with at most ..."
std::string question_of(const deploy::Plan& plan);
/// "optimal, no. 2: cost = 17, and no choice ..." in one line, or why there is no answer.
std::string answer_of(const deploy::Plan& plan);
/// "xczu7ev-ffvc1156-2-e, 250 MHz, Vivado, io_stream, Resource, ap_fixed<16,8>"
std::string target_of(const deploy::Plan& plan);
/// How the composition makes up a latency, in words.
std::string_view meaning_of(deploy::Composition composition);
/// Whether a figure is to be marked.
bool is_weak(const std::optional<perf::Support>& support);

}  // namespace ntorc::emit
