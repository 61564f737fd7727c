#include "search/outcome.hpp"

#include <cmath>

namespace ntorc::search {

double transformed(Transform transform, double value) { return transform == Transform::Log ? std::log(value) : value; }

OutcomeScale scale_of(std::vector<double> values, double kept) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const double next = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (at - static_cast<double>(below)) * (next - values[below]);
  };
  const double far = quantile(0.75) + 3 * (quantile(0.75) - quantile(0.25));
  OutcomeScale scale;
  scale.ceiling = std::min(values.back(), std::max(far, kept));
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
