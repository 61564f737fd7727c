// emit/figures_json.hpp - numbers and costs in JSON, alike in every file of a plan.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/performance_model.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {

inline constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

/// Whole numbers without a fraction.
nlohmann::ordered_json number(double value);
nlohmann::ordered_json number(const std::optional<double>& value);  ///< null for nothing

/// The six figures.
nlohmann::ordered_json cost_json(const perf::LayerCost& cost);

nlohmann::ordered_json interval_json(const std::optional<perf::Interval>& interval);

// Each @throws ParseError if the value is not what it is called.

double amount(const support::JsonReader& reader);  ///< >= 0
std::optional<support::JsonReader> if_any(const support::JsonReader& reader,
                                          std::string_view key);  ///< nothing for null; the key must be there
std::optional<double> amount_if_any(const support::JsonReader& reader, std::string_view key);
perf::LayerCost read_cost(const support::JsonReader& reader);
perf::Interval read_interval(const support::JsonReader& reader);
void expect_around(const support::JsonReader& reader, const perf::Interval& interval, const perf::LayerCost& cost);
perf::Support read_support(const support::JsonReader& reader);
std::vector<std::string> read_texts(const support::JsonReader& reader);

}  // namespace ntorc::emit
