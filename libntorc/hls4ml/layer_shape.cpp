#include "ntorc/hls4ml/layer_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/node.hpp"

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

std::vector<std::optional<LayerShape>> layer_shapes(const model::Network& network) {
  std::vector<std::optional<LayerShape>> shapes(network.layers.size());
  for (const Node& node : nodes(network, IoType::Stream)) {
    if (node.kind == NodeKind::Weights) shapes[node.layer] = node.shape;
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
