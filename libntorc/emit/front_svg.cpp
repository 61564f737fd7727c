#include <fmt/format.h>

#include <algorithm>

#include "emit/front_words.hpp"
#include "emit/markup.hpp"
#include "emit/plot.hpp"
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

/// The drawing, as it grows.
class Drawing {
 public:
  explicit Drawing(const deploy::Front& front)
      : front_(front),
        plot_({kLeft, kRight, kTop, kBottom},
              axis([&](const deploy::FrontPoint& point) { return us(point); }, kLeft, kRight),
              axis([](const deploy::FrontPoint& point) { return point.objective; }, kBottom, kTop)) {
    for (const std::string& layer : front.layers) names_.push_back(escaped(layer));
  }

  std::string svg() {
    plot_.add(
        fmt::format("<svg class=\"front\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
                    "height=\"{1}\" role=\"img\">\n"
                    "<style>{2}</style>\n<rect class=\"paper\" width=\"{0}\" height=\"{1}\"/>\n",
                    kWidth, kHeight, kStyle));
    plot_.write(kLeft - 60, 30, "title", "start", escaped(title()));
    plot_.write(kLeft - 60, 51, "", "start", escaped(subtitle()));
    if (front_.points.empty()) {
      plot_.write((kLeft + kRight) / 2, (kTop + kBottom) / 2, "name", "middle", "no points");
      return plot_.svg() + "</svg>\n";
    }
    plot_.draw_grid("latency in \u00B5s", "cost (weighted LUT, FF, DSP and BRAM)");
    draw_steps();
    for (const deploy::FrontPoint& point : front_.points) draw_gap(point);
    for (const deploy::FrontPoint& point : front_.points) draw_point(point);
    draw_legend();
    return plot_.svg() + "</svg>\n";
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

  /// The least cost for every deadline: it falls where a point is reached. Nothing lies below a whole front, as far as
  /// it goes: what a limit on latency cut off may.
  void draw_steps() {
    const deploy::FrontPoint& first = front_.points.front();
    std::string steps = fmt::format("M{:.1f} {:.1f}", plot_.x(us(first)), plot_.y(first.objective));
    for (const deploy::FrontPoint& point : front_.points) {
      steps += fmt::format("H{:.1f}V{:.1f}", plot_.x(us(point)), plot_.y(point.objective));
    }
    if (front_.complete) {
      plot_.add(fmt::format("<path class=\"free\" d=\"{}V{:.1f}H{:.1f}V{:.1f}H{:.1f}Z\"/>\n", steps, kBottom, kLeft,
                            kTop, plot_.x(us(first))));
    }
    plot_.add(fmt::format("<path class=\"step\" d=\"{}H{:.1f}\"/>\n", steps, kRight));
  }

  void draw_gap(const deploy::FrontPoint& point) {
    if (point.proven) return;
    const double x = plot_.x(us(point));
    const double bound = plot_.y(point.bound);
    plot_.line("gap", x, plot_.y(point.objective), x, bound);
    plot_.line("gap", x - 3, bound, x + 3, bound);
  }

  void draw_point(const deploy::FrontPoint& point) {
    const std::size_t many = front_.points.size();
    const double radius = many <= kRoomy ? 4.5 : many <= 500 ? 2.5 : 1.5;
    std::string words =
        fmt::format("{:.2f} \u00B5s ({:.0f} cycles)\ncost {:.6f}", us(point), point.latency_cycles, point.objective);
    words += point.proven ? std::string(", proven") : fmt::format(", not proven: at least {:.6f}", point.bound);
    for (std::size_t l = 0; l < names_.size(); ++l) words += fmt::format("\n{}: {}", names_[l], point.reuse[l]);
    plot_.add(fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}</title></circle>\n",
                          !point.proven    ? "open"
                          : many <= kRoomy ? "proven"
                                           : "proven dense",
                          plot_.x(us(point)), plot_.y(point.objective), radius, words));
  }

  /// In the upper right corner, which a falling curve leaves free.
  void draw_legend() {
    const bool open = std::ranges::any_of(front_.points, [](const auto& point) { return !point.proven; });
    const double left = kRight - 236;
    const double lines = 1 + (open ? 1 : 0) + (front_.complete ? 1 : 0);
    plot_.add(fmt::format("<rect class=\"paper\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"228\" height=\"{:.1f}\"/>\n", left,
                          kTop + 6, 20 * lines + 6));
    double y = kTop + 23;
    const auto entry = [&](std::string_view style, std::string_view words) {
      plot_.add(fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>\n", style, left + 12, y - 4));
      plot_.write(left + 24, y, "", "start", std::string(words));
      y += 20;
    };
    entry("proven", "proven: nothing cheaper is as fast");
    if (open) entry("open", "best found, and down to its bound");
    if (!front_.complete) return;
    plot_.add(
        fmt::format("<rect class=\"free\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"12\"/>\n", left + 6, y - 10));
    plot_.write(left + 24, y, "", "start", "no plan, proven");
  }

  const deploy::Front& front_;
  Plot plot_;
  std::vector<std::string> names_;  ///< of layers, as XML
};

}  // namespace

std::string front_svg(const deploy::Front& front) { return Drawing(front).svg(); }

}  // namespace ntorc::emit
