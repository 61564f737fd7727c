// tests/signal/series.hpp - small recordings whose numbers can be followed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ntorc/signal/windows.hpp"

namespace ntorc::signal {

/// One channel 0, 1, 2, ... with labels 100, 101, 102, ...
inline Recording counting(const std::string& name, int samples, const std::string& group = {}) {
  Recording recording;
  recording.name = name;
  recording.group = group;
  recording.sampling_hz = 1000;
  for (int i = 0; i < samples; ++i) {
    recording.signal.push_back(static_cast<float>(i));
    recording.label.push_back(static_cast<float>(100 + i));
  }
  return recording;
}

/// Runs a, b, c, ... of so many samples.
inline Series counting_series(const std::vector<int>& samples) {
  std::vector<Recording> recordings;
  for (const int count : samples)
    recordings.push_back(counting(std::string(1, static_cast<char>('a' + recordings.size())), count));
  return join(std::move(recordings));
}

}  // namespace ntorc::signal
