#include "ntorc/mip/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

constexpr std::int64_t kMaxSum = std::int64_t{1} << 62;

/// Adds the largest `value(choice)` of every group. @throws InvalidArgument  if the sum passes kMaxSum.
template <typename Value>
void check_sum(const Problem& problem, std::string_view what, const Value& value) {
  std::int64_t sum = 0;
  for (const auto& group : problem.groups) {
    std::int64_t largest = 0;
    for (const Choice& choice : group) largest = std::max(largest, value(choice));
    if (largest > kMaxSum - sum) throw InvalidArgument(fmt::format("{}: expected sums up to 2^62, got more", what));
    sum += largest;
  }
}

}  // namespace

void Problem::validate() const {
  for (std::size_t m = 0; m < limits.size(); ++m) {
    if (limits[m] < 0) throw InvalidArgument(fmt::format("limit {}: expected at least 0, got {}", m, limits[m]));
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].empty()) throw InvalidArgument(fmt::format("group {}: expected at least one choice, got none", g));
    for (std::size_t k = 0; k < groups[g].size(); ++k) {
      const Choice& choice = groups[g][k];
      const auto refuse = [&](std::string_view field, std::string_view expected, auto found) {
        throw InvalidArgument(
            fmt::format("group {}, choice {}: {}: expected {}, got {}", g, k, field, expected, found));
      };
      if (choice.amounts.size() != limits.size()) {
        refuse("amounts", fmt::format("{}, one for each limit", limits.size()), choice.amounts.size());
      }
      if (choice.cost < 0) refuse("cost", "at least 0", choice.cost);
      for (const std::int64_t amount : choice.amounts) {
        if (amount < 0) refuse("amount", "at least 0", amount);
      }
    }
  }
  check_sum(*this, "cost", [](const Choice& choice) { return choice.cost; });
  for (std::size_t m = 0; m < limits.size(); ++m) {
    check_sum(*this, "amounts", [m](const Choice& choice) { return choice.amounts[m]; });
  }
}

}  // namespace ntorc::mip
