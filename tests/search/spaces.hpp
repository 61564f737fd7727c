// tests/search/spaces.hpp - spaces and problems for tests.
#pragma once

#include <string>
#include <vector>

#include "ntorc/search/problem.hpp"

namespace ntorc::test {

/// layers 0..2; the width of each layer that is there; its kind; units of the kind that has some.
inline search::Space layered_space() {
  using search::Category;
  using search::Condition;
  using search::Integer;
  using search::Scale;
  return {{{"layers", Integer{0, 2}},
           {"width1", Integer{4, 16, 4}, Condition{.parent = "layers", .low = 1}},
           {"width2", Integer{4, 16, 4}, Condition{.parent = "layers", .low = 2}},
           {"kind", Category{{"none", "lstm", "gru"}}},
           {"units", Integer{1, 64, 1, Scale::Log}, Condition{.parent = "kind", .any_of = {"lstm", "gru"}}}}};
}

/// Two objectives at odds: `layers` and widths cost and help.
inline search::Observation observe_layers(const search::Point& point) {
  const auto& v = point.values;
  const double size = v[1].value_or(0) + v[2].value_or(0) + v[4].value_or(0) / 4;
  return {point, {1 / (1 + size) + (v[3] == 0.0 ? 0.1 : 0.0), size}};
}

inline search::Problem layered_problem() {
  search::Problem problem;
  problem.space = layered_space();
  problem.objectives = {{.name = "rmse"},
                        {.name = "cost", .kind = search::ObjectiveKind::Exact, .exact = [](const search::Point& point) {
                           return observe_layers(point).objectives[1];
                         }}};
  return problem;
}

inline search::Space unit_square() { return {{{"x", search::Real{0, 1}}, {"y", search::Real{0, 1}}}}; }

}  // namespace ntorc::test
