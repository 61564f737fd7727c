#include "search/improvement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ntorc::search {
namespace {

constexpr double kLogOfNothing = -std::numeric_limits<double>::infinity();
constexpr double kLogSqrt2Pi = 0.9189385332046727;

/// ln Phi(z)
double log_normal_below(double z) {
  if (z > -20) return std::log(std::erfc(-z / std::numbers::sqrt2) / 2);
  const double u = 1 / (z * z);
  return -z * z / 2 - kLogSqrt2Pi - std::log(-z) + std::log1p(-u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u))));
}

/// ln(exp(a) - exp(b)), a >= b
double log_difference(double a, double b) {
  if (!(b < a)) return kLogOfNothing;
  if (b == kLogOfNothing) return a;
  return a + std::log(-std::expm1(b - a));
}

}  // namespace

double log_improvement(double z) {
  if (z > -1) {
    const double density = std::exp(-z * z / 2 - kLogSqrt2Pi);
    return std::log(density + z * std::erfc(-z / std::numbers::sqrt2) / 2);
  }
  if (z > -12) {
    // 1 - |z| Mills' ratio, from erfc while its digits last.
    const double ratio = std::sqrt(std::numbers::pi / 2) * std::exp(z * z / 2) * std::erfc(-z / std::numbers::sqrt2);
    return -z * z / 2 - kLogSqrt2Pi + std::log1p(z * ratio);
  }
  // Asymptotic: phi(z) / z^2 (1 - 3 / z^2 + 15 / z^4 - ...)
  const double u = 1 / (z * z);
  const double series = -3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u * (1 - 13 * u)))));
  return -z * z / 2 - kLogSqrt2Pi + std::log(u) + std::log1p(series);
}

double log_length_above(double low, double high, const Belief& belief) {
  if (!(high > low)) return kLogOfNothing;
  if (!(belief.deviation > 0)) {
    const double length = high - std::max(low, belief.mean);
    return length > 0 ? std::log(length) : kLogOfNothing;
  }
  const double z_high = (high - belief.mean) / belief.deviation;
  const double z_low = (low - belief.mean) / belief.deviation;
  if (z_high - z_low < 1e-4 / (1 + std::abs(z_high))) {
    return std::log(high - low) + log_normal_below((z_high + z_low) / 2);
  }
  const double above_high = log_improvement(z_high);
  const double above_low = std::isinf(low) ? kLogOfNothing : log_improvement(z_low);
  return std::log(belief.deviation) + log_difference(above_high, above_low);
}

Strips::Strips(const std::vector<std::array<double, 2>>& points, const std::array<double, 2>& reference) {
  std::vector<std::array<double, 2>> inside;
  for (const auto& point : points) {
    if (point[0] < reference[0] && point[1] < reference[1]) inside.push_back(point);
  }
  std::sort(inside.begin(), inside.end());
  ceilings_.push_back(reference[1]);
  for (const auto& point : inside) {
    if (point[1] >= ceilings_.back()) continue;
    edges_.push_back(point[0]);
    ceilings_.push_back(point[1]);
  }
  edges_.push_back(reference[0]);
}

double Strips::log_expected_growth(const Belief& first, const Belief& second) const {
  double largest = kLogOfNothing;
  double sum = 0;  // of the terms over the largest
  double low = kLogOfNothing;
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    const double width = log_length_above(low, edges_[i], first);
    low = edges_[i];
    if (width == kLogOfNothing) continue;
    const double term = width + log_length_above(kLogOfNothing, ceilings_[i], second);
    if (term == kLogOfNothing) continue;
    if (term > largest) {
      sum = sum * std::exp(largest - term) + 1;
      largest = term;
    } else {
      sum += std::exp(term - largest);
    }
  }
  return largest == kLogOfNothing ? largest : largest + std::log(sum);
}

}  // namespace ntorc::search
