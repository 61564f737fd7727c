// emit/axis.hpp - from values to pixels.
#pragma once

#include <vector>

namespace ntorc::emit {

struct AxisStyle {
  double intervals = 7;  ///< between round numbers of a linear scale, about
  double margin = 0.02;  ///< of a linear scale beyond the values, of their extent; then up to a round number
};

/// A scale with round numbers on the way: logarithmic for values above 0 over more than a decade, else linear, from 0
/// if that is near.
class Axis {
 public:
  /// @param low, high  of the values, finite; high >= low.
  /// @param from, to   pixels of them.
  Axis(double low, double high, double from, double to, const AxisStyle& style = {});

  /// Values beyond the ends are at the ends.
  double pixel(double value) const;

  bool is_log() const { return log_; }
  const std::vector<double>& ticks() const { return ticks_; }  ///< with a number
  const std::vector<double>& fine() const { return fine_; }    ///< without

 private:
  void add_log_ticks();
  void add_linear_ticks(double low, double high, const AxisStyle& style);

  bool log_ = false;
  double low_ = 0;  ///< of values, or of their logarithms
  double high_ = 1;
  double from_;
  double to_;
  std::vector<double> ticks_;
  std::vector<double> fine_;
};

}  // namespace ntorc::emit
