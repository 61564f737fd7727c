// perf/structure.hpp - what of a layer and its reuse factor decides the hardware: the quantities that laws and learning
// speak of.
#pragma once

#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"

namespace ntorc::perf {

/// A weight matrix and what its reuse factor makes of it.
struct MatrixUse {
  double n_in = 1;
  double n_out = 1;
  double reuse = 1;         ///< as hls4ml snaps it
  double block_factor = 1;  ///< multipliers

  /// Each multiplier serves this many outputs, one after the other; 1 while it serves a part of one.
  double turns() const { return reuse > n_in ? reuse / n_in : 1; }
};

struct Structure {
  hls4ml::LayerShape shape;
  std::vector<MatrixUse> matrices;  ///< one; two for LSTM and GRU, input then recurrent

  bool recurrent() const { return matrices.size() == 2; }
  double reuse() const;  ///< the larger of the matrices'
};

/// @param reuse  what hls4ml is told. @throws InvalidArgument  if it is < 1 or an extent is out of range.
Structure structure_of(const hls4ml::LayerShape& shape, std::int64_t reuse);

}  // namespace ntorc::perf
