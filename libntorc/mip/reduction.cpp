#include "mip/reduction.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ntorc::mip {
namespace {

constexpr std::size_t kMostPairs = 3'000'000;

/// Drops what passes a limit beside the smallest amounts of the other groups.
void keep_to_limits(const Problem& problem, Reduction& reduction) {
  for (std::size_t m = 0; m < problem.limits.size(); ++m) {
    const auto& column = problem.amounts[m];
    std::int64_t slack = problem.limits[m];
    std::vector<std::int64_t> smallest(problem.groups(), std::numeric_limits<std::int64_t>::max());
    for (std::size_t g = 0; g < problem.groups(); ++g) {
      for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) smallest[g] = std::min(smallest[g], column[i]);
      slack -= smallest[g];
    }
    if (slack < 0) {
      reduction.infeasible = true;
      return;
    }
    for (std::size_t g = 0; g < problem.groups(); ++g) {
      for (std::size_t i = problem.first(g); i < problem.ends[g]; ++i) {
        if (column[i] - smallest[g] > slack) reduction.kept[i] = 0;
      }
    }
  }
  for (std::size_t g = 0; g < problem.groups() && !reduction.infeasible; ++g) {
    const auto begin = reduction.kept.begin() + static_cast<std::ptrdiff_t>(problem.first(g));
    reduction.infeasible =
        std::all_of(begin, begin + static_cast<std::ptrdiff_t>(problem.size(g)), [](auto kept) { return kept == 0; });
  }
}

class Dominance {
 public:
  Dominance(const Problem& problem, std::size_t best) : problem_(problem), best_(best) {}

  void apply(std::size_t group, std::vector<std::uint8_t>& kept) {
    order_.resize(problem_.size(group));
    std::iota(order_.begin(), order_.end(), static_cast<std::uint32_t>(problem_.first(group)));
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
      const int sign = compare(a, b);
      return sign != 0 ? sign < 0 : a < b;
    });
    // Only what stands before a choice in this order can be no worse than it.
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const std::uint32_t i = order_[place];
      std::size_t better = place > 0 && compare(order_[place - 1], i) == 0 ? best_ : 0;
      for (std::size_t other = place; other-- > 0 && better < best_;) {
        const std::uint32_t j = order_[other];
        if (best_ == 1 && kept[j] == 0) continue;
        if (needs_no_more(j, i) && (other == 0 || compare(order_[other - 1], j) != 0)) ++better;
      }
      if (better >= best_) kept[i] = 0;
    }
  }

 private:
  int compare(std::uint32_t a, std::uint32_t b) const {
    const auto sign = [&](const std::vector<std::int64_t>& column) {
      return column[a] < column[b] ? -1 : (column[a] > column[b] ? 1 : 0);
    };
    int result = sign(problem_.costs);
    for (std::size_t m = 0; m < problem_.amounts.size() && result == 0; ++m) result = sign(problem_.amounts[m]);
    for (std::size_t p = 0; p < problem_.loads.size() && result == 0; ++p) result = sign(problem_.loads[p]);
    return result;
  }

  bool needs_no_more(std::uint32_t a, std::uint32_t b) const {
    for (const auto& column : problem_.amounts) {
      if (column[a] > column[b]) return false;
    }
    for (const auto& column : problem_.loads) {
      if (column[a] > column[b]) return false;
    }
    return problem_.costs[a] <= problem_.costs[b];
  }

  const Problem& problem_;
  std::size_t best_;
  std::vector<std::uint32_t> order_{};
};

}  // namespace

Reduction reduce(const Problem& problem, std::size_t best) {
  Reduction reduction{.kept = std::vector<std::uint8_t>(problem.costs.size(), 1)};
  keep_to_limits(problem, reduction);
  if (reduction.infeasible) return reduction;
  std::size_t pairs = 0;
  for (std::size_t g = 0; g < problem.groups(); ++g) pairs += problem.size(g) * problem.size(g) / 2;
  if (best == 1 && pairs > kMostPairs && problem.limits.size() + problem.loads.size() > 1) return reduction;
  Dominance dominance(problem, best);
  for (std::size_t g = 0; g < problem.groups(); ++g) dominance.apply(g, reduction.kept);
  return reduction;
}

}  // namespace ntorc::mip
