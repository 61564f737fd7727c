// Training and prediction of random forests. Synthetic layers, 4,000 rows of 128 configurations as in N-TORC's tables.
// Seed 7.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

#include "ntorc/perf/performance_model.hpp"

namespace {

using namespace ntorc;

struct Rows {
  Eigen::MatrixXd features;
  Eigen::VectorXd figures;
};

Rows synthetic_rows(Eigen::Index count) {
  std::mt19937_64 random(7);
  Rows rows{Eigen::MatrixXd(count, 4), Eigen::VectorXd(count)};
  for (Eigen::Index row = 0; row < count; ++row) {
    const double reuse = std::ldexp(1.0, static_cast<int>(random() % 8));
    const double n_in = std::ldexp(16.0, static_cast<int>(random() % 4));
    const double size = std::ldexp(8.0, static_cast<int>(random() % 4));
    rows.features.row(row) << reuse, n_in, size, 1;
    rows.figures[row] = 40 * n_in * size / reuse + 100 * size + static_cast<double>(random() % 16);
  }
  return rows;
}

void BM_FitForest(benchmark::State& state) {
  const Rows rows = synthetic_rows(state.range(0));
  const perf::ForestOptions options{.trees = 100, .seed = 7, .threads = static_cast<int>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(perf::RandomForest::fit(rows.features, rows.figures, options));
}
BENCHMARK(BM_FitForest)
    ->ArgNames({"rows", "threads"})
    ->Args({4'000, 1})
    ->Args({4'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// One figure of one layer under the model that is compiled in.
void BM_PredictOneFigure(benchmark::State& state) {
  const perf::PerformanceModel& model = perf::PerformanceModel::default_model();
  constexpr std::array kKinds{model::LayerKind::Conv1D, model::LayerKind::Lstm, model::LayerKind::Dense};
  const hls4ml::LayerShape shape{kKinds[static_cast<std::size_t>(state.range(0))], 16, 16, state.range(0) == 0 ? 3 : 1,
                                 state.range(0) == 2 ? 1 : 32};
  for (auto _ : state) benchmark::DoNotOptimize(model.predict(shape, 8, perf::Target::Lut));
  state.SetLabel(std::string(to_string(shape.kind)));
}
BENCHMARK(BM_PredictOneFigure)->ArgName("kind")->DenseRange(0, 2)->Unit(benchmark::kNanosecond);

/// The default model as a file: read, checked and ready to answer.
void BM_LoadModel(benchmark::State& state) {
  const auto file = std::filesystem::temp_directory_path() / "ntorc_forest_benchmark.perf";
  perf::PerformanceModel::default_model().save(file);
  for (auto _ : state) benchmark::DoNotOptimize(perf::PerformanceModel::load(file));
  std::filesystem::remove(file);
}
BENCHMARK(BM_LoadModel)->Unit(benchmark::kMicrosecond);

}  // namespace
