#include "perf/structure.hpp"

#include <algorithm>

#include "ntorc/hls4ml/reuse.hpp"

namespace ntorc::perf {

std::string_view to_string(Walk walk) {
  switch (walk) {
    case Walk::Constant:
      return "constant";
    case Walk::Part:
      return "part";
    case Walk::Whole:
      break;
  }
  return "whole";
}

double Structure::reuse() const {
  return recurrent() ? std::max(matrices[0].reuse, matrices[1].reuse) : matrices.front().reuse;
}

bool Structure::constant() const {
  return std::ranges::any_of(matrices, [](const MatrixUse& use) { return use.walk() == Walk::Constant; });
}

Structure structure_of(const hls4ml::LayerShape& shape, std::int64_t reuse) {
  Structure structure{shape, {}};
  for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape)) {
    const std::int64_t effective = hls4ml::snapped_reuse_factor(matrix, reuse);
    structure.matrices.push_back({static_cast<double>(matrix.n_in), static_cast<double>(matrix.n_out),
                                  static_cast<double>(effective),
                                  static_cast<double>(hls4ml::block_factor(matrix, effective))});
  }
  return structure;
}

}  // namespace ntorc::perf
