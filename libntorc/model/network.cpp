#include "ntorc/model/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/checked.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

struct KindName {
  LayerKind kind;
  std::string_view name;
};

constexpr std::array kKindNames = {
    KindName{LayerKind::Input, "input"},
    KindName{LayerKind::Dense, "dense"},
    KindName{LayerKind::Conv1D, "conv1d"},
    KindName{LayerKind::Conv2D, "conv2d"},
    KindName{LayerKind::Lstm, "lstm"},
    KindName{LayerKind::Gru, "gru"},
    KindName{LayerKind::MaxPooling1D, "max_pooling1d"},
    KindName{LayerKind::MaxPooling2D, "max_pooling2d"},
    KindName{LayerKind::AveragePooling1D, "average_pooling1d"},
    KindName{LayerKind::AveragePooling2D, "average_pooling2d"},
    KindName{LayerKind::GlobalMaxPooling1D, "global_max_pooling1d"},
    KindName{LayerKind::GlobalMaxPooling2D, "global_max_pooling2d"},
    KindName{LayerKind::GlobalAveragePooling1D, "global_average_pooling1d"},
    KindName{LayerKind::GlobalAveragePooling2D, "global_average_pooling2d"},
    KindName{LayerKind::ZeroPadding1D, "zero_padding1d"},
    KindName{LayerKind::ZeroPadding2D, "zero_padding2d"},
    KindName{LayerKind::Flatten, "flatten"},
    KindName{LayerKind::Reshape, "reshape"},
    KindName{LayerKind::BatchNormalization, "batch_normalization"},
    KindName{LayerKind::Dropout, "dropout"},
    KindName{LayerKind::Activation, "activation"},
    KindName{LayerKind::Add, "add"},
    KindName{LayerKind::Subtract, "subtract"},
    KindName{LayerKind::Multiply, "multiply"},
    KindName{LayerKind::Average, "average"},
    KindName{LayerKind::Maximum, "maximum"},
    KindName{LayerKind::Minimum, "minimum"},
    KindName{LayerKind::Concatenate, "concatenate"},
};

std::int64_t product(const std::vector<std::int64_t>& factors) {
  std::int64_t result = 1;
  for (const std::int64_t factor : factors) result = checked_product({result, factor});
  return result;
}

/// The last axis, which every layer with weights needs.
std::int64_t features(const Layer& layer) {
  if (layer.input_shape.empty()) throw InvalidArgument("expected an input of at least one axis, got none");
  return layer.input_shape.back();
}

std::int64_t gates(LayerKind kind) { return kind == LayerKind::Lstm ? 4 : 3; }

/// Slopes of a PReLU: one for each value of the input, or of its axes that are not shared.
std::int64_t slopes(const Layer& layer) {
  Shape shape = layer.input_shape;
  for (const std::int64_t axis : layer.shared_axes) shape.at(static_cast<std::size_t>(axis - 1)) = 1;
  return elements(shape);
}

}  // namespace

std::int64_t checked_sum(std::initializer_list<std::int64_t> terms) {
  std::int64_t sum = 0;
  for (const std::int64_t term : terms) {
    if (__builtin_add_overflow(sum, term, &sum)) throw InvalidArgument("expected sizes whose sum fits 64 bits");
  }
  return sum;
}

std::int64_t checked_product(std::initializer_list<std::int64_t> factors) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product)) {
      throw InvalidArgument("expected sizes whose product fits 64 bits");
    }
  }
  return product;
}

std::string_view to_string(LayerKind kind) {
  const auto found =
      std::find_if(kKindNames.begin(), kKindNames.end(), [&](const auto& row) { return row.kind == kind; });
  if (found == kKindNames.end())
    throw InvalidArgument(fmt::format("expected a layer kind, got {}", static_cast<int>(kind)));
  return found->name;
}

LayerKind layer_kind(std::string_view name) {
  const auto found =
      std::find_if(kKindNames.begin(), kKindNames.end(), [&](const auto& row) { return row.name == name; });
  if (found == kKindNames.end()) throw InvalidArgument(fmt::format("expected a layer kind, got \"{}\"", name));
  return found->kind;
}

bool merges(LayerKind kind) {
  switch (kind) {
    case LayerKind::Add:
    case LayerKind::Subtract:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Minimum:
    case LayerKind::Concatenate:
      return true;
    default:
      return false;
  }
}

std::int64_t elements(const Shape& shape) { return product(shape); }

std::int64_t parameters(const Layer& layer) {
  const std::int64_t size = layer.size;
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Conv1D:
    case LayerKind::Conv2D: {
      const std::int64_t weights = checked_product({product(layer.kernel), features(layer), size});
      return checked_sum({weights, layer.use_bias ? size : 0});
    }
    case LayerKind::Lstm:
    case LayerKind::Gru: {
      const std::int64_t width = checked_product({gates(layer.kind), size});
      const std::int64_t biases = layer.use_bias ? (layer.kind == LayerKind::Gru && layer.reset_after ? 2 : 1) : 0;
      return checked_product({width, checked_sum({features(layer), size, biases})});
    }
    case LayerKind::BatchNormalization:  // the moving mean and variance, gamma and beta
      return checked_product({2 + (layer.scale ? 1 : 0) + (layer.center ? 1 : 0), features(layer)});
    case LayerKind::Activation:
      return layer.activation == "prelu" ? slopes(layer) : 0;
    default:
      return 0;
  }
}

std::int64_t multiplications(const Layer& layer) {
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return checked_product({elements(layer.output_shape), product(layer.kernel), features(layer)});
    case LayerKind::Lstm:
    case LayerKind::Gru: {
      const std::int64_t steps = layer.input_shape.size() == 2 ? layer.input_shape.front() : 1;
      return checked_product({steps, gates(layer.kind), layer.size, checked_sum({features(layer), layer.size})});
    }
    default:
      return 0;
  }
}

}  // namespace ntorc::model
