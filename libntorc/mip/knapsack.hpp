// mip/knapsack.hpp - one limit and no loads: the multiple-choice knapsack proper, for any number of values of its
// limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mip/stop.hpp"
#include "mip/wide.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct KnapsackAnswer {
  Selection choices{};  ///< the best known; empty if there is none
  std::int64_t objective = 0;
  std::int64_t bound = 0;
  bool complete = false;  ///< `choices` is the best, or there is none
};

/// A point of a front: what a selection costs and needs.
struct FrontState {
  std::int64_t cost = 0;
  std::int64_t amount = 0;
  Selection choices{};
};

/// Solves by dynamic programming over a core [Pisinger 1995; Kellerer, Pferschy, Pisinger: Knapsack Problems, 2004,
/// 11.6]: the linear relaxation sets every group to a point of the lower hull of its choices but one; the groups that
/// can leave it at little loss are then opened one after the other, and a list of partial selections is kept of which
/// none dominates another. What a bound with the steepest and the flattest price that the unopened groups allow rules
/// out, goes. All decisions are made in integers.
class Knapsack {
 public:
  /// Sorts out the choices that no best selection needs. @param problem  valid, with one limit and no loads.
  explicit Knapsack(const Problem& problem);

  std::int64_t least_amount() const { return least_amount_; }           ///< of any selection
  std::int64_t amount_of_cheapest() const { return cheapest_amount_; }  ///< the least amount at the least cost

  /// Not complete if stopped, or if the list would grow beyond some millions.
  KnapsackAnswer solve(std::int64_t limit, Stop& stop) const;

  /// All selections with an amount up to `limit` that no other beats in cost and amount, by ascending amount; nothing
  /// if they are more than `largest`, promise to be, or stopped.
  std::optional<std::vector<FrontState>> front(std::int64_t limit, std::size_t largest, Stop& stop) const;

 private:
  struct Item {
    std::int64_t cost = 0;
    std::int64_t amount = 0;
    std::uint32_t choice = 0;
  };
  /// From a point of a group's hull to the next.
  struct Edge {
    double ratio = 0;  ///< cost saved for each unit more
    std::uint32_t group = 0;
    std::uint32_t from = 0;  ///< items
    std::uint32_t to = 0;
  };
  struct Relaxed;
  struct Open;
  struct State;

  bool steeper(const Edge& a, const Edge& b) const;
  Relaxed relax(std::int64_t limit) const;
  std::size_t groups() const { return ends_.size(); }
  std::uint32_t first(std::size_t group) const { return group == 0 ? 0 : ends_[group - 1]; }

  std::vector<Item> items_{};          ///< ascending amounts, descending costs within a group
  std::vector<std::uint32_t> ends_{};  ///< of each group's items
  std::vector<Edge> edges_{};          ///< by descending ratio
  std::int64_t least_amount_ = 0;
  std::int64_t cost_at_least_ = 0;  ///< when every group takes its least amount
  std::int64_t cheapest_amount_ = 0;
};

}  // namespace ntorc::mip
