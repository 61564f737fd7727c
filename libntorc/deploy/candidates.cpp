#include "deploy/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

#include "deploy/composer.hpp"
#include "deploy/frame.hpp"
#include "ntorc/deploy/plan.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;
using Part = std::optional<hls4ml::DeviceResources>;

constexpr double kMaxWeighted = 1e18;  ///< in units

void expect_figure(double figure, const std::string& layer, Target target) {
  if (figure >= 0 && figure <= kMaxFigure) return;
  throw InvalidArgument(
      fmt::format("layer {}: {}: expected a number in 0..1e9, got {}", layer, to_string(target), figure));
}

void expect_valid(const CostRow& row, const std::string& layer) {
  for (const Target target : perf::kTargets) expect_figure(row.cost[target], layer, target);
  if (!row.interval) return;
  for (const Target target : perf::kTargets) {
    for (const perf::LayerCost* end : {&row.interval->low, &row.interval->high}) {
      expect_figure((*end)[target], layer, target);
    }
    if (encloses(*row.interval, row.cost, target)) continue;
    throw InvalidArgument(fmt::format("layer {}: {}: expected {} within its interval, got {} to {}", layer,
                                      to_string(target), row.cost[target], row.interval->low[target],
                                      row.interval->high[target]));
  }
}

std::int64_t rounded(double units, const std::string& layer, Target target) {
  if (units <= kMaxWeighted) return std::llround(units);
  throw InvalidArgument(fmt::format("layer {}: {}: too large to be summed", layer, to_string(target)));
}

/// Sums stay below 2^61, as those of a problem.
void add_to(std::int64_t& sum, std::int64_t amount, const std::string& layer, Target target) {
  constexpr std::int64_t kMaxSum = std::int64_t{1} << 61;
  if (amount > kMaxSum - sum) {
    throw InvalidArgument(fmt::format("layer {}: {}: too large to be summed", layer, to_string(target)));
  }
  sum += amount;
}

/// Prices rows in integers.
class Pricing {
 public:
  Pricing(const Question& question, const Part& part)
      : question_(question), part_(question.needs_part() ? part : std::nullopt) {}

  void add(Candidate& sum, const CostRow& row, const std::string& layer) const {
    add(sum, row.cost, latency_units(row, question_), layer);
  }

  /// All that has no reuse factor.
  Candidate rest(const Frame& frame) const {
    Candidate sum;
    const auto add_part = [&](const perf::NodeCost& part, const std::string& name) {
      add(sum, part.cost, to_units(part.cost.latency_max_cycles), name);
    };
    for (std::size_t n = 0; n < frame.nodes.size(); ++n) add_part(frame.costs[n], frame.nodes[n].name);
    const std::int64_t interval = sum.interval;
    for (const perf::NodeCost& fifo : frame.fifos) add_part(fifo, "FIFOs");
    add_part(frame.glue, "top level");
    sum.interval = interval;
    return sum;
  }

 private:
  void add(Candidate& sum, const perf::LayerCost& cost, std::int64_t cycles, const std::string& layer) const {
    add_to(sum.latency, cycles, layer, Target::LatencyMax);
    sum.interval = std::max(sum.interval, cycles);
    const bool of_part = question_.weights.of == Measure::PartShare;
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      const Target target = kResources[r];
      const double figure = cost[target];
      const double share = part_ ? figure / available(*part_, target) : 0;
      const double measured = of_part ? share * kUnitsPerPart : figure * kUnitsPerOne;
      add_to(sum.cost, rounded(question_.weights[target] * measured, layer, target), layer, target);
      add_to(sum.counts[r], to_units(figure), layer, target);
      add_to(sum.shares[r], rounded(share * kUnitsPerPart, layer, target), layer, target);
    }
  }

  const Question& question_;
  Part part_;
};

std::string names_among(const CostTable& table, const std::vector<std::size_t>& layers) {
  constexpr std::size_t kShown = 12;
  std::vector<std::string> names;
  for (const std::size_t l : layers) {
    if (names.size() == kShown) {
      names.emplace_back("...");
      break;
    }
    names.push_back(table[l].layer);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::size_t> all_layers(const CostTable& table) {
  std::vector<std::size_t> layers(table.size());
  std::iota(layers.begin(), layers.end(), std::size_t{0});
  return layers;
}

void expect_match(const CostTable& table, const std::string& pattern, const std::string& rule) {
  if (std::ranges::any_of(table, [&](const LayerCosts& layer) { return matches(pattern, layer.layer); })) return;
  throw UnfitQuestion(fmt::format("{}: no layer is called {}; the layers are {}", rule, pattern,
                                  names_among(table, all_layers(table))));
}

std::int64_t reuse_of(const LayerCosts& layer, std::size_t row) { return layer.rows[row].choice.reuse; }

/// "64", or "48 and 64": the reuse factors nearest to what the rule asks for.
std::string nearest(const LayerCosts& layer, const std::vector<std::size_t>& rows, const ReuseRule& rule) {
  std::optional<std::int64_t> below;
  std::optional<std::int64_t> above;
  for (const std::size_t row : rows) {
    const std::int64_t reuse = reuse_of(layer, row);
    if (reuse < rule.least) below = std::max(below.value_or(reuse), reuse);
    if (reuse > rule.most) above = std::min(above.value_or(reuse), reuse);
  }
  if (below && above) return fmt::format("the nearest are {} and {}", *below, *above);
  return fmt::format("the nearest is {}", below ? *below : above.value());
}

/// The rows of a layer that confidence and rules leave.
std::vector<std::size_t> rows_left(const LayerCosts& layer, const Question& question) {
  std::vector<std::size_t> rows;
  for (std::size_t r = 0; r < layer.rows.size(); ++r) {
    if (!question.confidence || layer.rows[r].interval) rows.push_back(r);
  }
  if (rows.empty()) {
    throw InvalidArgument(fmt::format("layer {}: none of its choices has an interval for confidence {}", layer.layer,
                                      question.confidence.value_or(0)));
  }
  std::vector<std::size_t> left = rows;
  std::vector<std::string> applied;
  for (const ReuseRule& rule : question.reuse) {
    if (!matches(rule.layers, layer.layer)) continue;
    const auto broken = [&](std::size_t row) {
      return reuse_of(layer, row) < rule.least || reuse_of(layer, row) > rule.most;
    };
    if (std::ranges::all_of(rows, broken)) {
      throw UnfitQuestion(fmt::format("reuse {}: layer {} has no such reuse factor; {}", describe(rule), layer.layer,
                                      nearest(layer, rows, rule)));
    }
    applied.push_back(describe(rule));
    std::erase_if(left, broken);
    if (left.empty()) {
      throw UnfitQuestion(
          fmt::format("reuse {}: together they leave layer {} no reuse factor", fmt::join(applied, ", "), layer.layer));
    }
  }
  return left;
}

/// Layers joined by the sets of equal reuse, by their first layer.
std::vector<std::vector<std::size_t>> sets_of(const CostTable& table, const Question& question) {
  std::vector<std::size_t> first(table.size());  // of the set that a layer is in
  std::iota(first.begin(), first.end(), std::size_t{0});
  for (const auto& patterns : question.equal_reuse) {
    const std::string rule = fmt::format("equal reuse {}", fmt::join(patterns, ","));
    for (const std::string& pattern : patterns) expect_match(table, pattern, rule);
    std::vector<std::size_t> members;
    for (std::size_t l = 0; l < table.size(); ++l) {
      if (std::ranges::any_of(patterns, [&](const auto& pattern) { return matches(pattern, table[l].layer); })) {
        members.push_back(l);
      }
    }
    if (members.size() < 2) {
      throw UnfitQuestion(
          fmt::format("{}: expected at least two layers, found {} alone", rule, names_among(table, members)));
    }
    for (const std::size_t member : members) {
      const auto [from, to] = std::minmax(first[member], first[members.front()]);
      std::ranges::replace(first, std::size_t{to}, std::size_t{from});
    }
  }
  std::vector<std::vector<std::size_t>> sets(table.size());
  for (std::size_t l = 0; l < table.size(); ++l) sets[first[l]].push_back(l);
  std::erase_if(sets, [](const auto& set) { return set.empty(); });
  return sets;
}

std::optional<std::size_t> row_with(const LayerCosts& layer, const std::vector<std::size_t>& rows, std::int64_t reuse) {
  const auto found = std::ranges::find(rows, reuse, [&](std::size_t row) { return reuse_of(layer, row); });
  return found == rows.end() ? std::nullopt : std::optional(*found);
}

[[noreturn]] void refuse_uncommon(const CostTable& table, const std::vector<std::size_t>& layers,
                                  const std::vector<std::vector<std::size_t>>& rows) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < layers.size() && i < 4; ++i) {
    std::vector<std::int64_t> reuse;
    for (const std::size_t row : rows[i]) reuse.push_back(reuse_of(table[layers[i]], row));
    const bool cut = reuse.size() > 8;
    if (cut) reuse.resize(8);
    told.push_back(fmt::format("{} has {}{}", table[layers[i]].layer, fmt::join(reuse, " "), cut ? " ..." : ""));
  }
  throw UnfitQuestion(fmt::format("equal reuse: layers {} have no reuse factor in common: {}",
                                  names_among(table, layers), fmt::join(told, "; ")));
}

}  // namespace

Part part_for(const Question& question, const std::string& part) {
  auto resources = hls4ml::device_resources(part);
  if (resources || !question.needs_part()) return resources;
  throw UnfitQuestion(
      fmt::format("part {}: not in ntorc's catalogue, so no share of it is known{}", part, hls4ml::did_you_mean(part)));
}

Candidates candidates_of(const Priced& priced, const Question& question, const Part& part) {
  const auto& [table, frame] = priced;
  for (const LayerCosts& layer : table) {
    for (const CostRow& row : layer.rows) expect_valid(row, layer.layer);
  }
  for (const ReuseRule& rule : question.reuse) {
    expect_match(table, rule.layers, fmt::format("reuse {}", describe(rule)));
  }
  const Pricing pricing(question, part);
  Candidates candidates;
  for (auto& layers : sets_of(table, question)) {
    std::vector<std::vector<std::size_t>> rows;  // of each layer of the set
    for (const std::size_t l : layers) rows.push_back(rows_left(table[l], question));
    LayerSet set{std::move(layers), {}};
    for (const std::size_t row : rows.front()) {
      Candidate candidate{candidates.rows.size()};
      bool common = true;
      for (std::size_t i = 0; i < set.layers.size() && common; ++i) {
        const LayerCosts& layer = table[set.layers[i]];
        const std::optional<std::size_t> mate =
            i == 0 ? row : row_with(layer, rows[i], reuse_of(table[set.layers.front()], row));
        common = mate.has_value();
        if (!common) break;
        pricing.add(candidate, layer.rows[*mate], layer.layer);
        candidates.rows.push_back(*mate);
      }
      if (common) {
        set.candidates.push_back(candidate);
      } else {
        candidates.rows.resize(candidate.rows);
      }
    }
    if (set.candidates.empty()) refuse_uncommon(table, set.layers, rows);
    candidates.sets.push_back(std::move(set));
  }
  if (frame != nullptr) candidates.sets.push_back({{}, {pricing.rest(*frame)}});
  return candidates;
}

IntegerLimits limits_of(const Question& question, const Part& part) {
  // No sum of figures comes near 2^62 units, so a larger limit means the same. A limit written with six decimals lies
  // up to a few parts in 2^52 beside itself in binary; that must not cost it a millionth.
  const auto in_units = [](double limit) {
    const double units = limit * kUnitsPerOne;
    const double forgiven = std::max(1e-3, std::ldexp(units, -51));
    return static_cast<std::int64_t>(std::floor(std::min(units + forgiven, std::ldexp(1.0, 62))));
  };
  IntegerLimits limits;
  if (question.latency_limit_cycles) limits.latency = in_units(*question.latency_limit_cycles);
  if (question.interval_limit_cycles) limits.interval = in_units(*question.interval_limit_cycles);
  for (const Budget& budget : question.budgets) {
    const auto r = static_cast<std::size_t>(std::ranges::find(kResources, budget.resource) - kResources.begin());
    limits.counts[r] = in_units(count_of(budget, part));
  }
  return limits;
}

double units_per_one(Aim aim, const Weights& weights) {
  const bool share = aim == Aim::Share || (aim == Aim::Cost && weights.of == Measure::PartShare);
  return share ? kUnitsPerPart : kUnitsPerOne;
}

std::vector<std::size_t> Program::candidates_of(const mip::Selection& selection) const {
  std::vector<std::size_t> chosen;
  chosen.reserve(selection.size());
  for (std::size_t g = 0; g < selection.size(); ++g) chosen.push_back(kept[g][selection[g]]);
  return chosen;
}

namespace {

std::int64_t figure_of(const Candidate& candidate, Aim aim) {
  switch (aim) {
    case Aim::Cost:
      return candidate.cost;
    case Aim::Latency:
    case Aim::Share:
      return 0;
    case Aim::Lut:
      return candidate.counts[0];
    case Aim::Ff:
      return candidate.counts[1];
    case Aim::Dsp:
      return candidate.counts[2];
    case Aim::Bram18k:
      break;
  }
  return candidate.counts[3];
}

}  // namespace

std::size_t most_ways(Aim aim, const IntegerLimits& limits) {
  const auto counts = static_cast<std::size_t>(
      std::ranges::count_if(limits.counts, [](const auto& limit) { return limit.has_value(); }));
  const std::size_t shares = (limits.share ? kResources.size() : 0) + (aim == Aim::Share ? kResources.size() : 0);
  const std::size_t too_slow = 1;
  const std::size_t free = mip::kMaxRows - counts - shares - too_slow;
  return aim == Aim::Latency && limits.latency ? free / 2 : free;
}

Program program_of(const Candidates& candidates, Aim aim, const IntegerLimits& limits, const std::vector<Way>& ways,
                   const Reachable& reachable) {
  Program program;
  mip::Problem& problem = program.problem;
  const auto add_limit = [&](std::int64_t limit) -> std::vector<std::int64_t>& {
    problem.limits.push_back(limit);
    return problem.amounts.emplace_back();
  };
  std::vector<std::uint8_t> slow;  // of each choice: it is slower than the interval that is asked for
  for (std::size_t g = 0; g < candidates.sets.size(); ++g) {
    const LayerSet& set = candidates.sets[g];
    auto& kept = program.kept.emplace_back();
    for (std::size_t k = 0; k < set.candidates.size(); ++k) {
      const bool fast = !limits.interval || set.candidates[k].interval <= *limits.interval;
      if (fast && (reachable.empty() || reachable[g][k] != 0)) kept.push_back(k);
    }
    slow.insert(slow.end(), std::max<std::size_t>(kept.size(), 1), kept.empty());
    if (kept.empty()) {
      const auto fastest = std::ranges::min_element(set.candidates, {}, &Candidate::interval);
      kept.push_back(static_cast<std::size_t>(fastest - set.candidates.begin()));
    }
    problem.ends.push_back(slow.size());
  }
  const auto fill = [&](std::vector<std::int64_t>& column, const auto& figure) {
    column.reserve(slow.size());
    for (std::size_t g = 0; g < candidates.sets.size(); ++g) {
      for (const std::size_t k : program.kept[g]) column.push_back(figure(candidates.sets[g].candidates[k]));
    }
  };
  const auto fill_way = [&](std::vector<std::int64_t>& column, const Way& way) {
    column.reserve(slow.size());
    for (std::size_t g = 0; g < way.size(); ++g) {
      for (const std::size_t k : program.kept[g]) column.push_back(way[g][k]);
    }
  };
  if (aim != Aim::Latency) {
    fill(problem.costs, [aim](const Candidate& candidate) { return figure_of(candidate, aim); });
  } else if (ways.size() == 1) {
    fill_way(problem.costs, ways.front());
  } else {
    problem.costs.assign(slow.size(), 0);
    for (const Way& way : ways) fill_way(problem.loads.emplace_back(), way);
  }
  for (const Way& way : ways) {
    if (limits.latency) fill_way(add_limit(*limits.latency), way);
  }
  for (std::size_t r = 0; r < kResources.size(); ++r) {
    if (!limits.counts[r]) continue;
    fill(add_limit(*limits.counts[r]), [r](const Candidate& candidate) { return candidate.counts[r]; });
  }
  for (std::size_t r = 0; r < kResources.size(); ++r) {
    const auto share = [r](const Candidate& candidate) { return candidate.shares[r]; };
    if (limits.share) fill(add_limit(*limits.share), share);
    if (aim == Aim::Share) fill(problem.loads.emplace_back(), share);
  }
  if (std::ranges::find(slow, 1) != slow.end()) add_limit(0).assign(slow.begin(), slow.end());
  return program;
}

mip::Names names_of(const Program& program, const Candidates& candidates, const CostTable& table, Aim aim,
                    const IntegerLimits& limits, std::size_t ways) {
  mip::Names names;
  for (std::size_t w = 0; w < ways; ++w) {
    const std::string name = ways == 1 ? "latency" : fmt::format("latency_{}", w + 1);
    if (limits.latency) names.limits.push_back(name);
    if (aim == Aim::Latency && ways > 1) names.loads.push_back(name);
  }
  for (std::size_t r = 0; r < kResources.size(); ++r) {
    if (limits.counts[r]) names.limits.emplace_back(to_string(kResources[r]));
    if (aim == Aim::Share) names.loads.push_back(fmt::format("share_{}", to_string(kResources[r])));
  }
  for (std::size_t r = 0; limits.share && r < kResources.size(); ++r) {
    names.limits.push_back(fmt::format("share_{}", to_string(kResources[r])));
  }
  if (names.limits.size() < program.problem.limits.size()) names.limits.emplace_back("interval");
  for (std::size_t g = 0; g < candidates.sets.size(); ++g) {
    const LayerSet& set = candidates.sets[g];
    std::vector<std::string> layers;
    for (const std::size_t l : set.layers) layers.push_back(table[l].layer);
    names.groups.push_back(layers.empty() ? "rest" : fmt::format("{}", fmt::join(layers, "_")));
    if (layers.empty()) names.choices.emplace_back("rest");
    for (std::size_t i = 0; i < program.kept[g].size() && !layers.empty(); ++i) {
      const std::size_t row = candidates.rows[set.candidates[program.kept[g][i]].rows];
      names.choices.push_back(fmt::format("{}_{}", names.groups.back(), reuse_of(table[set.layers.front()], row)));
    }
  }
  return names;
}

}  // namespace ntorc::deploy
