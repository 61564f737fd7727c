#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "ntorc/error.hpp"
#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/propose.hpp"
#include "search/draw.hpp"
#include "search/gaussian_process.hpp"
#include "search/improvement.hpp"
#include "search/outcome.hpp"

namespace ntorc::search {
namespace {

using Eigen::Index;

constexpr double kNothing = -std::numeric_limits<double>::infinity();
constexpr double kNoiseOfNone = 1e-6;     ///< variance of a deterministic objective of variance 1, for the arithmetic
constexpr double kBeyondFront = 0.1;      ///< of an inferred reference point [BoTorch, infer_reference_point]
constexpr double kApart = 0.02;           ///< of a domain, between starts of the local search
constexpr std::size_t kWholeSpace = 4;    ///< times the candidates: smaller spaces are looked through
constexpr std::size_t kMostParents = 32;  ///< of the front, for candidates near it

/// All evaluations of one point, together.
struct Summary {
  Point point{};
  std::size_t successes = 0;
  std::vector<double> objectives{};  ///< transformed, mean of the successes
};

std::vector<Summary> summarise(const Problem& problem, const History& history) {
  std::map<Point, std::size_t> places;
  std::vector<Summary> all;
  for (const Observation& observation : history.observations) {
    const auto [place, is_new] = places.try_emplace(observation.point, all.size());
    if (is_new) all.push_back({observation.point, 0, std::vector<double>(problem.objectives.size())});
    if (!succeeded(problem, observation)) continue;
    Summary& summary = all[place->second];
    ++summary.successes;
    for (std::size_t m = 0; m < problem.objectives.size(); ++m) {
      const double value = transformed(problem.objectives[m].transform, observation.objectives[m]);
      summary.objectives[m] += (value - summary.objectives[m]) / static_cast<double>(summary.successes);
    }
  }
  return all;
}

double exact_value(const Objective& objective, const Point& point) {
  const double value = objective.exact(point);
  const double seen = transformed(objective.transform, value);
  if (!std::isfinite(seen)) {
    throw InvalidArgument(fmt::format("objective {}: exact: expected a finite value, got {}", objective.name, value));
  }
  return seen;
}

using Pair = std::array<double, 2>;

/// What is known and believed of the objectives of a problem, all transformed. With one objective the second is 0
/// everywhere and its reference 1, so that growth of area is growth of length.
class Model {
 public:
  Model(const Chart& chart, const Problem& problem, const History& history, const BayesianOptions& options)
      : chart_(chart), problem_(problem), summaries_(summarise(problem, history)) {
    std::vector<std::vector<double>> seen;
    for (const Summary& summary : summaries_) {
      if (summary.successes > 0) seen.push_back(summary.objectives);
    }
    if (seen.empty()) return;
    const std::vector<double> kept = what_counts(seen, options);
    for (std::size_t m = 0; m < problem.objectives.size(); ++m) add_process(m, seen, kept[m], options);
    for (const Point& point : history.pending) believe(point);
    place_front(options);
  }

  bool knows_nothing() const { return processes_.empty(); }

  Belief belief(std::size_t m, const Point& point, const Eigen::VectorXd& encoded) const {
    if (m >= processes_.size()) return {};
    if (!processes_[m]) return {exact_value(problem_.objectives[m], point), 0};
    const auto prediction = processes_[m]->predict(encoded);
    return {scales_[m].centre + scales_[m].scale * prediction.mean, scales_[m].scale * prediction.deviation};
  }

  /// ln of the growth of the hypervolume that is expected of `point`.
  double log_growth(const Point& point, const Strips& strips) const {
    const Eigen::VectorXd encoded = chart_.encode(point);
    return strips.log_expected_growth(belief(0, point, encoded), belief(1, point, encoded));
  }

  /// From now on `point` is taken to have what is expected of it.
  void believe(const Point& point) {
    const Eigen::VectorXd encoded = chart_.encode(point);
    believed_.push_back({belief(0, point, encoded).mean, belief(1, point, encoded).mean});
    for (auto& process : processes_) {
      if (process) process = process->believing(encoded);
    }
  }

  Strips strips() const {
    std::vector<Pair> points = front_values_;
    points.insert(points.end(), believed_.begin(), believed_.end());
    return {points, reference_};
  }

  const std::vector<Point>& front() const { return front_; }

 private:
  /// The worst of each objective that the ceiling must not touch.
  std::vector<double> what_counts(const std::vector<std::vector<double>>& seen, const BayesianOptions& options) const {
    std::vector<double> kept(problem_.objectives.size(), kNothing);
    for (std::size_t i : pareto_front(seen)) {
      for (std::size_t m = 0; m < kept.size(); ++m) kept[m] = std::max(kept[m], seen[i][m]);
    }
    for (std::size_t m = 0; options.reference_point && m < kept.size(); ++m) {
      kept[m] = std::max(kept[m], transformed(problem_.objectives[m].transform, (*options.reference_point)[m]));
    }
    return kept;
  }

  void add_process(std::size_t m, const std::vector<std::vector<double>>& seen, double kept,
                   const BayesianOptions& options) {
    processes_.emplace_back();
    scales_.emplace_back();
    if (problem_.objectives[m].kind == ObjectiveKind::Exact) return;
    std::vector<double> values;
    for (const auto& objectives : seen) values.push_back(objectives[m]);
    scales_[m] = scale_of(values, kept);

    const auto n = static_cast<Index>(summaries_.size());
    ModelData data;
    data.features = chart_.features();
    data.parameters = chart_.parameters();
    data.inputs.resize(n, static_cast<Index>(data.features.size()));
    data.targets.resize(n);
    data.repeats.resize(n);
    for (Index i = 0; i < n; ++i) {
      const Summary& summary = summaries_[static_cast<std::size_t>(i)];
      data.inputs.row(i) = chart_.encode(summary.point);
      const double value = summary.successes > 0 ? summary.objectives[m] : scales_[m].ceiling;
      data.targets[i] = scales_[m].standardised(value);
      data.repeats[i] = static_cast<double>(std::max<std::size_t>(summary.successes, 1));
    }
    if (problem_.objectives[m].kind == ObjectiveKind::Deterministic) data.noise = kNoiseOfNone;
    processes_[m] = GaussianProcess::fitted(data, options.model_starts);
  }

  /// What was evaluated, as far as it is known: a noisy value counts as what the model makes of it.
  void place_front(const BayesianOptions& options) {
    std::vector<std::vector<double>> values;
    std::vector<const Point*> points;
    for (const Summary& summary : summaries_) {
      if (summary.successes == 0) continue;
      values.push_back(summary.objectives);
      points.push_back(&summary.point);
      const Eigen::VectorXd encoded = chart_.encode(summary.point);
      for (std::size_t m = 0; m < processes_.size(); ++m) {
        if (problem_.objectives[m].kind == ObjectiveKind::Noisy) {
          values.back()[m] = belief(m, summary.point, encoded).mean;
        }
      }
    }
    const std::vector<std::size_t> front = pareto_front(values);
    for (std::size_t i : front) {
      front_.push_back(*points[i]);
      front_values_.push_back({values[i][0], processes_.size() > 1 ? values[i][1] : 0});
    }
    for (std::size_t m = 0; m < processes_.size(); ++m) {
      if (options.reference_point) {
        reference_[m] = transformed(problem_.objectives[m].transform, (*options.reference_point)[m]);
        continue;
      }
      // Of a front of one point, all points tell the range.
      double best = std::numeric_limits<double>::infinity();
      double worst = kNothing;
      const auto count = [&](std::size_t i) {
        best = std::min(best, values[i][m]);
        worst = std::max(worst, values[i][m]);
      };
      if (front.size() > 1) std::for_each(front.begin(), front.end(), count);
      for (std::size_t i = 0; front.size() == 1 && i < values.size(); ++i) count(i);
      reference_[m] = worst + std::max(kBeyondFront * (worst - best), 1e-9 * std::abs(worst) + 1e-12);
    }
  }

  const Chart& chart_;
  const Problem& problem_;
  std::vector<Summary> summaries_;
  std::vector<std::optional<GaussianProcess>> processes_;  ///< none of an exact objective
  std::vector<OutcomeScale> scales_;
  std::vector<Point> front_;
  std::vector<Pair> front_values_;
  std::vector<Pair> believed_;
  Pair reference_{1, 1};
};

/// Looks for the point of largest expected growth.
class GrowthSearch {
 public:
  GrowthSearch(const Chart& chart, const Model& model, const Admission& admission, const BayesianOptions& options,
               std::uint64_t seed)
      : chart_(chart),
        model_(model),
        strips_(model.strips()),
        admission_(admission),
        options_(options),
        seed_(seed),
        random_(seed) {}

  /// The best of all points of a small space, else the best that was found; absent if none is admitted.
  std::optional<Point> best() {
    if (const auto all = all_points(chart_, kWholeSpace * options_.candidates)) {
      std::optional<Point> best;
      double growth = kNothing;
      for (const Point& point : *all) {
        if (!admission_.admits(point)) continue;
        const double here = model_.log_growth(point, strips_);
        if (best && here <= growth) continue;
        best = point;
        growth = here;
      }
      return best;
    }
    draw_candidates();
    if (candidates_.empty()) return std::nullopt;
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.growth > b.growth; });
    Candidate best = candidates_.front();
    for (Candidate& start : choose_starts()) {
      improve(start);
      if (start.growth > best.growth) best = start;
    }
    step_through(best);
    return best.point;
  }

 private:
  struct Candidate {
    std::vector<double> positions{};  ///< those of absent parameters are kept for when they come to be there
    Point point{};
    double growth = kNothing;
  };

  std::optional<Candidate> weighed(std::vector<double> positions) const {
    Point point = chart_.from_positions(positions);
    if (!admission_.admits(point)) return std::nullopt;
    const double growth = model_.log_growth(point, strips_);
    return Candidate{std::move(positions), std::move(point), growth};
  }

  std::vector<double> positions_of(const Point& point) {
    std::vector<double> positions(chart_.parameters());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      positions[i] = chart_.position(i, point.values[i], unit_draw(random_));
    }
    return positions;
  }

  /// Half spread over the space, half near the front.
  void draw_candidates() {
    Admission admission = admission_;
    for (const Point& point : take_sobol(chart_, admission, options_.candidates, seed_)) {
      if (auto candidate = weighed(positions_of(point))) candidates_.push_back(std::move(*candidate));
    }
    const std::vector<Point>& front = model_.front();
    const std::size_t parents = std::min(front.size(), kMostParents);
    for (std::size_t k = 0; parents > 0 && k < options_.candidates; ++k) {
      // A long front is thinned to parents evenly spread along the history.
      const Point& parent = front[(k % parents) * front.size() / parents];
      const double size = std::exp(std::log(1e-3) + unit_draw(random_) * std::log(0.5 / 1e-3));
      if (auto candidate = weighed(moved(positions_of(parent), size))) candidates_.push_back(std::move(*candidate));
    }
  }

  /// The best, each some way from those before.
  std::vector<Candidate> choose_starts() const {
    std::vector<Candidate> starts;
    for (const Candidate& candidate : candidates_) {
      if (starts.size() == options_.local_starts) break;
      const bool is_near = std::any_of(starts.begin(), starts.end(), [&](const Candidate& start) {
        double furthest = 0;
        for (std::size_t i = 0; i < candidate.positions.size(); ++i) {
          if (!candidate.point.values[i] && !start.point.values[i]) continue;
          furthest = std::max(furthest, std::abs(candidate.positions[i] - start.positions[i]));
        }
        return furthest < kApart;
      });
      if (!is_near) starts.push_back(candidate);
    }
    return starts;
  }

  /// Some of the parameters moved, numbers by about `size` of their domain and at least to the next value.
  std::vector<double> moved(std::vector<double> positions, double size) {
    const std::size_t sure = index_draw(random_, positions.size());
    const double chance = unit_draw(random_) < 0.5 ? 1 : 1.5 / static_cast<double>(positions.size());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const auto values = chart_.values(i);
      if (i != sure && unit_draw(random_) >= (values ? std::min(chance, 0.5) : chance)) continue;
      if (values && *values == 1) continue;
      if (std::holds_alternative<Category>(chart_.space().parameters[i].domain)) {
        const std::size_t other = index_draw(random_, static_cast<std::size_t>(*values));
        positions[i] = static_cast<double>(other) / (static_cast<double>(*values) - 1);
        continue;
      }
      double step = size * random_.normal();
      if (values) {
        const double least = 1 / (static_cast<double>(*values) - 1);
        if (std::abs(step) < least) step = std::copysign(least, step);
      }
      positions[i] = std::clamp(positions[i] + step, 0.0, 1.0);
    }
    return positions;
  }

  /// Steps uphill at random, longer after a gain and shorter after none.
  void improve(Candidate& candidate) {
    double size = 0.1;
    for (std::size_t step = 0; step < options_.local_steps; ++step) {
      auto next = weighed(moved(candidate.positions, size));
      if (next && next->growth >= candidate.growth) {
        candidate = std::move(*next);
        size = std::min(1.5 * size, 0.3);
      } else {
        size = std::max(0.9 * size, 1e-5);
      }
    }
  }

  /// To the best neighbour in a discrete parameter until there is no better one.
  void step_through(Candidate& candidate) const {
    for (std::size_t step = 0; step < options_.local_steps; ++step) {
      Candidate best = candidate;
      for (const Point& point : neighbours(chart_.space(), candidate.point)) {
        if (!admission_.admits(point)) continue;
        const double growth = model_.log_growth(point, strips_);
        if (growth > best.growth) best = {candidate.positions, point, growth};
      }
      if (!(best.growth > candidate.growth)) return;
      candidate = std::move(best);
    }
  }

  const Chart& chart_;
  const Model& model_;
  Strips strips_;
  const Admission& admission_;
  const BayesianOptions& options_;
  std::uint64_t seed_;
  support::Random random_;
  std::vector<Candidate> candidates_;
};

void check_count(std::string_view name, std::size_t count) {
  if (count == 0) throw InvalidArgument(fmt::format("{}: expected at least 1, got 0", name));
}

void check_bayesian(const Problem& problem, const History& history, const BayesianOptions& options) {
  options.validate();
  validate(problem, history);
  const std::size_t objectives = problem.objectives.size();
  if (objectives > 2) throw InvalidArgument(fmt::format("objectives: expected 1 or 2, got {}", objectives));
  if (!options.reference_point) return;
  if (options.reference_point->size() != objectives) {
    throw InvalidArgument(
        fmt::format("reference_point: expected {} coordinates, got {}", objectives, options.reference_point->size()));
  }
  for (std::size_t m = 0; m < objectives; ++m) {
    if (problem.objectives[m].transform == Transform::Log && (*options.reference_point)[m] <= 0) {
      throw InvalidArgument(fmt::format("reference_point[{}]: expected above 0 for its logarithm, got {}", m,
                                        (*options.reference_point)[m]));
    }
  }
}

}  // namespace

void BayesianOptions::validate() const {
  for (double coordinate : reference_point.value_or(std::vector<double>{})) {
    if (!std::isfinite(coordinate)) {
      throw InvalidArgument(fmt::format("reference_point: expected finite coordinates, got {}", coordinate));
    }
  }
  check_count("candidates", candidates);
  check_count("local_starts", local_starts);
  check_count("model_starts", model_starts);
}

std::vector<Point> propose_bayesian(const Problem& problem, const History& history, std::size_t count,
                                    const BayesianOptions& options) {
  check_bayesian(problem, history, options);
  const Chart chart(problem.space);
  Admission admission(problem, history, options.repeats);
  const std::size_t asked = history.observations.size() + history.pending.size();
  const std::size_t initial = options.initial_points.value_or(2 * (chart.parameters() + 1));
  const std::size_t first = asked < initial ? std::min(count, initial - asked) : 0;
  std::vector<Point> points = take_sobol(chart, admission, first, options.seed);
  if (points.size() == count) return points;

  Model model(chart, problem, history, options);
  if (model.knows_nothing()) {
    const std::vector<Point> more = take_sobol(chart, admission, count - points.size(), options.seed);
    points.insert(points.end(), more.begin(), more.end());
    return points;
  }
  for (const Point& point : points) model.believe(point);
  support::Random seeds(seed_for(history, options.seed));
  while (points.size() < count) {
    const auto point = GrowthSearch(chart, model, admission, options, seeds.bits()).best();
    if (!point) break;
    admission.take(*point);
    points.push_back(*point);
    if (points.size() < count) model.believe(*point);
  }
  return points;
}

std::vector<Estimate> estimate(const Problem& problem, const History& history, const std::vector<Point>& points,
                               const BayesianOptions& options) {
  check_bayesian(problem, history, options);
  for (const Point& point : points) validate(problem.space, point);
  const Chart chart(problem.space);
  const Model model(chart, problem, {history.observations, {}}, options);
  if (model.knows_nothing()) throw InvalidArgument("observations: expected one that succeeded, got none");
  std::vector<Estimate> estimates;
  for (const Point& point : points) {
    Estimate& found = estimates.emplace_back();
    const Eigen::VectorXd encoded = chart.encode(point);
    for (std::size_t m = 0; m < problem.objectives.size(); ++m) {
      Belief belief = model.belief(m, point, encoded);
      if (problem.objectives[m].transform == Transform::Log) {  // of the log-normal distribution
        const double variance = belief.deviation * belief.deviation;
        belief.mean = std::exp(belief.mean + variance / 2);
        belief.deviation = belief.mean * std::sqrt(std::expm1(variance));
      }
      found.means.push_back(belief.mean);
      found.deviations.push_back(belief.deviation);
    }
  }
  return estimates;
}

}  // namespace ntorc::search
