#include "ntorc/signal/split.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/signal/scaling.hpp"
#include "signal/series.hpp"

namespace ntorc::signal {
namespace {

using ::testing::ElementsAre;

/// Windows of 2 samples: so many as listed, run by run.
Samples pairs(const std::vector<int>& windows, std::int64_t stride = 2) {
  std::vector<int> samples;
  for (const int count : windows) samples.push_back((count - 1) * static_cast<int>(stride) + 3);
  return make_windows(counting_series(samples), {.length = 2, .stride = stride});
}

std::string split_complaint(const Samples& samples, const SplitOptions& options) {
  return test::message_of<InvalidArgument>([&] { split(samples, options); });
}

SplitOptions options_of(SplitKind kind, double share = 0.3, std::uint64_t seed = 1) {
  return {.kind = kind, .validation_share = share, .seed = seed, .validation_runs = {}};
}

/// No sample of a window that validates is in one that trains, and no window is on both sides.
void expect_no_leak(const Samples& samples, const Split& parts) {
  std::set<std::int64_t> learnt;
  for (const std::int64_t i : parts.training) {
    for (std::int64_t k = 0; k < samples.length; ++k)
      learnt.insert(samples.starts[static_cast<std::size_t>(i)] / samples.channels + k);
  }
  for (const std::int64_t i : parts.validation) {
    for (std::int64_t k = 0; k < samples.length; ++k)
      ASSERT_FALSE(learnt.contains(samples.starts[static_cast<std::size_t>(i)] / samples.channels + k));
  }
}

TEST(SplitTail, TakesTheLastWindowsRoundedUp) {
  const Split parts = split(pairs({4, 3}), options_of(SplitKind::Tail));  // 2.1 of 7
  EXPECT_THAT(parts.training, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(parts.validation, ElementsAre(4, 5, 6));
  // 3 of 10 and not 4, whatever 0.3 is in binary.
  EXPECT_EQ(split(pairs({10}), options_of(SplitKind::Tail)).validation.size(), 3U);
}

TEST(SplitTail, LeavesOutTrainingWindowsThatReachIntoValidation) {
  // Starts 0, 1, ..., 9, each two samples long: the window at 6 has the first sample of the one at 7.
  const Samples samples = pairs({10}, 1);
  const Split parts = split(samples, options_of(SplitKind::Tail));
  EXPECT_THAT(parts.training, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(parts.validation, ElementsAre(7, 8, 9));
  expect_no_leak(samples, parts);
}

TEST(SplitShuffled, DrawsBySeed) {
  const Samples samples = pairs({60, 40});
  const Split parts = split(samples, options_of(SplitKind::Shuffled, 0.25, 3));
  EXPECT_EQ(parts.validation.size(), 25U);
  EXPECT_EQ(parts.training.size(), 75U);
  EXPECT_TRUE(std::ranges::is_sorted(parts.validation));
  expect_no_leak(samples, parts);
  EXPECT_EQ(split(samples, options_of(SplitKind::Shuffled, 0.25, 3)).validation, parts.validation);
  EXPECT_NE(split(samples, options_of(SplitKind::Shuffled, 0.25, 4)).validation, parts.validation);
  // 25 of 100 drawn evenly: the chance that the first half has fewer than 4 or more than 21 is below 1e-4.
  const auto early = std::ranges::count_if(parts.validation, [](std::int64_t i) { return i < 50; });
  EXPECT_GE(early, 4);
  EXPECT_LE(early, 21);
}

TEST(SplitShuffled, IsRefusedForWindowsThatOverlap) {
  EXPECT_EQ(split_complaint(pairs({10}, 1), options_of(SplitKind::Shuffled)),
            "split: expected runs or tail for windows that overlap (stride 1 < length 2), got shuffled: its validation "
            "windows would have been learnt from");
}

TEST(SplitRuns, TakesTheRunsThatAreNamed) {
  SplitOptions options = options_of(SplitKind::Runs);
  options.validation_runs = {"c", "a"};
  const Split parts = split(pairs({1, 2, 1}), options);
  EXPECT_THAT(parts.training, ElementsAre(1, 2));
  EXPECT_THAT(parts.validation, ElementsAre(0, 3));
  options.validation_runs = {"d"};
  EXPECT_EQ(split_complaint(pairs({1, 2}), options), "validation_runs: expected runs of the recordings, got d");
  options.validation_runs = {"a", "a"};
  EXPECT_EQ(split_complaint(pairs({1, 2}), options), "validation_runs: expected a once, got it twice");
  options.validation_runs = {"a", "b"};
  EXPECT_EQ(split_complaint(pairs({1, 2}), options),
            "split: expected windows for training and for validation, got 0 and 3 of 3 windows in 2 runs");
}

TEST(SplitRuns, DrawsItsShareOfEachGroup) {
  std::vector<Recording> recordings;
  for (int i = 0; i < 10; ++i) recordings.push_back(counting("long" + std::to_string(i), 41, "long"));    // 20 windows
  for (int i = 0; i < 10; ++i) recordings.push_back(counting("short" + std::to_string(i), 21, "short"));  // 10 windows
  const Samples samples = make_windows(join(std::move(recordings)), {.length = 2, .stride = {}});
  const Split parts = split(samples, options_of(SplitKind::Runs));
  EXPECT_EQ(parts.validation.size(), 90U);
  const auto long_ones = std::ranges::count_if(parts.validation, [](std::int64_t i) { return i < 200; });
  EXPECT_EQ(long_ones, 60);
  expect_no_leak(samples, parts);
  EXPECT_EQ(split(samples, options_of(SplitKind::Runs)).validation, parts.validation);
  EXPECT_NE(split(samples, options_of(SplitKind::Runs, 0.3, 2)).validation, parts.validation);
}

TEST(SplitRuns, GivesEachSideARunHoweverFewThereAre) {
  for (const double share : {0.01, 0.3, 0.5, 0.99}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Samples samples = pairs({3, 5}, 1);
      const Split parts = split(samples, options_of(SplitKind::Runs, share, seed));
      EXPECT_EQ(runs_of(samples, parts.training).size(), 1U);
      EXPECT_EQ(runs_of(samples, parts.validation).size(), 1U);
      expect_no_leak(samples, parts);
    }
  }
  EXPECT_EQ(split_complaint(pairs({3}), options_of(SplitKind::Runs)),
            "split: expected windows for training and for validation, got 3 and 0 of 3 windows in 1 runs");
}

TEST(Split, OptionsOutOfRangeAreNamed) {
  EXPECT_EQ(split_complaint(pairs({3}), options_of(SplitKind::Tail, 1)),
            "validation_share: expected a number in (0, 1), got 1");
  SplitOptions options = options_of(SplitKind::Tail);
  options.validation_runs = {"a"};
  EXPECT_EQ(split_complaint(pairs({3}), options), "validation_runs: expected none for a tail split, got 1");
  EXPECT_EQ(split_complaint({}, options_of(SplitKind::Tail)), "split: expected windows, got none");
  for (const SplitKind kind : {SplitKind::Shuffled, SplitKind::Tail, SplitKind::Runs})
    EXPECT_EQ(split_kind(to_string(kind)), kind);
  EXPECT_EQ(split_kind("random"), std::nullopt);
}

}  // namespace
}  // namespace ntorc::signal
