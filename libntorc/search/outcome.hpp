// search/outcome.hpp - observed values, as a model learns them.
#pragma once

#include <algorithm>
#include <vector>

#include "ntorc/search/problem.hpp"

namespace ntorc::search {

/// ln of a positive number, or the number.
double transformed(Transform transform, double value);

/// Centre and scale that a few wild values do not move.
struct OutcomeScale {
  double centre = 0;
  double scale = 1;    ///< > 0
  double ceiling = 0;  ///< higher values, and failures, are taken for this

  double standardised(double value) const { return (std::min(value, ceiling) - centre) / scale; }
};

/// The ceiling is ten ranges between the quartiles beyond the third of them, or twenty ranges from the least value to
/// `kept` beyond `kept`, whichever is higher: what lies on the front or within the reference is never moved, and what
/// is rough but smooth is not bent. Centre and scale are mean and standard deviation below the ceiling.
/// @param values  not empty, finite.
/// @param kept    the worst value that counts, -infinity if there is none.
OutcomeScale scale_of(std::vector<double> values, double kept);

}  // namespace ntorc::search
