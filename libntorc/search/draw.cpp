#include "search/draw.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "support/sobol.hpp"

namespace ntorc::search {
namespace {

constexpr std::size_t kMissesBeforeCounting = 1000;
constexpr std::size_t kMostMisses =
    50'000;  ///< draws in a row that are not admitted: nothing is left, or next to nothing
constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 16;  ///< points of a space that is gone through whole

}  // namespace

double unit_draw(support::Random& random) { return (static_cast<double>(random.bits() >> 12) + 0.5) * 0x1p-52; }

std::size_t index_draw(support::Random& random, std::size_t below) {
  return std::min(static_cast<std::size_t>(unit_draw(random) * static_cast<double>(below)), below - 1);
}

std::uint64_t seed_for(const History& history, std::uint64_t seed) {
  support::Random random(seed);
  const std::uint64_t first = random.bits();
  return support::Random(first ^ (history.observations.size() + history.pending.size())).bits();
}

Admission::Admission(const Problem& problem, const History& history, Repeats repeats)
    : problem_(problem), repeats_(repeats) {
  for (const Observation& observation : history.observations) seen_.insert(observation.point);
  seen_.insert(history.pending.begin(), history.pending.end());
}

bool Admission::admits(const Point& point) const {
  if (repeats_ == Repeats::Refused && seen_.contains(point)) return false;
  return !problem_.status || problem_.status(point) == PointStatus::Allowed;
}

void Admission::take(const Point& point) { seen_.insert(point); }

std::vector<Point> take_points(const Chart& chart, Admission& admission, std::size_t count, std::uint64_t seed,
                               const std::function<Point()>& next) {
  std::vector<Point> taken;
  const auto offer = [&](Point point) {
    if (!admission.admits(point)) return false;
    admission.take(point);
    taken.push_back(std::move(point));
    return true;
  };
  for (std::size_t misses = 0; taken.size() < count && misses < kMostMisses;) {
    misses = offer(next()) ? 0 : misses + 1;
    if (misses != kMissesBeforeCounting) continue;
    auto left = all_points(chart, kMostCounted);
    if (!left) continue;
    support::Random random(seed);
    for (std::size_t i = left->size(); i > 1; --i) std::swap((*left)[i - 1], (*left)[index_draw(random, i)]);
    for (Point& point : *left) {
      if (taken.size() < count) offer(std::move(point));
    }
    break;
  }
  return taken;
}

std::vector<Point> take_sobol(const Chart& chart, Admission& admission, std::size_t count, std::uint64_t seed) {
  const std::size_t dimensions = std::min(chart.parameters(), support::Sobol::kMaxDimensions);
  support::Sobol sobol(dimensions, support::Random(seed).bits() | 1);
  support::Random rest(seed);
  return take_points(chart, admission, count, seed, [&] {
    std::vector<double> unit = sobol.next();
    while (unit.size() < chart.parameters()) unit.push_back(unit_draw(rest));
    return chart.from_unit(unit.data());
  });
}

}  // namespace ntorc::search
