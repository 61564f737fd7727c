// ntorc/signal/windows.hpp - recordings one behind the other, and the windows of them that a network is given.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ntorc/signal/recording.hpp"

namespace ntorc::signal {

/// Recordings joined: no window of any length copies them. Copies of a Series share the numbers.
struct Series {
  struct Run {
    std::string name;
    std::string group;
    std::int64_t first = 0;  ///< its first sample, counted over the Series
    std::int64_t samples = 0;
  };
  double sampling_hz = 0;
  std::int64_t channels = 1;
  std::shared_ptr<const std::vector<float>> values;  ///< (samples, channels) of all runs, run after run
  std::shared_ptr<const std::vector<float>> labels;  ///< (samples)
  std::vector<Run> runs;

  /// Index of the run called `name`. @throws InvalidArgument  if there is none.
  std::int32_t run(const std::string& name) const;
};

/// Takes the recordings apart as it goes: at no time is more than one of them held twice.
/// @throws InvalidArgument  as check_together.
Series join(std::vector<Recording> recordings);

/// A window is samples [start, start + length) of its run; its label stands at sample start + length + label_offset.
struct WindowOptions {
  std::int64_t length = 128;           ///< samples, 1..1e9
  std::optional<std::int64_t> stride;  ///< from one start to the next, 1..1e9; `length` unless given
  std::int64_t label_offset = 0;       ///< -length..1e9; 0: the first sample behind the window, -1: its last sample
  void validate() const;               ///< @throws InvalidArgument  naming the first bad field and its value
  std::int64_t stride_or_length() const { return stride.value_or(length); }
};

/// Windows in a run of `samples`, from its first sample on:
///     floor((samples - 1 - length - max(label_offset, -1)) / stride) + 1, or 0
/// With stride = length and label_offset = 0 that is N-TORC's floor((samples - 1) / length).
std::int64_t windows_in(std::int64_t samples, const WindowOptions& options);

/// What a training engine takes: window i is the length * channels floats from (*values)[starts[i]] on.
struct Samples {
  std::int64_t length = 0;
  std::int64_t stride = 0;
  std::int64_t channels = 1;
  std::shared_ptr<const std::vector<float>> values;  ///< of the Series
  std::vector<std::int64_t> starts;                  ///< ascending, in floats
  std::vector<float> labels;
  std::vector<std::int32_t> run;  ///< index into runs
  std::vector<Series::Run> runs;

  std::int64_t count() const { return static_cast<std::int64_t>(starts.size()); }
  std::span<const float> window(std::int64_t i) const {
    return std::span(*values).subspan(static_cast<std::size_t>(starts[static_cast<std::size_t>(i)]),
                                      static_cast<std::size_t>(length * channels));
  }
};

/// The windows of every run, in order. @throws InvalidArgument  if a run is too short for one, naming the run.
Samples make_windows(const Series& series, const WindowOptions& options);

/// The labels of `windows`. @throws InvalidArgument  for an index out of range.
std::vector<float> labels_of(const Samples& samples, std::span<const std::int64_t> windows);

}  // namespace ntorc::signal
