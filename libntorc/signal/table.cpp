#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "ntorc/error.hpp"
#include "ntorc/signal/recording.hpp"
#include "signal/pieces.hpp"

namespace ntorc::signal {
namespace {

constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;

/// What stands between the cells of a table whose first line is `line`; a blank for any run of blanks.
char separator_of(std::string_view line) {
  for (const char c : {';', ',', '\t'}) {
    if (line.find(c) != std::string_view::npos) return c;
  }
  return ' ';
}

std::string_view unquoted(std::string_view cell) {
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') return trimmed(cell.substr(1, cell.size() - 2));
  return cell;
}

/// The cells of a line into `cells`.
void cut(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  while (true) {
    if (separator == ' ') line = trimmed(line);
    const std::size_t stop = separator == ' ' ? line.find_first_of(" \t") : line.find(separator);
    cells.push_back(unquoted(trimmed(line.substr(0, stop))));
    if (stop == std::string_view::npos) return;
    line.remove_prefix(stop + 1);
  }
}

class TableReader {
 public:
  TableReader(std::istream& in, const std::string& name, const TableOptions& options)
      : lines_(in, name, '\n', kMaxLineBytes), name_(name), options_(options) {}

  Recording read() {
    std::optional<std::string_view> line = lines_.next();
    if (line && line->starts_with("\xEF\xBB\xBF")) line->remove_prefix(3);
    if (!line || trimmed(*line).empty())
      throw ParseError(fmt::format("{}: line 1: expected a table, got nothing", name_));
    separator_ = separator_of(*line);
    cut(*line, separator_, cells_);
    const bool header = std::ranges::any_of(cells_, [](std::string_view cell) { return !is_number(cell); });
    find_columns(header);
    if (header) line = lines_.next();
    first_row_ = lines_.count();
    recording_.channels = static_cast<std::int64_t>(inputs_.size());
    while (line && !trimmed(*line).empty()) {
      take_row(*line);
      line = lines_.next();
    }
    while (line) {
      if (!trimmed(*line).empty()) refuse(lines_.count(), "expected nothing behind a line without cells, got a row");
      line = lines_.next();
    }
    if (recording_.label.empty()) throw ParseError(fmt::format("{}: expected rows of numbers, got none", name_));
    recording_.sampling_hz = options_.sampling_hz ? *options_.sampling_hz : rate();
    return std::move(recording_);
  }

 private:
  /// Such a cell is no name: "nan" and "inf" too, which are then refused as numbers.
  static bool is_number(std::string_view cell) {
    double ignored = 0;
    if (cell.starts_with('+')) cell.remove_prefix(1);
    return std::from_chars(cell.data(), cell.data() + cell.size(), ignored).ptr == cell.data() + cell.size() &&
           !cell.empty();
  }

  [[noreturn]] void refuse(std::size_t line, std::string_view what) const {
    throw ParseError(fmt::format("{}: line {}: {}", name_, line, what));
  }

  void find_columns(bool header) {
    names_.assign(cells_.begin(), cells_.end());
    columns_ = names_.size();
    for (const std::string& input : options_.inputs) inputs_.push_back(column(input, header));
    label_ = column(options_.label, header);
    if (options_.time) time_ = column(*options_.time, header);
    // A number and a name may mean the same column.
    std::vector<std::size_t> all = inputs_;
    all.push_back(label_);
    if (options_.time) all.push_back(time_);
    std::ranges::sort(all);
    if (const auto twice = std::ranges::adjacent_find(all); twice != all.end())
      refuse(1, fmt::format("expected columns that differ, got column {} twice", *twice + 1));
    if (!header) names_.clear();
  }

  std::size_t column(const std::string& asked, bool header) const {
    if (header) {
      const auto found = std::ranges::find(names_, asked);
      if (found != names_.end()) {
        if (std::ranges::find(found + 1, names_.end(), asked) != names_.end())
          refuse(1, fmt::format("expected one column \"{}\", got two", shown(asked)));
        return static_cast<std::size_t>(found - names_.begin());
      }
    }
    std::size_t number = 0;
    const char* const end = asked.data() + asked.size();
    const auto [rest, failure] = std::from_chars(asked.data(), end, number);
    if (failure == std::errc{} && rest == end && number >= 1 && number <= names_.size()) return number - 1;
    if (!header) {
      refuse(1, fmt::format("expected a header with \"{}\", or a column by its number in 1..{}, got numbers",
                            shown(asked), names_.size()));
    }
    std::string list;
    for (const std::string& name : names_) list += (list.empty() ? "" : ", ") + name;
    refuse(1, fmt::format("expected a column \"{}\", got {}", shown(asked), shown(list)));
  }

  std::string called(std::size_t column) const {
    return names_.empty() ? fmt::format("{}", column + 1) : shown(names_[column]);
  }

  template <typename Parse>
  auto number(std::size_t column, const Parse& parse) const {
    const auto parsed = parse(cells_[column]);
    if (!parsed) {
      refuse(lines_.count(),
             fmt::format("column {}: expected a finite number, got \"{}\"", called(column), shown(cells_[column])));
    }
    return *parsed;
  }

  void take_row(std::string_view line) {
    cut(line, separator_, cells_);
    if (cells_.size() != columns_)
      refuse(lines_.count(), fmt::format("expected {} cells, got {}", columns_, cells_.size()));
    for (const std::size_t input : inputs_) recording_.signal.push_back(number(input, finite_float));
    recording_.label.push_back(number(label_, finite_float));
    if (options_.time) {
      const double time = number(time_, finite_double);
      if (!times_.empty() && time <= times_.back()) {
        refuse(lines_.count(),
               fmt::format("column {}: expected a time after {}, got {}", called(time_), times_.back(), time));
      }
      times_.push_back(time);
    }
  }

  /// Samples in a second, to six digits: the times of a file are rounded.
  double rate() const {
    if (times_.size() < 2) throw ParseError(fmt::format("{}: expected two rows at least for a rate, got one", name_));
    const double step = (times_.back() - times_.front()) / static_cast<double>(times_.size() - 1);
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const double even = times_.front() + static_cast<double>(i) * step;
      if (std::abs(times_[i] - even) > 0.5 * step) {
        refuse(first_row_ + i,
               fmt::format("column {}: expected even steps of {:.6g} s and so a time near {:.9g}, got {}",
                           called(time_), step, even, times_[i]));
      }
    }
    const double hz = 1 / step;
    if (!std::isfinite(hz) || hz <= 0 || hz > 1e12) {
      throw ParseError(
          fmt::format("{}: column {}: expected steps of a rate in (0, 1e12] Hz, got {} s", name_, called(time_), step));
    }
    const double scale = std::pow(10, 5 - std::floor(std::log10(hz)));
    return std::round(hz * scale) / scale;
  }

  Pieces lines_;
  const std::string& name_;
  const TableOptions& options_;
  char separator_ = ',';
  std::vector<std::string> names_;  // of the columns, if there is a header
  std::vector<std::size_t> inputs_;
  std::size_t label_ = 0;
  std::size_t time_ = 0;
  std::size_t columns_ = 0;
  std::size_t first_row_ = 0;  // its line
  std::vector<std::string_view> cells_;
  std::vector<double> times_;
  Recording recording_;
};

}  // namespace

void TableOptions::validate() const {
  if (inputs.empty()) throw InvalidArgument("inputs: expected a column at least, got none");
  for (auto input = inputs.begin(); input != inputs.end(); ++input) {
    if (input->empty()) throw InvalidArgument("inputs: expected names of columns, got \"\"");
    if (std::find(inputs.begin(), input, *input) != input)
      throw InvalidArgument(fmt::format("inputs: expected columns that differ, got {} twice", shown(*input)));
  }
  if (label.empty()) throw InvalidArgument("label: expected the name of a column, got \"\"");
  if (std::ranges::find(inputs, label) != inputs.end())
    throw InvalidArgument(fmt::format("label: expected a column that is no input, got {}", shown(label)));
  if (time.has_value() == sampling_hz.has_value()) {
    throw InvalidArgument(fmt::format("time, sampling_hz: expected one of them, got {}", time ? "both" : "neither"));
  }
  if (time && time->empty()) throw InvalidArgument("time: expected the name of a column, got \"\"");
  if (sampling_hz && !(*sampling_hz > 0 && *sampling_hz <= 1e12))
    throw InvalidArgument(fmt::format("sampling_hz: expected a number in (0, 1e12], got {}", *sampling_hz));
}

Recording parse_table(std::istream& in, const std::string& name, const TableOptions& options) {
  options.validate();
  Recording recording = TableReader(in, name, options).read();
  recording.name = name;
  return recording;
}

Recording read_table(const std::filesystem::path& file, const TableOptions& options) {
  options.validate();
  std::ifstream in = open_text(file);
  Recording recording = parse_table(in, file.string(), options);
  recording.name = file.stem().string();
  return recording;
}

}  // namespace ntorc::signal
