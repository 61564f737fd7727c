// ntorc/perf/cost.hpp - what a layer costs: the figures that are measured, learnt and planned with.
#pragma once

#include <array>
#include <string_view>

namespace ntorc::perf {

/// A figure of a synthesis report: HLS estimate, latency in clock cycles, BRAM in 18-Kb blocks.
enum class Target { LatencyMin, LatencyMax, Lut, Ff, Dsp, Bram18k };

inline constexpr std::array kTargets{Target::LatencyMin, Target::LatencyMax, Target::Lut,
                                     Target::Ff,         Target::Dsp,        Target::Bram18k};

/// "latency_min_cycles", "latency_max_cycles", "lut", "ff", "dsp" or "bram_18k": the name in every file and table.
std::string_view to_string(Target target);

/// One value for each target.
struct LayerCost {
  double latency_min_cycles = 0;
  double latency_max_cycles = 0;
  double lut = 0;
  double ff = 0;
  double dsp = 0;
  double bram_18k = 0;

  double operator[](Target target) const;
  double& operator[](Target target);
};

}  // namespace ntorc::perf
