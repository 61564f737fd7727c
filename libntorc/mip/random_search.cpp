#include "mip/random_search.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace ntorc::mip {
namespace {

__extension__ using Product = unsigned __int128;

constexpr std::uint64_t kTrialsAtATime = 4096;
constexpr std::size_t kMostRows = 512;                            ///< of a table made of several groups
constexpr std::uint64_t kMostOfOneDraw = std::uint64_t{1} << 40;  ///< selections told apart by 64 random bits

/// xoshiro256++ [Blackman and Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47(4), 2021], its state
/// filled by SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      word = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
      word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
      word ^= word >> 31;
    }
  }

  std::uint64_t next() {
    const std::uint64_t drawn = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
  }

  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }  ///< in [0, 1)

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// Draws selections and sums them up. Small groups next to each other are one table of all their combinations, which is
/// the same draw with fewer steps; a row holds all figures of a combination.
/// @tparam Width  cost, limits and loads of the problem, or more.
template <std::size_t Width>
class Sampler {
 public:
  using Row = std::array<std::int64_t, Width>;

  explicit Sampler(const Problem& problem) : problem_(problem) {
    std::uint64_t of_one_draw = kMostOfOneDraw;
    for (std::size_t group = 0; group < problem.groups();) {
      Table table{.group = group, .row = rows_.size(), .rows = 1};
      rows_.emplace_back();
      do {
        multiply(table, group++);
      } while (group < problem.groups() && table.rows * problem.size(group) <= kMostRows);
      table.fresh = table.rows > kMostOfOneDraw / of_one_draw;
      of_one_draw = table.fresh ? table.rows : of_one_draw * table.rows;
      tables_.push_back(table);
    }
    drawn_.resize(tables_.size());
  }

  /// The sums of a new selection.
  Row draw(Random& random) {
    Row sums{};
    std::uint64_t bits = 0;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      const Table& table = tables_[t];
      if (table.fresh) bits = random.next();
      // The whole part chooses the row, the fraction is as good as new [Lemire, ACM TOMACS 29(1), 2019].
      const Product product = static_cast<Product>(bits) * table.rows;
      bits = static_cast<std::uint64_t>(product);
      drawn_[t] = static_cast<std::size_t>(product >> 64);
      const Row& row = rows_[table.row + drawn_[t]];
      for (std::size_t i = 0; i < Width; ++i) sums[i] += row[i];
    }
    return sums;
  }

  bool within_limits(const Row& sums) const {
    for (std::size_t m = 0; m < problem_.limits.size(); ++m) {
      if (sums[1 + m] > problem_.limits[m]) return false;
    }
    return true;
  }

  std::int64_t objective(const Row& sums) const {
    std::int64_t largest = 0;
    for (std::size_t p = 0; p < problem_.loads.size(); ++p) {
      largest = std::max(largest, sums[1 + problem_.limits.size() + p]);
    }
    return sums[0] + largest;
  }

  /// The selection drawn last.
  Selection selection() const {
    Selection choices;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      const std::size_t end = t + 1 < tables_.size() ? tables_[t + 1].group : problem_.groups();
      std::size_t combination = drawn_[t];
      for (std::size_t group = tables_[t].group; group < end; ++group) {
        choices.push_back(combination % problem_.size(group));
        combination /= problem_.size(group);
      }
    }
    return choices;
  }

 private:
  struct Table {
    std::size_t group = 0;  ///< the first of those that it combines
    std::size_t row = 0;    ///< its first in rows_
    std::size_t rows = 0;
    bool fresh = true;  ///< drawn with new random bits
  };

  Row row_of(std::size_t choice) const {
    Row row{problem_.costs[choice]};
    for (std::size_t m = 0; m < problem_.limits.size(); ++m) row[1 + m] = problem_.amounts[m][choice];
    for (std::size_t p = 0; p < problem_.loads.size(); ++p) {
      row[1 + problem_.limits.size() + p] = problem_.loads[p][choice];
    }
    return row;
  }

  /// Replaces the rows of the last table by their combinations with the group's choices.
  void multiply(Table& table, std::size_t group) {
    const std::vector<Row> before(rows_.begin() + static_cast<std::ptrdiff_t>(table.row), rows_.end());
    rows_.resize(table.row);
    for (std::size_t k = problem_.first(group); k < problem_.ends[group]; ++k) {
      const Row added = row_of(k);
      for (Row row : before) {
        for (std::size_t i = 0; i < Width; ++i) row[i] += added[i];
        rows_.push_back(row);
      }
    }
    table.rows = rows_.size() - table.row;
  }

  const Problem& problem_;
  std::vector<Table> tables_;
  std::vector<Row> rows_;
  std::vector<std::size_t> drawn_;
};

/// Keeps the cheapest.
struct Best {
  TrialAnswer answer{};

  template <std::size_t Width>
  void offer(std::int64_t objective, const Sampler<Width>& sampler) {
    if (answer.objective && objective >= *answer.objective) return;
    answer.objective = objective;
    answer.choices = sampler.selection();
  }
};

/// Calls `trial` as often as the options say.
template <typename Trial>
void repeat(const TrialOptions& options, TrialAnswer& answer, Trial&& trial) {
  while (answer.trials < options.trials) {
    const std::uint64_t many = std::min(kTrialsAtATime, options.trials - answer.trials);
    for (std::uint64_t i = 0; i < many; ++i) trial();
    answer.trials += many;
    if (options.go_on && !options.go_on(answer.trials, answer.objective)) return;
  }
}

template <std::size_t Width>
TrialAnswer search_in_rows_of(const Problem& problem, const TrialOptions& options) {
  Sampler<Width> sampler(problem);
  Random random(options.seed);
  Best best;
  repeat(options, best.answer, [&] {
    const auto sums = sampler.draw(random);
    if (sampler.within_limits(sums)) best.offer(sampler.objective(sums), sampler);
  });
  return best.answer;
}

template <std::size_t Width>
TrialAnswer anneal_in_rows_of(const Problem& problem, const TrialOptions& options) {
  constexpr double kFirstTemperature = 1.0 / 2000;  // of the first objective
  constexpr double kCooling = 0.99;
  Sampler<Width> sampler(problem);
  Random random(options.seed);
  Best best;
  std::optional<std::int64_t> current;
  double temperature = 0;
  repeat(options, best.answer, [&] {
    const auto sums = sampler.draw(random);
    if (!sampler.within_limits(sums)) return;
    const std::int64_t objective = sampler.objective(sums);
    if (!current) {
      temperature = kFirstTemperature * static_cast<double>(objective);
      current = objective;
    } else if (objective <= *current ||
               random.unit() < std::exp(static_cast<double>(*current - objective) / temperature)) {
      current = objective;
    }
    if (current == objective) best.offer(objective, sampler);
    temperature *= kCooling;
  });
  return best.answer;
}

}  // namespace

TrialAnswer search_randomly(const Problem& problem, const TrialOptions& options) {
  const std::size_t figures = 1 + problem.limits.size() + problem.loads.size();
  if (figures <= 2) return search_in_rows_of<2>(problem, options);
  if (figures <= 4) return search_in_rows_of<4>(problem, options);
  if (figures <= 8) return search_in_rows_of<8>(problem, options);
  return search_in_rows_of<1 + kMaxRows>(problem, options);
}

TrialAnswer anneal(const Problem& problem, const TrialOptions& options) {
  const std::size_t figures = 1 + problem.limits.size() + problem.loads.size();
  if (figures <= 2) return anneal_in_rows_of<2>(problem, options);
  if (figures <= 4) return anneal_in_rows_of<4>(problem, options);
  if (figures <= 8) return anneal_in_rows_of<8>(problem, options);
  return anneal_in_rows_of<1 + kMaxRows>(problem, options);
}

}  // namespace ntorc::mip
