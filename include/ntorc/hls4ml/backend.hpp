// ntorc/hls4ml/backend.hpp - the HLS tools that hls4ml writes for, as far as ntorc plans for them.
#pragma once

#include <string_view>

namespace ntorc::hls4ml {

/// hls4ml's backends. They differ in how a stream is built: Vivado HLS makes one FIFO for each channel, Vitis HLS one
/// as wide as all of them.
enum class Backend { Vivado, Vitis };

std::string_view to_string(Backend backend);  ///< "Vivado", "Vitis"
Backend backend(std::string_view name);       ///< of either case. @throws InvalidArgument  if `name` is neither

}  // namespace ntorc::hls4ml
