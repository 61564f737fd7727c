#include "ntorc/train/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/train/initial_weights.hpp"
#include "support/random.hpp"
#include "train/chain.hpp"
#include "train/engine.hpp"
#include "train/loss.hpp"

namespace ntorc::train {
namespace {

constexpr double kFirstDecay = 0.9;
constexpr double kSecondDecay = 0.999;
constexpr double kEpsilon = 1e-7;
constexpr Extent kPredictBatch = 32;

const Kernels<float>& kernels_of(InstructionSet set) {
  if (!has_instruction_set(set)) {
    throw InvalidArgument(fmt::format("instructions: expected a set that this machine has, got {}", to_string(set)));
  }
#ifdef NTORC_X86_KERNELS
  if (set == InstructionSet::Avx512) return avx512_kernels();
  if (set == InstructionSet::Avx2) return avx2_kernels();
#endif
  return baseline_kernels();
}

void check_samples(const Data& data, std::int64_t inputs) {
  if (data.starts.empty()) throw InvalidArgument("data: expected at least 1 sample, got 0");
  const auto size = static_cast<std::int64_t>(data.values.size());
  for (std::size_t i = 0; i < data.starts.size(); ++i) {
    if (data.starts[i] < 0 || data.starts[i] > size - inputs) {
      throw InvalidArgument(fmt::format("data: expected sample {} to be {} values within {}, got a start of {}", i,
                                        inputs, size, data.starts[i]));
    }
  }
  const auto bad = std::find_if(data.values.begin(), data.values.end(), [](float v) { return !std::isfinite(v); });
  if (bad != data.values.end()) {
    throw InvalidArgument(
        fmt::format("data: expected finite values, got {} at {}", *bad, std::distance(data.values.begin(), bad)));
  }
}

void check_targets(const Data& data, Loss loss, std::int64_t outputs) {
  const std::int64_t columns = loss == Loss::CrossEntropy ? 1 : outputs;
  if (data.targets.rows() != static_cast<Eigen::Index>(data.starts.size()) || data.targets.cols() != columns) {
    throw InvalidArgument(fmt::format("data: expected targets of ({}, {}), got ({}, {})", data.starts.size(), columns,
                                      data.targets.rows(), data.targets.cols()));
  }
  for (Eigen::Index row = 0; row < data.targets.rows(); ++row) {
    for (Eigen::Index column = 0; column < columns; ++column) {
      const float target = data.targets(row, column);
      if (!std::isfinite(target)) {
        throw InvalidArgument(fmt::format("data: expected finite targets, got {} for sample {}", target, row));
      }
      if (loss == Loss::CrossEntropy &&
          (target < 0 || target >= static_cast<float>(outputs) || target != std::floor(target))) {
        throw InvalidArgument(
            fmt::format("data: expected a class of 0 to {}, got {} for sample {}", outputs - 1, target, row));
      }
    }
  }
}

/// The arrays that the network's layers have, in order.
std::vector<std::pair<std::string, std::int64_t>> expected_weights(const model::Network& network) {
  std::vector<std::pair<std::string, std::int64_t>> expected;
  for (const model::Layer& layer : network.layers) {
    const std::int64_t count = weight_count_of(layer);
    if (count > 0) expected.emplace_back(layer.name, count);
  }
  return expected;
}

void check_weights(const model::Network& network, const model::Weights& weights) {
  const auto expected = expected_weights(network);
  if (weights.size() != expected.size()) {
    throw InvalidArgument(fmt::format("weights: expected those of {} layers, got {}", expected.size(), weights.size()));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::size_t count = 0;
    for (const model::WeightArray& array : weights[i].arrays) count += array.values.size();
    if (weights[i].layer != expected[i].first || count != static_cast<std::size_t>(expected[i].second)) {
      throw InvalidArgument(fmt::format("weights: expected {} values of layer \"{}\", got {} of \"{}\"",
                                        expected[i].second, expected[i].first, count, weights[i].layer));
    }
  }
}

void check_state(const model::Network& network, const TrainState& state) {
  check_weights(network, state.weights);
  std::size_t count = 0;
  for (const auto& [name, values] : expected_weights(network)) count += static_cast<std::size_t>(values);
  if (state.first_moments.size() != count || state.second_moments.size() != count) {
    throw InvalidArgument(fmt::format("state: expected {} moments, got {} and {}", count, state.first_moments.size(),
                                      state.second_moments.size()));
  }
  if (state.epochs < 0 || state.steps < 0 || state.losses.size() != static_cast<std::size_t>(state.epochs)) {
    throw InvalidArgument(
        fmt::format("state: expected a loss for each of {} epochs, got {}", state.epochs, state.losses.size()));
  }
}

void set_weights(const model::Weights& weights, float* to) {
  for (const model::LayerWeights& layer : weights) {
    for (const model::WeightArray& array : layer.arrays) to = std::copy(array.values.begin(), array.values.end(), to);
  }
}

void get_weights(const float* from, model::Weights& weights) {
  for (model::LayerWeights& layer : weights) {
    for (model::WeightArray& array : layer.arrays) {
      const float* end = from + array.values.size();
      std::copy(from, end, array.values.begin());
      from = end;
    }
  }
}

/// The order of the samples in an epoch: of the seed and the epoch alone, so that a training may be resumed.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::int64_t epoch) {
  support::Random random(support::Random(seed).bits() + static_cast<std::uint64_t>(epoch));
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    // Less than 2^-30 from uniform for up to 2^34 samples.
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.bits() % i)]);
  }
  return order;
}

double learning_rate(const TrainOptions& options, std::int64_t epoch, double part) {
  switch (options.schedule) {
    case Schedule::Constant:
      return options.learning_rate;
    case Schedule::Cosine: {
      const double done = (static_cast<double>(epoch) + part) / static_cast<double>(options.epochs);
      return options.learning_rate * (1 + std::cos(std::numbers::pi * done)) / 2;
    }
    case Schedule::Step:
      break;
  }
  const std::int64_t drops = epoch / options.step_epochs;
  return options.learning_rate * std::pow(options.step_factor, static_cast<double>(drops));
}

void clip(const TrainOptions& options, Extent count, float* gradient) {
  if (options.clip_norm) {
    double squares = 0;
    for (Extent i = 0; i < count; ++i) squares += static_cast<double>(gradient[i]) * static_cast<double>(gradient[i]);
    const double norm = std::sqrt(squares);
    if (norm > *options.clip_norm) {
      const auto factor = static_cast<float>(*options.clip_norm / norm);
      for (Extent i = 0; i < count; ++i) gradient[i] *= factor;
    }
  }
  if (options.clip_value) {
    const auto most = static_cast<float>(*options.clip_value);
    for (Extent i = 0; i < count; ++i) gradient[i] = std::clamp(gradient[i], -most, most);
  }
}

class Training {
 public:
  Training(const model::Network& network, const Data& data, const TrainOptions& options, TrainState state)
      : data_(data),
        options_(options),
        state_(std::move(state)),
        batch_(
            static_cast<Extent>(std::min<std::int64_t>(options.batch, static_cast<std::int64_t>(data.starts.size())))),
        kernels_(kernels_of(options.instructions.value_or(best_instruction_set()))),
        engine_(network, kernels_, batch_),
        targets_(batch_ * data.targets.cols()) {
    set_weights(state_.weights, engine_.weights());
  }

  EpochReport run_epoch() {
    const std::size_t count = data_.starts.size();
    const std::vector<std::size_t> order = shuffled(count, options_.seed, state_.epochs);
    EpochReport report{.epoch = state_.epochs};
    const auto batch = static_cast<std::size_t>(batch_);
    for (std::size_t first = 0; first < count; first += batch) {
      const std::span<const std::size_t> samples(order.data() + first, std::min(batch, count - first));
      report.learning_rate =
          learning_rate(options_, state_.epochs, static_cast<double>(first) / static_cast<double>(count));
      report.loss += run_step(samples, report.learning_rate);
    }
    report.loss /= static_cast<double>(count);
    ++state_.epochs;
    state_.losses.push_back(report.loss);
    return report;
  }

  std::int64_t epochs() const { return state_.epochs; }

  TrainState finish() {
    get_weights(engine_.weights(), state_.weights);
    return std::move(state_);
  }

 private:
  double run_step(std::span<const std::size_t> samples, double rate) {
    const auto rows = static_cast<Extent>(samples.size());
    const Extent columns = data_.targets.cols();
    for (Extent i = 0; i < rows; ++i) {
      const std::size_t sample = samples[static_cast<std::size_t>(i)];
      const float* values = data_.values.data() + data_.starts[sample];
      std::copy(values, values + engine_.inputs(), engine_.input(i));
      const float* target = data_.targets.data() + static_cast<Extent>(sample) * columns;
      std::copy(target, target + columns, targets_.at(i * columns));
    }
    engine_.forward(rows);
    const double loss =
        loss_and_gradient<float>({options_.loss, options_.huber_delta}, kernels_, rows, engine_.outputs(),
                                 engine_.output(), targets_.at(), engine_.d_output());
    engine_.backward(rows);
    clip(options_, engine_.weight_count(), engine_.gradient());
    ++state_.steps;
    const auto step = static_cast<double>(state_.steps);
    const double corrected = rate * std::sqrt(1 - std::pow(kSecondDecay, step)) / (1 - std::pow(kFirstDecay, step));
    kernels_.adam({static_cast<float>(corrected), static_cast<float>(kFirstDecay), static_cast<float>(kSecondDecay),
                   static_cast<float>(kEpsilon)},
                  engine_.weight_count(), engine_.gradient(), engine_.weights(), state_.first_moments.data(),
                  state_.second_moments.data());
    return loss;
  }

  const Data& data_;
  const TrainOptions& options_;
  TrainState state_;
  Extent batch_;
  const Kernels<float>& kernels_;
  Engine<float> engine_;
  Buffer<float> targets_;
};

}  // namespace

TrainState begin(const model::Network& network, std::uint64_t seed) {
  check_trainable(network);
  TrainState state{.weights = initial_weights(network, seed)};
  std::size_t count = 0;
  for (const auto& [name, values] : expected_weights(network)) count += static_cast<std::size_t>(values);
  state.first_moments.assign(count, 0.0F);
  state.second_moments.assign(count, 0.0F);
  return state;
}

TrainState train(const model::Network& network, const Data& data, const TrainOptions& options, TrainState state,
                 std::int64_t until_epoch, const Watch& watch) {
  check_trainable(network);
  options.validate();
  if (until_epoch > options.epochs) {
    throw InvalidArgument(fmt::format("until_epoch: expected at most {}, got {}", options.epochs, until_epoch));
  }
  if ((options.loss == Loss::CrossEntropy) != ends_in_softmax(network)) {
    throw InvalidArgument(ends_in_softmax(network)
                              ? "loss: expected cross-entropy for a network that ends in a softmax, got another"
                              : "loss: expected a network that ends in a softmax for cross-entropy, got another");
  }
  check_samples(data, model::elements(network.layers.front().output_shape));
  check_targets(data, options.loss, model::elements(network.layers.back().output_shape));
  check_state(network, state);
  Training training(network, data, options, std::move(state));
  while (training.epochs() < until_epoch) {
    const EpochReport report = training.run_epoch();
    if (watch && watch(report) == Verdict::Stop) break;
  }
  return training.finish();
}

TrainState train(const model::Network& network, const Data& data, const TrainOptions& options, const Watch& watch) {
  return train(network, data, options, begin(network, options.seed), options.epochs, watch);
}

Matrix predict(const model::Network& network, const model::Weights& weights, const Data& data,
               InstructionSet instructions) {
  check_trainable(network);
  check_weights(network, weights);
  check_samples(data, model::elements(network.layers.front().output_shape));
  const Kernels<float>& kernels = kernels_of(instructions);
  Engine<float> engine(network, kernels, kPredictBatch);
  set_weights(weights, engine.weights());
  const auto count = static_cast<Extent>(data.starts.size());
  Matrix outputs(count, engine.outputs());
  for (Extent first = 0; first < count; first += kPredictBatch) {
    const Extent rows = std::min(kPredictBatch, count - first);
    for (Extent i = 0; i < rows; ++i) {
      const float* values = data.values.data() + data.starts[static_cast<std::size_t>(first + i)];
      std::copy(values, values + engine.inputs(), engine.input(i));
    }
    engine.forward(rows);
    std::copy(engine.output(), engine.output() + rows * engine.outputs(), outputs.data() + first * engine.outputs());
  }
  if (ends_in_softmax(network)) {
    std::vector<float> maxima(static_cast<std::size_t>(count));
    std::vector<float> sums(static_cast<std::size_t>(count));
    kernels.softmax(count, engine.outputs(), 1.0F, outputs.data(), maxima.data(), sums.data());
  }
  return outputs;
}

}  // namespace ntorc::train
