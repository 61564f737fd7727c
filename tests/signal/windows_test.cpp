#include "ntorc/signal/windows.hpp"

#include <gmock/gmock.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "signal/series.hpp"

namespace ntorc::signal {
namespace {

using ::testing::ElementsAre;

TEST(Join, LaysRecordingsOneBehindTheOther) {
  const Series series = join({counting("a", 2, "g"), counting("b", 3)});
  EXPECT_EQ(series.sampling_hz, 1000);
  EXPECT_THAT(*series.values, ElementsAre(0, 1, 0, 1, 2));
  EXPECT_THAT(*series.labels, ElementsAre(100, 101, 100, 101, 102));
  ASSERT_EQ(series.runs.size(), 2U);
  EXPECT_EQ(series.runs[0].group, "g");
  EXPECT_EQ(series.runs[1].first, 2);
  EXPECT_EQ(series.runs[1].samples, 3);
  EXPECT_EQ(series.run("b"), 1);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { series.run("c"); }),
            "run c: expected one of the recordings, found none");
}

TEST(Windows, FollowOneAnotherAndTheirLabelStandsBehindThem) {
  // Run a: windows 0..2 and 3..5, labels 103 and 106; run b has one sample too few for a second.
  const Series series = counting_series({7, 6});
  const Samples samples = make_windows(series, {.length = 3, .stride = {}});
  EXPECT_THAT(samples.starts, ElementsAre(0, 3, 7));
  EXPECT_THAT(samples.labels, ElementsAre(103, 106, 103));
  EXPECT_THAT(samples.run, ElementsAre(0, 0, 1));
  EXPECT_THAT(samples.window(1), ElementsAre(3, 4, 5));
  EXPECT_THAT(samples.window(2), ElementsAre(0, 1, 2));
  EXPECT_EQ(samples.values, series.values);  // not copied
  EXPECT_THAT(labels_of(samples, std::vector<std::int64_t>{2, 1}), ElementsAre(103, 106));
}

TEST(Windows, OverlapWithAShorterStride) {
  const Samples samples = make_windows(counting_series({6}), {.length = 3, .stride = 1});
  EXPECT_THAT(samples.starts, ElementsAre(0, 1, 2));
  EXPECT_THAT(samples.labels, ElementsAre(103, 104, 105));
}

TEST(Windows, LabelsMayStandWithinTheWindowOrFurtherOff) {
  const Series series = counting_series({6});
  EXPECT_THAT(make_windows(series, {.length = 3, .stride = {}, .label_offset = -1}).labels, ElementsAre(102, 105));
  EXPECT_THAT(make_windows(series, {.length = 3, .stride = {}, .label_offset = -3}).labels, ElementsAre(100, 103));
  EXPECT_THAT(make_windows(series, {.length = 3, .stride = {}, .label_offset = 2}).labels, ElementsAre(105));
}

TEST(Windows, OfTwoChannelsStartAtARow) {
  Recording recording = counting("a", 5);
  recording.channels = 2;
  recording.signal = {0, 10, 1, 11, 2, 12, 3, 13, 4, 14};
  const Samples samples = make_windows(join({recording}), {.length = 2, .stride = {}});
  EXPECT_THAT(samples.starts, ElementsAre(0, 4));
  EXPECT_THAT(samples.window(1), ElementsAre(2, 12, 3, 13));
}

TEST(Windows, AreAsManyAsFit) {
  // Against counting: a start fits if its window and its label do.
  for (std::int64_t length = 1; length <= 5; ++length) {
    for (std::int64_t stride = 1; stride <= 6; ++stride) {
      for (std::int64_t offset = -length; offset <= 3; ++offset) {
        for (std::int64_t samples = 0; samples <= 20; ++samples) {
          std::int64_t fit = 0;
          for (std::int64_t start = 0; start + length <= samples; start += stride) {
            if (start + length + offset < samples) ++fit;
          }
          ASSERT_EQ(windows_in(samples, {length, stride, offset}), fit)
              << length << ' ' << stride << ' ' << offset << ' ' << samples;
        }
      }
    }
  }
  EXPECT_EQ(windows_in(210'000, {.length = 128, .stride = {}}), 209'999 / 128);  // N-TORC's
}

TEST(Windows, RefuseARunThatIsTooShort) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              make_windows(counting_series({9, 3}), {.length = 3, .stride = {}});
            }),
            "run b: expected at least 4 samples for a window of 3 and its label, got 3");
}

TEST(Windows, OptionsOutOfRangeAreNamed) {
  const auto complaint = [](const WindowOptions& options) {
    return test::message_of<InvalidArgument>([&] { options.validate(); });
  };
  EXPECT_EQ(complaint({.length = 0, .stride = {}}), "length: expected an integer in 1..1000000000, got 0");
  EXPECT_EQ(complaint({.length = 4, .stride = 0}), "stride: expected an integer in 1..1000000000, got 0");
  EXPECT_EQ(complaint({.length = 4, .stride = {}, .label_offset = -5}),
            "label_offset: expected an integer in -4..1000000000, got -5");
  const Samples samples = make_windows(counting_series({7}), {.length = 3, .stride = {}});
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { labels_of(samples, std::vector<std::int64_t>{2}); }),
            "windows: expected indices in 0..1, got 2");
}

}  // namespace
}  // namespace ntorc::signal
