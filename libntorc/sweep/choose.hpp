// sweep/choose.hpp - the weights of choose_informative, for those who compare them.
#pragma once

#include <cstddef>
#include <vector>

#include "ntorc/sweep/sweep.hpp"

namespace ntorc::sweep {

/// What a run is chosen for.
struct Criterion {
  double information = 1;  ///< weight of the logarithm of the determinant
  double coverage = 1;     ///< weight of the spread over sizes, reuse factors and forms
};

std::vector<std::size_t> choose(const std::vector<Candidate>& candidates, std::size_t count,
                                const Criterion& criterion);

}  // namespace ntorc::sweep
