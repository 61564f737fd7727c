#include "perf/spread.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "perf/support.hpp"

namespace ntorc::perf {
namespace {

using Rows = std::vector<const Observation*>;

/// The errors on sizes left out are of few sizes, and those of one size are alike. That much less is asked of their
/// intervals to be wrong.
constexpr double kFewSizes = 0.8;

std::vector<double> error_scores(const std::vector<HeldOut>& held_out) {
  std::vector<double> scores;
  for (const HeldOut& one : held_out) scores.push_back(error_score(one.truth, one.predicted));
  return scores;
}

}  // namespace

double error_score(double truth, double predicted) { return std::abs(std::log1p(truth) - std::log1p(predicted)); }

std::vector<double> conformal_widths(std::vector<double> scores, double caution) {
  std::ranges::sort(scores);
  std::vector<double> widths;
  for (const double confidence : kConfidences) {
    const double share = 1 - (1 - confidence) * caution;
    const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(scores.size() + 1) * share - 1e-9));
    if (rank > scores.size()) break;
    widths.push_back(scores[rank - 1]);
  }
  return widths;
}

std::array<std::vector<double>, 3> widths_of(const Rows& rows, const Learner& learner) {
  std::array<std::vector<double>, 3> widths{
      conformal_widths(error_scores(hold_out_configurations(rows, learner))),
      conformal_widths(error_scores(hold_out_sizes(rows, learner, Sizes::Interior)), kFewSizes),
      conformal_widths(error_scores(hold_out_sizes(rows, learner, Sizes::Extreme)), kFewSizes)};
  if (widths[1].empty()) widths[1] = widths[2];
  for (std::size_t s = 1; s < widths.size(); ++s) {  // the less is known, the wider; the more is asked, the wider
    for (std::size_t c = 0; c < widths[s].size(); ++c) {
      for (std::size_t known = 0; known < s; ++known) {
        if (c < widths[known].size()) widths[s][c] = std::max(widths[s][c], widths[known][c]);
      }
      if (c > 0) widths[s][c] = std::max(widths[s][c], widths[s][c - 1]);
    }
  }
  return widths;
}

std::optional<double> width_of(const std::array<std::vector<double>, 3>& widths, Support support, std::size_t level) {
  const std::vector<double>& known = widths[static_cast<std::size_t>(support)];
  return level < known.size() ? std::optional(known[level]) : std::nullopt;
}

Range interval_of(double figure, double width) {
  const double factor = std::exp(width);
  return {std::max(0.0, (figure + 1) / factor - 1), (figure + 1) * factor - 1};
}

std::optional<double> coverage(const Rows& rows, const std::vector<HeldOut>& held_out, const Learner& learner) {
  constexpr std::size_t kLevel = 2;
  static_assert(kConfidences[kLevel] == 0.9);
  std::set<std::size_t> parts;
  for (const HeldOut& one : held_out) parts.insert(one.part);
  std::size_t judged = 0;
  std::size_t within = 0;
  for (const std::size_t part : parts) {
    std::set<std::vector<std::int64_t>> tested;
    for (const HeldOut& one : held_out) {
      if (one.part == part) tested.insert(configuration_of(*one.row));
    }
    Rows training;
    std::ranges::copy_if(rows, std::back_inserter(training),
                         [&](const Observation* row) { return !tested.contains(configuration_of(*row)); });
    const auto widths = widths_of(training, learner);
    const Known known = known_of(training);
    for (const HeldOut& one : held_out) {
      if (one.part != part) continue;
      const Support support = support_of(known, structure_of(one.row->shape, one.row->reuse));
      const auto width = width_of(widths, support, kLevel);
      if (!width) continue;
      ++judged;
      if (error_score(one.truth, one.predicted) <= *width + 1e-9) ++within;
    }
  }
  if (judged == 0) return std::nullopt;
  return static_cast<double>(within) / static_cast<double>(judged);
}

}  // namespace ntorc::perf
