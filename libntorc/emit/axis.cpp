#include "emit/axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ntorc::emit {

Axis::Axis(double low, double high, double from, double to, const AxisStyle& style) : from_(from), to_(to) {
  constexpr double kDecade = 10;
  log_ = low > 0 && high > kDecade * low;
  if (log_) {
    const double margin = 0.03 * std::log10(high / low);
    low_ = std::log10(low) - margin;
    high_ = std::log10(high) + margin;
    add_log_ticks();
  } else {
    add_linear_ticks(low, high, style);
  }
}

double Axis::pixel(double value) const {
  const double place = log_ ? std::log10(std::max(value, std::numeric_limits<double>::min())) : value;
  return from_ + (to_ - from_) * std::clamp((place - low_) / (high_ - low_), 0.0, 1.0);
}

void Axis::add_log_ticks() {
  const bool few = high_ - low_ < 3;  // decades, in which there is room for 2 and 5
  const auto last = static_cast<int>(std::floor(high_));
  for (auto decade = static_cast<int>(std::floor(low_)); decade <= last; ++decade) {
    for (int digit = 1; digit < 10; ++digit) {
      const double value = digit * std::pow(10, decade);
      if (std::log10(value) < low_ || std::log10(value) > high_) continue;
      const bool named = digit == 1 || (few && (digit == 2 || digit == 5));
      (named ? ticks_ : fine_).push_back(value);
    }
  }
}

void Axis::add_linear_ticks(double low, double high, const AxisStyle& style) {
  constexpr double kAlike = 1e-9;
  if (high - low <= kAlike * std::max(std::abs(low), std::abs(high))) {  // a single value, or none
    const double half = low == 0 ? 0.5 : 0.1 * std::abs(low);
    high = low == 0 ? 1 : low + half;
    low = low == 0 ? 0 : low - half;
  }
  const double rough = (high - low) / style.intervals;
  const double unit = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * unit;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * unit >= rough && factor * unit < step) step = factor * unit;
  }
  // From 0 if that is near.
  const double margin = style.margin * (high - low);
  low_ = low >= 0 && low < 0.25 * high ? 0 : std::floor((low - margin) / step) * step;
  high_ = std::ceil((high + margin) / step) * step;
  const auto count = static_cast<int>(std::lround((high_ - low_) / step));
  for (int i = 0; i <= count; ++i) {
    const double value = low_ + i * step;
    ticks_.push_back(std::abs(value) < 1e-9 * step ? 0 : value);
  }
}

}  // namespace ntorc::emit
