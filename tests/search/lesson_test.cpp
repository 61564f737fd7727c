#include "ntorc/search/lesson.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/signal/dropbear.hpp"
#include "ntorc/train/initial_weights.hpp"
#include "search/small_search.hpp"

namespace ntorc::search {
namespace {

DataConfig value_data() { return small::small_config().data; }

DataConfig class_data() {
  DataConfig data = value_data();
  data.output = Output::Classes;
  data.bins = {8, signal::BinValue::Centre};
  data.truth = Truth::Quantised;
  data.range = signal::LabelRange{20, 200};
  data.decoding = Decoding::MostProbable;
  return data;
}

TEST(Lesson, CutsWindowsWithTheOverlapAskedFor) {
  DataConfig data = value_data();
  const auto windows = [&](double overlap) {
    data.overlap = overlap;
    const Lesson lesson = Teacher(data, small::sines(3)).lesson(100);
    return std::ssize(lesson.training.starts) + std::ssize(lesson.validation.starts);
  };
  EXPECT_EQ(windows(0), 3 * 19);    // (1999 - 100) / 100 + 1
  EXPECT_EQ(windows(0.5), 3 * 38);  // (1999 - 100) / 50 + 1
  EXPECT_EQ(windows(0.99), 3 * 1900);
}

TEST(Lesson, JudgesByRunsThatItDoesNotLearnFrom) {
  DataConfig data = value_data();
  data.overlap = 0.75;
  data.split.validation_runs = {"run_1"};
  const Lesson lesson = Teacher(data, small::sines(3)).lesson(64);
  for (const std::int64_t window : lesson.split.training) {
    EXPECT_NE(lesson.samples.run[static_cast<std::size_t>(window)], 1);
  }
  for (const std::int64_t window : lesson.split.validation) {
    EXPECT_EQ(lesson.samples.run[static_cast<std::size_t>(window)], 1);
  }
}

TEST(Lesson, StandardisesLabelsByTheWindowsThatItLearnsFrom) {
  const Lesson lesson = Teacher(value_data(), small::sines(4)).lesson(32);
  EXPECT_NEAR(lesson.training.targets.mean(), 0, 1e-4);
  const auto count = static_cast<float>(lesson.training.targets.rows());
  EXPECT_NEAR(lesson.training.targets.squaredNorm() / count, 1, 1e-2);
  // And says predictions in the label's unit.
  const std::vector<float> restored = decoded(lesson, Decoding::Expectation, lesson.validation.targets);
  for (std::size_t i = 0; i < restored.size(); ++i) EXPECT_NEAR(restored[i], lesson.truth[i], 1e-2);
}

TEST(Lesson, OfClassesIsJudgedByTheValuesOfBins) {
  const Lesson lesson = Teacher(class_data(), small::sines(4)).lesson(32);
  ASSERT_TRUE(lesson.bins);
  // A network that is right about every class makes no error.
  train::Matrix outputs = train::Matrix::Zero(lesson.validation.targets.rows(), 8);
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
    outputs(i, static_cast<Eigen::Index>(lesson.validation.targets(i, 0))) = 1;
  }
  EXPECT_EQ(decoded(lesson, Decoding::MostProbable, outputs), lesson.truth);
  EXPECT_EQ(Teacher(class_data(), small::sines(4)).head().outputs, 8);
}

TEST(Lesson, LearnsNoLabelBeyondItsRangeAndLeavesTheTruthAsItWas) {
  std::vector<signal::Recording> recordings = small::sines(2);
  recordings[0].label.back() = 10'000;  // a glitch of the sensor, in the run that is learnt from
  recordings[1].label.back() = 20'000;  // and one in that which judges
  DataConfig data = value_data();
  data.split.validation_runs = {"run_1"};
  const Lesson whole = Teacher(data, recordings).lesson(1);
  EXPECT_NEAR(whole.label->restored(whole.training.targets.maxCoeff()), 10'000, 1);
  EXPECT_NEAR(whole.label->restored(whole.validation.targets.maxCoeff()), 10'000, 1);
  EXPECT_EQ(*std::ranges::max_element(whole.truth), 20'000);
  data.range = signal::LabelRange{0, 250};
  const Lesson clipped = Teacher(data, std::move(recordings)).lesson(1);
  EXPECT_NEAR(clipped.label->restored(clipped.training.targets.maxCoeff()), 250, 1e-2);
  EXPECT_EQ(*std::ranges::max_element(clipped.truth), 20'000);
}

TEST(Lesson, SaysWhichRunHasOneLabelOnly) {
  std::vector<signal::Recording> recordings = small::sines(2);
  std::ranges::fill(recordings[0].label, 1.5F);
  DataConfig data = value_data();
  data.split.validation_runs = {"run_1"};
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { Teacher(data, recordings).lesson(16); }),
            "data: expected labels that differ in the runs that are learnt from, found 1.5 in all of run_0");
}

TEST(Deployable, SaysTheLabelInItsOwnUnit) {
  const Config config = small::small_config();
  const Teacher teacher(config.data, small::sines(3));
  const Candidates candidates(config, 1, teacher.head());
  const model::Network network = candidates.network(sample(to_space(config.space), 5));
  const Lesson lesson = teacher.lesson(network.layers[0].output_shape[0]);
  const model::Weights weights = train::initial_weights(network, 1);
  const std::vector<float> expected =
      decoded(lesson, config.data.decoding, train::predict(network, weights, lesson.validation));
  const train::Matrix said = train::predict(network, deployable(lesson, weights), lesson.validation);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(said(static_cast<Eigen::Index>(i), 0), expected[i], 1e-3 * std::abs(expected[i]) + 1e-3);
  }
}

TEST(Recordings, AreReadFromTablesButForThoseHeldOut) {
  const ntorc::test::TemporaryDir folder;
  std::filesystem::create_directory(folder.path() / "runs");
  for (const char* const name : {"b", "a", "kept"}) {
    folder.file(std::string("runs/") + name + ".csv", "acceleration,position\n1,2\n3,4\n");
  }
  DataConfig data;
  data.tables = {folder.path() / "runs"};
  data.columns.sampling_hz = 10;
  data.held_out = {"kept"};
  const auto names = [](const std::vector<signal::Recording>& recordings) {
    std::vector<std::string> all;
    for (const signal::Recording& recording : recordings) all.push_back(recording.name);
    return all;
  };
  EXPECT_THAT(names(read_recordings(data)), testing::ElementsAre("a", "b"));
  EXPECT_THAT(names(read_held_out(data)), testing::ElementsAre("kept"));
  data.runs = {"b"};
  EXPECT_THAT(names(read_recordings(data)), testing::ElementsAre("b"));
  const auto refusal = [&] { return ntorc::test::message_of<InvalidArgument>([&] { read_recordings(data); }); };
  data.runs = {"kept"};
  EXPECT_EQ(refusal(), "data: kept: is held out and is not to be read");
  data.runs = {"c"};
  EXPECT_EQ(refusal(), "data: c: there is no such recording");
  data.runs.clear();
  data.held_out = {"a", "b", "kept"};
  EXPECT_EQ(refusal(), "data: expected a recording that is not held out, found none");
  data.held_out = {"z"};
  EXPECT_EQ(refusal(), "data: held_out: z: there is no such recording");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { read_held_out(data); }),
            "data: no recording that is held out is there");
}

TEST(Recordings, OfDropbearLeaveOutWhatNtorcHoldsOut) {
  const std::filesystem::path folder = ntorc::test::shared_dir() / "data/dropbear";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  DataConfig data;
  data.dropbear = folder;
  data.runs = {"Standard_Index_Set_test0"};
  EXPECT_EQ(read_recordings(data).at(0).samples(), 210'000);
  data.runs = {std::string(signal::dropbear_held_out_runs()[0])};
  EXPECT_THROW(read_recordings(data), InvalidArgument);
}

}  // namespace
}  // namespace ntorc::search
