// signal/pieces.hpp - long texts, read piece by piece.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace ntorc::signal {

/// A text cut at each `delimiter`. Only a block of it is in memory.
class Pieces {
 public:
  /// @param name       of the text, for messages.
  /// @param max_bytes  of one piece.
  Pieces(std::istream& in, const std::string& name, char delimiter, std::size_t max_bytes);

  /// The next piece, which stays until the next call; behind the last delimiter there is none, unless it has a byte.
  /// @throws ParseError for a piece that is too long, FileError
  std::optional<std::string_view> next();
  std::size_t count() const { return count_; }  ///< pieces given so far

 private:
  bool read_more();

  std::istream& in_;
  const std::string& name_;
  char delimiter_;
  std::size_t max_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what was not given yet
  std::size_t end_ = 0;
  std::size_t count_ = 0;
};

/// @throws FileError  if it cannot be opened.
std::ifstream open_text(const std::filesystem::path& file);

/// Without the blanks at its ends.
std::string_view trimmed(std::string_view text);
/// All of `text` is one number that a float holds; a leading + is allowed.
std::optional<float> finite_float(std::string_view text);
std::optional<double> finite_double(std::string_view text);
/// For a message: a few words at most, no control character.
std::string shown(std::string_view text);

}  // namespace ntorc::signal
