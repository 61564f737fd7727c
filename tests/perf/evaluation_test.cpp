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

/// A forest that says 100 LUTs up to a reuse factor of 16 and 200 beyond.
PerformanceModel model_of_two_answers() {
  return PerformanceModel::fit(repeated({dense(8, 4, 1, 100), dense(8, 4, 32, 200)}, 100), ntorc_provenance(), {},
                               Method::Forest);
}

Score only_score(const Evaluation& evaluation) {
  EXPECT_EQ(evaluation.scores.size(), 1U);
  return evaluation.scores.empty() ? Score{} : evaluation.scores.front();
}

TEST(Evaluate, ComputesScoresAsOneDoesByHand) {
  // Four configurations: reuse 1 and 32 of an 8 x 4 matrix, and two that the forest takes for the one or the other.
  const Dataset data{dense(8, 4, 1, 50), dense(8, 4, 32, 250), dense(8, 4, 2, 100), dense(8, 4, 4, 0)};
  const Score score = only_score(evaluate(model_of_two_answers(), data, "mine"));
  EXPECT_EQ(score.kind, LayerKind::Dense);
  EXPECT_EQ(score.target, Target::Lut);
  EXPECT_EQ(score.n, 4);
  EXPECT_EQ(score.zeros, 1);
  // Errors 50, 50, 0 and 100: squares 15,000. The mean truth is 100: squares 2,500 + 22,500 + 0 + 10,000.
  EXPECT_THAT(score.r2, Optional(DoubleEq(1 - 15.0 / 35.0)));
  EXPECT_THAT(score.rmse_percent, Optional(DoubleEq(std::sqrt(15'000.0 / 4))));
  EXPECT_THAT(score.mae_percent, Optional(DoubleEq(50)));
  // 100 %, 20 % and 0 %; of the zero there is none.
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(40)));
  EXPECT_THAT(score.median_ape_percent, Optional(DoubleEq(20)));
}

TEST(Evaluate, TakesAConfigurationOnceWithTheMeanOfItsRows) {
  const Score score = only_score(evaluate(model_of_two_answers(), {dense(8, 4, 1, 150), dense(8, 4, 1, 100)}, "mine"));
  EXPECT_EQ(score.n, 1);
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(20)));  // 100 for 125
}

TEST(Evaluate, TakesTheMeanOfTheTwoMiddleErrorsAsMedian) {
  const Score score = only_score(evaluate(model_of_two_answers(), {dense(8, 4, 1, 125), dense(8, 4, 2, 100)}, "mine"));
  EXPECT_THAT(score.median_ape_percent, Optional(DoubleEq(10)));
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(10)));
}

TEST(Evaluate, NamesTheWorstFirst) {
  const Dataset data{dense(8, 4, 1, 110), dense(8, 4, 32, 400), dense(8, 4, 2, 80)};
  const Evaluation evaluation = evaluate(model_of_two_answers(), data, "mine");
  EXPECT_EQ(evaluation.title, "mine");
  ASSERT_EQ(evaluation.worst.size(), 3U);
  EXPECT_EQ(evaluation.worst[0].reuse, 32);  // 200 for 400
  EXPECT_EQ(evaluation.worst[0].truth, 400);
  EXPECT_EQ(evaluation.worst[0].predicted, 200);
  EXPECT_EQ(evaluation.worst[1].reuse, 2);
  EXPECT_EQ(evaluation.worst[2].reuse, 1);
}

TEST(Evaluate, LeavesOutWhatIsUndefined) {
  const Score zeros = only_score(evaluate(model_of_two_answers(), {dense(8, 4, 1, 0), dense(8, 4, 32, 0)}, "mine"));
  EXPECT_EQ(zeros.n, 2);
  EXPECT_EQ(zeros.zeros, 2);
  EXPECT_FALSE(zeros.r2 || zeros.mape_percent || zeros.median_ape_percent || zeros.mae_percent || zeros.rmse_percent);
  EXPECT_EQ(zeros.coverage_percent, std::nullopt);  // a forest has no intervals
}

TEST(Evaluate, GivesNoR2WhereNothingVaries) {
  // A seventh of 12, summed seven times, is not 12: rounding must not pass for variation.
  Dataset data;
  for (const std::int64_t reuse : {1, 2, 4, 8, 16, 32, 8}) data.push_back(dense(8, 4, reuse, 12));
  const Score score = only_score(evaluate(model_of_two_answers(), data, "mine"));
  EXPECT_EQ(score.r2, std::nullopt);
  EXPECT_TRUE(score.mape_percent && score.rmse_percent);
}

TEST(Evaluate, ScoresEveryFigureThatTheDataHas) {
  Dataset training = repeated({dense(8, 4, 2, 100)}, 10);
  for (Observation& row : training) row[Target::Dsp] = 16;
  const auto model = PerformanceModel::fit(training, ntorc_provenance());
  Observation row = dense(8, 4, 2, 100);
  row[Target::Dsp] = 20;
  const auto scores = evaluate(model, {row, dense(8, 4, 4, 100)}, "mine").scores;
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores[0].target, Target::Lut);
  EXPECT_EQ(scores[0].n, 2);
  EXPECT_EQ(scores[1].target, Target::Dsp);
  EXPECT_EQ(scores[1].n, 1);
  EXPECT_THAT(scores[1].mape_percent, Optional(DoubleEq(20)));
}

TEST(Evaluate, RefusesFiguresThatTheModelWasNotTrainedFor) {
  Observation row = dense(8, 4, 1, 100);
  row[Target::Dsp] = 4;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { evaluate(model_of_two_answers(), {row}, "mine"); }),
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
  const Score score = only_score(cross_validate(twins(), Split::Rows, {}, Method::Forest));
  EXPECT_EQ(score.n, 300);  // a fifth of 1,500
  EXPECT_THAT(score.r2, Optional(DoubleEq(1)));
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(0)));
}

TEST(CrossValidate, TrainsOnNoTwinByConfigurations) {
  const Score score = only_score(cross_validate(twins(), Split::Configs, {}, Method::Forest));
  EXPECT_EQ(score.n, 30);  // each configuration once
  EXPECT_GT(score.mape_percent, 20);
  EXPECT_LT(score.r2, 0.5);
}

TEST(CrossValidate, PredictsTheMeanOfTheRowsOfAConfiguration) {
  // Means 100 and 200. Of two configurations each is predicted from the other: errors 100 % and 50 %.
  const Dataset data =
      repeated({dense(8, 4, 1, 80), dense(8, 4, 1, 120), dense(8, 4, 2, 200), dense(8, 4, 2, 200)}, 100);
  const Score score = only_score(cross_validate(data, Split::Configs, {.trees = 1000}, Method::Forest));
  EXPECT_EQ(score.n, 2);
  EXPECT_NEAR(score.mape_percent.value_or(0), 75, 0.5);  // the bootstrap draws 80 and 120 not equally often
}

TEST(CrossValidate, LeavesOutEachSizeBetweenTwoOthers) {
  // LUT = 10 n_in. Without n_in = 2 a forest splits 1 and 8 in the middle and answers 10 for it, 50 % off. The sizes
  // have none between others.
  Dataset data;
  for (const std::int64_t n_in : {1, 2, 8}) {
    for (const std::int64_t size : {3, 4}) data.push_back(dense(n_in, size, 1, static_cast<double>(10 * n_in)));
  }
  const Score score = only_score(cross_validate(repeated(data, 100), Split::Sizes, {}, Method::Forest));
  EXPECT_EQ(score.n, 2);
  EXPECT_THAT(score.mape_percent, Optional(DoubleEq(50)));
  EXPECT_EQ(score.coverage_percent, std::nullopt);
}

TEST(CrossValidate, CountsNInOfAConvolutionWithItsKernel) {
  // n_in 6 twice, from 2 * 3 and 3 * 2: left out together.
  Dataset data;
  for (const auto& [inputs, kernel] : {std::pair{1, 3}, {2, 3}, {3, 2}, {4, 3}}) {
    Observation row{{LayerKind::Conv1D, inputs, 4, kernel, 8}, 1, {}};
    row[Target::Lut] = 10;
    data.push_back(row);
  }
  EXPECT_EQ(only_score(cross_validate(repeated(data, 20), Split::Sizes)).n, 2);
}

TEST(CrossValidate, JudgesIntervalsByFitsThatHaveNotSeenTheRows) {
  // Noise of 10 % on a law: of 100 configurations about 90 lie within 90 % intervals.
  std::mt19937_64 random(3);
  Dataset data;
  for (const std::int64_t n_in : {8, 16, 32, 64, 128}) {
    for (const std::int64_t size : {1, 4, 16, 64}) {
      for (const std::int64_t reuse : {2, 4, 8, 16, 32}) {
        const double noise = 0.9 + 0.2 * std::ldexp(static_cast<double>(random() >> 11U), -53);
        Observation row{{LayerKind::Dense, n_in, size, 1, 1}, reuse, {}};
        row[Target::Ff] = noise * static_cast<double>(500 + 60 * n_in + 90 * n_in * size / reuse);
        data.push_back(row);
      }
    }
  }
  for (const Split split : {Split::Configs, Split::Sizes}) {
    const Score score = only_score(cross_validate(data, split));
    EXPECT_LT(score.mape_percent, 10) << to_string(split);
    EXPECT_GE(score.coverage_percent, 82) << to_string(split);
    EXPECT_LE(score.coverage_percent, 98) << to_string(split);
  }
  EXPECT_EQ(only_score(cross_validate(data, Split::Rows)).coverage_percent, std::nullopt);
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
  const Dataset data = random_layers(24);
  const auto one = tables(data, {.trees = 3, .threads = 1});
  EXPECT_EQ(one, tables(data, {.trees = 3, .threads = 2}));
  EXPECT_EQ(one, tables(data, {.trees = 3, .threads = 5}));
}

TEST(CrossValidate, DependsOnTheSeed) {
  const Dataset data = random_layers(24);
  EXPECT_NE(tables(data, {.trees = 3, .seed = 1}), tables(data, {.trees = 3, .seed = 2}));
}

TEST(CrossValidate, HasNoPredictionsOfWhatCannotBeSplit) {
  Dataset data = random_layers(24);  // dense and LSTM
  Observation lonely{{LayerKind::Conv2D, 3, 8, 9, 64}, 9, {}};
  lonely[Target::Lut] = 100;
  data.push_back(lonely);
  const Evaluation evaluation = cross_validate(data, Split::Configs, {.trees = 3});
  EXPECT_EQ(evaluation.scores.size(), 13U);
  const auto score = std::ranges::find(evaluation.scores, LayerKind::Conv2D, &Score::kind);
  EXPECT_EQ(score->n, 0);
  EXPECT_FALSE(score->mape_percent || score->mae_percent || score->r2 || score->coverage_percent);
  EXPECT_THAT(score_table(evaluation), testing::HasSubstr("conv2d  lut                       0      0         -"));
}

TEST(CrossValidate, LeavesNeighbouringSizesOutTogetherWhereThereAreMany) {
  Dataset data;
  for (std::int64_t n_in = 4; n_in < 104; ++n_in) data.push_back(dense(n_in, 8, 2, static_cast<double>(100 * n_in)));
  const Score score = only_score(cross_validate(data, Split::Sizes, {.trees = 3}));
  EXPECT_EQ(score.n, 98);  // all but the least and the largest, each once
}

TEST(CrossValidate, RefusesTooFewRows) {
  const auto complaint = [](const Dataset& data, Split split) {
    return test::message_of<InvalidArgument>([&] { cross_validate(data, split); });
  };
  const Dataset one{dense(8, 4, 1, 100)};
  EXPECT_EQ(complaint(one, Split::Rows), "dataset: expected rows that can be split by rows, found none");
  EXPECT_EQ(complaint(repeated(one, 50), Split::Configs),
            "dataset: expected rows that can be split by configs, found none");
  EXPECT_EQ(complaint({dense(8, 4, 1, 100), dense(8, 4, 2, 100)}, Split::Sizes),
            "dataset: expected rows that can be split by sizes, found none");
  EXPECT_NO_THROW(cross_validate(repeated(one, 2), Split::Rows));
}

TEST(CrossValidate, RefusesOptionsOutOfRange) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { cross_validate(twins(), Split::Rows, {.trees = 0}); }),
            "trees: expected 1..100000, got 0");
}

const Evaluation kEvaluation{"configs",
                             {{LayerKind::Conv1D, Target::LatencyMax, 12, 0, 0.5, 12.345, 1.5, 3.25, 100.0, 91.7},
                              {LayerKind::Dense, Target::Bram18k, 3, 3, {}, {}, {}, 2.5, {}, {}}},
                             {{Target::LatencyMax, {LayerKind::Conv1D, 16, 8, 3, 64}, 48, 3828, 4000.04}}};

TEST(ScoreTable, IsForPeople) {
  EXPECT_EQ(
      score_table(kEvaluation),
      "kind    target                    n  zeros        R2    MAPE %  median APE %   MAE %    RMSE %  coverage %\n"
      "conv1d  latency_max_cycles       12      0    0.5000     12.35          1.50    3.25    100.00          92\n"
      "dense   bram_18k                  3      3         -         -             -    2.50         -           -\n"
      "\n"
      "The worst:\n"
      "kind    target                reuse       truth   predicted  layer\n"
      "conv1d  latency_max_cycles       48      3828.0      4000.0  16 inputs, size 8, kernel 3, sequence 64\n");
}

TEST(SideBySide, PutsEvaluationsInColumns) {
  Evaluation sizes = kEvaluation;
  sizes.title = "sizes";
  sizes.worst.clear();
  const std::string table = side_by_side({kEvaluation, sizes});
  EXPECT_THAT(table, testing::StartsWith(
                         "kind    target                     n   configs  coverage %       n     sizes  coverage %\n"
                         "conv1d  latency_max_cycles        12     12.35          92      12     12.35          92\n"
                         "dense   bram_18k                   3      2.50           -       3      2.50           -\n"));
  EXPECT_THAT(table, testing::HasSubstr("The worst of configs:\n"));
}

TEST(ScoresToJson, IsAsDocumented) {
  EXPECT_EQ(scores_to_json({kEvaluation}), R"({
  "format": "ntorc-scores",
  "version": 2,
  "ntorc": ")" + std::string(kVersion) + R"(",
  "evaluations": [
    {
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
          "mae_percent": 3.25,
          "rmse_percent": 100.0,
          "coverage_percent": 91.7
        },
        {
          "kind": "dense",
          "target": "bram_18k",
          "n": 3,
          "zeros": 3,
          "r2": null,
          "mape_percent": null,
          "median_ape_percent": null,
          "mae_percent": 2.5,
          "rmse_percent": null,
          "coverage_percent": null
        }
      ],
      "worst": [
        {
          "kind": "conv1d",
          "target": "latency_max_cycles",
          "inputs": 16,
          "size": 8,
          "kernel": 3,
          "sequence": 64,
          "packets": 1,
          "reuse": 48,
          "truth": 3828.0,
          "predicted": 4000.04
        }
      ]
    }
  ]
}
)");
}

TEST(ScoresToJson, ReplacesWhatIsNotUtf8InATitle) {
  EXPECT_THAT(scores_to_json({{"a\xff.perf", {}, {}}}), testing::HasSubstr("\"a\xEF\xBF\xBD.perf\""));
}

}  // namespace
}  // namespace ntorc::perf
