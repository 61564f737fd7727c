#include "ntorc/hls4ml/layer_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ntorc/error.hpp"

namespace ntorc::hls4ml {

using model::LayerKind;

std::optional<LayerShape> layer_shape(const model::Layer& layer) {
  if (layer.input_shape.empty()) return std::nullopt;
  const std::int64_t channels = layer.input_shape.back();
  const std::int64_t positions = model::elements(layer.input_shape) / channels;
  const std::int64_t window = model::elements(layer.kernel);
  switch (layer.kind) {
    case LayerKind::Dense:
      switch (layer.input_shape.size()) {
        case 1:
          return LayerShape{LayerKind::Dense, channels, layer.size, 1, 1};
        case 2:
          return LayerShape{LayerKind::Conv1D, channels, layer.size, 1, positions};
        default:
          return LayerShape{LayerKind::Conv2D, channels, layer.size, 1, positions};
      }
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return LayerShape{layer.kind, channels, layer.size, window, positions};
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return LayerShape{layer.kind, channels, layer.size, 1, positions};
    default:
      return std::nullopt;
  }
}

namespace {

/// Whether what leaves the layer is as wide as what enters it, whatever the shape of the tensor.
bool keeps_stream(const model::Layer& layer) {
  switch (layer.kind) {
    case LayerKind::Flatten:
    case LayerKind::Dropout:
    case LayerKind::Activation:
    case LayerKind::BatchNormalization:
      return true;
    case LayerKind::Reshape:
      return layer.output_shape.size() == 1;  // hls4ml repacks for the others
    default:
      return false;
  }
}

}  // namespace

std::vector<std::optional<LayerShape>> layer_shapes(const model::Network& network) {
  std::vector<std::optional<LayerShape>> shapes;
  std::int64_t width = 1;  // of the stream that enters the layer
  for (const model::Layer& layer : network.layers) {
    auto shape = layer_shape(layer);
    if (shape && shape->kind == LayerKind::Dense && shape->inputs % width == 0) shape->packets = shape->inputs / width;
    shapes.push_back(shape);
    if (!keeps_stream(layer) && !layer.output_shape.empty()) width = layer.output_shape.back();
  }
  return shapes;
}

bool fits(const LayerShape& shape) {
  const auto possible = [](std::int64_t extent) { return extent >= 1 && extent <= kMaxExtent; };
  const std::array extents{shape.inputs, shape.size, shape.kernel, shape.sequence, shape.packets};
  return std::ranges::all_of(extents, possible) && std::ranges::all_of(matrices(shape), [&](const Matrix& matrix) {
           return possible(matrix.n_in) && possible(matrix.n_out);
         });
}

std::vector<Matrix> matrices(const LayerShape& shape) {
  for (const std::int64_t extent : {shape.inputs, shape.size, shape.kernel, shape.sequence, shape.packets}) {
    if (extent < 1 || extent > kMaxExtent) {
      throw InvalidArgument(
          fmt::format("layer of {} inputs, size {}, kernel {}, sequence {}, {} packets: expected each in 1..{}",
                      shape.inputs, shape.size, shape.kernel, shape.sequence, shape.packets, kMaxExtent));
    }
  }
  switch (shape.kind) {
    case LayerKind::Lstm:
      return {{shape.inputs, 4 * shape.size}, {shape.size, 4 * shape.size}};
    case LayerKind::Gru:
      return {{shape.inputs, 3 * shape.size}, {shape.size, 3 * shape.size}};
    default:
      return {{shape.inputs * shape.kernel, shape.size}};
  }
}

}  // namespace ntorc::hls4ml
