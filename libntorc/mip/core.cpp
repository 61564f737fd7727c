#include "mip/core.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ntorc::mip {
namespace {

double largest(const std::vector<std::int64_t>& column) {
  std::int64_t most = 0;
  for (const std::int64_t figure : column) most = std::max(most, figure);
  return std::max(1.0, static_cast<double>(most));
}

std::vector<double> divided(const std::vector<std::int64_t>& column, double scale) {
  std::vector<double> result(column.size());
  for (std::size_t i = 0; i < column.size(); ++i) result[i] = static_cast<double>(column[i]) / scale;
  return result;
}

/// A number in 0..1 that looks drawn by lot.
double fraction(std::size_t i) {
  std::uint64_t bits = (i + 1) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 32)) * 0xd6e8feb86659fd93u;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

/// Sum over the groups of the largest figure, and the right side.
double magnitude(const Problem& problem, const std::vector<std::int64_t>& column, std::int64_t right_side) {
  double sum = static_cast<double>(right_side) + 1;
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    std::int64_t most = 0;
    for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) most = std::max(most, column[i]);
    sum += static_cast<double>(most);
  }
  return sum;
}

}  // namespace

Core make_core(const Problem& problem, const std::vector<std::uint8_t>& kept) {
  Core core;
  core.limits = problem.limits.size();
  core.loads = problem.loads.size();
  core.rhs = problem.limits;
  core.rhs.resize(core.limits + core.loads, 0);
  core.rows.resize(core.rhs.size());
  const auto column = [&](std::size_t r) -> const std::vector<std::int64_t>& {
    return r < core.limits ? problem.amounts[r] : problem.loads[r - core.limits];
  };
  std::vector<std::uint32_t> left;
  std::vector<std::uint32_t> positions;  // of the choices of the core, in the problem
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    const std::size_t first = problem.first(g);
    left.clear();
    for (std::size_t i = first; i < problem.ends[g]; ++i) {
      if (kept[i] != 0) left.push_back(static_cast<std::uint32_t>(i));
    }
    if (left.size() == 1) {
      core.fixed.emplace_back(g, left.front() - first);
      core.fixed_cost += problem.costs[left.front()];
      for (std::size_t r = 0; r < core.rhs.size(); ++r) core.rhs[r] -= column(r)[left.front()];
      continue;
    }
    const auto cheaper = [&](std::uint32_t a, std::uint32_t b) { return problem.costs[a] < problem.costs[b]; };
    if (!std::ranges::is_sorted(left, cheaper)) std::ranges::stable_sort(left, cheaper);
    core.groups.push_back(g);
    const auto low = static_cast<std::uint32_t>(core.choices.size());
    for (const std::uint32_t i : left) {
      core.choices.push_back(static_cast<std::uint32_t>(i - first));
      positions.push_back(i);
    }
    core.ranges.push_back({low, static_cast<std::uint32_t>(core.choices.size())});
  }
  const auto gather = [&](const std::vector<std::int64_t>& from) {
    std::vector<std::int64_t> result(positions.size());
    for (std::size_t i = 0; i < positions.size(); ++i) result[i] = from[positions[i]];
    return result;
  };
  core.cost_magnitude = magnitude(problem, problem.costs, 0);
  for (std::size_t r = 0; r < core.rows.size(); ++r) {
    core.row_magnitudes.push_back(magnitude(problem, column(r), core.is_load(r) ? 0 : problem.limits[r]));
  }
  core.costs = gather(problem.costs);
  for (std::size_t r = 0; r < core.rows.size(); ++r) core.rows[r] = gather(column(r));
  // The largest load is cost, so that both have one scale.
  core.cost_scale = largest(core.costs);
  for (std::size_t r = core.limits; r < core.rows.size(); ++r) {
    core.cost_scale = std::max(core.cost_scale, largest(core.rows[r]));
  }
  core.scaled_costs = divided(core.costs, core.cost_scale);
  for (std::size_t i = 0; i < core.scaled_costs.size(); ++i) core.scaled_costs[i] += kPerturbation * fraction(i);
  for (std::size_t r = 0; r < core.rows.size(); ++r) {
    core.row_scales.push_back(core.is_load(r) ? core.cost_scale : largest(core.rows[r]));
    core.scaled_rows.push_back(divided(core.rows[r], core.row_scales[r]));
    core.scaled_rhs.push_back(static_cast<double>(core.rhs[r]) / core.row_scales[r]);
  }
  return core;
}

void narrow(const Core& from, const std::vector<Range>& ranges, const std::vector<std::uint8_t>& dropped, Core& to,
            std::vector<std::uint32_t>& moved) {
  const std::size_t rows = from.row_count();
  to.limits = from.limits;
  to.loads = from.loads;
  to.ranges.clear();
  to.groups.clear();
  to.choices.clear();
  to.costs.clear();
  to.scaled_costs.clear();
  to.rows.resize(rows);
  to.scaled_rows.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    to.rows[r].clear();
    to.scaled_rows[r].clear();
  }
  // No more room than is needed: thousands of these wait in a deep tree.
  std::size_t count = 0;
  for (const Range range : ranges) {
    for (std::uint32_t i = range.low; i < range.high; ++i) count += dropped[i] == 0 ? 1u : 0u;
  }
  to.choices.reserve(count);
  to.costs.reserve(count);
  to.scaled_costs.reserve(count);
  for (std::size_t r = 0; r < rows; ++r) {
    to.rows[r].reserve(count);
    to.scaled_rows[r].reserve(count);
  }
  to.rhs = from.rhs;
  to.fixed_cost = from.fixed_cost;
  to.fixed.clear();
  to.cost_scale = from.cost_scale;
  to.row_scales = from.row_scales;
  to.cost_magnitude = from.cost_magnitude;
  to.row_magnitudes = from.row_magnitudes;
  moved.assign(from.costs.size(), kGone);
  for (std::size_t h = 0; h < ranges.size(); ++h) {
    std::uint32_t left = 0;
    std::uint32_t last = 0;
    for (std::uint32_t i = ranges[h].low; i < ranges[h].high; ++i) {
      if (dropped[i] != 0) continue;
      ++left;
      last = i;
    }
    if (left == 1) {
      to.fixed.emplace_back(from.groups[h], from.choices[last]);
      to.fixed_cost += from.costs[last];
      for (std::size_t r = 0; r < rows; ++r) to.rhs[r] -= from.rows[r][last];
      continue;
    }
    to.groups.push_back(from.groups[h]);
    const auto low = static_cast<std::uint32_t>(to.choices.size());
    for (std::uint32_t i = ranges[h].low; i < ranges[h].high; ++i) {
      if (dropped[i] != 0) continue;
      moved[i] = static_cast<std::uint32_t>(to.choices.size());
      to.choices.push_back(from.choices[i]);
      to.costs.push_back(from.costs[i]);
      to.scaled_costs.push_back(from.scaled_costs[i]);
      for (std::size_t r = 0; r < rows; ++r) {
        to.rows[r].push_back(from.rows[r][i]);
        to.scaled_rows[r].push_back(from.scaled_rows[r][i]);
      }
    }
    to.ranges.push_back({low, static_cast<std::uint32_t>(to.choices.size())});
  }
  to.scaled_rhs.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) to.scaled_rhs[r] = static_cast<double>(to.rhs[r]) / to.row_scales[r];
}

Multipliers round_prices(const Core& core, const std::vector<double>& prices, bool objective) {
  // Every weight times what it weighs stays below 2^116, so that sums over twelve rows stay below 2^120.
  constexpr int kProductBits = 115;
  constexpr int kWeightBits = 61;
  if (prices.empty()) return {1, {}, {}};
  int shift = kWeightBits;
  std::vector<double> unscaled(prices.size(), 0);
  const auto shorten = [&](double weight, double magnitude) {
    if (!(weight > 0)) return;
    const int bits = std::ilogb(weight) + 1;  // weight < 2^bits
    shift = std::min({shift, kWeightBits - bits, kProductBits - bits - std::ilogb(magnitude) - 1});
  };
  const double unit = objective ? core.cost_scale : *std::ranges::max_element(core.row_scales);
  if (objective) shorten(1, core.cost_magnitude);
  for (std::size_t r = 0; r < prices.size(); ++r) {
    unscaled[r] = std::max(0.0, prices[r]) * unit / core.row_scales[r];
    if (!std::isfinite(unscaled[r])) unscaled[r] = 0;
    shorten(unscaled[r], core.row_magnitudes[r]);
  }
  Multipliers result;
  if (objective) {
    shift = std::max(shift, 0);
    result.objective = std::int64_t{1} << shift;
  }
  std::int64_t left = result.objective;
  for (std::size_t r = 0; r < prices.size(); ++r) {
    const double weight = std::min(std::ldexp(unscaled[r], shift), std::ldexp(1.0, kWeightBits));
    const bool fits = std::ilogb(std::max(weight, 1.0)) + std::ilogb(core.row_magnitudes[r]) <= kProductBits;
    std::int64_t rounded = fits ? std::llround(weight) : 0;
    if (core.is_load(r)) {
      rounded = std::min(rounded, left);
      left -= rounded;
      result.loads.push_back(rounded);
    } else {
      result.limits.push_back(rounded);
    }
  }
  return result;
}

Weighing::Weighing(const Core& core, const Multipliers& multipliers)
    : core_(&core), objective_(multipliers.objective), weights_(multipliers.limits) {
  weights_.insert(weights_.end(), multipliers.loads.begin(), multipliers.loads.end());
}

Wide Weighing::bound(const std::vector<Range>& ranges) {
  const std::size_t rows = weights_.size();
  // Floating point sorts out which choices can be the least of their group; those are weighed exactly. Scaled figures
  // lie in 0..1, so that a value is off by at most rows + 6 halves of the machine epsilon of the sum of the weights.
  std::array<double, kMaxRows> scaled{};
  const auto objective = static_cast<double>(objective_);
  double total = objective * core_->cost_scale;
  for (std::size_t r = 0; r < rows; ++r) {
    scaled[r] = static_cast<double>(weights_[r]) * core_->row_scales[r];
    total += scaled[r];
  }
  const double tolerance = total * static_cast<double>(rows + 6) * std::numeric_limits<double>::epsilon();
  Wide sum = static_cast<Wide>(objective_) * core_->fixed_cost;
  for (std::size_t r = 0; r < rows; ++r) sum -= static_cast<Wide>(weights_[r]) * core_->rhs[r];
  values_.resize(core_->costs.size());
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = objective * static_cast<double>(core_->costs[i]);
  for (std::size_t r = 0; r < rows; ++r) {
    if (weights_[r] == 0) continue;
    const double* const row = core_->scaled_rows[r].data();
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += scaled[r] * row[i];
  }
  least_.resize(ranges.size());
  for (std::size_t h = 0; h < ranges.size(); ++h) {
    double lowest = values_[ranges[h].low];
    for (std::uint32_t i = ranges[h].low + 1; i < ranges[h].high; ++i) lowest = std::min(lowest, values_[i]);
    bool found = false;
    for (std::uint32_t i = ranges[h].low; i < ranges[h].high; ++i) {
      if (values_[i] > lowest + tolerance) continue;
      const Wide value = weigh(i);
      if (!found || value < least_[h]) least_[h] = value;
      found = true;
    }
    sum += least_[h];
  }
  return sum;
}

}  // namespace ntorc::mip
