#include "ntorc/emit/device_table.hpp"

#include <fmt/format.h>

#include "emit/text_table.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::emit {

std::string device_table() {
  TextRows of_devices{{"device", "family", "source", "LUT", "FF", "DSP", "BRAM 18K", "URAM"}};
  for (const hls4ml::Device& device : hls4ml::devices()) {
    const auto& [lut, ff, dsp, bram_18k, uram] = device.resources;
    of_devices.push_back({std::string(device.device), std::string(device.family), std::string(device.source),
                          fmt::format("{}", lut), fmt::format("{}", ff), fmt::format("{}", dsp),
                          fmt::format("{}", bram_18k), fmt::format("{}", uram)});
  }
  TextRows of_boards{{"board", "part"}};
  for (const hls4ml::Board& board : hls4ml::boards()) {
    of_boards.push_back({std::string(board.name), std::string(board.part)});
  }
  return text_table(of_devices, 3) + '\n' + text_table(of_boards, 2);
}

}  // namespace ntorc::emit
