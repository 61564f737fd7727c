// search/draw.hpp - what all samplers share: which points may be proposed, and how they are drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "ntorc/search/problem.hpp"
#include "ntorc/search/propose.hpp"
#include "search/chart.hpp"
#include "support/random.hpp"

namespace ntorc::search {

/// @throws InvalidArgument  naming what of problem or history is not as their headers say.
void validate(const Problem& problem, const History& history);

/// Whether all its objectives are there and finite.
bool succeeded(const Problem& problem, const Observation& observation);

/// Of (0, 1), any of 2^52 numbers.
double unit_draw(support::Random& random);
/// Of 0..below-1; `below` > 0.
std::size_t index_draw(support::Random& random, std::size_t below);

/// A seed of its own for every length of the history.
std::uint64_t seed_for(const History& history, std::uint64_t seed);

/// Which points may still be proposed. Keeps a reference to the problem.
class Admission {
 public:
  Admission(const Problem& problem, const History& history, Repeats repeats);

  bool admits(const Point& point) const;
  void take(const Point& point);  ///< it is proposed now

 private:
  const Problem& problem_;
  Repeats repeats_;
  std::set<Point> seen_;
};

/// Takes what `next` draws and `admission` admits until there are `count`; if thousands in a row are not admitted, what
/// is left of a space of few points, in random order.
std::vector<Point> take_points(const Chart& chart, Admission& admission, std::size_t count, std::uint64_t seed,
                               const std::function<Point()>& next);

/// Points of Sobol's sequence, then as take_points.
std::vector<Point> take_sobol(const Chart& chart, Admission& admission, std::size_t count, std::uint64_t seed);

}  // namespace ntorc::search
