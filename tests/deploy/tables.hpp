// tests/deploy/tables.hpp - small cost tables, and questions on them answered by trying every choice.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::test {

inline deploy::CostRow row(std::int64_t reuse, double cycles, double lut, double ff = 0, double dsp = 0,
                           double bram_18k = 0) {
  deploy::CostRow row;
  row.choice.reuse = reuse;
  row.cost = {cycles / 2, cycles, lut, ff, dsp, bram_18k};
  return row;
}

/// Two layers with a fast and a small choice each; the cheapest pair, (4, 4), takes 70 cycles.
inline const deploy::CostTable kTwoLayers{{"a", {}, {row(1, 10, 40), row(4, 40, 10)}},
                                          {"b", {}, {row(1, 10, 25), row(4, 30, 10)}}};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  int below(int most) { return static_cast<int>(random_() % static_cast<std::uint64_t>(most)); }
  bool chance(int of_ten) { return below(10) < of_ten; }

 private:
  std::mt19937_64 random_;
};

/// Layers a, b, c, ... of 1 to 4 rows with small whole figures: many ties.
inline deploy::CostTable random_table(Dice& dice) {
  deploy::CostTable table;
  const int layers = 1 + dice.below(4);
  for (int l = 0; l < layers; ++l) {
    deploy::LayerCosts& layer = table.emplace_back();
    layer.layer = std::string(1, static_cast<char>('a' + l));
    std::int64_t reuse = 0;
    const int rows = 1 + dice.below(4);
    for (int r = 0; r < rows; ++r) {
      reuse += 1 + dice.below(2);
      layer.rows.push_back(row(reuse, 1 + dice.below(9), dice.below(30), dice.below(20), dice.below(6), dice.below(4)));
      if (!dice.chance(3)) continue;
      layer.rows.back().interval.emplace(perf::Interval{{}, layer.rows.back().cost});
      layer.rows.back().interval->high.latency_max_cycles += dice.below(4);
    }
  }
  return table;
}

inline deploy::Question random_question(Dice& dice, std::size_t layers) {
  using namespace deploy;
  Question question;
  question.objective = static_cast<Objective>(dice.below(4));
  if (dice.chance(3)) question.weights = {Measure::PartShare, 1, 1, 1, 1};
  if (dice.chance(3)) {
    question.weights.dsp = dice.below(5);
    question.weights.ff = dice.below(2) * 0.5;
  }
  if (dice.chance(5)) question.latency_limit_cycles = 1 + dice.below(8 * static_cast<int>(layers));
  if (dice.chance(3)) question.interval_limit_cycles = 1 + dice.below(9);
  for (const perf::Target resource : kResources) {
    if (!dice.chance(2)) continue;
    const double most = resource == perf::Target::Lut ? 30 : resource == perf::Target::Ff ? 20 : 5;
    question.budgets.push_back(
        {resource, static_cast<double>(dice.below(static_cast<int>(most) * static_cast<int>(layers)))});
  }
  return question;
}

/// 40 layers that spend one of two resources, twice over, and may spend half of each: whoever finds the fastest plan
/// splits sums evenly, for which no quick way is known. A slow row that spends nothing makes some plan easy to find.
inline deploy::CostTable hard_table() {
  Dice dice(1);
  deploy::CostTable table;
  for (int l = 0; l < 40; ++l) {
    const double a = 100 + dice.below(900);
    const double b = 100 + dice.below(900);
    deploy::LayerCosts& layer = table.emplace_back();
    layer.layer = "layer_" + std::to_string(l);
    for (int r = 0; r < 4; ++r) {
      layer.rows.push_back(row(r + 1, 1000 + dice.below(1000), a * r, a * (3 - r), b * r, b * (3 - r)));
    }
    layer.rows.push_back(row(5, 4000, 0));
  }
  return table;
}

inline deploy::Question hard_question() {
  deploy::Question question;
  question.objective = deploy::Objective::Latency;
  perf::LayerCost all;
  for (const deploy::LayerCosts& layer : hard_table()) {
    for (const perf::Target resource : deploy::kResources) {
      all[resource] += std::max(layer.rows[0].cost[resource], layer.rows[3].cost[resource]);
    }
  }
  for (const perf::Target resource : deploy::kResources) {
    question.budgets.push_back({resource, std::ceil(all[resource] / 2) + 1});
  }
  return question;
}

/// What the question says of one selection of rows.
struct Weighed {
  bool kept = true;
  double objective = 0;
  double cost = 0;
};

inline Weighed weigh(const deploy::CostTable& table, const std::vector<std::size_t>& rows,
                     const deploy::Question& question, const hls4ml::DeviceResources& part) {
  using namespace deploy;
  Weighed weighed;
  double latency = 0;
  double interval = 0;
  perf::LayerCost total;
  for (std::size_t l = 0; l < table.size(); ++l) {
    const CostRow& row = table[l].rows[rows[l]];
    if (question.confidence && !row.interval) return {false};
    const double cycles = (question.confidence ? row.interval->high : row.cost).latency_max_cycles;
    latency += cycles;
    interval = std::max(interval, cycles);
    for (const perf::Target target : perf::kTargets) total[target] += row.cost[target];
    for (const ReuseRule& rule : question.reuse) {
      const std::int64_t reuse = row.choice.reuse;
      if (matches(rule.layers, table[l].layer) && (reuse < rule.least || reuse > rule.most)) weighed.kept = false;
    }
  }
  for (const auto& set : question.equal_reuse) {
    std::set<std::int64_t> factors;
    for (std::size_t l = 0; l < table.size(); ++l) {
      if (std::ranges::any_of(set, [&](const auto& pattern) { return matches(pattern, table[l].layer); })) {
        factors.insert(table[l].rows[rows[l]].choice.reuse);
      }
    }
    if (factors.size() > 1) weighed.kept = false;
  }
  if (latency > question.latency_limit_cycles.value_or(latency)) weighed.kept = false;
  if (interval > question.interval_limit_cycles.value_or(interval)) weighed.kept = false;
  double share = 0;
  for (const perf::Target resource : kResources) {
    const double of_part = total[resource] / available(part, resource);
    double rounded = 0;  // as a plan rounds it: each figure to 1e-12 of the part
    for (std::size_t l = 0; l < table.size(); ++l) {
      rounded += std::round(1e12 * (table[l].rows[rows[l]].cost[resource] / available(part, resource)));
    }
    share = std::max(share, rounded / 1e12);
    weighed.cost +=
        question.weights[resource] * (question.weights.of == Measure::PartShare ? of_part : total[resource]);
  }
  for (const Budget& budget : question.budgets) {
    if (total[budget.resource] > count_of(budget, part)) weighed.kept = false;
  }
  switch (question.objective) {
    case Objective::Cost:
      weighed.objective = weighed.cost;
      break;
    case Objective::Latency:
      weighed.objective = latency;
      break;
    case Objective::Share:
      weighed.objective = share;
      break;
    case Objective::Interval:
      weighed.objective = interval;
  }
  return weighed;
}

/// Every selection of rows.
inline std::vector<std::vector<std::size_t>> all_selections(const deploy::CostTable& table) {
  std::vector<std::vector<std::size_t>> selections{{}};
  for (const deploy::LayerCosts& layer : table) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& selection : selections) {
      for (std::size_t r = 0; r < layer.rows.size(); ++r) {
        longer.push_back(selection);
        longer.back().push_back(r);
      }
    }
    selections = std::move(longer);
  }
  return selections;
}

}  // namespace ntorc::test
