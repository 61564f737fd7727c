#include <cmath>
#include <limits>

#include "train/engine.hpp"

namespace ntorc::train {
namespace {

using model::LayerKind;

/// Each output step looks at a run of input steps; what padding adds is not looked at, as in Keras.
template <class Scalar>
class StepPooling : public Operation<Scalar> {
 public:
  StepPooling(const model::Layer& layer, const Site<Scalar>& site)
      : site_(site),
        takes_most_(layer.kind == LayerKind::MaxPooling1D || layer.kind == LayerKind::GlobalMaxPooling1D),
        channels_(layer.input_shape[1]) {
    const Extent steps = layer.input_shape[0];
    if (layer.kind == LayerKind::GlobalMaxPooling1D || layer.kind == LayerKind::GlobalAveragePooling1D) {
      runs_.push_back({0, steps});
      return;
    }
    const Extent window = layer.kernel[0];
    const Extent stride = layer.strides[0];
    const Extent out_steps = layer.output_shape[0];
    const Extent missing = std::max<Extent>((out_steps - 1) * stride + window - steps, 0);
    const Extent left = layer.padding == model::Padding::Same ? missing / 2 : 0;
    for (Extent t = 0; t < out_steps; ++t) {
      const Extent from = t * stride - left;
      runs_.push_back({std::max<Extent>(from, 0), std::min(from + window, steps)});
    }
  }

  void allocate(Extent batch) override {
    if (takes_most_) places_.resize(static_cast<std::size_t>(batch * site_.out.elements));
  }

  void forward(Extent batch) override {
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* in = site_.in.at(sample);
      Scalar* out = site_.out.at(sample);
      if (takes_most_) {
        Extent* places = places_.data() + sample * site_.out.elements;
        for (std::size_t k = 0; k < runs_.size(); ++k) {
          const Extent at = static_cast<Extent>(k) * channels_;
          take_most(runs_[k], in, out + at, places + at);
        }
        continue;
      }
      for (const Run& run : runs_) {
        take_mean(run, in, out);
        out += channels_;
      }
    }
  }

  void backward(Extent batch) override {
    if (!site_.in.has_gradient) return;
    for (Extent sample = 0; sample < batch; ++sample) {
      Scalar* d_in = site_.in.d_at(sample);
      std::fill(d_in, d_in + site_.in.elements, Scalar{0});
      const Scalar* d_out = site_.out.d_at(sample);
      if (takes_most_) {
        const Extent* places = places_.data() + sample * site_.out.elements;
        for (Extent i = 0; i < site_.out.elements; ++i) d_in[places[i]] += d_out[i];
        continue;
      }
      for (const Run& run : runs_) {
        const Scalar share = Scalar{1} / static_cast<Scalar>(run.end - run.begin);
        for (Extent step = run.begin; step < run.end; ++step) {
          for (Extent c = 0; c < channels_; ++c) d_in[step * channels_ + c] += share * d_out[c];
        }
        d_out += channels_;
      }
    }
  }

 private:
  struct Run {
    Extent begin, end;
  };

  /// The first of the largest, and its place.
  void take_most(const Run& run, const Scalar* in, Scalar* out, Extent* places) const {
    for (Extent c = 0; c < channels_; ++c) {
      out[c] = in[run.begin * channels_ + c];
      places[c] = run.begin * channels_ + c;
    }
    for (Extent step = run.begin + 1; step < run.end; ++step) {
      for (Extent c = 0; c < channels_; ++c) {
        const Scalar value = in[step * channels_ + c];
        if (!(value > out[c]) && !std::isnan(value)) continue;  // what is not a number goes on
        out[c] = value;
        places[c] = step * channels_ + c;
      }
    }
  }

  void take_mean(const Run& run, const Scalar* in, Scalar* out) const {
    std::fill(out, out + channels_, Scalar{0});
    for (Extent step = run.begin; step < run.end; ++step) {
      for (Extent c = 0; c < channels_; ++c) out[c] += in[step * channels_ + c];
    }
    const Scalar share = Scalar{1} / static_cast<Scalar>(run.end - run.begin);
    for (Extent c = 0; c < channels_; ++c) out[c] *= share;
  }

  Site<Scalar> site_;
  bool takes_most_;
  Extent channels_;
  std::vector<Run> runs_;
  std::vector<Extent> places_;  ///< in the input sample, of each output
};

template <class Scalar>
class LoneActivation : public Operation<Scalar> {
 public:
  LoneActivation(Function activation, const Site<Scalar>& site) : site_(site), activation_(activation) {}

  void allocate(Extent) override {}

  void forward(Extent batch) override {
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* in = site_.in.at(sample);
      std::copy(in, in + site_.in.elements, site_.out.at(sample));
      site_.kernels.activate(activation_, site_.out.elements, site_.out.at(sample));
    }
  }

  void backward(Extent batch) override {
    if (!site_.in.has_gradient) return;
    for (Extent sample = 0; sample < batch; ++sample) {
      const Scalar* d_out = site_.out.d_at(sample);
      std::copy(d_out, d_out + site_.out.elements, site_.in.d_at(sample));
      site_.kernels.deactivate(activation_, site_.in.elements, site_.out.at(sample), site_.in.d_at(sample));
    }
  }

 private:
  Site<Scalar> site_;
  Function activation_;
};

}  // namespace

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_pooling(const model::Layer& layer, const Site<Scalar>& site) {
  return std::make_unique<StepPooling<Scalar>>(layer, site);
}

template <class Scalar>
std::unique_ptr<Operation<Scalar>> make_activation(Function activation, const Site<Scalar>& site) {
  return std::make_unique<LoneActivation<Scalar>>(activation, site);
}

template std::unique_ptr<Operation<float>> make_pooling(const model::Layer&, const Site<float>&);
template std::unique_ptr<Operation<double>> make_pooling(const model::Layer&, const Site<double>&);
template std::unique_ptr<Operation<float>> make_activation(Function, const Site<float>&);
template std::unique_ptr<Operation<double>> make_activation(Function, const Site<double>&);

}  // namespace ntorc::train
