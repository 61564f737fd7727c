// ntorc/signal/recording.hpp - a signal and what a network shall say of it, sample by sample; read from tables of text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ntorc::signal {

/// One run of a measurement.
struct Recording {
  std::string name;
  std::string group;          ///< runs of one kind share it (Split takes its share of each); may be empty
  double sampling_hz = 0;     ///< > 0
  std::int64_t channels = 1;  ///< inputs that were sampled together, >= 1
  std::vector<float> signal;  ///< (samples, channels), row after row
  std::vector<float> label;   ///< (samples)

  std::int64_t samples() const { return static_cast<std::int64_t>(label.size()); }
  /// @throws InvalidArgument  for no sample, lengths that do not fit, a number that is not finite, a rate not above 0.
  void validate() const;
};

/// Which columns of a table are what. A column is named as its header has it, or numbered from 1.
struct TableOptions {
  std::vector<std::string> inputs{"acceleration"};  ///< at least one, no two alike
  std::string label = "position";                   ///< none of the inputs
  std::optional<std::string> time;                  ///< column of seconds, evenly spaced; or
  std::optional<double> sampling_hz;                ///< in (0, 1e12]. One of the two must be given, and not both
  void validate() const;                            ///< @throws InvalidArgument  naming the first bad field
};

/// Reads one table: docs/formats/recordings.md. Its name is the file's without extension.
/// @throws FileError, ParseError, InvalidArgument (of the options)
Recording read_table(const std::filesystem::path& file, const TableOptions& options);
/// @param name  of the text, for messages. @throws as read_table.
Recording parse_table(std::istream& in, const std::string& name, const TableOptions& options);

/// Whether the recordings can be learnt from together.
/// @throws InvalidArgument  for none, a name twice, other channels or another rate than the first has, one that does
/// not
///                          validate, the same label everywhere.
void check_together(std::span<const Recording> recordings);

}  // namespace ntorc::signal
