#include "synthesis/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::synthesis {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestShown = 60;
constexpr double kLargestFigure = 1e18;  // 2^63 cycles are more; no design runs as long

constexpr std::array<std::string_view, 8> kNotKnown{"", "-", "?", "N/A", "NA", "undef", "undefined", "n/a"};

constexpr std::array<std::pair<std::string_view, double>, 6> kNanosecondsPerUnit{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"ps", 1e-3}, {"sec", 1e9}, {"s", 1e9}}};

bool is_rule(std::string_view line) { return line.starts_with("+-"); }

/// Cells between `bar`s, trimmed. False for a line that does not begin and end with one.
bool split_row(std::string_view line, char bar, std::vector<std::string_view>& cells) {
  cells.clear();
  if (line.size() < 2 || line.front() != bar || line.back() != bar) return false;
  line.remove_prefix(1);
  while (!line.empty()) {
    const auto end = line.find(bar);
    cells.push_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return true;
}

bool continues_group(std::string_view title) { return title == "max" || title == "avg"; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string shown(std::string_view text) {
  std::string words(text.substr(0, kLongestShown));
  std::ranges::replace_if(
      words, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > kLongestShown ? fmt::format("\"{}...\"", words) : fmt::format("\"{}\"", words);
}

Figure read_figure(std::string_view text) {
  text = trimmed(text);
  if (std::ranges::find(kNotKnown, text) != kNotKnown.end()) return {.kind = Figure::Kind::Absent};
  if (text.starts_with('~')) text.remove_prefix(1);
  // from_chars would take "inf" and "nan".
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) return {};
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{}) return {};
  if (const std::string_view unit = trimmed({rest, end}); !unit.empty()) {
    const auto* const known =
        std::ranges::find(kNanosecondsPerUnit, unit, [](const auto& entry) { return entry.first; });
    if (known == kNanosecondsPerUnit.end()) return {};
    value *= known->second;
  }
  if (value > kLargestFigure) return {};
  return {.kind = Figure::Kind::Number, .value = value};
}

Lines::Lines(std::string_view text, std::string_view name) : text_(text), name_(name) {
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

bool Lines::next() {
  if (rest_ >= text_.size()) {
    line_ = {};
    return false;
  }
  start_ = rest_;
  const auto end = std::min(text_.find('\n', start_), text_.size());
  line_ = trimmed(text_.substr(start_, end - start_));
  rest_ = end + 1;
  ++number_;
  return true;
}

void Lines::back() {
  rest_ = start_;
  --number_;
}

void Lines::fail(std::string_view expected) const {
  fail(expected, rest_ >= text_.size() && line_.empty() ? "the end of the file" : shown(line_));
}

void Lines::fail(std::string_view expected, std::string_view found) const {
  throw ParseError(
      fmt::format("{}: line {}: expected {}, got {}", name_, std::max<std::size_t>(number_, 1), expected, found));
}

Table::Table(Lines& lines) : lines_(lines) {
  if (!is_rule(lines.line())) lines.fail("a table");
  read_head();
}

void Table::read_head() {
  std::vector<std::vector<std::string_view>> rows;
  while (true) {
    if (!lines_.next()) lines_.fail("the head of a table");
    const std::string_view line = lines_.line();
    if (is_rule(line)) break;
    // The head of a co-simulation has titles between crosses: "+   RTL    +  Status  +-----+-----+".
    if (!split_row(line, '|', cells_) && !split_row(line, '+', cells_)) lines_.fail("the head of a table");
    rows.push_back(cells_);
  }
  if (rows.empty()) lines_.fail("the head of a table");
  head_line_ = lines_.number();

  const std::vector<std::string_view>& last = rows.back();
  titles_.assign(last.size(), {});
  for (const std::vector<std::string_view>& row : rows) {
    const bool is_last = &row == &rows.back();
    std::size_t group = 0;
    for (std::size_t i = 0; i < last.size(); ++i) {
      if (i > 0 && (is_last || !continues_group(last[i]))) ++group;
      if (group >= row.size()) lines_.fail(fmt::format("{} titles in each line of the head", last.size()));
      const std::string_view title = row[group];
      if (title.find_first_not_of('-') == std::string_view::npos) continue;  // empty, or a piece of a rule
      if (!titles_[i].empty()) titles_[i] += ' ';
      titles_[i] += title;
    }
  }
}

bool Table::next() {
  while (lines_.next()) {
    const std::string_view line = lines_.line();
    if (is_rule(line)) {
      if (row_since_rule_) ++block_;
      row_since_rule_ = false;
      continue;
    }
    if (!line.starts_with('|')) {
      if (row_since_rule_) lines_.fail("a row of the table or the rule that closes it");
      lines_.back();
      return false;
    }
    if (!split_row(line, '|', cells_) || cells_.size() != titles_.size()) {
      lines_.fail(fmt::format("{} cells between bars", titles_.size()));
    }
    row_since_rule_ = true;
    return true;
  }
  if (row_since_rule_) lines_.fail("a row of the table or the rule that closes it", "the end of the file");
  return false;
}

std::optional<std::size_t> Table::column(std::string_view title) const {
  const auto found = std::ranges::find(titles_, title);
  if (found == titles_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - titles_.begin());
}

std::size_t Table::needed(std::string_view title) const {
  if (const auto found = column(title)) return *found;
  throw ParseError(fmt::format("{}: line {}: expected a column {}, found none", lines_.name(), head_line_, title));
}

std::optional<double> Table::figure(std::size_t column) const {
  const Figure figure = read_figure(cells_[column]);
  if (figure.kind == Figure::Kind::Wrong)
    lines_.fail(fmt::format("a figure under {}", titles_[column]), shown(cells_[column]));
  return figure.kind == Figure::Kind::Number ? std::optional(figure.value) : std::nullopt;
}

std::optional<double> Table::figure(std::optional<std::size_t> column) const {
  return column ? figure(*column) : std::nullopt;
}

}  // namespace ntorc::synthesis
