// The solver on the tables of solver_instances.hpp (family 0 = A, 1 = B, 2 = C; seed 7), and on N-TORC's model 1 where
// shared/ has its tables. Label and counters tell what was proven.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "ntorc/mip/front.hpp"
#include "ntorc/mip/solve.hpp"
#include "solver_instances.hpp"
#include "solver_model_1.hpp"

namespace {

using namespace ntorc;
using namespace ntorc::benchmarks;

constexpr std::uint64_t kSeed = 7;

Table table_of(const benchmark::State& state) {
  return make_table(static_cast<Family>(state.range(0)), state.range(1), state.range(2), kSeed);
}

/// At most two seconds each: what is not proven by then is told by the label and the gap.
void solve(benchmark::State& state, const mip::Problem& problem, mip::SolveOptions options = {}) {
  options.time_limit = std::chrono::seconds(2);
  mip::Solution solution;
  for (auto _ : state) {
    solution = mip::solve(problem, options);
    benchmark::DoNotOptimize(solution);
  }
  state.SetLabel(std::string(to_string(solution.status)));
  if (solution.objective && solution.bound && *solution.objective > 0) {
    state.counters["gap"] =
        static_cast<double>(*solution.objective - *solution.bound) / static_cast<double>(*solution.objective);
  }
}

/// The front of the table's one deadline, from the shortest latency to that of the cheapest selection.
void trace(benchmark::State& state, const Table& table, const mip::FrontOptions& options) {
  const mip::Problem problem = one_deadline(table, detail::range_of(table, table.latency).second);
  mip::Front front;
  for (auto _ : state) {
    front = mip::trace_front(problem, options);
    benchmark::DoNotOptimize(front);
  }
  std::size_t proven = 0;
  for (const mip::FrontPoint& point : front.points) proven += point.objective == point.bound ? 1 : 0;
  state.SetLabel(front.complete ? "complete" : front.finished ? "sampled" : "not finished");
  state.counters["points"] = static_cast<double>(front.points.size());
  state.counters["proven"] = static_cast<double>(proven);
}

std::optional<Table> model_1_or_skip(benchmark::State& state) {
  auto table = model_1();
  if (!table) state.SkipWithError("left out: shared/tables is not there");
  return table;
}

void sizes(benchmark::internal::Benchmark* bench) { bench->ArgNames({"family", "layers", "choices"}); }

void BM_OneDeadline(benchmark::State& state) { solve(state, one_deadline(table_of(state))); }
BENCHMARK(BM_OneDeadline)
    ->Apply(sizes)
    ->ArgsProduct({{0, 1}, {11}, {12}})
    ->ArgsProduct({{0, 1}, {30, 100, 300}, {32}})
    ->ArgsProduct({{0, 1}, {1'000}, {128}})
    ->Unit(benchmark::kMillisecond);

void BM_FourBudgets(benchmark::State& state) { solve(state, four_budgets(table_of(state), kSeed)); }
BENCHMARK(BM_FourBudgets)
    ->Apply(sizes)
    ->ArgsProduct({{0, 1}, {30, 100}, {32}})
    ->ArgsProduct({{0, 1}, {100, 1'000}, {128}})
    ->Args({2, 100, 32})
    ->Unit(benchmark::kMillisecond);

/// In millionths with digits of their own, as plans are made.
void BM_FourBudgetsInFixedPoint(benchmark::State& state) {
  solve(state, four_budgets(in_fixed_point(table_of(state), kSeed), kSeed));
}
BENCHMARK(BM_FourBudgetsInFixedPoint)->Apply(sizes)->ArgsProduct({{0, 1}, {100}, {32}})->Unit(benchmark::kMillisecond);

void BM_FourBudgetsWithin2e4(benchmark::State& state) {
  solve(state, four_budgets(table_of(state), kSeed), {.relative_gap = 2e-4});
}
BENCHMARK(BM_FourBudgetsWithin2e4)->Apply(sizes)->ArgsProduct({{0, 1}, {1'000}, {128}})->Unit(benchmark::kMillisecond);

void BM_FourBudgetsByGlpk(benchmark::State& state) {
  solve(state, four_budgets(table_of(state), kSeed), {.backend = mip::Backend::Glpk});
}
BENCHMARK(BM_FourBudgetsByGlpk)->Apply(sizes)->ArgsProduct({{0, 1}, {100}, {128}})->Unit(benchmark::kMillisecond);

void BM_FrontOf50(benchmark::State& state) { trace(state, table_of(state), {.points = 50, .largest_complete = 0}); }
BENCHMARK(BM_FrontOf50)
    ->Apply(sizes)
    ->ArgsProduct({{0, 1}, {100}, {32}})
    ->ArgsProduct({{0, 1}, {1'000}, {128}})
    ->Unit(benchmark::kMillisecond);

void BM_CompleteFront(benchmark::State& state) { trace(state, table_of(state), {}); }
BENCHMARK(BM_CompleteFront)->Apply(sizes)->ArgsProduct({{0, 1}, {11}, {12}})->Unit(benchmark::kMillisecond);

void BM_Model1OneDeadline(benchmark::State& state) {
  if (const auto table = model_1_or_skip(state)) solve(state, one_deadline(*table, kModel1Cycles * table->unit));
}
BENCHMARK(BM_Model1OneDeadline)->Unit(benchmark::kMicrosecond);

void BM_Model1FourBudgets(benchmark::State& state) {
  if (const auto table = model_1_or_skip(state)) solve(state, model_1_budgets(*table, state.range(0)));
}
BENCHMARK(BM_Model1FourBudgets)->ArgName("percent")->Arg(100)->Arg(70)->Arg(40)->Unit(benchmark::kMicrosecond);

void BM_Model1CompleteFront(benchmark::State& state) {
  if (const auto table = model_1_or_skip(state)) trace(state, *table, {});
}
BENCHMARK(BM_Model1CompleteFront)->Unit(benchmark::kMicrosecond);

template <mip::Backend kBackend>
void BM_Model1Search(benchmark::State& state) {
  if (const auto table = model_1_or_skip(state)) {
    solve(state, one_deadline(*table, kModel1Cycles * table->unit),
          {.backend = kBackend, .trials = static_cast<std::uint64_t>(state.range(0))});
  }
}
BENCHMARK(BM_Model1Search<mip::Backend::Random>)->ArgName("trials")->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Model1Search<mip::Backend::Annealing>)->ArgName("trials")->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
