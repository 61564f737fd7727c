#include "train/loss.hpp"

#include <algorithm>
#include <cmath>

namespace ntorc::train {
namespace {

/// -log softmax(z)[c] = max + log(sum exp(z - max)) - z[c]; by z: softmax(z) less 1 at c.
template <class Scalar>
double cross_entropy(const Kernels<Scalar>& kernels, Extent rows, Extent columns, const Scalar* outputs,
                     const Scalar* targets, Scalar* d_outputs) {
  const Scalar share = Scalar{1} / static_cast<Scalar>(rows);
  std::vector<Scalar> maxima(static_cast<std::size_t>(rows));
  std::vector<Scalar> sums(static_cast<std::size_t>(rows));
  std::copy(outputs, outputs + rows * columns, d_outputs);
  kernels.softmax(rows, columns, share, d_outputs, maxima.data(), sums.data());
  double loss = 0;
  for (Extent row = 0; row < rows; ++row) {
    const Extent at = row * columns + static_cast<Extent>(targets[row]);
    const auto i = static_cast<std::size_t>(row);
    loss +=
        std::log(static_cast<double>(sums[i])) + (static_cast<double>(maxima[i]) - static_cast<double>(outputs[at]));
    d_outputs[at] -= share;
  }
  return loss;
}

}  // namespace

template <class Scalar>
double loss_and_gradient(const LossKind& kind, const Kernels<Scalar>& kernels, Extent rows, Extent columns,
                         const Scalar* outputs, const Scalar* targets, Scalar* d_outputs) {
  if (kind.loss == Loss::CrossEntropy) {
    return cross_entropy(kernels, rows, columns, outputs, targets, d_outputs);
  }
  const bool huber = kind.loss == Loss::Huber;
  const auto share = Scalar{1} / static_cast<Scalar>(rows * columns);
  const auto delta = static_cast<Scalar>(kind.huber_delta);
  double loss = 0;
  for (Extent i = 0; i < rows * columns; ++i) {
    const Scalar error = outputs[i] - targets[i];
    const Scalar size = std::abs(error);
    if (!huber) {
      loss += static_cast<double>(error * error);
      d_outputs[i] = 2 * share * error;
    } else if (size <= delta) {
      loss += static_cast<double>(error * error / 2);
      d_outputs[i] = share * error;
    } else {
      loss += static_cast<double>(delta * (size - delta / 2));
      d_outputs[i] = share * std::copysign(delta, error);
    }
  }
  return loss / static_cast<double>(columns);
}

template double loss_and_gradient(const LossKind&, const Kernels<float>&, Extent, Extent, const float*, const float*,
                                  float*);
template double loss_and_gradient(const LossKind&, const Kernels<double>&, Extent, Extent, const double*, const double*,
                                  double*);

}  // namespace ntorc::train
