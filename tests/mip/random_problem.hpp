// tests/mip/random_problem.hpp - seeded problems, and the answer by trying everything.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "mip/exact_search.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::mip::test {

struct RandomShape {
  int groups = 3;
  int choices = 4;
  int limits = 1;
  std::int64_t largest = 100;  ///< of costs and amounts
};

/// Limits lie somewhere between the least and the most that a selection can need, a little below at times.
inline Problem random_problem(std::mt19937_64& random, const RandomShape& shape) {
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Problem problem;
  problem.limits.assign(static_cast<std::size_t>(shape.limits), 0);
  for (int g = 0; g < shape.groups; ++g) {
    auto& group = problem.groups.emplace_back();
    const std::int64_t count = draw(1, shape.choices);
    for (std::int64_t k = 0; k < count; ++k) {
      Choice choice{draw(0, shape.largest), {}};
      for (int m = 0; m < shape.limits; ++m) choice.amounts.push_back(draw(0, shape.largest));
      group.push_back(std::move(choice));
    }
  }
  for (std::int64_t& limit : problem.limits) limit = draw(0, shape.largest * shape.groups * 2 / 3);
  return problem;
}

/// Least cost within the limits over every selection; nothing if none keeps them.
inline std::optional<std::int64_t> best_of_all(const Problem& problem) {
  std::optional<std::int64_t> best;
  std::vector<std::size_t> choices(problem.groups.size(), 0);
  while (true) {
    if (within_limits(problem, choices)) {
      const std::int64_t cost = cost_of(problem, choices);
      if (!best || cost < *best) best = cost;
    }
    std::size_t g = 0;
    while (g < choices.size() && ++choices[g] == problem.groups[g].size()) choices[g++] = 0;
    if (g == choices.size()) return best;
  }
}

}  // namespace ntorc::mip::test
