// perf/calibration.hpp - a model for one part, clock or tool, adapted by a few reports of another.
#pragma once

#include <vector>

namespace ntorc::perf {

/// Shift and scale of the logarithm: ln y = center + shift + scale (ln p - center), where p > 0 is what the base model
/// says; a 0 stays 0. Without reports shift is 0 and scale 1, which leaves p as it is.
struct Calibration {
  double center = 0;  ///< mean of ln p over the reports
  double shift = 0;
  double scale = 1;

  double apply(double predicted) const;  ///< >= 0
  double undo(double reported) const;    ///< what it makes of that; 0 of 0
};

struct Report {
  double predicted = 0;  ///< by the base
  double reported = 0;
};

/// Huber's M-estimate (Annals of Mathematical Statistics 35, 1964) by iteratively reweighted least squares, with normal
/// priors: shift 0 +- 0.5 (a factor of 1.65), scale 1 +- 0.05. The noise is a mean of 0.1, worth three reports, and of
/// what the reports show; so a single report moves the model by nearly all of its error. From three reports on the
/// scale is changed only if that makes the error on reports left out smaller by a twentieth at least, and so is the
/// shift: by reports that tell nothing new a model stays as it is.
/// @param reports  not empty. Those in which a figure is 0 say nothing.
Calibration fit_calibration(const std::vector<Report>& reports);

/// |ln error| of each report under a calibration by the others, ten at most at a time.
std::vector<double> calibration_errors(const std::vector<Report>& reports);

}  // namespace ntorc::perf
