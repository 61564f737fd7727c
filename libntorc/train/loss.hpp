// train/loss.hpp - what a network's answers cost.
#pragma once

#include <span>
#include <vector>

#include "ntorc/train/options.hpp"
#include "train/kernels.hpp"

namespace ntorc::train {

struct LossKind {
  Loss loss = Loss::MeanSquared;
  double huber_delta = 1;
};

/// The sum of the losses of `rows` samples. `outputs` and `d_outputs` are rows x columns; d_outputs becomes the
/// gradient of the mean of the losses. @param targets  rows x columns, or for CrossEntropy a class for each row, of
/// outputs before the softmax
template <class Scalar>
double loss_and_gradient(const LossKind& kind, const Kernels<Scalar>& kernels, Extent rows, Extent columns,
                         const Scalar* outputs, const Scalar* targets, Scalar* d_outputs);

}  // namespace ntorc::train
