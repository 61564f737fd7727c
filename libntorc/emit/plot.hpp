// emit/plot.hpp - the frame of a drawing with two axes.
#pragma once

#include <string>
#include <string_view>

#include "emit/axis.hpp"

namespace ntorc::emit {

/// Where the axes are, in pixels; names and numbers stand 70 of them to the left of it and 50 below.
struct PlotFrame {
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
};

/// Grows element by element; looks come from classes.
class Plot {
 public:
  Plot(const PlotFrame& frame, Axis x, Axis y);

  double x(double value) const { return x_.pixel(value); }
  double y(double value) const { return y_.pixel(value); }

  void add(std::string_view svg) { svg_ += svg; }
  void write(double x, double y, std::string_view style, std::string_view anchor, const std::string& escaped);
  void line(std::string_view style, double x1, double y1, double x2, double y2);
  /// Numbers, lines and names of both axes. @param x_name, y_name  escaped
  void draw_grid(std::string_view x_name, std::string_view y_name);

  const std::string& svg() const { return svg_; }

 private:
  PlotFrame frame_;
  Axis x_;
  Axis y_;
  std::string svg_;
};

}  // namespace ntorc::emit
