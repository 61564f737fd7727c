#include "mip/knapsack.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ntorc::mip {
namespace {

constexpr std::size_t kMaxStates = 3'000'000;   ///< kept to find the way back
constexpr double kAlwaysShort = 2'000;          ///< points that a front may have anyway, over all groups
constexpr std::size_t kBetweenLooks = 1 << 14;  ///< states between two looks at the clock
constexpr double kSurelyApart = 1e-15;          ///< ratios that differ by a larger share differ in the right direction

}  // namespace

/// The relaxation's answer: every group at a point of its hull, and the edge that no longer fits.
struct Knapsack::Relaxed {
  std::vector<std::uint32_t> base{};  ///< item of each group
  std::int64_t cost = 0;
  std::int64_t room = 0;           ///< what the base leaves of the limit
  const Edge* breaking = nullptr;  ///< none: the base is the cheapest selection of all
};

/// A group that can leave its base without passing the bound.
struct Knapsack::Open {
  std::uint32_t group = 0;
  double distance = 0;  ///< of the price at which it would, relative to the relaxation's
  std::vector<std::uint32_t> items{};
  // Prices between which the base is its best: fractions save / more and lose / less.
  std::int64_t save = 0;
  std::int64_t more = 1;
  std::int64_t lose = 1;
  std::int64_t less = 0;  ///< 0: no price is too high
};

/// A partial selection, measured from the base.
struct Knapsack::State {
  std::int64_t cost = 0;
  std::int64_t amount = 0;
  std::uint32_t parent = 0;
  std::uint32_t item = 0;
};

/// Two lists by ascending amount and descending cost as one, without what costs no less than one before it.
template <typename State>
void merge_undominated(const std::vector<State>& a, const std::vector<State>& b, std::vector<State>& merged) {
  merged.resize(a.size() + b.size());
  State* out = merged.data();
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool first =
        j == b.size() ||
        (i < a.size() && (a[i].amount != b[j].amount ? a[i].amount < b[j].amount : a[i].cost <= b[j].cost));
    const State& state = first ? a[i++] : b[j++];
    if (state.cost >= least) continue;
    least = state.cost;
    *out++ = state;
  }
  merged.resize(static_cast<std::size_t>(out - merged.data()));
}

Knapsack::Knapsack(const Problem& problem) {
  const auto& costs = problem.costs;
  const auto& amounts = problem.amounts.front();
  items_.reserve(costs.size());
  ends_.reserve(problem.groups());
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> hull;
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    const auto begin = static_cast<std::uint32_t>(problem.first(g));
    const auto end = static_cast<std::uint32_t>(problem.ends[g]);
    const auto low = static_cast<std::uint32_t>(items_.size());
    /// Takes choices by ascending amount.
    const auto take = [&](std::uint32_t i) {
      if (items_.size() > low) {
        if (costs[i] >= items_.back().cost) return;
        if (amounts[i] == items_.back().amount) items_.pop_back();
      }
      items_.push_back({costs[i], amounts[i], i - begin});
    };
    if (std::is_sorted(amounts.begin() + begin, amounts.begin() + end)) {
      for (std::uint32_t i = begin; i < end; ++i) take(i);
    } else {
      order.resize(end - begin);
      std::iota(order.begin(), order.end(), begin);
      std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return amounts[a] != amounts[b] ? amounts[a] < amounts[b] : a < b;
      });
      for (const std::uint32_t i : order) take(i);
    }
    const auto high = static_cast<std::uint32_t>(items_.size());
    ends_.push_back(high);
    least_amount_ += items_[low].amount;
    cost_at_least_ += items_[low].cost;
    cheapest_amount_ += items_[high - 1].amount;
    // Lower hull: the saving per unit falls from edge to edge.
    hull.clear();
    for (std::uint32_t i = low; i < high; ++i) {
      while (hull.size() >= 2) {
        const Item& a = items_[hull[hull.size() - 2]];
        const Item& b = items_[hull.back()];
        const Wide before = static_cast<Wide>(a.cost - b.cost) * (items_[i].amount - b.amount);
        const Wide after = static_cast<Wide>(b.cost - items_[i].cost) * (b.amount - a.amount);
        if (before > after) break;
        hull.pop_back();
      }
      hull.push_back(i);
    }
    for (std::size_t e = 0; e + 1 < hull.size(); ++e) {
      const Item& from = items_[hull[e]];
      const Item& to = items_[hull[e + 1]];
      edges_.push_back({static_cast<double>(from.cost - to.cost) / static_cast<double>(to.amount - from.amount),
                        static_cast<std::uint32_t>(g), hull[e], hull[e + 1]});
    }
  }
  std::ranges::sort(edges_, [&](const Edge& a, const Edge& b) { return steeper(a, b); });
}

/// Exactly: an edge out of its order would make the relaxation's bound too high.
bool Knapsack::steeper(const Edge& a, const Edge& b) const {
  if (std::abs(a.ratio - b.ratio) > kSurelyApart * a.ratio) return a.ratio > b.ratio;
  const auto saved = [&](const Edge& edge) { return static_cast<Wide>(items_[edge.from].cost - items_[edge.to].cost); };
  const auto more = [&](const Edge& edge) { return items_[edge.to].amount - items_[edge.from].amount; };
  const Wide left = saved(a) * more(b);
  const Wide right = saved(b) * more(a);
  return left != right ? left > right : a.from < b.from;
}

Knapsack::Relaxed Knapsack::relax(std::int64_t limit) const {
  Relaxed relaxed{.base = std::vector<std::uint32_t>(groups()), .cost = cost_at_least_, .room = limit - least_amount_};
  for (std::size_t g = 0; g < groups(); ++g) relaxed.base[g] = first(g);
  for (const Edge& edge : edges_) {
    const std::int64_t more = items_[edge.to].amount - items_[edge.from].amount;
    if (more > relaxed.room) {
      relaxed.breaking = &edge;
      break;
    }
    relaxed.room -= more;
    relaxed.cost += items_[edge.to].cost - items_[edge.from].cost;
    relaxed.base[edge.group] = edge.to;
  }
  return relaxed;
}

KnapsackAnswer Knapsack::solve(std::int64_t limit, Stop& stop) const {
  KnapsackAnswer answer;
  answer.complete = true;
  if (least_amount_ > limit) return answer;
  const Relaxed relaxed = relax(limit);
  const auto selection_of = [&](const std::vector<std::uint32_t>& taken) {
    Selection selection(groups());
    for (std::size_t g = 0; g < groups(); ++g) selection[g] = items_[taken[g]].choice;
    return selection;
  };
  if (relaxed.breaking == nullptr) return {selection_of(relaxed.base), relaxed.cost, relaxed.cost, true};

  // The price of a unit is that of the breaking edge, save / more; everything is weighed with `more`.
  const Edge& edge = *relaxed.breaking;
  const std::int64_t save = items_[edge.from].cost - items_[edge.to].cost;
  const std::int64_t more = items_[edge.to].amount - items_[edge.from].amount;
  const auto weigh = [&](const Item& item) {
    return static_cast<Wide>(more) * item.cost + static_cast<Wide>(save) * item.amount;
  };
  Wide bound = -static_cast<Wide>(save) * limit;
  std::vector<Wide> least(groups());
  for (std::size_t g = 0; g < groups(); ++g) {
    least[g] = weigh(items_[relaxed.base[g]]);
    bound += least[g];
  }

  // First selections: one group that takes more than its base, or one that takes less to let the breaking edge in.
  std::int64_t best = relaxed.cost;
  std::vector<std::uint32_t> best_items = relaxed.base;
  std::uint32_t better = relaxed.base.front();
  std::size_t better_group = groups();
  const std::int64_t missing = more - relaxed.room;  // > 0
  const std::int64_t with_edge = relaxed.cost - save;
  std::int64_t best_with_edge = best;
  std::uint32_t paying = 0;
  std::size_t paying_group = groups();
  for (std::size_t g = 0; g < groups(); ++g) {
    const Item& base = items_[relaxed.base[g]];
    for (std::uint32_t i = relaxed.base[g] + 1; i < ends_[g] && items_[i].amount - base.amount <= relaxed.room; ++i) {
      const std::int64_t cost = relaxed.cost + items_[i].cost - base.cost;
      if (cost < best) {
        best = cost;
        better = i;
        better_group = g;
      }
    }
    if (g == edge.group) continue;
    for (std::uint32_t i = relaxed.base[g]; i-- > first(g);) {
      const std::int64_t cost = with_edge + items_[i].cost - base.cost;
      if (cost >= best_with_edge) break;
      if (base.amount - items_[i].amount < missing) continue;
      best_with_edge = cost;
      paying = i;
      paying_group = g;
      break;
    }
  }
  if (paying_group < groups() && best_with_edge < best) {
    best = best_with_edge;
    best_items[paying_group] = paying;
    best_items[edge.group] = edge.to;
  } else if (better_group < groups()) {
    best_items[better_group] = better;
  }

  const auto proven = [&](std::int64_t objective) { return bound > static_cast<Wide>(more) * (objective - 1); };
  const auto bound_now = [&] { return std::min(best, static_cast<std::int64_t>(divide_up(bound, more))); };
  if (proven(best)) return {selection_of(best_items), best, best, true};

  // Groups that can leave their base. Room for regrets: what lies above the bound and below the best selection.
  std::vector<Open> open;
  const Wide room = static_cast<Wide>(more) * (best - 1) - bound;
  const double price = edge.ratio;
  for (std::size_t g = 0; g < groups(); ++g) {
    Open group{.group = static_cast<std::uint32_t>(g)};
    const Item& base = items_[relaxed.base[g]];
    double nearest = std::numeric_limits<double>::infinity();
    for (std::uint32_t i = first(g); i < ends_[g]; ++i) {
      if (i == relaxed.base[g] || weigh(items_[i]) - least[g] > room) continue;
      group.items.push_back(i);
      const std::int64_t cost = items_[i].cost - base.cost;
      const std::int64_t amount = items_[i].amount - base.amount;
      const double ratio = -static_cast<double>(cost) / static_cast<double>(amount);
      nearest = std::min(nearest, std::abs(ratio - price));
      if (amount > 0) {
        if (static_cast<Wide>(-cost) * group.more > static_cast<Wide>(group.save) * amount) {
          group.save = -cost;
          group.more = amount;
        }
      } else if (group.less == 0 || static_cast<Wide>(cost) * group.less < static_cast<Wide>(group.lose) * -amount) {
        group.lose = cost;
        group.less = -amount;
      }
    }
    if (group.items.empty()) continue;
    group.distance = nearest;
    open.push_back(std::move(group));
  }
  std::ranges::sort(open, [](const Open& a, const Open& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.group < b.group;
  });
  // After each step: the prices between which all groups still unopened stay at their base.
  struct Prices {
    std::int64_t save = 0;
    std::int64_t more = 1;
    std::int64_t lose = 1;
    std::int64_t less = 0;
  };
  std::vector<Prices> prices(open.size() + 1);
  for (std::size_t step = open.size(); step-- > 0;) {
    Prices now = prices[step + 1];
    const Open& group = open[step];
    if (static_cast<Wide>(group.save) * now.more > static_cast<Wide>(now.save) * group.more) {
      now.save = group.save;
      now.more = group.more;
    }
    if (group.less > 0 &&
        (now.less == 0 || static_cast<Wide>(group.lose) * now.less < static_cast<Wide>(now.lose) * group.less)) {
      now.lose = group.lose;
      now.less = group.less;
    }
    prices[step] = now;
  }

  std::vector<State> history;  // states of all steps; the parents' numbers are places in it
  std::vector<State> states{{0, 0, 0, 0}};
  std::vector<State> shifted;
  std::vector<State> merged;
  std::vector<State> both;
  std::uint32_t best_parent = 0;  // in `history`, of the best selection, if it came from here
  std::uint32_t best_item = 0;
  std::size_t best_step = open.size();
  bool found = false;
  std::vector<std::size_t> begins;  // of each step in `history`
  std::size_t since_look = 0;
  for (std::size_t step = 0; step < open.size() && !states.empty(); ++step) {
    const auto begin = static_cast<std::uint32_t>(history.size());
    begins.push_back(begin);
    history.insert(history.end(), states.begin(), states.end());
    const Prices& now = prices[step + 1];
    /// Whether a partial selection can still lead below the best.
    const auto promising = [&](const State& state) {
      const std::int64_t left = relaxed.room - state.amount;
      const Wide above = static_cast<Wide>(relaxed.cost + state.cost - best) + 1;
      if (left >= 0) return above * now.more <= static_cast<Wide>(now.save) * left;
      return now.less > 0 && above * now.less <= static_cast<Wide>(now.lose) * left;
    };
    const auto offer = [&](const State& state) {
      if (state.amount > relaxed.room || relaxed.cost + state.cost >= best) return;
      best = relaxed.cost + state.cost;
      best_parent = state.parent;
      best_item = state.item;
      best_step = step;
      found = true;
    };
    merged.clear();
    const std::uint32_t base_item = relaxed.base[open[step].group];
    for (std::size_t s = 0; s < states.size(); ++s) {
      State state{states[s].cost, states[s].amount, begin + static_cast<std::uint32_t>(s), base_item};
      offer(state);
      if (promising(state)) merged.push_back(state);
    }
    const Item& base = items_[base_item];
    for (const std::uint32_t i : open[step].items) {
      const std::int64_t cost = items_[i].cost - base.cost;
      const std::int64_t amount = items_[i].amount - base.amount;
      shifted.clear();
      for (std::size_t s = 0; s < states.size(); ++s) {
        State state{states[s].cost + cost, states[s].amount + amount, begin + static_cast<std::uint32_t>(s), i};
        offer(state);
        if (promising(state)) shifted.push_back(state);
      }
      if (shifted.empty()) continue;
      merge_undominated(merged, shifted, both);
      merged.swap(both);
      since_look += states.size();
      if (since_look > kBetweenLooks) {
        since_look = 0;
        if (stop(best, bound_now())) answer.complete = false;
      }
      if (history.size() + merged.size() > kMaxStates) answer.complete = false;
      if (!answer.complete) break;
    }
    if (!answer.complete) break;
    states.swap(merged);
  }
  if (found) {
    best_items = relaxed.base;
    best_items[open[best_step].group] = best_item;
    std::uint32_t at = best_parent;
    for (std::size_t step = best_step; step > 0; --step) {
      best_items[open[step - 1].group] = history[at].item;
      at = history[at].parent;
    }
  }
  answer.choices = selection_of(best_items);
  answer.objective = best;
  answer.bound = answer.complete ? best : bound_now();
  return answer;
}

std::optional<std::vector<FrontState>> Knapsack::front(std::int64_t limit, std::size_t largest, Stop& stop) const {
  // One group after the other, short lists first; `left` is the least that the groups to come need.
  std::vector<std::size_t> order(groups());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t g) { return ends_[g] - first(g); });
  std::vector<std::vector<State>> lists{{{0, 0, 0, 0}}};
  std::int64_t left = least_amount_;
  std::vector<State> shifted;
  std::vector<State> both;
  /// Lists grow with every group: one that is too long for its place promises a front that is.
  const auto promises_more = [&](std::size_t size, std::size_t opened) {
    return size > largest || static_cast<double>(size) * static_cast<double>(order.size()) >
                                 static_cast<double>(largest) * static_cast<double>(opened) + kAlwaysShort;
  };
  for (std::size_t step = 0; step < order.size(); ++step) {
    const std::size_t g = order[step];
    left -= items_[first(g)].amount;
    const std::vector<State>& from = lists.back();
    std::vector<State> to;
    for (std::uint32_t i = first(g); i < ends_[g]; ++i) {
      shifted.clear();
      for (std::uint32_t s = 0; s < from.size() && from[s].amount + items_[i].amount + left <= limit; ++s) {
        shifted.push_back({from[s].cost + items_[i].cost, from[s].amount + items_[i].amount, s, i});
      }
      merge_undominated(to, shifted, both);
      to.swap(both);
      if (promises_more(to.size(), step + 1) || stop(std::nullopt, std::nullopt)) return std::nullopt;
    }
    if (to.empty()) return std::vector<FrontState>{};
    lists.push_back(std::move(to));
  }
  std::vector<FrontState> front;
  front.reserve(lists.back().size());
  for (const State& last : lists.back()) {
    FrontState point{last.cost, last.amount, Selection(groups(), 0)};
    const State* state = &last;
    for (std::size_t step = order.size(); step > 0; --step) {
      point.choices[order[step - 1]] = items_[state->item].choice;
      state = &lists[step - 1][state->parent];
    }
    front.push_back(std::move(point));
  }
  return front;
}

}  // namespace ntorc::mip
