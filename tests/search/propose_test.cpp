#include "ntorc/search/propose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <thread>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/search/hypervolume.hpp"
#include "search/spaces.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Sampler = std::function<std::vector<Point>(const Problem&, const History&, std::size_t, Repeats)>;

struct NamedSampler {
  const char* name;
  Sampler propose;
};

const std::vector<NamedSampler> kSamplers{
    {"random", [](const auto& p, const auto& h, auto n, auto r) { return propose_random(p, h, n, {.repeats = r}); }},
    {"sobol", [](const auto& p, const auto& h, auto n, auto r) { return propose_sobol(p, h, n, {.repeats = r}); }},
    {"nsga2", [](const auto& p, const auto& h, auto n,
                 auto r) { return propose_nsga2(p, h, n, {.repeats = r, .population = 10}); }},
    {"bayesian",
     [](const auto& p, const auto& h, auto n, auto r) {
       return propose_bayesian(p, h, n, {.repeats = r, .candidates = 64, .local_starts = 2, .local_steps = 30});
     }},
};

History observed(const Problem& problem, std::size_t count) {
  History history;
  for (const Point& point : propose_sobol(problem, history, count))
    history.observations.push_back(test::observe_layers(point));
  return history;
}

TEST(Propose, GivesNewPointsOfTheSpaceThatAreAllowed) {
  Problem problem = test::layered_problem();
  problem.status = [](const Point& p) {
    return test::observe_layers(p).objectives[1] > 20 ? PointStatus::Forbidden : PointStatus::Allowed;
  };
  History history = observed(problem, 20);
  history.pending = propose_random(problem, history, 3);
  for (const auto& [name, propose] : kSamplers) {
    std::set<Point> seen(history.pending.begin(), history.pending.end());
    for (const auto& observation : history.observations) seen.insert(observation.point);
    const auto points = propose(problem, history, 7, Repeats::Refused);
    EXPECT_EQ(points.size(), 7u) << name;
    for (const Point& point : points) {
      validate(problem.space, point);
      EXPECT_TRUE(seen.insert(point).second) << name << ": " << describe(problem.space, point);
      EXPECT_EQ(problem.status(point), PointStatus::Allowed) << name;
    }
  }
}

TEST(Propose, GivesTheSameToEveryoneWhoAsksTheSame) {
  const Problem problem = test::layered_problem();
  const History history = observed(problem, 15);
  for (const auto& sampler : kSamplers) {
    const auto expected = sampler.propose(problem, history, 3, Repeats::Refused);
    std::vector<std::vector<Point>> found(3);
    std::vector<std::thread> threads;
    for (auto& points : found) {
      threads.emplace_back([&] { points = sampler.propose(problem, history, 3, Repeats::Refused); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(found, testing::Each(expected)) << sampler.name;
  }
}

TEST(Propose, DrawsOtherPointsWithAnotherSeed) {
  Problem problem;
  problem.space = test::unit_square();
  problem.objectives = {{.name = "f"}};
  EXPECT_NE(propose_random(problem, {}, 3, {.seed = 1}), propose_random(problem, {}, 3, {.seed = 2}));
  EXPECT_NE(propose_sobol(problem, {}, 3, {.seed = 1}), propose_sobol(problem, {}, 3, {.seed = 2}));
  EXPECT_NE(propose_nsga2(problem, {}, 3, {.seed = 1}), propose_nsga2(problem, {}, 3, {.seed = 2}));
  EXPECT_NE(propose_bayesian(problem, {}, 3, {.seed = 1}), propose_bayesian(problem, {}, 3, {.seed = 2}));
}

TEST(Propose, EndsWithTheSpace) {
  Problem problem;
  problem.space = {{{"n", Integer{0, 3}}, {"m", Integer{0, 1}, Condition{.parent = "n", .low = 2}}}};  // 6 points
  problem.objectives = {{.name = "f"}, {.name = "g"}};
  for (const auto& [name, propose] : kSamplers) {
    History history;
    EXPECT_EQ(propose(problem, history, 10, Repeats::Refused).size(), 6u) << name;
    for (const Point& point : propose(problem, history, 5, Repeats::Refused)) {
      const double n = *point.values[0];
      history.observations.push_back({point, {n, 3 - n}});
    }
    history.pending = propose(problem, history, 1, Repeats::Refused);
    EXPECT_EQ(history.pending.size(), 1u) << name;
    EXPECT_THAT(propose(problem, history, 2, Repeats::Refused), IsEmpty()) << name;
    EXPECT_EQ(propose(problem, history, 2, Repeats::Allowed).size(), 2u) << name;
  }
}

TEST(Propose, GivesNothingWhereAllIsForbidden) {
  Problem problem = test::layered_problem();
  problem.status = [](const Point&) { return PointStatus::Forbidden; };
  for (const auto& sampler : kSamplers) {
    EXPECT_THAT(sampler.propose(problem, {}, 2, Repeats::Refused), IsEmpty()) << sampler.name;
  }
}

TEST(Propose, TakesFailedEvaluations) {
  const Problem problem = test::layered_problem();
  History history = observed(problem, 20);
  for (std::size_t i = 0; i < 20; ++i) {
    if (i % 3 == 0) history.observations[i].objectives = {};
    if (i % 3 == 1) history.observations[i].objectives[0] = i % 2 == 0 ? NAN : INFINITY;
  }
  for (const auto& sampler : kSamplers) {
    EXPECT_EQ(sampler.propose(problem, history, 2, Repeats::Refused).size(), 2u) << sampler.name;
  }
  for (auto& observation : history.observations) observation.objectives = {};
  for (const auto& sampler : kSamplers) {
    EXPECT_EQ(sampler.propose(problem, history, 2, Repeats::Refused).size(), 2u) << sampler.name;
  }
}

TEST(Propose, SobolGoesOnWhereTheHistoryEnds) {
  Problem problem;
  problem.space = test::unit_square();
  problem.objectives = {{.name = "f"}};
  const auto all = propose_sobol(problem, {}, 8);
  History history;
  for (std::size_t i = 0; i < 5; ++i) history.observations.push_back({all[i], {}});
  history.pending = {all[5]};
  EXPECT_THAT(propose_sobol(problem, history, 2), ElementsAre(all[6], all[7]));
}

TEST(Propose, RefusesHistoriesOfOtherProblems) {
  Problem problem = test::layered_problem();
  const Point point = sample(problem.space, 1);
  const auto error = [&](const History& history) {
    return test::message_of<InvalidArgument>([&] { propose_random(problem, history, 1); });
  };
  EXPECT_EQ(error({{{point, {1}}}, {}}), "observations[0]: expected 2 objectives or none, got 1");
  EXPECT_EQ(error({{}, {{{1}}}}), "point: expected 5 values, got 1");
  problem.objectives[0].transform = Transform::Log;
  EXPECT_EQ(error({{{point, {0, 1}}}, {}}), "observations[0]: objective 0: expected above 0 for its logarithm, got 0");
}

TEST(Propose, RefusesProblemsThatAreIncomplete) {
  const auto error = [](const Problem& problem) {
    return test::message_of<InvalidArgument>([&] { propose_random(problem, {}, 1); });
  };
  Problem problem = test::layered_problem();
  problem.objectives[0].exact = problem.objectives[1].exact;
  EXPECT_EQ(error(problem), "objectives[0]: exact: expected none, as its kind is not Exact");
  problem.objectives = {{.kind = ObjectiveKind::Exact}};
  EXPECT_EQ(error(problem), "objectives[0]: exact: expected a function, as its kind is Exact");
  problem.objectives = {};
  EXPECT_EQ(error(problem), "objectives: expected at least one, got none");
}

TEST(Propose, RefusesOptionsOutsideTheirRange) {
  const Problem problem = test::layered_problem();
  const auto nsga2 = [&](const Nsga2Options& options) {
    return test::message_of<InvalidArgument>([&] { propose_nsga2(problem, {}, 1, options); });
  };
  EXPECT_EQ(nsga2({.population = 1}), "population: expected at least 2, got 1");
  EXPECT_EQ(nsga2({.crossover_chance = 1.5}), "crossover_chance: expected a number in [0, 1], got 1.5");
  EXPECT_EQ(nsga2({.crossover_index = 0}), "crossover_index: expected a number above 0, got 0");
  EXPECT_EQ(nsga2({.mutation_index = NAN}), "mutation_index: expected a number above 0, got nan");
  EXPECT_EQ(nsga2({.mutation_chance = -1}), "mutation_chance: expected a number in [0, 1], got -1");
  const auto bayesian = [&](const BayesianOptions& options) {
    return test::message_of<InvalidArgument>([&] { propose_bayesian(problem, {}, 1, options); });
  };
  EXPECT_EQ(bayesian({.candidates = 0}), "candidates: expected at least 1, got 0");
  EXPECT_EQ(bayesian({.local_starts = 0}), "local_starts: expected at least 1, got 0");
  EXPECT_EQ(bayesian({.model_starts = 0}), "model_starts: expected at least 1, got 0");
  EXPECT_EQ(bayesian({.reference_point = {{1.0}}}), "reference_point: expected 2 coordinates, got 1");
  EXPECT_EQ(bayesian({.reference_point = {{1.0, INFINITY}}}), "reference_point: expected finite coordinates, got inf");
  Problem three = problem;
  three.objectives.push_back({.name = "third"});
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { propose_bayesian(three, {}, 1); }),
            "objectives: expected 1 or 2, got 3");
  Problem logarithmic = problem;
  logarithmic.objectives[1].transform = Transform::Log;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              propose_bayesian(logarithmic, {}, 1, {.reference_point = {{1.0, 0.0}}});
            }),
            "reference_point[1]: expected above 0 for its logarithm, got 0");
}

/// One real, minimum at 0.3.
Problem bowl(ObjectiveKind kind) {
  Problem problem;
  problem.space = {{{"x", Real{0, 1}}}};
  problem.objectives = {{.name = "f", .kind = kind}};
  return problem;
}

double bowl_at(const Point& point) { return std::pow(*point.values[0] - 0.3, 2); }

TEST(ProposeBayesian, FindsTheMinimumOfOneObjective) {
  const Problem problem = bowl(ObjectiveKind::Deterministic);
  History history;
  for (int i = 0; i < 14; ++i) {
    const Point point = propose_bayesian(problem, history, 1).front();
    history.observations.push_back({point, {bowl_at(point)}});
  }
  double best = 1;
  for (const auto& observation : history.observations) best = std::min(best, observation.objectives[0]);
  EXPECT_LT(best, 1e-5);
}

TEST(ProposeBayesian, KeepsBatchesAndPendingPointsApart) {
  const Problem problem = bowl(ObjectiveKind::Deterministic);
  History history;
  for (const Point& point : propose_sobol(problem, {}, 5)) history.observations.push_back({point, {bowl_at(point)}});
  const auto batch = propose_bayesian(problem, history, 3);
  ASSERT_EQ(batch.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_GT(std::abs(*batch[i].values[0] - *batch[j].values[0]), 1e-3);
  }
  history.pending = {batch[0]};
  EXPECT_GT(std::abs(*propose_bayesian(problem, history, 1)[0].values[0] - *batch[0].values[0]), 1e-3);
}

// The second objective falls with x, known beforehand; x above 0.3 is a bargain, below it nothing is won.
TEST(ProposeBayesian, UsesAnExactObjective) {
  Problem problem = bowl(ObjectiveKind::Deterministic);
  problem.objectives.push_back(
      {.name = "cost", .kind = ObjectiveKind::Exact, .exact = [](const Point& p) { return 1 - *p.values[0]; }});
  History history;
  for (int i = 0; i < 24; ++i) {
    const Point point = propose_bayesian(problem, history, 1, {.reference_point = {{0.5, 1.0}}}).front();
    history.observations.push_back({point, {bowl_at(point), 1 - *point.values[0]}});
  }
  for (std::size_t i = 8; i < 24; ++i) EXPECT_GT(*history.observations[i].point.values[0], 0.29) << i;
}

TEST(ProposeBayesian, LooksWhereTheReferenceIs) {
  // A front from (0, 1) to (1, 0); only x below 0.2 is better than 0.2 in the first objective.
  Problem problem;
  problem.space = {{{"x", Real{0, 1}}}};
  problem.objectives = {{.name = "f", .kind = ObjectiveKind::Deterministic},
                        {.name = "g", .kind = ObjectiveKind::Deterministic}};
  History history;
  for (const Point& point : propose_sobol(problem, {}, 6)) {
    const double x = *point.values[0];
    history.observations.push_back({point, {x, (1 - x) * (1 - x)}});
  }
  for (const Point& point : propose_bayesian(problem, history, 4, {.reference_point = {{0.2, 1.1}}})) {
    EXPECT_LT(*point.values[0], 0.2);
  }
}

TEST(Estimate, SeesThroughALuckyEvaluation) {
  Problem problem = bowl(ObjectiveKind::Noisy);
  History history;
  support::Random random(2);
  for (const Point& point : propose_sobol(problem, {}, 40)) {
    history.observations.push_back({point, {bowl_at(point) + 0.01 * random.normal()}});
  }
  const Point lucky = history.observations[7].point;
  history.observations[7].objectives[0] = bowl_at(lucky) - 0.1;
  const Estimate found = estimate(problem, history, {lucky}).front();
  EXPECT_NEAR(found.means[0], bowl_at(lucky), 0.03);
  EXPECT_LT(found.deviations[0], 0.03);
}

TEST(Estimate, IsSurerOfPointsEvaluatedOften) {
  const Problem problem = bowl(ObjectiveKind::Noisy);
  History history;
  support::Random random(2);
  for (const Point& point : propose_sobol(problem, {}, 12)) {
    history.observations.push_back({point, {bowl_at(point) + 0.1 * random.normal()}});
  }
  const Observation again = history.observations[3];
  const double before = estimate(problem, history, {again.point}).front().deviations[0];
  for (int i = 0; i < 20; ++i) history.observations.push_back(again);
  EXPECT_LT(estimate(problem, history, {again.point}).front().deviations[0], before);
}

TEST(Estimate, AnswersInTheUnitsOfTheObjective) {
  Problem problem = bowl(ObjectiveKind::Deterministic);
  problem.objectives[0].transform = Transform::Log;
  problem.objectives.push_back(
      {.name = "cost", .kind = ObjectiveKind::Exact, .exact = [](const Point& p) { return *p.values[0]; }});
  History history;
  for (const Point& point : propose_sobol(problem, {}, 20)) {
    history.observations.push_back({point, {100 * std::exp(*point.values[0]), *point.values[0]}});
  }
  const Estimate found = estimate(problem, history, {Point{{0.35}}}).front();
  EXPECT_NEAR(found.means[0], 100 * std::exp(0.35), 0.1);
  EXPECT_LT(found.deviations[0], 0.5);
  EXPECT_DOUBLE_EQ(found.means[1], 0.35);
  EXPECT_EQ(found.deviations[1], 0);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { estimate(problem, {}, {}); }),
            "observations: expected one that succeeded, got none");
}

// Width 2 is there for layers = 2 alone, so what it would be changes neither what is known nor what is asked.
TEST(Estimate, IsTheSameWhateverAbsentParametersWouldBe) {
  const Problem problem = test::layered_problem();
  History history = observed(problem, 25);
  const Point a = from_unit(problem.space, {0.5, 0.9, 0.1, 0.1, 0.1});
  const Point b = from_unit(problem.space, {0.5, 0.9, 0.9, 0.1, 0.9});
  const auto found = estimate(problem, history, {a, b});
  EXPECT_EQ(found[0].means, found[1].means);
  EXPECT_EQ(found[0].deviations, found[1].deviations);
}

TEST(ProposeBayesian, FindsTheFrontOfALayeredSpace) {
  const Problem problem = test::layered_problem();
  History history;
  for (int i = 0; i < 40; ++i) {
    const auto points = propose_bayesian(problem, history, 1, {.reference_point = {{1.2, 50.0}}});
    history.observations.push_back(test::observe_layers(points.front()));
  }
  const auto volume = [](const History& h) {
    std::vector<std::vector<double>> seen;
    for (const auto& observation : h.observations) seen.push_back(observation.objectives);
    return hypervolume(seen, {1.2, 50});
  };
  EXPECT_GT(volume(history), volume(observed(problem, 40)));
}

}  // namespace
}  // namespace ntorc::search
