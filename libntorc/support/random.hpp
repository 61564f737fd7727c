// support/random.hpp - numbers that are the same on every machine.
#pragma once

#include <cmath>
#include <cstdint>

namespace ntorc::support {

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// Of [-1, 1), in steps of 2^-52.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-52 - 1; }

  /// Of the normal distribution, by the polar method of Marsaglia.
  double normal() {
    while (true) {
      const double x = uniform();
      const double y = uniform();
      const double s = x * x + y * y;
      if (s > 0 && s < 1) return x * std::sqrt(-2 * std::log(s) / s);
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace ntorc::support
