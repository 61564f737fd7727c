#include "support/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// For a message: never longer than a few words, never a control character.
std::string shown(std::string_view cell) {
  std::string text(cell.substr(0, 40));
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' '; }, '?');
  return cell.size() > 40 ? text + "..." : text;
}

template <typename Number>
std::optional<Number> parsed(std::string_view cell) {
  Number number{};
  const char* const end = cell.data() + cell.size();
  const auto [rest, failure] = std::from_chars(cell.data(), end, number);
  if (failure != std::errc{} || rest != end) return std::nullopt;
  return number;
}

std::optional<double> figure_of(std::string_view cell, double most) {
  const auto number = parsed<double>(cell);
  return number && *number >= 0 && *number <= most ? number : std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view cell, std::int64_t low, std::int64_t high) {
  const auto number = parsed<std::int64_t>(cell);
  return number && *number >= low && *number <= high ? number : std::nullopt;
}

/// "a number in 0..1e9"
std::string figure_up_to(double most) { return fmt::format("a number in 0..1e{:.0f}", std::log10(most)); }

std::string integer_in(std::int64_t low, std::int64_t high) { return fmt::format("an integer in {}..{}", low, high); }

}  // namespace

std::string csv_cell(std::string_view text) {
  const bool blanks = !text.empty() && (is_blank(text.front()) || is_blank(text.back()));
  if (!blanks && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

CsvRows::CsvRows(std::string text, std::string name)
    : text_(std::move(text)), name_(std::move(name)), next_(text_.data()), end_(text_.data() + text_.size()) {
  if (text_.starts_with("\xEF\xBB\xBF")) next_ += 3;
  if (!read_row()) throw ParseError(fmt::format("{}: expected a header line, found an empty file", name_));
  columns_ = std::move(cells_);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].empty()) refuse(row_line_, fmt::format("column {} has no name", i + 1));
    if (find(columns_[i]) != i) refuse(row_line_, fmt::format("column {} is there twice", shown(columns_[i])));
  }
}

void CsvRows::refuse(std::size_t line, std::string_view what) const {
  throw ParseError(fmt::format("{}: line {}: {}", name_, line, what));
}

void CsvRows::refuse_cell(std::size_t line, std::size_t column, std::string_view cell,
                          std::string_view expected) const {
  throw ParseError(fmt::format("{}: line {}, column {}: expected {}, got \"{}\"", name_, line, shown(columns_[column]),
                               expected, shown(cell)));
}

/// Takes the cell whose first quote is at `open`. @return  what stands behind its last quote.
char* CsvRows::quoted_cell(char* open) {
  char* in = open + 1;
  char* out = in;  // doubled quotes become one, in place
  std::size_t ends = 0;
  while (in != end_) {
    if (*in == '"') {
      ++in;
      if (in == end_ || *in != '"') {
        cells_.emplace_back(open + 1, out);
        line_ += ends;
        return in;
      }
    }
    if (*in == '\n') ++ends;
    *out++ = *in++;
  }
  refuse(line_, "expected a quote that closes the cell, found none");
}

/// Cells of the next line that is not blank.
bool CsvRows::read_row() {
  cells_.clear();
  while (next_ != end_) {
    row_line_ = line_;
    while (true) {
      char* first = next_;
      while (first != end_ && is_blank(*first)) ++first;
      if (first != end_ && *first == '"') {
        next_ = quoted_cell(first);
        while (next_ != end_ && is_blank(*next_)) ++next_;
        if (next_ != end_ && *next_ != ',' && *next_ != '\n')
          refuse(line_, fmt::format("expected a comma behind cell {}, which is in quotes", cells_.size()));
      } else {
        char* stop = first;
        while (stop != end_ && *stop != ',' && *stop != '\n') {
          if (*stop == '"') refuse(line_, fmt::format("expected cell {} without a quote in it", cells_.size() + 1));
          ++stop;
        }
        next_ = stop;
        while (stop != first && is_blank(stop[-1])) --stop;
        const bool blank_line = stop == first && cells_.empty() && (next_ == end_ || *next_ == '\n');
        if (!blank_line) cells_.emplace_back(first, stop);
      }
      if (next_ == end_ || *next_++ == '\n') break;
    }
    if (next_[-1] == '\n') ++line_;
    if (!cells_.empty()) return true;
  }
  return false;
}

bool CsvRows::next() {
  if (!read_row()) {
    if (!any_) throw ParseError(fmt::format("{}: expected rows below the header, found none", name_));
    return false;
  }
  any_ = true;
  if (cells_.size() != columns_.size())
    refuse(row_line_, fmt::format("expected {} cells, found {}", columns_.size(), cells_.size()));
  return true;
}

std::optional<std::size_t> CsvRows::find(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t CsvRows::column(std::string_view column) const {
  const auto found = find(column);
  if (!found) throw ParseError(fmt::format("{}: expected a column {}, found none", name_, column));
  return *found;
}

void CsvRows::expect_columns(std::span<const std::string_view> needed, std::span<const std::string_view> known) const {
  for (const std::string_view name : needed) column(name);
  for (const std::string_view name : columns_) {
    if (std::ranges::find(needed, name) == needed.end() && std::ranges::find(known, name) == known.end()) {
      throw ParseError(fmt::format("{}: unknown column {}", name_, shown(name)));
    }
  }
}

double CsvRows::figure(std::size_t column, double most) const {
  const auto number = figure_of(cells_[column], most);
  if (!number) fail(column, figure_up_to(most));
  return *number;
}

std::optional<double> CsvRows::figure_if_any(std::size_t column, double most) const {
  if (cells_[column].empty()) return std::nullopt;
  return figure(column, most);
}

std::int64_t CsvRows::integer(std::size_t column, std::int64_t low, std::int64_t high) const {
  const auto number = integer_of(cells_[column], low, high);
  if (!number) fail(column, integer_in(low, high));
  return *number;
}

void CsvRows::fail(std::size_t column, std::string_view expected) const {
  refuse_cell(row_line_, column, cells_[column], expected);
}

CsvTable::CsvTable(std::string text, std::string name) : rows_(std::move(text), std::move(name)) {
  while (rows_.next()) {
    cells_.insert(cells_.end(), rows_.cells().begin(), rows_.cells().end());
    lines_.push_back(rows_.line());
  }
}

CsvTable CsvTable::read(const std::filesystem::path& file) { return {read_file(file), file.string()}; }

std::string_view CsvTable::text(std::size_t row, std::string_view column) const {
  return cells_[row * rows_.columns_.size() + rows_.column(column)];
}

double CsvTable::figure(std::size_t row, std::string_view column) const {
  const auto number = figure_of(text(row, column), kLargestFigure);
  if (!number) fail(row, column, figure_up_to(kLargestFigure));
  return *number;
}

std::int64_t CsvTable::integer(std::size_t row, std::string_view column, std::int64_t low, std::int64_t high) const {
  const auto number = integer_of(text(row, column), low, high);
  if (!number) fail(row, column, integer_in(low, high));
  return *number;
}

void CsvTable::fail(std::size_t row, std::string_view column, std::string_view expected) const {
  rows_.refuse_cell(lines_[row], rows_.column(column), text(row, column), expected);
}

}  // namespace ntorc::support
