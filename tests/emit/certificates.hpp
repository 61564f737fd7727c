// tests/emit/certificates.hpp - problems with proofs.
#pragma once

#include <algorithm>

#include "mip/small_problem.hpp"
#include "ntorc/mip/formulation.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::test {

struct Proven {
  mip::Problem problem;
  mip::Names names;
  mip::Solution solution;
};

/// Two layers, {cost, cycles}, of which the cheapest pair takes ten cycles too many. Proof: with the first choice for b
/// nothing costs less than 10 + 25 = 35; with the second, either a's first costs 40 + 10 = 50, or a's second takes
/// 40 + 30 = 70 cycles, 10 above the limit.
inline Proven proven_pair() {
  Proven pair{mip::Problem({60}, {{{40, {10}}, {10, {40}}}, {{25, {10}}, {10, {30}}}}),
              {{"cycles"}, {}, {"a", "b"}, {"a=1", "a=4", "b=1", "b=4"}},
              {}};
  pair.solution.status = mip::SolveStatus::Optimal;
  pair.solution.choices = {1, 0};
  pair.solution.objective = 35;
  pair.solution.bound = 35;
  pair.solution.amounts = {50};
  pair.solution.certificate = mip::Certificate{{{1, {0}, {}}, {0, {1}, {}}},
                                               {{.leaf = false, .group = 1, .left = {0}, .children = {1, 2}},
                                                {.multipliers = 0},
                                                {.leaf = false, .group = 0, .left = {0}, .children = {3, 4}},
                                                {.multipliers = 0},
                                                {.multipliers = 1}}};
  return pair;
}

/// Proves by trying everything: each leaf stands for one selection, with a unit weight on the limit that it passes, or
/// on its objective.
class Enumeration {
 public:
  explicit Enumeration(const mip::Problem& problem) : problem_(problem), selection_(problem.groups(), 0) {}

  mip::Solution solve() {
    prove(0, 0);
    solution_.certificate = certificate_;
    solution_.status = solution_.objective ? mip::SolveStatus::Optimal : mip::SolveStatus::Infeasible;
    if (solution_.objective) solution_.amounts = amounts_of(problem_, solution_.choices);
    return solution_;
  }

 private:
  /// Adds the node for `choice` and all later ones of the group. Returns its index.
  std::size_t prove(std::size_t group, std::size_t choice) {
    const std::size_t node = certificate_.nodes.size();
    certificate_.nodes.emplace_back();
    if (group == problem_.groups()) {
      certificate_.nodes[node].multipliers = close();
      return node;
    }
    selection_[group] = choice;
    if (choice + 1 == problem_.size(group)) {
      certificate_.nodes.pop_back();
      return prove(group + 1, 0);
    }
    mip::ProofNode split{.leaf = false, .group = group, .left = {choice}};
    split.children[0] = prove(group + 1, 0);
    split.children[1] = prove(group, choice + 1);
    certificate_.nodes[node] = split;
    return node;
  }

  std::size_t close() {
    mip::Multipliers multipliers{0, std::vector<std::int64_t>(problem_.limits.size()),
                                 std::vector<std::int64_t>(problem_.loads.size())};
    const auto amounts = amounts_of(problem_, selection_);
    const auto past = std::ranges::mismatch(amounts, problem_.limits, std::less_equal{}).in1;
    if (past != amounts.end()) {
      multipliers.limits[static_cast<std::size_t>(past - amounts.begin())] = 1;
    } else {
      multipliers.objective = 1;
      const std::int64_t objective = objective_of(problem_, selection_);
      for (std::size_t p = 0; p < problem_.loads.size(); ++p) {  // the largest load weighs as much as the cost
        mip::Problem alone;
        alone.ends = problem_.ends;
        alone.costs = problem_.costs;
        alone.loads = {problem_.loads[p]};
        if (objective_of(alone, selection_) != objective) continue;
        multipliers.loads[p] = 1;
        break;
      }
      if (!solution_.objective || objective < *solution_.objective) {
        solution_.objective = objective;
        solution_.choices = selection_;
      }
    }
    certificate_.multipliers.push_back(multipliers);
    return certificate_.multipliers.size() - 1;
  }

  const mip::Problem& problem_;
  mip::Selection selection_;
  mip::Certificate certificate_;
  mip::Solution solution_;
};

}  // namespace ntorc::test
