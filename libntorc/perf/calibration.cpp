#include "perf/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "perf/spread.hpp"

namespace ntorc::perf {
namespace {

constexpr double kShiftPrior = 0.5;
constexpr double kScalePrior = 0.1;
constexpr double kNoise = 0.3;
constexpr double kNoiseWorth = 3;  ///< reports
constexpr double kHuber = 1.345;   ///< deviations beyond which a report counts less: 95 % efficient for normal errors
constexpr int kRounds = 50;

/// Median of |values| as a standard deviation of normal ones.
double robust_deviation(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return 1.4826 * *middle;
}

}  // namespace

double Calibration::apply(double predicted) const {
  return std::clamp(std::expm1(center + shift + scale * (std::log1p(predicted) - center)), 0.0, 1e300);
}

Calibration fit_calibration(const std::vector<Report>& reports) {
  Calibration fitted;
  const auto n = static_cast<double>(reports.size());
  for (const Report& report : reports) fitted.center += std::log1p(report.predicted) / n;
  const auto errors = [&] {
    std::vector<double> values;
    for (const auto& [predicted, reported] : reports)
      values.push_back(std::log1p(reported) - std::log1p(fitted.apply(predicted)));
    return values;
  };
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<double> off = errors();
    const double shown = robust_deviation(off);
    const double noise = std::sqrt((kNoiseWorth * kNoise * kNoise + n * shown * shown) / (kNoiseWorth + n));
    // Normal equations for (shift, scale - 1), the priors on the diagonal.
    double a11 = 1 / (kShiftPrior * kShiftPrior);
    double a12 = 0;
    double a22 = 1 / (kScalePrior * kScalePrior);
    double b1 = 0;
    double b2 = 0;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const double u = std::log1p(reports[i].predicted) - fitted.center;
      const double wanted = std::log1p(reports[i].reported) - std::log1p(reports[i].predicted);
      const double limit = kHuber * noise;
      const double weight = (std::abs(off[i]) <= limit ? 1 : limit / std::abs(off[i])) / (noise * noise);
      a11 += weight;
      a12 += weight * u;
      a22 += weight * u * u;
      b1 += weight * wanted;
      b2 += weight * wanted * u;
    }
    const double determinant = a11 * a22 - a12 * a12;
    fitted.shift = (a22 * b1 - a12 * b2) / determinant;
    fitted.scale = 1 + (a11 * b2 - a12 * b1) / determinant;
  }
  return fitted;
}

std::vector<double> calibration_errors(const std::vector<Report>& reports) {
  const std::size_t folds = std::min<std::size_t>(10, reports.size());
  std::vector<double> scores;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<Report> others;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (i % folds != fold) others.push_back(reports[i]);
    }
    const Calibration fitted = others.empty() ? Calibration{} : fit_calibration(others);
    for (std::size_t i = fold; i < reports.size(); i += folds)
      scores.push_back(error_score(reports[i].reported, fitted.apply(reports[i].predicted)));
  }
  return scores;
}

}  // namespace ntorc::perf
