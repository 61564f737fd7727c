#include "emit/figures_json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::emit {

using nlohmann::ordered_json;
using support::JsonReader;

ordered_json number(double value) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53
  if (std::trunc(value) == value && std::abs(value) < kExact) return static_cast<std::int64_t>(value);
  return value;
}

ordered_json number(const std::optional<double>& value) { return value ? number(*value) : ordered_json(nullptr); }

ordered_json cost_json(const perf::LayerCost& cost) {
  ordered_json json;
  for (const perf::Target target : perf::kTargets) json[std::string(to_string(target))] = number(cost[target]);
  return json;
}

ordered_json interval_json(const std::optional<perf::Interval>& interval) {
  if (!interval) return nullptr;
  return {{"low", cost_json(interval->low)}, {"high", cost_json(interval->high)}};
}

double amount(const JsonReader& reader) {
  if (!(reader.number() >= 0)) reader.fail("a number >= 0");
  return reader.number();
}

std::optional<JsonReader> if_any(const JsonReader& reader, std::string_view key) {
  const JsonReader member = reader.at(key);
  return member.value().is_null() ? std::nullopt : std::optional(member);
}

std::optional<double> amount_if_any(const JsonReader& reader, std::string_view key) {
  const auto member = if_any(reader, key);
  return member ? std::optional(amount(*member)) : std::nullopt;
}

perf::LayerCost read_cost(const JsonReader& reader) {
  reader.only({"latency_min_cycles", "latency_max_cycles", "lut", "ff", "dsp", "bram_18k"});
  perf::LayerCost cost;
  for (const perf::Target target : perf::kTargets) cost[target] = amount(reader.at(to_string(target)));
  return cost;
}

perf::Interval read_interval(const JsonReader& reader) {
  reader.only({"low", "high"});
  return {read_cost(reader.at("low")), read_cost(reader.at("high"))};
}

void expect_around(const JsonReader& reader, const perf::Interval& interval, const perf::LayerCost& cost) {
  for (const perf::Target target : perf::kTargets) {
    if (deploy::encloses(interval, cost, target)) continue;
    const bool above = interval.low[target] > cost[target];
    reader.at(above ? "low" : "high")
        .at(to_string(target))
        .fail(fmt::format("{} the cost, {}", above ? "at most" : "at least", cost[target]));
  }
}

perf::Support read_support(const JsonReader& reader) {
  using perf::Support;
  for (const Support support : {Support::Inside, Support::Interpolated, Support::Extrapolated}) {
    if (reader.text() == to_string(support)) return support;
  }
  reader.fail("inside, interpolated, extrapolated or null");
}

std::vector<std::string> read_texts(const JsonReader& reader) {
  std::vector<std::string> texts;
  for (const JsonReader& item : reader.items()) texts.push_back(item.text());
  return texts;
}

}  // namespace ntorc::emit
