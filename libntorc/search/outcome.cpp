#include "search/outcome.hpp"

#include <cmath>

namespace ntorc::search {
namespace {

constexpr double kRangesBeyond = 10;

}  // namespace

double transformed(Transform transform, double value) { return transform == Transform::Log ? std::log(value) : value; }

OutcomeScale scale_of(std::vector<double> values, double kept) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const double next = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (at - static_cast<double>(below)) * (next - values[below]);
  };
  const double far = quantile(0.75) + kRangesBeyond * (quantile(0.75) - quantile(0.25));
  const double beyond = kept + 2 * kRangesBeyond * std::max(kept - values.front(), 0.0);
  OutcomeScale scale;
  scale.ceiling = std::min(values.back(), std::max(far, beyond));
  double sum = 0;
  for (double value : values) sum += std::min(value, scale.ceiling);
  const auto n = static_cast<double>(values.size());
  scale.centre = sum / n;
  double squares = 0;
  for (double value : values) squares += std::pow(std::min(value, scale.ceiling) - scale.centre, 2);
  const double deviation = std::sqrt(squares / n);
  if (deviation > 1e-12 * std::abs(scale.centre) && deviation > 0) scale.scale = deviation;
  return scale;
}

}  // namespace ntorc::search
