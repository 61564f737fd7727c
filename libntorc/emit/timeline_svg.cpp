#include "emit/timeline_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "emit/markup.hpp"
#include "emit/report_words.hpp"
#include "ntorc/deploy/latency.hpp"

namespace ntorc::emit {
namespace {

// Pixels; but the plot is as wide as its place, and all across it in shares of that.
constexpr int kNames = 148;
constexpr int kRow = 21;
constexpr int kHead = 24;
constexpr int kFoot = 22;
constexpr double kCycle = 1;

/// The text, or its first `most` - 1 characters and "…".
std::string shortened(const std::string& text, std::size_t most) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  if (static_cast<std::size_t>(std::ranges::count_if(text, begins)) <= most) return text;
  std::size_t characters = 0;
  std::size_t at = 0;
  while (at < text.size() && (!begins(text[at]) || characters++ < most - 1)) ++at;
  return text.substr(0, at) + "\u2026";
}

/// Where a node begins after all that it reads is done.
std::set<double> barriers_of(const std::vector<NodeView>& nodes) {
  std::set<double> times;
  for (const NodeView& node : nodes) {
    const bool behind = !node.inputs.empty() && std::ranges::all_of(node.inputs, [&](std::size_t input) {
      return !nodes[input].inputs.empty() && node.begin_cycles >= nodes[input].end_cycles - kCycle;
    });
    if (behind) times.insert(node.begin_cycles);
  }
  return times;
}

/// A round distance between marks, about five of them.
double step_of(double end) {
  const double unit = std::pow(10, std::floor(std::log10(end / 5)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (end / (factor * unit) <= 6) return factor * unit;
  }
  return 10 * unit;
}

class Timeline {
 public:
  explicit Timeline(const PlanView& view) : view_(view), clock_(view.plan->target.clock_mhz) {
    for (const NodeView& node : view.nodes) end_ = std::max(end_, node.end_cycles);
    bottom_ = kHead + kRow * static_cast<int>(view.nodes.size());
  }

  std::string svg() {
    text_ =
        fmt::format("<div class=\"timeline\">\n<svg class=\"names\" width=\"{}\" height=\"{}\" aria-hidden=\"true\">\n",
                    kNames, bottom_ + kFoot);
    text_ += fmt::format("<text class=\"mark\" x=\"0\" y=\"{}\">cycles</text>\n", kHead - 9);
    for (std::size_t n = 0; n < view_.nodes.size(); ++n) draw_name(n);
    text_ += fmt::format("<text class=\"mark\" x=\"0\" y=\"{}\">\u00B5s</text>\n", bottom_ + 18);
    text_ += fmt::format(
        "</svg>\n<svg class=\"plot\" width=\"100%\" height=\"{}\" role=\"img\" aria-labelledby=\"timeline-title\">\n"
        "<title id=\"timeline-title\">When each of {} nodes works, in {} cycles ({}); the times stand in the tables "
        "below</title>\n",
        bottom_ + kFoot, view_.nodes.size(), grouped(end_), time_of(end_, clock_));
    draw_marks();
    for (std::size_t n = 0; n < view_.nodes.size(); ++n) draw_bar(n);
    for (const double time : barriers_of(view_.nodes)) draw_barrier(time);
    return text_ + "</svg>\n</div>\n";
  }

 private:
  double place(double cycles) const { return end_ > 0 ? 100 * cycles / end_ : 0; }
  static int top(std::size_t row) { return kHead + kRow * static_cast<int>(row); }

  void draw_name(std::size_t n) {
    const NodeView& node = view_.nodes[n];
    text_ += fmt::format("<text x=\"0\" y=\"{}\"{}>{}</text>\n", top(n) + 15, node.paces_from ? " class=\"pace\"" : "",
                         escaped(shortened(node.name, 21)));
  }

  void draw_marks() {
    if (end_ <= 0) return;
    const double step = step_of(end_);
    const auto count = static_cast<int>(std::floor(end_ / step + 1e-9));
    for (int i = 0; i <= count; ++i) {
      const double cycles = i * step;
      const double x = place(cycles);
      const std::string_view anchor = i == 0 ? "start" : x > 94 ? "end" : "middle";
      text_ += fmt::format("<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>\n", x,
                           kHead - 4, bottom_ + 4);
      text_ += fmt::format("<text class=\"mark\" x=\"{:.2f}%\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x, kHead - 9,
                           anchor, grouped(cycles));
      text_ += fmt::format("<text class=\"mark\" x=\"{:.2f}%\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x,
                           bottom_ + 18, anchor, fmt::format("{:.4g}", deploy::latency_us(cycles, clock_)));
    }
  }

  void draw_bar(std::size_t n) {
    const NodeView& node = view_.nodes[n];
    const double span = node.end_cycles - node.begin_cycles;
    const double own = node.cost.latency_max_cycles;
    const bool waits = span > 1.02 * own + kCycle;
    const double begin = place(node.begin_cycles);
    const int y = top(n) + 4;
    text_ += fmt::format(
        "<g class=\"{}\"><title>{}: {} to {} cycles ({} to {}), {} of its own</title>"
        "<rect x=\"{:.3f}%\" y=\"{}\" width=\"{:.3f}%\" height=\"13\" rx=\"2\"/>"
        "<line x1=\"{:.3f}%\" x2=\"{:.3f}%\" y1=\"{}\" y2=\"{}\"/>",
        waits ? "waits" : "works", escaped(node.name), grouped(node.begin_cycles), grouped(node.end_cycles),
        time_of(node.begin_cycles, clock_), time_of(node.end_cycles, clock_), grouped(own), begin, y, place(span),
        begin, begin, y, y + 13);
    if (node.paces_from) {
      text_ += fmt::format("<rect class=\"pace\" x=\"{:.3f}%\" y=\"{}\" width=\"{:.3f}%\" height=\"13\" rx=\"2\"/>",
                           place(*node.paces_from), y, place(node.end_cycles - *node.paces_from));
    }
    text_ += "</g>\n";
  }

  void draw_barrier(double time) {
    text_ += fmt::format(
        "<line class=\"barrier\" x1=\"{0:.3f}%\" x2=\"{0:.3f}%\" y1=\"{1}\" y2=\"{2}\"><title>all before is done at "
        "{3} "
        "cycles</title></line>\n",
        place(time), kHead - 4, bottom_ + 4, grouped(time));
  }

  const PlanView& view_;
  double clock_;
  double end_ = 0;
  int bottom_ = 0;
  std::string text_;
};

}  // namespace

std::string timeline_svg(const PlanView& view) { return Timeline(view).svg(); }

}  // namespace ntorc::emit
