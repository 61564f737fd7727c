// Samplers on DTLZ2 in six dimensions, after as many evaluations as named, and hypervolumes of random fronts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/propose.hpp"
#include "sampler_problems.hpp"

namespace {

using namespace ntorc;
using namespace ntorc::benchmarks;

constexpr std::uint64_t kSeed = 7;

KnownProblem dtlz2() {
  const auto all = known_problems();
  return *std::find_if(all.begin(), all.end(), [](const auto& known) { return known.name == "DTLZ2"; });
}

search::History history_of(const KnownProblem& known, const search::Problem& problem, std::size_t count) {
  search::History history;
  for (const auto& point : search::propose_random(problem, {}, count, {.seed = kSeed})) {
    history.observations.push_back(observe(known, point));
  }
  return history;
}

void BM_ProposeBayesian(benchmark::State& state) {
  const KnownProblem known = dtlz2();
  const search::Problem problem = as_problem(known);
  const search::History history = history_of(known, problem, static_cast<std::size_t>(state.range(0)));
  const search::BayesianOptions options{.seed = kSeed, .reference_point = known.reference};
  for (auto _ : state) benchmark::DoNotOptimize(search::propose_bayesian(problem, history, 1, options));
}
BENCHMARK(BM_ProposeBayesian)->ArgName("evaluations")->Arg(60)->Arg(360)->Unit(benchmark::kMillisecond);

void BM_ProposeNsga2(benchmark::State& state) {
  const KnownProblem known = dtlz2();
  const search::Problem problem = as_problem(known);
  const search::History history = history_of(known, problem, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(search::propose_nsga2(problem, history, 50, {.seed = kSeed}));
}
BENCHMARK(BM_ProposeNsga2)->ArgName("evaluations")->Arg(360)->Unit(benchmark::kMillisecond);

/// Points on a sphere: none beats another.
void BM_Hypervolume(benchmark::State& state) {
  const auto dimensions = static_cast<std::size_t>(state.range(0));
  search::Problem problem;
  for (std::size_t m = 0; m < dimensions; ++m) {
    problem.space.parameters.push_back({std::string(m + 1, 'x'), search::Real{0.01, 1}});
  }
  problem.objectives.resize(1);
  std::vector<std::vector<double>> points;
  for (const auto& point :
       search::propose_random(problem, {}, static_cast<std::size_t>(state.range(1)), {.seed = kSeed})) {
    double squares = 0;
    for (const auto& x : point.values) squares += *x * *x;
    auto& on_sphere = points.emplace_back();
    for (const auto& x : point.values) on_sphere.push_back(1 - *x / std::sqrt(squares));
  }
  const std::vector<double> reference(dimensions, 1.1);
  for (auto _ : state) benchmark::DoNotOptimize(search::hypervolume(points, reference));
}
BENCHMARK(BM_Hypervolume)
    ->ArgNames({"objectives", "points"})
    ->Args({2, 100})
    ->Args({2, 10'000})
    ->Args({3, 100})
    ->Args({4, 100})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
