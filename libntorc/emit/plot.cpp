#include "emit/plot.hpp"

#include <fmt/format.h>

#include <utility>

#include "emit/figures.hpp"

namespace ntorc::emit {

Plot::Plot(const PlotFrame& frame, Axis x, Axis y) : frame_(frame), x_(std::move(x)), y_(std::move(y)) {}

void Plot::write(double x, double y, std::string_view style, std::string_view anchor, const std::string& escaped) {
  svg_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{} text-anchor=\"{}\">{}</text>\n", x, y,
                      style.empty() ? "" : fmt::format(" class=\"{}\"", style), anchor, escaped);
}

void Plot::line(std::string_view style, double x1, double y1, double x2, double y2) {
  svg_ += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n", style, x1, y1, x2, y2);
}

void Plot::draw_grid(std::string_view x_name, std::string_view y_name) {
  const auto& [left, right, top, bottom] = frame_;
  for (const double value : x_.fine()) line("fine", x(value), top, x(value), bottom);
  for (const double value : y_.fine()) line("fine", left, y(value), right, y(value));
  for (const double value : x_.ticks()) {
    line("grid", x(value), top, x(value), bottom);
    write(x(value), bottom + 19, "", "middle", short_number(value));
  }
  for (const double value : y_.ticks()) {
    line("grid", left, y(value), right, y(value));
    write(left - 9, y(value) + 4, "", "end", short_number(value));
  }
  line("axis", left, bottom, right, bottom);
  write((left + right) / 2, bottom + 45, "name", "middle", std::string(x_name));
  svg_ += fmt::format(
      "<text class=\"name\" transform=\"translate({:.0f} {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      left - 58, (top + bottom) / 2, y_name);
}

}  // namespace ntorc::emit
