// deploy/solver.hpp - programs over candidates, solved under a composition. docs/algorithms/composition.md
#pragma once

#include <cstdint>
#include <vector>

#include "deploy/asker.hpp"
#include "deploy/candidates.hpp"
#include "deploy/composer.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::deploy {

struct Solved {
  Program program;
  std::size_t ways = 0;  ///< that the program has
  bool merged = false;   ///< some ways of the program are two in one: it may rule out what keeps the limits
  mip::Solution solution;
};

/// A selection keeps a limit on latency if every way of the design does, and there are more ways than a program should
/// have. So a program begins with few, and is given the longest way of each answer that breaks the limit until none
/// does: what is least under some of the limits and keeps all of them is least under all.
class Solver {
 public:
  /// @param candidates, composer, asker  are to outlive the solver
  Solver(const Candidates& candidates, const Composer& composer, Asker& asker)
      : candidates_(candidates), composer_(composer), asker_(asker) {}

  const Candidates& candidates() const { return candidates_; }
  const Composer& composer() const { return composer_; }
  Asker& asker() const { return asker_; }

  /// As mip::solve of the program with all ways. If they become too many for a program, two are made one that is as
  /// long as the longer of them for each candidate: the answer then keeps all limits, and the bound is one of before.
  Solved solve(Aim aim, const IntegerLimits& limits, const mip::SolveOptions& options,
               const Translation& translated) const;

  /// The program that solve begins with, not solved.
  Solved posed(Aim aim, const IntegerLimits& limits) const;

  /// Whether solve takes one program, that has every way.
  bool solves_at_once(Aim aim, const IntegerLimits& limits) const;

 private:
  std::vector<Way> first_ways(Aim aim, const IntegerLimits& limits) const;
  Reachable reachable(const IntegerLimits& limits) const;

  const Candidates& candidates_;
  const Composer& composer_;
  Asker& asker_;
};

}  // namespace ntorc::deploy
