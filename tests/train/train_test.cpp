#include "ntorc/train/train.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "support/random.hpp"
#include "train/networks.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;
using test::message_of;

/// Windows of 16 steps of a wave, every 3 steps; the target is the next value, or the class of its sign.
struct Wave {
  std::vector<float> values;
  Data data;
};

Wave wave(Loss loss) {
  Wave wave;
  for (int i = 0; i < 400; ++i) wave.values.push_back(std::sin(0.37F * static_cast<float>(i)));
  wave.data.values = wave.values;
  for (std::int64_t start = 0; start + 17 <= 400; start += 3) wave.data.starts.push_back(start);
  wave.data.targets.resize(static_cast<Eigen::Index>(wave.data.starts.size()), 1);
  for (Eigen::Index i = 0; i < wave.data.targets.rows(); ++i) {
    const float next = wave.values[static_cast<std::size_t>(wave.data.starts[static_cast<std::size_t>(i)] + 16)];
    wave.data.targets(i, 0) = loss == Loss::CrossEntropy ? (next > 0 ? 2.0F : 1.0F) : next;
  }
  return wave;
}

model::Network regressor() {
  return chain({16, 1}, {conv(6, 3), max_pool(), sequences(gru(5)), lstm(7), dense(4, "relu"), dense(1)});
}

model::Network classifier() {
  return chain({16, 1},
               {conv(8, 3), max_pool(), conv(8, 3), max_pool(), flatten(), dense(9, "relu"), dense(3, "softmax")});
}

TEST(Train, LearnsAWave) {
  const Wave wave = train::wave(Loss::MeanSquared);
  const TrainState trained =
      train(regressor(), wave.data, {.epochs = 60, .learning_rate = 5e-3, .schedule = Schedule::Cosine});
  ASSERT_EQ(trained.losses.size(), 60u);
  EXPECT_LT(trained.losses.back(), 2e-3);  // of a variance of 0.5
  const Matrix predicted = predict(regressor(), trained.weights, wave.data);
  EXPECT_LT((predicted - wave.data.targets).squaredNorm() / static_cast<float>(predicted.rows()), 2e-3);
}

TEST(Train, LearnsClasses) {
  const Wave wave = train::wave(Loss::CrossEntropy);
  const TrainState trained =
      train(classifier(), wave.data, {.epochs = 40, .loss = Loss::CrossEntropy, .learning_rate = 5e-3});
  EXPECT_NEAR(
      train(classifier(), wave.data, {.epochs = 1, .loss = Loss::CrossEntropy, .learning_rate = 1e-9}).losses[0],
      std::log(3), 0.5);
  EXPECT_LT(trained.losses.back(), 0.1);
  const Matrix shares = predict(classifier(), trained.weights, wave.data);
  Eigen::Index right = 0;
  for (Eigen::Index i = 0; i < shares.rows(); ++i) {
    Eigen::Index largest = 0;
    shares.row(i).maxCoeff(&largest);
    right += static_cast<float>(largest) == wave.data.targets(i, 0) ? 1 : 0;
    EXPECT_NEAR(shares.row(i).sum(), 1, 1e-5);
  }
  EXPECT_GT(static_cast<double>(right) / static_cast<double>(shares.rows()), 0.97);
}

// 128 samples: 3 whole steps of 40 and one of 8.
TEST(Train, GoesOnAsIfItHadNotStopped) {
  const Wave wave = train::wave(Loss::Huber);
  for (const Schedule schedule : {Schedule::Constant, Schedule::Cosine, Schedule::Step}) {
    const TrainOptions options{.epochs = 9,
                               .batch = 40,
                               .loss = Loss::Huber,
                               .huber_delta = 0.3,
                               .schedule = schedule,
                               .step_epochs = 4,
                               .clip_norm = 0.5,
                               .clip_value = 0.1,
                               .seed = 5};
    const TrainState at_once = train(regressor(), wave.data, options);
    TrainState in_parts = begin(regressor(), options.seed);
    for (const std::int64_t until : {2, 7, 9}) {
      in_parts = train(regressor(), wave.data, options, std::move(in_parts), until);
      EXPECT_EQ(in_parts.epochs, until);
    }
    EXPECT_EQ(at_once.steps, 9 * 4);
    EXPECT_TRUE(at_once == in_parts);
    EXPECT_TRUE(at_once == train(regressor(), wave.data, options));
  }
}

TEST(Train, IsTheSameBesideOthers) {
  const Wave wave = train::wave(Loss::CrossEntropy);
  const TrainOptions options{.epochs = 5, .loss = Loss::CrossEntropy, .seed = 3};
  const TrainState alone = train(classifier(), wave.data, options);
  std::vector<TrainState> together(4);
  std::vector<std::thread> threads;
  for (TrainState& one : together) threads.emplace_back([&] { one = train(classifier(), wave.data, options); });
  for (std::thread& thread : threads) thread.join();
  for (const TrainState& one : together) EXPECT_TRUE(one == alone);
  TrainOptions other = options;
  other.seed = 4;
  EXPECT_FALSE(train(classifier(), wave.data, other) == alone);
}

TEST(Train, AgreesBetweenInstructionSets) {
  const Wave wave = train::wave(Loss::MeanSquared);
  TrainOptions options{.epochs = 2, .instructions = InstructionSet::Baseline};
  const TrainState plain = train(regressor(), wave.data, options);
  const Matrix predicted = predict(regressor(), plain.weights, wave.data, InstructionSet::Baseline);
  for (const InstructionSet set : {InstructionSet::Avx2, InstructionSet::Avx512}) {
    if (!has_instruction_set(set)) continue;
    options.instructions = set;
    const TrainState other = train(regressor(), wave.data, options);
    for (std::size_t i = 0; i < plain.losses.size(); ++i) {
      EXPECT_NEAR(other.losses[i], plain.losses[i], 1e-5 * plain.losses[i]);
    }
    EXPECT_TRUE(predicted.isApprox(predict(regressor(), plain.weights, wave.data, set), 1e-5F));
  }
}

// Adam's first step moves each weight by the learning rate, against the sign of its gradient.
TEST(Train, TakesLayersOfMoreInputsThanACacheHolds) {
  constexpr std::int64_t kInputs = 9'001;
  std::vector<float> values;
  for (std::int64_t i = 0; i < kInputs; ++i) values.push_back(i % 2 == 0 ? 1.0F : -1.0F);
  Data data{values, {0}, Matrix::Constant(1, 1, 1e6F)};  // far above whatever it says: every gradient is -input
  const model::Network network = chain({kInputs}, {dense(1)});
  for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512}) {
    if (!has_instruction_set(set)) continue;
    const TrainOptions options{.epochs = 1, .learning_rate = 0.01, .instructions = set};
    const std::vector<float> before = begin(network, options.seed).weights[0].arrays[0].values;
    const std::vector<float> after = train(network, data, options).weights[0].arrays[0].values;
    for (std::size_t i = 0; i < before.size(); ++i) {
      ASSERT_NEAR(after[i] - before[i], 0.01F * values[i], 1e-6F) << to_string(set) << " " << i;
    }
  }
}

TEST(Train, IsWatched) {
  const Wave wave = train::wave(Loss::MeanSquared);
  const TrainOptions options{.epochs = 10, .learning_rate = 1e-2, .schedule = Schedule::Step, .step_epochs = 2};
  std::vector<EpochReport> reports;
  const TrainState trained = train(regressor(), wave.data, options, [&](const EpochReport& report) {
    reports.push_back(report);
    return report.epoch == 4 ? Verdict::Stop : Verdict::GoOn;
  });
  ASSERT_EQ(reports.size(), 5u);
  EXPECT_EQ(trained.epochs, 5);
  EXPECT_EQ(reports[3].loss, trained.losses[3]);
  EXPECT_DOUBLE_EQ(reports[1].learning_rate, 1e-2);
  EXPECT_DOUBLE_EQ(reports[2].learning_rate, 1e-3);
  EXPECT_DOUBLE_EQ(reports[4].learning_rate, 1e-4);
}

// A batch of one and of more than there are samples.
TEST(Train, TakesAnyBatch) {
  const Wave wave = train::wave(Loss::MeanSquared);
  EXPECT_EQ(train(regressor(), wave.data, {.epochs = 1, .batch = 1}).steps, wave.data.targets.rows());
  EXPECT_EQ(train(regressor(), wave.data, {.epochs = 1, .batch = 1'000'000'000}).steps, 1);
}

// A gradient of 8 in one weight: Adam's first step is of the learning rate whatever the size, but not where the moments
// are seen.
TEST(Train, ClipsTheGradient) {
  const model::Network network = chain({1}, {{.kind = LayerKind::Dense, .size = 1, .use_bias = false}});
  const std::vector<float> values{2};
  Data data{.values = values, .starts = {0}, .targets = Matrix::Zero(1, 1)};
  TrainState state = begin(network, 1);
  state.weights[0].arrays[0].values = {1};  // y = 2, d(y^2)/dw = 2 * 2 * 2
  EXPECT_NEAR(train(network, data, {.epochs = 1}, state, 1).first_moments[0], 0.8, 1e-6);
  EXPECT_NEAR(train(network, data, {.epochs = 1, .clip_norm = 4}, state, 1).first_moments[0], 0.4, 1e-6);
  EXPECT_NEAR(train(network, data, {.epochs = 1, .clip_value = 2}, state, 1).first_moments[0], 0.2, 1e-6);
  EXPECT_NEAR(train(network, data, {.epochs = 1}, state, 1).weights[0].arrays[0].values[0], 1 - 1e-3, 1e-6);
  EXPECT_DOUBLE_EQ(train(network, data, {.epochs = 1}, state, 1).losses[0], 4);
}

TEST(Train, RefusesBadData) {
  const Wave good = wave(Loss::MeanSquared);
  const auto refusal = [&](const Data& data, const TrainOptions& options = {.epochs = 1}) {
    return message_of<InvalidArgument>([&] { train(regressor(), data, options); });
  };
  EXPECT_EQ(refusal({.values = good.values}), "data: expected at least 1 sample, got 0");
  Data data = good.data;
  data.starts[4] = 385;
  EXPECT_EQ(refusal(data), "data: expected sample 4 to be 16 values within 400, got a start of 385");
  data.starts[4] = -1;
  EXPECT_EQ(refusal(data), "data: expected sample 4 to be 16 values within 400, got a start of -1");
  data = good.data;
  data.targets.conservativeResize(5, 2);
  EXPECT_EQ(refusal(data), "data: expected targets of (128, 1), got (5, 2)");
  data = good.data;
  data.targets(3, 0) = std::numeric_limits<float>::infinity();
  EXPECT_EQ(refusal(data), "data: expected finite targets, got inf for sample 3");
  std::vector<float> values = good.values;
  values[7] = std::numeric_limits<float>::quiet_NaN();
  data = good.data;
  data.values = values;
  EXPECT_EQ(refusal(data), "data: expected finite values, got nan at 7");
  data = wave(Loss::CrossEntropy).data;
  data.values = good.values;
  for (const float target : {-1.0F, 3.0F, 0.5F}) {
    data.targets(9, 0) = target;
    EXPECT_EQ(
        message_of<InvalidArgument>([&] { train(classifier(), data, {.epochs = 1, .loss = Loss::CrossEntropy}); }),
        "data: expected a class of 0 to 2, got " +
            std::string(target == 0.5F ? "0.5"
                        : target < 0   ? "-1"
                                       : "3") +
            " for sample 9");
  }
}

TEST(Train, RefusesALossThatDoesNotFit) {
  const Wave good = wave(Loss::CrossEntropy);
  EXPECT_EQ(message_of<InvalidArgument>([&] { train(classifier(), good.data, {}); }),
            "loss: expected cross-entropy for a network that ends in a softmax, got another");
  EXPECT_EQ(message_of<InvalidArgument>([&] { train(regressor(), good.data, {.loss = Loss::CrossEntropy}); }),
            "loss: expected a network that ends in a softmax for cross-entropy, got another");
}

TEST(Train, RefusesAnothersState) {
  const Wave good = wave(Loss::MeanSquared);
  const auto refusal = [&](const TrainState& state) {
    return message_of<InvalidArgument>([&] { train(regressor(), good.data, {}, state, 1); });
  };
  EXPECT_EQ(refusal(begin(classifier(), 1)), "weights: expected those of 5 layers, got 4");
  TrainState state = begin(regressor(), 1);
  state.weights[1].arrays[0].values.pop_back();
  EXPECT_EQ(refusal(state), "weights: expected 195 values of layer \"gru_3\", got 194 of \"gru_3\"");
  state = begin(regressor(), 1);
  state.first_moments.clear();
  EXPECT_THAT(refusal(state), testing::StartsWith("state: expected "));
  state = begin(regressor(), 1);
  state.epochs = 1;
  EXPECT_EQ(refusal(state), "state: expected a loss for each of 1 epochs, got 0");
  EXPECT_EQ(
      message_of<InvalidArgument>([&] { train(regressor(), good.data, {.epochs = 3}, begin(regressor(), 1), 4); }),
      "until_epoch: expected at most 3, got 4");
}

TEST(CheckTrainable, NamesWhatItRefuses) {
  const auto refusal = [](std::vector<model::Layer> layers) {
    return message_of<InvalidArgument>([&] { check_trainable(chain({8, 2}, std::move(layers))); });
  };
  EXPECT_EQ(refusal({{.kind = LayerKind::Dropout}, dense(1)}),
            "layer \"dropout_1\": expected a layer that ntorc trains, got dropout");
  EXPECT_EQ(refusal({{.kind = LayerKind::BatchNormalization}, dense(1)}),
            "layer \"batch_normalization_1\": expected a layer that ntorc trains, got batch_normalization");
  EXPECT_EQ(
      refusal({dense(1, "elu")}),
      "layer \"dense_1\": expected an activation of linear, relu, sigmoid, tanh, or softmax at the end, got \"elu\"");
  EXPECT_EQ(refusal({flatten(), dense(4, "softmax"), dense(1)}),
            "layer \"dense_2\": expected softmax at the end of the network alone, got it before the end");
  EXPECT_EQ(refusal({dense(4, "softmax")}),
            "layer \"dense_1\": expected a softmax over all outputs, got one for each of 8");
  model::Layer layer = lstm(3);
  layer.recurrent_activation = "hard_sigmoid";
  EXPECT_EQ(refusal({layer}),
            "layer \"lstm_1\": expected a recurrent activation of linear, relu, sigmoid, tanh, got \"hard_sigmoid\"");
  EXPECT_EQ(refusal({flatten()}), "network: expected a layer with weights, got none");
  model::Network branched = chain({8, 2}, {dense(2), dense(2)});
  branched.layers[2].inputs = {0};
  EXPECT_EQ(message_of<InvalidArgument>([&] { check_trainable(branched); }),
            "layer \"dense_2\": expected the layer before it as its input, in a chain, got another");
  EXPECT_NO_THROW(check_trainable(regressor()));
}

TEST(TrainOptions, AreValidated) {
  const auto refusal = [](const TrainOptions& options) {
    return message_of<InvalidArgument>([&] { options.validate(); });
  };
  EXPECT_NO_THROW(TrainOptions{}.validate());
  EXPECT_EQ(refusal({.epochs = 0}), "epochs: expected at least 1, got 0");
  EXPECT_EQ(refusal({.batch = -3}), "batch: expected at least 1, got -3");
  EXPECT_EQ(refusal({.huber_delta = 0}), "huber_delta: expected a number above 0, got 0");
  EXPECT_EQ(refusal({.learning_rate = std::nan("")}), "learning_rate: expected a number above 0, got nan");
  EXPECT_EQ(refusal({.step_epochs = 0}), "step_epochs: expected at least 1, got 0");
  EXPECT_EQ(refusal({.step_factor = 2}), "step_factor: expected a number in (0, 1], got 2");
  EXPECT_EQ(refusal({.clip_norm = -1}), "clip_norm: expected a number above 0, got -1");
  EXPECT_EQ(refusal({.clip_value = 0}), "clip_value: expected a number above 0, got 0");
}

TEST(Predict, RefusesOthersWeights) {
  const Wave good = wave(Loss::MeanSquared);
  EXPECT_EQ(message_of<InvalidArgument>([&] { predict(regressor(), begin(classifier(), 1).weights, good.data); }),
            "weights: expected those of 5 layers, got 4");
}

// Each sample's answer is its own, whichever others are asked with it.
TEST(Predict, AnswersEachSampleAlone) {
  const Wave good = wave(Loss::MeanSquared);
  const model::Weights weights = begin(regressor(), 1).weights;
  const Matrix all = predict(regressor(), weights, good.data);
  for (const std::size_t i : {0u, 31u, 32u, 127u}) {
    const Matrix one = predict(regressor(), weights, {.values = good.values, .starts = {good.data.starts[i]}});
    EXPECT_EQ(one(0, 0), all(static_cast<Eigen::Index>(i), 0));
  }
}

}  // namespace
}  // namespace ntorc::train
