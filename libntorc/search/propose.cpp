#include "ntorc/search/propose.hpp"

#include "search/draw.hpp"

namespace ntorc::search {

std::vector<Point> propose_random(const Problem& problem, const History& history, std::size_t count,
                                  const DrawOptions& options) {
  validate(problem, history);
  const Chart chart(problem.space);
  Admission admission(problem, history, options.repeats);
  const std::uint64_t seed = seed_for(history, options.seed);
  support::Random random(seed);
  std::vector<double> unit(chart.parameters());
  return take_points(chart, admission, count, seed, [&] {
    for (double& u : unit) u = unit_draw(random);
    return chart.from_unit(unit.data());
  });
}

std::vector<Point> propose_sobol(const Problem& problem, const History& history, std::size_t count,
                                 const DrawOptions& options) {
  validate(problem, history);
  const Chart chart(problem.space);
  Admission admission(problem, history, options.repeats);
  return take_sobol(chart, admission, count, options.seed);
}

}  // namespace ntorc::search
