// ntorc/hls4ml/layer_shape.hpp - what hls4ml makes of a layer: weight matrices n_in x n_out that a multiplier array
// walks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ntorc/model/network.hpp"

namespace ntorc::hls4ml {

/// Largest extent of a layer or a matrix: keeps every product of two within 63 bits, and the search for divisors short.
inline constexpr std::int64_t kMaxExtent = (std::int64_t{1} << 31) - 1;

/// The part of a layer that decides its hardware, apart from the reuse factor.
struct LayerShape {
  model::LayerKind kind = model::LayerKind::Dense;  ///< Dense, Conv1D, Conv2D, Lstm or Gru
  std::int64_t inputs = 1;                          ///< features, or channels of a convolution, of one input step
  std::int64_t size = 1;                            ///< units or filters
  std::int64_t kernel = 1;                          ///< window, rows x columns for Conv2D; 1 unless a convolution
  std::int64_t sequence = 1;                        ///< input steps or pixels, without padding; 1 for Dense
  std::int64_t packets = 1;  ///< stream elements in which the input of Dense arrives (io_stream); 1 for the others

  friend bool operator==(const LayerShape&, const LayerShape&) = default;
};

/// A weight matrix; both extents >= 1.
struct Matrix {
  std::int64_t n_in = 1;
  std::int64_t n_out = 1;

  friend bool operator==(const Matrix&, const Matrix&) = default;
};

/// The hardware shape of `layer`; nothing for a layer without a weight matrix (pooling, activations, ...).
/// Dense on a tensor of more than one axis is what hls4ml makes of it: a convolution with a window of 1.
/// Dense as if its input arrived at once.
std::optional<LayerShape> layer_shape(const model::Layer& layer);

/// The same for every layer of a network. With io_stream a tensor travels as one element for each position, as wide as
/// its channels; Flatten leaves the stream as it is, so that a Dense layer behind it takes n_in / channels packets.
/// @throws InvalidArgument  as nodes().
std::vector<std::optional<LayerShape>> layer_shapes(const model::Network& network);

/// Whether every extent of the shape and of its matrices is in 1..kMaxExtent.
bool fits(const LayerShape& shape);

/// The matrices of a layer, in the order in which hls4ml snaps the reuse factor onto them: one for Dense (inputs x
/// size) and convolutions (inputs * kernel x size); two for LSTM (inputs x 4 size, size x 4 size) and GRU (with 3 in
/// place of 4).
std::vector<Matrix> matrices(const LayerShape& shape);

}  // namespace ntorc::hls4ml
