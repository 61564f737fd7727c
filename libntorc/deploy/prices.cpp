#include "deploy/prices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

/// @param why  tells it of a layer without any.
void expect_intervals(const CostTable& table, double confidence,
                      const std::function<std::string(const LayerCosts&)>& why) {
  for (const LayerCosts& layer : table) {
    if (std::ranges::any_of(layer.rows, [](const CostRow& row) { return row.interval.has_value(); })) continue;
    throw InvalidArgument(fmt::format("layer {}: none of its choices has an interval for confidence {}: {}",
                                      layer.layer, confidence, why(layer)));
  }
}

std::string why_no_interval(const LayerCosts& layer, const perf::PerformanceModel& model) {
  if (model.method() == perf::Method::Forest) {
    return fmt::format("the performance model \"{}\" is a forest, which tells none", model.provenance().name);
  }
  const auto reasons = model.support_reasons(*layer.shape, layer.rows.front().choice.reuse);
  return fmt::format(
      "the performance model \"{}\" was not tried on enough layers like it, or the upper ends are above {:g}{}{}{}",
      model.provenance().name, kMaxFigure, reasons.empty() ? "" : " (", fmt::join(reasons, "; "),
      reasons.empty() ? "" : ")");
}

}  // namespace

CostTable prices_for(const model::Network& network, const perf::PerformanceModel& model, const PlanOptions& options) {
  const std::optional<double> confidence = options.question.confidence;
  CostTable table = price(network, model, options.limits, confidence.value_or(kDefaultConfidence));
  if (confidence) {
    expect_intervals(table, *confidence, [&](const LayerCosts& layer) { return why_no_interval(layer, model); });
  }
  return table;
}

void expect_intervals(const CostTable& table, const std::optional<double>& confidence) {
  if (!confidence) return;
  expect_intervals(table, *confidence, [](const LayerCosts&) { return "its costs came without"; });
}

std::string source_of(const perf::PerformanceModel& model) {
  return fmt::format("{}, {}", model.provenance().name, to_string(model.method()));
}

}  // namespace ntorc::deploy
