// perf/calibration.hpp - a model for one part, clock or tool, adapted by a few reports of another.
#pragma once

#include <vector>

namespace ntorc::perf {

/// Shift and scale of the logarithm: ln(y + 1) = center + shift + scale (ln(p + 1) - center), where p is what the base
/// model says. Without reports shift is 0 and scale 1, which leaves p as it is.
struct Calibration {
  double center = 0;  ///< mean of ln(p + 1) over the reports
  double shift = 0;
  double scale = 1;

  double apply(double predicted) const;  ///< >= 0
};

struct Report {
  double predicted = 0;  ///< by the base
  double reported = 0;
};

/// Huber's M-estimate (Annals of Mathematical Statistics 35, 1964) by iteratively reweighted least squares, with normal
/// priors: shift 0 +- 0.5 (a factor of 1.65), scale 1 +- 0.1. The noise is a mean of 0.3, worth three reports, and of
/// what the reports show; so a single report moves the model by three quarters of its error, and many by all of it.
/// @param reports  not empty.
Calibration fit_calibration(const std::vector<Report>& reports);

/// |ln error| of each report under a calibration by the others, ten at most at a time.
std::vector<double> calibration_errors(const std::vector<Report>& reports);

}  // namespace ntorc::perf
