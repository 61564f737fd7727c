// search/report_view.hpp - a search, ready to be told: what is on the front, and figures as texts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/search/report.hpp"

namespace ntorc::search {

/// Nothing for what is not finite, or so large that no sum of it is.
std::optional<double> if_finite(std::optional<double> value);

struct FrontMember {
  const ReportTrial* trial = nullptr;
  const ReportNetwork* network = nullptr;  ///< null without one
  double cost = 0;
  double error = 0;
  std::optional<double> deviation{};
};

/// Keeps pointers into the report.
struct SearchView {
  const SearchReport* report = nullptr;
  std::vector<FrontMember> front{};         ///< by ascending cost; those with a cost and an error
  std::vector<const FrontMember*> shown{};  ///< of it: least error, middle, cheapest; each once
  int error_decimals = 0;

  SearchView() = default;
  SearchView(const SearchView&) = delete;  // `shown` points into `front`
  SearchView(SearchView&&) = default;
  SearchView& operator=(const SearchView&) = delete;
  SearchView& operator=(SearchView&&) = default;
  ~SearchView() = default;

  std::string error_text(double error) const;                        ///< "0.0812"
  std::string with_unit(const std::string& text) const;              ///< "0.0812 V"
  std::string error_with_deviation(const ReportTrial& trial) const;  ///< "0.0812 ± 0.0031"; a dash without one
  std::string cost_text(double cost) const;                          ///< "98 368", "12.4%"
};

/// @param report  outlives the view.
SearchView view_of(const SearchReport& report);

std::string cost_title(CostKind kind);  ///< "multiplies of one inference"
std::string cost_head(CostKind kind);   ///< of a column: "multiplies"

/// "12.3 h"
std::string time_text(double seconds);

}  // namespace ntorc::search
