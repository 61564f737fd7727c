#include "perf/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "perf/spread.hpp"

namespace ntorc::perf {
namespace {

constexpr double kShiftPrior = 0.5;
constexpr double kScalePrior = 0.05;
constexpr double kNoise = 0.1;
constexpr double kNoiseWorth = 3;  ///< reports
constexpr double kHuber = 1.345;   ///< deviations beyond which a report counts less: 95 % efficient for normal errors
constexpr int kRounds = 50;
constexpr std::size_t kReportFolds = 10;
constexpr std::size_t kFewest = 3;    ///< reports by which to tell how much freedom is good
constexpr double kWorthwhile = 0.95;  ///< of the error with less freedom: what more freedom must come down to

struct Pair {  ///< logarithms
  double predicted;
  double reported;
};

/// Median of |values| as a standard deviation of normal ones.
double robust_deviation(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return 1.4826 * *middle;
}

double error_of(const Calibration& calibration, const Pair& pair) {
  return pair.reported - calibration.center - calibration.shift -
         calibration.scale * (pair.predicted - calibration.center);
}

/// How much a calibration may change, the less the safer.
enum class Freedom { None, Shift, ShiftAndScale };

Calibration fit_pairs(const std::vector<Pair>& pairs, Freedom freedom) {
  Calibration fitted;
  if (pairs.empty() || freedom == Freedom::None) return fitted;
  const auto n = static_cast<double>(pairs.size());
  for (const Pair& pair : pairs) fitted.center += pair.predicted / n;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> off;
    for (const Pair& pair : pairs) off.push_back(error_of(fitted, pair));
    const double shown = robust_deviation(off);
    const double noise = std::sqrt((kNoiseWorth * kNoise * kNoise + n * shown * shown) / (kNoiseWorth + n));
    // Normal equations for (shift, scale - 1), the priors on the diagonal.
    double a11 = 1 / (kShiftPrior * kShiftPrior);
    double a12 = 0;
    double a22 = 1 / (kScalePrior * kScalePrior);
    double b1 = 0;
    double b2 = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const double u = freedom == Freedom::Shift ? 0 : pairs[i].predicted - fitted.center;
      const double wanted = pairs[i].reported - pairs[i].predicted;
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

/// Mean |error| of each pair under a calibration by the others, ten folds at most.
double error_on_others(const std::vector<Pair>& pairs, Freedom freedom) {
  const std::size_t folds = std::min(kReportFolds, pairs.size());
  double sum = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<Pair> others;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (i % folds != fold) others.push_back(pairs[i]);
    }
    const Calibration fitted = fit_pairs(others, freedom);
    for (std::size_t i = fold; i < pairs.size(); i += folds) sum += std::abs(error_of(fitted, pairs[i]));
  }
  return sum / static_cast<double>(pairs.size());
}

}  // namespace

double Calibration::apply(double predicted) const {
  constexpr double kLargest = 690;  ///< e^690 is still a number
  return predicted > 0 ? std::exp(std::min(kLargest, center + shift + scale * (std::log(predicted) - center))) : 0;
}

double Calibration::undo(double reported) const {
  constexpr double kFlattest = 0.1;  ///< a scale near 0 has no way back
  if (!(reported > 0)) return 0;
  return std::exp(center + (std::log(reported) - center - shift) / std::max(kFlattest, scale));
}

Calibration fit_calibration(const std::vector<Report>& reports) {
  std::vector<Pair> pairs;
  for (const auto& [predicted, reported] : reports) {
    if (predicted > 0 && reported > 0) pairs.push_back({std::log(predicted), std::log(reported)});
  }
  if (pairs.size() < kFewest) return fit_pairs(pairs, Freedom::Shift);
  Freedom best = Freedom::None;
  double least = error_on_others(pairs, best);
  for (const Freedom freedom : {Freedom::Shift, Freedom::ShiftAndScale}) {
    const double error = error_on_others(pairs, freedom);
    if (error >= kWorthwhile * least) continue;
    best = freedom;
    least = error;
  }
  return fit_pairs(pairs, best);
}

std::vector<double> calibration_errors(const std::vector<Report>& reports) {
  const std::size_t folds = std::min(kReportFolds, reports.size());
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
