// ntorc/search/propose.hpp - which points to evaluate next. docs/algorithms/bayesian-search.md
//
// Nothing is kept between calls: same problem, history, count and options, same points, on any number of threads.
// No point is proposed that is forbidden, or, unless repeats are allowed, that is in the history, evaluated or pending,
// or twice among the answers. Where there are no more points than that, fewer than `count` are returned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "ntorc/search/problem.hpp"

namespace ntorc::search {

enum class Repeats { Refused, Allowed };

struct DrawOptions {
  std::uint64_t seed = 1;
  Repeats repeats = Repeats::Refused;
};

/// Independent draws, even in every domain.
/// @throws InvalidArgument  if problem or history do not validate.
std::vector<Point> propose_random(const Problem& problem, const History& history, std::size_t count,
                                  const DrawOptions& options = {});

/// The first points of Sobol's sequence (shifted by the seed) that the history has not. Parameters beyond
/// its 64 dimensions are drawn at random.
/// @throws InvalidArgument  if problem or history do not validate.
std::vector<Point> propose_sobol(const Problem& problem, const History& history, std::size_t count,
                                 const DrawOptions& options = {});

struct Nsga2Options {
  std::uint64_t seed = 1;
  Repeats repeats = Repeats::Refused;
  std::size_t population = 50;  ///< points of the history that may have children, >= 2; until there are as many: Sobol
  double crossover_chance = 0.9;  ///< of a child having two parents, in [0, 1]
  double crossover_index = 20;    ///< of simulated binary crossover, > 0: larger is closer to the parents
  double mutation_index = 20;     ///< of polynomial mutation, > 0: larger is closer
  /// Of each parameter being mutated, in [0, 1]; absent: one over their number.
  std::optional<double> mutation_chance{};

  void validate() const;  ///< @throws InvalidArgument  naming the first bad field and its value
};

/// A generation of NSGA-II [Deb, Pratap, Agarwal, Meyarivan, IEEE Trans. Evol. Comput. 6(2), 2002].
/// Departs: the parents are the best of the whole history, so that nothing need be kept between calls and generations
/// may have any size. A failed evaluation is no parent.
/// @throws InvalidArgument  if problem, history or options do not validate.
std::vector<Point> propose_nsga2(const Problem& problem, const History& history, std::size_t count,
                                 const Nsga2Options& options = {});

struct BayesianOptions {
  std::uint64_t seed = 1;
  Repeats repeats = Repeats::Refused;
  /// What is worse than this in any objective is worth nothing. Absent: a tenth of the front's range beyond
  /// its worst, where range and worst are of the points seen so far.
  std::optional<std::vector<double>> reference_point{};
  /// Points of the history and pending, before which Sobol's sequence answers; absent: 2 (parameters + 1).
  std::optional<std::size_t> initial_points{};
  std::size_t candidates = 512;   ///< points of the space that each proposal looks at first, > 0
  std::size_t local_starts = 6;   ///< the best of which are improved, > 0
  std::size_t local_steps = 200;  ///< by as many steps each
  std::size_t model_starts = 4;   ///< of the search for each model's parameters, > 0

  void validate() const;  ///< @throws InvalidArgument  naming the first bad field and its value
};

/// Points of largest expected hypervolume improvement under Gaussian processes, one for each objective that is not
/// Exact. A proposal is taken to return what the model expects for the ones after it, and so is a pending point.
/// @throws InvalidArgument  if problem, history or options do not validate, or the problem has more than 2 objectives.
std::vector<Point> propose_bayesian(const Problem& problem, const History& history, std::size_t count,
                                    const BayesianOptions& options = {});

/// What is to be expected of each objective, without the noise of an evaluation.
struct Estimate {
  std::vector<double> means{};
  std::vector<double> deviations{};  ///< standard deviations; 0 of an Exact objective
};

/// What the models of `propose_bayesian` say of `points`, one answer each.
/// @throws InvalidArgument  as propose_bayesian, or if no evaluation of the history succeeded.
std::vector<Estimate> estimate(const Problem& problem, const History& history, const std::vector<Point>& points,
                               const BayesianOptions& options = {});

}  // namespace ntorc::search
