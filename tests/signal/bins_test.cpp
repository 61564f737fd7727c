#include "ntorc/signal/bins.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::signal {
namespace {

const std::vector<float> kLabels{0.5F, 2.5F, 3.0F, 9.9F};  // bins 0, 2, 3, 9 of ten

Bins ten(BinValue value) { return {{0, 10}, kLabels, {.bins = 10, .value = value}}; }

TEST(Bins, HoldEqualPartsOfTheRange) {
  const Bins bins = ten(BinValue::Centre);
  EXPECT_EQ(bins.width(), 1);
  EXPECT_EQ(bins.bin(0), 0);
  EXPECT_EQ(bins.bin(0.99F), 0);
  EXPECT_EQ(bins.bin(1), 1);
  EXPECT_EQ(bins.bin(10), 9);
  EXPECT_EQ(bins.bin(-3), 0);
  EXPECT_EQ(bins.bin(1e30F), 9);
  EXPECT_EQ(bins.bin(std::numeric_limits<float>::quiet_NaN()), 0);
}

TEST(Bins, ClassesAreTheBinsOfTraining) {
  const Bins bins = ten(BinValue::Centre);
  EXPECT_EQ(bins.classes(), 4);
  EXPECT_EQ(bins.class_of(0.1F), 0);
  EXPECT_EQ(bins.class_of(2.1F), 1);
  EXPECT_EQ(bins.class_of(3.1F), 2);
  EXPECT_EQ(bins.class_of(9.1F), 3);
  EXPECT_EQ(bins.class_of(1.5F), 0);  // bins 0 and 2 are as near
  EXPECT_EQ(bins.class_of(6.5F), 2);  // bins 3 and 9 are, too
  EXPECT_EQ(bins.class_of(7.5F), 3);
}

TEST(Bins, StandForTheirCentreOrTheirUpperEdge) {
  EXPECT_EQ(ten(BinValue::Centre).value(1), 2.5F);
  EXPECT_EQ(ten(BinValue::UpperEdge).value(1), 3);
  EXPECT_EQ(ten(BinValue::UpperEdge).quantised(9.1F), 10);
  EXPECT_EQ(test::message_of<InvalidArgument>([] { ten(BinValue::Centre).value(4); }),
            "class: expected an integer in 0..3, got 4");
}

TEST(Bins, EveryLabelLiesBetweenTheEdgesOfItsBin) {
  // A range that is no multiple of a power of two: dividing alone would misplace labels at edges.
  const float low = 1.14258F;
  const float high = 4.77173F;
  std::vector<float> labels;
  for (int i = 0; i <= 30000; ++i)
    labels.push_back(static_cast<float>(low + (static_cast<double>(high) - low) * i / 30000));
  const Bins bins({low, high}, labels, {.bins = 256, .value = BinValue::Centre});
  EXPECT_EQ(bins.classes(), 256);
  for (const float label : labels) {
    const auto k = static_cast<double>(bins.bin(label));
    ASSERT_GE(label, low + k * bins.width());
    if (label < high) {
      ASSERT_LT(label, low + (k + 1) * bins.width());
    }
  }
}

TEST(Bins, DecodeTheMostProbableOrTheMean) {
  const Bins bins = ten(BinValue::Centre);                        // 0.5, 2.5, 3.5, 9.5
  const std::vector<float> scores{0.2F, 0.4F, 0.0F, 0.4F, 9.0F};  // the fifth output has no class
  EXPECT_EQ(bins.most_probable(scores), 2.5F);
  EXPECT_FLOAT_EQ(bins.expectation(scores), 0.2F * 0.5F + 0.4F * 2.5F + 0.4F * 9.5F);
  EXPECT_FLOAT_EQ(bins.expectation(std::vector<float>{0, 2, 2, 0}), 3);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              bins.most_probable(std::vector<float>{1, 2});
            }),
            "scores: expected 4 at least, got 2");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              bins.expectation(std::vector<float>{1, -1, 0, 0});
            }),
            "probabilities: expected >= 0, got -1");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              bins.expectation(std::vector<float>{0, 0, 0, 0});
            }),
            "probabilities: expected one above 0, got none");
}

TEST(Bins, OptionsOutOfRangeAreNamed) {
  const auto complaint = [](const LabelRange& range, const std::vector<float>& labels, std::int64_t count) {
    return test::message_of<InvalidArgument>([&] { Bins(range, labels, {.bins = count}); });
  };
  EXPECT_EQ(complaint({0, 1}, kLabels, 0), "bins: expected an integer in 1..65536, got 0");
  EXPECT_EQ(complaint({1, 1}, kLabels, 4), "range: expected low < high, got 1 and 1");
  EXPECT_EQ(complaint({0, 1}, {}, 4), "bins: expected labels of training, got none");
  for (const BinValue value : {BinValue::UpperEdge, BinValue::Centre}) EXPECT_EQ(bin_value(to_string(value)), value);
  EXPECT_EQ(bin_value("edge"), std::nullopt);
}

}  // namespace
}  // namespace ntorc::signal
