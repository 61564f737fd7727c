#include "search/report_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "emit/figures.hpp"

namespace ntorc::search {
namespace {

/// Decimals that give the least of the errors three digits.
int decimals_of_errors(const SearchReport& report) {
  double least = 0;
  for (const ReportTrial& trial : report.trials) {
    const double error = std::abs(if_finite(trial.error).value_or(0));
    if (error > 0 && (least == 0 || error < least)) least = error;
  }
  constexpr int kMostDecimals = 9;
  return least == 0 ? 4 : std::clamp(2 - static_cast<int>(std::floor(std::log10(least))), 0, kMostDecimals);
}

}  // namespace

std::optional<double> if_finite(std::optional<double> value) {
  constexpr double kLarge = 1e30;
  return value && std::abs(*value) < kLarge ? value : std::nullopt;  // NaN is not less
}

std::string SearchView::error_text(double error) const {
  constexpr double kLongest = 1e9;
  return std::abs(error) < kLongest ? fmt::format("{:.{}f}", error, error_decimals) : fmt::format("{:.4g}", error);
}

std::string SearchView::with_unit(const std::string& text) const {
  return report->unit.empty() ? text : fmt::format("{} {}", text, report->unit);
}

std::string SearchView::error_with_deviation(const ReportTrial& trial) const {
  const auto error = if_finite(trial.error);
  if (!error) return "\u2013";
  const auto deviation = if_finite(trial.deviation);
  return error_text(*error) + (deviation ? fmt::format(" \u00B1 {}", error_text(*deviation)) : "");
}

std::string SearchView::cost_text(double cost) const {
  return report->cost == CostKind::Share ? emit::percent(cost) : emit::grouped(cost);
}

SearchView view_of(const SearchReport& report) {
  SearchView view;
  view.report = &report;
  view.error_decimals = decimals_of_errors(report);
  for (const ReportTrial& trial : report.trials) {
    const auto cost = if_finite(trial.cost);
    const auto error = if_finite(trial.error);
    if (!trial.on_front || !cost || !error) continue;
    const auto network = std::ranges::find(report.networks, trial.number, &ReportNetwork::trial);
    view.front.push_back(
        {&trial, network == report.networks.end() ? nullptr : &*network, *cost, *error, if_finite(trial.deviation)});
  }
  std::ranges::stable_sort(view.front, {},
                           [](const FrontMember& member) { return std::pair(member.cost, -member.error); });
  if (view.front.empty()) return view;
  for (const FrontMember* const member : {&*std::ranges::min_element(view.front, {}, &FrontMember::error),
                                          &view.front[view.front.size() / 2], &view.front.front()}) {
    if (std::ranges::find(view.shown, member) == view.shown.end()) view.shown.push_back(member);
  }
  return view;
}

std::string cost_title(CostKind kind) {
  switch (kind) {
    case CostKind::Multiplies:
      return "multiplies of one inference";
    case CostKind::NtorcPaper:
      return "multiplies of one inference, by the formulas of N-TORC's paper";
    case CostKind::NtorcCode:
      return "multiplies of one inference, as N-TORC's program counts them";
    case CostKind::Lut:
      return "LUT of the planned design";
    case CostKind::Ff:
      return "FF of the planned design";
    case CostKind::Dsp:
      return "DSP of the planned design";
    case CostKind::Bram18k:
      return "BRAM 18K of the planned design";
    case CostKind::Resources:
      return "LUT + FF + DSP + BRAM of the planned design";
    case CostKind::Share:
      break;
  }
  return "largest share of LUT, FF, DSP or BRAM of the part, in %";
}

std::string cost_head(CostKind kind) {
  switch (kind) {
    case CostKind::Multiplies:
      return "multiplies";
    case CostKind::NtorcPaper:
      return "multiplies by the paper";
    case CostKind::NtorcCode:
      return "multiplies by N-TORC";
    case CostKind::Lut:
      return "least LUT";
    case CostKind::Ff:
      return "least FF";
    case CostKind::Dsp:
      return "least DSP";
    case CostKind::Bram18k:
      return "least BRAM 18K";
    case CostKind::Resources:
      return "resources";
    case CostKind::Share:
      break;
  }
  return "share of the part";
}

std::string time_text(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  constexpr double kDay = 86'400;
  if (seconds < 2 * kMinute) return fmt::format("{:.1f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.1f} min", seconds / kMinute);
  if (seconds < 4 * kDay) return fmt::format("{:.1f} h", seconds / kHour);
  return fmt::format("{:.1f} days", seconds / kDay);
}

}  // namespace ntorc::search
