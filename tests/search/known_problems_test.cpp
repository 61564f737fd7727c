#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "benchmarks/sampler_problems.hpp"
#include "ntorc/search/propose.hpp"

namespace ntorc::search {
namespace {

using benchmarks::known_problems;
using benchmarks::KnownProblem;

const KnownProblem& known_problem(const std::string& name) {
  static const auto all = known_problems();
  return *std::find_if(all.begin(), all.end(), [&](const auto& known) { return known.name == name; });
}

TEST(KnownProblems, HaveTheValuesOfTheirFormulas) {
  // Branin's minimum 0.397887 at (pi, 2.275).
  const double pi = 3.14159265358979;
  EXPECT_NEAR(known_problem("BraninCurrin").evaluate({(pi + 5) / 15, 2.275 / 15})[0], 0.397887, 1e-6);
  EXPECT_NEAR(known_problem("BraninCurrin").evaluate({0, 0})[1], 3, 1e-12);
  EXPECT_EQ(known_problem("ZDT1").evaluate({0.25, 0, 0, 0, 0, 0}), (std::vector<double>{0.25, 0.5}));
  EXPECT_EQ(known_problem("ZDT2").evaluate({0.5, 0, 0, 0, 0, 0}), (std::vector<double>{0.5, 0.75}));
  EXPECT_NEAR(known_problem("ZDT3").evaluate({0.25, 1, 1, 1, 1, 1})[1], 10 - std::sqrt(2.5) - 0.25, 1e-12);
  EXPECT_NEAR(known_problem("DTLZ2").evaluate({0.5, 0.5, 0.5, 0.5, 0.5, 1})[0], 1.25 * std::sqrt(0.5), 1e-12);
}

// The fronts of ZDT and DTLZ2 have g = 1, and the known volume.
TEST(KnownProblems, HaveTheVolumesOfTheirFronts) {
  for (const std::string name : {"ZDT1", "ZDT2", "ZDT3", "DTLZ2"}) {
    const KnownProblem& known = known_problem(name);
    History history;
    for (int i = 0; i <= 20'000; ++i) {
      std::vector<double> x(known.dimensions, name == "DTLZ2" ? 0.5 : 0.0);
      x[0] = i / 20'000.0;
      history.observations.push_back({{}, known.evaluate(x)});
    }
    EXPECT_NEAR(benchmarks::share_reached(known, history), 1, 2e-4) << name;
    EXPECT_LT(benchmarks::share_reached(known, history), 1 + 1e-9) << name;
  }
}

double share_of_bayesian(const KnownProblem& known, std::size_t evaluations, std::uint64_t seed) {
  const Problem problem = benchmarks::as_problem(known);
  History history;
  while (history.observations.size() < evaluations) {
    const auto points = propose_bayesian(problem, history, 1, {.seed = seed, .reference_point = known.reference});
    history.observations.push_back(benchmarks::observe(known, points.front()));
  }
  return benchmarks::share_reached(known, history);
}

struct ReferenceShare {
  const char* problem;
  double share;
  std::uint64_t seeds;
};

// Medians of five seeds of an independent reference in NumPy, after 60 evaluations
// (docs/algorithms/bayesian-search.md).
TEST(ProposeBayesian, ReachesTheReferenceOnKnownProblems) {
#ifndef NDEBUG
  GTEST_SKIP() << "minutes without optimisation; the release preset runs it";
#endif
  for (const auto& [problem, reference, seeds] : std::vector<ReferenceShare>{{"BraninCurrin", 0.9869, 5},
                                                                             {"ZDT1", 0.9995, 3},
                                                                             {"ZDT2", 0.9998, 3},
                                                                             {"ZDT3", 0.9947, 3},
                                                                             {"DTLZ2", 0.9274, 3}}) {
    std::vector<double> shares;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
      shares.push_back(share_of_bayesian(known_problem(problem), 60, seed));
    std::sort(shares.begin(), shares.end());
    EXPECT_GE(shares[shares.size() / 2], reference) << problem;
  }
}

TEST(ProposeNsga2, ImprovesOnZdt1) {
  const KnownProblem& known = known_problem("ZDT1");
  const Problem problem = benchmarks::as_problem(known);
  History history;
  std::vector<double> shares;
  for (int generation = 0; generation < 20; ++generation) {
    for (const Point& point : propose_nsga2(problem, history, 20, {.population = 20})) {
      history.observations.push_back(benchmarks::observe(known, point));
    }
    shares.push_back(benchmarks::share_reached(known, history));
  }
  History random;
  for (const Point& point : propose_random(problem, {}, 400)) {
    random.observations.push_back(benchmarks::observe(known, point));
  }
  EXPECT_LT(shares.front(), 0.9);
  EXPECT_GT(shares.back(), 0.97);
  EXPECT_GT(shares.back(), benchmarks::share_reached(known, random) + 0.03);
}

}  // namespace
}  // namespace ntorc::search
