#include "ntorc/model/chain_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/keras_config.hpp"

namespace ntorc::model {
namespace {

/// What names of layers of that kind begin with.
std::string_view name_stem(LayerKind kind) {
  const bool pools = kind == LayerKind::MaxPooling1D || kind == LayerKind::MaxPooling2D ||
                     kind == LayerKind::AveragePooling1D || kind == LayerKind::AveragePooling2D;
  return pools ? "pool" : to_string(kind);
}

}  // namespace

ChainBuilder::ChainBuilder(std::string name, Shape input) {
  network_.name = std::move(name);
  network_.keras_version = "2.15.0";
  Layer layer;
  layer.name = "input_1";
  layer.class_name = keras_class_name(LayerKind::Input);
  layer.input_shape = input;
  layer.output_shape = std::move(input);
  network_.layers.push_back(std::move(layer));
  network_.outputs = {0};
}

void ChainBuilder::add(Layer layer) {
  const std::string_view stem = name_stem(layer.kind);
  const auto alike =
      std::ranges::count_if(network_.layers, [&](const Layer& one) { return name_stem(one.kind) == stem; });
  layer.name = fmt::format("{}_{}", stem, alike + 1);
  layer.class_name = keras_class_name(layer.kind);
  layer.inputs = {network_.layers.size() - 1};
  layer.input_shape = shape();
  layer.output_shape = infer_output_shape(layer);
  network_.layers.push_back(std::move(layer));
  network_.outputs = {network_.layers.size() - 1};
}

}  // namespace ntorc::model
