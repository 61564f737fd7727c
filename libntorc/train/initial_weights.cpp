#include "ntorc/train/initial_weights.hpp"

#include <Eigen/QR>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "support/random.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;
using model::WeightArray;
using support::Random;

std::vector<float> glorot_uniform(std::int64_t count, double fan_in, double fan_out, Random& random) {
  const double limit = std::sqrt(6 / (fan_in + fan_out));
  const auto scaled = [&](std::uint64_t half) {  // of 32 bits: more than a float holds
    return static_cast<float>(limit * (static_cast<double>(half) * 0x1p-31 - 1));
  };
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const std::uint64_t bits = random.bits();
    values[i] = scaled(bits >> 32);
    if (i + 1 < values.size()) values[i + 1] = scaled(bits & 0xFFFFFFFFu);
  }
  return values;
}

/// `rows` orthonormal rows of `columns` >= `rows` entries.
std::vector<float> orthogonal(std::int64_t rows, std::int64_t columns, Random& random) {
  Eigen::MatrixXd normal(columns, rows);
  for (Eigen::Index c = 0; c < rows; ++c) {
    for (Eigen::Index r = 0; r < columns; ++r) normal(r, c) = random.normal();
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> decomposed(normal);
  Eigen::MatrixXd q = decomposed.householderQ() * Eigen::MatrixXd::Identity(columns, rows);
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(rows * columns));
  for (Eigen::Index r = 0; r < rows; ++r) {
    // The sign makes the distribution uniform over all such matrices.
    const double sign = decomposed.matrixQR()(r, r) < 0 ? -1 : 1;
    for (Eigen::Index c = 0; c < columns; ++c) values.push_back(static_cast<float>(sign * q(c, r)));
  }
  return values;
}

std::vector<float> zeros(std::int64_t count) { return std::vector<float>(static_cast<std::size_t>(count), 0.0F); }

std::vector<WeightArray> recurrent_weights(const model::Layer& layer, Random& random) {
  const bool is_lstm = layer.kind == LayerKind::Lstm;
  const std::int64_t gates = is_lstm ? 4 : 3;
  const std::int64_t inputs = layer.input_shape.back();
  const std::int64_t units = layer.size;
  const std::int64_t width = gates * units;
  const std::string cell = is_lstm ? "lstm_cell/" : "gru_cell/";
  std::vector<WeightArray> arrays;
  arrays.push_back({cell + "kernel:0",
                    {inputs, width},
                    glorot_uniform(inputs * width, static_cast<double>(inputs), static_cast<double>(width), random)});
  arrays.push_back({cell + "recurrent_kernel:0", {units, width}, orthogonal(units, width, random)});
  if (!layer.use_bias) return arrays;
  if (is_lstm) {
    std::vector<float> bias = zeros(width);
    std::fill(bias.begin() + units, bias.begin() + 2 * units, 1.0F);  // input, forget, cell, output
    arrays.push_back({cell + "bias:0", {width}, std::move(bias)});
  } else if (layer.reset_after) {
    arrays.push_back({cell + "bias:0", {2, width}, zeros(2 * width)});
  } else {
    arrays.push_back({cell + "bias:0", {width}, zeros(width)});
  }
  return arrays;
}

std::vector<WeightArray> layer_weights(const model::Layer& layer, Random& random) {
  switch (layer.kind) {
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return recurrent_weights(layer, random);
    case LayerKind::Dense:
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      break;
    default:
      return {};
  }
  const std::int64_t inputs = layer.input_shape.back();
  std::vector<std::int64_t> shape;
  std::int64_t window = 1;
  if (layer.kind != LayerKind::Dense) {
    shape = layer.kernel;
    for (const std::int64_t extent : layer.kernel) window *= extent;
  }
  shape.push_back(inputs);
  shape.push_back(layer.size);
  const auto positions = static_cast<double>(window);
  std::vector<float> kernel = glorot_uniform(window * inputs * layer.size, positions * static_cast<double>(inputs),
                                             positions * static_cast<double>(layer.size), random);
  std::vector<WeightArray> arrays{{"kernel:0", std::move(shape), std::move(kernel)}};
  if (layer.use_bias) arrays.push_back({"bias:0", {layer.size}, zeros(layer.size)});
  return arrays;
}

}  // namespace

model::Weights initial_weights(const model::Network& network, std::uint64_t seed) {
  Random random(seed);
  model::Weights weights;
  for (const model::Layer& layer : network.layers) {
    std::vector<WeightArray> arrays = layer_weights(layer, random);
    if (!arrays.empty()) weights.push_back({layer.name, std::move(arrays)});
  }
  return weights;
}

}  // namespace ntorc::train
