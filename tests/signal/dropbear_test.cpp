#include "ntorc/signal/dropbear.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/signal/bins.hpp"
#include "ntorc/signal/split.hpp"

namespace ntorc::signal {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

const std::filesystem::path kSharedDropbear = "data/dropbear";

std::vector<float> numbers(const std::string& text) {
  std::istringstream in(text);
  return parse_numbers(in, "n.txt");
}

/// A folder with runs a (both files), b (signal only), c (label only).
struct SmallFolder {
  test::TemporaryDir dir;
  SmallFolder() {
    std::filesystem::create_directories(dir.path() / "acceleration_signal_data");
    std::filesystem::create_directories(dir.path() / "pin_location_data");
    dir.file("acceleration_signal_data/Standard_Index_Set_test0_acc_new.txt", "0.5, -0.5, 1");
    dir.file("pin_location_data/Standard_Index_Set_test0_pin_new.txt", "1, 2, 3");
    dir.file("acceleration_signal_data/own_1_acc_new.txt", "4, 5");
    dir.file("pin_location_data/own_1_pin_new.txt", "6, 7");
    dir.file("acceleration_signal_data/b_acc_new.txt", "1");
    dir.file("pin_location_data/c_pin_new.txt", "1");
    dir.file("pin_location_data/notes.txt", "no run");
    dir.file("acceleration_signal_data/Standard_Index_Set_test5_acc_new.txt", "1");
    dir.file("pin_location_data/Standard_Index_Set_test5_pin_new.txt", "1");
  }
};

TEST(DropbearRuns, AreThePublishedThirtySixAndNine) {
  std::set<std::string_view> all(dropbear_training_runs().begin(), dropbear_training_runs().end());
  EXPECT_EQ(all.size(), 36U);
  EXPECT_TRUE(std::ranges::is_sorted(dropbear_training_runs()));
  all.insert(dropbear_held_out_runs().begin(), dropbear_held_out_runs().end());
  EXPECT_EQ(all.size(), 45U);
  std::map<std::string, int> groups;
  for (const std::string_view run : all) ++groups[dropbear_group(run)];
  EXPECT_EQ(groups,
            (std::map<std::string, int>{
                {"Random", 15}, {"Slow 10steps", 5}, {"Slow 30steps", 4}, {"Slow 60steps", 6}, {"Standard", 15}}));
  EXPECT_EQ(dropbear_group("random_12"), "random");
}

TEST(DropbearNumbers, StandBetweenCommas) {
  EXPECT_THAT(numbers("1, -2.5,3e-1 ,+4"), ElementsAre(1, -2.5F, 0.3F, 4));
  EXPECT_THAT(numbers("1, 2,\r\n"  // lines may be broken behind a comma
                      "3\n"),
              ElementsAre(1, 2, 3));
  const auto complaint = [](const std::string& text) { return test::message_of<ParseError>([&] { numbers(text); }); };
  EXPECT_EQ(complaint("1, x, 3"), "n.txt: line 1, number 2: expected a finite number, got \"x\"");
  EXPECT_EQ(complaint("1, , 3"), "n.txt: line 1, number 2: expected a finite number, got \"\"");
  EXPECT_EQ(complaint("1, nan"), "n.txt: line 1, number 2: expected a finite number, got \"nan\"");
  EXPECT_EQ(complaint("1\n2"), "n.txt: line 1, number 1: expected a finite number, got \"1?2\"");
  EXPECT_EQ(complaint(" \n"), "n.txt: line 1: expected numbers, got none");
  EXPECT_EQ(complaint(std::string(2000, '1')),
            "n.txt: expected at most 1024 bytes up to a comma, found more behind 0 of them");
}

TEST(DropbearFolder, ListsRunsAndWhatLacksAPartner) {
  const SmallFolder small;
  const DropbearFolder folder = list_dropbear(small.dir.path());
  EXPECT_THAT(folder.runs, ElementsAre("Standard_Index_Set_test0", "Standard_Index_Set_test5", "own_1"));
  EXPECT_THAT(folder.signal_only, ElementsAre("b"));
  EXPECT_THAT(folder.label_only, ElementsAre("c"));
  EXPECT_THAT(folder.training(), ElementsAre("Standard_Index_Set_test0", "own_1"));
  EXPECT_THAT(folder.held_out(), ElementsAre("Standard_Index_Set_test5"));
  EXPECT_EQ(folder.absent_training().size(), 35U);
  EXPECT_EQ(folder.absent_held_out().size(), 8U);
}

TEST(DropbearFolder, IsReadInTheOrderAskedFor) {
  const SmallFolder small;
  const std::vector<std::string> order{"own_1", "Standard_Index_Set_test0"};
  const std::vector<Recording> recordings = read_dropbear(list_dropbear(small.dir.path()), order);
  ASSERT_EQ(recordings.size(), 2U);
  EXPECT_EQ(recordings[0].name, "own_1");
  EXPECT_THAT(recordings[0].label, ElementsAre(6, 7));
  EXPECT_EQ(recordings[1].group, "Standard");
  EXPECT_EQ(recordings[1].sampling_hz, 5000);
  EXPECT_THAT(recordings[1].signal, ElementsAre(0.5F, -0.5F, 1));
}

TEST(DropbearFolder, RefusesRunsThatItCannotRead) {
  const SmallFolder small;
  const DropbearFolder folder = list_dropbear(small.dir.path());
  const auto complaint = [&](const std::vector<std::string>& runs) {
    return test::message_of<InvalidArgument>([&] { read_dropbear(folder, runs); });
  };
  EXPECT_EQ(complaint({}), "runs: expected one at least, got none");
  EXPECT_EQ(complaint({"own_1", "own_1"}), "run own_1: expected once, got it twice");
  EXPECT_THAT(complaint({"b"}), EndsWith("pin_location_data/b_pin_new.txt, found none"));
  EXPECT_THAT(complaint({"c"}), EndsWith("acceleration_signal_data/c_acc_new.txt, found none"));
  EXPECT_THAT(complaint({"d"}), EndsWith("found none of that name"));
  small.dir.file("pin_location_data/own_1_pin_new.txt", "6");
  EXPECT_THAT(test::message_of<ParseError>([&] { read_dropbear(folder, std::vector<std::string>{"own_1"}); }),
              EndsWith("own_1_acc_new.txt: line 1: expected 1 numbers as the positions of run own_1 are, got 2"));
}

TEST(DropbearFolder, WithoutTheTwoFoldersOrARunIsRefused) {
  const test::TemporaryDir dir;
  EXPECT_THAT(test::message_of<ParseError>([&] { list_dropbear(dir.path()); }), EndsWith("found neither pair"));
  std::filesystem::create_directories(dir.path() / "acceleration");
  std::filesystem::create_directories(dir.path() / "position");
  dir.file("acceleration/a_acc_new.txt", "1");
  EXPECT_THAT(test::message_of<ParseError>([&] { list_dropbear(dir.path()); }),
              EndsWith("found 1 and 0 files without partner"));
}

/// The 31 training runs of shared/, read once.
const Series& shared_series() {
  static const Series series = [] {
    const DropbearFolder folder = list_dropbear(test::shared_dir() / kSharedDropbear);
    return join(read_dropbear(folder, folder.training()));
  }();
  return series;
}

TEST(SharedDropbear, HasThirtyOneOfTheTrainingRuns) {
  NTORC_SKIP_WITHOUT_SHARED(kSharedDropbear);
  const DropbearFolder folder = list_dropbear(test::shared_dir() / kSharedDropbear);
  EXPECT_EQ(folder.training().size(), 31U);
  EXPECT_THAT(folder.absent_training(),
              ElementsAre("Slow_Postional_Displacement_60steps_test0", "Slow_Postional_Displacement_60steps_test10",
                          "Slow_Postional_Displacement_60steps_test2", "Slow_Postional_Displacement_60steps_test5",
                          "Slow_Postional_Displacement_60steps_test8"));
  EXPECT_TRUE(folder.signal_only.empty());
}

TEST(SharedDropbear, HasTheSamplesAndPositionsThatAreKnown) {
  NTORC_SKIP_WITHOUT_SHARED(kSharedDropbear);
  const Series& series = shared_series();
  EXPECT_EQ(series.labels->size(), 4'330'000U);
  EXPECT_EQ(series.values->size(), 4'330'000U);
  std::map<std::string, std::set<std::int64_t>> lengths;
  for (const Series::Run& run : series.runs) lengths[run.group].insert(run.samples);
  EXPECT_EQ(
      lengths,
      (std::map<std::string, std::set<std::int64_t>>{
          {"Random", {65000, 90000}}, {"Slow 10steps", {70000}}, {"Slow 30steps", {200000}}, {"Standard", {210000}}}));
  const LabelRange range = label_range(series);
  EXPECT_NEAR(range.low, 1.14, 0.005);
  EXPECT_NEAR(range.high, 3.44, 0.005);
  const auto [least, most] = std::ranges::minmax(*series.values);
  EXPECT_NEAR(least, -10, 0.01);
  EXPECT_NEAR(most, 10, 0.01);
  // The converter's step is 20 V / 2^14; the files have six digits.
  for (const float position : *series.labels) {
    const double steps = position / (20.0 / 16384);
    ASSERT_NEAR(steps, std::round(steps), 0.01) << position;
  }
}

TEST(SharedDropbear, HasAsManyWindowsAsCountedIndependently) {
  NTORC_SKIP_WITHOUT_SHARED(kSharedDropbear);
  struct Count {
    std::int64_t length, windows, training, validation;
  };
  for (const Count& count :
       {Count{16, 270597, 189417, 81180}, Count{32, 135297, 94707, 40590}, Count{64, 67642, 47349, 20293},
        Count{128, 33810, 23667, 10143}, Count{147, 29444, 20610, 8834}, Count{207, 20906, 14634, 6272},
        Count{247, 17521, 12264, 5257}, Count{256, 16899, 11829, 5070}, Count{395, 10944, 7660, 3284},
        Count{512, 8440, 5908, 2532}, Count{750, 5748, 4023, 1725}}) {
    SCOPED_TRACE(count.length);
    const Samples samples = make_windows(shared_series(), {.length = count.length, .stride = {}});
    EXPECT_EQ(samples.count(), count.windows);
    for (const SplitKind kind : {SplitKind::Tail, SplitKind::Shuffled}) {
      const Split parts = split(samples, {.kind = kind, .validation_runs = {}});
      EXPECT_EQ(parts.training.size(), static_cast<std::size_t>(count.training));
      EXPECT_EQ(parts.validation.size(), static_cast<std::size_t>(count.validation));
    }
  }
}

TEST(SharedDropbear, FillsAsManyBinsAsNTorcUses) {
  NTORC_SKIP_WITHOUT_SHARED(kSharedDropbear);
  // The range of all 45 runs: the glitch of Standard test10 is its upper end.
  const LabelRange all{label_range(shared_series()).low, 4.7717F};
  const Samples samples = make_windows(shared_series(), {.length = 128, .stride = {}});
  const Bins bins(all, samples.labels, {.bins = 256, .value = BinValue::UpperEdge});
  EXPECT_NEAR(bins.width(), 0.01418, 0.00001);
  EXPECT_NEAR(static_cast<double>(bins.classes()), 159.5, 2);
  double sum = 0;
  double squares = 0;
  for (const float label : samples.labels) {
    const double off = bins.quantised(label) - label;
    EXPECT_GE(off, -1e-6);
    sum += off;
    squares += off * off;
  }
  const auto count = static_cast<double>(samples.count());
  EXPECT_NEAR(sum / count, 0.0079, 0.0005);                 // half a bin too high
  EXPECT_NEAR(std::sqrt(squares / count), 0.0089, 0.0005);  // facts of the published data path
}

TEST(SharedDropbear, IsSplitByRunsGroupByGroup) {
  NTORC_SKIP_WITHOUT_SHARED(kSharedDropbear);
  const Samples samples = make_windows(shared_series(), {.length = 128, .stride = 32});
  const Split parts =
      split(samples, {.kind = SplitKind::Runs, .validation_share = 0.3, .seed = 7, .validation_runs = {}});
  const std::vector<std::int32_t> training = runs_of(samples, parts.training);
  const std::vector<std::int32_t> validation = runs_of(samples, parts.validation);
  EXPECT_EQ(training.size() + validation.size(), 31U);
  std::set<std::string> groups;
  for (const std::int32_t run : validation) {
    EXPECT_FALSE(std::ranges::binary_search(training, run));
    groups.insert(samples.runs[static_cast<std::size_t>(run)].group);
  }
  EXPECT_EQ(groups.size(), 4U);
  const double share = static_cast<double>(parts.validation.size()) / static_cast<double>(samples.count());
  EXPECT_NEAR(share, 0.3, 0.025);
}

}  // namespace
}  // namespace ntorc::signal
