#include "train/kernels_body.hpp"

namespace ntorc::train {

const Kernels<float>& baseline_kernels() { return kKernels<float>; }
const Kernels<double>& double_kernels() { return kKernels<double>; }

}  // namespace ntorc::train
