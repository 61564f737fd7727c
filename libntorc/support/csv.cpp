#include "support/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ntorc/error.hpp"
#include "support/file.hpp"

namespace ntorc::support {
namespace {

constexpr double kLargestFigure = 1e9;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cells of a line, appended to `cells`. @return  how many.
std::size_t split(std::string_view line, std::vector<std::string_view>& cells) {
  std::size_t count = 0;
  while (true) {
    const auto comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    ++count;
    if (comma == std::string_view::npos) return count;
    line.remove_prefix(comma + 1);
  }
}

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

}  // namespace

CsvTable::CsvTable(std::string text, std::string name) : text_(std::move(text)), name_(std::move(name)) {
  std::string_view rest = text_;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    if (columns_.empty()) {
      split(line, columns_);
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].empty())
          throw ParseError(fmt::format("{}: line {}: column {} has no name", name_, number, i + 1));
        if (std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i), columns_[i]) !=
            columns_.begin() + static_cast<std::ptrdiff_t>(i)) {
          throw ParseError(fmt::format("{}: line {}: column {} is there twice", name_, number, shown(columns_[i])));
        }
      }
      continue;
    }
    const std::size_t count = split(line, cells_);
    if (count != columns_.size()) {
      throw ParseError(fmt::format("{}: line {}: expected {} cells, found {}", name_, number, columns_.size(), count));
    }
    lines_.push_back(number);
  }
  if (columns_.empty()) throw ParseError(fmt::format("{}: expected a header line, found an empty file", name_));
  if (lines_.empty()) throw ParseError(fmt::format("{}: expected rows below the header, found none", name_));
}

CsvTable CsvTable::read(const std::filesystem::path& file) { return {read_file(file), file.string()}; }

bool CsvTable::has(std::string_view column) const { return std::ranges::find(columns_, column) != columns_.end(); }

void CsvTable::expect_columns(std::span<const std::string_view> needed, std::span<const std::string_view> known) const {
  for (const std::string_view column : needed) {
    if (!has(column)) throw ParseError(fmt::format("{}: expected a column {}, found none", name_, column));
  }
  for (const std::string_view column : columns_) {
    if (std::ranges::find(needed, column) == needed.end() && std::ranges::find(known, column) == known.end()) {
      throw ParseError(fmt::format("{}: unknown column {}", name_, shown(column)));
    }
  }
}

std::size_t CsvTable::index(std::string_view column) const {
  const auto found = std::ranges::find(columns_, column);
  if (found == columns_.end()) throw ParseError(fmt::format("{}: expected a column {}, found none", name_, column));
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CsvTable::text(std::size_t row, std::string_view column) const {
  return cells_[row * columns_.size() + index(column)];
}

double CsvTable::figure(std::size_t row, std::string_view column) const {
  const auto number = parsed<double>(text(row, column));
  if (!number || !(*number >= 0 && *number <= kLargestFigure)) fail(row, column, "a number in 0..1e9");
  return *number;
}

std::optional<double> CsvTable::figure_if_any(std::size_t row, std::string_view column) const {
  if (text(row, column).empty()) return std::nullopt;
  return figure(row, column);
}

std::int64_t CsvTable::integer(std::size_t row, std::string_view column, std::int64_t low, std::int64_t high) const {
  const auto number = parsed<std::int64_t>(text(row, column));
  if (!number || *number < low || *number > high) fail(row, column, fmt::format("an integer in {}..{}", low, high));
  return *number;
}

void CsvTable::fail(std::size_t row, std::string_view column, std::string_view expected) const {
  throw ParseError(fmt::format("{}: line {}, column {}: expected {}, got \"{}\"", name_, lines_[row], column, expected,
                               shown(text(row, column))));
}

}  // namespace ntorc::support
