#include "ntorc/perf/evaluation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;
using testing::DoubleEq;
using testing::Optional;

Observation dense(std::int64_t n_in, std::int64_t size, std::int64_t reuse, double lut) {
  Observation row{{LayerKind::Dense, n_in, size, 1, 1}, reuse, {}};
  row[Target::Lut] = lut;
  return row;
}

/// Every row of `data` `times` times, so that no bootstrap misses one.
Dataset repeated(const Dataset& data, int times) {
  Dataset all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), data.begin(), data.end());
  return all;
}

/// Predicts 100 LUTs at reuse 1 and 200 at reuse 32.
PerformanceModel model_of_two_answers() {
  return PerformanceModel::fit(repeated({dense(8, 4, 1, 100), dense(8, 4, 32, 200)}, 100), ntorc_provenance());
}

Score only_score(const std::vector<Score>& scores) {
  EXPECT_EQ(scores.size(), 1U);
  return scores.empty() ? Score{} : scores.front();
}

TEST(Evaluate, ComputesScoresAsOneDoesByHand) {
  const Score score = only_score(evaluate(
      model_of_two_answers(), {dense(8, 4, 1, 50), dense(8, 4, 1, 100), dense(8, 4, 32, 250), dense(8, 4, 1, 0)}));
  EXPECT_EQ(score.kind, LayerKind::Dense);
  EXPECT_EQ(score.target, Target::Lut);
  EXPECT_EQ(score.n, 4);
  EXPECT_EQ(score.zeros, 1);
  // Errors 50, 0, 50 and 100: squares 15,000. The mean truth is 100: squares 2,500 + 0 + 22,500 + 10,000.
  EXPECT_THAT(score.r2, Optional(DoubleEq(1 - 15.0 / 35.0)));
  EXPECT_THAT(score.rmse_percent, Optional(DoubleEq(std::sqrt(15'000.0 / 4))));
  // 100 %, 0 % and 20 %; of the zero there is none.
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(40)));
  EXPECT_THAT(score.median_ape_percent, Optional(DoubleEq(20)));
}

TEST(Evaluate, TakesTheMeanOfTheTwoMiddleErrorsAsMedian) {
  const Score score = only_score(evaluate(model_of_two_answers(), {dense(8, 4, 1, 125), dense(8, 4, 1, 100)}));
  EXPECT_THAT(score.median_ape_percent, Optional(DoubleEq(10)));
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(10)));
}

TEST(Evaluate, LeavesOutWhatIsUndefined) {
  const Score zeros = only_score(evaluate(model_of_two_answers(), {dense(8, 4, 1, 0), dense(8, 4, 32, 0)}));
  EXPECT_EQ(zeros.n, 2);
  EXPECT_EQ(zeros.zeros, 2);
  EXPECT_FALSE(zeros.r2 || zeros.mape_percent || zeros.median_ape_percent || zeros.rmse_percent);
}

TEST(Evaluate, GivesNoR2WhereNothingVaries) {
  // A seventh of 12, summed seven times, is not 12: rounding must not pass for variation.
  const Score score = only_score(evaluate(model_of_two_answers(), repeated({dense(8, 4, 1, 12)}, 7)));
  EXPECT_EQ(score.r2, std::nullopt);
  EXPECT_TRUE(score.mape_percent && score.rmse_percent);
}

TEST(Evaluate, ScoresEveryFigureThatTheDataHas) {
  Dataset training = repeated({dense(8, 4, 1, 100)}, 10);
  for (Observation& row : training) row[Target::Dsp] = 3;
  const auto model = PerformanceModel::fit(training, ntorc_provenance());
  Observation row = dense(8, 4, 1, 100);
  row[Target::Dsp] = 4;
  const auto scores = evaluate(model, {row, dense(8, 4, 1, 100)});
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores[0].target, Target::Lut);
  EXPECT_EQ(scores[0].n, 2);
  EXPECT_EQ(scores[1].target, Target::Dsp);
  EXPECT_EQ(scores[1].n, 1);
  EXPECT_THAT(scores[1].mape_percent, Optional(DoubleEq(25)));
}

TEST(Evaluate, RefusesFiguresThatTheModelWasNotTrainedFor) {
  Observation row = dense(8, 4, 1, 100);
  row[Target::Dsp] = 4;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { evaluate(model_of_two_answers(), {row}); }),
            "performance model \"N-TORC tables\": not trained on dsp of dense layers");
}

/// Thirty configurations, each with a figure that says nothing of the others', and fifty equal rows.
Dataset twins() {
  std::mt19937_64 random(8);
  Dataset data;
  for (const std::int64_t n_in : {16, 32, 64, 128, 256}) {
    for (const std::int64_t reuse : {1, 2, 4, 8, 16, 32}) {
      data.push_back(dense(n_in, 4, reuse, static_cast<double>(100 + random() % 1000)));
    }
  }
  return repeated(data, 50);
}

TEST(CrossValidate, IsExactByRowsWhereEveryRowHasTwins) {
  const Score score = only_score(cross_validate(twins(), Split::Rows, {}, Method::Forest).scores);
  EXPECT_EQ(score.n, 300);  // a fifth of 1,500
  EXPECT_THAT(score.r2, Optional(DoubleEq(1)));
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(0)));
}

TEST(CrossValidate, TrainsOnNoTwinByConfigurations) {
  const Score score = only_score(cross_validate(twins(), Split::Configs, {}, Method::Forest).scores);
  EXPECT_EQ(score.n, 30);  // each configuration once
  EXPECT_GT(score.mape_percent, 20);
  EXPECT_LT(score.r2, 0.5);
}

TEST(CrossValidate, PredictsTheMeanOfTheRowsOfAConfiguration) {
  // Means 100 and 200. Of two configurations each is predicted from the other: errors 100 % and 50 %.
  const Dataset data =
      repeated({dense(8, 4, 1, 80), dense(8, 4, 1, 120), dense(8, 4, 2, 200), dense(8, 4, 2, 200)}, 100);
  const Score score = only_score(cross_validate(data, Split::Configs, {.trees = 1000}).scores);
  EXPECT_EQ(score.n, 2);
  EXPECT_NEAR(score.mape_percent.value_or(0), 75, 0.5);  // the bootstrap draws 80 and 120 not equally often
}

TEST(CrossValidate, LeavesEachSizeOutInItsTurn) {
  // LUT = 10 n_in, whatever the size. Without n_in = 1 the answer for it is 20, 100 % off, and the other way round 50
  // %. Without a size the other one knows all.
  const Dataset data = repeated({dense(1, 1, 1, 10), dense(1, 2, 1, 10), dense(2, 1, 1, 20), dense(2, 2, 1, 20)}, 100);
  const Score score = only_score(cross_validate(data, Split::Sizes).scores);
  EXPECT_EQ(score.n, 8);  // four configurations, each left out with its n_in and with its size
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq((2 * 100.0 + 2 * 50 + 4 * 0) / 8)));
  EXPECT_THAT(score.median_ape_percent, Optional(DoubleEq(25)));
  EXPECT_THAT(score.r2, Optional(DoubleEq(1 - 4 * 100.0 / (8 * 25))));
  EXPECT_THAT(score.rmse_percent, Optional(DoubleEq(100 * std::sqrt(4 * 100.0 / 8) / 15)));
}

TEST(CrossValidate, LeavesOutOnlySizesBesideWhichOthersRemain) {
  const Dataset data = repeated({dense(1, 4, 1, 10), dense(2, 4, 1, 20)}, 100);
  const Score score = only_score(cross_validate(data, Split::Sizes).scores);
  EXPECT_EQ(score.n, 2);  // n_in 1 and 2; there is no size beside 4
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(75)));
}

TEST(CrossValidate, CountsNInOfAConvolutionWithItsKernel) {
  // n_in 6 twice, from 2 * 3 and 3 * 2: left out together, nothing remains; so only the two sizes count.
  Dataset data;
  for (const std::int64_t kernel : {2, 3}) {
    for (const std::int64_t size : {1, 2}) {
      Observation row{{LayerKind::Conv1D, 6 / kernel, size, kernel, 8}, 1, {}};
      row[Target::Lut] = 10;
      data.push_back(row);
    }
  }
  EXPECT_EQ(only_score(cross_validate(repeated(data, 20), Split::Sizes).scores).n, 4);
}

std::vector<std::string> tables(const Dataset& data, const ForestOptions& options) {
  std::vector<std::string> all;
  for (const Split split : {Split::Rows, Split::Configs, Split::Sizes}) {
    all.push_back(scores_to_json({cross_validate(data, split, options)}));
  }
  return all;
}

Dataset random_layers(int count) {
  std::mt19937_64 random(21);
  Dataset data;
  for (int i = 0; i < count; ++i) {
    const auto extent = [&] { return static_cast<std::int64_t>(1 + random() % 5); };
    Observation row{{i % 2 == 0 ? LayerKind::Dense : LayerKind::Lstm, extent(), extent(), 1, 1}, extent(), {}};
    for (const Target target : kTargets) row[target] = static_cast<double>(random() % 1000);
    data.push_back(row);
  }
  return data;
}

TEST(CrossValidate, GivesTheSameForAnyNumberOfThreads) {
  const Dataset data = random_layers(200);
  const auto one = tables(data, {.trees = 10, .threads = 1});
  EXPECT_EQ(one, tables(data, {.trees = 10, .threads = 2}));
  EXPECT_EQ(one, tables(data, {.trees = 10, .threads = 5}));
}

TEST(CrossValidate, DependsOnTheSeed) {
  const Dataset data = random_layers(200);
  EXPECT_NE(tables(data, {.trees = 10, .seed = 1}), tables(data, {.trees = 10, .seed = 2}));
}

TEST(CrossValidate, RefusesTooFewRows) {
  const auto complaint = [](const Dataset& data, Split split) {
    return test::message_of<InvalidArgument>([&] { cross_validate(data, split); });
  };
  const Dataset one{dense(8, 4, 1, 100)};
  EXPECT_EQ(complaint(one, Split::Rows),
            "dataset: expected enough dense rows to split by rows, got 1 with one configuration");
  EXPECT_EQ(complaint(repeated(one, 50), Split::Configs),
            "dataset: expected enough dense rows to split by configs, got 50 with one configuration");
  EXPECT_EQ(complaint({dense(8, 4, 1, 100), dense(8, 4, 2, 100)}, Split::Sizes),
            "dataset: expected enough dense rows to split by sizes, got 2 with one size");
  EXPECT_NO_THROW(cross_validate(repeated(one, 2), Split::Rows));
}

TEST(CrossValidate, RefusesOptionsOutOfRange) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { cross_validate(twins(), Split::Rows, {.trees = 0}); }),
            "trees: expected 1..100000, got 0");
}

const std::vector<Score> kScores{{LayerKind::Conv1D, Target::LatencyMax, 12, 0, 0.5, 12.345, 1.5, 100.0},
                                 {LayerKind::Dense, Target::Bram18k, 3, 3, {}, {}, {}, {}}};

TEST(ScoreTable, IsForPeople) {
  EXPECT_EQ(score_table(kScores),
            "kind    target                    n  zeros        R2    MAPE %  median APE %    RMSE %\n"
            "conv1d  latency_max_cycles       12      0    0.5000     12.35          1.50    100.00\n"
            "dense   bram_18k                  3      3         -         -             -         -\n");
}

TEST(ScoresToJson, IsAsDocumented) {
  EXPECT_EQ(scores_to_json(kScores, "configs"), R"({
  "format": "ntorc-scores",
  "version": 1,
  "ntorc": ")" + std::string(kVersion) + R"(",
  "evaluated": "configs",
  "scores": [
    {
      "kind": "conv1d",
      "target": "latency_max_cycles",
      "n": 12,
      "zeros": 0,
      "r2": 0.5,
      "mape_percent": 12.345,
      "median_ape_percent": 1.5,
      "rmse_percent": 100.0
    },
    {
      "kind": "dense",
      "target": "bram_18k",
      "n": 3,
      "zeros": 3,
      "r2": null,
      "mape_percent": null,
      "median_ape_percent": null,
      "rmse_percent": null
    }
  ]
}
)");
}

TEST(ScoresToJson, ReplacesWhatIsNotUtf8InATitle) {
  EXPECT_THAT(scores_to_json({}, "a\xff.perf"), testing::HasSubstr("\"a\xEF\xBF\xBD.perf\""));
}

}  // namespace
}  // namespace ntorc::perf
