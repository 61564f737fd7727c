#include "mip/heuristics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace ntorc::mip {
namespace {

constexpr std::size_t kMostRoundings = 256;   ///< combinations of ties tried
constexpr std::size_t kMostForPairs = 1'500;  ///< exchanges that pairs are made of
constexpr int kMostMoves = 60;

}  // namespace

Sums::Sums(const Core& core, Picks picks) : core_(core), picks_(std::move(picks)), cost_(core.fixed_cost) {
  for (const std::uint32_t position : picks_) cost_ += core.costs[position];
  for (std::size_t r = 0; r < core.row_count(); ++r) {
    std::int64_t sum = -core.rhs[r];
    for (const std::uint32_t position : picks_) sum += core.rows[r][position];
    rows_.push_back(sum);
  }
}

bool Sums::feasible() const {
  return std::all_of(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(core_.limits),
                     [](std::int64_t sum) { return sum <= 0; });
}

std::int64_t Sums::objective() const {
  std::int64_t peak = 0;
  for (std::size_t r = core_.limits; r < rows_.size(); ++r) peak = std::max(peak, rows_[r]);
  return cost_ + peak;
}

std::int64_t Sums::objective_with(std::size_t group, std::uint32_t position) const {
  const std::uint32_t old = picks_[group];
  std::int64_t peak = 0;
  for (std::size_t r = core_.limits; r < rows_.size(); ++r) {
    peak = std::max(peak, rows_[r] + core_.rows[r][position] - core_.rows[r][old]);
  }
  return cost_ + core_.costs[position] - core_.costs[old] + peak;
}

bool Sums::fits_with(std::size_t group, std::uint32_t position) const {
  const std::uint32_t old = picks_[group];
  for (std::size_t r = 0; r < core_.limits; ++r) {
    if (rows_[r] + core_.rows[r][position] - core_.rows[r][old] > 0) return false;
  }
  return true;
}

void Sums::take(std::size_t group, std::uint32_t position) {
  const std::uint32_t old = picks_[group];
  cost_ += core_.costs[position] - core_.costs[old];
  for (std::size_t r = 0; r < rows_.size(); ++r) rows_[r] += core_.rows[r][position] - core_.rows[r][old];
  picks_[group] = position;
}

std::optional<Picks> round_relaxation(const Core& core, const std::vector<Range>& ranges, const Relaxation& relaxation,
                                      double cutoff) {
  const std::size_t rows = core.row_count();
  struct Tied {
    std::uint32_t group = 0;
    std::size_t turn = 0;
    std::size_t count = 1;
    std::array<std::uint32_t, kMaxRows + 1> positions{};
  };
  std::array<Tied, kMaxRows> tied{};
  std::size_t count = 0;
  for (std::size_t e = 0; e < rows; ++e) {
    const Element& element = relaxation.basis()[e];
    if (element.kind != Element::Kind::Tie) continue;
    if (element.index < ranges[element.group].low || element.index >= ranges[element.group].high) continue;
    std::size_t t = 0;
    while (t < count && tied[t].group != element.group) ++t;
    if (t == count) tied[count++] = {.group = element.group, .positions = {element.key}};
    tied[t].positions[tied[t].count++] = element.index;
  }
  // In floating point first: what is left of the rows, and the cost, scaled.
  std::array<double, kMaxRows> left{};
  for (std::size_t r = 0; r < rows; ++r) left[r] = relaxation.residual()[r];
  double cost = 0;
  for (const std::uint32_t key : relaxation.keys()) cost += core.scaled_costs[key];
  const auto promising = [&] {
    double peak = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      if (core.is_load(r)) {
        peak = std::max(peak, -left[r]);
      } else if (left[r] < -1e-9) {
        return false;
      }
    }
    return cost + peak <= cutoff * (1 + 1e-9) + 1e-9;
  };
  const auto exchange = [&](std::uint32_t from, std::uint32_t to) {
    cost += core.scaled_costs[to] - core.scaled_costs[from];
    for (std::size_t r = 0; r < rows; ++r) left[r] += core.scaled_rows[r][from] - core.scaled_rows[r][to];
  };
  std::optional<Picks> best;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (std::size_t trial = 0; trial < kMostRoundings; ++trial) {
    if (promising()) {
      Sums sums(core, relaxation.keys());
      for (std::size_t t = 0; t < count; ++t) sums.take(tied[t].group, tied[t].positions[tied[t].turn]);
      if (sums.feasible() && sums.objective() < least) {
        least = sums.objective();
        best = sums.picks();
      }
    }
    std::size_t t = 0;
    for (; t < count; ++t) {
      Tied& turning = tied[t];
      const std::uint32_t from = turning.positions[turning.turn];
      turning.turn = (turning.turn + 1) % turning.count;
      exchange(from, turning.positions[turning.turn]);
      if (turning.turn != 0) break;
    }
    if (t == count) break;
  }
  return best;
}

std::optional<Picks> repair(const Core& core, const Relaxation& relaxation) {
  Sums sums(core, relaxation.keys());
  const auto excess_with = [&](std::size_t h, std::uint32_t position) {
    double excess = 0;
    for (std::size_t r = 0; r < core.limits; ++r) {
      const std::int64_t sum = sums.row(r) + core.rows[r][position] - core.rows[r][sums.picks()[h]];
      if (sum > 0) excess += static_cast<double>(sum) / core.row_scales[r];
    }
    return excess;
  };
  const std::vector<double>& priced = relaxation.priced();
  for (std::size_t step = 0; step < 2 * core.ranges.size() + 16 && !sums.feasible(); ++step) {
    const double excess = excess_with(0, sums.picks()[0]);
    double best_rate = std::numeric_limits<double>::infinity();
    std::size_t best_group = 0;
    std::uint32_t best_position = sums.picks()[0];
    for (std::size_t h = 0; h < core.ranges.size(); ++h) {
      for (std::uint32_t i = core.ranges[h].low; i < core.ranges[h].high; ++i) {
        const double mended = excess - excess_with(h, i);
        if (mended <= 1e-15) continue;
        const double rate = (std::max(0.0, priced[i] - priced[relaxation.keys()[h]]) + 1e-12) / mended;
        if (rate < best_rate) {
          best_rate = rate;
          best_group = h;
          best_position = i;
        }
      }
    }
    if (best_rate == std::numeric_limits<double>::infinity()) return std::nullopt;
    sums.take(best_group, best_position);
  }
  if (!sums.feasible()) return std::nullopt;
  return sums.picks();
}

Picks improve(const Core& core, const Relaxation& relaxation, Picks picks) {
  Sums sums(core, std::move(picks));
  const auto improve_singly = [&] {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t h = 0; h < core.ranges.size(); ++h) {
        std::int64_t least = sums.objective();
        std::uint32_t best = sums.picks()[h];
        for (std::uint32_t i = core.ranges[h].low; i < core.ranges[h].high; ++i) {
          if (core.loads == 0 && i >= best) break;  // ascending costs
          const std::int64_t objective = sums.objective_with(h, i);
          if (objective < least && sums.fits_with(h, i)) {
            least = objective;
            best = i;
          }
        }
        if (best == sums.picks()[h]) continue;
        sums.take(h, best);
        changed = true;
      }
    }
  };
  improve_singly();
  if (core.loads > 0) return sums.picks();

  // Two exchanges at once: one that lowers the cost and one that pays for it with what it frees.
  struct Move {
    std::uint32_t group = 0;
    std::uint32_t position = 0;
    double regret = 0;
    std::int64_t cost = 0;
  };
  const std::vector<double>& priced = relaxation.priced();
  const auto cheapest_moves = [&](std::size_t count) {
    std::vector<Move> moves;
    for (std::uint32_t h = 0; h < core.ranges.size(); ++h) {
      const std::uint32_t now = sums.picks()[h];
      for (std::uint32_t i = core.ranges[h].low; i < core.ranges[h].high; ++i) {
        if (i != now) moves.push_back({h, i, priced[i] - priced[now], core.costs[i] - core.costs[now]});
      }
    }
    if (moves.size() > count) {
      const auto middle = moves.begin() + static_cast<std::ptrdiff_t>(count);
      std::ranges::nth_element(moves, middle, [](const Move& a, const Move& b) {
        return std::tie(a.regret, a.group, a.position) < std::tie(b.regret, b.group, b.position);
      });
      moves.resize(count);
    }
    std::ranges::sort(moves, [](const Move& a, const Move& b) {
      return std::tie(a.cost, a.group, a.position) < std::tie(b.cost, b.group, b.position);
    });
    return moves;
  };
  std::vector<std::int64_t> more;  // more[m * limits + r]: what move m takes of row r
  const auto fit = [&](std::size_t a, std::size_t b) {
    for (std::size_t r = 0; r < core.limits; ++r) {
      if (sums.row(r) + more[a * core.limits + r] + more[b * core.limits + r] > 0) return false;
    }
    return true;
  };
  const auto improve_by_two = [&] {
    const std::vector<Move> moves = cheapest_moves(kMostForPairs);
    more.clear();
    for (const Move& move : moves) {
      for (std::size_t r = 0; r < core.limits; ++r) {
        more.push_back(core.rows[r][move.position] - core.rows[r][sums.picks()[move.group]]);
      }
    }
    std::int64_t best = 0;
    std::array<const Move*, 2> chosen{};
    for (std::size_t a = 0; a < moves.size() && moves[a].cost < 0; ++a) {
      for (std::size_t b = a + 1; b < moves.size() && moves[a].cost + moves[b].cost < best; ++b) {
        if (moves[a].group == moves[b].group || !fit(a, b)) continue;
        best = moves[a].cost + moves[b].cost;
        chosen = {&moves[a], &moves[b]};
        break;  // later partners cost more
      }
    }
    if (best == 0) return false;
    for (const Move* const move : chosen) sums.take(move->group, move->position);
    return true;
  };
  for (int round = 0; round < kMostMoves; ++round) {
    if (!improve_by_two()) break;
    improve_singly();
  }
  return sums.picks();
}

}  // namespace ntorc::mip
