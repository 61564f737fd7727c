#include "ntorc/signal/scaling.hpp"

#include <gmock/gmock.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "signal/series.hpp"

namespace ntorc::signal {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

const std::vector<std::int64_t> kFirst{0};

/// Windows (1, 10), (3, 10) and then (100, 20), (100, 20), of two channels.
Samples two_windows() {
  Recording recording = counting("a", 5);
  recording.channels = 2;
  recording.signal = {1, 10, 3, 10, 100, 20, 100, 20, 0, 0};
  return make_windows(join({recording}), {.length = 2, .stride = {}});
}

TEST(InputScaling, StandardisesByTheTrainingWindowsAlone) {
  const InputScaling scaling = fit_input_scaling(ScalingKind::Standardise, two_windows(), kFirst);
  EXPECT_THAT(scaling.offset, ElementsAre(2, 10));
  EXPECT_THAT(scaling.factor, ElementsAre(1, 1));  // deviation 1; a constant channel is not stretched
}

TEST(InputScaling, PutsTheRangeToPlusMinusOne) {
  const std::vector<std::int64_t> both{0, 1};
  const InputScaling scaling = fit_input_scaling(ScalingKind::Range, two_windows(), both);
  EXPECT_THAT(scaling.offset, ElementsAre(50.5F, 15));
  EXPECT_THAT(scaling.factor, ElementsAre(FloatEq(1 / 49.5F), FloatEq(0.2F)));
}

TEST(InputScaling, ScalesEverySampleAndSharesTheLabels) {
  Recording recording = counting("a", 3);
  recording.channels = 2;
  recording.signal = {1, 10, 2, 20, 3, 30};
  const Series series = join({recording});
  const Series result = scaled(series, {{1, 10}, {2, 0.1F}});
  EXPECT_THAT(*result.values, ElementsAre(0, 0, 2, 1, 4, 2));
  EXPECT_EQ(result.labels, series.labels);
  EXPECT_EQ((*series.values)[0], 1);  // as it was
  const InputScaling none = fit_input_scaling(ScalingKind::None, two_windows(), kFirst);
  EXPECT_EQ(*scaled(series, none).values, *series.values);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              scaled(series, {{0}, {1}});
            }),
            "scaling: expected 2 channels, got 1 and 1");
}

TEST(InputScaling, WantsWindowsThatAreThere) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { fit_input_scaling(ScalingKind::None, two_windows(), {}); }),
            "windows: expected one at least for a scaling, got none");
  const std::vector<std::int64_t> third{2};
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { fit_input_scaling(ScalingKind::None, two_windows(), third); }),
            "windows: expected indices in 0..1, got 2");
  for (const ScalingKind kind : {ScalingKind::None, ScalingKind::Standardise, ScalingKind::Range})
    EXPECT_EQ(scaling_kind(to_string(kind)), kind);
  EXPECT_EQ(scaling_kind("minmax"), std::nullopt);
}

TEST(LabelScaling, HasMeanZeroAndDeviationOneAndGoesBack) {
  // Labels 101, 102, ..., 105; of the first and the third mean 102 and deviation 1.
  const Samples samples = make_windows(counting_series({6}), {.length = 1, .stride = {}});
  const LabelScaling scaling = fit_label_scaling(samples, std::vector<std::int64_t>{0, 2});
  EXPECT_EQ(scaling.mean, 102);
  EXPECT_EQ(scaling.deviation, 1);
  EXPECT_EQ(scaling.scaled(105), 3);
  EXPECT_EQ(scaling.restored(scaling.scaled(104)), 104);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { fit_label_scaling(samples, kFirst); }),
            "labels: expected some that differ among 1 training windows, got 101 in all");
}

TEST(LabelRange, ComesFromTheRunsAskedForAndClipsTheOthers) {
  Recording glitch = counting("b", 3);
  glitch.label = {100, 500, 101};
  const Series series = join({counting("a", 3), glitch});
  const LabelRange range = label_range(series, std::vector<std::int32_t>{0});
  EXPECT_EQ(range.low, 100);
  EXPECT_EQ(range.high, 102);
  EXPECT_EQ(label_range(series).high, 500);
  const Series clipped = clip_labels(series, range);
  EXPECT_THAT(*clipped.labels, ElementsAre(100, 101, 102, 100, 102, 101));
  EXPECT_EQ(clipped.values, series.values);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              clip_labels(series, {1, 1});
            }),
            "range: expected low < high, got 1 and 1");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { label_range(series, std::vector<std::int32_t>{2}); }),
            "runs: expected indices in 0..1, got 2");
}

TEST(RunsOf, ListsEachRunOnce) {
  const Samples samples = make_windows(counting_series({5, 5, 5}), {.length = 2, .stride = {}});
  EXPECT_THAT(runs_of(samples, std::vector<std::int64_t>{5, 4, 0}), ElementsAre(0, 2));
}

}  // namespace
}  // namespace ntorc::signal
