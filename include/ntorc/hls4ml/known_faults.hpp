// ntorc/hls4ml/known_faults.hpp - networks that hls4ml converts, and gets wrong.
#pragma once

#include <string>
#include <vector>

#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/network.hpp"

namespace ntorc::hls4ml {

/// A line for each place of the network that hls4ml 1.2 and 1.3 are known to get wrong for Vivado and Vitis, naming the
/// layer. Most networks have none. Found by converting networks with both releases and reading the code they write:
/// - a Conv1D with padding whose stream another layer reads first: the padding lands before that one (io_stream);
/// - what works element by element on a tensor that Flatten left in pieces (io_stream);
/// - pooling with padding, or in two dimensions with strides other than its window (io_stream);
/// - more than seven readers of a stream, and dilation;
/// - a layer called i, n, p, t or u, which 1.3 renames, so that its reuse factor is not applied.
/// @throws InvalidArgument  as nodes().
std::vector<std::string> known_faults(const model::Network& network, IoType io_type);

}  // namespace ntorc::hls4ml
