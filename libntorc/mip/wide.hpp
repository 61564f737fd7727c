// mip/wide.hpp - integers wide enough for a weight times a sum.
#pragma once

#include <cstdint>

namespace ntorc::mip {

__extension__ using Wide = __int128;

/// The least integer not below numerator / denominator. @param denominator  > 0
inline Wide divide_up(Wide numerator, Wide denominator) {
  return numerator / denominator + (numerator % denominator > 0 ? 1 : 0);
}

}  // namespace ntorc::mip
