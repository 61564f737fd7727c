// ntorc/signal/dropbear.hpp - the recordings of DROPBEAR, as N-TORC published them.
#pragma once

#include <filesystem>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/signal/recording.hpp"

namespace ntorc::signal {

inline constexpr double kDropbearHz = 5000;

/// The 36 runs that N-TORC trains and validates on, in the order of their names.
std::span<const std::string_view> dropbear_training_runs();
/// The 9 runs that N-TORC holds out ("Test Dataset 1"), in the order of its list.
std::span<const std::string_view> dropbear_held_out_runs();
/// "Random", "Slow 10steps", "Slow 30steps", "Slow 60steps" or "Standard"; else the run's name up to its last "_".
std::string dropbear_group(std::string_view run);

/// What a folder has. All names are in order.
struct DropbearFolder {
  std::filesystem::path signals;         ///< folder of <run>_acc_new.txt
  std::filesystem::path labels;          ///< folder of <run>_pin_new.txt
  std::vector<std::string> runs;         ///< with both files
  std::vector<std::string> signal_only;  ///< the partner is missing
  std::vector<std::string> label_only;

  /// Of the published lists, those that are not in `runs`.
  std::vector<std::string> absent_training() const;
  std::vector<std::string> absent_held_out() const;
  /// The runs of this folder that N-TORC does not hold out: what a search may read.
  std::vector<std::string> training() const;
  std::vector<std::string> held_out() const;
};

/// Looks for acceleration_signal_data/ and pin_location_data/ (N-TORC's names), or acceleration/ and position/.
/// @throws FileError   if `folder` cannot be read.
/// @throws ParseError  if it has not the two folders, or they have no run in common.
DropbearFolder list_dropbear(const std::filesystem::path& folder);

/// Reads `runs`, in that order; volts, as they stand in the files.
/// @throws InvalidArgument  for a run that is not there, has no partner or comes twice, or no run at all.
/// @throws FileError, ParseError
std::vector<Recording> read_dropbear(const DropbearFolder& folder, std::span<const std::string> runs);

/// Numbers with commas and blanks between them, as the files of DROPBEAR hold them.
/// @throws ParseError  for a number that is none or not finite; for none at all. @throws FileError
std::vector<float> parse_numbers(std::istream& in, const std::string& name);

}  // namespace ntorc::signal
