// ntorc/deploy/cost_table.hpp - what every choice for every layer costs: the question put to the optimiser.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/network.hpp"
#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::deploy {

inline constexpr double kMaxFigure = 1e9;          ///< no figure of a plan is larger
inline constexpr double kDefaultConfidence = 0.9;  ///< of the intervals around prices; one of perf::kConfidences

/// One row of a cost table.
struct CostRow {
  hls4ml::ReuseChoice choice;              ///< of a table from a file only `reuse` is known: the other fields are empty
  perf::LayerCost cost;                    ///< every figure in [0, kMaxFigure]
  std::optional<perf::Support> support{};  ///< of a model's price
  std::optional<perf::Interval> interval{};  ///< if the model can tell one that ends within kMaxFigure
};

struct LayerCosts {
  std::string layer;                        ///< its name in the network
  std::optional<hls4ml::LayerShape> shape;  ///< absent in a table from a file
  std::vector<CostRow> rows;                ///< by ascending reuse; never empty
};

/// One entry for each layer that has a reuse factor, in the order of the network.
using CostTable = std::vector<LayerCosts>;

/// Prices every legal choice of every layer that has weights. Left out are those that the model does not cover and
/// those with a figure above kMaxFigure.
/// @param confidence  of the intervals, one of perf::kConfidences.
/// @throws InvalidArgument  if a layer's kind is not covered by the model or no choice keeps the limits (the message
///                          names the layer), if the network has no layer with weights, or the confidence is another.
CostTable price(const model::Network& network, const perf::PerformanceModel& model,
                const hls4ml::ReuseLimits& limits = {}, double confidence = kDefaultConfidence);

/// Reads cost tables in CSV (docs/formats/cost-table.md): ntorc's own columns, or those of N-TORC's prediction tables.
/// Several files make one table, in the order given.
/// @throws FileError, ParseError  naming file, line and column.
CostTable read_cost_tables(const std::vector<std::filesystem::path>& files);

/// The table in ntorc's own CSV. @throws InvalidArgument  if a layer has a name that a cell cannot hold.
std::string to_csv(const CostTable& table);

}  // namespace ntorc::deploy
