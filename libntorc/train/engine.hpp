// train/engine.hpp - a chain of layers with room for a batch, forwards and backwards.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "ntorc/model/network.hpp"
#include "train/kernels.hpp"

namespace ntorc::train {

/// Memory that begins on a cache line, so that a row of 16 floats is one.
template <class Scalar>
struct LineAllocator {
  using value_type = Scalar;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <class Other>
  explicit LineAllocator(const LineAllocator<Other>&) {}

  Scalar* allocate(std::size_t count) { return static_cast<Scalar*>(::operator new(count * sizeof(Scalar), kLine)); }
  void deallocate(Scalar* memory, std::size_t) { ::operator delete(memory, kLine); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};

/// `count` zeros, with the slack that kernels may read behind them.
template <class Scalar>
class Buffer {
 public:
  explicit Buffer(Extent count = 0) : values_(static_cast<std::size_t>(count + kSlack), Scalar{0}) {}
  Scalar* at(Extent place = 0) { return values_.data() + place; }
  void clear() { std::fill(values_.begin(), values_.end(), Scalar{0}); }

 private:
  std::vector<Scalar, LineAllocator<Scalar>> values_;
};

/// Zeros around the values of each sample, in values: what a convolution pads with.
struct Margins {
  Extent before = 0, after = 0;
};

/// What one layer gives to the next, for a batch.
template <class Scalar>
struct Tensor {
  Extent elements = 0;  ///< of one sample
  bool has_gradient = true;
  Margins around{};    ///< of the values: set by the layer that takes them
  Margins d_around{};  ///< of the gradient: set by the layer that gives the values
  Buffer<Scalar> values{}, gradient{};

  Extent stride() const { return around.before + elements + around.after; }
  Extent d_stride() const { return d_around.before + elements + d_around.after; }
  Scalar* at(Extent sample) { return values.at(sample * stride() + around.before); }
  Scalar* d_at(Extent sample) { return gradient.at(sample * d_stride() + d_around.before); }
  void allocate(Extent batch) {
    values = Buffer<Scalar>(batch * stride());
    if (has_gradient) gradient = Buffer<Scalar>(batch * d_stride());
  }
};

/// The weights of all layers, and the loss's gradient by them, in the order of model::Weights.
template <class Scalar>
struct Parameters {
  Extent count = 0;
  Buffer<Scalar> weights{}, gradient{};
};

/// One layer at work. It keeps what it needs from forward to backward.
template <class Scalar>
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void allocate(Extent batch) = 0;  ///< once, when the margins of its tensors are known
  virtual void forward(Extent batch) = 0;
  /// From the gradient of what it gave, which it may overwrite, to that of what it took and of its weights, which are 0
  /// before.
  virtual void backward(Extent batch) = 0;
};

/// What an operation is made of. `weights` is the place of the layer's first weight in `parameters`.
template <class Scalar>
struct Site {
  const Kernels<Scalar>& kernels;
  Parameters<Scalar>& parameters;
  Extent weights = 0;
  Tensor<Scalar>& in;
  Tensor<Scalar>& out;
};

/// A Conv1D and, where `pools`, the ReLU and the MaxPooling1D of 2 behind it.
enum class Pooling { None, ReluOfTwo };
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_convolution(const model::Layer& layer, Function activation, Pooling pooling,
                                                    const Site<Scalar>& site);
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_dense(const model::Layer& layer, Function activation, const Site<Scalar>& site);
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_lstm(const model::Layer& layer, const Site<Scalar>& site);
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_gru(const model::Layer& layer, const Site<Scalar>& site);
/// Any of the four poolings over steps.
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_pooling(const model::Layer& layer, const Site<Scalar>& site);
template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_activation(Function activation, const Site<Scalar>& site);

/// Of a name that check_trainable lets pass; softmax is Linear, as it belongs to the loss.
Function function_named(const std::string& name);

/// Rows by columns at `from`, or their transpose, as the panels of Product::b at `to`: `height` rows in all, from row
/// `first` on.
enum class Turn { AsIs, Transposed };
template <class Scalar>
void pack(Extent panel, Turn turn, Extent rows, Extent columns, Extent row_stride, const Scalar* from, Extent height,
          Extent first, Scalar* to);
/// Values in the panels of a matrix of that size.
constexpr Extent packed_size(Extent panel, Extent rows, Extent columns) {
  return rows * ((columns + panel - 1) / panel * panel);
}

/// A trainable network. The weights are 0 at first.
template <class Scalar>
class Engine {
 public:
  /// @param batch  the most samples that it will see at once
  Engine(const model::Network& network, const Kernels<Scalar>& kernels, Extent batch);
  Engine(const Engine&) = delete;  // its operations refer to it
  Engine& operator=(const Engine&) = delete;

  Extent inputs() const { return tensors_.front()->elements; }
  Extent outputs() const { return tensors_.back()->elements; }
  Extent weight_count() const { return parameters_.count; }
  Scalar* weights() { return parameters_.weights.at(); }
  Scalar* gradient() { return parameters_.gradient.at(); }
  Scalar* input(Extent sample) { return tensors_.front()->at(sample); }
  Scalar* output() { return tensors_.back()->at(0); }  ///< batch x outputs, before a softmax
  Scalar* d_output() { return d_output_.at(); }        ///< batch x outputs, to be set before backward
  void forward(Extent batch);
  void backward(Extent batch);

 private:
  Parameters<Scalar> parameters_;
  std::vector<std::unique_ptr<Tensor<Scalar>>> tensors_;
  std::vector<std::unique_ptr<Operation<Scalar>>> operations_;
  Buffer<Scalar> d_output_;
};

extern template class Engine<float>;
extern template class Engine<double>;

}  // namespace ntorc::train
