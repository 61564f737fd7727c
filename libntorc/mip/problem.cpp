#include "ntorc/mip/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

constexpr std::int64_t kMaxSum = std::int64_t{1} << 61;

using Column = std::vector<std::int64_t>;

/// @throws InvalidArgument  naming the first negative figure, or if the largest figures of all groups pass kMaxSum.
void check_column(const Problem& problem, const Column& column, std::string_view what) {
  if (column.size() != problem.costs.size()) {
    throw InvalidArgument(
        fmt::format("{}: expected {}, one for each choice, got {}", what, problem.costs.size(), column.size()));
  }
  std::int64_t sum = 0;
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    std::int64_t smallest = 0;
    std::int64_t largest = 0;
    for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
      smallest = std::min(smallest, column[i]);
      largest = std::max(largest, column[i]);
    }
    if (smallest < 0) {
      const auto negative = std::find_if(column.begin() + static_cast<std::ptrdiff_t>(problem.first(g)), column.end(),
                                         [](std::int64_t figure) { return figure < 0; });
      throw InvalidArgument(fmt::format("group {}, choice {}: {}: expected at least 0, got {}", g,
                                        static_cast<std::size_t>(negative - column.begin()) - problem.first(g), what,
                                        *negative));
    }
    if (largest > kMaxSum - sum) throw InvalidArgument(fmt::format("{}: expected sums up to 2^61, got more", what));
    sum += largest;
  }
}

std::int64_t sum_of(const Problem& problem, const Column& column, const Selection& selection) {
  std::int64_t sum = 0;
  for (std::size_t g = 0; g < selection.size(); ++g) sum += column[problem.first(g) + selection[g]];
  return sum;
}

}  // namespace

Problem::Problem(std::vector<std::int64_t> given_limits, const std::vector<std::vector<Choice>>& groups,
                 std::size_t load_count)
    : limits(std::move(given_limits)), amounts(limits.size()), loads(load_count) {
  for (const auto& group : groups) add_group(group);
}

void Problem::add_group(const std::vector<Choice>& choices) {
  amounts.resize(limits.size());
  for (std::size_t k = 0; k < choices.size(); ++k) {
    const auto expect = [&](std::string_view what, std::size_t expected, std::size_t found) {
      if (expected == found) return;
      throw InvalidArgument(
          fmt::format("group {}, choice {}: {}: expected {}, got {}", groups(), k, what, expected, found));
    };
    expect("amounts", amounts.size(), choices[k].amounts.size());
    expect("loads", loads.size(), choices[k].loads.size());
  }
  for (const Choice& choice : choices) {
    costs.push_back(choice.cost);
    for (std::size_t m = 0; m < amounts.size(); ++m) amounts[m].push_back(choice.amounts[m]);
    for (std::size_t p = 0; p < loads.size(); ++p) loads[p].push_back(choice.loads[p]);
  }
  ends.push_back(costs.size());
}

void Problem::validate() const {
  for (std::size_t m = 0; m < limits.size(); ++m) {
    if (limits[m] < 0) throw InvalidArgument(fmt::format("limit {}: expected at least 0, got {}", m, limits[m]));
  }
  if (amounts.size() != limits.size()) {
    throw InvalidArgument(
        fmt::format("amounts: expected {} columns, one for each limit, got {}", limits.size(), amounts.size()));
  }
  if (limits.size() + loads.size() > kMaxRows) {
    throw InvalidArgument(
        fmt::format("limits and loads: expected at most {}, got {}", kMaxRows, limits.size() + loads.size()));
  }
  for (std::size_t g = 0; g < groups(); ++g) {
    if (ends[g] <= first(g)) throw InvalidArgument(fmt::format("group {}: expected at least one choice, got none", g));
  }
  if (costs.size() != (ends.empty() ? 0 : ends.back())) {
    throw InvalidArgument(
        fmt::format("costs: expected {}, one for each choice, got {}", ends.empty() ? 0 : ends.back(), costs.size()));
  }
  check_column(*this, costs, "cost");
  for (const Column& column : amounts) check_column(*this, column, "amount");
  for (const Column& column : loads) check_column(*this, column, "load");
}

std::int64_t objective_of(const Problem& problem, const Selection& selection) {
  std::int64_t largest = 0;
  for (const Column& column : problem.loads) largest = std::max(largest, sum_of(problem, column, selection));
  return sum_of(problem, problem.costs, selection) + largest;
}

std::vector<std::int64_t> amounts_of(const Problem& problem, const Selection& selection) {
  std::vector<std::int64_t> sums;
  for (const Column& column : problem.amounts) sums.push_back(sum_of(problem, column, selection));
  return sums;
}

bool within_limits(const Problem& problem, const Selection& selection) {
  return std::ranges::equal(amounts_of(problem, selection), problem.limits, std::less_equal{});
}

}  // namespace ntorc::mip
