#include "perf/spread.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace ntorc::perf {

double error_score(double truth, double predicted) { return std::abs(std::log1p(truth) - std::log1p(predicted)); }

std::vector<double> conformal_widths(std::vector<double> scores) {
  std::ranges::sort(scores);
  std::vector<double> widths;
  for (const double confidence : kConfidences) {
    const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(scores.size() + 1) * confidence));
    if (rank > scores.size()) break;
    widths.push_back(scores[rank - 1]);
  }
  return widths;
}

std::vector<double> error_scores(const std::vector<HeldOut>& held_out) {
  std::vector<double> scores;
  for (const HeldOut& one : held_out) scores.push_back(error_score(one.truth, one.predicted));
  return scores;
}

std::optional<double> coverage(const std::vector<HeldOut>& held_out, double confidence) {
  std::set<std::size_t> parts;
  for (const HeldOut& one : held_out) parts.insert(one.part);
  const auto level = static_cast<std::size_t>(std::ranges::find(kConfidences, confidence) - kConfidences.begin());
  std::size_t judged = 0;
  std::size_t within = 0;
  for (const std::size_t part : parts) {
    std::vector<HeldOut> others;
    std::ranges::copy_if(held_out, std::back_inserter(others), [&](const HeldOut& one) { return one.part != part; });
    const std::vector<double> widths = conformal_widths(error_scores(others));
    if (level >= widths.size()) continue;
    for (const HeldOut& one : held_out) {
      if (one.part != part) continue;
      ++judged;
      if (error_score(one.truth, one.predicted) <= widths[level] + 1e-12) ++within;
    }
  }
  if (judged == 0) return std::nullopt;
  return static_cast<double>(within) / static_cast<double>(judged);
}

}  // namespace ntorc::perf
