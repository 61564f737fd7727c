#include "mip/exact_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace ntorc::mip {
namespace {

__extension__ using Wide = __int128;  // wide enough for a price times a sum

constexpr std::size_t kMaxStates = 4'000'000;  ///< partial selections held at once, over all groups

/// Prices as integers over 2^shift.
struct IntegerPrices {
  std::vector<std::int64_t> price;
  int shift = 0;
};

/// The finest prices of which every product and sum stays within 2^120.
IntegerPrices integer_prices(const Problem& problem, const std::vector<double>& prices) {
  IntegerPrices result;
  result.price.assign(problem.limits.size(), 0);
  double largest = 1;
  for (const double price : prices) {
    if (!(price >= 0 && price < std::ldexp(1.0, 62))) return result;  // not usable: no prices, a weaker bound
    largest = std::max(largest, price);
  }
  // price * 2^shift < 2^50 keeps its product with a sum of up to 2^62 below 2^112.
  result.shift = std::min(30, 49 - std::ilogb(largest));
  if (result.shift < 0) {
    result.shift = 0;
    return result;
  }
  for (std::size_t m = 0; m < prices.size(); ++m) {
    result.price[m] = static_cast<std::int64_t>(std::llround(std::ldexp(prices[m], result.shift)));
  }
  return result;
}

/// A choice that the bound leaves, with what it lies above the least of its group.
struct Candidate {
  std::size_t choice = 0;
  Wide regret = 0;
};

/// A partial selection; its amounts stand apart, `limits` numbers a state.
struct State {
  std::int64_t cost = 0;
  Wide regret = 0;
  std::uint32_t parent = 0;
  std::uint32_t choice = 0;
};

struct Layer {
  std::vector<State> states;
  std::vector<std::int64_t> amounts;
};

class Search {
 public:
  Search(const Problem& problem, std::vector<std::size_t> incumbent, const std::vector<double>& prices,
         const SearchLimits& limits)
      : problem_(problem), prices_(integer_prices(problem, prices)), stop_(limits) {
    if (!incumbent.empty() || problem.groups.empty()) take(std::move(incumbent));
    price_choices();
  }

  ExactAnswer run();

 private:
  std::size_t limits() const { return problem_.limits.size(); }
  void take(std::vector<std::size_t> selection);
  void price_choices();
  bool ruled_out(Wide regret) const { return best_ && root_bound_ + regret > scaled(*best_ - 1); }
  Wide scaled(std::int64_t cost) const { return static_cast<Wide>(cost) << prices_.shift; }
  std::int64_t root_bound() const;
  void arrange();
  bool extend(std::size_t step);
  void remove_dominated(Layer& layer) const;
  void take_cheapest();

  const Problem& problem_;
  IntegerPrices prices_;
  SearchLimits stop_;
  Wide root_bound_ = 0;
  std::optional<std::int64_t> best_;
  std::vector<std::size_t> selection_;
  std::vector<std::vector<Candidate>> candidates_;         // of each group, by ascending regret
  std::vector<std::size_t> order_;                         // groups in the order of the search
  std::vector<std::vector<std::int64_t>> smallest_after_;  // smallest_after_[i][m]: least sum of amounts from step i on
  std::vector<Layer> layers_;
  std::size_t states_ = 0;
};

void Search::take(std::vector<std::size_t> selection) {
  best_ = cost_of(problem_, selection);
  selection_ = std::move(selection);
}

void Search::price_choices() {
  candidates_.resize(problem_.groups.size());
  for (std::size_t m = 0; m < limits(); ++m) root_bound_ -= static_cast<Wide>(prices_.price[m]) * problem_.limits[m];
  for (std::size_t g = 0; g < problem_.groups.size(); ++g) {
    for (std::size_t k = 0; k < problem_.groups[g].size(); ++k) {
      const Choice& choice = problem_.groups[g][k];
      Wide reduced = scaled(choice.cost);
      for (std::size_t m = 0; m < limits(); ++m) reduced += static_cast<Wide>(prices_.price[m]) * choice.amounts[m];
      candidates_[g].push_back({k, reduced});
    }
    std::ranges::stable_sort(candidates_[g], std::less{}, &Candidate::regret);
    const Wide least = candidates_[g].front().regret;
    for (Candidate& candidate : candidates_[g]) candidate.regret -= least;
    root_bound_ += least;
  }
}

std::int64_t Search::root_bound() const {
  const Wide unit = Wide{1} << prices_.shift;
  const Wide rounded_up = root_bound_ >= 0 ? (root_bound_ + unit - 1) / unit : root_bound_ / unit;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(rounded_up));
}

/// Fixes the order of the groups and what is left of the limits behind each step.
void Search::arrange() {
  order_.resize(candidates_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  // Long lists last: what they would multiply has been thinned out by then.
  std::ranges::stable_sort(order_, std::less{}, [&](std::size_t g) { return candidates_[g].size(); });
  smallest_after_.assign(order_.size() + 1, std::vector<std::int64_t>(limits(), 0));
  for (std::size_t step = order_.size(); step > 0; --step) {
    const std::size_t g = order_[step - 1];
    for (std::size_t m = 0; m < limits(); ++m) {
      std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
      for (const Candidate& candidate : candidates_[g]) {
        smallest = std::min(smallest, problem_.groups[g][candidate.choice].amounts[m]);
      }
      smallest_after_[step - 1][m] = smallest_after_[step][m] + smallest;
    }
  }
}

/// Every state of the last layer with every candidate of the group of `step`. @return  false if a limit on time or
/// memory ends it.
bool Search::extend(std::size_t step) {
  const Layer& from = layers_.back();
  const auto& group = problem_.groups[order_[step]];
  Layer to;
  std::vector<std::int64_t> amounts(limits());
  for (std::size_t s = 0; s < from.states.size(); ++s) {
    if (s % 1024 == 0 && std::chrono::steady_clock::now() > stop_.deadline) return false;
    const State& state = from.states[s];
    for (const Candidate& candidate : candidates_[order_[step]]) {
      if (ruled_out(state.regret + candidate.regret)) break;  // so are all that follow
      const Choice& choice = group[candidate.choice];
      bool fits = true;
      for (std::size_t m = 0; m < limits(); ++m) {
        amounts[m] = from.amounts[s * limits() + m] + choice.amounts[m];
        fits = fits && amounts[m] + smallest_after_[step + 1][m] <= problem_.limits[m];
      }
      if (!fits) continue;
      to.states.push_back({state.cost + choice.cost, state.regret + candidate.regret, static_cast<std::uint32_t>(s),
                           static_cast<std::uint32_t>(candidate.choice)});
      to.amounts.insert(to.amounts.end(), amounts.begin(), amounts.end());
      if (states_ + to.states.size() > kMaxStates) return false;
    }
  }
  remove_dominated(to);
  states_ += to.states.size();
  layers_.push_back(std::move(to));
  return true;
}

/// With one limit, leaves the states of which no other costs no more and needs no more; with several, all but repeated
/// ones.
void Search::remove_dominated(Layer& layer) const {
  std::vector<std::size_t> order(layer.states.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto amounts = [&](std::size_t s) { return std::span(layer.amounts).subspan(s * limits(), limits()); };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (layer.states[a].cost != layer.states[b].cost) return layer.states[a].cost < layer.states[b].cost;
    return std::ranges::lexicographical_compare(amounts(a), amounts(b));
  });
  Layer left;
  for (const std::size_t s : order) {
    if (!left.states.empty()) {
      const auto last = std::span(left.amounts).last(limits());
      const bool same_cost = left.states.back().cost == layer.states[s].cost;
      const bool dominated = limits() <= 1 ? std::ranges::equal(last, amounts(s), std::less_equal{})
                                           : same_cost && std::ranges::equal(last, amounts(s));
      if (dominated) continue;
    }
    left.states.push_back(layer.states[s]);
    left.amounts.insert(left.amounts.end(), amounts(s).begin(), amounts(s).end());
  }
  layer = std::move(left);
}

void Search::take_cheapest() {
  const auto& last = layers_.back().states;
  if (last.empty()) return;
  const auto cheapest = std::ranges::min_element(last, std::less{}, &State::cost);
  if (best_ && cheapest->cost >= *best_) return;
  std::vector<std::size_t> selection(problem_.groups.size());
  auto s = static_cast<std::size_t>(cheapest - last.begin());
  for (std::size_t step = order_.size(); step > 0; --step) {
    const State& state = layers_[step].states[s];
    selection[order_[step - 1]] = state.choice;
    s = state.parent;
  }
  take(std::move(selection));
}

ExactAnswer Search::run() {
  if (best_ && within_gap(*best_, root_bound(), stop_.relative_gap)) return {selection_, root_bound(), false};
  for (auto& group : candidates_) {
    std::erase_if(group, [&](const Candidate& candidate) { return ruled_out(candidate.regret); });
    if (group.empty()) return {selection_, *best_, true};
  }
  arrange();
  layers_.assign(1, Layer{{State{}}, std::vector<std::int64_t>(limits(), 0)});
  for (std::size_t step = 0; step < order_.size(); ++step) {
    if (!extend(step)) return {selection_, root_bound(), false};
  }
  take_cheapest();
  return {selection_, best_, true};
}

}  // namespace

std::vector<std::int64_t> amounts_of(const Problem& problem, const std::vector<std::size_t>& choices) {
  std::vector<std::int64_t> amounts(problem.limits.size(), 0);
  for (std::size_t g = 0; g < choices.size(); ++g) {
    for (std::size_t m = 0; m < amounts.size(); ++m) amounts[m] += problem.groups[g][choices[g]].amounts[m];
  }
  return amounts;
}

std::int64_t cost_of(const Problem& problem, const std::vector<std::size_t>& choices) {
  std::int64_t cost = 0;
  for (std::size_t g = 0; g < choices.size(); ++g) cost += problem.groups[g][choices[g]].cost;
  return cost;
}

bool within_limits(const Problem& problem, const std::vector<std::size_t>& choices) {
  return std::ranges::equal(amounts_of(problem, choices), problem.limits, std::less_equal{});
}

bool within_gap(std::int64_t objective, std::int64_t bound, double relative_gap) {
  return relative_gap > 0 && static_cast<double>(objective - bound) <= relative_gap * static_cast<double>(objective);
}

ExactAnswer search_exactly(const Problem& problem, std::vector<std::size_t> incumbent,
                           const std::vector<double>& prices, const SearchLimits& limits) {
  return Search(problem, std::move(incumbent), prices, limits).run();
}

}  // namespace ntorc::mip
