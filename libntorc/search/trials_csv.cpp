#include <fmt/format.h>

#include "ntorc/search/report.hpp"
#include "search/report_view.hpp"
#include "support/csv.hpp"

namespace ntorc::search {
namespace {

std::string figure_or_nothing(std::optional<double> value) {
  const auto known = if_finite(value);
  return known ? fmt::format("{}", *known) : "";
}

}  // namespace

std::string trials_csv(const SearchReport& report) {
  std::string text = "trial,status,network,cost,multiplies,error,deviation,trainings,on_front,epochs,last_error\n";
  for (const ReportTrial& trial : report.trials) {
    const auto last = trial.curve.empty() ? std::nullopt : std::optional(trial.curve.back());
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", trial.number, to_string(trial.status),
                        support::csv_cell(trial.network), figure_or_nothing(trial.cost), trial.multiplies,
                        figure_or_nothing(trial.error), figure_or_nothing(trial.deviation), trial.trainings,
                        trial.on_front ? "yes" : "no", last ? fmt::format("{}", last->epochs) : "",
                        last ? figure_or_nothing(last->error) : "");
  }
  return text;
}

}  // namespace ntorc::search
