#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "ntorc/perf/evaluation.hpp"
#include "ntorc/version.hpp"

namespace ntorc::perf {
namespace {

using nlohmann::ordered_json;

std::string cell(const std::optional<double>& figure, int decimals) {
  if (!figure) return "-";
  return std::abs(*figure) < 1e6 ? fmt::format("{:.{}f}", *figure, decimals) : fmt::format("{:.3g}", *figure);
}

ordered_json or_null(const std::optional<double>& figure) {
  return figure ? ordered_json(*figure) : ordered_json(nullptr);
}

std::string shape_text(const hls4ml::LayerShape& shape) {
  std::string text = fmt::format("{} inputs, size {}", shape.inputs, shape.size);
  if (shape.kernel != 1) text += fmt::format(", kernel {}", shape.kernel);
  if (shape.sequence != 1) text += fmt::format(", sequence {}", shape.sequence);
  if (shape.packets != 1) text += fmt::format(", {} packets", shape.packets);
  return text;
}

std::span<const Miss> first_of(const std::vector<Miss>& misses, std::size_t count) {
  return std::span(misses).first(std::min(misses.size(), count));
}

std::string worst_table(std::span<const Miss> worst) {
  constexpr std::string_view kRow = "{:<8}{:<20} {:>6} {:>11} {:>11}  {}\n";
  std::string table = fmt::format(kRow, "kind", "target", "reuse", "truth", "predicted", "layer");
  for (const Miss& miss : worst) {
    table += fmt::format(kRow, to_string(miss.shape.kind), to_string(miss.target), miss.reuse, cell(miss.truth, 1),
                         cell(miss.predicted, 1), shape_text(miss.shape));
  }
  return table;
}

ordered_json score_json(const Score& score) {
  return {{"kind", to_string(score.kind)},
          {"target", to_string(score.target)},
          {"n", score.n},
          {"zeros", score.zeros},
          {"r2", or_null(score.r2)},
          {"mape_percent", or_null(score.mape_percent)},
          {"median_ape_percent", or_null(score.median_ape_percent)},
          {"mae_percent", or_null(score.mae_percent)},
          {"rmse_percent", or_null(score.rmse_percent)},
          {"coverage_percent", or_null(score.coverage_percent)}};
}

ordered_json miss_json(const Miss& miss) {
  return {{"kind", to_string(miss.shape.kind)},
          {"target", to_string(miss.target)},
          {"inputs", miss.shape.inputs},
          {"size", miss.shape.size},
          {"kernel", miss.shape.kernel},
          {"sequence", miss.shape.sequence},
          {"packets", miss.shape.packets},
          {"reuse", miss.reuse},
          {"truth", miss.truth},
          {"predicted", miss.predicted}};
}

}  // namespace

std::string score_table(const Evaluation& evaluation, std::size_t worst) {
  constexpr std::string_view kRow = "{:<8}{:<20} {:>6} {:>6} {:>9} {:>9} {:>13} {:>7} {:>9} {:>11}\n";
  std::string table = fmt::format(kRow, "kind", "target", "n", "zeros", "R2", "MAPE %", "median APE %", "MAE %",
                                  "RMSE %", "coverage %");
  for (const Score& score : evaluation.scores) {
    table += fmt::format(kRow, to_string(score.kind), to_string(score.target), score.n, score.zeros, cell(score.r2, 4),
                         cell(score.mape_percent, 2), cell(score.median_ape_percent, 2), cell(score.mae_percent, 2),
                         cell(score.rmse_percent, 2), cell(score.coverage_percent, 0));
  }
  return table + "\nThe worst:\n" + worst_table(first_of(evaluation.worst, worst));
}

std::string side_by_side(const std::vector<Evaluation>& evaluations, std::size_t worst) {
  std::string table = fmt::format("{:<8}{:<20}", "kind", "target");
  for (const Evaluation& one : evaluations) table += fmt::format(" {:>7} {:>9} {:>11}", "n", one.title, "coverage %");
  table += '\n';
  for (const Score& row : evaluations.front().scores) {
    table += fmt::format("{:<8}{:<20}", to_string(row.kind), to_string(row.target));
    for (const Evaluation& one : evaluations) {
      const auto score = std::ranges::find_if(
          one.scores, [&](const Score& s) { return s.kind == row.kind && s.target == row.target; });
      if (score == one.scores.end()) continue;
      const auto& error = row.target == Target::Bram18k ? score->mae_percent : score->mape_percent;
      table += fmt::format(" {:>7} {:>9} {:>11}", score->n, cell(error, 2), cell(score->coverage_percent, 0));
    }
    table += '\n';
  }
  table += "\nErrors are MAPE in %; of BRAM the mean absolute error in % of the mean.\n";
  for (const Evaluation& one : evaluations)
    table += fmt::format("\nThe worst of {}:\n{}", one.title, worst_table(first_of(one.worst, worst)));
  return table;
}

std::string score_tables(const std::vector<Evaluation>& evaluations, std::size_t worst) {
  std::string text;
  for (auto first = evaluations.begin(); first != evaluations.end();) {
    const auto other = [&](const Evaluation& one) { return one.context != first->context; };
    const auto end = std::find_if(first, evaluations.end(), other);
    if (!first->context.empty()) text += fmt::format("{}{}\n\n", text.empty() ? "" : "\n", first->context);
    text += end - first == 1 ? score_table(*first, worst) : side_by_side({first, end}, worst);
    first = end;
  }
  return text;
}

std::string scores_to_json(const std::vector<Evaluation>& evaluations, std::size_t worst) {
  ordered_json document{{"format", "ntorc-scores"}, {"version", 2}, {"ntorc", kVersion}};
  document["evaluations"] = ordered_json::array();
  for (const Evaluation& one : evaluations) {
    ordered_json entry{{"evaluated", one.title}};
    if (!one.context.empty()) entry["context"] = one.context;
    entry["scores"] = ordered_json::array();
    entry["worst"] = ordered_json::array();
    for (const Score& score : one.scores) entry["scores"].push_back(score_json(score));
    for (const Miss& miss : first_of(one.worst, worst)) entry["worst"].push_back(miss_json(miss));
    document["evaluations"].push_back(std::move(entry));
  }
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ntorc::perf
