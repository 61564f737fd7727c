#include "ntorc/mip/formulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

constexpr std::string_view kCost = "cost";
constexpr std::string_view kLargestLoad = "largest_load";
constexpr std::size_t kLongestName = 100;  // readers take 255, less what makes a name differ
constexpr std::size_t kLongestLine = 100;  // readers take 255
constexpr int kMostDecimals = 18;

/// `value` >= 0 over 10^decimals, every digit of it and no more.
std::string decimal(std::int64_t value, int decimals) {
  const std::string digits = fmt::format("{:0{}}", value, decimals + 1);
  const std::size_t whole_digits = digits.size() - static_cast<std::size_t>(decimals);
  std::string_view fraction = std::string_view(digits).substr(whole_digits);
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  const std::string_view whole = std::string_view(digits).substr(0, whole_digits);
  return fraction.empty() ? std::string(whole) : fmt::format("{}.{}", whole, fraction);
}

/// Words that some reader takes for its own, in any case: of LP files, and the sets of an MPS file.
bool is_reserved(std::string name) {
  constexpr std::array<std::string_view, 38> kWords{
      "bin",      "binaries", "binary", "bnd",      "bound",    "bounds",  "end",      "free",   "gen", "general",
      "generals", "in",       "inf",    "infinity", "int",      "integer", "integers", "marker", "max", "maximise",
      "maximize", "maximum",  "min",    "minimise", "minimize", "minimum", "nan",      "ranges", "rhs", "rng",
      "sec",      "semi",     "sin",    "sos",      "st",       "subject", "such",     "to"};
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kWords, name) != kWords.end();
}

/// Gives names that both formats take, each once.
class Namer {
 public:
  explicit Namer(std::string_view taken) { used_.emplace(taken); }

  /// @param otherwise  for a name that is empty.
  std::string name(std::string_view wanted, const std::string& otherwise) {
    std::string made(wanted.empty() ? otherwise : wanted.substr(0, kLongestName));
    for (char& c : made) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    // A digit begins a number, and so may an e.
    const auto first = static_cast<unsigned char>(made.front());
    if (std::isalpha(first) == 0 || first == 'e' || first == 'E' || is_reserved(made)) made = fmt::format("x_{}", made);
    const std::string base = made;
    for (int n = 2; !used_.insert(made).second; ++n) made = fmt::format("{}_{}", base, n);
    return made;
  }

 private:
  std::set<std::string> used_;
};

std::string_view at(const std::vector<std::string>& names, std::size_t i) {
  return i < names.size() ? std::string_view(names[i]) : std::string_view();
}

/// The problem's parts under names that a solver takes.
struct Named {
  const Problem& problem;
  int decimals;
  std::vector<std::string> limits{};
  std::vector<std::string> loads{};
  std::vector<std::string> groups{};
  std::vector<std::string> choices{};

  Named(const Problem& given, const Names& names, int given_decimals) : problem(given), decimals(given_decimals) {
    if (decimals < 0 || decimals > kMostDecimals) {
      throw InvalidArgument(fmt::format("decimals: expected 0..{}, got {}", kMostDecimals, decimals));
    }
    problem.validate();
    if (problem.groups() == 0) throw InvalidArgument("formulation: expected at least one group, got none");
    Namer rows(kCost);
    for (std::size_t m = 0; m < problem.limits.size(); ++m) {
      limits.push_back(rows.name(at(names.limits, m), fmt::format("limit_{}", m)));
    }
    for (std::size_t p = 0; p < problem.loads.size(); ++p) {
      loads.push_back(rows.name(at(names.loads, p), fmt::format("load_{}", p)));
    }
    Namer columns(kLargestLoad);
    for (std::size_t g = 0; g < problem.groups(); ++g) {
      groups.push_back(rows.name(at(names.groups, g), fmt::format("group_{}", g)));
      for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
        choices.push_back(columns.name(at(names.choices, i), fmt::format("choice_{}_{}", g, i - problem.first(g))));
      }
    }
  }

  std::string amount(std::int64_t value) const { return decimal(value, decimals); }
};

/// Words set in lines of a readable length.
class Lines {
 public:
  explicit Lines(std::string heading) : line_(std::move(heading)) {}

  void add(const std::string& words) {
    if (line_.size() + 1 + words.size() > kLongestLine) {
      text_ += line_ + '\n';
      line_ = "   ";
    }
    line_ += ' ';
    line_ += words;
  }

  std::string text() const { return text_ + line_ + '\n'; }

 private:
  std::string text_;
  std::string line_;
};

/// Adds "+ figure name" for each figure that is not 0; a sum of nothing is written as 0 of the first choice.
void add_sum(Lines& lines, const Named& named, const std::vector<std::int64_t>& figures) {
  bool empty = true;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (figures[i] == 0) continue;
    lines.add(fmt::format("{}{} {}", empty ? "" : "+ ", named.amount(figures[i]), named.choices[i]));
    empty = false;
  }
  if (empty) lines.add(fmt::format("0 {}", named.choices.front()));
}

/// One entry of a column in an MPS file; nothing for 0.
void add_entry(std::string& text, const std::string& column, std::string_view row, const std::string& figure) {
  if (figure != "0") text += fmt::format("    {} {} {}\n", column, row, figure);
}

}  // namespace

std::string to_lp(const Problem& problem, const Names& names, int decimals) {
  const Named named(problem, names, decimals);
  std::string text = "\\ Written by ntorc: one choice from every group, least cost.\nMinimize\n";
  Lines cost(fmt::format(" {}:", kCost));
  add_sum(cost, named, problem.costs);
  if (!problem.loads.empty()) cost.add(fmt::format("+ {}", kLargestLoad));
  text += cost.text() + "Subject To\n";
  for (std::size_t m = 0; m < problem.limits.size(); ++m) {
    Lines row(fmt::format(" {}:", named.limits[m]));
    add_sum(row, named, problem.amounts[m]);
    row.add(fmt::format("<= {}", named.amount(problem.limits[m])));
    text += row.text();
  }
  for (std::size_t p = 0; p < problem.loads.size(); ++p) {
    Lines row(fmt::format(" {}:", named.loads[p]));
    add_sum(row, named, problem.loads[p]);
    row.add(fmt::format("- {} <= 0", kLargestLoad));
    text += row.text();
  }
  Lines binaries("");
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    Lines row(fmt::format(" {}:", named.groups[g]));
    for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
      row.add(fmt::format("{}{}", i == problem.first(g) ? "" : "+ ", named.choices[i]));
      binaries.add(named.choices[i]);
    }
    row.add("= 1");
    text += row.text();
  }
  return text + "Binaries\n" + binaries.text() + "End\n";
}

std::string to_mps(const Problem& problem, const Names& names, int decimals) {
  const Named named(problem, names, decimals);
  std::string text = fmt::format("NAME ntorc\nROWS\n N {}\n", kCost);
  for (const std::string& row : named.limits) text += fmt::format(" L {}\n", row);
  for (const std::string& row : named.loads) text += fmt::format(" L {}\n", row);
  for (const std::string& row : named.groups) text += fmt::format(" E {}\n", row);

  text += "COLUMNS\n    MARKER 'MARKER' 'INTORG'\n";
  std::string bounds = "BOUNDS\n";
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
      const std::string& column = named.choices[i];
      add_entry(text, column, kCost, named.amount(problem.costs[i]));
      for (std::size_t m = 0; m < problem.limits.size(); ++m) {
        add_entry(text, column, named.limits[m], named.amount(problem.amounts[m][i]));
      }
      for (std::size_t p = 0; p < problem.loads.size(); ++p) {
        add_entry(text, column, named.loads[p], named.amount(problem.loads[p][i]));
      }
      add_entry(text, column, named.groups[g], "1");
      bounds += fmt::format(" UP BND {} 1\n", column);
    }
  }
  text += "    MARKER 'MARKER' 'INTEND'\n";
  const std::string largest(kLargestLoad);
  if (!problem.loads.empty()) add_entry(text, largest, kCost, "1");
  for (const std::string& row : named.loads) add_entry(text, largest, row, "-1");

  text += "RHS\n";
  for (std::size_t m = 0; m < problem.limits.size(); ++m) {
    add_entry(text, "RHS", named.limits[m], named.amount(problem.limits[m]));
  }
  for (const std::string& row : named.groups) add_entry(text, "RHS", row, "1");
  return text + bounds + "ENDATA\n";
}

}  // namespace ntorc::mip
