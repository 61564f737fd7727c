#include "train/kernels_body.hpp"

namespace ntorc::train {

const Kernels<float>& avx512_kernels() { return kKernels<float>; }

}  // namespace ntorc::train
