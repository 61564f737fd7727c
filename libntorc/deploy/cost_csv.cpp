#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/error.hpp"
#include "support/csv.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;
using support::CsvTable;

constexpr std::string_view kNotInNames = ",\"\r\n";

/// The columns of one form of cost table.
struct Columns {
  std::string_view layer;
  std::string_view reuse;
  std::array<std::string_view, perf::kTargets.size()> figures;  ///< in the order of perf::kTargets
  std::vector<std::string_view> ignored;
};

const Columns& columns_of(const CsvTable& table) {
  static const Columns own{"layer",
                           "reuse",
                           {to_string(Target::LatencyMin), to_string(Target::LatencyMax), to_string(Target::Lut),
                            to_string(Target::Ff), to_string(Target::Dsp), to_string(Target::Bram18k)},
                           {}};
  static const Columns ntorc{"layer_name",
                             "reuse_factor",
                             {"predicted_latency_min", "predicted_latency_max", "predicted_lut", "predicted_ff",
                              "predicted_dsp", "predicted_bram"},
                             {"sequence_length", "cnn_filters", "cnn_in", "dense_size", "lstm_size", "n_in"}};
  return table.has(ntorc.layer) ? ntorc : own;
}

/// Adds the rows of a table to the layers. @param own  index of the first layer that this file may add to.
void append(const CsvTable& table, CostTable& layers, std::size_t own) {
  const Columns& columns = columns_of(table);
  std::vector<std::string_view> needed{columns.layer, columns.reuse};
  needed.insert(needed.end(), columns.figures.begin(), columns.figures.end());
  table.expect_columns(needed, columns.ignored);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string name(table.text(row, columns.layer));
    if (name.empty() || name.find_first_of(kNotInNames) != std::string::npos) {
      table.fail(row, columns.layer, "a name without quotes");
    }
    if (layers.size() == own || layers.back().layer != name) {
      if (std::ranges::find(layers, name, &LayerCosts::layer) != layers.end()) {
        table.fail(row, columns.layer, "all rows of a layer together, in one file");
      }
      layers.push_back({name, std::nullopt, {}});
    }
    CostRow cost;
    cost.choice.reuse = table.integer(row, columns.reuse, 1, std::numeric_limits<std::int64_t>::max());
    for (std::size_t t = 0; t < perf::kTargets.size(); ++t) {
      cost.cost[perf::kTargets[t]] = table.figure(row, columns.figures[t]);
    }
    auto& rows = layers.back().rows;
    const auto same = [&](const CostRow& other) { return other.choice.reuse == cost.choice.reuse; };
    if (std::ranges::any_of(rows, same)) table.fail(row, columns.reuse, "each reuse factor of a layer once");
    rows.push_back(std::move(cost));
  }
}

bool fits_a_cell(std::string_view name) {
  return !name.empty() && name.find_first_of(kNotInNames) == std::string_view::npos && name.front() != ' ' &&
         name.back() != ' ' && name.front() != '\t' && name.back() != '\t';
}

}  // namespace

CostTable read_cost_tables(const std::vector<std::filesystem::path>& files) {
  CostTable layers;
  for (const auto& file : files) append(CsvTable::read(file), layers, layers.size());
  for (LayerCosts& layer : layers) {
    std::ranges::sort(layer.rows, {}, [](const CostRow& row) { return row.choice.reuse; });
  }
  return layers;
}

std::string to_csv(const CostTable& table) {
  std::string csv = "layer,reuse";
  for (const Target target : perf::kTargets) csv += fmt::format(",{}", to_string(target));
  csv += '\n';
  for (const LayerCosts& layer : table) {
    if (!fits_a_cell(layer.layer)) {
      throw InvalidArgument(fmt::format(
          "layer \"{}\": expected a name without commas, quotes, line ends and blanks around it, which CSV cannot hold",
          layer.layer));
    }
    for (const CostRow& row : layer.rows) {
      csv += fmt::format("{},{}", layer.layer, row.choice.reuse);
      for (const Target target : perf::kTargets) csv += fmt::format(",{}", row.cost[target]);
      csv += '\n';
    }
  }
  return csv;
}

}  // namespace ntorc::deploy
