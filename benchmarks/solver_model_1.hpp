// N-TORC's model 1 [Singh et al., FCCM 2025, Table IV] as the solver's benchmarks take it, from its own tables in
// shared/.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "ntorc/deploy/cost_table.hpp"
#include "solver_instances.hpp"

namespace ntorc::benchmarks {

inline constexpr std::int64_t kModel1Cycles = 50'000;
inline constexpr std::array<std::int64_t, kResources> kZu7ev = {230'400, 460'800, 1'728, 624};  ///< as Table's

/// In millionths; nothing if the tables are not there.
inline std::optional<Table> model_1() {
  const std::filesystem::path folder = std::filesystem::path(NTORC_SHARED_DIR) / "tables";
  const auto convolutions = folder / "model1_conv.csv";
  const auto denses = folder / "model1_dense.csv";
  if (!std::filesystem::exists(convolutions) || !std::filesystem::exists(denses)) return std::nullopt;
  Table table;
  table.unit = 1'000'000;
  const auto units = [&](double figure) { return std::llround(figure * static_cast<double>(table.unit)); };
  for (const deploy::LayerCosts& layer : deploy::read_cost_tables({convolutions, denses})) {
    for (const deploy::CostRow& row : layer.rows) {
      detail::add_choice(table, units(row.cost.latency_max_cycles),
                         {units(row.cost.lut), units(row.cost.ff), units(row.cost.dsp), units(row.cost.bram_18k)});
    }
    table.ends.push_back(table.latency.size());
  }
  return table;
}

/// @param percent  of the part's resources.
inline mip::Problem model_1_budgets(const Table& table, std::int64_t percent) {
  std::array<std::int64_t, kResources> budgets = kZu7ev;
  for (std::int64_t& budget : budgets) budget *= table.unit / 100 * percent;
  return four_budgets(table, budgets);
}

}  // namespace ntorc::benchmarks
