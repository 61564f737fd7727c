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

#include "support/file.hpp"

namespace ntorc::support {

inline constexpr double kLargestFigure = 1e9;  ///< unless a column can hold more

/// RFC 4180: a cell that could be misread stands in quotes, each of its own quotes doubled.
std::string csv_cell(std::string_view text);

/// A header line and rows of as many cells, read one after the other. Of a cell without quotes the blanks at its ends
/// are left out; a cell in quotes is taken as it stands, line ends too (RFC 4180). Line ends may be LF or CRLF, a
/// byte-order mark and blank lines are passed over.
class CsvRows {
 public:
  /// Reads the header. @param name  of the file, for messages.
  /// @throws ParseError  for an empty text, a column named twice or not at all.
  CsvRows(std::string text, std::string name);
  CsvRows(const CsvRows&) = delete;  // cells refer to its text
  CsvRows& operator=(const CsvRows&) = delete;
  ~CsvRows() = default;

  /// Goes to the next row; cells of the one before stay valid. False behind the last.
  /// @throws ParseError  for a row of another length, a quote that is not closed or stands within a cell, no row at
  /// all.
  bool next();

  const std::string& name() const { return name_; }  ///< of the file
  std::optional<std::size_t> find(std::string_view column) const;
  std::size_t column(std::string_view column) const;  ///< @throws ParseError  if there is none
  /// @throws ParseError  naming the first column of `needed` that is missing, or the first column that is in neither
  /// list.
  void expect_columns(std::span<const std::string_view> needed, std::span<const std::string_view> known) const;

  const std::vector<std::string_view>& cells() const { return cells_; }
  std::size_t line() const { return row_line_; }  ///< on which the row begins; the first of the file is 1

  /// Of the row, by index of the column.
  std::string_view text(std::size_t column) const { return cells_[column]; }
  /// A number in [0, most]. @throws ParseError
  double figure(std::size_t column, double most = kLargestFigure) const;
  /// Nothing for an empty cell.
  std::optional<double> figure_if_any(std::size_t column, double most = kLargestFigure) const;
  /// An integer in [low, high]. @throws ParseError
  std::int64_t integer(std::size_t column, std::int64_t low, std::int64_t high) const;

  [[noreturn]] void fail(std::size_t column, std::string_view expected) const;

 private:
  friend class CsvTable;
  [[noreturn]] void refuse(std::size_t line, std::string_view what) const;
  [[noreturn]] void refuse_cell(std::size_t line, std::size_t column, std::string_view cell,
                                std::string_view expected) const;
  bool read_row();
  char* quoted_cell(char* open);

  std::string text_;
  std::string name_;
  char* next_;
  char* end_;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  bool any_ = false;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;
};

/// All rows of a small table at once.
class CsvTable {
 public:
  /// @throws ParseError  as CsvRows.
  CsvTable(std::string text, std::string name);

  /// Reads a file. @throws FileError, ParseError
  static CsvTable read(const std::filesystem::path& file);

  bool has(std::string_view column) const { return rows_.find(column).has_value(); }
  std::size_t rows() const { return lines_.size(); }

  void expect_columns(std::span<const std::string_view> needed, std::span<const std::string_view> known) const {
    rows_.expect_columns(needed, known);
  }

  /// The cell as it stands. @throws ParseError  if there is no such column.
  std::string_view text(std::size_t row, std::string_view column) const;
  /// A number in [0, 1e9]. @throws ParseError
  double figure(std::size_t row, std::string_view column) const;
  /// An integer in [low, high]. @throws ParseError
  std::int64_t integer(std::size_t row, std::string_view column, std::int64_t low, std::int64_t high) const;

  [[noreturn]] void fail(std::size_t row, std::string_view column, std::string_view expected) const;

 private:
  CsvRows rows_;
  std::vector<std::string_view> cells_;  // row after row
  std::vector<std::size_t> lines_;       // of each row
};

}  // namespace ntorc::support
