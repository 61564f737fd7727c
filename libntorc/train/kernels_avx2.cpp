#include "train/kernels_body.hpp"

namespace ntorc::train {

const Kernels<float>& avx2_kernels() { return kKernels<float>; }

}  // namespace ntorc::train
