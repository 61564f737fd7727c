#include "search/report_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "emit/figures.hpp"
#include "emit/markup.hpp"
#include "emit/plot.hpp"

namespace ntorc::search {
namespace {

// Times the median: what lies beyond does not stretch an axis.
constexpr double kOutlierOfTrials = 2;
constexpr double kOutlierOfCurves = 3;

/// From the least value to the greatest.
class Extent {
 public:
  void add(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  bool is_empty() const { return low_ > high_; }
  double low() const { return is_empty() ? 0 : low_; }
  double high() const { return is_empty() ? 1 : high_; }

 private:
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// @param label  escaped
std::string svg_open(double width, double height, const std::string& label) {
  return fmt::format(
      "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" role=\"img\" aria-label=\"{2}\">\n",
      width, height, label);
}

std::string dot_svg(std::string_view style, double x, double y, double radius, const std::string& title) {
  return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\">{}</circle>\n", style, x, y, radius,
                     title);
}

/// @param strokes  around (0, 0)
std::string sign_svg(std::string_view style, double x, double y, std::string_view strokes, const std::string& title) {
  return fmt::format("<path class=\"{}\" transform=\"translate({:.1f} {:.1f})\" d=\"{}\">{}</path>\n", style, x, y,
                     strokes, title);
}

constexpr std::string_view kCross = "M-4 -4L4 4M-4 4L4 -4";
constexpr std::string_view kUpward = "M-4 3L0 -4L4 3Z";

std::string title_svg(const std::string& text) {  // lines are kept, which `escaped` would not
  std::string title;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = text.find('\n', at);
    title += emit::escaped(text.substr(at, end - at));
    if (end == std::string::npos) break;
    title += '\n';
    at = end + 1;
  }
  return fmt::format("<title>{}</title>", title);
}

/// @param sign  SVG around (8, 6)
std::string legend_entry(const std::string& sign, const std::string& text) {
  return fmt::format(
      "<li><svg class=\"sign\" viewBox=\"0 0 16 12\" width=\"16\" height=\"12\" aria-hidden=\"true\">{}</svg>{}</li>\n",
      sign, emit::escaped(text));
}

std::string legend_html(const std::string& entries) { return fmt::format("<ul class=\"legend\">\n{}</ul>\n", entries); }

/// A line through the points; a dot if it is one.
class PathData {
 public:
  void add(double x, double y) {
    data_ += fmt::format("{}{:.1f} {:.1f}", count_ == 0 ? "M" : " ", x, y);
    ++count_;
  }
  std::string data() const { return count_ == 1 ? data_ + "h0" : data_; }
  bool is_empty() const { return count_ == 0; }

 private:
  std::string data_;
  std::size_t count_ = 0;
};

class FrontPlot {
 public:
  explicit FrontPlot(const SearchView& view)
      : view_(view), report_(*view.report), limit_(limit_of(view)), plot_(plot_of(view, limit_)) {}

  /// Empty without a point.
  std::string html() {
    const auto is_point = [](const auto& of) { return if_finite(of.cost) && if_finite(of.error); };
    if (std::ranges::none_of(report_.trials, is_point) && std::ranges::none_of(report_.peers, is_point)) return "";
    plot_.add(svg_open(kWidth, kHeight, "error of networks against their cost"));
    plot_.draw_grid(cost_title(report_.cost),
                    emit::escaped(report_.unit.empty() ? "RMSE" : fmt::format("RMSE in {}", report_.unit)));
    for (const ReportTrial& trial : report_.trials) draw_trial(trial);
    draw_front_steps();
    for (const ReportPeer& peer : report_.peers) draw_peer(peer);
    for (const FrontMember& member : view_.front) draw_deviation(member);
    for (const FrontMember& member : view_.front) draw_member(member);
    label_members();
    return fmt::format("<div class=\"plots\">\n{}</svg>\n</div>\n{}", plot_.svg(), legend());
  }

 private:
  static constexpr double kWidth = 1000;
  static constexpr double kHeight = 500;
  static constexpr emit::PlotFrame kFrame{74, 984, 16, 444};
  static constexpr double kDot = 3;

  static double shown_cost(const SearchView& view, double cost) {
    return view.report->cost == CostKind::Share ? 100 * cost : cost;
  }

  /// The greatest error that is drawn in its place.
  static double limit_of(const SearchView& view) {
    std::vector<double> errors;
    for (const ReportTrial& trial : view.report->trials) {
      if (const auto error = if_finite(trial.error); error && if_finite(trial.cost)) errors.push_back(*error);
    }
    Extent kept;
    const double most = kOutlierOfTrials * median_of(errors);
    for (const double error : errors) {
      if (error <= most) kept.add(error);
    }
    for (const FrontMember& member : view.front) kept.add(member.error + member.deviation.value_or(0));
    for (const ReportPeer& peer : view.report->peers) {
      if (if_finite(peer.cost) && if_finite(peer.error)) kept.add(peer.error);
    }
    return kept.high();
  }

  static emit::Plot plot_of(const SearchView& view, double limit) {
    Extent costs;
    Extent errors;
    const auto add = [&](std::optional<double> cost, std::optional<double> error) {
      if (!cost || !error) return;
      costs.add(shown_cost(view, *cost));
      errors.add(std::min(*error, limit));
    };
    for (const ReportTrial& trial : view.report->trials) add(if_finite(trial.cost), if_finite(trial.error));
    for (const ReportPeer& peer : view.report->peers) add(if_finite(peer.cost), if_finite(peer.error));
    for (const FrontMember& member : view.front) {
      errors.add(member.error + member.deviation.value_or(0));
      errors.add(std::max(member.error - member.deviation.value_or(0), 0.0));
    }
    return {kFrame, emit::Axis(costs.low(), costs.high(), kFrame.left, kFrame.right),
            emit::Axis(errors.low(), errors.high(), kFrame.bottom, kFrame.top)};
  }

  double place(double cost) const { return plot_.x(shown_cost(view_, cost)); }

  std::string words(const ReportTrial& trial) const {
    const auto cost = if_finite(trial.cost);
    std::string text = fmt::format("trial {}: {}\nRMSE {}", trial.number, trial.network,
                                   view_.with_unit(view_.error_with_deviation(trial)));
    text += trial.trainings == 1 ? " (1 training)" : fmt::format(" ({} trainings)", trial.trainings);
    if (cost) text += fmt::format("\n{}: {}", cost_head(report_.cost), view_.cost_text(*cost));
    if (report_.cost != CostKind::Multiplies) {
      text += fmt::format("\nmultiplies: {}", emit::grouped(static_cast<double>(trial.multiplies)));
    }
    return text + (trial.status == Status::Pruned ? "\npruned" : "");
  }

  void draw_trial(const ReportTrial& trial) {
    const auto cost = if_finite(trial.cost);
    const auto error = if_finite(trial.error);
    if (!cost || !error || trial.on_front) return;
    const double x = place(*cost);
    if (*error > limit_) {
      any_beyond_ = true;
      plot_.add(sign_svg("beyond", x, kFrame.top + 6, kUpward, title_svg(words(trial))));
    } else if (trial.status == Status::Pruned) {
      any_pruned_ = true;
      plot_.add(dot_svg("trial pruned", x, plot_.y(*error), kDot, title_svg(words(trial))));
    } else {
      any_trial_ = true;
      plot_.add(dot_svg("trial", x, plot_.y(*error), kDot, title_svg(words(trial))));
    }
  }

  void draw_front_steps() {
    if (view_.front.empty()) return;
    std::string steps;
    for (const FrontMember& member : view_.front) {
      const double x = place(member.cost);
      const double y = plot_.y(member.error);
      steps += steps.empty() ? fmt::format("M{:.1f} {:.1f}", x, y) : fmt::format("H{:.1f}V{:.1f}", x, y);
    }
    plot_.add(fmt::format("<path class=\"step\" d=\"{}H{:.1f}\"/>\n", steps, kFrame.right));
  }

  void draw_peer(const ReportPeer& peer) {
    if (!if_finite(peer.cost) || !if_finite(peer.error)) return;
    const std::string text =
        fmt::format("{}\nRMSE {}\n{}: {}", peer.name, view_.with_unit(view_.error_text(peer.error)),
                    cost_head(report_.cost), view_.cost_text(peer.cost));
    plot_.add(sign_svg("peer", place(peer.cost), plot_.y(peer.error), kCross, title_svg(text)));
  }

  void draw_deviation(const FrontMember& member) {
    if (!member.deviation || *member.deviation <= 0) return;
    const double x = place(member.cost);
    const double top = plot_.y(member.error + *member.deviation);
    const double bottom = plot_.y(member.error - *member.deviation);
    plot_.add(
        fmt::format("<path class=\"deviation\" d=\"M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}H{1:.1f}M{4:.1f} "
                    "{2:.1f}V{3:.1f}\"/>\n",
                    x - 3, x + 3, top, bottom, x));
  }

  void draw_member(const FrontMember& member) {
    plot_.add(
        dot_svg("member", place(member.cost), plot_.y(member.error), kMemberDot, title_svg(words(*member.trial))));
  }

  /// Trial numbers to the lower left, where nothing is: all there would be better. Where two would touch, the first.
  void label_members() {
    constexpr double kApart = 13;
    std::vector<std::pair<double, double>> labels;
    for (const FrontMember& member : view_.front) {
      const double x = place(member.cost) - 7;
      const double y = plot_.y(member.error) + 13;
      const std::string text = fmt::format("{}", member.trial->number);
      const double width = 7.5 * static_cast<double>(text.size()) + 4;
      if (x - width < kFrame.left || y > kFrame.bottom - 2) continue;
      const bool touches = std::ranges::any_of(labels, [&](const auto& other) {
        return std::abs(other.second - y) < kApart && std::abs(other.first - x) < width;
      });
      if (touches) continue;
      labels.emplace_back(x, y);
      plot_.write(x, y, "label", "end", text);
    }
  }

  std::string legend() const {
    std::string entries;
    if (!view_.front.empty()) {
      entries += legend_entry(dot_svg("member", 8, 6, kMemberDot, ""), "on the front, with the number of its trial");
      if (std::ranges::any_of(view_.front, [](const FrontMember& m) { return m.deviation.value_or(0) > 0; })) {
        entries += legend_entry("<path class=\"deviation\" d=\"M5 1H11M8 1V11M5 11H11\"/>",
                                "\u00B1 standard deviation of its trainings");
      }
    }
    if (any_trial_) entries += legend_entry(dot_svg("trial", 8, 6, kDot, ""), "other networks tried");
    if (any_pruned_) entries += legend_entry(dot_svg("trial pruned", 8, 6, kDot, ""), "pruned");
    if (any_beyond_) entries += legend_entry(sign_svg("beyond", 8, 6, kUpward, ""), "beyond the upper edge");
    if (std::ranges::any_of(report_.peers, [](const auto& p) { return if_finite(p.cost) && if_finite(p.error); })) {
      entries += legend_entry(sign_svg("peer", 8, 6, kCross, ""),
                              report_.peers_title.empty() ? "to compare with" : report_.peers_title);
    }
    return entries.empty() ? "" : legend_html(entries);
  }

  static constexpr double kMemberDot = 5;

  const SearchView& view_;
  const SearchReport& report_;
  double limit_;
  emit::Plot plot_;
  bool any_trial_ = false;
  bool any_pruned_ = false;
  bool any_beyond_ = false;
};

std::vector<CurvePoint> finite_curve(const ReportTrial& trial) {
  std::vector<CurvePoint> curve;
  for (const CurvePoint& point : trial.curve) {
    if (if_finite(point.error)) curve.push_back(point);
  }
  return curve;
}

class CurvesPlot {
 public:
  explicit CurvesPlot(const SearchView& view) : view_(view) {}

  std::string html() {
    Extent epochs;
    Extent errors;
    std::vector<double> all;
    for (const ReportTrial& trial : view_.report->trials) {
      for (const CurvePoint& point : finite_curve(trial)) {
        all.push_back(point.error);
        epochs.add(static_cast<double>(point.epochs));
      }
    }
    if (all.empty()) return "";
    const double most = kOutlierOfCurves * median_of(all);
    for (const double error : all) errors.add(std::min(error, most));
    emit::Plot plot{kFrame, emit::Axis(0, epochs.high(), kFrame.left, kFrame.right, {.margin = 0}),
                    emit::Axis(errors.low(), errors.high(), kFrame.bottom, kFrame.top)};
    plot.add(svg_open(kWidth, kHeight, "error of networks against the epochs they were trained for"));
    const std::string& unit = view_.report->unit;
    plot.draw_grid("epochs of the first training",
                   emit::escaped(unit.empty() ? "RMSE" : fmt::format("RMSE in {}", unit)));
    bool any_other = false;
    for (const ReportTrial& trial : view_.report->trials) {
      if (is_member(trial)) continue;
      any_other = draw_learning(plot, trial, "curve", kFaintPoints) || any_other;
    }
    for (const FrontMember& member : view_.front) draw_learning(plot, *member.trial, "curve front", kFrontPoints);
    label_ends(plot);
    std::string entries;
    if (!view_.front.empty()) entries += line_key("curve front", "on the front");
    if (any_other) entries += line_key("curve", "other networks");
    return fmt::format("<div class=\"plots\">\n{}</svg>\n</div>\n{}", plot.svg(), legend_html(entries));
  }

 private:
  static constexpr double kWidth = 1000;
  static constexpr double kHeight = 400;
  static constexpr emit::PlotFrame kFrame{74, 944, 16, 344};
  static constexpr std::size_t kFaintPoints = 40;
  static constexpr std::size_t kFrontPoints = 400;

  bool is_member(const ReportTrial& trial) const {
    return std::ranges::find(view_.front, &trial, &FrontMember::trial) != view_.front.end();
  }

  bool draw_learning(emit::Plot& plot, const ReportTrial& trial, std::string_view style, std::size_t most) const {
    const auto curve = finite_curve(trial);
    const std::size_t stride = (curve.size() + most - 1) / most;
    PathData path;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      if (i % stride != 0 && i + 1 != curve.size()) continue;
      path.add(plot.x(static_cast<double>(curve[i].epochs)), plot.y(curve[i].error));
    }
    if (path.is_empty()) return false;
    plot.add(fmt::format(
        "<path class=\"{}\" d=\"{}\">{}</path>\n", style, path.data(),
        title_svg(fmt::format("trial {}: {}\n{} after {} epochs", trial.number, trial.network,
                              view_.with_unit(view_.error_text(curve.back().error)), curve.back().epochs))));
    return true;
  }

  /// Trial numbers of those shown, behind their ends; moved apart.
  void label_ends(emit::Plot& plot) const {
    struct Label {
      double x = 0;
      double y = 0;
      std::int64_t trial = 0;
    };
    std::vector<Label> labels;
    for (const FrontMember* const member : view_.shown) {
      const auto curve = finite_curve(*member->trial);
      if (curve.empty()) continue;
      labels.push_back({plot.x(static_cast<double>(curve.back().epochs)) + 7, plot.y(curve.back().error) + 4,
                        member->trial->number});
    }
    std::ranges::sort(labels, {}, &Label::y);
    double free = -std::numeric_limits<double>::infinity();
    for (Label& label : labels) {
      constexpr double kApart = 14;
      label.y = std::max(label.y, free);
      free = label.y + kApart;
      plot.write(label.x, label.y, "label", "start", fmt::format("{}", label.trial));
    }
  }

  const SearchView& view_;
};

struct TraceSamples {
  std::vector<double> seconds{};
  std::vector<double> truth{};
  std::vector<double> predicted{};
};

TraceSamples finite_samples(const ReportTrace& trace) {
  TraceSamples samples;
  const std::size_t count = std::min({trace.seconds.size(), trace.truth.size(), trace.predicted.size()});
  for (std::size_t i = 0; i < count; ++i) {
    if (!if_finite(trace.seconds[i]) || !if_finite(trace.truth[i]) || !if_finite(trace.predicted[i])) continue;
    samples.seconds.push_back(trace.seconds[i]);
    samples.truth.push_back(trace.truth[i]);
    samples.predicted.push_back(trace.predicted[i]);
  }
  return samples;
}

/// Of every few samples the least and the greatest, so that no peak is lost; `most` at the most.
std::vector<std::size_t> telling(std::span<const double> values, std::size_t most) {
  std::vector<std::size_t> kept;
  const std::size_t few = values.size() <= most ? 1 : (2 * values.size() + most - 1) / most;
  for (std::size_t at = 0; at < values.size(); at += few) {
    const auto part = values.subspan(at, std::min(few, values.size() - at));
    const auto [low, high] = std::ranges::minmax_element(part);
    const auto first = at + static_cast<std::size_t>(std::min(low, high) - part.begin());
    const auto last = at + static_cast<std::size_t>(std::max(low, high) - part.begin());
    kept.push_back(first);
    if (last != first) kept.push_back(last);
  }
  return kept;
}

}  // namespace

std::string line_key(std::string_view style, const std::string& text) {
  return fmt::format(
      "<li><svg class=\"sign\" viewBox=\"0 0 16 12\" width=\"16\" height=\"12\" aria-hidden=\"true\"><path "
      "class=\"{}\" d=\"M0 6H16\"/></svg>{}</li>\n",
      style, text);
}

std::string front_plot(const SearchView& view) { return FrontPlot(view).html(); }

std::string curves_plot(const SearchView& view) { return CurvesPlot(view).html(); }

std::string trace_plot(const SearchView& view, const ReportTrace& trace) {
  constexpr double kWidth = 1000;
  constexpr double kHeight = 270;
  constexpr emit::PlotFrame kOverTime{74, 690, 12, 214};
  constexpr emit::PlotFrame kPairs{782, 984, 12, 214};
  constexpr double kIntervals = 4;
  constexpr std::size_t kMostSamples = 1400;
  constexpr std::size_t kMostPairs = 600;
  const TraceSamples samples = finite_samples(trace);
  if (samples.truth.empty()) return "";
  Extent seconds;
  Extent values;
  for (const double second : samples.seconds) seconds.add(second);
  for (const double value : samples.truth) values.add(value);
  for (const double value : samples.predicted) values.add(value);
  // Decades are no reason for a logarithmic scale here: from 0 if that is near.
  const auto linear = [](const Extent& extent) {
    return extent.low() > 0 && extent.high() > 4 * extent.low() ? 0 : extent.low();
  };
  const double begin = linear(seconds);
  const double low = linear(values);
  const auto value_axis = [&](double from, double to) {
    return emit::Axis(low, values.high(), from, to, {.intervals = kIntervals});
  };
  const auto unit = [&](const std::string& name) {
    return emit::escaped(view.report->unit.empty() ? name : fmt::format("{} in {}", name, view.report->unit));
  };
  emit::Plot over_time{kOverTime, emit::Axis(begin, seconds.high(), kOverTime.left, kOverTime.right, {.margin = 0}),
                       value_axis(kOverTime.bottom, kOverTime.top)};
  over_time.draw_grid("seconds", unit("label"));
  const auto draw = [&](std::string_view style, const std::vector<double>& of) {
    PathData path;
    for (const std::size_t i : telling(of, kMostSamples)) path.add(over_time.x(samples.seconds[i]), over_time.y(of[i]));
    over_time.add(fmt::format("<path class=\"{}\" d=\"{}\"/>\n", style, path.data()));
  };
  draw("predicted", samples.predicted);
  draw("truth", samples.truth);
  emit::Plot pairs{kPairs, value_axis(kPairs.left, kPairs.right), value_axis(kPairs.bottom, kPairs.top)};
  pairs.draw_grid(unit("truth"), unit("predicted"));
  pairs.line("equal", kPairs.left, kPairs.bottom, kPairs.right, kPairs.top);
  const std::size_t stride = (samples.truth.size() + kMostPairs - 1) / kMostPairs;
  std::string dots;
  for (std::size_t i = 0; i < samples.truth.size(); i += stride) {
    dots += fmt::format("M{:.1f} {:.1f}h0", pairs.x(samples.truth[i]), pairs.y(samples.predicted[i]));
  }
  pairs.add(fmt::format("<path class=\"pair\" d=\"{}\"/>\n", dots));
  double squares = 0;
  for (std::size_t i = 0; i < samples.truth.size(); ++i) {
    squares += (samples.predicted[i] - samples.truth[i]) * (samples.predicted[i] - samples.truth[i]);
  }
  const double rmse = std::sqrt(squares / static_cast<double>(samples.truth.size()));
  return fmt::format(
      "<figure><figcaption><strong>{}</strong> <span class=\"tag {}\">{}</span> RMSE {} over {} samples</figcaption>\n"
      "<div class=\"plots\">\n{}{}{}</svg>\n</div></figure>\n",
      emit::escaped(trace.run), trace.was_learnt ? "learnt" : "unseen",
      trace.was_learnt ? "learnt from" : "not learnt from", emit::escaped(view.with_unit(view.error_text(rmse))),
      emit::grouped(static_cast<double>(samples.truth.size())),
      svg_open(kWidth, kHeight, "truth and prediction of " + emit::escaped(trace.run)), over_time.svg(), pairs.svg());
}

}  // namespace ntorc::search
