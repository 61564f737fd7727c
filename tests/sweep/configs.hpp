// tests/sweep/configs.hpp - small sweeps to work on.
#pragma once

#include <string>

#include "ntorc/sweep/sweep.hpp"

namespace ntorc::test {

/// A family of dense layers: 12 inputs, then `layers`.
inline std::string dense_family(const std::string& layers) {
  return "families: [{name: d, input: {features: 12}, layers: [" + layers + "]}]\n";
}

inline sweep::Sweep planned(const std::string& yaml) { return sweep::plan_sweep(sweep::parse_config(yaml, "s.yaml")); }

/// All kinds of layers in three jobs.
inline const std::string kMixed = R"(
reuse: [6]
families:
  - name: signal
    input: {steps: 16, features: 3}
    layers:
      - conv1d: {size: 4, kernel: 3, pool: 2}
      - lstm: {size: 5, sequences: true}
      - gru: {size: [4, 6]}
      - dense: {size: 2, activation: softmax}
  - name: image
    input: {side: 8, features: 2}
    layers:
      - conv2d: {size: 4, kernel: 3, padding: valid}
      - dense: {size: 1, activation: linear}
)";

}  // namespace ntorc::test
