#include "ntorc/signal/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "support/random.hpp"

namespace ntorc::signal {
namespace {

/// A permutation by Fisher and Yates.
template <typename T>
void shuffle(std::vector<T>& items, support::Random& random) {
  for (std::size_t n = items.size(); n > 1; --n) std::swap(items[n - 1], items[random.bits() % n]);
}

/// Windows to validate with: rounded up, as N-TORC's split does; what 0.3 is short of 3/10 does not count.
std::int64_t validation_count(const Samples& samples, double share) {
  return static_cast<std::int64_t>(std::ceil(share * static_cast<double>(samples.count()) - 1e-6));
}

/// Windows with a true flag validate, the others are for training.
Split by_flag(const std::vector<bool>& validates) {
  Split parts;
  for (std::size_t i = 0; i < validates.size(); ++i) {
    (validates[i] ? parts.validation : parts.training).push_back(static_cast<std::int64_t>(i));
  }
  return parts;
}

Split shuffled(const Samples& samples, const SplitOptions& options) {
  if (samples.stride < samples.length) {
    throw InvalidArgument(
        fmt::format("split: expected runs or tail for windows that overlap (stride {} < length {}), got shuffled: its "
                    "validation windows would have been learnt from",
                    samples.stride, samples.length));
  }
  std::vector<std::size_t> order(samples.starts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  support::Random random(options.seed);
  shuffle(order, random);
  std::vector<bool> validates(order.size());
  const std::int64_t count = validation_count(samples, options.validation_share);
  for (std::int64_t i = 0; i < count; ++i) validates[order[static_cast<std::size_t>(i)]] = true;
  return by_flag(validates);
}

Split tail(const Samples& samples, const SplitOptions& options) {
  const std::int64_t first = samples.count() - validation_count(samples, options.validation_share);
  Split parts;
  for (std::int64_t i = 0; i < first; ++i) {
    // Starts ascend over all runs, so a window of an earlier run never reaches the first that validates.
    const bool clear = samples.starts[static_cast<std::size_t>(i)] + samples.length * samples.channels <=
                       samples.starts[static_cast<std::size_t>(first)];
    if (clear) parts.training.push_back(i);
  }
  for (std::int64_t i = first; i < samples.count(); ++i) parts.validation.push_back(i);
  return parts;
}

std::vector<bool> named_runs(const Samples& samples, const SplitOptions& options) {
  std::vector<bool> chosen(samples.runs.size());
  for (const std::string& name : options.validation_runs) {
    const auto found = std::ranges::find(samples.runs, name, &Series::Run::name);
    if (found == samples.runs.end())
      throw InvalidArgument(fmt::format("validation_runs: expected runs of the recordings, got {}", name));
    const auto index = static_cast<std::size_t>(found - samples.runs.begin());
    if (chosen[index]) throw InvalidArgument(fmt::format("validation_runs: expected {} once, got it twice", name));
    chosen[index] = true;
  }
  return chosen;
}

std::vector<bool> drawn_runs(const Samples& samples, const SplitOptions& options) {
  std::vector<std::int64_t> windows(samples.runs.size());
  for (const std::int32_t run : samples.run) ++windows[static_cast<std::size_t>(run)];
  std::vector<std::string> groups;
  for (const Series::Run& run : samples.runs) {
    if (std::ranges::find(groups, run.group) == groups.end()) groups.push_back(run.group);
  }
  std::vector<bool> chosen(samples.runs.size());
  support::Random random(options.seed);
  std::vector<std::size_t> all;  // in the order of drawing
  double owed = 0;               // windows
  for (const std::string& group : groups) {
    std::vector<std::size_t> runs;
    for (std::size_t r = 0; r < samples.runs.size(); ++r) {
      if (samples.runs[r].group == group) runs.push_back(r);
    }
    shuffle(runs, random);
    for (const std::size_t r : runs) owed += options.validation_share * static_cast<double>(windows[r]);
    for (const std::size_t r : runs) {
      all.push_back(r);
      if (owed < 0.5 * static_cast<double>(windows[r])) continue;
      chosen[r] = true;
      owed -= static_cast<double>(windows[r]);
    }
  }
  // Few runs: the share may be less than half of each, or more than half of all.
  if (std::ranges::find(chosen, true) == chosen.end()) chosen[all.front()] = true;
  if (std::ranges::find(chosen, false) == chosen.end()) chosen[all.back()] = false;
  return chosen;
}

Split by_runs(const Samples& samples, const SplitOptions& options) {
  const std::vector<bool> chosen =
      options.validation_runs.empty() ? drawn_runs(samples, options) : named_runs(samples, options);
  std::vector<bool> validates;
  validates.reserve(samples.run.size());
  for (const std::int32_t run : samples.run) validates.push_back(chosen[static_cast<std::size_t>(run)]);
  return by_flag(validates);
}

}  // namespace

std::string_view to_string(SplitKind kind) {
  switch (kind) {
    case SplitKind::Shuffled:
      return "shuffled";
    case SplitKind::Tail:
      return "tail";
    case SplitKind::Runs:
      return "runs";
  }
  return {};
}

std::optional<SplitKind> split_kind(std::string_view name) {
  for (const SplitKind kind : {SplitKind::Shuffled, SplitKind::Tail, SplitKind::Runs}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

void SplitOptions::validate() const {
  if (!(validation_share > 0 && validation_share < 1)) {
    throw InvalidArgument(fmt::format("validation_share: expected a number in (0, 1), got {}", validation_share));
  }
  if (!validation_runs.empty() && kind != SplitKind::Runs) {
    throw InvalidArgument(
        fmt::format("validation_runs: expected none for a {} split, got {}", to_string(kind), validation_runs.size()));
  }
}

Split split(const Samples& samples, const SplitOptions& options) {
  options.validate();
  if (samples.starts.empty()) throw InvalidArgument("split: expected windows, got none");
  Split parts;
  switch (options.kind) {
    case SplitKind::Shuffled:
      parts = shuffled(samples, options);
      break;
    case SplitKind::Tail:
      parts = tail(samples, options);
      break;
    case SplitKind::Runs:
      parts = by_runs(samples, options);
      break;
  }
  if (parts.training.empty() || parts.validation.empty()) {
    throw InvalidArgument(
        fmt::format("split: expected windows for training and for validation, got {} and {} of {} "
                    "windows in {} runs",
                    parts.training.size(), parts.validation.size(), samples.count(), samples.runs.size()));
  }
  return parts;
}

}  // namespace ntorc::signal
