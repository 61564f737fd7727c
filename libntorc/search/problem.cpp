#include "ntorc/search/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/error.hpp"
#include "search/draw.hpp"

namespace ntorc::search {

void Problem::validate() const {
  space.validate();
  if (objectives.empty()) throw InvalidArgument("objectives: expected at least one, got none");
  for (std::size_t m = 0; m < objectives.size(); ++m) {
    const bool is_exact = objectives[m].kind == ObjectiveKind::Exact;
    if (is_exact == static_cast<bool>(objectives[m].exact)) continue;
    throw InvalidArgument(
        fmt::format("objectives[{}]: exact: expected {}", m,
                    is_exact ? "a function, as its kind is Exact" : "none, as its kind is not Exact"));
  }
}

bool succeeded(const Problem& problem, const Observation& observation) {
  return observation.objectives.size() == problem.objectives.size() &&
         std::all_of(observation.objectives.begin(), observation.objectives.end(),
                     [](double v) { return std::isfinite(v); });
}

void validate(const Problem& problem, const History& history) {
  problem.validate();
  const std::size_t objectives = problem.objectives.size();
  for (std::size_t i = 0; i < history.observations.size(); ++i) {
    const Observation& observation = history.observations[i];
    validate(problem.space, observation.point);
    if (!observation.objectives.empty() && observation.objectives.size() != objectives) {
      throw InvalidArgument(fmt::format("observations[{}]: expected {} objectives or none, got {}", i, objectives,
                                        observation.objectives.size()));
    }
    if (!succeeded(problem, observation)) continue;
    for (std::size_t m = 0; m < objectives; ++m) {
      if (problem.objectives[m].transform == Transform::Log && observation.objectives[m] <= 0) {
        throw InvalidArgument(fmt::format("observations[{}]: objective {}: expected above 0 for its logarithm, got {}",
                                          i, m, observation.objectives[m]));
      }
    }
  }
  for (const Point& point : history.pending) validate(problem.space, point);
}

}  // namespace ntorc::search
