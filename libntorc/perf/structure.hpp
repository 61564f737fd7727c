// perf/structure.hpp - what of a layer and its reuse factor decides the hardware: the quantities that laws and learning
// speak of.
#pragma once

#include <string_view>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "support/inline_vector.hpp"

namespace ntorc::perf {

/// How the multipliers walk a matrix: each form has laws of its own.
enum class Walk {
  Constant,  ///< reuse 1: every weight is built in
  Part,      ///< 1 < reuse < n_in: a multiplier serves a part of one output
  Whole,     ///< reuse >= n_in: it serves whole outputs, one after the other
};

std::string_view to_string(Walk walk);  ///< "constant", "part", "whole"

/// A weight matrix and what its reuse factor makes of it.
struct MatrixUse {
  double n_in = 1;
  double n_out = 1;
  double reuse = 1;         ///< as hls4ml snaps it
  double block_factor = 1;  ///< multipliers

  /// Each multiplier serves this many outputs, one after the other; 1 while it serves a part of one.
  double turns() const { return reuse > n_in ? reuse / n_in : 1; }
  Walk walk() const { return reuse <= 1 ? Walk::Constant : reuse < n_in ? Walk::Part : Walk::Whole; }
};

struct Structure {
  hls4ml::LayerShape shape;
  support::InlineVector<MatrixUse, 2> matrices;  ///< one; two for LSTM and GRU, input then recurrent

  bool recurrent() const { return matrices.size() == 2; }
  double reuse() const;   ///< the larger of the matrices'
  bool constant() const;  ///< whether the weights of a matrix are built in
};

/// @param reuse  what hls4ml is told. @throws InvalidArgument  if it is < 1 or an extent is out of range.
Structure structure_of(const hls4ml::LayerShape& shape, std::int64_t reuse);

}  // namespace ntorc::perf
