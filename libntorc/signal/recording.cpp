#include "ntorc/signal/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ntorc/error.hpp"

namespace ntorc::signal {
namespace {

void expect_finite(const Recording& recording, const std::vector<float>& numbers, std::string_view what,
                   std::int64_t columns) {
  const auto found = std::ranges::find_if_not(numbers, [](float x) { return std::isfinite(x); });
  if (found == numbers.end()) return;
  throw InvalidArgument(fmt::format("run {}: {}: expected finite numbers, got {} at sample {}", recording.name, what,
                                    *found, (found - numbers.begin()) / columns));
}

}  // namespace

void Recording::validate() const {
  if (channels < 1) throw InvalidArgument(fmt::format("run {}: channels: expected >= 1, got {}", name, channels));
  if (!(sampling_hz > 0) || !std::isfinite(sampling_hz))
    throw InvalidArgument(fmt::format("run {}: sampling_hz: expected a number above 0, got {}", name, sampling_hz));
  if (label.empty()) throw InvalidArgument(fmt::format("run {}: expected samples, got none", name));
  if (signal.size() % static_cast<std::size_t>(channels) != 0 ||
      signal.size() / static_cast<std::size_t>(channels) != label.size()) {
    throw InvalidArgument(fmt::format("run {}: signal: expected {} numbers for {} labels of {} channels, got {}", name,
                                      label.size() * static_cast<std::size_t>(channels), label.size(), channels,
                                      signal.size()));
  }
  expect_finite(*this, signal, "signal", channels);
  expect_finite(*this, label, "label", 1);
}

void check_together(std::span<const Recording> recordings) {
  if (recordings.empty()) throw InvalidArgument("recordings: expected one at least, got none");
  std::set<std::string_view> names;
  const Recording& first = recordings.front();
  for (const Recording& one : recordings) {
    one.validate();
    if (!names.insert(one.name).second)
      throw InvalidArgument(fmt::format("run {}: expected names that differ, got it twice", one.name));
    if (one.channels != first.channels) {
      throw InvalidArgument(fmt::format("run {}: expected {} channels as run {} has, got {}", one.name, first.channels,
                                        first.name, one.channels));
    }
    // A rate measured from a time column is known to six digits.
    if (std::abs(one.sampling_hz - first.sampling_hz) > 1e-5 * first.sampling_hz) {
      throw InvalidArgument(fmt::format("run {}: expected {} Hz as run {} has, got {} Hz", one.name, first.sampling_hz,
                                        first.name, one.sampling_hz));
    }
  }
  const float label = first.label.front();
  for (const Recording& one : recordings) {
    if (std::ranges::any_of(one.label, [&](float other) { return other != label; })) return;
  }
  throw InvalidArgument(fmt::format("run {}: expected labels that differ, got {} at every sample{}", first.name, label,
                                    recordings.size() == 1 ? "" : fmt::format(" of {} runs", recordings.size())));
}

}  // namespace ntorc::signal
