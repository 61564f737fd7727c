#include "deploy/composer.hpp"

#include <algorithm>
#include <numeric>

namespace ntorc::deploy {
namespace {

/// Where a way takes all of a part.
Leg whole(std::size_t part) { return {part, 0, true}; }

}  // namespace

std::int64_t latency_units(const CostRow& row, const Question& question) {
  return to_units((question.confidence ? row.interval->high : row.cost).latency_max_cycles);
}

Composition settled(Composition asked, const Frame* frame) { return chain_of(frame) ? asked : Composition::Sum; }

std::int64_t compose(Composition composition, const std::optional<Chain>& chain,
                     const std::vector<std::int64_t>& latencies, std::int64_t overhead) {
  switch (composition) {
    case Composition::Sum:
      break;
    case Composition::Max:
      return std::ranges::max(latencies) + overhead;
    case Composition::Chain:
      return chain.value().latency(latencies) + overhead;
  }
  return std::accumulate(latencies.begin(), latencies.end(), overhead);
}

Composer::Composer(const Priced& priced, const Candidates& candidates, const Question& question)
    : candidates_(candidates),
      composition_(settled(question.composition, priced.frame)),
      chain_(chain_of(priced.frame)) {
  const auto& [table, frame] = priced;
  for (const LayerCosts& layer : table) {
    auto& cycles = cycles_.emplace_back();
    for (const CostRow& row : layer.rows) {
      const bool told = !question.confidence || row.interval;  // others are no candidates
      cycles.push_back(told ? latency_units(row, question) : 0);
    }
  }
  if (frame == nullptr) {
    for (std::size_t l = 0; l < table.size(); ++l) layers_.emplace_back(l);
    fixed_.resize(table.size());
    return;
  }
  layers_ = frame->layers;
  for (const perf::NodeCost& node : frame->costs) fixed_.push_back(to_units(node.cost.latency_max_cycles));
  overhead_ = to_units(frame->glue.cost.latency_max_cycles);
}

std::vector<std::int64_t> Composer::of_layers(const std::vector<std::size_t>& chosen) const {
  std::vector<std::int64_t> latencies(cycles_.size());
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    const LayerSet& set = candidates_.sets[g];
    for (std::size_t i = 0; i < set.layers.size(); ++i) {
      const std::size_t l = set.layers[i];
      latencies[l] = cycles_[l][candidates_.rows[set.candidates[chosen[g]].rows + i]];
    }
  }
  return latencies;
}

std::vector<std::int64_t> Composer::of_parts(const std::vector<std::int64_t>& of_layers) const {
  std::vector<std::int64_t> latencies = fixed_;
  for (std::size_t p = 0; p < latencies.size(); ++p) {
    if (layers_[p]) latencies[p] = of_layers[*layers_[p]];
  }
  return latencies;
}

std::int64_t Composer::composed(const std::vector<std::int64_t>& of_layers) const {
  return compose(composition_, chain_, of_parts(of_layers), overhead_);
}

std::int64_t Composer::latency(const std::vector<std::size_t>& chosen) const { return composed(of_layers(chosen)); }

Way Composer::longest(const std::vector<std::size_t>& chosen) const {
  std::vector<Leg> legs;
  if (composition_ == Composition::Chain) {
    legs = chain_->longest(of_parts(of_layers(chosen)));
  } else if (composition_ == Composition::Max) {
    const auto latencies = of_parts(of_layers(chosen));
    legs.push_back(whole(static_cast<std::size_t>(std::ranges::max_element(latencies) - latencies.begin())));
  } else {
    for (std::size_t p = 0; p < layers_.size(); ++p) legs.push_back(whole(p));
  }
  return way_of(legs);
}

Way Composer::way_of(const std::vector<Leg>& legs) const {
  const auto taken = [this](const Leg& leg, std::int64_t latency) {
    if (composition_ != Composition::Chain) return latency;
    return duration(chain_->processes()[leg.process], leg, latency);
  };
  std::vector<std::optional<Leg>> leg_of(cycles_.size());  // of each layer
  std::int64_t fixed = overhead_;
  for (const Leg& leg : legs) {
    if (layers_[leg.process]) {
      leg_of[*layers_[leg.process]] = leg;
    } else {
      fixed += taken(leg, fixed_[leg.process]);
    }
  }
  Way way;
  for (const LayerSet& set : candidates_.sets) {
    auto& amounts = way.emplace_back();
    for (const Candidate& candidate : set.candidates) {
      std::int64_t amount = set.layers.empty() ? fixed : 0;
      for (std::size_t i = 0; i < set.layers.size(); ++i) {
        const std::size_t l = set.layers[i];
        if (leg_of[l]) amount += taken(*leg_of[l], cycles_[l][candidates_.rows[candidate.rows + i]]);
      }
      amounts.push_back(amount);
    }
  }
  return way;
}

std::vector<std::size_t> Composer::fastest() const {
  std::vector<std::size_t> chosen;
  for (const LayerSet& set : candidates_.sets) {
    const auto least = std::ranges::min_element(set.candidates, {}, &Candidate::latency);
    chosen.push_back(static_cast<std::size_t>(least - set.candidates.begin()));
  }
  return chosen;
}

Reachable Composer::reachable(std::int64_t limit) const {
  Reachable reachable;
  std::vector<std::int64_t> least;  // of each layer, by its candidates
  least.resize(cycles_.size());
  for (const LayerSet& set : candidates_.sets) {
    for (std::size_t i = 0; i < set.layers.size(); ++i) {
      const std::size_t l = set.layers[i];
      const auto latency = [&](const Candidate& candidate) { return cycles_[l][candidates_.rows[candidate.rows + i]]; };
      least[l] = latency(std::ranges::min(set.candidates, {}, latency));
    }
  }
  for (const LayerSet& set : candidates_.sets) {
    auto& within = reachable.emplace_back(set.candidates.size(), 1);
    if (composition_ == Composition::Sum) continue;
    std::vector<std::int64_t> of_layers = least;
    const auto keeps = [&](std::size_t k) {
      for (std::size_t i = 0; i < set.layers.size(); ++i) {
        of_layers[set.layers[i]] = cycles_[set.layers[i]][candidates_.rows[set.candidates[k].rows + i]];
      }
      return composed(of_layers) <= limit;
    };
    if (set.layers.size() != 1) {  // each layer has its own way to be slow, so that no order of candidates tells
      for (std::size_t k = 0; k < set.candidates.size(); ++k) within[k] = keeps(k) ? 1 : 0;
      continue;
    }
    std::vector<std::size_t> order(set.candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return set.candidates[k].latency; });
    const auto first_beyond = std::ranges::partition_point(order, keeps);
    for (auto beyond = first_beyond; beyond != order.end(); ++beyond) within[*beyond] = 0;
  }
  return reachable;
}

}  // namespace ntorc::deploy
