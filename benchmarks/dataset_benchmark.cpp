// How long it takes to read and to describe a large table of records.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "ntorc/perf/contexts.hpp"
#include "ntorc/perf/describe.hpp"
#include "ntorc/perf/record.hpp"

namespace {

using namespace ntorc;

/// Layers of two contexts in projects of ten each, as collect writes them: some 210 bytes a row.
perf::Record drawn(std::int64_t i, std::mt19937_64& random) {
  perf::Record record;
  const auto extent = [&] { return static_cast<std::int64_t>(1) << (2 + random() % 6); };
  record.name = fmt::format("fc{}", i % 10);
  record.shape = hls4ml::LayerShape{model::LayerKind::Dense, extent(), extent(), 1, 1};
  record.reuse = {extent()};
  for (auto& figure : record.figures) figure = static_cast<double>(random() % 100'000);
  record.interval_cycles = 70;
  record.uram = 0;
  record.context = {i % 2 == 0 ? "xcku115-flvb2104-2-i" : "xczu7ev-ffvc1156-2-e",
                    200,
                    "Vivado HLS 2019.2",
                    "0.8.1",
                    "io_stream",
                    "Resource",
                    "ap_fixed<16,6>"};
  record.project = fmt::format("sweep/jobs/{:06}", i / 10);
  record.module = fmt::format("dense_array_array_ap_fixed_16_6_5_3_0_u_config{}_s", 2 * (i % 10));
  return record;
}

struct TableFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("ntorc-dataset-{}.csv", std::random_device{}());

  explicit TableFile(std::int64_t rows) {
    std::mt19937_64 random(3);
    std::ofstream out(path, std::ios::binary);
    out << perf::records_header();
    for (std::int64_t i = 0; i < rows; ++i) out << to_csv(drawn(i, random));
  }
  ~TableFile() { std::filesystem::remove(path); }
};

void BM_ReadRecords(benchmark::State& state) {
  const TableFile file(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(perf::read_records(file.path));
  state.SetBytesProcessed(static_cast<std::int64_t>(std::filesystem::file_size(file.path)) *
                          static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_ReadRecords)->ArgName("rows")->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_Learnable(benchmark::State& state) {
  const TableFile file(state.range(0));
  const auto records = perf::read_records(file.path);
  for (auto _ : state) benchmark::DoNotOptimize(perf::learnable(records));
}
BENCHMARK(BM_Learnable)->ArgName("rows")->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_Describe(benchmark::State& state) {
  const TableFile file(state.range(0));
  const auto records = perf::read_records(file.path);
  for (auto _ : state) benchmark::DoNotOptimize(perf::describe(records));
}
BENCHMARK(BM_Describe)->ArgName("rows")->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
