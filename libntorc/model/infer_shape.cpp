#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/checked.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::model {
namespace {

std::string written(const Shape& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

void expect_rank(const Layer& layer, std::size_t rank, std::string_view axes) {
  if (layer.input_shape.size() == rank) return;
  throw InvalidArgument(
      fmt::format("expected an input of {} axes ({}), got {}", rank, axes, written(layer.input_shape)));
}

/// A layer may be written by hand: its window must have the extents that the arithmetic below counts on.
void expect_window(const Layer& layer, std::size_t spatial) {
  const auto fits = [&](const std::vector<std::int64_t>& extents) {
    return extents.size() == spatial &&
           std::all_of(extents.begin(), extents.end(), [](auto extent) { return extent > 0; });
  };
  if (!fits(layer.kernel) || !fits(layer.strides) || !(layer.dilation.empty() || fits(layer.dilation))) {
    throw InvalidArgument(fmt::format("expected {} positive extents of kernel, strides and dilation, got {}, {} and {}",
                                      spatial, written(layer.kernel), written(layer.strides), written(layer.dilation)));
  }
}

/// Steps of one spatial axis after a window slid over it.
std::int64_t slide(const Layer& layer, std::size_t axis) {
  const std::int64_t steps = layer.input_shape[axis];
  const std::int64_t stride = layer.strides[axis];
  if (layer.padding != Padding::Valid)
    return (steps - 1) / stride + 1;  // same and causal: what strides leave of the input
  const std::int64_t dilation = layer.dilation.empty() ? 1 : layer.dilation[axis];
  const std::int64_t window = checked_sum({checked_product({layer.kernel[axis] - 1, dilation}), 1});
  if (window > steps) {
    throw InvalidArgument(fmt::format("expected a window that fits its input, got {} over {} steps", window, steps));
  }
  return (steps - window) / stride + 1;
}

/// Of a convolution or pooling over `spatial` axes, which leaves `channels` behind.
Shape slide_all(const Layer& layer, std::size_t spatial, std::int64_t channels) {
  expect_window(layer, spatial);
  Shape shape;
  for (std::size_t axis = 0; axis < spatial; ++axis) shape.push_back(slide(layer, axis));
  shape.push_back(channels);
  return shape;
}

Shape pool_all(const Layer& layer) {
  Shape shape(layer.keep_dims ? layer.input_shape.size() - 1 : 0, 1);
  shape.push_back(layer.input_shape.back());
  return shape;
}

Shape pad(const Layer& layer) {
  Shape shape = layer.input_shape;
  if (layer.margins.size() != 2 * (shape.size() - 1)) {
    throw InvalidArgument(fmt::format("expected {} margins, got {}", 2 * (shape.size() - 1), written(layer.margins)));
  }
  for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) {
    shape[axis] = checked_sum({layer.margins[2 * axis], shape[axis], layer.margins[2 * axis + 1]});
  }
  return shape;
}

Shape reshape(const Layer& layer) {
  const std::int64_t available = elements(layer.input_shape);
  Shape shape = layer.target_shape;
  const auto rest = std::find(shape.begin(), shape.end(), -1);
  if (rest != shape.end()) *rest = 1;
  const std::int64_t wanted = elements(shape);
  if (rest != shape.end() && wanted > 0 && available % wanted == 0) *rest = available / wanted;
  if (elements(shape) != available) {
    throw InvalidArgument(fmt::format("expected a target of the {} values of {}, got {}", available,
                                      written(layer.input_shape), written(layer.target_shape)));
  }
  return shape;
}

Shape recur(const Layer& layer) {
  if (layer.return_sequences) return {layer.input_shape.front(), layer.size};
  return {layer.size};
}

void expect_shared_axes(const Layer& layer) {
  for (const std::int64_t axis : layer.shared_axes) {
    if (axis < 1 || axis > static_cast<std::int64_t>(layer.input_shape.size())) {
      throw InvalidArgument(fmt::format("expected shared axes in 1..{} of an input {}, got {}",
                                        layer.input_shape.size(), written(layer.input_shape), axis));
    }
  }
}

Shape merge(const Layer& layer) {
  if (layer.second_input_shape != layer.input_shape) {
    throw InvalidArgument(fmt::format("expected two inputs of one shape, got {} and {}", written(layer.input_shape),
                                      written(layer.second_input_shape)));
  }
  return layer.input_shape;
}

Shape concatenate(const Layer& layer) {
  const Shape& first = layer.input_shape;
  const Shape& second = layer.second_input_shape;
  if (layer.axis < 1 || layer.axis > static_cast<std::int64_t>(first.size())) {
    throw InvalidArgument(
        fmt::format("expected an axis in 1..{} of an input {}, got {}", first.size(), written(first), layer.axis));
  }
  const auto along = static_cast<std::size_t>(layer.axis - 1);
  Shape shape = first;
  if (second.size() == first.size()) shape[along] = second[along];
  if (shape != second) {
    throw InvalidArgument(fmt::format("expected two inputs that differ along axis {} alone, got {} and {}", layer.axis,
                                      written(first), written(second)));
  }
  shape[along] = checked_sum({first[along], second[along]});
  return shape;
}

Shape infer(const Layer& layer) {
  constexpr std::string_view kSequence = "steps, channels";
  constexpr std::string_view kImage = "rows, columns, channels";
  switch (layer.kind) {
    case LayerKind::Conv1D:
      expect_rank(layer, 2, kSequence);
      return slide_all(layer, 1, layer.size);
    case LayerKind::Conv2D:
      expect_rank(layer, 3, kImage);
      return slide_all(layer, 2, layer.size);
    case LayerKind::MaxPooling1D:
    case LayerKind::AveragePooling1D:
      expect_rank(layer, 2, kSequence);
      return slide_all(layer, 1, layer.input_shape.back());
    case LayerKind::MaxPooling2D:
    case LayerKind::AveragePooling2D:
      expect_rank(layer, 3, kImage);
      return slide_all(layer, 2, layer.input_shape.back());
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalAveragePooling1D:
      expect_rank(layer, 2, kSequence);
      return pool_all(layer);
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalAveragePooling2D:
      expect_rank(layer, 3, kImage);
      return pool_all(layer);
    case LayerKind::ZeroPadding1D:
      expect_rank(layer, 2, kSequence);
      return pad(layer);
    case LayerKind::ZeroPadding2D:
      expect_rank(layer, 3, kImage);
      return pad(layer);
    case LayerKind::Lstm:
    case LayerKind::Gru:
      expect_rank(layer, 2, "steps, features");
      return recur(layer);
    case LayerKind::Dense: {
      Shape shape = layer.input_shape;
      shape.back() = layer.size;
      return shape;
    }
    case LayerKind::Flatten:
      return {elements(layer.input_shape)};
    case LayerKind::Reshape:
      return reshape(layer);
    case LayerKind::Activation:
      expect_shared_axes(layer);
      return layer.input_shape;
    case LayerKind::Input:
    case LayerKind::BatchNormalization:
    case LayerKind::Dropout:
      return layer.input_shape;
    case LayerKind::Add:
    case LayerKind::Subtract:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Minimum:
      return merge(layer);
    case LayerKind::Concatenate:
      return concatenate(layer);
  }
  throw InvalidArgument(fmt::format("expected a layer kind, got {}", static_cast<int>(layer.kind)));
}

}  // namespace

Shape infer_output_shape(const Layer& layer) {
  if (layer.input_shape.empty()) throw InvalidArgument("expected an input of at least one axis, got none");
  Shape shape = infer(layer);
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent < 1; })) {
    throw InvalidArgument(fmt::format("expected an output of positive extents, got {}", written(shape)));
  }
  elements(shape);  // refuses a tensor that 64 bits cannot count
  return shape;
}

}  // namespace ntorc::model
