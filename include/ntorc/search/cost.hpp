// ntorc/search/cost.hpp - what a network costs, known before it is trained. docs/guides/searching.md
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/model/network.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::search {

enum class CostKind {
  Multiplies,  ///< of one inference, exactly: `multiplies`
  NtorcPaper,  ///< N-TORC's workload by the formulas of its paper
  NtorcCode,   ///< N-TORC's workload as its program counts it, and as its Table III gives it
  Lut,         ///< of the whole design with the reuse factors that need least of it within the deadline; so the next
  Ff,
  Dsp,
  Bram18k,
  Resources,  ///< LUT + FF + DSP + BRAM, N-TORC's cost of a design
  Share,      ///< the largest share of LUT, FF, DSP or BRAM of the part, in [0, ...)
};

std::string_view to_string(CostKind kind);  ///< "multiplies", "ntorc-paper", "ntorc-code", "lut", ..., "share"
CostKind cost_kind(std::string_view name);  ///< @throws InvalidArgument  if there is none of that name
bool is_deployed(CostKind kind);            ///< whether it is of a planned design, for which there is a deadline

/// The sum of model::multiplications. @throws InvalidArgument  beyond 64 bits.
std::int64_t multiplies(const model::Network& network);

/// What N-TORC's paper counts [Singh et al., FCCM 2025, III]: a convolution s k f1 f2, an LSTM (s f + u) 4u, a dense
/// layer n m; s steps, f features, u units. Of chains of Conv1D, LSTM, dense, pooling and Flatten.
/// Departs: the last layer's outputs are all counted.
/// @throws InvalidArgument  for another layer.
double ntorc_paper_multiplies(const model::Network& network);

/// What N-TORC's program counts: without the channels of a convolution's input; an LSTM's steps in place of its
/// features, once for all steps; halved lengths not rounded; one output of the last layer, and if it is the only dense
/// one, of the steps alone. Gives the workload column of Table III to the digit.
/// @throws InvalidArgument  for another layer than ntorc_paper_multiplies takes.
double ntorc_code_multiplies(const model::Network& network);

/// The question that a design of least cost of that kind answers. @param question  with its limits
deploy::Question question_of(CostKind kind, deploy::Question question);

/// What the network costs; nothing if no design of it keeps the limits of `plan.question`.
/// @param plan  of the kinds that are deployed; its question's objective and weights are replaced by the kind's.
/// @throws InvalidArgument  as the functions above and deploy::plan_network, but for layers without a choice: nothing.
std::optional<double> cost_of(const model::Network& network, CostKind kind, const perf::PerformanceModel& model,
                              const deploy::PlanOptions& plan);

}  // namespace ntorc::search
