// benchmarks/simulated_tool.hpp - reports of another tool as one might be, made from N-TORC's figures: there is no
// public table of the same layers in two parts or tools.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/perf/dataset.hpp"

namespace ntorc::bench {

using perf::Dataset;
using perf::Observation;
using perf::Target;

/// As std::uniform_real_distribution and std::normal_distribution, whose numbers differ with every standard library.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  double uniform() { return (static_cast<double>(random_() >> 11U) + 0.5) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

 private:
  std::mt19937_64 random_;
};

template <typename Value>
void shuffle(std::vector<Value>& values, Draws& draws) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[draws.below(i)]);
}

/// One report for each distinct configuration, with the means of its rows. The tables have latency and resources apart;
/// of a dense layer that is fed in several ways the report is that of the fewest packets.
inline Dataset reports_of(const Dataset& rows) {
  struct Sum {
    double sum = 0;
    int n = 0;
  };
  std::map<std::vector<std::int64_t>, std::map<std::int64_t, std::map<Target, Sum>>> groups;
  std::map<std::vector<std::int64_t>, Observation> first;
  for (const Observation& row : rows) {
    const hls4ml::LayerShape& shape = row.shape;
    std::vector<std::int64_t> key{static_cast<std::int64_t>(shape.kind), shape.inputs, shape.kernel, shape.size,
                                  shape.sequence};
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape))
      key.push_back(hls4ml::snapped_reuse_factor(matrix, row.reuse));
    first.try_emplace(key, row);
    for (const Target target : perf::kTargets) {
      if (!row[target]) continue;
      const bool resource = target != Target::LatencyMin && target != Target::LatencyMax;
      Sum& sum = groups[key][resource ? 0 : shape.packets][target];  // resources do not hang on the packets
      sum.sum += *row[target];
      ++sum.n;
    }
  }
  Dataset reports;
  for (const auto& [key, by_packets] : groups) {
    Observation report{first.at(key).shape, first.at(key).reuse, {}};
    for (const auto& [packets, sums] : by_packets) {
      if (report[Target::LatencyMax]) break;
      if (packets > 0) report.shape.packets = packets;
      for (const auto& [target, sum] : sums) report[target] = sum.sum / sum.n;
    }
    reports.push_back(report);
  }
  return reports;
}

/// Another tool on another part, as one might be: fewer LUT, least so in large layers, more registers, two DSP for one,
/// memories half as wide, and four cycles more for each step. LUT, FF and latency of a layer each have a random factor
/// of their own besides.
inline Observation other_tool(Observation report, Draws& draws) {
  constexpr double kNoise = 0.05;  // standard deviation of the logarithm
  const auto noise = [&] { return std::exp(kNoise * draws.normal()); };
  const auto change = [&](Target target, const std::function<double(double)>& rule) {
    if (report[target]) report[target] = rule(*report[target]);
  };
  const auto steps = static_cast<double>(report.shape.sequence);
  const double lut = noise();
  const double ff = noise();
  const double latency = noise();
  change(Target::Lut, [&](double y) { return 0.6 * std::pow(y, 1.03) * lut; });
  change(Target::Ff, [&](double y) { return 1.25 * y * ff; });
  change(Target::Dsp, [](double y) { return 2 * y; });
  change(Target::Bram18k, [](double y) { return 2 * y; });
  for (const Target target : {Target::LatencyMin, Target::LatencyMax})
    change(target, [&](double y) { return std::round((y + 4 * steps) * latency); });
  return report;
}

/// In random order, in which every beginning has each kind's share.
inline Dataset shuffled(const Dataset& reports, Draws& draws) {
  std::map<model::LayerKind, Dataset> kinds;
  for (const Observation& report : reports) kinds[report.shape.kind].push_back(report);
  std::vector<std::pair<double, Observation>> places;
  for (auto& [kind, own] : kinds) {
    shuffle(own, draws);
    const double offset = draws.uniform();
    for (std::size_t i = 0; i < own.size(); ++i)
      places.emplace_back((static_cast<double>(i) + offset) / static_cast<double>(own.size()), own[i]);
  }
  std::ranges::stable_sort(places, {}, &std::pair<double, Observation>::first);
  Dataset order;
  for (const auto& [place, report] : places) order.push_back(report);
  return order;
}

}  // namespace ntorc::bench
