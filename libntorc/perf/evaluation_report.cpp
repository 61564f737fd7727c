#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ntorc/perf/evaluation.hpp"
#include "ntorc/version.hpp"

namespace ntorc::perf {
namespace {

std::string cell(const std::optional<double>& figure, int decimals) {
  return figure ? fmt::format("{:.{}f}", *figure, decimals) : "-";
}

nlohmann::ordered_json or_null(const std::optional<double>& figure) {
  return figure ? nlohmann::ordered_json(*figure) : nlohmann::ordered_json(nullptr);
}

}  // namespace

std::string score_table(const std::vector<Score>& scores) {
  constexpr std::string_view kRow = "{:<8}{:<20}{:>7}{:>7}{:>10}{:>10}{:>14}{:>10}\n";
  std::string table = fmt::format(kRow, "kind", "target", "n", "zeros", "R2", "MAPE %", "median APE %", "RMSE %");
  for (const Score& score : scores) {
    table += fmt::format(kRow, to_string(score.kind), to_string(score.target), score.n, score.zeros, cell(score.r2, 4),
                         cell(score.mape_percent, 2), cell(score.median_ape_percent, 2), cell(score.rmse_percent, 2));
  }
  return table;
}

std::string scores_to_json(const std::vector<Score>& scores, std::string_view title) {
  nlohmann::ordered_json document{
      {"format", "ntorc-scores"}, {"version", 1}, {"ntorc", kVersion}, {"evaluated", title}};
  document["scores"] = nlohmann::ordered_json::array();
  for (const Score& score : scores) {
    document["scores"].push_back({{"kind", to_string(score.kind)},
                                  {"target", to_string(score.target)},
                                  {"n", score.n},
                                  {"zeros", score.zeros},
                                  {"r2", or_null(score.r2)},
                                  {"mape_percent", or_null(score.mape_percent)},
                                  {"median_ape_percent", or_null(score.median_ape_percent)},
                                  {"rmse_percent", or_null(score.rmse_percent)}});
  }
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ntorc::perf
