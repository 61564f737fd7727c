#include "mip/reduction.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>

namespace ntorc::mip {
namespace {

bool needs_no_more(const Choice& a, const Choice& b) {
  return a.cost <= b.cost && std::ranges::equal(a.amounts, b.amounts, std::less_equal{});
}

/// Indices of the choices that none before them in the order of cost dominates, ascending.
std::vector<std::size_t> undominated(const std::vector<Choice>& group) {
  std::vector<std::size_t> order(group.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::tie(group[a].cost, group[a].amounts) < std::tie(group[b].cost, group[b].amounts);
  });
  std::vector<std::size_t> kept;
  for (const std::size_t k : order) {
    // With one limit the last kept choice needs least of all, so searching from the back ends at once.
    const bool dominated = std::any_of(kept.rbegin(), kept.rend(),
                                       [&](std::size_t other) { return needs_no_more(group[other], group[k]); });
    if (!dominated) kept.push_back(k);
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace

Reduction reduce(const Problem& problem) {
  Reduction reduction;
  reduction.problem.limits = problem.limits;
  for (const auto& group : problem.groups) reduction.kept.push_back(undominated(group));

  // What is left of each limit when every group takes its smallest amount.
  std::vector<std::int64_t> slack = problem.limits;
  std::vector<std::vector<std::int64_t>> smallest(problem.groups.size());
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    smallest[g].assign(problem.limits.size(), std::numeric_limits<std::int64_t>::max());
    for (std::size_t m = 0; m < problem.limits.size(); ++m) {
      for (const Choice& choice : problem.groups[g]) smallest[g][m] = std::min(smallest[g][m], choice.amounts[m]);
      slack[m] -= smallest[g][m];
    }
  }
  reduction.infeasible = std::ranges::any_of(slack, [](std::int64_t left) { return left < 0; });
  if (reduction.infeasible) return reduction;

  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    std::erase_if(reduction.kept[g], [&](std::size_t k) {
      for (std::size_t m = 0; m < slack.size(); ++m) {
        if (problem.groups[g][k].amounts[m] - smallest[g][m] > slack[m]) return true;
      }
      return false;
    });
    auto& group = reduction.problem.groups.emplace_back();
    for (const std::size_t k : reduction.kept[g]) group.push_back(problem.groups[g][k]);
    reduction.infeasible = reduction.infeasible || group.empty();
  }
  return reduction;
}

}  // namespace ntorc::mip
