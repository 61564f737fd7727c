#include "ntorc/signal/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ntorc/error.hpp"
#include "signal/checked_windows.hpp"

namespace ntorc::signal {
namespace {

constexpr std::int64_t kLongest = 1'000'000'000;  ///< samples

/// Of a run that one window and its label need.
std::int64_t samples_for_one(const WindowOptions& options) {
  return options.length + std::max<std::int64_t>(options.label_offset, -1) + 1;
}

}  // namespace

void WindowOptions::validate() const {
  const auto expect = [](std::string_view field, std::int64_t value, std::int64_t low) {
    if (value < low || value > kLongest)
      throw InvalidArgument(fmt::format("{}: expected an integer in {}..{}, got {}", field, low, kLongest, value));
  };
  expect("length", length, 1);
  if (stride) expect("stride", *stride, 1);
  expect("label_offset", label_offset, -length);
}

std::int32_t Series::run(const std::string& name) const {
  const auto found = std::ranges::find(runs, name, &Run::name);
  if (found == runs.end())
    throw InvalidArgument(fmt::format("run {}: expected one of the recordings, found none", name));
  return static_cast<std::int32_t>(found - runs.begin());
}

Series join(std::vector<Recording> recordings) {
  check_together(recordings);
  Series series;
  series.sampling_hz = recordings.front().sampling_hz;
  series.channels = recordings.front().channels;
  std::size_t samples = 0;
  for (const Recording& one : recordings) samples += one.label.size();
  const auto values = std::make_shared<std::vector<float>>();
  const auto labels = std::make_shared<std::vector<float>>();
  values->reserve(samples * static_cast<std::size_t>(series.channels));
  labels->reserve(samples);
  for (Recording& one : recordings) {
    series.runs.push_back({one.name, one.group, static_cast<std::int64_t>(labels->size()), one.samples()});
    values->insert(values->end(), one.signal.begin(), one.signal.end());
    labels->insert(labels->end(), one.label.begin(), one.label.end());
    one = {};
  }
  series.values = values;
  series.labels = labels;
  return series;
}

std::int64_t windows_in(std::int64_t samples, const WindowOptions& options) {
  options.validate();
  const std::int64_t spare = samples - samples_for_one(options);
  return spare < 0 ? 0 : spare / options.stride_or_length() + 1;
}

Samples make_windows(const Series& series, const WindowOptions& options) {
  options.validate();
  Samples samples;
  samples.length = options.length;
  samples.stride = options.stride_or_length();
  samples.channels = series.channels;
  samples.values = series.values;
  samples.runs = series.runs;
  std::int64_t total = 0;
  for (const Series::Run& run : series.runs) {
    const std::int64_t count = windows_in(run.samples, options);
    if (count == 0) {
      throw InvalidArgument(fmt::format("run {}: expected at least {} samples for a window of {} and its label, got {}",
                                        run.name, samples_for_one(options), options.length, run.samples));
    }
    total += count;
  }
  samples.starts.reserve(static_cast<std::size_t>(total));
  samples.labels.reserve(static_cast<std::size_t>(total));
  samples.run.reserve(static_cast<std::size_t>(total));
  for (std::size_t r = 0; r < series.runs.size(); ++r) {
    const Series::Run& run = series.runs[r];
    const std::int64_t count = windows_in(run.samples, options);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t start = run.first + i * samples.stride;
      samples.starts.push_back(start * series.channels);
      samples.labels.push_back(
          (*series.labels)[static_cast<std::size_t>(start + options.length + options.label_offset)]);
      samples.run.push_back(static_cast<std::int32_t>(r));
    }
  }
  return samples;
}

void expect_windows(const Samples& samples, std::span<const std::int64_t> windows) {
  const auto outside = std::ranges::find_if(windows, [&](std::int64_t i) { return i < 0 || i >= samples.count(); });
  if (outside != windows.end())
    throw InvalidArgument(fmt::format("windows: expected indices in 0..{}, got {}", samples.count() - 1, *outside));
}

std::vector<float> labels_of(const Samples& samples, std::span<const std::int64_t> windows) {
  expect_windows(samples, windows);
  std::vector<float> labels;
  labels.reserve(windows.size());
  for (const std::int64_t i : windows) labels.push_back(samples.labels[static_cast<std::size_t>(i)]);
  return labels;
}

}  // namespace ntorc::signal
