// ntorc/signal/scaling.hpp - numbers brought to a size that networks like, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/signal/windows.hpp"

namespace ntorc::signal {

enum class ScalingKind {
  None,         ///< as recorded; N-TORC's choice
  Standardise,  ///< mean 0 and deviation 1 for each channel
  Range,        ///< smallest to -1 and largest to 1, for each channel
};
std::string_view to_string(ScalingKind kind);  ///< "none", "standardise", "range"
std::optional<ScalingKind> scaling_kind(std::string_view name);

/// scaled = (value - offset) * factor. A first layer can take it over: weights * factor, bias - weights * offset.
struct InputScaling {
  std::vector<float> offset;  ///< of each channel
  std::vector<float> factor;
};
/// By the samples in `windows` of `samples`, each counted as often as it is in one. A channel that never changes is
/// moved to 0 and not stretched. @throws InvalidArgument  for no window, or an index out of range.
InputScaling fit_input_scaling(ScalingKind kind, const Samples& samples, std::span<const std::int64_t> windows);
/// All of `series`, scaled; the labels are shared. @throws InvalidArgument  if the channels are others.
Series scaled(const Series& series, const InputScaling& scaling);

/// Labels for a regression: mean 0 and deviation 1.
struct LabelScaling {
  float mean = 0;
  float deviation = 1;
  float scaled(float label) const { return (label - mean) / deviation; }
  float restored(float scaled) const { return scaled * deviation + mean; }
};
/// @throws InvalidArgument  for no window, an index out of range, one label in all of them.
LabelScaling fit_label_scaling(const Samples& samples, std::span<const std::int64_t> windows);

struct LabelRange {
  float low = 0;
  float high = 0;
};
/// Of every sample of the runs `runs` (indices); of all runs if it is empty. @throws InvalidArgument
LabelRange label_range(const Series& series, std::span<const std::int32_t> runs = {});
/// Labels outside are moved to the nearer end: a sensor's glitch in a run that the range was not taken from goes.
/// The signal is shared. @throws InvalidArgument  unless low < high.
Series clip_labels(const Series& series, const LabelRange& range);
/// Indices of the runs that have a window in `windows`, ascending. @throws InvalidArgument  for an index out of range.
std::vector<std::int32_t> runs_of(const Samples& samples, std::span<const std::int64_t> windows);

}  // namespace ntorc::signal
