#include "ntorc/signal/recording.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "signal/series.hpp"

namespace ntorc::signal {
namespace {

std::string complaint_together(const std::vector<Recording>& recordings) {
  return test::message_of<InvalidArgument>([&] { check_together(recordings); });
}

TEST(Recording, ThatFitsValidates) {
  EXPECT_NO_THROW(counting("a", 3).validate());
  EXPECT_EQ(counting("a", 3).samples(), 3);
}

TEST(Recording, RefusesWhatCannotBeLearntFrom) {
  const auto complaint = [](const auto& change) {
    Recording recording = counting("a", 3);
    change(recording);
    return test::message_of<InvalidArgument>([&] { recording.validate(); });
  };
  EXPECT_EQ(complaint([](Recording& r) { r.label.clear(); }), "run a: expected samples, got none");
  EXPECT_EQ(complaint([](Recording& r) { r.signal.pop_back(); }),
            "run a: signal: expected 3 numbers for 3 labels of 1 channels, got 2");
  EXPECT_EQ(complaint([](Recording& r) { r.signal[1] = std::numeric_limits<float>::quiet_NaN(); }),
            "run a: signal: expected finite numbers, got nan at sample 1");
  EXPECT_EQ(complaint([](Recording& r) { r.label[2] = -std::numeric_limits<float>::infinity(); }),
            "run a: label: expected finite numbers, got -inf at sample 2");
  EXPECT_EQ(complaint([](Recording& r) { r.sampling_hz = 0; }), "run a: sampling_hz: expected a number above 0, got 0");
  EXPECT_EQ(complaint([](Recording& r) { r.channels = 0; }), "run a: channels: expected >= 1, got 0");
}

TEST(CheckTogether, WantsOneShapeOneRateAndLabelsThatDiffer) {
  EXPECT_EQ(complaint_together({}), "recordings: expected one at least, got none");
  EXPECT_EQ(complaint_together({counting("a", 3), counting("a", 3)}),
            "run a: expected names that differ, got it twice");
  Recording other = counting("b", 3);
  other.sampling_hz = 2000;
  EXPECT_EQ(complaint_together({counting("a", 3), other}), "run b: expected 1000 Hz as run a has, got 2000 Hz");
  other = counting("b", 4);
  other.channels = 2;
  other.signal.resize(8);
  EXPECT_EQ(complaint_together({counting("a", 3), other}), "run b: expected 1 channels as run a has, got 2");
  Recording constant = counting("a", 3);
  constant.label = {2, 2, 2};
  EXPECT_EQ(complaint_together({constant}), "run a: expected labels that differ, got 2 at every sample");
  Recording same = constant;
  same.name = "b";
  EXPECT_EQ(complaint_together({constant, same}),
            "run a: expected labels that differ, got 2 at every sample of 2 runs");
  same.label[2] = 3;  // one that differs is enough
  EXPECT_NO_THROW(check_together(std::vector<Recording>{constant, same}));
}

}  // namespace
}  // namespace ntorc::signal
