#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "support/random.hpp"
#include "train/engine.hpp"
#include "train/loss.hpp"
#include "train/networks.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;
using model::Padding;

struct GradientCase {
  std::string name;
  model::Network network;
  LossKind loss{};
};

void PrintTo(const GradientCase& tested, std::ostream* out) { *out << tested.name; }

std::string case_name(const testing::TestParamInfo<GradientCase>& info) { return info.param.name; }

model::Layer with(model::Layer layer, std::string activation, std::string recurrent) {
  layer.activation = std::move(activation);
  layer.recurrent_activation = std::move(recurrent);
  return layer;
}

model::Layer without_bias(model::Layer layer) {
  layer.use_bias = false;
  return layer;
}

model::Layer reset_before(model::Layer layer) {
  layer.reset_after = false;
  return layer;
}

model::Layer reshape(model::Shape shape) { return {.kind = LayerKind::Reshape, .target_shape = std::move(shape)}; }

std::vector<GradientCase> gradient_cases() {
  std::vector<GradientCase> cases;
  const auto add = [&](std::string name, const model::Shape& shape, std::vector<model::Layer> layers,
                       LossKind loss = {}) {
    cases.push_back({std::move(name), chain(shape, std::move(layers)), loss});
  };
  const LossKind cross_entropy{Loss::CrossEntropy};
  for (const char* function : {"linear", "relu", "sigmoid", "tanh"}) {
    add(std::string("Dense_") + function, {5}, {dense(6, function), dense(3, function)});
  }
  add("DenseOnSequences", {4, 3}, {dense(5, "tanh"), dense(2)});
  add("DenseWithoutBias", {5}, {without_bias(dense(4, "tanh")), without_bias(dense(2))});
  add("DenseWide", {7}, {dense(37, "tanh"), dense(19, "tanh"), dense(1)});
  add("SoftmaxCrossEntropy", {5}, {dense(6, "tanh"), dense(11, "softmax")}, cross_entropy);
  add("SoftmaxAsALayer", {5}, {dense(7), activation("softmax")}, cross_entropy);
  add("Huber", {5}, {dense(6, "tanh"), dense(3)}, {Loss::Huber, 0.3});
  for (const auto& [padding, word] :
       {std::pair{Padding::Same, "Same"}, std::pair{Padding::Valid, "Valid"}, std::pair{Padding::Causal, "Causal"}}) {
    for (const std::int64_t kernel : {1, 3, 4}) {
      for (const std::int64_t stride : {1, 2, 3}) {
        for (const std::int64_t dilation : {1, 2}) {
          add("Conv_" + std::string(word) + std::to_string(kernel) + std::to_string(stride) + std::to_string(dilation),
              {11, 2},
              {conv(3, 2, "tanh"), conv(5, kernel, "tanh", padding, stride, dilation), conv(2, 3, "linear"), dense(1)});
        }
      }
    }
  }
  add("ConvWide", {9, 3}, {conv(21, 3, "tanh"), conv(18, 3, "tanh"), conv(4, 3, "linear")});
  add("ConvWithoutBias", {9, 3}, {without_bias(conv(4, 3, "tanh")), conv(4, 3, "linear")});
  add("ConvReluPool", {12, 1}, {conv(5, 3), max_pool(), conv(17, 3), max_pool(), flatten(), dense(2)});
  add("ConvReluPoolOdd", {15, 2}, {conv(5, 3), max_pool(), conv(6, 3), max_pool(), flatten(), dense(2)});
  add("ConvReluThenDilated", {16, 2}, {conv(4, 3), max_pool(), conv(5, 3, "relu", Padding::Causal, 1, 2), dense(2)});
  add("ConvReluPoolStrided", {15, 2}, {dense(3), conv(5, 3, "relu", Padding::Valid, 2), max_pool(), dense(2)});
  add("ConvReluAsALayer", {12, 1}, {conv(5, 3, "linear"), activation("relu"), max_pool(), dense(2)});
  add("ConvRelu", {12, 2}, {conv(5, 3), conv(4, 3), flatten(), dense(2)});
  for (const LayerKind kind : {LayerKind::MaxPooling1D, LayerKind::AveragePooling1D}) {
    for (const Padding padding : {Padding::Valid, Padding::Same}) {
      for (const std::int64_t stride : {1, 2, 3}) {
        add(std::string(kind == LayerKind::MaxPooling1D ? "Max" : "Average") +
                (padding == Padding::Same ? "Same" : "Valid") + std::to_string(stride),
            {10, 2}, {conv(3, 3, "tanh"), pool(kind, 3, stride, padding), conv(2, 3, "tanh"), dense(1)});
      }
    }
  }
  for (const LayerKind kind : {LayerKind::GlobalMaxPooling1D, LayerKind::GlobalAveragePooling1D}) {
    add(kind == LayerKind::GlobalMaxPooling1D ? "GlobalMax" : "GlobalAverage", {7, 2},
        {conv(5, 3, "tanh"), {.kind = kind}, dense(2)});
  }
  add("ActivationAlone", {7, 2}, {conv(3, 3, "tanh"), max_pool(), activation("sigmoid"), dense(2)});
  add("ReshapeToSteps", {12}, {reshape({6, 2}), conv(3, 3, "tanh"), reshape({9, 2}), conv(2, 3, "tanh"), dense(1)});
  for (const auto& [layer, word] :
       {std::pair{lstm(5), "Lstm"}, std::pair{gru(5), "GruAfter"}, std::pair{reset_before(gru(5)), "GruBefore"}}) {
    const std::string kind = word;
    add(kind, {6, 3}, {layer, dense(2)});
    add(kind + "Sequences", {6, 3}, {sequences(layer), layer, dense(2)});
    add(kind + "Padded", {6, 3}, {conv(3, 3, "tanh"), sequences(layer), conv(2, 3, "tanh"), dense(1)});
    add(kind + "WithoutBias", {6, 3}, {without_bias(layer), dense(2)});
    for (const char* function : {"linear", "relu", "sigmoid"}) {
      add(kind + "_" + function, {4, 3}, {with(layer, function, "sigmoid"), dense(2)});
      add(kind + "_recurrent_" + function, {4, 3}, {with(layer, "tanh", function), dense(2)});
    }
  }
  return cases;
}

constexpr Extent kSamples = 3;

class Gradient : public testing::TestWithParam<GradientCase> {};

/// Central differences of the mean loss by each weight: to 1e-6 of the largest slope. Where a kink (a maximum, a ReLU)
/// lies between the two points they say nothing; a smaller step then finds both on one side.
TEST_P(Gradient, IsWhatDifferencesSay) {
  const GradientCase& tested = GetParam();
  const Kernels<double>& kernels = double_kernels();
  Engine<double> engine(tested.network, kernels, kSamples + 1);
  support::Random random(11);
  for (Extent i = 0; i < engine.weight_count(); ++i) engine.weights()[i] = 0.7 * random.uniform();
  std::vector<double> values(static_cast<std::size_t>(kSamples * engine.inputs()));
  for (double& value : values) value = random.uniform();
  const bool classifies = tested.loss.loss == Loss::CrossEntropy;
  std::vector<double> targets(static_cast<std::size_t>(kSamples * (classifies ? 1 : engine.outputs())));
  for (double& target : targets) {
    target = classifies ? static_cast<double>(random.bits() % static_cast<std::uint64_t>(engine.outputs()))
                        : random.uniform();
  }
  const auto loss = [&] {
    for (Extent i = 0; i < kSamples; ++i) {
      const double* from = values.data() + i * engine.inputs();
      std::copy(from, from + engine.inputs(), engine.input(i));
    }
    engine.forward(kSamples);
    return loss_and_gradient(tested.loss, kernels, kSamples, engine.outputs(), engine.output(), targets.data(),
                             engine.d_output()) /
           static_cast<double>(kSamples);
  };
  loss();
  engine.backward(kSamples);
  const std::vector<double> gradient(engine.gradient(), engine.gradient() + engine.weight_count());
  double largest = 0;
  for (const double slope : gradient) largest = std::max(largest, std::abs(slope));
  ASSERT_GT(largest, 1e-6);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    double& weight = engine.weights()[i];
    const double kept = weight;
    double error = 1;
    for (double step = 1e-4; step > 1e-7 && error > 1e-6; step /= 4) {
      weight = kept + step;
      const double above = loss();
      weight = kept - step;
      const double below = loss();
      error = std::abs((above - below) / (2 * step) - gradient[i]) / largest;
    }
    weight = kept;
    ASSERT_LE(error, 1e-6) << "weight " << i << " of " << gradient.size() << ", slope " << gradient[i];
  }
}

INSTANTIATE_TEST_SUITE_P(OfEveryLayer, Gradient, testing::ValuesIn(gradient_cases()), case_name);

}  // namespace
}  // namespace ntorc::train
