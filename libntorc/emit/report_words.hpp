// emit/report_words.hpp - what every form of a report says, as plain text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emit/figures.hpp"
#include "emit/plan_view.hpp"

namespace ntorc::emit {

/// Latency, initiation interval, what is minimised and how well it is proven, the scarcest resource. Empty without an
/// answer.
std::vector<KeyFigure> key_figures(const PlanView& view);

/// What the figures rest on, a sentence or two each.
std::vector<std::string> assumptions_of(const PlanView& view);

/// Names of what is priced beyond what its model or law was made from, each with the reason; but for what a warning of
/// the plan tells already.
std::vector<std::string> weaknesses_of(const PlanView& view);

/// "12 BRAM 18K, 340 LUT": by FIFOs of the least depth; empty if there is nothing to save.
std::string savings_of(const PlanView& view);

/// "2 400\u20132 750", rounded outwards; empty if that is one number.
std::string range_of(const perf::Interval& interval, perf::Target target);

/// "64 + 16": one number for each weight matrix, with `plus` between them; a dash without any.
std::string each_matrix(const std::vector<std::int64_t>& numbers, std::string_view plus);

/// "22500"
std::string whole(double figure);

/// "17.68 \u00B5s", "12.5 ms"
std::string time_of(double cycles, double clock_mhz);

}  // namespace ntorc::emit
