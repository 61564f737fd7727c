#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ntorc/error.hpp"
#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/propose.hpp"
#include "search/draw.hpp"

namespace ntorc::search {
namespace {

struct Parent {
  std::vector<std::optional<double>> values{};
  std::vector<double> objectives{};
  std::size_t rank = 0;  ///< fronts before its own
  double crowding = 0;   ///< sum of the gaps between its neighbours on the front, over the front's range
};

void measure_crowding(std::vector<Parent>& parents, const std::vector<std::size_t>& front) {
  for (std::size_t m = 0; m < parents[front.front()].objectives.size(); ++m) {
    const auto value = [&](std::size_t i) { return parents[i].objectives[m]; };
    std::vector<std::size_t> order = front;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    const double range = value(order.back()) - value(order.front());
    parents[order.front()].crowding = parents[order.back()].crowding = std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; range > 0 && k + 1 < order.size(); ++k) {
      parents[order[k]].crowding += (value(order[k + 1]) - value(order[k - 1])) / range;
    }
  }
}

bool is_fitter(const Parent& a, const Parent& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

/// The best of the history: whole fronts, and of the last one those with most room.
std::vector<Parent> choose_parents(const Problem& problem, const History& history, std::size_t most) {
  std::vector<Parent> parents;
  for (const Observation& observation : history.observations) {
    if (succeeded(problem, observation)) parents.push_back({observation.point.values, observation.objectives});
  }
  std::vector<std::size_t> left(parents.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::size_t ranked = 0;
  for (std::size_t rank = 0; !left.empty() && ranked < most; ++rank) {
    std::vector<std::vector<double>> points;
    for (std::size_t i : left) points.push_back(parents[i].objectives);
    std::vector<std::size_t> front;
    for (std::size_t k : pareto_front(points)) front.push_back(left[k]);
    for (std::size_t i : front) parents[i].rank = rank;
    measure_crowding(parents, front);
    std::erase_if(left, [&](std::size_t i) { return std::binary_search(front.begin(), front.end(), i); });
    ranked += front.size();
  }
  for (std::size_t i : left) parents[i].rank = std::numeric_limits<std::size_t>::max();
  std::stable_sort(parents.begin(), parents.end(), is_fitter);
  parents.resize(std::min(parents.size(), most));
  return parents;
}

/// Draws children of parents, at positions in the unit cube.
class Breeder {
 public:
  Breeder(const Chart& chart, const std::vector<Parent>& parents, const Nsga2Options& options, std::uint64_t seed)
      : chart_(chart), parents_(parents), options_(options), random_(seed) {}

  Point child() {
    std::vector<double> mine = positions_of(win());
    if (unit_draw(random_) < options_.crossover_chance) mix(mine, positions_of(win()));
    const double chance = options_.mutation_chance.value_or(1 / static_cast<double>(chart_.parameters()));
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (unit_draw(random_) < chance) mutate(i, mine[i]);
    }
    return chart_.from_positions(mine);
  }

 private:
  const Parent& win() {
    const Parent& a = parents_[index_draw(random_, parents_.size())];
    const Parent& b = parents_[index_draw(random_, parents_.size())];
    return is_fitter(b, a) ? b : a;
  }

  std::vector<double> positions_of(const Parent& parent) {
    std::vector<double> positions(chart_.parameters());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      positions[i] = chart_.position(i, parent.values[i], unit_draw(random_));
    }
    return positions;
  }

  bool is_category(std::size_t i) const {
    return std::holds_alternative<Category>(chart_.space().parameters[i].domain);
  }

  void mix(std::vector<double>& mine, const std::vector<double>& other) {
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const double u = unit_draw(random_);
      const bool swap = unit_draw(random_) < 0.5;
      if (is_category(i)) {
        if (swap) mine[i] = other[i];
        continue;
      }
      if (unit_draw(random_) < 0.5) continue;
      // Simulated binary crossover [Deb, Agrawal, Complex Systems 9, 1995].
      const double power = 1 / (options_.crossover_index + 1);
      const double spread = u <= 0.5 ? std::pow(2 * u, power) : std::pow(1 / (2 * (1 - u)), power);
      const double sign = swap ? -1 : 1;
      mine[i] = std::clamp(((mine[i] + other[i]) + sign * spread * (mine[i] - other[i])) / 2, 0.0, 1.0);
    }
  }

  void mutate(std::size_t i, double& position) {
    const double u = unit_draw(random_);
    if (is_category(i)) {
      position = u;
      return;
    }
    const double power = 1 / (options_.mutation_index + 1);  // polynomial mutation, the bounded form
    const double room = u < 0.5 ? position : 1 - position;
    const double rest = std::pow(1 - room, options_.mutation_index + 1);
    const double moved = u < 0.5 ? std::pow(2 * u + (1 - 2 * u) * rest, power) - 1
                                 : 1 - std::pow(2 * (1 - u) + (2 * u - 1) * rest, power);
    const auto values = chart_.values(i);
    double step = moved;
    if (values && *values > 1) {  // no less than to the next value
      const double least = 1 / (static_cast<double>(*values) - 1);
      if (std::abs(step) < least) step = std::copysign(least, step);
    }
    position = std::clamp(position + step, 0.0, 1.0);
  }

  const Chart& chart_;
  const std::vector<Parent>& parents_;
  const Nsga2Options& options_;
  support::Random random_;
};

void check_share(std::string_view name, double value) {
  if (!(value >= 0 && value <= 1)) {
    throw InvalidArgument(fmt::format("{}: expected a number in [0, 1], got {}", name, value));
  }
}

void check_index(std::string_view name, double value) {
  if (!(value > 0) || !std::isfinite(value)) {
    throw InvalidArgument(fmt::format("{}: expected a number above 0, got {}", name, value));
  }
}

}  // namespace

void Nsga2Options::validate() const {
  if (population < 2) throw InvalidArgument(fmt::format("population: expected at least 2, got {}", population));
  check_share("crossover_chance", crossover_chance);
  check_index("crossover_index", crossover_index);
  check_index("mutation_index", mutation_index);
  if (mutation_chance) check_share("mutation_chance", *mutation_chance);
}

std::vector<Point> propose_nsga2(const Problem& problem, const History& history, std::size_t count,
                                 const Nsga2Options& options) {
  options.validate();
  validate(problem, history);
  const Chart chart(problem.space);
  Admission admission(problem, history, options.repeats);
  const std::size_t asked = history.observations.size() + history.pending.size();
  const std::size_t first = asked < options.population ? std::min(count, options.population - asked) : 0;
  std::vector<Point> points = take_sobol(chart, admission, first, options.seed);
  if (points.size() == count) return points;

  const std::vector<Parent> parents = choose_parents(problem, history, options.population);
  std::vector<Point> more;
  if (parents.empty()) {
    more = take_sobol(chart, admission, count - points.size(), options.seed);
  } else {
    const std::uint64_t seed = seed_for(history, options.seed);
    Breeder breeder(chart, parents, options, seed);
    more = take_points(chart, admission, count - points.size(), seed, [&] { return breeder.child(); });
  }
  points.insert(points.end(), more.begin(), more.end());
  return points;
}

}  // namespace ntorc::search
