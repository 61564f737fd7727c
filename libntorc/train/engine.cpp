#include "train/engine.hpp"

#include <string>

#include "train/chain.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;

bool is_transparent(const model::Layer& layer) {
  return layer.kind == LayerKind::Flatten || layer.kind == LayerKind::Reshape || layer.kind == LayerKind::Input ||
         (layer.kind == LayerKind::Activation && function_named(layer.activation) == Function::Linear);
}

/// The activation of `layer`, or of the Activation behind it, which is then at `next`.
Function activation_of(const std::vector<const model::Layer*>& chain, std::size_t& next) {
  const Function own = function_named(chain[next - 1]->activation);
  if (own != Function::Linear || next == chain.size() || chain[next]->kind != LayerKind::Activation) return own;
  return function_named(chain[next++]->activation);
}

bool halves(const model::Layer& layer) {
  return layer.kind == LayerKind::MaxPooling1D && layer.kernel[0] == 2 && layer.strides[0] == 2 &&
         (layer.padding == model::Padding::Valid || layer.input_shape[0] % 2 == 0);
}

}  // namespace

Function function_named(const std::string& name) {
  if (name == "relu") return Function::Relu;
  if (name == "sigmoid") return Function::Sigmoid;
  return name == "tanh" ? Function::Tanh : Function::Linear;
}

template <class Scalar>
void pack(Extent panel, Turn turn, Extent rows, Extent columns, Extent row_stride, const Scalar* from, Extent height,
          Extent first, Scalar* to) {
  const Extent row_step = turn == Turn::AsIs ? row_stride : 1;
  const Extent column_step = turn == Turn::AsIs ? 1 : row_stride;
  if (turn == Turn::Transposed) std::swap(rows, columns);
  for (Extent column = 0; column < columns; column += panel, to += height * panel) {
    const Extent width = std::min(panel, columns - column);
    for (Extent row = 0; row < rows; ++row) {
      const Scalar* source = from + row * row_step + column * column_step;
      Scalar* line = to + (first + row) * panel;
      for (Extent i = 0; i < width; ++i) line[i] = source[i * column_step];
    }
  }
}

template void pack(Extent, Turn, Extent, Extent, Extent, const float*, Extent, Extent, float*);
template void pack(Extent, Turn, Extent, Extent, Extent, const double*, Extent, Extent, double*);

template <class Scalar>
Engine<Scalar>::Engine(const model::Network& network, const Kernels<Scalar>& kernels, Extent batch) {
  std::vector<const model::Layer*> chain;
  for (const model::Layer& layer : network.layers) {
    if (!is_transparent(layer)) chain.push_back(&layer);
    parameters_.count += weight_count_of(layer);
  }
  parameters_.weights = Buffer<Scalar>(parameters_.count);
  parameters_.gradient = Buffer<Scalar>(parameters_.count);
  tensors_.push_back(std::make_unique<Tensor<Scalar>>());
  tensors_.back()->elements = model::elements(network.layers.front().output_shape);
  tensors_.back()->has_gradient = false;
  Extent weights = 0;
  for (std::size_t next = 0; next < chain.size();) {
    const model::Layer& layer = *chain[next++];
    tensors_.push_back(std::make_unique<Tensor<Scalar>>());
    Tensor<Scalar>& out = *tensors_.back();
    out.elements = model::elements(layer.output_shape);
    const Site<Scalar> site{kernels, parameters_, weights, *tensors_[tensors_.size() - 2], out};
    weights += weight_count_of(layer);
    switch (layer.kind) {
      case LayerKind::Conv1D: {
        const Function activation = activation_of(chain, next);
        const bool pools = activation == Function::Relu && next < chain.size() && halves(*chain[next]);
        if (pools) out.elements = model::elements(chain[next++]->output_shape);
        operations_.push_back(make_convolution(layer, activation, pools ? Pooling::ReluOfTwo : Pooling::None, site));
        break;
      }
      case LayerKind::Dense:
        operations_.push_back(make_dense(layer, activation_of(chain, next), site));
        break;
      case LayerKind::Lstm:
        operations_.push_back(make_lstm(layer, site));
        break;
      case LayerKind::Gru:
        operations_.push_back(make_gru(layer, site));
        break;
      case LayerKind::Activation:
        operations_.push_back(make_activation(function_named(layer.activation), site));
        break;
      default:
        operations_.push_back(make_pooling(layer, site));
    }
  }
  for (const auto& tensor : tensors_) tensor->allocate(batch);
  for (const auto& operation : operations_) operation->allocate(batch);
  d_output_ = Buffer<Scalar>(batch * outputs());
}

template <class Scalar>
void Engine<Scalar>::forward(Extent batch) {
  for (const auto& operation : operations_) operation->forward(batch);
}

template <class Scalar>
void Engine<Scalar>::backward(Extent batch) {
  parameters_.gradient.clear();
  for (Extent sample = 0; sample < batch; ++sample) {
    const Scalar* from = d_output_.at(sample * outputs());
    std::copy(from, from + outputs(), tensors_.back()->d_at(sample));
  }
  for (auto operation = operations_.rbegin(); operation != operations_.rend(); ++operation) {
    (*operation)->backward(batch);
  }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace ntorc::train
