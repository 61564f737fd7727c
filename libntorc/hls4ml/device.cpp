#include "ntorc/hls4ml/device.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace ntorc::hls4ml {
namespace {

struct Device {
  std::string_view name;
  DeviceResources resources;
};

// AMD DS891, Zynq UltraScale+ MPSoC Data Sheet: Overview. The Available row of HLS reports for the part says the same.
constexpr std::array kDevices{
    Device{"xczu7ev", {.lut = 230'400, .ff = 460'800, .dsp = 1'728, .bram_18k = 624}},
};

}  // namespace

std::optional<DeviceResources> device_resources(std::string_view part) {
  std::string device(part.substr(0, part.find('-')));
  std::ranges::transform(device, device.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::ranges::find(kDevices, std::string_view(device), &Device::name);
  if (found == kDevices.end()) return std::nullopt;
  return found->resources;
}

}  // namespace ntorc::hls4ml
