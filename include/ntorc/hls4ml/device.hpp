// ntorc/hls4ml/device.hpp - the FPGA a design is for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ntorc::hls4ml {

/// What a part holds. BRAM in 18-Kb blocks.
struct DeviceResources {
  std::int64_t lut = 0;
  std::int64_t ff = 0;
  std::int64_t dsp = 0;
  std::int64_t bram_18k = 0;
};

/// Resources of a part, found by its full name ("xczu7ev-ffvc1156-2-e") or its device alone ("xczu7ev"); nothing if
/// ntorc does not know it.
std::optional<DeviceResources> device_resources(std::string_view part);

}  // namespace ntorc::hls4ml
