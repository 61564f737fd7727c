#include "train/engine.hpp"

namespace ntorc::train {
namespace {

/// What LSTM and GRU have in common. Matrices over time lie step by step, rows are the samples of the batch: the inputs
/// of all steps are then one matrix, and slot t of the outputs stands before step t, slot 0 being zeros.
template <class Scalar>
class Recurrent : public Operation<Scalar> {
 protected:
  Recurrent(const model::Layer& layer, Extent gates, const Site<Scalar>& site)
      : site_(site),
        activation_(function_named(layer.activation)),
        recurrent_activation_(function_named(layer.recurrent_activation)),
        steps_(layer.input_shape[0]),
        features_(layer.input_shape[1]),
        units_(layer.size),
        width_(gates * units_),
        gives_sequence_(layer.return_sequences) {}

  void allocate_common(Extent batch) {
    inputs_ = Buffer<Scalar>(steps_ * batch * features_);
    gates_ = Buffer<Scalar>(steps_ * batch * width_);
    outputs_ = Buffer<Scalar>((steps_ + 1) * batch * units_);
    d_gates_ = Buffer<Scalar>(steps_ * batch * width_);
    d_outputs_ = Buffer<Scalar>((steps_ + 1) * batch * units_);
    if (site_.in.has_gradient) d_inputs_ = Buffer<Scalar>(steps_ * batch * features_);
    packed_ = Buffer<Scalar>(packed_size(site_.kernels.panel, units_, width_));
    turned_ = Buffer<Scalar>(packed_size(site_.kernels.panel, width_, units_));
    turned_kernel_ = Buffer<Scalar>(packed_size(site_.kernels.panel, width_, features_));
  }

  const Scalar* kernel() { return site_.parameters.weights.at(site_.weights); }
  const Scalar* recurrent_kernel() { return kernel() + features_ * width_; }
  const Scalar* bias() { return recurrent_kernel() + units_ * width_; }
  Scalar* d_kernel() { return site_.parameters.gradient.at(site_.weights); }
  Scalar* d_recurrent_kernel() { return d_kernel() + features_ * width_; }
  Scalar* d_bias() { return d_recurrent_kernel() + units_ * width_; }

  /// gates = inputs * kernel + `sums`, for all steps.
  void project_inputs(Extent batch, const Scalar* sums) {
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* from = site_.in.at(sample);
      for (Extent t = 0; t < steps_; ++t, from += features_) {
        std::copy(from, from + features_, inputs_.at((t * batch + sample) * features_));
      }
    }
    Product<Scalar> product{.rows = steps_ * batch, .columns = width_, .depth = features_};
    product.a = inputs_.at();
    product.a_row = features_;
    product.b = kernel();
    product.b_row = width_;
    product.b_panel = site_.kernels.panel;
    product.c = gates_.at();
    product.c_row = width_;
    product.finish = Finish::Bias;
    product.bias = sums;
    site_.kernels.multiply(product);
    std::fill(outputs_.at(), outputs_.at(batch * units_), Scalar{0});
  }

  /// The outputs to the next layer.
  void hand_on(Extent batch) {
    for (Extent sample = 0; sample < batch; ++sample) {
      Scalar* to = site_.out.at(sample);
      for (Extent t = gives_sequence_ ? 0 : steps_ - 1; t < steps_; ++t, to += units_) {
        const Scalar* from = outputs_.at(((t + 1) * batch + sample) * units_);
        std::copy(from, from + units_, to);
      }
    }
  }

  /// The gradient from the next layer.
  void take_back(Extent batch) {
    std::fill(d_outputs_.at(), d_outputs_.at((steps_ + 1) * batch * units_), Scalar{0});
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* from = site_.out.d_at(sample);
      for (Extent t = gives_sequence_ ? 0 : steps_ - 1; t < steps_; ++t, from += units_) {
        std::copy(from, from + units_, d_outputs_.at(((t + 1) * batch + sample) * units_));
      }
    }
  }

  /// From d_gates_ to the kernel and to the previous layer.
  void back_to_inputs(Extent batch) {
    add_products(steps_ * batch, features_, inputs_.at(), width_, d_gates_.at(), width_, d_kernel());
    if (!site_.in.has_gradient) return;
    const Extent panel = site_.kernels.panel;
    pack(panel, Turn::Transposed, features_, width_, width_, kernel(), width_, 0, turned_kernel_.at());
    Product<Scalar> product{.rows = steps_ * batch, .columns = features_, .depth = width_};
    product.a = d_gates_.at();
    product.a_row = width_;
    product.b = turned_kernel_.at();
    product.b_row = panel;
    product.b_panel = width_ * panel;
    product.c = d_inputs_.at();
    product.c_row = features_;
    site_.kernels.multiply(product);
    for (Extent sample = 0; sample < batch; ++sample) {
      Scalar* to = site_.in.d_at(sample);
      for (Extent t = 0; t < steps_; ++t, to += features_) {
        const Scalar* from = d_inputs_.at((t * batch + sample) * features_);
        std::copy(from, from + features_, to);
      }
    }
  }

  /// c (depth x columns, width_ apart) += a' * d over `rows`.
  void add_products(Extent rows, Extent depth, const Scalar* a, Extent columns, const Scalar* d, Extent d_row,
                    Scalar* c) {
    TransposedProduct<Scalar> product{.rows = rows, .columns = columns, .depth = depth};
    product.a = a;
    product.a_row = depth;
    product.d = d;
    product.d_row = d_row;
    product.c = c;
    product.c_row = width_;
    site_.kernels.multiply_transposed(product);
  }

  /// c = a * b, or with Finish::Add added to it; b packed, `depth` high.
  void multiply_packed(Extent rows, Extent depth, const Scalar* a, Extent a_row, const Scalar* b, Extent columns,
                       Scalar* c, Extent c_row, Finish finish, const Scalar* sums = nullptr) {
    const Extent panel = site_.kernels.panel;
    Product<Scalar> product{.rows = rows, .columns = columns, .depth = depth};
    product.a = a;
    product.a_row = a_row;
    product.b = b;
    product.b_row = panel;
    product.b_panel = depth * panel;
    product.c = c;
    product.c_row = c_row;
    product.finish = finish;
    product.bias = sums;
    site_.kernels.multiply(product);
  }

  Site<Scalar> site_;
  Function activation_, recurrent_activation_;
  Extent steps_, features_, units_;
  Extent width_;  ///< of all gates
  bool gives_sequence_;
  Buffer<Scalar> inputs_, d_inputs_, gates_, d_gates_, outputs_, d_outputs_;
  Buffer<Scalar> packed_, turned_, turned_kernel_;
};

template <class Scalar>
class Lstm : public Recurrent<Scalar> {
  using Base = Recurrent<Scalar>;

 public:
  Lstm(const model::Layer& layer, const Site<Scalar>& site) : Base(layer, 4, site), has_bias_(layer.use_bias) {}

  void allocate(Extent batch) override {
    this->allocate_common(batch);
    cells_ = Buffer<Scalar>((this->steps_ + 1) * batch * this->units_);
    active_cells_ = Buffer<Scalar>(this->steps_ * batch * this->units_);
    d_cell_ = Buffer<Scalar>(batch * this->units_);
    if (!has_bias_) no_bias_ = Buffer<Scalar>(this->width_);
  }

  void forward(Extent batch) override {
    const Extent n = this->units_;
    const Extent panel = this->site_.kernels.panel;
    this->project_inputs(batch, has_bias_ ? this->bias() : no_bias_.at());
    std::fill(cells_.at(), cells_.at(batch * n), Scalar{0});
    pack(panel, Turn::AsIs, n, this->width_, this->width_, this->recurrent_kernel(), n, 0, this->packed_.at());
    for (Extent t = 0; t < this->steps_; ++t) {
      const LstmStep<Scalar> step = at(t, batch);
      if (t > 0) {
        this->multiply_packed(batch, n, this->outputs_.at(t * batch * n), n, this->packed_.at(), this->width_,
                              step.gates, this->width_, Finish::Add);
      }
      this->site_.kernels.lstm_forward(step);
    }
    this->hand_on(batch);
  }

  void backward(Extent batch) override {
    const Extent n = this->units_;
    const Extent width = this->width_;
    const Extent panel = this->site_.kernels.panel;
    this->take_back(batch);
    std::fill(d_cell_.at(), d_cell_.at(batch * n), Scalar{0});
    pack(panel, Turn::Transposed, n, width, width, this->recurrent_kernel(), width, 0, this->turned_.at());
    for (Extent t = this->steps_ - 1; t >= 0; --t) {
      const LstmStep<Scalar> step = at(t, batch);
      this->site_.kernels.lstm_backward(step);
      if (t > 0) {
        this->multiply_packed(batch, width, step.d_gates, width, this->turned_.at(), n,
                              this->d_outputs_.at(t * batch * n), n, Finish::Add);
      }
    }
    const Extent rows = this->steps_ * batch;
    this->add_products(rows, n, this->outputs_.at(), width, this->d_gates_.at(), width, this->d_recurrent_kernel());
    if (has_bias_) this->site_.kernels.add_column_sums(rows, width, this->d_gates_.at(), width, this->d_bias());
    this->back_to_inputs(batch);
  }

 private:
  LstmStep<Scalar> at(Extent t, Extent batch) {
    const Extent slot = batch * this->units_;
    LstmStep<Scalar> step{batch, this->units_, this->activation_, this->recurrent_activation_};
    step.gates = this->gates_.at(4 * t * slot);
    step.previous_cell = cells_.at(t * slot);
    step.cell = cells_.at((t + 1) * slot);
    step.active_cell = active_cells_.at(t * slot);
    step.output = this->outputs_.at((t + 1) * slot);
    step.d_output = this->d_outputs_.at((t + 1) * slot);
    step.d_cell = d_cell_.at();
    step.d_gates = this->d_gates_.at(4 * t * slot);
    return step;
  }

  bool has_bias_;
  Buffer<Scalar> cells_, active_cells_, d_cell_, no_bias_;
};

/// Keras's two kinds: the reset gate acts on the previous output before its product, or on the product and its bias
/// after.
template <class Scalar>
class Gru : public Recurrent<Scalar> {
  using Base = Recurrent<Scalar>;

 public:
  Gru(const model::Layer& layer, const Site<Scalar>& site)
      : Base(layer, 3, site), resets_after_(layer.reset_after), has_bias_(layer.use_bias) {}

  void allocate(Extent batch) override {
    this->allocate_common(batch);
    recurrent_ = Buffer<Scalar>(this->steps_ * batch * this->width_);
    no_bias_ = Buffer<Scalar>(this->width_);
    if (resets_after_) {
      d_recurrent_ = Buffer<Scalar>(this->steps_ * batch * this->width_);
    } else {
      resets_ = Buffer<Scalar>(this->steps_ * batch * this->units_);
      d_resets_ = Buffer<Scalar>(batch * this->units_);
      packed_last_ = Buffer<Scalar>(packed_size(this->site_.kernels.panel, this->units_, this->units_));
      turned_last_ = Buffer<Scalar>(packed_size(this->site_.kernels.panel, this->units_, this->units_));
    }
  }

  void forward(Extent batch) override {
    const Extent n = this->units_;
    const Extent width = this->width_;
    const Extent panel = this->site_.kernels.panel;
    this->project_inputs(batch, has_bias_ ? this->bias() : no_bias_.at());
    const Extent first = resets_after_ ? width : 2 * n;  // gates whose product is ready at once
    pack(panel, Turn::AsIs, n, first, width, this->recurrent_kernel(), n, 0, this->packed_.at());
    if (!resets_after_) {
      pack(panel, Turn::AsIs, n, n, width, this->recurrent_kernel() + 2 * n, n, 0, packed_last_.at());
    }
    const Scalar* sums = resets_after_ && has_bias_ ? this->bias() + width : no_bias_.at();
    for (Extent t = 0; t < this->steps_; ++t) {
      const GruStep<Scalar> step = at(t, batch);
      Scalar* recurrent = recurrent_.at(t * batch * width);
      this->multiply_packed(batch, n, step.previous, n, this->packed_.at(), first, recurrent, width, Finish::Bias,
                            sums);
      this->site_.kernels.gru_gates(step);
      if (!resets_after_) {
        this->multiply_packed(batch, n, step.reset, n, packed_last_.at(), n, recurrent + 2 * n, width, Finish::Store);
      }
      this->site_.kernels.gru_output(step);
    }
    this->hand_on(batch);
  }

  void backward(Extent batch) override {
    const Extent n = this->units_;
    const Extent width = this->width_;
    const Extent panel = this->site_.kernels.panel;
    const Extent first = resets_after_ ? width : 2 * n;
    this->take_back(batch);
    pack(panel, Turn::Transposed, n, first, width, this->recurrent_kernel(), first, 0, this->turned_.at());
    if (!resets_after_) {
      pack(panel, Turn::Transposed, n, n, width, this->recurrent_kernel() + 2 * n, n, 0, turned_last_.at());
    }
    for (Extent t = this->steps_ - 1; t >= 0; --t) {
      const GruStep<Scalar> step = at(t, batch);
      this->site_.kernels.gru_backward(step);
      if (!resets_after_) {
        this->multiply_packed(batch, n, step.d_gates + 2 * n, width, turned_last_.at(), n, d_resets_.at(), n,
                              Finish::Store);
        this->site_.kernels.gru_backward_reset(step);
      }
      if (t > 0) {
        this->multiply_packed(batch, first, resets_after_ ? step.d_recurrent : step.d_gates, width, this->turned_.at(),
                              n, step.d_previous, n, Finish::Add);
      }
    }
    const Extent rows = this->steps_ * batch;
    if (resets_after_) {
      this->add_products(rows, n, this->outputs_.at(), width, d_recurrent_.at(), width, this->d_recurrent_kernel());
      if (has_bias_) {
        this->site_.kernels.add_column_sums(rows, width, d_recurrent_.at(), width, this->d_bias() + width);
      }
    } else {
      this->add_products(rows, n, this->outputs_.at(), 2 * n, this->d_gates_.at(), width, this->d_recurrent_kernel());
      this->add_products(rows, n, resets_.at(), n, this->d_gates_.at(2 * n), width, this->d_recurrent_kernel() + 2 * n);
    }
    if (has_bias_) this->site_.kernels.add_column_sums(rows, width, this->d_gates_.at(), width, this->d_bias());
    this->back_to_inputs(batch);
  }

 private:
  GruStep<Scalar> at(Extent t, Extent batch) {
    const Extent slot = batch * this->units_;
    GruStep<Scalar> step{batch, this->units_, this->activation_, this->recurrent_activation_};
    step.gates = this->gates_.at(3 * t * slot);
    step.recurrent = recurrent_.at(3 * t * slot);
    step.previous = this->outputs_.at(t * slot);
    step.output = this->outputs_.at((t + 1) * slot);
    step.d_output = this->d_outputs_.at((t + 1) * slot);
    step.d_previous = this->d_outputs_.at(t * slot);
    step.d_gates = this->d_gates_.at(3 * t * slot);
    if (resets_after_) {
      step.d_recurrent = d_recurrent_.at(3 * t * slot);
    } else {
      step.reset = resets_.at(t * slot);
      step.d_reset = d_resets_.at();
    }
    return step;
  }

  bool resets_after_, has_bias_;
  Buffer<Scalar> recurrent_, d_recurrent_, resets_, d_resets_, packed_last_, turned_last_, no_bias_;
};

}  // namespace

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_lstm(const model::Layer& layer, const Site<Scalar>& site) {
  return std::make_unique<Lstm<Scalar>>(layer, site);
}

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_gru(const model::Layer& layer, const Site<Scalar>& site) {
  return std::make_unique<Gru<Scalar>>(layer, site);
}

template std::unique_ptr<Operation<float>> make_lstm(const model::Layer&, const Site<float>&);
template std::unique_ptr<Operation<double>> make_lstm(const model::Layer&, const Site<double>&);
template std::unique_ptr<Operation<float>> make_gru(const model::Layer&, const Site<float>&);
template std::unique_ptr<Operation<double>> make_gru(const model::Layer&, const Site<double>&);

}  // namespace ntorc::train
