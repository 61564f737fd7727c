// tests/search/small_search.hpp - a search that takes a second: sines whose frequency is to be told.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "ntorc/search/config.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/search/study.hpp"
#include "support/random.hpp"

namespace ntorc::search::small {

/// Runs of 2,000 samples at 1 kHz, each at three frequencies between 20 and 200 Hz; the label is the frequency.
inline std::vector<signal::Recording> sines(std::int64_t runs) {
  std::vector<signal::Recording> recordings;
  support::Random random(1);
  for (std::int64_t run = 0; run < runs; ++run) {
    signal::Recording recording;
    recording.name = "run_" + std::to_string(run);
    recording.sampling_hz = 1000;
    double phase = 0;
    double hz = 20;
    for (int i = 0; i < 2000; ++i) {
      if (i % 700 == 0) hz = 110 + 90 * random.uniform();
      phase += 2 * 3.14159265358979 * hz / recording.sampling_hz;
      recording.signal.push_back(static_cast<float>(std::sin(phase) + 0.05 * random.normal()));
      recording.label.push_back(static_cast<float>(hz));
    }
    recordings.push_back(std::move(recording));
  }
  return recordings;
}

inline Config small_config() {
  return parse_config(R"yaml(
name: sines
data: {tables: [unused.csv], sampling_hz: 1000, split: {kind: runs, share: 0.3}}
space:
  window: [16, 32]
  layers:
    - conv1d: {repeat: {from: 0, to: 2}, size: {from: 2, to: 6}, kernel: 3, pool: 2, each: [size]}
    - dense: {repeat: {from: 0, to: 1}, size: [4, 8]}
training: {epochs: 4, batch: 16, learning_rate: 0.01}
cost: {of: multiplies}
search: {trials: 10, batch: 4, rungs: [2], keep: 0.5, repeats: 2, seed: 3}
)yaml",
                      "small", ".");
}

}  // namespace ntorc::search::small
