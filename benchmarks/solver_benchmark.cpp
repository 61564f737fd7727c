// The solver on synthetic tables: cost falls with the reuse factor, latency grows with it, 5 % noise. Seed 7.
#include <benchmark/benchmark.h>

#include <random>

#include "ntorc/mip/solve.hpp"

namespace {

using ntorc::mip::Problem;

Problem random_problem(std::int64_t layers, std::int64_t choices) {
  std::mt19937_64 random(7);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Problem problem{{0}, {}};
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (std::int64_t g = 0; g < layers; ++g) {
    auto& group = problem.groups.emplace_back();
    const std::int64_t size = draw(2'000, 200'000);
    const std::int64_t steps = draw(10, 200);
    for (std::int64_t reuse = 1; reuse <= choices; ++reuse) {
      const std::int64_t noise = draw(975, 1'025);
      group.push_back({1'000 * (size * noise / reuse + 1'000), {1'000'000 * steps * (reuse + 10)}});
    }
    least += group.front().amounts.front();
    most += group.back().amounts.front();
  }
  problem.limits[0] = least + (most - least) / 4;
  return problem;
}

void BM_SolveProven(benchmark::State& state) {
  const Problem problem = random_problem(state.range(0), state.range(1));
  bool proven = true;
  for (auto _ : state) {
    const auto solution = ntorc::mip::solve(problem);
    proven = proven && solution.status == ntorc::mip::SolveStatus::Optimal;
    benchmark::DoNotOptimize(solution);
  }
  state.SetLabel(proven ? "proven" : "not proven");
}
BENCHMARK(BM_SolveProven)
    ->ArgNames({"layers", "choices"})
    ->Args({11, 12})
    ->Args({30, 32})
    ->Args({100, 32})
    ->Args({300, 32})
    ->Unit(benchmark::kMillisecond);

}  // namespace
