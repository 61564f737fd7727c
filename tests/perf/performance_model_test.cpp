#include "ntorc/perf/performance_model.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

Provenance somewhere() {
  return {.name = "tiny",
          .source = "this test",
          .part = "xc7z020clg400-1",
          .clock_mhz = 100,
          .tool = "pencil",
          .io_type = "io_stream",
          .strategy = "Resource",
          .precision = "ap_fixed<8,4>"};
}

void add(Dataset& data, const hls4ml::LayerShape& shape, std::int64_t reuse, const LayerCost& cost, int times) {
  Observation row{shape, reuse, {}};
  for (const Target target : kTargets) row[target] = cost[target];
  data.insert(data.end(), static_cast<std::size_t>(times), row);
}

/// Dense layers at two reuse factors, and a convolution of which only the DSPs are known. Every configuration is there
/// 50 times, so a bootstrap that misses one of two has a chance of 2 * 0.5^100, and of the convolution none.
Dataset tiny() {
  Dataset data;
  add(data, {LayerKind::Dense, 8, 4, 1, 1}, 1, {10, 11, 4000, 400, 32, 0}, 50);
  add(data, {LayerKind::Dense, 8, 4, 1, 1}, 32, {41, 42, 900, 300, 1, 1}, 50);
  Observation convolution{{LayerKind::Conv1D, 2, 4, 3, 16}, 6, {}};
  convolution[Target::Dsp] = 4;
  data.insert(data.end(), 50, convolution);
  return data;
}

constexpr hls4ml::LayerShape kSmallDense{LayerKind::Dense, 8, 4, 1, 1};
constexpr hls4ml::LayerShape kSmallConvolution{LayerKind::Conv1D, 2, 4, 3, 16};

TEST(PerformanceModel, PredictsWhatItWasTrainedOn) {
  const auto model = PerformanceModel::fit(tiny(), somewhere(), {}, Method::Forest);
  const LayerCost fast = model.predict(kSmallDense, 1);
  EXPECT_EQ(fast.latency_min_cycles, 10);
  EXPECT_EQ(fast.latency_max_cycles, 11);
  EXPECT_EQ(fast.lut, 4000);
  EXPECT_EQ(fast.ff, 400);
  EXPECT_EQ(fast.dsp, 32);
  EXPECT_EQ(fast.bram_18k, 0);
  EXPECT_EQ(model.predict(kSmallDense, 32).lut, 900);
  EXPECT_EQ(model.predict(kSmallDense, 16, Target::Lut), 4000);  // 16.5 lies in the middle
  EXPECT_EQ(model.predict(kSmallDense, 17, Target::Lut), 900);
  EXPECT_EQ(model.predict(kSmallConvolution, 6, Target::Dsp), 4);
  EXPECT_EQ(model.provenance().part, "xc7z020clg400-1");
  EXPECT_EQ(model.summary(), "forest: 7 forests of 100 trees; rows: dense 100, conv1d 50");
}

TEST(PerformanceModel, CoversWhatItHasForestsFor) {
  const auto model = PerformanceModel::fit(tiny(), somewhere(), {.trees = 3});
  EXPECT_TRUE(model.covers(LayerKind::Dense));
  EXPECT_TRUE(model.covers(LayerKind::Dense, Target::Bram18k));
  EXPECT_FALSE(model.covers(LayerKind::Conv1D));
  EXPECT_TRUE(model.covers(LayerKind::Conv1D, Target::Dsp));
  EXPECT_FALSE(model.covers(LayerKind::Conv1D, Target::Lut));
  EXPECT_FALSE(model.covers(LayerKind::Lstm));
  EXPECT_FALSE(model.covers(LayerKind::Lstm, Target::Lut));
}

TEST(PerformanceModel, NeverPutsTheLeastLatencyAboveTheLargest) {
  Dataset data;
  add(data, kSmallDense, 1, {30, 20, 0, 0, 0, 0}, 1);
  const auto model = PerformanceModel::fit(data, somewhere(), {}, Method::Forest);
  EXPECT_EQ(model.predict(kSmallDense, 1).latency_min_cycles, 20);
  EXPECT_EQ(model.predict(kSmallDense, 1, Target::LatencyMin), 30);  // what was learnt of it alone
}

TEST(PerformanceModel, SaysInWhichRespectAQuestionLiesOutside) {
  const auto model = PerformanceModel::fit(tiny(), somewhere(), {.trees = 1});
  using testing::ElementsAre;
  EXPECT_THAT(model.support_reasons(kSmallDense, 1), ElementsAre());
  EXPECT_THAT(model.support_reasons(kSmallDense, 32), ElementsAre());
  EXPECT_THAT(model.support_reasons(kSmallDense, 2), ElementsAre("reuse 2: trained on 1 and 32, not between",
                                                                 "reuse 2 below n_in 8: none such was trained on"));
  EXPECT_THAT(model.support_reasons(kSmallDense, 33), ElementsAre());  // snapped to 32
  EXPECT_THAT(model.support_reasons({LayerKind::Dense, 17, 76, 1, 2}, 68),
              ElementsAre("reuse 68: trained on 1..32", "n_in 17: trained on 8..8", "size 76: trained on 4..4",
                          "sequence 2: trained on 1..1"));
  EXPECT_THAT(model.support_reasons({LayerKind::Conv1D, 6, 4, 1, 16}, 6), ElementsAre("kernel 1: trained on 3"));
  EXPECT_THAT(model.support_reasons({LayerKind::Conv1D, 2, 4, 5, 16}, 10),
              ElementsAre("reuse 10: trained on 6..6", "n_in 10: trained on 6..6", "kernel 5: trained on 3"));
}

TEST(PerformanceModel, NamesAllKernelsThatItKnows) {
  Dataset data;
  add(data, {LayerKind::Conv1D, 2, 4, 3, 16}, 6, {}, 1);
  add(data, {LayerKind::Conv1D, 2, 4, 6, 16}, 6, {}, 1);
  const auto model = PerformanceModel::fit(data, somewhere(), {.trees = 1});
  EXPECT_THAT(model.support_reasons({LayerKind::Conv1D, 3, 4, 4, 16}, 6),
              testing::ElementsAre("kernel 4: trained on 3, 6"));
}

TEST(PerformanceModel, RefusesQuestionsThatItCannotAnswer) {
  const auto model = PerformanceModel::fit(tiny(), somewhere(), {.trees = 1});
  const auto complaint = [](const std::function<void()>& question) {
    return test::message_of<InvalidArgument>(question);
  };
  EXPECT_EQ(complaint([&] { model.predict(kSmallDense, 0); }), "reuse: expected at least 1, got 0");
  EXPECT_EQ(complaint([&] { model.predict(kSmallDense, -3, Target::Lut); }), "reuse: expected at least 1, got -3");
  EXPECT_EQ(complaint([&] {
              model.predict({LayerKind::Lstm, 1, 1, 1, 1}, 1);
            }),
            "performance model \"tiny\": not trained on latency_min_cycles of lstm layers");
  EXPECT_EQ(complaint([&] { model.predict(kSmallConvolution, 6, Target::Lut); }),
            "performance model \"tiny\": not trained on lut of conv1d layers");
  EXPECT_EQ(complaint([&] {
              model.support_reasons({LayerKind::Gru, 1, 1, 1, 1}, 1);
            }),
            "performance model \"tiny\": not trained on gru layers");
}

TEST(PerformanceModel, RefusesDataAndOptionsThatItCannotBeFittedTo) {
  const auto complaint = [](const Dataset& data, double clock_mhz, const ForestOptions& options) {
    Provenance provenance = somewhere();
    provenance.clock_mhz = clock_mhz;
    return test::message_of<InvalidArgument>([&] { PerformanceModel::fit(data, provenance, options); });
  };
  EXPECT_EQ(complaint({}, 100, {}), "dataset: expected at least one figure, found none");
  EXPECT_EQ(complaint({Observation{kSmallDense, 1, {}}}, 100, {}), "dataset: expected at least one figure, found none");
  EXPECT_EQ(complaint(tiny(), 0, {}), "clock: expected a positive number of MHz, got 0");
  EXPECT_EQ(complaint(tiny(), -1, {}), "clock: expected a positive number of MHz, got -1");
  EXPECT_EQ(complaint(tiny(), std::numeric_limits<double>::quiet_NaN(), {}),
            "clock: expected a positive number of MHz, got nan");
  EXPECT_EQ(complaint(tiny(), std::numeric_limits<double>::infinity(), {}),
            "clock: expected a positive number of MHz, got inf");
  EXPECT_EQ(complaint(tiny(), 100, {.trees = 0}), "trees: expected 1..100000, got 0");
}

TEST(PerformanceModel, PredictsTheSameWhenSavedAndLoaded) {
  const test::TemporaryDir dir;
  const auto fitted = PerformanceModel::fit(tiny(), somewhere(), {.trees = 7, .seed = UINT64_MAX});
  fitted.save(dir.path() / "a.perf");
  const auto loaded = PerformanceModel::load(dir.path() / "a.perf");
  loaded.save(dir.path() / "b.perf");
  EXPECT_EQ(test::read_all(dir.path() / "a.perf"), test::read_all(dir.path() / "b.perf"));
  for (std::int64_t reuse = 1; reuse < 40; ++reuse) {
    for (const Target target : kTargets) {
      EXPECT_EQ(loaded.predict(kSmallDense, reuse, target), fitted.predict(kSmallDense, reuse, target));
    }
  }
  EXPECT_EQ(loaded.predict(kSmallConvolution, 6, Target::Dsp), 4);
  EXPECT_FALSE(loaded.covers(LayerKind::Conv1D));
  EXPECT_EQ(loaded.summary(), fitted.summary());
  EXPECT_EQ(loaded.support_reasons(kSmallDense, 2), fitted.support_reasons(kSmallDense, 2));
  const Provenance& from = loaded.provenance();
  EXPECT_EQ(from.name, "tiny");
  EXPECT_EQ(from.source, "this test");
  EXPECT_EQ(from.part, "xc7z020clg400-1");
  EXPECT_EQ(from.clock_mhz, 100);
  EXPECT_EQ(from.tool, "pencil");
  EXPECT_EQ(from.io_type, "io_stream");
  EXPECT_EQ(from.strategy, "Resource");
  EXPECT_EQ(from.precision, "ap_fixed<8,4>");
}

TEST(PerformanceModel, SavesNamesThatAreNotUtf8WithReplacements) {
  const test::TemporaryDir dir;
  Provenance provenance = somewhere();
  provenance.name = "a\xff";
  PerformanceModel::fit(tiny(), provenance, {.trees = 1}).save(dir.path() / "a.perf");
  EXPECT_EQ(PerformanceModel::load(dir.path() / "a.perf").provenance().name, "a\xEF\xBF\xBD");
}

TEST(PerformanceModel, OutlivesTheOneThatItWasCopiedFrom) {
  const auto copy = [] {
    const auto original = PerformanceModel::fit(tiny(), somewhere(), {.trees = 5});
    return PerformanceModel(original);
  }();
  EXPECT_FLOAT_EQ(static_cast<float>(copy.predict(kSmallDense, 1).lut), 4000);
}

TEST(PerformanceModel, SaysWhyAFileCannotBeReadOrWritten) {
  EXPECT_EQ(test::message_of<FileError>([] { PerformanceModel::load("/nowhere/a.perf"); }),
            "/nowhere/a.perf: cannot open: No such file or directory");
  EXPECT_EQ(test::message_of<FileError>(
                [] { PerformanceModel::fit(tiny(), somewhere(), {.trees = 1}).save("/nowhere/a.perf"); }),
            "/nowhere/a.perf: cannot write: No such file or directory");
}

TEST(DefaultModel, IsOfNtorcsPartAndClock) {
  const Provenance& from = PerformanceModel::default_model().provenance();
  EXPECT_EQ(from.part, "xczu7ev-ffvc1156-2-e");
  EXPECT_EQ(from.clock_mhz, 250);
  EXPECT_EQ(from.tool, "Vivado HLS 2019.1");
  EXPECT_EQ(from.io_type, "io_stream");
  EXPECT_EQ(from.strategy, "Resource");
  EXPECT_EQ(from.precision, "ap_fixed<16,8>");
  EXPECT_EQ(from.source, "synthesis tables of HeRCLab/N-TORC (MIT licence, (c) 2025 HeRCLab)");
}

TEST(DefaultModel, CoversConvolutionsLstmAndDenseLayers) {
  const auto& model = PerformanceModel::default_model();
  EXPECT_TRUE(model.covers(LayerKind::Conv1D));
  EXPECT_TRUE(model.covers(LayerKind::Lstm));
  EXPECT_TRUE(model.covers(LayerKind::Dense));
  EXPECT_EQ(model.summary(), "hybrid: 18 forests of 20 trees; rows: dense 8450, conv1d 4972, lstm 624");
  EXPECT_THAT(model.support_reasons({LayerKind::Dense, 16, 76, 1, 1}, 16),
              testing::ElementsAre("size 76: trained on 1..64"));
}

TEST(DefaultModel, KnowsTheLawsWhereItWasTrained) {
  const auto& model = PerformanceModel::default_model();
  // Dense: DSP = n_in * size / reuse. These configurations have more than a hundred rows each.
  EXPECT_NEAR(model.predict({LayerKind::Dense, 64, 64, 1, 1}, 64).dsp, 64, 0.01);
  EXPECT_NEAR(model.predict({LayerKind::Dense, 32, 32, 1, 1}, 64).dsp, 16, 0.01);
  EXPECT_NEAR(model.predict({LayerKind::Dense, 32, 32, 1, 1}, 128).dsp, 8, 0.01);
  EXPECT_NEAR(model.predict({LayerKind::Dense, 16, 16, 1, 1}, 64).dsp, 4, 0.01);
  // ... and BRAM: 64 products of 16 bits are 1,024 bits, 28 blocks of 36 and one for the 16 that are left.
  EXPECT_NEAR(model.predict({LayerKind::Dense, 64, 64, 1, 1}, 64).bram_18k, 29, 0.01);
  // Convolution: DSP = 3 * inputs * filters / reuse, latency (length + 2) * 6 to (length + 2) * (reuse + 9..11).
  const LayerCost convolution = model.predict({LayerKind::Conv1D, 16, 16, 3, 64}, 48);
  EXPECT_NEAR(convolution.dsp, 16, 0.01);
  EXPECT_NEAR(convolution.latency_min_cycles, 66 * 6, 0.01);
  EXPECT_NEAR(convolution.latency_max_cycles, 66 * 58, 66);
  const LayerCost longer = model.predict({LayerKind::Conv1D, 32, 32, 3, 128}, 96);
  EXPECT_NEAR(longer.dsp, 32, 0.01);
  EXPECT_NEAR(longer.latency_min_cycles, 130 * 6, 0.01);
  EXPECT_NEAR(longer.latency_max_cycles, 130 * 106, 130);
  // LSTM: DSP = 4 * inputs * units / reuse + 4 * units * units / reuse + 3 * units; few rows, so within 10 %.
  EXPECT_NEAR(model.predict({LayerKind::Lstm, 32, 32, 1, 32}, 128).dsp, 32 + 32 + 96, 16);
  EXPECT_NEAR(model.predict({LayerKind::Lstm, 32, 32, 1, 32}, 32).dsp, 128 + 128 + 96, 35);
}

TEST(DefaultModel, IsMadeFromNtorcsTablesOnAnyNumberOfThreads) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const test::TemporaryDir dir;
  const Dataset data = read_dataset(test::shared_dir() / "data/ntorc-synthesis");
  const std::string published = test::read_all(test::data_dir() / "../../libntorc/perf/default_model.perf");
  for (const int threads : {1, 3}) {
    PerformanceModel::fit(data, ntorc_provenance(), {.threads = threads}).save(dir.path() / "made.perf");
    EXPECT_TRUE(test::read_all(dir.path() / "made.perf") == published) << threads << " threads";
  }
}

TEST(DefaultModel, StandsInTheProgramAsInItsFile) {
  const test::TemporaryDir dir;
  PerformanceModel::default_model().save(dir.path() / "saved.perf");
  EXPECT_TRUE(test::read_all(dir.path() / "saved.perf") ==
              test::read_all(test::data_dir() / "../../libntorc/perf/default_model.perf"));
}

}  // namespace
}  // namespace ntorc::perf
