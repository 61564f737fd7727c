#include "train/chain.hpp"
#include "train/engine.hpp"

namespace ntorc::train {
namespace {

/// Keras's sums over windows of steps: out[t] = sum_j in[t * stride + j * dilation - left] * kernel[j] + bias.
/// The margins of `in` are the padding, so a sample's windows are rows of one matrix that overlap: one product, nothing
/// copied.
template <class Scalar>
class Convolution : public Operation<Scalar> {
 public:
  Convolution(const model::Layer& layer, Function activation, Pooling pooling, const Site<Scalar>& site)
      : site_(site),
        activation_(activation),
        pooling_(pooling),
        steps_(layer.input_shape[0]),
        channels_(layer.input_shape[1]),
        filters_(layer.size),
        kernel_(layer.kernel[0]),
        stride_(layer.strides[0]),
        dilation_(layer.dilation.empty() ? 1 : layer.dilation[0]),
        out_steps_(layer.output_shape[0]),
        used_steps_(pooling == Pooling::None ? out_steps_ : out_steps_ / 2 * 2),
        has_bias_(layer.use_bias) {
    const Extent reach = (kernel_ - 1) * dilation_;
    const Extent needed = (out_steps_ - 1) * stride_ + reach + 1;
    if (layer.padding == model::Padding::Same) left_ = std::max<Extent>(needed - steps_, 0) / 2;
    if (layer.padding == model::Padding::Causal) left_ = reach;
    site_.in.around = {left_ * channels_, std::max<Extent>(needed - left_ - steps_, 0) * channels_};
    if (stride_ == 1 && site_.in.has_gradient) {
      full_.d_around = {(reach - left_) * filters_, (steps_ + left_ - out_steps_) * filters_};
    }
    full_.elements = out_steps_ * filters_;
    if (pooling_ == Pooling::None) site_.out.d_around = full_.d_around;
  }

  void allocate(Extent batch) override {
    const Extent panel = site_.kernels.panel;
    packed_ = Buffer<Scalar>(packed_size(panel, kernel_ * channels_, filters_));
    if (site_.in.has_gradient) turned_ = Buffer<Scalar>(packed_size(panel, kernel_ * filters_, channels_));
    if (pooling_ != Pooling::None) {
      gate_ = Buffer<Scalar>(batch * site_.out.elements);
      full_.gradient = Buffer<Scalar>(batch * full_.d_stride());
    }
    if (site_.in.has_gradient && stride_ != 1) d_in_ = Buffer<Scalar>(batch * site_.in.stride());
    if (!has_bias_) no_bias_ = Buffer<Scalar>(filters_);
  }

  void forward(Extent batch) override {
    const Scalar* weights = site_.parameters.weights.at(site_.weights);
    const Extent panel = site_.kernels.panel;
    Product<Scalar> product{.samples = batch, .rows = used_steps_, .columns = filters_};
    set_windows(product);
    if (filters_ <= panel) {
      product.b = weights;
      product.b_row = filters_;
    } else {
      pack(panel, Turn::AsIs, kernel_ * channels_, filters_, filters_, weights, kernel_ * channels_, 0, packed_.at());
      product.b = packed_.at();
      product.b_row = panel;
      product.b_panel = kernel_ * channels_ * panel;
    }
    product.c = site_.out.at(0);
    product.c_sample = site_.out.stride();
    product.c_row = filters_;
    product.bias = has_bias_ ? weights + kernel_ * channels_ * filters_ : no_bias_.at();
    product.finish = activation_ == Function::Relu ? Finish::BiasRelu : Finish::Bias;
    if (pooling_ == Pooling::ReluOfTwo) {
      product.finish = Finish::BiasReluPool;
      product.gate = gate_.at();
    }
    site_.kernels.multiply(product);
    if (activation_ == Function::Relu) return;
    for (Extent sample = 0; sample < batch; ++sample) {
      site_.kernels.activate(activation_, site_.out.elements, site_.out.at(sample));
    }
  }

  void backward(Extent batch) override {
    Tensor<Scalar>& sums = pooling_ == Pooling::None ? site_.out : full_;
    if (pooling_ == Pooling::None) {
      for (Extent sample = 0; sample < batch; ++sample) {
        site_.kernels.deactivate(activation_, sums.elements, site_.out.at(sample), sums.d_at(sample));
      }
    } else {
      site_.kernels.unpool(batch, used_steps_ / 2, filters_, site_.out.d_at(0), gate_.at(), sums.d_at(0),
                           sums.d_stride());
    }
    Scalar* gradient = site_.parameters.gradient.at(site_.weights);
    TransposedProduct<Scalar> product{.samples = batch, .rows = used_steps_, .columns = filters_};
    set_windows(product);
    product.d = sums.d_at(0);
    product.d_sample = sums.d_stride();
    product.d_row = filters_;
    product.c = gradient;
    product.c_row = filters_;
    site_.kernels.multiply_transposed(product);
    if (has_bias_) {  // the margins are zeros
      site_.kernels.add_column_sums(batch * sums.d_stride() / filters_, filters_, sums.gradient.at(), filters_,
                                    gradient + kernel_ * channels_ * filters_);
    }
    if (!site_.in.has_gradient) return;
    if (stride_ == 1) {
      slide_back(batch, sums);
    } else {
      scatter_back(batch, sums);
    }
  }

 private:
  template <class Any>
  void set_windows(Any& product) const {
    product.segments = dilation_ == 1 ? 1 : kernel_;
    product.depth = dilation_ == 1 ? kernel_ * channels_ : channels_;
    product.a = site_.in.values.at();
    product.a_sample = site_.in.stride();
    product.a_row = stride_ * channels_;
    product.a_segment = dilation_ * channels_;
  }

  /// The same with the kernel turned round, over the padded gradient.
  void slide_back(Extent batch, Tensor<Scalar>& sums) {
    const Extent panel = site_.kernels.panel;
    const Extent height = kernel_ * filters_;
    for (Extent j = 0; j < kernel_; ++j) {
      const Scalar* tap = site_.parameters.weights.at(site_.weights + (kernel_ - 1 - j) * channels_ * filters_);
      pack(panel, Turn::Transposed, channels_, filters_, filters_, tap, height, j * filters_, turned_.at());
    }
    Product<Scalar> product{.samples = batch, .rows = steps_, .columns = channels_};
    product.segments = dilation_ == 1 ? 1 : kernel_;
    product.depth = dilation_ == 1 ? height : filters_;
    product.a = sums.gradient.at();
    product.a_sample = sums.d_stride();
    product.a_row = filters_;
    product.a_segment = dilation_ * filters_;
    product.b = turned_.at();
    product.b_row = panel;
    product.b_panel = height * panel;
    product.c = site_.in.d_at(0);
    product.c_sample = site_.in.d_stride();
    product.c_row = channels_;
    site_.kernels.multiply(product);
  }

  /// Tap by tap, into rows that are a stride apart.
  void scatter_back(Extent batch, Tensor<Scalar>& sums) {
    const Extent panel = site_.kernels.panel;
    d_in_.clear();
    for (Extent j = 0; j < kernel_; ++j) {
      const Scalar* tap = site_.parameters.weights.at(site_.weights + j * channels_ * filters_);
      pack(panel, Turn::Transposed, channels_, filters_, filters_, tap, filters_, 0, turned_.at());
      Product<Scalar> product{.samples = batch, .rows = used_steps_, .columns = channels_, .depth = filters_};
      product.a = sums.d_at(0);
      product.a_sample = sums.d_stride();
      product.a_row = filters_;
      product.b = turned_.at();
      product.b_row = panel;
      product.b_panel = filters_ * panel;
      product.c = d_in_.at(j * dilation_ * channels_);
      product.c_sample = site_.in.stride();
      product.c_row = stride_ * channels_;
      product.finish = Finish::Add;
      site_.kernels.multiply(product);
    }
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* from = d_in_.at(sample * site_.in.stride() + site_.in.around.before);
      std::copy(from, from + site_.in.elements, site_.in.d_at(sample));
    }
  }

  Site<Scalar> site_;
  Function activation_;
  Pooling pooling_;
  Extent steps_, channels_, filters_, kernel_, stride_, dilation_, out_steps_;
  Extent used_steps_;  ///< that a pooling looks at
  bool has_bias_;
  Extent left_ = 0;
  Tensor<Scalar> full_;  ///< gradient alone: of the steps before the pooling
  Buffer<Scalar> packed_, turned_, gate_, d_in_, no_bias_;
};

/// On the last axis; the same for every step. Its input has no margins.
template <class Scalar>
class Dense : public Operation<Scalar> {
 public:
  Dense(const model::Layer& layer, Function activation, const Site<Scalar>& site)
      : site_(site),
        activation_(activation),
        inputs_(layer.input_shape.back()),
        units_(layer.size),
        steps_(site.in.elements / inputs_),
        has_bias_(layer.use_bias) {}

  void allocate(Extent) override {
    if (site_.in.has_gradient) turned_ = Buffer<Scalar>(packed_size(site_.kernels.panel, units_, inputs_));
    if (!has_bias_) no_bias_ = Buffer<Scalar>(units_);
  }

  void forward(Extent batch) override {
    const Scalar* weights = site_.parameters.weights.at(site_.weights);
    Product<Scalar> product{.columns = units_, .depth = inputs_};
    product.a = site_.in.at(0);
    product.a_sample = site_.in.stride();
    product.a_row = inputs_;
    product.b = weights;
    product.b_row = units_;
    product.b_panel = site_.kernels.panel;
    product.c = site_.out.at(0);
    product.c_sample = site_.out.stride();
    product.c_row = units_;
    product.bias = has_bias_ ? weights + inputs_ * units_ : no_bias_.at();
    product.finish = activation_ == Function::Relu ? Finish::BiasRelu : Finish::Bias;
    set_rows(product, batch, site_.in.stride(), site_.out.stride());
    site_.kernels.multiply(product);
    if (activation_ == Function::Relu) return;
    for (Extent sample = 0; sample < batch; ++sample) {
      site_.kernels.activate(activation_, site_.out.elements, site_.out.at(sample));
    }
  }

  void backward(Extent batch) override {
    if (site_.out.around.before + site_.out.around.after == 0) {
      site_.kernels.deactivate(activation_, batch * site_.out.elements, site_.out.at(0), site_.out.d_at(0));
    } else {
      for (Extent sample = 0; sample < batch; ++sample) {
        site_.kernels.deactivate(activation_, site_.out.elements, site_.out.at(sample), site_.out.d_at(sample));
      }
    }
    Scalar* gradient = site_.parameters.gradient.at(site_.weights);
    TransposedProduct<Scalar> by_weights{.rows = batch * steps_, .columns = units_, .depth = inputs_};
    by_weights.a = site_.in.at(0);
    by_weights.a_row = inputs_;
    by_weights.d = site_.out.d_at(0);
    by_weights.d_row = units_;
    by_weights.c = gradient;
    by_weights.c_row = units_;
    site_.kernels.multiply_transposed(by_weights);
    if (has_bias_) {
      site_.kernels.add_column_sums(batch * steps_, units_, site_.out.d_at(0), units_, gradient + inputs_ * units_);
    }
    if (!site_.in.has_gradient) return;
    const Extent panel = site_.kernels.panel;
    pack(panel, Turn::Transposed, inputs_, units_, units_, site_.parameters.weights.at(site_.weights), units_, 0,
         turned_.at());
    Product<Scalar> product{.columns = inputs_, .depth = units_};
    product.a = site_.out.d_at(0);
    product.a_sample = site_.out.d_stride();
    product.a_row = units_;
    product.b = turned_.at();
    product.b_row = panel;
    product.b_panel = units_ * panel;
    product.c = site_.in.d_at(0);
    product.c_sample = site_.in.d_stride();
    product.c_row = inputs_;
    set_rows(product, batch, site_.out.d_stride(), site_.in.d_stride());
    site_.kernels.multiply(product);
  }

 private:
  /// All rows of the batch at once where they are evenly apart.
  void set_rows(Product<Scalar>& product, Extent batch, Extent a_sample, Extent c_sample) const {
    if (steps_ == 1) {
      product.rows = batch;
      product.a_row = a_sample;
      product.c_row = c_sample;
    } else if (a_sample == steps_ * product.a_row && c_sample == steps_ * product.c_row) {
      product.rows = batch * steps_;
    } else {
      product.samples = batch;
      product.rows = steps_;
    }
  }

  Site<Scalar> site_;
  Function activation_;
  Extent inputs_, units_, steps_;
  bool has_bias_;
  Buffer<Scalar> turned_, no_bias_;
};

}  // namespace

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_convolution(const model::Layer& layer, Function activation, Pooling pooling,
                                                    const Site<Scalar>& site) {
  return std::make_unique<Convolution<Scalar>>(layer, activation, pooling, site);
}

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_dense(const model::Layer& layer, Function activation,
                                              const Site<Scalar>& site) {
  return std::make_unique<Dense<Scalar>>(layer, activation, site);
}

template std::unique_ptr<Operation<float>> make_convolution(const model::Layer&, Function, Pooling, const Site<float>&);
template std::unique_ptr<Operation<double>> make_convolution(const model::Layer&, Function, Pooling,
                                                             const Site<double>&);
template std::unique_ptr<Operation<float>> make_dense(const model::Layer&, Function, const Site<float>&);
template std::unique_ptr<Operation<double>> make_dense(const model::Layer&, Function, const Site<double>&);

}  // namespace ntorc::train
