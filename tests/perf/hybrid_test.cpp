// What the hybrid method is for: layers that no row of the training data is like.
#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/perf/evaluation.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

/// LUT = 500 + 36 n_in + 300 n_out, DSP by law: a made-up tool that keeps to the terms exactly, with reuse = n_in.
Dataset regular_layers() {
  Dataset data;
  for (const std::int64_t n_in : {16, 32, 64, 128}) {
    for (const std::int64_t size : {8, 16, 32, 64}) {
      Observation row{{LayerKind::Dense, n_in, size, 1, 1}, n_in, {}};
      row[Target::Lut] = static_cast<double>(500 + 36 * n_in + 300 * size);
      row[Target::Dsp] = static_cast<double>(size);
      data.push_back(row);
    }
  }
  return data;
}

TEST(Hybrid, ExtrapolatesWhatKeepsToItsTerms) {
  const auto model = PerformanceModel::fit(regular_layers(), ntorc_provenance());
  EXPECT_EQ(model.method(), Method::Hybrid);
  EXPECT_NEAR(model.predict({LayerKind::Dense, 1000, 300, 1, 1}, 1000, Target::Lut), 500 + 36'000 + 90'000, 1);
  EXPECT_EQ(model.predict({LayerKind::Dense, 1000, 300, 1, 1}, 1000, Target::Dsp), 300);
  const auto forest = PerformanceModel::fit(regular_layers(), ntorc_provenance(), {}, Method::Forest);
  EXPECT_LT(forest.predict({LayerKind::Dense, 1000, 300, 1, 1}, 1000, Target::Lut), 25'000);  // its corner
}

TEST(Hybrid, LearnsWhatDepartsFromTheLaw) {
  Dataset data = regular_layers();
  for (Observation& row : data) row[Target::Dsp] = 2 * static_cast<double>(row.shape.size);  // two for each product
  const auto model = PerformanceModel::fit(data, ntorc_provenance());
  EXPECT_EQ(model.predict({LayerKind::Dense, 32, 32, 1, 1}, 32, Target::Dsp), 64);
  EXPECT_EQ(model.predict({LayerKind::Dense, 48, 20, 1, 1}, 48, Target::Dsp), 40);
}

TEST(Hybrid, CoversOnlyTheWalksThatItHasSeen) {
  Dataset data = regular_layers();  // all with reuse = n_in
  for (Observation& row : data) {
    for (const Target target : kTargets) row[target] = 10;
  }
  const auto model = PerformanceModel::fit(data, ntorc_provenance());
  const hls4ml::LayerShape shape{LayerKind::Dense, 64, 64, 1, 1};
  EXPECT_TRUE(model.covers(shape, 64));
  EXPECT_TRUE(model.covers(shape, 1000));
  EXPECT_FALSE(model.covers(shape, 32));
  EXPECT_FALSE(model.covers(shape, 1));
  EXPECT_FALSE(model.covers({LayerKind::Lstm, 64, 64, 1, 1}, 64));
  EXPECT_TRUE(PerformanceModel::fit(data, ntorc_provenance(), {}, Method::Forest).covers(shape, 32));
}

TEST(Hybrid, TakesRowsOfOneConfigurationAsOne) {
  Dataset data = regular_layers();
  data.insert(data.end(), 1000, data.front());
  const auto once = PerformanceModel::fit(regular_layers(), ntorc_provenance());
  const auto often = PerformanceModel::fit(data, ntorc_provenance());
  const hls4ml::LayerShape shape{LayerKind::Dense, 48, 24, 1, 1};
  EXPECT_EQ(once.predict(shape, 48, Target::Lut), often.predict(shape, 48, Target::Lut));
}

TEST(Hybrid, IsWholeForCountsAndNeverNegative) {
  const auto& model = PerformanceModel::default_model();
  for (const std::int64_t inputs : {1, 7, 17, 76, 300, 5000}) {
    for (const std::int64_t reuse : {1, 2, 3, 10, 76, 1000, 100'000}) {
      for (const auto& shape : {hls4ml::LayerShape{LayerKind::Dense, inputs, 19, 1, 1},
                                hls4ml::LayerShape{LayerKind::Conv1D, inputs, 5, 3, 197},
                                hls4ml::LayerShape{LayerKind::Lstm, inputs, 13, 1, 50}}) {
        const LayerCost cost = model.predict(shape, reuse);
        EXPECT_EQ(cost.dsp, std::round(cost.dsp));
        EXPECT_EQ(cost.bram_18k, std::round(cost.bram_18k));
        for (const Target target : kTargets) EXPECT_GE(cost[target], 0);
        EXPECT_GT(cost.lut, 0);
      }
    }
  }
}

TEST(Hybrid, IsFarBetterThanAForestOnConfigurationsNotSeen) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const Dataset data = read_dataset(test::shared_dir() / "data/ntorc-synthesis");
  const auto hybrid = cross_validate(data, Split::Configs).scores;
  const auto forest = cross_validate(data, Split::Configs, {}, Method::Forest).scores;
  ASSERT_EQ(hybrid.size(), forest.size());
  for (std::size_t i = 0; i < hybrid.size(); ++i) {
    if (hybrid[i].target == Target::LatencyMin || hybrid[i].target == Target::LatencyMax) continue;
    EXPECT_LT(*hybrid[i].mape_percent, 5) << to_string(hybrid[i].kind) << ' ' << to_string(hybrid[i].target);
    EXPECT_LT(*hybrid[i].mape_percent, *forest[i].mape_percent / 1.9)
        << to_string(hybrid[i].kind) << ' ' << to_string(hybrid[i].target);
  }
}

}  // namespace
}  // namespace ntorc::perf
