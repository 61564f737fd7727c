#include "ntorc/deploy/question.hpp"

#include <gmock/gmock.h>

#include "fixtures.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;
using testing::ElementsAre;

TEST(Matches, TakesAStarForAnyCharacters) {
  EXPECT_TRUE(matches("lstm", "lstm"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("dense*", "dense"));
  EXPECT_TRUE(matches("dense*", "dense_12"));
  EXPECT_TRUE(matches("*_1", "conv_1_1"));
  EXPECT_TRUE(matches("c*v*1", "conv_vv_1"));
  EXPECT_TRUE(matches("a**b", "ab"));
  EXPECT_FALSE(matches("lstm", "lstm_1"));
  EXPECT_FALSE(matches("lstm", "LSTM"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("dense*", "my_dense"));
  EXPECT_FALSE(matches("*_1", "conv_12"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_FALSE(matches("conv.1", "conv_1"));
}

TEST(Matches, EndsSoonOnManyStars) { EXPECT_FALSE(matches("a*a*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a'))); }

TEST(WeightsText, IsReadAndRefused) {
  EXPECT_EQ(weights("device"), (Weights{Measure::PartShare}));
  EXPECT_EQ(weights("dsp=100"), (Weights{Measure::Count, 1, 1, 100, 1}));
  EXPECT_EQ(weights("lut=0.5,ff=0,dsp=2e2,bram=7"), (Weights{Measure::Count, 0.5, 0, 200, 7}));
  for (const std::string text : {"", "lut", "lut=", "lut=x", "lut=-1", "lut=nan", "lut=inf", "lut=1e7", "uram=1",
                                 "lut=1,", "devices", "lut=1 ", "bram_18k=1"}) {
    const std::size_t comma = text.rfind(',');
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { weights(text); }),
              "weights: expected device, or lut, ff, dsp and bram with a number in 0..1e+06 each, as in lut=1,dsp=100, "
              "got \"" +
                  (comma == std::string::npos ? text : text.substr(comma + 1)) + "\"");
  }
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { weights("lut=1,lut=2"); }),
            "weights: expected one for lut, got two");
}

TEST(BudgetsText, IsReadAndRefused) {
  EXPECT_THAT(budgets("dsp=100"), ElementsAre(Budget{Target::Dsp, 100}));
  EXPECT_THAT(budgets("lut=50%,bram=0"),
              ElementsAre(Budget{Target::Lut, 0.5, Measure::PartShare}, Budget{Target::Bram18k, 0}));
  EXPECT_THAT(
      budgets("all=80%"),
      ElementsAre(Budget{Target::Lut, 0.8, Measure::PartShare}, Budget{Target::Ff, 0.8, Measure::PartShare},
                  Budget{Target::Dsp, 0.8, Measure::PartShare}, Budget{Target::Bram18k, 0.8, Measure::PartShare}));
  for (const std::string text : {"", "50%", "lut", "lut=", "lut=%", "lut=abc", "lut=-1", "lut=101%", "lut=nan%",
                                 "all=100", "slices=5", "lut=50 %", "lut=1e13", "lut==5"}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { budgets(text); }),
              "budget: expected lut, ff, dsp or bram with a count or 0..100% of the part, as in dsp=100 or lut=50%, "
              "or all=50%, got \"" +
                  text + "\"");
  }
}

TEST(ReuseRuleText, IsReadAndRefused) {
  EXPECT_EQ(reuse_rule("lstm=64"), (ReuseRule{"lstm", 64, 64}));
  EXPECT_EQ(reuse_rule("dense*=16..256"), (ReuseRule{"dense*", 16, 256}));
  EXPECT_EQ(reuse_rule("a=b=4"), (ReuseRule{"a=b", 4, 4}));
  EXPECT_EQ(describe(reuse_rule("lstm=64")), "lstm=64");
  EXPECT_EQ(describe(reuse_rule("dense*=16..256")), "dense*=16..256");
  for (const std::string text : {"", "lstm", "=64", "lstm=", "lstm=0", "lstm=-4", "lstm=4.5", "lstm=8..4", "lstm=..4",
                                 "lstm=4..", "lstm=4...8", "lstm=64x", "lstm=99999999999999999999"}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { reuse_rule(text); }),
              "reuse: expected a layer and a reuse factor or a range of them, as in lstm=64 or dense*=16..256, got \"" +
                  text + "\"");
  }
}

TEST(LayerSetText, IsReadAndRefused) {
  EXPECT_THAT(layer_set("dense*"), ElementsAre("dense*"));
  EXPECT_THAT(layer_set("conv_1,dense*"), ElementsAre("conv_1", "dense*"));
  for (const std::string text : {"", ",", "a,", ",a", "a,,b"}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { layer_set(text); }),
              "equal reuse: expected layers, as in conv_1,dense*, got \"" + text + "\"");
  }
}

TEST(Question, IsDescribedInWords) {
  Question question;
  EXPECT_EQ(describe(question, 250), "least LUT + FF + DSP + BRAM");
  question.weights = weights("ff=0,dsp=100");
  question.latency_limit_cycles = 50'000;
  question.interval_limit_cycles = 1000;
  question.budgets = budgets("dsp=100,lut=50%");
  question.reuse = {reuse_rule("lstm=64")};
  question.equal_reuse = {{"conv_1", "dense*"}};
  question.confidence = 0.9;
  EXPECT_EQ(
      describe(question, 250),
      "least LUT + 100 DSP + BRAM with at most 50000 cycles (200 us), an initiation interval of at most 1000 cycles "
      "(4 us), at most 100 DSP, at most 50% of the LUT, reuse lstm=64, equal reuse conv_1,dense*; cycles with "
      "confidence 0.9");
  question = {};
  question.weights.of = Measure::PartShare;
  EXPECT_EQ(describe(question, 250), "least LUT + FF + DSP + BRAM as shares of the part");
  question.objective = Objective::Latency;
  EXPECT_EQ(describe(question, 250), "least latency");
  question.objective = Objective::Share;
  EXPECT_EQ(describe(question, 250), "least largest share of the part");
  question.objective = Objective::Interval;
  EXPECT_EQ(describe(question, 250), "least initiation interval");
}

TEST(Question, RefusesWhatMakesNoSense) {
  const auto complaint = [](const auto& spoil) {
    Question question;
    spoil(question);
    return test::message_of<InvalidArgument>([&] { question.validate(); });
  };
  EXPECT_NO_THROW(Question{}.validate());
  EXPECT_EQ(complaint([](Question& q) { q.latency_limit_cycles = 0; }),
            "latency limit: expected a positive number of cycles, got 0");
  EXPECT_EQ(complaint([](Question& q) { q.interval_limit_cycles = -3; }),
            "interval limit: expected a positive number of cycles, got -3");
  EXPECT_EQ(complaint([](Question& q) { q.confidence = 0.7; }),
            "confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 0.7");
  EXPECT_EQ(complaint([](Question& q) { q.weights.ff = -1; }), "weights: ff: expected a number in 0..1e+06, got -1");
  EXPECT_EQ(complaint([](Question& q) {
              q.weights = {Measure::Count, 0, 0, 0, 0};
            }),
            "weights: expected one above 0, got none");
  EXPECT_EQ(complaint([](Question& q) {
              q.budgets = {{Target::LatencyMax, 5}};
            }),
            "budget: expected a resource, got latency_max_cycles");
  EXPECT_EQ(complaint([](Question& q) {
              q.budgets = {{Target::Dsp, -5}};
            }),
            "budget: dsp: expected a number >= 0, got -5");
  EXPECT_EQ(complaint([](Question& q) { q.budgets = budgets("dsp=5,all=50%"); }), "budget: dsp: expected one, got two");
  EXPECT_EQ(complaint([](Question& q) { q.reuse = {{"", 1, 1}}; }), "reuse rule: expected a layer, got none");
  EXPECT_EQ(complaint([](Question& q) {
              q.reuse = {{"a", 0, 1}};
            }),
            "reuse rule: expected reuse factors from 1 up, the lesser first, got 0..1");
  EXPECT_EQ(complaint([](Question& q) {
              q.reuse = {{"a", 2, 1}};
            }),
            "reuse rule: expected reuse factors from 1 up, the lesser first, got 2..1");
  EXPECT_EQ(complaint([](Question& q) { q.equal_reuse = {{}}; }), "equal reuse: expected layers, got none");
  EXPECT_EQ(complaint([](Question& q) { q.equal_reuse = {{"a", ""}}; }), "equal reuse: expected layers, got none");
}

TEST(Budget, IsACountOfThePart) {
  const auto part = hls4ml::device_resources("xczu7ev-ffvc1156-2-e");
  EXPECT_EQ(count_of({Target::Dsp, 0.5, Measure::PartShare}, part), 864);
  EXPECT_EQ(count_of({Target::Dsp, 0.5}, std::nullopt), 0.5);
}

}  // namespace
}  // namespace ntorc::deploy
