// synthesis/report_text.hpp - the text of a report of the vendor's tools: lines, tables, figures.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::synthesis {

/// Without blanks at both ends; a carriage return is a blank.
std::string_view trimmed(std::string_view text);

/// For a message: one line of a few words in quotes, whatever the bytes.
std::string shown(std::string_view text);

/// A figure as the tools print it. Nothing for "", "-", "?", "N/A", "NA", "undef": not known. "~0" is 0.
/// A unit of time may follow ("5.00 ns", "1.2 us"): the figure is then in nanoseconds.
struct Figure {
  enum class Kind { Number, Absent, Wrong };
  Kind kind = Kind::Wrong;
  double value = 0;  ///< 0..1e18
};
Figure read_figure(std::string_view text);

/// Steps through a text line by line. A byte-order mark is passed over, line ends may be LF or CRLF.
/// Owns nothing: text and name must outlive it.
class Lines {
 public:
  /// @param name  of the file, for messages.
  Lines(std::string_view text, std::string_view name);

  bool next();                                     ///< to the next line; false behind the last
  void back();                                     ///< the next call of next() comes to this line again
  std::string_view line() const { return line_; }  ///< trimmed
  std::size_t number() const { return number_; }   ///< of this line; the first is 1
  std::string_view name() const { return name_; }

  /// "<file>: line <n>: expected <expected>, got <this line>"
  [[noreturn]] void fail(std::string_view expected) const;
  [[noreturn]] void fail(std::string_view expected, std::string_view found) const;

 private:
  std::string_view text_;
  std::string_view name_;
  std::string_view line_;
  std::size_t start_ = 0;  // of this line
  std::size_t rest_ = 0;   // behind it
  std::size_t number_ = 0;
};

/// A table framed by rules (+---+): a head of one or more lines, then rows between further rules.
///
/// The head may group columns: `Latency` above `min` and `max`. A column's title is then "Latency min". A group is
/// known by the words min, avg and max below it, not by its place in the line.
class Table {
 public:
  /// `lines` stands on the rule at the top of the table. @throws ParseError
  explicit Table(Lines& lines);

  /// To the next row. False behind the table; `lines` then gives what follows.
  /// @throws ParseError  for a row of another length than the head, or a table that no rule closes.
  bool next();
  std::size_t block() const { return block_; }  ///< 0 above the first rule below rows, 1 above the second, ...

  /// Place of the column whose title is `title`.
  std::optional<std::size_t> column(std::string_view title) const;
  const std::vector<std::string>& titles() const { return titles_; }
  /// @throws ParseError  at the head, if there is no such column.
  std::size_t needed(std::string_view title) const;

  std::string_view cell(std::size_t column) const { return cells_[column]; }
  /// Nothing for a cell that says that it knows nothing. @throws ParseError  for what is no figure.
  std::optional<double> figure(std::size_t column) const;
  /// The same, nothing for a column that is not there.
  std::optional<double> figure(std::optional<std::size_t> column) const;

  const Lines& lines() const { return lines_; }

 private:
  void read_head();

  Lines& lines_;
  std::vector<std::string> titles_;
  std::vector<std::string_view> cells_;
  std::size_t head_line_ = 0;
  std::size_t block_ = 0;
  bool row_since_rule_ = false;
};

}  // namespace ntorc::synthesis
