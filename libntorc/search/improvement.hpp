// search/improvement.hpp - what a point is expected to add to a front, as a logarithm that does not underflow.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace ntorc::search {

/// A value that is known up to a normal error; deviation 0: known.
struct Belief {
  double mean = 0;
  double deviation = 0;  ///< >= 0
};

/// ln(phi(z) + z Phi(z)), phi and Phi of the standard normal distribution; to about 9 digits at any z
/// [Ament, Daulton, Eriksson, Balandat, Bakshy, NeurIPS 2023, A].
double log_improvement(double z);

/// ln of the length of [low, high] that is above a value, expected; -infinity where that is 0. `low` may be -infinity.
double log_length_above(double low, double high, const Belief& belief);

/// The part of a plane below a reference and not dominated by any point: strips side by side.
class Strips {
 public:
  /// @param points     pairs; those that others dominate or that are not below the reference count for nothing.
  Strips(const std::vector<std::array<double, 2>>& points, const std::array<double, 2>& reference);

  /// ln of the expected growth of the hypervolume by a point of two independent beliefs. A strip of width [a, b] below
  /// c adds E[length of [a, b] above the first] E[(c - second)+] [Yang, Emmerich, Deutz, Back, J. Global Optim. 75,
  /// 2019].
  double log_expected_growth(const Belief& first, const Belief& second) const;

  std::size_t size() const { return ceilings_.size(); }

 private:
  std::vector<double> edges_;     ///< between strips, ascending, and the reference
  std::vector<double> ceilings_;  ///< of each strip, descending
};

}  // namespace ntorc::search
