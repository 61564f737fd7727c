// Problems that samplers are measured on, all minimised, with what is known of their fronts.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/problem.hpp"

namespace ntorc::benchmarks {

struct KnownProblem {
  std::string name{};
  std::size_t dimensions = 0;
  std::vector<double> reference{};
  double largest_volume = 0;
  std::function<std::vector<double>(const std::vector<double>&)> evaluate{};  ///< of a point of the unit cube
};

/// Volumes: of ZDT and DTLZ2 by integrals of their fronts, of BraninCurrin by long runs of NSGA-II, as BoTorch gives
/// them.
inline std::vector<KnownProblem> known_problems() {
  using std::numbers::pi;
  std::vector<KnownProblem> all;
  all.push_back({"BraninCurrin", 2, {18, 6}, 59.36011874867746, [](const std::vector<double>& x) {
                   const double a = 15 * x[0] - 5;
                   const double b = 15 * x[1];
                   const double bent = b - 5.1 / (4 * pi * pi) * a * a + 5 / pi * a - 6;
                   const double branin = bent * bent + 10 * (1 - 1 / (8 * pi)) * std::cos(a) + 10;
                   const double steep = x[1] > 0 ? 1 - std::exp(-1 / (2 * x[1])) : 1;
                   const double u = x[0];
                   const double currin = steep * (2300 * u * u * u + 1900 * u * u + 2092 * u + 60) /
                                         (100 * u * u * u + 500 * u * u + 4 * u + 20);
                   return std::vector<double>{branin, currin};
                 }});
  const auto zdt = [](auto shape) {
    return [shape](const std::vector<double>& x) {
      double g = 0;
      for (std::size_t i = 1; i < x.size(); ++i) g += x[i];
      g = 1 + 9 * g / static_cast<double>(x.size() - 1);
      return std::vector<double>{x[0], g * shape(x[0], g)};
    };
  };
  all.push_back({"ZDT1", 6, {11, 11}, 120 + 2.0 / 3, zdt([](double f, double g) { return 1 - std::sqrt(f / g); })});
  all.push_back({"ZDT2", 6, {11, 11}, 120 + 1.0 / 3, zdt([](double f, double g) { return 1 - f / g * (f / g); })});
  all.push_back({"ZDT3", 6, {11, 11}, 128.77811613069076, zdt([](double f, double g) {
                   return 1 - std::sqrt(f / g) - f / g * std::sin(10 * std::numbers::pi * f);
                 })});
  all.push_back({"DTLZ2", 6, {1.1, 1.1}, 1.1 * 1.1 - pi / 4, [](const std::vector<double>& x) {
                   double g = 0;
                   for (std::size_t i = 1; i < x.size(); ++i) g += (x[i] - 0.5) * (x[i] - 0.5);
                   return std::vector<double>{(1 + g) * std::cos(x[0] * std::numbers::pi / 2),
                                              (1 + g) * std::sin(x[0] * std::numbers::pi / 2)};
                 }});
  return all;
}

/// Reals in [0, 1], objectives without noise.
inline search::Problem as_problem(const KnownProblem& known) {
  search::Problem problem;
  for (std::size_t i = 0; i < known.dimensions; ++i) {
    std::string name = "x";
    name += std::to_string(i + 1);
    problem.space.parameters.push_back({name, search::Real{0, 1}});
  }
  problem.objectives.assign(known.reference.size(), {.kind = search::ObjectiveKind::Deterministic});
  return problem;
}

inline search::Observation observe(const KnownProblem& known, const search::Point& point) {
  std::vector<double> x;
  for (const auto& value : point.values) x.push_back(*value);
  return {point, known.evaluate(x)};
}

/// Share of the largest hypervolume that was reached.
inline double share_reached(const KnownProblem& known, const search::History& history) {
  std::vector<std::vector<double>> seen;
  for (const auto& observation : history.observations) seen.push_back(observation.objectives);
  return search::hypervolume(seen, known.reference) / known.largest_volume;
}

}  // namespace ntorc::benchmarks
