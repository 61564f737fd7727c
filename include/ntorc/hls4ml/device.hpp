// ntorc/hls4ml/device.hpp - the FPGAs that designs are for: what a part holds, and which part a board carries.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::hls4ml {

/// What a part holds. BRAM in 18-Kb blocks, URAM in blocks of 288 Kb.
struct DeviceResources {
  std::int64_t lut = 0;
  std::int64_t ff = 0;
  std::int64_t dsp = 0;
  std::int64_t bram_18k = 0;
  std::int64_t uram = 0;
};

/// What parts of one die have in common, whatever their package, speed and temperature.
struct Device {
  std::string_view device;  ///< as a part's name begins, in lower case: "xczu7ev"
  std::string_view family;  ///< "Zynq UltraScale+"
  std::string_view source;  ///< the data sheet of AMD that describes it: "DS891"
  DeviceResources resources;
};

struct Board {
  std::string_view name;  ///< "zcu104"
  std::string_view part;  ///< whole, as the tools take it: "xczu7ev-ffvc1156-2-e"
};

/// The catalogue, docs/devices.md; sorted by device.
std::span<const Device> devices();
/// Sorted by name; the devices of their parts are in the catalogue.
std::span<const Board> boards();

/// The board of a name in which neither case nor blanks, dashes and underscores matter ("Alveo U250"). Nothing if ntorc
/// does not know it.
std::optional<Board> find_board(std::string_view name);

/// The device of a part or of a board. A part is known by its whole name, with or without a dash before the package
/// ("xczu7ev-ffvc1156-2-e", "xc7z020-clg400-1", "xc7z020clg400-1"), or by its device alone ("xczu7ev"), in any case.
/// Nothing if ntorc does not know it.
std::optional<Device> find_device(std::string_view name);

/// What find_device() holds.
std::optional<DeviceResources> device_resources(std::string_view part);

/// The part that is meant by `name`: of a board the part that it carries, otherwise `name` as it stands. A part need
/// not be in the catalogue if it could be one of AMD's, whose names begin with xc, xa or xq.
/// @throws InvalidArgument  if `name` is neither, as in "part: expected an FPGA part or a board, got zcu10; did you
/// mean
///                          zcu102, zcu104 or zcu106?"
std::string part_name(std::string_view name);

/// Devices and boards called most nearly as `name` is, in the order of their names, at most three: those that contain
/// it or are one edit away, or else those at the least number of edits, which is at most a third of its length. Of a
/// part the device counts. Views into the catalogue.
std::vector<std::string_view> nearest_names(std::string_view name);

/// nearest_names() to end a complaint with: "; did you mean xczu7eg or xczu7ev?", or nothing.
std::string did_you_mean(std::string_view name);

}  // namespace ntorc::hls4ml
