#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <ntorc/error.hpp>
#include <ntorc/search/store.hpp>
#include <random>
#include <set>
#include <thread>

#include "fixtures.hpp"
#include "search/database.hpp"

namespace ntorc::search {
namespace {

using namespace std::chrono_literals;

enum class StoreKind { Sqlite, Postgresql };

const char* postgresql_url() { return std::getenv("NTORC_TEST_POSTGRESQL"); }

/// For where tests/postgresql/run.sh restarts the server: the first connection has no patience.
template <typename Action>
auto patiently(Action action) {
  for (const auto end = std::chrono::steady_clock::now() + 20s;; std::this_thread::sleep_for(50ms)) {
    try {
      return action();
    } catch (const StoreError&) {
      if (std::chrono::steady_clock::now() > end) throw;
    }
  }
}

/// A store of its own for each test: a file, or a schema of the database that NTORC_TEST_POSTGRESQL names.
class StoreTest : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    if (GetParam() == StoreKind::Sqlite) {
      url_ = (folder_.path() / "trials.db").string();
      return;
    }
    if (postgresql_url() == nullptr) GTEST_SKIP() << "needs NTORC_TEST_POSTGRESQL, the URL of a database";
    static int count = 0;
    schema_ = fmt::format("ntorc_test_{}_{}", ::getpid(), ++count);
    patiently([&] { open_postgresql(postgresql_url(), 0ms)->execute("CREATE SCHEMA IF NOT EXISTS " + schema_); });
    const bool has_query = std::string_view(postgresql_url()).find('?') != std::string_view::npos;
    url_ = fmt::format("{}{}options=-csearch_path%3D{}", postgresql_url(), has_query ? '&' : '?', schema_);
  }
  void TearDown() override {
    if (schema_.empty()) return;
    patiently(
        [&] { open_postgresql(postgresql_url(), 0ms)->execute("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE"); });
  }

  std::unique_ptr<Store> open(const StoreOptions& options = {}) const { return open_store(url_, options); }
  std::unique_ptr<Database> database() const {
    return GetParam() == StoreKind::Sqlite ? open_sqlite(url_, 1s) : open_postgresql(url_, 1s);
  }

  test::TemporaryDir folder_;
  std::string schema_;
  std::string url_;
};

std::string kind_name(const testing::TestParamInfo<StoreKind>& info) {
  return info.param == StoreKind::Sqlite ? "Sqlite" : "Postgresql";
}
INSTANTIATE_TEST_SUITE_P(Backends, StoreTest, testing::Values(StoreKind::Sqlite, StoreKind::Postgresql), kind_name);

std::vector<NewTrial> points(std::int64_t count) {
  std::vector<NewTrial> trials;
  for (std::int64_t i = 0; i < count; ++i) trials.push_back({.point = fmt::format("[{}]", i)});
  return trials;
}

/// A study "s" with `count` trials of one training.
StudyId study_of(Store& store, std::int64_t count) {
  const StudyId study = store.open_study("s", "{}");
  EXPECT_TRUE(store.add_trials(study, 0, points(count)));
  return study;
}

TEST_P(StoreTest, NumbersTrialsInTheOrderOfAdding) {
  const auto store = open();
  const StudyId study = store->open_study("dropbear", R"({"a": 1})");
  EXPECT_TRUE(store->trials(study).empty());
  const std::vector<NewTrial> first{{.point = "[1]", .round = 0}, {.point = "[2]", .round = 0, .repeats = 2}};
  ASSERT_TRUE(store->add_trials(study, 0, first));
  ASSERT_TRUE(store->add_trials(study, 2, std::vector<NewTrial>{{.point = "[3]", .round = 7, .repeats = 0}}));
  const auto trials = open()->trials(study);
  ASSERT_EQ(trials.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(trials[i].number, static_cast<std::int64_t>(i));
    EXPECT_EQ(trials[i].point, fmt::format("[{}]", i + 1));
    EXPECT_EQ(trials[i].status, Status::Waiting);
    EXPECT_FALSE(trials[i].result);
  }
  EXPECT_EQ(trials[2].round, 7);
  const auto trainings = store->trainings(study);
  ASSERT_EQ(trainings.size(), 3u);
  EXPECT_EQ(trainings[0].key, (TrainingKey{0, 0, 0}));
  EXPECT_EQ(trainings[1].key, (TrainingKey{1, 0, 0}));
  EXPECT_EQ(trainings[2].key, (TrainingKey{1, 0, 1}));
  const auto studies = store->studies();
  ASSERT_EQ(studies.size(), 1u);
  EXPECT_EQ(studies[0].id, study);
  EXPECT_EQ(studies[0].name, "dropbear");
  EXPECT_EQ(studies[0].configuration, R"({"a": 1})");
  EXPECT_EQ(studies[0].trials, 3);
}

TEST_P(StoreTest, ManyTrialsAreAddedAtOnce) {
  const auto store = open();
  const StudyId study = study_of(*store, 1234);
  EXPECT_EQ(store->trials(study).size(), 1234u);
  EXPECT_EQ(store->trials(study).back().point, "[1233]");
  EXPECT_EQ(store->trainings(study).size(), 1234u);
}

TEST_P(StoreTest, ClaimsInTheOrderOfAddingAndKeepsResults) {
  const auto store = open();
  const StudyId study = study_of(*store, 2);
  const auto first = store->claim(study, "here", 1h);
  const auto second = store->claim(study, "there", 1h);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(store->claim(study, "nowhere", 1h));
  EXPECT_EQ(first->key, (TrainingKey{0, 0, 0}));
  EXPECT_EQ(first->point, "[0]");
  EXPECT_EQ(first->attempt, 1);
  EXPECT_EQ(second->key, (TrainingKey{1, 0, 0}));
  EXPECT_EQ(store->trials(study)[0].status, Status::Running);
  EXPECT_TRUE(store->beat(*first, 1h));
  EXPECT_TRUE(store->finish(*first, R"({"rmse": 0.1})", std::nullopt));
  EXPECT_TRUE(store->fail(*second, "NaN"));
  const auto trainings = store->trainings(study);
  EXPECT_EQ(trainings[0].status, Status::Done);
  EXPECT_EQ(trainings[0].worker, "here");
  EXPECT_EQ(trainings[0].attempts, 1);
  EXPECT_EQ(trainings[0].result, R"({"rmse": 0.1})");
  EXPECT_FALSE(trainings[0].lease_left);
  EXPECT_EQ(trainings[1].status, Status::Failed);
  EXPECT_EQ(trainings[1].message, "NaN");
  EXPECT_FALSE(trainings[1].result);
  EXPECT_FALSE(store->claim(study, "here", 1h));
}

TEST_P(StoreTest, GivesEachTrainingToOneOfEightThreads) {
  const StudyId study = study_of(*open(), 120);
  std::array<std::vector<Claim>, 8> claims;
  std::vector<std::thread> threads;
  for (auto& mine : claims) {
    threads.emplace_back([&] {
      const auto store = open();
      for (int empty = 0; empty < 3;) {  // a row that another has just locked is passed over
        if (auto claim = store->claim(study, "w", 1h)) {
          mine.push_back(*claim);
        } else {
          ++empty;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<TrainingKey> keys;
  std::set<std::int64_t> tokens;
  std::size_t count = 0;
  for (const auto& mine : claims) {
    for (const Claim& claim : mine) {
      keys.insert(claim.key);
      tokens.insert(claim.token);
      ++count;
    }
  }
  EXPECT_EQ(count, 120u);
  EXPECT_EQ(keys.size(), 120u);
  EXPECT_EQ(tokens.size(), 120u);
}

TEST_P(StoreTest, ThreadsShareAStore) {
  const auto store = open();
  const StudyId study = study_of(*store, 40);
  std::vector<std::thread> threads;
  std::atomic<int> finished = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (const auto claim = store->claim(study, "w", 1h)) {
        if (store->beat(*claim, 1h) && store->finish(*claim, "{}", "weights")) ++finished;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(finished, 40);
}

TEST_P(StoreTest, ReturnsTheTrainingOfAWorkerThatFellSilent) {
  const auto store = open();
  const StudyId study = study_of(*store, 1);
  const auto dead = store->claim(study, "dead", 1ms);
  ASSERT_TRUE(dead);
  EXPECT_TRUE(store->save_state(*dead, "half"));
  std::this_thread::sleep_for(20ms);
  EXPECT_LE(store->trainings(study)[0].lease_left.value(), 0ms);
  const auto alive = store->claim(study, "alive", 1h);
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->key, dead->key);
  EXPECT_EQ(alive->attempt, 2);
  EXPECT_EQ(store->read_state(study, alive->key), "half");
  EXPECT_FALSE(store->beat(*dead, 1h));
  EXPECT_FALSE(store->save_state(*dead, "late"));
  EXPECT_FALSE(store->release(*dead));
  EXPECT_FALSE(store->fail(*dead, "late"));
  EXPECT_FALSE(store->finish(*dead, "late", "late"));
  EXPECT_EQ(store->read_state(study, alive->key), "half");
  EXPECT_EQ(store->trainings(study)[0].worker, "alive");
  EXPECT_TRUE(store->finish(*alive, "in time", std::nullopt));
  EXPECT_FALSE(store->finish(*dead, "late", std::nullopt));
  EXPECT_EQ(store->trainings(study)[0].result, "in time");
}

TEST_P(StoreTest, ABeatInTimeOrBeforeAnotherClaimsKeepsTheTraining) {
  const auto store = open();
  const StudyId study = study_of(*store, 1);
  const auto claim = store->claim(study, "slow", 1ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_TRUE(store->beat(*claim, 1h));
  EXPECT_GT(store->trainings(study)[0].lease_left.value(), 50min);
  EXPECT_FALSE(store->claim(study, "other", 1h));
  EXPECT_TRUE(store->finish(*claim, "{}", std::nullopt));
}

TEST_P(StoreTest, GivesUpATrainingWhoseWorkersFellSilentTooOften) {
  const auto store = open({.max_attempts = 2});
  const StudyId study = study_of(*store, 2);
  const auto claim_and_die = [&] {
    const auto claim = store->claim(study, "dead", 1ms);
    std::this_thread::sleep_for(10ms);
    return claim ? claim->key.trial : -1;
  };
  EXPECT_EQ(claim_and_die(), 0);
  EXPECT_EQ(claim_and_die(), 0);
  EXPECT_EQ(claim_and_die(), 1);
  const auto trainings = store->trainings(study);
  EXPECT_EQ(trainings[0].status, Status::Failed);
  EXPECT_EQ(trainings[0].attempts, 2);
  EXPECT_EQ(trainings[0].message, "given up after 2 attempts whose workers fell silent, the last of them dead");
}

TEST_P(StoreTest, CountsNoAttemptOfAWorkerThatGivesBack) {
  const auto store = open({.max_attempts = 1});
  const StudyId study = study_of(*store, 1);
  for (int i = 0; i < 3; ++i) {
    const auto claim = store->claim(study, "w", 1h);
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->attempt, 1);
    EXPECT_TRUE(store->save_state(*claim, "half"));
    EXPECT_TRUE(store->release(*claim));
    EXPECT_TRUE(store->release(*claim));
    EXPECT_FALSE(store->beat(*claim, 1h));
  }
  EXPECT_EQ(store->trainings(study)[0].status, Status::Waiting);
  EXPECT_EQ(store->trainings(study)[0].attempts, 0);
  EXPECT_EQ(store->read_state(study, {0, 0, 0}), "half");
}

TEST_P(StoreTest, AResultIsWrittenOnce) {
  const auto store = open();
  const StudyId study = study_of(*store, 1);
  const auto claim = store->claim(study, "w", 1h);
  EXPECT_TRUE(store->finish(*claim, "first", "weights"));
  EXPECT_TRUE(store->finish(*claim, "second", "others"));
  EXPECT_FALSE(store->fail(*claim, "third"));
  EXPECT_FALSE(store->release(*claim));
  EXPECT_EQ(store->trainings(study)[0].result, "first");
  EXPECT_EQ(store->read_state(study, claim->key), "weights");
}

TEST_P(StoreTest, OneOfEightWhoSawTheSameTrialsAddsToThem) {
  const StudyId study = study_of(*open(), 3);
  std::atomic<int> added = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto store = open();
      const std::vector<NewTrial> round(5, {.point = fmt::format("\"{}\"", i), .round = 1});
      if (store->add_trials(study, 3, round)) ++added;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(added, 1);
  const auto trials = open()->trials(study);
  ASSERT_EQ(trials.size(), 8u);
  for (std::size_t i = 4; i < 8; ++i) EXPECT_EQ(trials[i].point, trials[3].point);
  EXPECT_EQ(open()->trainings(study).size(), 8u);
  EXPECT_FALSE(open()->add_trials(study, 9, points(1)));
}

TEST_P(StoreTest, AddsPromotionsAndRepeatsOnce) {
  const auto store = open();
  const StudyId study = study_of(*store, 2);
  ASSERT_TRUE(store->finish(store->claim(study, "w", 1h).value(), "r", std::nullopt));
  store->conclude(study, 0, Status::Done, "best");
  EXPECT_EQ(store->trials(study)[0].status, Status::Done);
  EXPECT_EQ(store->trials(study)[0].result, "best");
  store->add_trainings(study, std::vector<TrainingKey>{{0, 0, 0}});  // is there, and done
  EXPECT_EQ(store->trials(study)[0].status, Status::Done);
  const std::vector<TrainingKey> more{{0, 1, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}};
  store->add_trainings(study, more);
  store->add_trainings(study, more);
  EXPECT_EQ(store->trials(study)[0].status, Status::Running);
  EXPECT_FALSE(store->trials(study)[0].result);
  EXPECT_EQ(store->trials(study)[1].status, Status::Waiting);
  const auto trainings = store->trainings(study);
  ASSERT_EQ(trainings.size(), 4u);
  EXPECT_EQ(trainings[0].result, "r");
  EXPECT_EQ(trainings[2].key, (TrainingKey{0, 1, 0}));
  EXPECT_EQ(trainings[3].key, (TrainingKey{0, 0, 1}));
  const std::vector<TrainingKey> unknown{{1, 5, 0}, {2, 0, 0}};
  EXPECT_THROW(store->add_trainings(study, unknown), InvalidArgument);
  const std::vector<TrainingKey> negative{{1, -1, 0}};
  EXPECT_THROW(store->add_trainings(study, negative), InvalidArgument);
  EXPECT_EQ(store->trainings(study).size(), 4u);
}

TEST_P(StoreTest, ConcludingPrunesWhatIsLeftToTrain) {
  const auto store = open();
  const StudyId study = study_of(*store, 2);
  const auto claim = store->claim(study, "w", 1h);
  store->add_trainings(study, std::vector<TrainingKey>{{0, 0, 1}});
  EXPECT_TRUE(store->save_state(*claim, "half"));
  store->conclude(study, 0, Status::Pruned, "{}");
  EXPECT_FALSE(store->beat(*claim, 1h));
  EXPECT_FALSE(store->finish(*claim, "r", std::nullopt));
  EXPECT_FALSE(store->read_state(study, claim->key));
  EXPECT_EQ(store->claim(study, "w", 1h)->key, (TrainingKey{1, 0, 0}));
  EXPECT_FALSE(store->claim(study, "w", 1h));
  auto trainings = store->trainings(study);
  EXPECT_EQ(trainings[0].status, Status::Pruned);
  EXPECT_EQ(trainings[2].status, Status::Pruned);
  EXPECT_EQ(store->trials(study)[0].status, Status::Pruned);
  store->add_trainings(study, std::vector<TrainingKey>{{0, 0, 0}});  // wanted after all
  EXPECT_EQ(store->trials(study)[0].status, Status::Running);
  EXPECT_FALSE(store->beat(*claim, 1h));
  EXPECT_EQ(store->claim(study, "w", 1h)->attempt, 1);
  EXPECT_THROW(store->conclude(study, 0, Status::Running, "{}"), InvalidArgument);
  EXPECT_THROW(store->conclude(study, 2, Status::Done, "{}"), InvalidArgument);
}

TEST_P(StoreTest, RefusesAnotherConfiguration) {
  const auto store = open();
  const std::string configuration = R"({"seed": 1, "space": {"kernel": [3, 5], "name": "it's \"x\""}})";
  const StudyId study = store->open_study("it's \"s\"", configuration);
  EXPECT_EQ(open()->open_study("it's \"s\"", R"({"space":{"name":"it's \"x\"","kernel":[3,5]},"seed":1})"), study);
  const auto message = [&](const std::string& other) {
    return test::message_of<StoreError>([&] { store->open_study("it's \"s\"", other); });
  };
  EXPECT_TRUE(message(R"({"seed": 2, "space": {"kernel": [3, 5], "name": "it's \"x\""}})")
                  .ends_with(R"(study "it's "s"" was made with another configuration: /seed: it has 1, got 2)"));
  EXPECT_TRUE(message(R"({"seed": 1, "space": {"kernel": [3, 5]}})").ends_with("got none"));
  EXPECT_TRUE(message(R"({"seed": 1, "more": 1, "space": {"kernel": [3, 5], "name": "it's \"x\""}})")
                  .ends_with("/more: it has none, got 1"));
  EXPECT_TRUE(message("3").find("/: it has") != std::string::npos) << message("3");
  EXPECT_THROW(store->open_study("other", "{"), ParseError);
  EXPECT_EQ(store->studies().size(), 1u);
}

TEST_P(StoreTest, KeepsStudiesApart) {
  const auto store = open();
  const StudyId b = store->open_study("b", "{}");
  const StudyId a = store->open_study("a", "[]");
  EXPECT_NE(a, b);
  EXPECT_TRUE(store->add_trials(a, 0, points(2)));
  EXPECT_FALSE(store->claim(b, "w", 1h));
  EXPECT_TRUE(store->add_trials(b, 0, points(1)));
  EXPECT_EQ(store->claim(b, "w", 1h)->study, b);
  EXPECT_FALSE(store->claim(b, "w", 1h));
  EXPECT_EQ(store->trainings(a)[0].status, Status::Waiting);
  const auto studies = store->studies();
  ASSERT_EQ(studies.size(), 2u);
  EXPECT_EQ(studies[0].name, "a");
  EXPECT_EQ(studies[1].name, "b");
  EXPECT_EQ(studies[1].trials, 1);
}

TEST_P(StoreTest, KeepsStatesOfSomeMegabytes) {
  const auto store = open();
  const StudyId study = study_of(*store, 1);
  std::string weights(5'000'000, '\0');
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<char>(i * 7 + i / 256);
  auto claim = store->claim(study, "w", 1h);
  EXPECT_FALSE(store->read_state(study, claim->key));
  EXPECT_TRUE(store->save_state(*claim, ""));
  EXPECT_EQ(store->read_state(study, claim->key), "");
  EXPECT_TRUE(store->save_state(*claim, "partial"));
  EXPECT_TRUE(store->finish(*claim, "{}", weights));
  EXPECT_TRUE(open()->read_state(study, claim->key) == weights);
  // The next rung's state supersedes it; of another repeat it does not.
  store->add_trainings(study, std::vector<TrainingKey>{{0, 1, 0}, {0, 1, 1}});
  claim = store->claim(study, "w", 1h);
  EXPECT_TRUE(store->save_state(*claim, "partial"));
  EXPECT_TRUE(store->read_state(study, {0, 0, 0}) == weights);
  EXPECT_TRUE(store->finish(*claim, "{}", "next"));
  EXPECT_FALSE(store->read_state(study, {0, 0, 0}));
  claim = store->claim(study, "w", 1h);
  EXPECT_EQ(claim->key, (TrainingKey{0, 1, 1}));
  EXPECT_TRUE(store->save_state(*claim, "partial"));
  EXPECT_TRUE(store->finish(*claim, "{}", std::nullopt));
  EXPECT_FALSE(store->read_state(study, {0, 1, 1}));
  EXPECT_EQ(store->read_state(study, {0, 1, 0}), "next");
}

TEST_P(StoreTest, KeepsAnyTextAndRefusesWhatIsNone) {
  const auto store = open();
  const StudyId study = store->open_study("s", "{}");
  const std::string hostile =
      "{\"a\": \"'; DROP TABLE ntorc_trials; -- $1 \\\\ \\u0000 \x01\t\r\n \xc3\xa9 \xf0\x9f\x98\x80\"}";
  ASSERT_TRUE(store->add_trials(study, 0, std::vector<NewTrial>{{.point = hostile}, {.point = ""}}));
  const auto claim = store->claim(study, hostile, 1h);
  EXPECT_EQ(claim->point, hostile);
  const std::string nul("a\0b", 3), bytes = "\xff\xfe";
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { (void)store->finish(*claim, nul, std::nullopt); }),
            "result: expected text, got a NUL as byte 1");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { (void)store->finish(*claim, bytes, std::nullopt); }),
            "result: expected UTF-8, got other bytes");
  EXPECT_THROW((void)store->add_trials(study, 2, std::vector<NewTrial>{{.point = nul}}), InvalidArgument);
  EXPECT_THROW(store->open_study(bytes, "{}"), InvalidArgument);
  EXPECT_THROW(store->claim(study, nul, 1h), InvalidArgument);
  EXPECT_THROW(store->claim(study, "w", 0ms), InvalidArgument);
  EXPECT_THROW((void)store->beat(*claim, -1ms), InvalidArgument);
  EXPECT_THROW(store->conclude(study, 0, Status::Done, nul), InvalidArgument);
  EXPECT_THROW((void)store->add_trials(study, 2, std::vector<NewTrial>{{.point = "", .repeats = -1}}), InvalidArgument);
  EXPECT_TRUE(store->finish(*claim, hostile, std::nullopt));
  EXPECT_EQ(store->trainings(study)[0].result, hostile);
  EXPECT_EQ(store->trainings(study)[0].worker, hostile);
  const auto second = store->claim(study, "w", 1h);
  EXPECT_EQ(second->point, "");
  EXPECT_TRUE(store->fail(*second, nul + bytes));  // what an exception said, whatever it was
  EXPECT_EQ(store->trainings(study)[1].message, "a b??");
  store->conclude(study, 0, Status::Done, hostile);
  EXPECT_EQ(store->trials(study)[0].result, hostile);
}

TEST_P(StoreTest, RefusesAnotherVersion) {
  open();
  database()->execute("UPDATE ntorc_store SET version = 2");
  const std::string message = test::message_of<StoreError>([&] { open(); });
  EXPECT_TRUE(message.ends_with(": expected a store of version 1, got 2")) << message;
}

TEST_P(StoreTest, EightOpenANewStoreAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_NO_THROW(open()->open_study("s", "{}")); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(open()->studies().size(), 1u);
}

// ---- processes that are killed

constexpr std::int64_t kKilledTrials = 24;

/// Two rungs for each of the trials, which come in rounds of six.
void coordinate(const std::string& url) {
  const auto store = patiently([&] { return open_store(url); });
  const StudyId study = store->open_study("killed", R"({"trials": 24})");
  while (true) {
    const auto trials = store->trials(study);
    std::map<TrainingKey, Training> trainings;
    for (const Training& training : store->trainings(study)) trainings[training.key] = training;
    std::int64_t concluded = 0;
    for (const Trial& trial : trials) {
      if (trial.status == Status::Done) {
        ++concluded;
      } else if (trainings[{trial.number, 1, 0}].status == Status::Done) {
        store->conclude(study, trial.number, Status::Done, *trainings[{trial.number, 1, 0}].result);
      } else if (trainings[{trial.number, 0, 0}].status == Status::Done) {
        store->add_trainings(study, std::vector<TrainingKey>{{trial.number, 1, 0}});
      }
    }
    if (concluded == kKilledTrials) return;
    const auto count = std::ssize(trials);
    if (concluded == count) {
      std::vector<NewTrial> round = points(6);
      for (auto& trial : round) trial.round = count / 6;
      (void)store->add_trials(study, count, round);
    }
    std::this_thread::sleep_for(5ms);
  }
}

/// Writes a line to `log` for each training that it finished.
void work(const std::string& url, const std::filesystem::path& log) {
  const auto store = patiently([&] { return open_store(url, {.max_attempts = 1000}); });
  const StudyId study = store->open_study("killed", R"({"trials": 24})");
  while (true) {
    const auto claim = store->claim(study, std::to_string(::getpid()), 150ms);
    if (!claim) {
      std::this_thread::sleep_for(5ms);
      continue;
    }
    if (claim->key.rung == 1 && store->read_state(study, {claim->key.trial, 0, 0}) != "rung 0") {
      if (store->beat(*claim, 1h)) ::_exit(3);  // ours still, and yet not what rung 0 left
      continue;
    }
    std::this_thread::sleep_for(3ms);
    if (!store->save_state(*claim, std::string(100'000, 'x'))) continue;
    // Two die at work for certain, wherever the others are hit.
    if (claim->key.rung == 0 && claim->key.trial < 2 && claim->attempt == 1) ::raise(SIGKILL);
    std::this_thread::sleep_for(3ms);
    const std::string what = fmt::format("{} {}", claim->key.trial, claim->key.rung);
    if (store->finish(*claim, what, fmt::format("rung {}", claim->key.rung))) {
      std::ofstream(log, std::ios::app) << what + "\n" << std::flush;
    }
  }
}

/// The parent holds no store: see the header on fork().
pid_t start(const std::function<void()>& run) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

TEST_P(StoreTest, NothingIsLostOrDoneTwiceWhenProcessesAreKilled) {
  const auto log = folder_.path() / "finished";
  // Process 0 coordinates.
  const auto start_one = [&](std::size_t i) { return start([&, i] { i == 0 ? coordinate(url_) : work(url_, log); }); };
  std::vector<pid_t> processes;
  for (std::size_t i = 0; i < 5; ++i) processes.push_back(start_one(i));
  std::mt19937 random(7);
  int status = 0;
  int kills = 0;
  bool ended = false;
  for (; kills < 60 && !ended; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 40));
    const std::size_t victim = random() % processes.size();
    ::kill(processes[victim], SIGKILL);
    ASSERT_EQ(::waitpid(processes[victim], &status, 0), processes[victim]);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      ended = true;
    } else {
      processes[victim] = start_one(victim);
    }
  }
  if (!ended) {
    ASSERT_EQ(::waitpid(processes[0], &status, 0), processes[0]);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  std::this_thread::sleep_for(100ms);
  for (std::size_t i = 1; i < processes.size(); ++i) {
    ::kill(processes[i], SIGKILL);
    ::waitpid(processes[i], &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "a worker ended by itself";
  }
  EXPECT_GT(kills, 3);  // how many there are time for hangs on the machine

  const auto store = patiently([&] { return open(); });
  const StudyId study = store->open_study("killed", R"({"trials": 24})");
  const auto trials = store->trials(study);
  ASSERT_EQ(std::ssize(trials), kKilledTrials);
  for (const Trial& trial : trials) {
    EXPECT_EQ(trial.status, Status::Done);
    EXPECT_EQ(trial.round, trial.number / 6);
    EXPECT_EQ(trial.result, fmt::format("{} 1", trial.number));
    EXPECT_EQ(store->read_state(study, {trial.number, 1, 0}), "rung 1");
  }
  const auto trainings = store->trainings(study);
  ASSERT_EQ(std::ssize(trainings), 2 * kKilledTrials);
  std::int64_t attempts = 0;
  for (const Training& training : trainings) {
    EXPECT_EQ(training.status, Status::Done);
    EXPECT_EQ(training.result, fmt::format("{} {}", training.key.trial, training.key.rung));
    attempts += training.attempts;
  }
  EXPECT_GT(attempts, 2 * kKilledTrials) << "no worker was killed at work";
  // A worker may be killed between the store and the log, so lines may be missing; none is there twice.
  std::ifstream lines(log);
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(seen.insert(line).second) << line << ": twice";
  EXPECT_GT(seen.size(), 20u);
}

// ---- where to open what

TEST(OpenStore, RefusesOtherUrlsAndOptions) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { open_store("mysql://me:secret@host/db"); }),
            "store: expected the path of a file or postgresql://..., got mysql://...");
  EXPECT_THROW(open_store(""), InvalidArgument);
  EXPECT_EQ(test::message_of<InvalidArgument>([] { open_store("x.db", {.max_attempts = 0}); }),
            "max_attempts: expected 1 or more, got 0");
  EXPECT_THROW(open_store("x.db", {.patience = -1ms}), InvalidArgument);
}

TEST(SqliteStore, RefusesWhatIsNoStore) {
  const test::TemporaryDir folder;
  const auto message = [](const std::filesystem::path& file) {
    return test::message_of<StoreError>([&] { open_store(file.string()); });
  };
  const auto text = folder.file("text", "These are not the trials that you are looking for, and more of it.\n");
  EXPECT_EQ(message(text), text.string() + ": expected an SQLite file, found something else");
  EXPECT_TRUE(test::read_all(text).starts_with("These are"));
  const auto other = folder.path() / "other.db";
  open_sqlite(other, 1s)->execute("CREATE TABLE songs (name TEXT)");
  EXPECT_EQ(message(other),
            other.string() + ": expected a store of trials, found another database, with a table \"songs\"");
  EXPECT_EQ(message(folder.path()), folder.path().string() + ": unable to open database file: Is a directory");
  EXPECT_EQ(message(folder.path() / "no" / "x.db"),
            (folder.path() / "no" / "x.db").string() + ": unable to open database file: No such file or directory");
  const auto odd = folder.path() / "file:x?mode=memory";  // a name like any other
  open_store(odd.string())->open_study("s", "{}");
  EXPECT_TRUE(std::filesystem::exists(odd));
  EXPECT_EQ(open_store(odd.string())->studies().size(), 1u);
}

TEST(SqliteStore, SaysThatAFileIsDamaged) {
  const test::TemporaryDir folder;
  const auto file = folder.path() / "trials.db";
  {
    const auto store = open_store(file.string());
    study_of(*store, 500);
  }
  std::string bytes = test::read_all(file);
  ASSERT_GT(bytes.size(), 20'000u);
  std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
  folder.file("trials.db", bytes);
  const std::string message = test::message_of<StoreError>([&] { open_store(file.string())->studies(); });
  EXPECT_EQ(message, file.string() + ": the file is damaged: database disk image is malformed");
  // Cut short.
  folder.file("trials.db", bytes.substr(0, 1000));
  EXPECT_THROW(open_store(file.string())->studies(), StoreError);
}

TEST(SqliteStore, SaysThatAFolderOrAFileCannotBeWritten) {
  const test::TemporaryDir folder;
  const auto file = folder.path() / "trials.db";
  open_store(file.string());
  std::filesystem::permissions(file, std::filesystem::perms(0444));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  // Permissions are nothing to root: as somebody else.
  const pid_t child = start([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    for (const char* name : {"trials.db", "new.db"}) {
      std::string message = "nothing thrown";
      try {
        open_store((folder.path() / name).string())->open_study("s", "{}");
      } catch (const StoreError& error) {
        message = error.what();
      }
      message += '\n';
      if (::write(pipe_ends[1], message.data(), message.size()) < 0) ::_exit(2);
    }
  });
  ::close(pipe_ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(pipe_ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(pipe_ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  EXPECT_EQ(status, 0);
  EXPECT_EQ(said, fmt::format("{}: attempt to write a readonly database\n"
                              "{}: unable to open database file: Permission denied\n",
                              file.string(), (folder.path() / "new.db").string()));
}

TEST(SqliteStore, WaitsForAFileThatIsLockedAsLongAsItsPatienceLasts) {
  const test::TemporaryDir folder;
  const std::string file = (folder.path() / "trials.db").string();
  const StudyId study = study_of(*open_store(file), 1);
  const auto store = open_store(file, {.patience = 50ms});
  const auto other = open_sqlite(file, 1s);
  other->transact(Access::Write, [&] {
    EXPECT_EQ(store->trials(study).size(), 1u);  // readers do not wait
    EXPECT_EQ(test::message_of<StoreError>([&] { store->claim(study, "w", 1h); }),
              file + ": another process had it locked for 0.05 s");
  });
  EXPECT_TRUE(store->claim(study, "w", 1h));
}

TEST(PostgresqlStore, ShowsNoPassword) {
  for (const char* url : {
           "postgresql://me:hunter2@127.0.0.1:1/db",
           "postgresql://me:hunt%65r2@127.0.0.1:1/db",
           "postgresql://me@127.0.0.1:1/db?password=hunter2",
           "postgresql://me:hunter2@127.0.0.1:port/db",
           "postgresql://me:hunter2@[127.0.0.1/db",
           "postgresql://me:hunter2@127.0.0.1/db?hunter2=hunter2",
           "postgresql://me:%zzhunter2@127.0.0.1/db",
           "postgresql://me:x@hunter2@127.0.0.1/db",
           "postgresql://me:x/hunter2@127.0.0.1/db",
           "postgres://me:hunter2@/db?host=/nowhere",
       }) {
    const std::string message = test::message_of<StoreError>([&] { open_store(url); });
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_FALSE(message.empty());
  }
  const std::string refused = test::message_of<StoreError>([] { open_store("postgresql://me:x@127.0.0.1:1/db"); });
  EXPECT_TRUE(refused.starts_with("postgresql://127.0.0.1:1/db: connection to server at \"127.0.0.1\", port 1 failed"))
      << refused;
}

class PostgresqlStoreTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Backend, PostgresqlStoreTest, testing::Values(StoreKind::Postgresql), kind_name);

TEST_P(PostgresqlStoreTest, GoesOnWhenItsConnectionsAreBroken) {
  const auto store = open();
  const StudyId study = study_of(*store, 40);
  // Breaks the connection below at any moment.
  const std::jthread breaker([](const std::stop_token& stop) {
    const auto other = open_postgresql(postgresql_url(), 1s);
    std::mt19937 random(7);
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 60));
      other->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'broken'");
    }
  });
  const auto broken = open_store(url_ + "&application_name=broken");
  std::set<TrainingKey> keys;
  while (const auto claim = broken->claim(study, "w", 1h)) {
    EXPECT_EQ(claim->attempt, 1);  // a claim whose answer was lost is found again
    EXPECT_TRUE(keys.insert(claim->key).second);
    EXPECT_TRUE(broken->save_state(*claim, std::string(50'000, 'x')));
    EXPECT_TRUE(broken->beat(*claim, 1h));
    EXPECT_TRUE(broken->finish(*claim, "{}", "s"));
  }
  EXPECT_EQ(keys.size(), 40u);
  for (const Training& training : store->trainings(study)) EXPECT_EQ(training.status, Status::Done);
}

}  // namespace
}  // namespace ntorc::search
