#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "emit/front_words.hpp"
#include "emit/markup.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/emit/front.hpp"

namespace ntorc::emit {
namespace {

// Pixels of the drawing, and of the plot within.
constexpr double kWidth = 800;
constexpr double kHeight = 500;
constexpr double kLeft = 84;
constexpr double kRight = 776;
constexpr double kTop = 78;
constexpr double kBottom = 436;

constexpr std::size_t kRoomy = 80;  ///< points that can be drawn large

constexpr std::string_view kStyle = R"(
  .front .paper { fill: #ffffff } .front .grid { stroke: #e3e7ec } .front .fine { stroke: #f2f4f6 } .front .axis { stroke: #8a94a0 }
  .front .free { fill: #2563a8; fill-opacity: .1 } .front .step { stroke: #2563a8; fill: none; stroke-width: 1.5; stroke-linejoin: round }
  .front .proven { fill: #2563a8; stroke: #ffffff } .front .open { fill: #ffffff; stroke: #c2410c; stroke-width: 1.5 }
  .front .gap { stroke: #c2410c; stroke-width: 1.5 }
  .front .proven.dense { stroke: none }
  .front circle:hover { stroke: #111827; stroke-width: 2 }
  .front text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #4b5563 }
  .front .title { font-size: 17px; font-weight: 600; fill: #111827 } .front .name { fill: #1f2937; font-size: 13px }
  @media (prefers-color-scheme: dark) {
    .front .paper { fill: #14181d } .front .grid { stroke: #2b323a } .front .fine { stroke: #1e242b } .front .axis { stroke: #6b7683 }
    .front .free { fill: #6fb1f5; fill-opacity: .12 } .front .step { stroke: #6fb1f5 }
    .front .proven { fill: #6fb1f5; stroke: #14181d } .front .open { fill: #14181d; stroke: #fb923c } .front .gap { stroke: #fb923c }
    .front circle:hover { stroke: #ffffff }
    .front text { fill: #a7b1bc } .front .title { fill: #f3f5f7 } .front .name { fill: #d5dae0 }
  }
)";

/// A round number in few characters: "250", "160k", "2.5M".
std::string short_number(double value) {
  if (std::abs(value) >= 1e9) return fmt::format("{:.6g}G", value / 1e9);
  if (std::abs(value) >= 1e6) return fmt::format("{:.6g}M", value / 1e6);
  if (std::abs(value) >= 1e4) return fmt::format("{:.6g}k", value / 1e3);
  return fmt::format("{:.6g}", value);
}

/// From values to pixels, with round numbers on the way.
class Axis {
 public:
  /// @param low, high  of the values; high >= low >= 0.
  Axis(double low, double high, double from, double to) : from_(from), to_(to) {
    constexpr double kDecade = 10;
    log_ = low > 0 && high > kDecade * low;
    if (log_) {
      const double margin = 0.03 * std::log10(high / low);
      low_ = std::log10(low) - margin;
      high_ = std::log10(high) + margin;
      add_log_ticks();
    } else {
      add_linear_ticks(low, high);
    }
  }

  double pixel(double value) const {
    const double place = log_ ? std::log10(std::max(value, std::numeric_limits<double>::min())) : value;
    return from_ + (to_ - from_) * std::clamp((place - low_) / (high_ - low_), 0.0, 1.0);
  }

  bool is_log() const { return log_; }
  const std::vector<double>& ticks() const { return ticks_; }  ///< with a number
  const std::vector<double>& fine() const { return fine_; }    ///< without

 private:
  void add_log_ticks() {
    const bool few = high_ - low_ < 3;  // decades, in which there is room for 2 and 5
    const auto last = static_cast<int>(std::floor(high_));
    for (auto decade = static_cast<int>(std::floor(low_)); decade <= last; ++decade) {
      for (int digit = 1; digit < 10; ++digit) {
        const double value = digit * std::pow(10, decade);
        if (std::log10(value) < low_ || std::log10(value) > high_) continue;
        const bool named = digit == 1 || (few && (digit == 2 || digit == 5));
        (named ? ticks_ : fine_).push_back(value);
      }
    }
  }

  void add_linear_ticks(double low, double high) {
    if (!(high > low)) {  // a single value, or none
      high = low > 0 ? 1.1 * low : 1;
      low = 0.9 * low;
    }
    constexpr double kIntervals = 7;
    const double rough = (high - low) / kIntervals;
    const double unit = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * unit;
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
      if (factor * unit >= rough && factor * unit < step) step = factor * unit;
    }
    // From 0 if that is near.
    const double margin = 0.02 * (high - low);
    low_ = low < 0.25 * high ? 0 : std::floor((low - margin) / step) * step;
    high_ = std::ceil((high + margin) / step) * step;
    const auto count = static_cast<int>(std::lround((high_ - low_) / step));
    for (int i = 0; i <= count; ++i) ticks_.push_back(low_ + i * step);
  }

  bool log_ = false;
  double low_ = 0;  ///< of values, or of their logarithms
  double high_ = 1;
  double from_;
  double to_;
  std::vector<double> ticks_;
  std::vector<double> fine_;
};

/// The drawing, as it grows.
class Drawing {
 public:
  explicit Drawing(const deploy::Front& front)
      : front_(front),
        x_(axis([&](const deploy::FrontPoint& point) { return us(point); }, kLeft, kRight)),
        y_(axis([](const deploy::FrontPoint& point) { return point.objective; }, kBottom, kTop)) {
    for (const std::string& layer : front.layers) names_.push_back(escaped(layer));
  }

  std::string svg() {
    text_ = fmt::format(
        "<svg class=\"front\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\">\n"
        "<style>{2}</style>\n<rect class=\"paper\" width=\"{0}\" height=\"{1}\"/>\n",
        kWidth, kHeight, kStyle);
    write(kLeft - 60, 30, "title", "start", escaped(title()));
    write(kLeft - 60, 51, "", "start", escaped(subtitle()));
    if (front_.points.empty()) {
      write((kLeft + kRight) / 2, (kTop + kBottom) / 2, "name", "middle", "no points");
      return text_ + "</svg>\n";
    }
    draw_grid();
    draw_steps();
    for (const deploy::FrontPoint& point : front_.points) draw_gap(point);
    for (const deploy::FrontPoint& point : front_.points) draw_point(point);
    draw_legend();
    return text_ + "</svg>\n";
  }

 private:
  double us(const deploy::FrontPoint& point) const {
    return deploy::latency_us(point.latency_cycles, front_.target.clock_mhz);
  }

  template <typename Value>
  Axis axis(const Value& value, double from, double to) const {
    if (front_.points.empty()) return {0, 1, from, to};
    double low = value(front_.points.front());
    double high = low;
    for (const deploy::FrontPoint& point : front_.points) {
      low = std::min(low, value(point));
      high = std::max(high, value(point));
    }
    return {low, high, from, to};
  }

  std::string title() const {
    return fmt::format("{}latency against cost", front_.network.empty() ? "" : front_.network + ": ");
  }

  std::string subtitle() const {
    return fmt::format("{} \u00B7 {} at {:g} MHz", extent_of(front_), front_.target.part, front_.target.clock_mhz);
  }

  void write(double x, double y, std::string_view style, std::string_view anchor, const std::string& escaped) {
    text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{} text-anchor=\"{}\">{}</text>\n", x, y,
                         style.empty() ? "" : fmt::format(" class=\"{}\"", style), anchor, escaped);
  }

  void line(std::string_view style, double x1, double y1, double x2, double y2) {
    text_ += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n", style, x1, y1, x2, y2);
  }

  void draw_grid() {
    for (const double value : x_.fine()) line("fine", x_.pixel(value), kTop, x_.pixel(value), kBottom);
    for (const double value : y_.fine()) line("fine", kLeft, y_.pixel(value), kRight, y_.pixel(value));
    for (const double value : x_.ticks()) {
      line("grid", x_.pixel(value), kTop, x_.pixel(value), kBottom);
      write(x_.pixel(value), kBottom + 19, "", "middle", short_number(value));
    }
    for (const double value : y_.ticks()) {
      line("grid", kLeft, y_.pixel(value), kRight, y_.pixel(value));
      write(kLeft - 9, y_.pixel(value) + 4, "", "end", short_number(value));
    }
    line("axis", kLeft, kBottom, kRight, kBottom);
    write((kLeft + kRight) / 2, kBottom + 45, "name", "middle", "latency in \u00B5s");
    text_ += fmt::format(
        "<text class=\"name\" transform=\"translate(26 {:.1f}) rotate(-90)\" text-anchor=\"middle\">cost (weighted "
        "LUT, "
        "FF, DSP and BRAM)</text>\n",
        (kTop + kBottom) / 2);
  }

  /// The least cost for every deadline: it falls where a point is reached. Nothing lies below a whole front, as far as
  /// it goes: what a limit on latency cut off may.
  void draw_steps() {
    const deploy::FrontPoint& first = front_.points.front();
    std::string steps = fmt::format("M{:.1f} {:.1f}", x_.pixel(us(first)), y_.pixel(first.objective));
    for (const deploy::FrontPoint& point : front_.points) {
      steps += fmt::format("H{:.1f}V{:.1f}", x_.pixel(us(point)), y_.pixel(point.objective));
    }
    if (front_.complete) {
      text_ += fmt::format("<path class=\"free\" d=\"{}V{:.1f}H{:.1f}V{:.1f}H{:.1f}Z\"/>\n", steps, kBottom, kLeft,
                           kTop, x_.pixel(us(first)));
    }
    text_ += fmt::format("<path class=\"step\" d=\"{}H{:.1f}\"/>\n", steps, kRight);
  }

  void draw_gap(const deploy::FrontPoint& point) {
    if (point.proven) return;
    const double x = x_.pixel(us(point));
    const double bound = y_.pixel(point.bound);
    line("gap", x, y_.pixel(point.objective), x, bound);
    line("gap", x - 3, bound, x + 3, bound);
  }

  void draw_point(const deploy::FrontPoint& point) {
    const std::size_t many = front_.points.size();
    const double radius = many <= kRoomy ? 4.5 : many <= 500 ? 2.5 : 1.5;
    std::string words =
        fmt::format("{:.2f} \u00B5s ({:.0f} cycles)\ncost {:.6f}", us(point), point.latency_cycles, point.objective);
    words += point.proven ? std::string(", proven") : fmt::format(", not proven: at least {:.6f}", point.bound);
    for (std::size_t l = 0; l < names_.size(); ++l) words += fmt::format("\n{}: {}", names_[l], point.reuse[l]);
    text_ += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}</title></circle>\n",
                         !point.proven    ? "open"
                         : many <= kRoomy ? "proven"
                                          : "proven dense",
                         x_.pixel(us(point)), y_.pixel(point.objective), radius, words);
  }

  /// In the upper right corner, which a falling curve leaves free.
  void draw_legend() {
    const bool open = std::ranges::any_of(front_.points, [](const auto& point) { return !point.proven; });
    const double left = kRight - 236;
    const double lines = 1 + (open ? 1 : 0) + (front_.complete ? 1 : 0);
    text_ += fmt::format("<rect class=\"paper\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"228\" height=\"{:.1f}\"/>\n", left,
                         kTop + 6, 20 * lines + 6);
    double y = kTop + 23;
    const auto entry = [&](std::string_view style, std::string_view words) {
      text_ += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>\n", style, left + 12, y - 4);
      write(left + 24, y, "", "start", std::string(words));
      y += 20;
    };
    entry("proven", "proven: nothing cheaper is as fast");
    if (open) entry("open", "best found, and down to its bound");
    if (!front_.complete) return;
    text_ +=
        fmt::format("<rect class=\"free\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"12\"/>\n", left + 6, y - 10);
    write(left + 24, y, "", "start", "no plan, proven");
  }

  const deploy::Front& front_;
  Axis x_;
  Axis y_;
  std::vector<std::string> names_;  ///< of layers, as XML
  std::string text_;
};

}  // namespace

std::string front_svg(const deploy::Front& front) { return Drawing(front).svg(); }

}  // namespace ntorc::emit
