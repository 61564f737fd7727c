#include "ntorc/signal/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ntorc/error.hpp"
#include "signal/checked_windows.hpp"

namespace ntorc::signal {
namespace {

void expect_some_windows(const Samples& samples, std::span<const std::int64_t> windows) {
  if (windows.empty()) throw InvalidArgument("windows: expected one at least for a scaling, got none");
  expect_windows(samples, windows);
}

/// Of one channel.
struct Spread {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double sum = 0;
  double squares = 0;  // about the mean, after the second pass
};

/// Calls `visit(spread, value)` for every number of the windows.
template <typename Visit>
void visit_all(const Samples& samples, std::span<const std::int64_t> windows, std::vector<Spread>& spreads,
               const Visit& visit) {
  for (const std::int64_t i : windows) {
    std::size_t channel = 0;
    for (const float value : samples.window(i)) {
      visit(spreads[channel], static_cast<double>(value));
      channel = channel + 1 == spreads.size() ? 0 : channel + 1;
    }
  }
}

}  // namespace

std::string_view to_string(ScalingKind kind) {
  switch (kind) {
    case ScalingKind::None:
      return "none";
    case ScalingKind::Standardise:
      return "standardise";
    case ScalingKind::Range:
      return "range";
  }
  return {};
}

std::optional<ScalingKind> scaling_kind(std::string_view name) {
  for (const ScalingKind kind : {ScalingKind::None, ScalingKind::Standardise, ScalingKind::Range}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

InputScaling fit_input_scaling(ScalingKind kind, const Samples& samples, std::span<const std::int64_t> windows) {
  expect_some_windows(samples, windows);
  const auto channels = static_cast<std::size_t>(samples.channels);
  InputScaling scaling{std::vector<float>(channels, 0.0F), std::vector<float>(channels, 1.0F)};
  if (kind == ScalingKind::None) return scaling;
  std::vector<Spread> spreads(channels);
  visit_all(samples, windows, spreads, [](Spread& spread, double value) {
    spread.low = std::min(spread.low, value);
    spread.high = std::max(spread.high, value);
    spread.sum += value;
  });
  const double count = static_cast<double>(windows.size()) * static_cast<double>(samples.length);
  if (kind == ScalingKind::Standardise) {
    visit_all(samples, windows, spreads, [count](Spread& spread, double value) {
      const double off = value - spread.sum / count;
      spread.squares += off * off;
    });
  }
  for (std::size_t c = 0; c < channels; ++c) {
    const Spread& spread = spreads[c];
    const bool standardise = kind == ScalingKind::Standardise;
    const double unit = standardise ? std::sqrt(spread.squares / count) : (spread.high - spread.low) / 2;
    scaling.offset[c] = static_cast<float>(standardise ? spread.sum / count : (spread.high + spread.low) / 2);
    // What is too small to divide by is noise of the arithmetic.
    if (spread.high > spread.low && 1 / unit < std::numeric_limits<float>::max())
      scaling.factor[c] = static_cast<float>(1 / unit);
  }
  return scaling;
}

Series scaled(const Series& series, const InputScaling& scaling) {
  const auto channels = static_cast<std::size_t>(series.channels);
  if (scaling.offset.size() != channels || scaling.factor.size() != channels) {
    throw InvalidArgument(fmt::format("scaling: expected {} channels, got {} and {}", channels, scaling.offset.size(),
                                      scaling.factor.size()));
  }
  Series result = series;
  const auto values = std::make_shared<std::vector<float>>(*series.values);
  for (std::size_t i = 0; i < values->size(); ++i) {
    float& value = (*values)[i];
    value = (value - scaling.offset[i % channels]) * scaling.factor[i % channels];
  }
  result.values = values;
  return result;
}

LabelScaling fit_label_scaling(const Samples& samples, std::span<const std::int64_t> windows) {
  expect_some_windows(samples, windows);
  const std::vector<float> labels = labels_of(samples, windows);
  double sum = 0;
  for (const float label : labels) sum += label;
  const double mean = sum / static_cast<double>(labels.size());
  double squares = 0;
  for (const float label : labels) squares += (label - mean) * (label - mean);
  const auto deviation = static_cast<float>(std::sqrt(squares / static_cast<double>(labels.size())));
  const auto [least, most] = std::ranges::minmax_element(labels);
  if (*least == *most || deviation <= 0) {
    throw InvalidArgument(fmt::format("labels: expected some that differ among {} training windows, got {} in all",
                                      labels.size(), labels.front()));
  }
  return {static_cast<float>(mean), deviation};
}

LabelRange label_range(const Series& series, std::span<const std::int32_t> runs) {
  LabelRange range{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  const auto take = [&](const Series::Run& run) {
    const auto labels =
        std::span(*series.labels).subspan(static_cast<std::size_t>(run.first), static_cast<std::size_t>(run.samples));
    const auto [low, high] = std::ranges::minmax(labels);
    range.low = std::min(range.low, low);
    range.high = std::max(range.high, high);
  };
  for (const std::int32_t run : runs) {
    if (run < 0 || static_cast<std::size_t>(run) >= series.runs.size())
      throw InvalidArgument(fmt::format("runs: expected indices in 0..{}, got {}", series.runs.size() - 1, run));
    take(series.runs[static_cast<std::size_t>(run)]);
  }
  if (runs.empty()) {
    if (series.runs.empty()) throw InvalidArgument("runs: expected one at least, got none");
    for (const Series::Run& run : series.runs) take(run);
  }
  return range;
}

Series clip_labels(const Series& series, const LabelRange& range) {
  if (!(range.low < range.high))
    throw InvalidArgument(fmt::format("range: expected low < high, got {} and {}", range.low, range.high));
  Series result = series;
  const auto labels = std::make_shared<std::vector<float>>(*series.labels);
  for (float& label : *labels) label = std::clamp(label, range.low, range.high);
  result.labels = labels;
  return result;
}

std::vector<std::int32_t> runs_of(const Samples& samples, std::span<const std::int64_t> windows) {
  expect_windows(samples, windows);
  std::vector<bool> present(samples.runs.size());
  for (const std::int64_t i : windows)
    present[static_cast<std::size_t>(samples.run[static_cast<std::size_t>(i)])] = true;
  std::vector<std::int32_t> runs;
  for (std::size_t r = 0; r < present.size(); ++r) {
    if (present[r]) runs.push_back(static_cast<std::int32_t>(r));
  }
  return runs;
}

}  // namespace ntorc::signal
