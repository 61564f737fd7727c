// Synthetic tables for the benchmarks of the solver, and the two questions put to each. All draws are made in integers
// from std::mt19937_64 without the distributions of std, so a table is the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "ntorc/mip/problem.hpp"

namespace ntorc::benchmarks {

enum class Family {
  Trend,        ///< A: resources a / RF + b with 5 % noise, each with its own a and b; latency c * RF + d
  Variants,     ///< B: reuse factor times strategies and places for multipliers and weights, which trade attributes
  Adversarial,  ///< C: LUT = 120000 - latency, all else at random: no choice dominates another
};

inline constexpr std::size_t kResources = 4;  ///< LUT, FF, DSP, BRAM, in this order

/// What every choice of every layer needs, as columns: all choices of layer 0 first.
struct Table {
  std::vector<std::size_t> ends{};  ///< as mip::Problem::ends
  std::vector<std::int64_t> latency{};
  std::array<std::vector<std::int64_t>, kResources> resources{};
  std::int64_t unit = 1;  ///< how much of a figure is one cycle, one LUT, ...

  std::size_t layers() const { return ends.size(); }
  std::size_t first(std::size_t layer) const { return layer == 0 ? 0 : ends[layer - 1]; }
};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  /// Of low..high, both included.
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

  /// `figure` with up to 5 % noise.
  std::int64_t noisy(std::int64_t figure) { return figure * (*this)(950, 1'050) / 1'000; }

 private:
  std::mt19937_64 random_;
};

namespace detail {

inline void add_choice(Table& table, std::int64_t latency, const std::array<std::int64_t, kResources>& needs) {
  table.latency.push_back(latency);
  for (std::size_t m = 0; m < kResources; ++m) table.resources[m].push_back(needs[m]);
}

inline void add_trend_layer(Table& table, std::int64_t choices, Draw& draw) {
  const std::array<std::int64_t, kResources> falling = {draw(2'000, 100'000), draw(1'000, 60'000), draw(50, 2'000),
                                                        draw(10, 400)};
  const std::array<std::int64_t, kResources> fixed = {draw(100, 2'000), draw(100, 1'500), draw(0, 4), draw(0, 4)};
  const std::int64_t steps = draw(10, 200);
  const std::int64_t start = draw(5, 500);
  for (std::int64_t reuse = 1; reuse <= choices; ++reuse) {
    std::array<std::int64_t, kResources> needs{};
    for (std::size_t m = 0; m < kResources; ++m) needs[m] = draw.noisy(falling[m]) / reuse + fixed[m];
    add_choice(table, steps * reuse + start, needs);
  }
}

/// How a variant changes latency, LUT, FF, DSP and BRAM, in percent.
struct Variant {
  std::int64_t latency;
  std::array<std::int64_t, kResources> needs;
};

inline constexpr std::array<Variant, 8> kVariants = {{
    {100, {100, 100, 100, 100}},  // multipliers in DSP, weights in BRAM
    {100, {230, 120, 10, 100}},   // multipliers in LUT
    {95, {140, 150, 100, 15}},    // weights in LUT
    {90, {280, 180, 10, 10}},     // both
    {70, {115, 240, 100, 110}},   // pipelined more deeply
    {130, {85, 60, 100, 100}},    // and less
    {100, {160, 110, 50, 100}},   // half of the multipliers in LUT
    {110, {75, 95, 105, 190}},    // activations by tables in BRAM
}};

inline void add_variants_layer(Table& table, std::int64_t choices, Draw& draw) {
  const std::int64_t multipliers = draw(200, 20'000);
  const std::array<std::int64_t, kResources> falling = {multipliers * draw(3, 5), multipliers * draw(2, 3),
                                                        multipliers / draw(8, 16), multipliers / draw(30, 80)};
  const std::array<std::int64_t, kResources> fixed = {draw(100, 2'000), draw(100, 1'500), draw(0, 4), draw(0, 4)};
  const std::int64_t steps = draw(10, 200);
  const std::int64_t start = draw(5, 500);
  const std::int64_t variants = choices >= 32 ? 8 : 4;
  for (std::int64_t i = 0; i < choices; ++i) {
    const std::int64_t reuse = i / variants + 1;
    const Variant& variant = kVariants[static_cast<std::size_t>(i % variants)];
    std::array<std::int64_t, kResources> needs{};
    for (std::size_t m = 0; m < kResources; ++m) {
      needs[m] = draw.noisy(falling[m]) * variant.needs[m] / (100 * reuse) + fixed[m];
    }
    add_choice(table, draw.noisy(steps * reuse * 100) * variant.latency / 10'000 + start, needs);
  }
}

inline void add_adversarial_layer(Table& table, std::int64_t choices, Draw& draw) {
  for (std::int64_t i = 0; i < choices; ++i) {
    const std::int64_t latency = draw(1'000, 100'000);
    add_choice(table, latency, {120'000 - latency, draw(1'000, 100'000), draw(1'000, 100'000), draw(1'000, 100'000)});
  }
}

using Sums = std::array<std::int64_t, kResources>;

/// What the selection needs that is least, layer by layer, in latency * latency_price + sum_m resource[m] * prices[m].
inline Sums needs_at_prices(const Table& table, std::int64_t latency_price, const Sums& prices) {
  Sums needs{};
  for (std::size_t g = 0; g < table.layers(); ++g) {
    const auto price_of = [&](std::size_t i) {
      std::int64_t price = table.latency[i] * latency_price;
      for (std::size_t m = 0; m < kResources; ++m) price += table.resources[m][i] * prices[m];
      return price;
    };
    std::size_t best = table.first(g);
    for (std::size_t i = best + 1; i < table.ends[g]; ++i) {
      if (price_of(i) < price_of(best)) best = i;
    }
    for (std::size_t m = 0; m < kResources; ++m) needs[m] += table.resources[m][best];
  }
  return needs;
}

/// The sums over all layers of the least and of the largest figure.
inline std::pair<std::int64_t, std::int64_t> range_of(const Table& table, const std::vector<std::int64_t>& column) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (std::size_t g = 0; g < table.layers(); ++g) {
    const auto begin = column.begin() + static_cast<std::ptrdiff_t>(table.first(g));
    const auto end = column.begin() + static_cast<std::ptrdiff_t>(table.ends[g]);
    least += *std::min_element(begin, end);
    most += *std::max_element(begin, end);
  }
  return {least, most};
}

}  // namespace detail

inline Table make_table(Family family, std::int64_t layers, std::int64_t choices, std::uint64_t seed) {
  Table table;
  Draw draw(seed);
  for (std::int64_t g = 0; g < layers; ++g) {
    switch (family) {
      case Family::Trend:
        detail::add_trend_layer(table, choices, draw);
        break;
      case Family::Variants:
        detail::add_variants_layer(table, choices, draw);
        break;
      case Family::Adversarial:
        detail::add_adversarial_layer(table, choices, draw);
        break;
    }
    table.ends.push_back(table.latency.size());
  }
  return table;
}

/// Every figure a million times as large, with digits of its own below: the fixed point in which plans are made.
inline Table in_fixed_point(Table table, std::uint64_t seed) {
  constexpr std::int64_t kUnit = 1'000'000;
  Draw draw(seed);
  const auto refine = [&](std::vector<std::int64_t>& column) {
    for (std::int64_t& figure : column) figure = figure * kUnit + draw(0, kUnit - 1);
  };
  refine(table.latency);
  for (auto& column : table.resources) refine(column);
  table.unit *= kUnit;
  return table;
}

/// Least LUT + FF + DSP + BRAM within `cycles`, in the table's units.
inline mip::Problem one_deadline(const Table& table, std::int64_t cycles) {
  mip::Problem problem;
  problem.limits = {cycles};
  problem.ends = table.ends;
  problem.costs.assign(table.latency.size(), 0);
  for (const auto& column : table.resources) {
    for (std::size_t i = 0; i < column.size(); ++i) problem.costs[i] += column[i];
  }
  problem.amounts = {table.latency};
  return problem;
}

/// The same within a quarter of the way from the least latency to the largest.
inline mip::Problem one_deadline(const Table& table) {
  const auto [least, most] = detail::range_of(table, table.latency);
  return one_deadline(table, least + (most - least) / 4);
}

/// Least latency within budgets for LUT, FF, DSP and BRAM, in the table's units.
inline mip::Problem four_budgets(const Table& table, const std::array<std::int64_t, kResources>& budgets) {
  mip::Problem problem;
  problem.limits.assign(budgets.begin(), budgets.end());
  problem.ends = table.ends;
  problem.costs = table.latency;
  problem.amounts.assign(table.resources.begin(), table.resources.end());
  return problem;
}

namespace detail {

/// Budgets that all bind, for a table whose unit is 1.
inline Sums binding_budgets(const Table& table, std::uint64_t seed) {
  constexpr std::int64_t kWhole = std::int64_t{1} << 40;
  constexpr std::int64_t kPriceUnit = 64;
  const Sums fastest = needs_at_prices(table, 1, {});
  Sums least{};
  Sums ranges{};
  Sums weights{};
  for (std::size_t m = 0; m < kResources; ++m) {
    least[m] = range_of(table, table.resources[m]).first;
    ranges[m] = std::max<std::int64_t>(1, fastest[m] - least[m]);
    weights[m] = kWhole / (ranges[m] * kPriceUnit * kPriceUnit);
  }
  const auto [shortest, longest] = range_of(table, table.latency);
  const std::int64_t latency_weight = kWhole / (std::max<std::int64_t>(1, longest - shortest) * kPriceUnit);
  const auto needs_at = [&](std::int64_t price) {
    Sums prices = weights;
    for (std::int64_t& weight : prices) weight *= price;
    return needs_at_prices(table, latency_weight, prices);
  };
  const auto percent_of_range = [&](const Sums& needs) {
    std::int64_t sum = 0;
    for (std::size_t m = 0; m < kResources; ++m) sum += 100 * (needs[m] - least[m]) / ranges[m];
    return sum / static_cast<std::int64_t>(kResources);
  };
  std::int64_t low = 0;
  std::int64_t high = kPriceUnit * kPriceUnit;
  while (high - low > 1) {
    const std::int64_t middle = (low + high) / 2;
    (percent_of_range(needs_at(middle)) > 35 ? low : high) = middle;
  }
  Sums budgets = needs_at(high);
  Draw draw(seed);
  for (std::size_t m = 0; m < kResources; ++m) {
    budgets[m] += draw(0, ranges[m] / static_cast<std::int64_t>(2 * table.layers()));
  }
  return budgets;
}

}  // namespace detail

/// The same within budgets that all bind: what the selection needs that is fastest when every resource has a price,
/// the prices so high that it needs about a third of the way from the least to what the fastest needs, and up to half
/// of one layer's part of that way more.
inline mip::Problem four_budgets(const Table& table, std::uint64_t seed) {
  if (table.unit == 1) return four_budgets(table, detail::binding_budgets(table, seed));
  Table whole = table;
  const auto round_down = [&](std::vector<std::int64_t>& column) {
    for (std::int64_t& figure : column) figure /= table.unit;
  };
  round_down(whole.latency);
  for (auto& column : whole.resources) round_down(column);
  detail::Sums budgets = detail::binding_budgets(whole, seed);
  for (std::int64_t& budget : budgets) budget = (budget + static_cast<std::int64_t>(table.layers())) * table.unit;
  return four_budgets(table, budgets);
}

}  // namespace ntorc::benchmarks
