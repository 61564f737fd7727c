// tests/mip/small_problem.hpp - seeded problems with limits and loads, small enough to try everything.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip::test {

struct SmallShape {
  std::size_t groups = 3;
  std::size_t choices = 4;  ///< at most, of a group
  std::size_t limits = 1;
  std::size_t loads = 0;
  std::int64_t largest = 100;  ///< of all figures
};

/// Limits lie somewhere between 0 and two thirds of the most that a selection can need.
inline Problem small_problem(std::mt19937_64& random, const SmallShape& shape) {
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  std::vector<std::int64_t> limits;
  for (std::size_t m = 0; m < shape.limits; ++m) {
    limits.push_back(draw(0, shape.largest * static_cast<std::int64_t>(shape.groups) * 2 / 3));
  }
  std::vector<std::vector<Choice>> groups(shape.groups);
  for (auto& group : groups) {
    group.resize(static_cast<std::size_t>(draw(1, static_cast<std::int64_t>(shape.choices))));
    for (Choice& choice : group) {
      choice.cost = draw(0, shape.largest);
      for (std::size_t m = 0; m < shape.limits; ++m) choice.amounts.push_back(draw(0, shape.largest));
      for (std::size_t p = 0; p < shape.loads; ++p) choice.loads.push_back(draw(0, shape.largest));
    }
  }
  return Problem(limits, groups, shape.loads);
}

/// Least objective within the limits over every selection; nothing if none keeps them.
inline std::optional<std::int64_t> least_objective(const Problem& problem) {
  std::optional<std::int64_t> least;
  Selection selection(problem.groups(), 0);
  while (true) {
    if (within_limits(problem, selection)) {
      const std::int64_t objective = objective_of(problem, selection);
      if (!least || objective < *least) least = objective;
    }
    std::size_t g = 0;
    while (g < selection.size() && ++selection[g] == problem.size(g)) selection[g++] = 0;
    if (g == selection.size()) return least;
  }
}

}  // namespace ntorc::mip::test
