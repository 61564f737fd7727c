#include "ntorc/search/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "search/small_search.hpp"

namespace ntorc::search {
namespace {

/// A search on a file of its own.
class SmallSearch {
 public:
  explicit SmallSearch(Config config = small::small_config())
      : config_(std::move(config)),
        teacher_(config_.data, small::sines(4)),
        candidates_(config_, teacher_.channels(), teacher_.head()),
        store_(open_store((folder_.path() / "search.sqlite").string())),
        study_(store_->open_study(config_.name, config_.identity)) {}

  RunEnd run(const RunOptions& options = {}) {
    return search::run(config_, candidates_, teacher_, *store_, study_, options);
  }
  std::vector<TrialRecord> trials() { return read_trials(config_, candidates_, *store_, study_); }
  Step next() { return next_step(config_, candidates_, trials()); }

  const Config& config() const { return config_; }
  const Candidates& candidates() const { return candidates_; }
  Store& store() { return *store_; }
  StudyId study() const { return study_; }

 private:
  Config config_;
  ntorc::test::TemporaryDir folder_;
  Teacher teacher_;
  Candidates candidates_;
  std::unique_ptr<Store> store_;
  StudyId study_;
};

/// All that does not hang on the clock.
std::string outcome_of(const std::vector<TrialRecord>& trials) {
  std::string text;
  for (const TrialRecord& trial : trials) {
    text += std::to_string(trial.number) + " " + std::string(to_string(trial.status));
    for (const auto& value : trial.point.values) text += value ? " " + std::to_string(*value) : " -";
    for (const auto& [key, training] : trial.trainings) {
      text += " | " + std::to_string(key.rung) + " " + std::to_string(key.repeat) + " ";
      if (!training.evaluation) continue;
      Evaluation evaluation = *training.evaluation;
      evaluation.cpu_seconds = 0;
      text += to_json(evaluation);
    }
    text += "\n";
  }
  return text;
}

TEST(Search, EndsWithAFrontWhoseMembersWereRepeated) {
  SmallSearch search;
  EXPECT_EQ(search.run(), RunEnd::Finished);
  const auto trials = search.trials();
  ASSERT_EQ(trials.size(), 10u);
  const auto front = front_of(search.config(), trials);
  ASSERT_GE(front.size(), 2u);
  for (const std::size_t place : front) {
    EXPECT_EQ(trials[place].status, Status::Done);
    EXPECT_EQ(trials[place].errors(1).size(), 2u);
    EXPECT_TRUE(trials[place].deviation(1).has_value());
  }
  for (std::size_t i = 1; i < front.size(); ++i) {
    EXPECT_LT(trials[front[i - 1]].cost, trials[front[i]].cost);
    EXPECT_GT(trials[front[i - 1]].error(1), trials[front[i]].error(1));
  }
  std::set<Point> points;
  for (const TrialRecord& trial : trials) points.insert(trial.point);
  EXPECT_EQ(points.size(), trials.size());
}

/// Whether `other` is no worse in error at the first rung and in cost, and better in one.
bool beats_early(const TrialRecord& other, const TrialRecord& trial) {
  const double its = *other.trainings.at({other.number, 0, 0}).evaluation->error;
  const double error = *trial.trainings.at({trial.number, 0, 0}).evaluation->error;
  return its <= error && other.cost <= trial.cost && (its < error || other.cost < trial.cost);
}

TEST(Search, EndsTheWorseHalfOfEachBatchAtTheRungButNoneThatIsNotBeaten) {
  SmallSearch search;
  search.run();
  const auto trials = search.trials();
  std::map<std::int64_t, std::pair<int, int>> rounds;  // trials, and those that went on
  for (const TrialRecord& trial : trials) {
    auto& [all, went_on] = rounds[trial.round];
    ++all;
    const bool has_gone_on = trial.trainings.contains({trial.number, 1, 0});
    if (has_gone_on) ++went_on;
    EXPECT_EQ(trial.status, has_gone_on ? Status::Done : Status::Pruned);
    const bool is_beaten = std::ranges::any_of(
        trials, [&](const TrialRecord& other) { return other.round <= trial.round && beats_early(other, trial); });
    EXPECT_TRUE(is_beaten || has_gone_on) << trial.number;
  }
  ASSERT_EQ(rounds.size(), 3u);
  for (const auto& [round, counts] : rounds) EXPECT_GE(2 * counts.second, counts.first) << round;
  EXPECT_TRUE(std::ranges::any_of(trials, [](const TrialRecord& trial) { return trial.status == Status::Pruned; }));
}

// As after a kill between the writes of a step: whichever part of it was done, the rest of it follows.
TEST(Search, DecidesAlikeWhenAStepWasWrittenInPart) {
  SmallSearch search;
  const Step first = search.next();
  std::vector<NewTrial> added;
  for (const Point& point : first.trials) added.push_back({to_json(search.config().space, point), 0, 1});
  ASSERT_TRUE(search.store().add_trials(search.study(), 0, added));
  for (const double error : {0.4, 0.3, 0.2, 0.1}) {
    const auto claim = search.store().claim(search.study(), "here", std::chrono::seconds(9));
    ASSERT_TRUE(search.store().finish(*claim, to_json(Evaluation{error, {}, 0}), std::nullopt));
  }
  const Step whole = search.next();
  ASSERT_FALSE(whole.conclusions.empty());
  ASSERT_FALSE(whole.trainings.empty());
  search.store().conclude(search.study(), whole.conclusions.front().trial, whole.conclusions.front().status, "{}");
  const Step rest = search.next();
  EXPECT_EQ(rest.trainings, whole.trainings);
  EXPECT_EQ(rest.conclusions.size() + 1, whole.conclusions.size());
}

TEST(Search, WaitsForTheTrainingsOfTrialsThatAreBeingAdded) {
  SmallSearch search;
  TrialRecord trial;
  trial.point = search.next().trials.front();
  const Step step = next_step(search.config(), search.candidates(), {trial});
  EXPECT_TRUE(step.trials.empty() && step.trainings.empty() && step.conclusions.empty() && !step.finished);
}

TEST(Front, LeavesOutNetworksOfWhichARepeatDiverged) {
  const Config config = small::small_config();
  TrialRecord stable;
  stable.cost = 10;
  stable.trainings[{0, 1, 0}] = {Status::Done, Evaluation{0.2, {}, 0}, ""};
  TrialRecord unstable = stable;
  unstable.number = 1;
  unstable.cost = 5;
  unstable.trainings = {{{1, 1, 0}, {Status::Done, Evaluation{0.1, {}, 0}, ""}}};
  EXPECT_EQ(front_of(config, {stable, unstable}), (std::vector<std::size_t>{1}));
  unstable.trainings[{1, 1, 1}] = {Status::Done, Evaluation{std::nullopt, {}, 0}, ""};
  EXPECT_EQ(front_of(config, {stable, unstable}), (std::vector<std::size_t>{0}));
}

TEST(Search, IsTheSameWithAnyNumberOfWorkers) {
  SmallSearch alone;
  SmallSearch crowded;
  alone.run();
  crowded.run({.workers = 3});
  EXPECT_EQ(outcome_of(alone.trials()), outcome_of(crowded.trials()));
}

TEST(Search, GoesOnWhereItWasStopped) {
  SmallSearch whole;
  whole.run();
  SmallSearch parts;
  RunEnd end = RunEnd::Stopped;
  int runs = 0;
  while (end == RunEnd::Stopped && runs < 100) {
    std::stop_source stop;
    int trained = 0;
    end = parts.run({.workers = 2, .stop = stop.get_token(), .on_end = [&](const TrainingEnd&) {
                       if (++trained == 3) stop.request_stop();
                     }});
    ++runs;
  }
  EXPECT_EQ(end, RunEnd::Finished);
  EXPECT_GT(runs, 3);
  EXPECT_EQ(outcome_of(whole.trials()), outcome_of(parts.trials()));
}

TEST(Search, TakesOverWhatADeadWorkerLeft) {
  SmallSearch whole;
  whole.run();
  SmallSearch left;
  const Step first = left.next();
  std::vector<NewTrial> added;
  for (const Point& point : first.trials) {
    added.push_back({to_json(left.config().space, point), first.round, 1});
  }
  ASSERT_TRUE(left.store().add_trials(left.study(), 0, added));
  ASSERT_TRUE(left.store().claim(left.study(), "dead", std::chrono::milliseconds(1)));
  EXPECT_EQ(left.run(), RunEnd::Finished);
  EXPECT_EQ(outcome_of(whole.trials()), outcome_of(left.trials()));
}

TEST(Search, WaitsForTrainingsOfOthers) {
  SmallSearch search;
  const Step first = search.next();
  EXPECT_EQ(first.trials.size(), 4u);
  std::vector<NewTrial> added;
  for (const Point& point : first.trials) added.push_back({to_json(search.config().space, point), 0, 1});
  ASSERT_TRUE(search.store().add_trials(search.study(), 0, added));
  const Step step = search.next();
  EXPECT_TRUE(step.trials.empty() && step.trainings.empty() && step.conclusions.empty() && !step.finished);
}

TEST(Search, TriesMoreNetworksWhenItIsAskedForMore) {
  Config config = small::small_config();
  config.search.trials = 4;
  SmallSearch search(config);
  search.run();
  EXPECT_EQ(search.trials().size(), 4u);
  SmallSearch longer;  // the identity leaves out how many
  EXPECT_EQ(config.identity, longer.config().identity);
}

TEST(Search, TriesNothingMoreThanItsTimeAllows) {
  Config config = small::small_config();
  config.search.cpu_hours = 1e-9;
  SmallSearch search(config);
  EXPECT_EQ(search.run(), RunEnd::Finished);
  EXPECT_EQ(search.trials().size(), 4u);  // one batch, and it was used up
}

TEST(Search, EndsWhenNoNetworkIsLeft) {
  Config config = small::small_config();
  config.space.window = {{16}};
  config.space.stages = {{{{.repeat = {{1}}, .size = {{2, 3, 4}}}}}};
  SmallSearch search(config);
  EXPECT_EQ(search.run(), RunEnd::Finished);
  EXPECT_EQ(search.trials().size(), 3u);
}

TEST(Search, NeverTrainsWhatIsOverALimit) {
  Config config = small::small_config();
  config.cost.limits = {{CostKind::Multiplies, 200}};
  SmallSearch search(config);
  search.run();
  EXPECT_GT(search.trials().size(), 4u);
  for (const TrialRecord& trial : search.trials()) {
    EXPECT_LE(multiplies(search.candidates().network(trial.point)), 200);
  }
}

TEST(Search, TrialsThatDivergeFail) {
  Config config = small::small_config();
  config.training.learning_rate = 1e30;
  SmallSearch search(config);
  EXPECT_EQ(search.run(), RunEnd::Finished);
  for (const TrialRecord& trial : search.trials()) EXPECT_EQ(trial.status, Status::Failed);
  EXPECT_TRUE(front_of(config, search.trials()).empty());
}

TEST(Search, SaysWhenARecordingIsTooShortForAWindow) {
  Config config = small::small_config();
  config.space.window = {{5000}};
  SmallSearch search(config);
  search.run();
  const auto trials = search.trials();
  ASSERT_FALSE(trials.empty());
  EXPECT_EQ(trials[0].status, Status::Failed);
  EXPECT_THAT(trials[0].trainings.begin()->second.message, testing::HasSubstr("run_0"));
}

TEST(Search, RefusesOptionsOutOfRange) {
  SmallSearch search;
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { search.run({.lease = std::chrono::milliseconds(5)}); }),
            "lease: expected at least 1000 ms, found 5 ms");
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([&] { search.run({.workers = 0}); }),
            "workers: expected 1 to 1024, found 0");
}

TEST(History, CountsATrialThatEndedAtARungAsItWouldHaveGoneOn) {
  SmallSearch search;
  search.run();
  const auto trials = search.trials();
  const History history = history_of(search.config(), trials);
  std::vector<double> gains;
  for (const TrialRecord& trial : trials) {
    if (!trial.trainings.contains({trial.number, 1, 0})) continue;
    gains.push_back(*trial.trainings.at({trial.number, 1, 0}).evaluation->error /
                    *trial.trainings.at({trial.number, 0, 0}).evaluation->error);
  }
  std::ranges::sort(gains);
  const std::size_t half = gains.size() / 2;
  const double gain = gains.size() % 2 == 1 ? gains[half] : (gains[half - 1] + gains[half]) / 2;
  for (const TrialRecord& trial : trials) {
    if (trial.status != Status::Pruned) continue;
    const auto seen = std::ranges::find(history.observations, trial.point, &Observation::point);
    ASSERT_NE(seen, history.observations.end());
    EXPECT_DOUBLE_EQ(seen->objectives[0], gain * *trial.trainings.at({trial.number, 0, 0}).evaluation->error);
    EXPECT_EQ(seen->objectives[1], trial.cost);
  }
}

TEST(PointJson, IsReadBack) {
  const NetworkSpace space = small::small_config().space;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Point point = sample(to_space(space), seed);
    EXPECT_EQ(parse_point(space, to_json(space, point), "point"), point);
  }
  const auto refusal = [&](std::string_view json) {
    return ntorc::test::message_of<ParseError>([&] { parse_point(space, json, "trial 7"); });
  };
  EXPECT_THAT(refusal(R"({"window": 16, "depth": 3})"), testing::StartsWith("trial 7: "));
  EXPECT_THAT(refusal(R"({"window": 17})"), testing::StartsWith("trial 7: "));
  EXPECT_THAT(refusal("{"), testing::StartsWith("trial 7: "));
}

TEST(Evaluation, IsReadBack) {
  const Evaluation evaluation{0.125, {{5, 0.5, 0.25}, {10, 0.25, 0.125}}, 1.5};
  EXPECT_EQ(parse_evaluation(to_json(evaluation), "result"), evaluation);
  const Evaluation diverged{std::nullopt, {}, 0.5};
  EXPECT_EQ(parse_evaluation(to_json(diverged), "result"), diverged);
  EXPECT_THROW(parse_evaluation(R"({"error": 1, "cpu_seconds": 0, "curve": [[1, 2]]})", "result"), ParseError);
}

TEST(Progress, IsReadBackAndRefusedForAnotherNetworkOrCut) {
  const Config config = small::small_config();
  const Teacher teacher(config.data, small::sines(3));
  const Candidates candidates(config, 1, teacher.head());
  const Space space = to_space(config.space);
  const model::Network network = candidates.network(sample(space, 1));
  const Lesson lesson = teacher.lesson(network.layers[0].output_shape[0]);
  const search::Progress progress = evaluate(network, lesson, config.data.decoding, config.training, std::nullopt, 2);
  const std::string bytes = to_bytes(progress);
  EXPECT_EQ(parse_progress(bytes, network, "state"), progress);
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, std::size_t{40}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_THROW(parse_progress(bytes.substr(0, length), network, "state"), ParseError) << length;
  }
  EXPECT_THROW(parse_progress(bytes + "x", network, "state"), ParseError);
  const model::Network other = candidates.network(sample(space, 2));
  EXPECT_THROW(parse_progress(bytes, other, "state"), ParseError);
}

TEST(Evaluate, IsTheSameInOneGoAndInParts) {
  Config config = small::small_config();
  config.training.epochs = 12;
  const Teacher teacher(config.data, small::sines(3));
  const Candidates candidates(config, 1, teacher.head());
  const model::Network network = candidates.network(sample(to_space(config.space), 4));
  const Lesson lesson = teacher.lesson(network.layers[0].output_shape[0]);
  const search::Progress whole = evaluate(network, lesson, config.data.decoding, config.training, std::nullopt, 12);
  const search::Progress first = evaluate(network, lesson, config.data.decoding, config.training, std::nullopt, 5);
  const search::Progress rest = evaluate(network, lesson, config.data.decoding, config.training,
                                         parse_progress(to_bytes(first), network, "state"), 12);
  EXPECT_EQ(rest.state, whole.state);
  EXPECT_EQ(rest.evaluation.error, whole.evaluation.error);
  EXPECT_EQ(rest.evaluation.curve, whole.evaluation.curve);
  EXPECT_EQ(validation_error(network, whole.state.weights, lesson, config.data.decoding), whole.evaluation.error);
}

}  // namespace
}  // namespace ntorc::search
