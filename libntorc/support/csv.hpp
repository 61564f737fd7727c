// support/csv.hpp - comma-separated tables whose columns are known by name. Every complaint names file, line and
// column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::support {

/// A header line and rows of as many cells. No quoting: a cell is what stands between commas, blanks at its ends left
/// out. Line ends may be LF or CRLF, a byte-order mark and blank lines are passed over.
class CsvTable {
 public:
  /// @param name  of the file, for messages.
  /// @throws ParseError  for an empty text, a column named twice or not at all, a row of another length, no rows.
  CsvTable(std::string text, std::string name);

  /// Reads a file. @throws FileError, ParseError
  static CsvTable read(const std::filesystem::path& file);

  bool has(std::string_view column) const;
  std::size_t rows() const { return lines_.size(); }

  /// @throws ParseError  naming the first column of `needed` that is missing, or the first column that is in neither
  /// list.
  void expect_columns(std::span<const std::string_view> needed, std::span<const std::string_view> known) const;

  /// The cell as it stands. @throws ParseError  if there is no such column.
  std::string_view text(std::size_t row, std::string_view column) const;
  /// A number in [0, 1e9]. @throws ParseError
  double figure(std::size_t row, std::string_view column) const;
  /// Nothing for an empty cell.
  std::optional<double> figure_if_any(std::size_t row, std::string_view column) const;
  /// An integer in [low, high]. @throws ParseError
  std::int64_t integer(std::size_t row, std::string_view column, std::int64_t low, std::int64_t high) const;

  [[noreturn]] void fail(std::size_t row, std::string_view column, std::string_view expected) const;

 private:
  std::size_t index(std::string_view column) const;

  std::string text_;
  std::string name_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;  // row after row
  std::vector<std::size_t> lines_;       // of each row, the first line of the file is 1
};

}  // namespace ntorc::support
