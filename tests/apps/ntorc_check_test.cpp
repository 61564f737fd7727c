// ntorc-check as a user meets it, and its checker against proofs that are right, wrong and no proofs at all.
#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>

#include "checker.hpp"
#include "command.hpp"
#include "emit/certificates.hpp"
#include "ntorc/emit/certificate_json.hpp"

namespace ntorc {
namespace {

using nlohmann::json;
using ntorc_check::check;
using ntorc_check::Verdict;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::StartsWith;

std::string text_of(const test::Proven& proven, int decimals = 0) {
  return emit::certificate_json(proven.problem, proven.names, decimals, proven.solution);
}

/// The pair's certificate with `value` at `place`.
Verdict check_pair_with(const char* place, const json& value) {
  json changed = json::parse(text_of(test::proven_pair()));
  changed[json::json_pointer(place)] = value;
  return check(changed.dump());
}

void expect_refused(const Verdict& verdict, const std::string& line) {
  EXPECT_FALSE(verdict.proven);
  EXPECT_EQ(verdict.line, "not proven: " + line);
}

TEST(NtorcCheck, SaysWhatIsProven) {
  const TemporaryDir dir;
  dir.file("proof.json", text_of(test::proven_pair(), 1));
  for (const char* line : {"ntorc-check proof.json", "cat proof.json | ntorc-check -"}) {
    const Outcome outcome = run(dir, line);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "proven: objective 3.5, by 3 leaves over 2 groups and 4 choices\n");
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(NtorcCheck, AcceptsWhatTheSolverProves) {
  std::mt19937_64 random(12);
  int optimal = 0;
  for (std::size_t trial = 0; trial < 1500; ++trial) {
    test::Proven proven{mip::test::small_problem(random, {.groups = 2 + trial % 6,
                                                          .choices = 7,
                                                          .limits = trial % 5,
                                                          .loads = trial % 3 == 0 ? trial % 4 : 0,
                                                          .largest = trial % 2 == 0 ? 30 : 1'000'000'000'000}),
                        {},
                        {}};
    proven.solution = mip::solve(proven.problem, {.certify = true});
    ASSERT_TRUE(proven.solution.certificate) << "trial " << trial << ": " << proven.solution.message;
    optimal += proven.solution.status == mip::SolveStatus::Optimal ? 1 : 0;
    const Verdict verdict = check(text_of(proven));
    ASSERT_TRUE(verdict.proven) << "trial " << trial << ": " << verdict.line;
  }
  EXPECT_GT(optimal, 500);
  EXPECT_LT(optimal, 1400);
}

TEST(NtorcCheck, SaysWhereAProofFails) {
  const TemporaryDir dir;
  dir.file("proof.json", "{}");
  const Outcome outcome = run(dir, "ntorc-check proof.json");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "not proven: /format: expected \"ntorc-certificate\", found something else\n");
}

TEST(NtorcCheck, RefusesBadCommandLinesAndFiles) {
  const TemporaryDir dir;
  test::expect_refusal(run(dir, "ntorc-check"), 2, "ntorc-check: FILE is required; see --help");
  test::expect_refusal(run(dir, "ntorc-check none.json"), 1, "ntorc-check: none.json: cannot read, or empty");
  test::expect_refusal(run(dir, "ntorc-check ."), 1, "ntorc-check: .: cannot read, or empty");
  EXPECT_EQ(run(dir, "ntorc-check --help").exit_code, 0);
  EXPECT_THAT(run(dir, "ntorc-check --version").out, StartsWith("ntorc-check "));
}

TEST(Checker, RefusesSelectionsThatAreNotWhatIsClaimed) {
  expect_refused(check_pair_with("/claim/objective", 34),
                 "/claim/objective: expected 35, the sum of the selection, found 34");
  expect_refused(check_pair_with("/claim/amounts/0", 49),
                 "/claim/amounts/0: expected 50, the sum of the selection, found 49");
  expect_refused(check_pair_with("/limits/limit/0", 49), "/claim/amounts/0: expected at most 49, the limit, found 50");
  expect_refused(check_pair_with("/claim/selection/0", 2),
                 "/claim/selection/0: expected an integer in 0..1, found another number");
}

TEST(Checker, RefusesLeavesThatAreOpen) {
  expect_refused(check_pair_with("/choices/cost/0", 20), "/proof/nodes/3: expected a bound above 34, found 30");
  expect_refused(check_pair_with("/choices/amounts/0/3", 20), "/proof/nodes/4: expected a bound above 0, found 0");
  expect_refused(check_pair_with("/proof/multipliers/0", {1, 1}),
                 "/proof/nodes/1: expected a bound above 34, found 25");
  expect_refused(check_pair_with("/proof/nodes/4", 0), "/proof/nodes/4: expected a bound above 34, found 20");
  // One leaf for everything: 10 + 10 < 35.
  expect_refused(check_pair_with("/proof/nodes", {0}), "/proof/nodes/0: expected a bound above 34, found 20");
  // That nothing keeps the limit follows from leaves that weigh the limit alone.
  expect_refused(check_pair_with("/claim", {{"status", "infeasible"}}),
                 "/proof/nodes/1: expected 0 as the weight of the objective, for nothing keeps the limits, found 1");
}

TEST(Checker, RefusesTreesWithGapsOrLoops) {
  expect_refused(check_pair_with("/proof/nodes", json::array()),
                 "/proof/nodes: expected at least one node, found none");
  expect_refused(check_pair_with("/proof/nodes/0/2", 0), "/proof/nodes/0: expected children in 1..4, found 0");
  expect_refused(check_pair_with("/proof/nodes/2/3", 5), "/proof/nodes/2: expected children in 3..4, found 5");
  expect_refused(check_pair_with("/proof/nodes/2/3", 3),
                 "/proof/nodes/2: expected 3 to be the child of one node, found a second");
  expect_refused(check_pair_with("/proof/nodes/5", 0), "/proof/nodes/5: expected a node above it, found none");
  expect_refused(check_pair_with("/proof/nodes/0/1/0", 2),
                 "/proof/nodes/0/1: expected an integer in 0..1, found another number");
}

TEST(Checker, AcceptsAChildThatNothingBelongsTo) {
  EXPECT_TRUE(check_pair_with("/proof/nodes/5", 0).line.find("above it") != std::string::npos);
  // All of b goes to the left, and there the proof goes on.
  json changed = json::parse(text_of(test::proven_pair()));
  changed["proof"]["nodes"] = json::parse("[[1, [0, 1], 1, 2], [1, [0], 3, 4], 1, 0, [0, [0], 5, 6], 0, 1]");
  EXPECT_TRUE(check(changed.dump()).proven) << check(changed.dump()).line;
}

TEST(Checker, RefusesFilesThatAreNoCertificates) {
  expect_refused(check(""), "certificate: expected one JSON document, found an error at byte 1");
  expect_refused(check("[1e999]"), "certificate: expected one JSON document, found a number out of range");
  expect_refused(check(std::string(100'000, '[')), "certificate: expected fewer arrays and objects within each other");
  expect_refused(check(R"({"format": 1, "format": "ntorc-certificate"})"),
                 "certificate: expected every key of an object once, found one twice");
  expect_refused(
      check(R"({"limits": {"a": {"x": 1}, "b": 1}, "a": {"b": 1, "a": 2}, "loads": [{"a": 1}, {"a": 1, "a": 1}]})"),
      "certificate: expected every key of an object once, found one twice");
  expect_refused(check_pair_with("/version", 2), "/version: expected 1, found something else");
  expect_refused(check_pair_with("/more", 2), "certificate: expected 10 members, found 11");
  expect_refused(check_pair_with("/claim/status", "feasible"),
                 "/claim/status: expected optimal or infeasible, found something else");
  expect_refused(check_pair_with("/groups/choices/1", 3),
                 "/groups/choices/1: expected at most the 2 choices left, found 3");
  expect_refused(check_pair_with("/groups/choices/1", 1), "/choices/name: expected 3 entries, found 4");
  expect_refused(check_pair_with("/groups/choices/0", 0),
                 "/groups/choices/0: expected at least one choice, found none");
  expect_refused(check_pair_with("/choices/cost/1", -10),
                 "/choices/cost/1: expected an integer in 0..9223372036854775807, found another number");
  expect_refused(check_pair_with("/choices/cost/1", 10.0),
                 "/choices/cost/1: expected an integer in 0..9223372036854775807, found another number");
  expect_refused(check_pair_with("/proof/multipliers/1/1", -1),
                 "/proof/multipliers/1/1: expected an integer in 0..9223372036854775807, found another number");
  expect_refused(check_pair_with("/proof/multipliers/1", {0}), "/proof/multipliers/1: expected 2 entries, found 1");
}

TEST(Checker, RefusesNumbersWhoseSumsCouldPass128Bits) {
  constexpr std::int64_t kHuge = 9'223'372'036'854'775'807;
  json changed = json::parse(text_of(test::proven_pair()));
  changed["proof"]["multipliers"][0][0] = kHuge;  // of costs up to 40, still exact
  EXPECT_TRUE(check(changed.dump()).proven) << check(changed.dump()).line;
  changed["choices"]["cost"][0] = kHuge;
  expect_refused(check(changed.dump()),
                 "/proof/multipliers/0: expected numbers whose sums fit 128 bits, found larger ones");
}

TEST(Checker, WeighsLoadsByNoMoreThanTheObjective) {
  // Two loads of 5 and 4: the objective is 1 + 5. With both weighed in full the "bound" would be 10.
  test::Proven one{mip::Problem({}, {{{1, {}, {5, 4}}}}, 2), {}, {}};
  one.solution = test::Enumeration(one.problem).solve();
  ASSERT_TRUE(check(text_of(one)).proven) << check(text_of(one)).line;
  json changed = json::parse(text_of(one));
  changed["proof"]["multipliers"][0] = {1, 1, 1};
  expect_refused(check(changed.dump()),
                 "/proof/multipliers/0: expected weights of loads up to 1 in all, that of the objective, found 2");
}

test::Proven random_proof(std::mt19937_64& random, std::size_t trial) {
  test::Proven proven;
  proven.problem = mip::test::small_problem(
      random, {.groups = trial % 4, .choices = 4, .limits = trial % 3, .loads = trial % 4, .largest = 50});
  proven.solution = test::Enumeration(proven.problem).solve();
  return proven;
}

TEST(Checker, AcceptsProofsOfRandomProblems) {
  std::mt19937_64 random(1);
  int infeasible = 0;
  for (std::size_t trial = 0; trial < 500; ++trial) {
    const test::Proven proven = random_proof(random, trial);
    ASSERT_EQ(proven.solution.objective, mip::test::least_objective(proven.problem));
    const Verdict verdict = check(text_of(proven));
    ASSERT_TRUE(verdict.proven) << verdict.line << '\n' << text_of(proven);
    if (!proven.solution.objective) ++infeasible;
  }
  EXPECT_GT(infeasible, 30);
}

/// Whether what a text claims is true, by trying everything.
bool is_true(const std::string& text) {
  const json root = json::parse(text);
  mip::Problem problem;
  problem.limits = root["limits"]["limit"].get<std::vector<std::int64_t>>();
  std::size_t end = 0;
  for (const json& size : root["groups"]["choices"]) problem.ends.push_back(end += size.get<std::size_t>());
  problem.costs = root["choices"]["cost"].get<std::vector<std::int64_t>>();
  problem.amounts = root["choices"]["amounts"].get<std::vector<std::vector<std::int64_t>>>();
  problem.loads = root["choices"]["loads"].get<std::vector<std::vector<std::int64_t>>>();
  const auto least = mip::test::least_objective(problem);
  if (root["claim"]["status"] == "infeasible") return !least;
  const auto selection = root["claim"]["selection"].get<mip::Selection>();
  return within_limits(problem, selection) && least == root["claim"]["objective"].get<std::int64_t>() &&
         objective_of(problem, selection) == least;
}

TEST(Checker, NeverProvesWhatIsNotSo) {
  std::mt19937_64 random(2);
  int proven = 0;
  for (std::size_t trial = 0; trial < 10'000; ++trial) {
    std::string text = text_of(random_proof(random, trial % 50));
    const std::uint64_t changes = 1 + random() % 3;
    for (std::uint64_t i = 0; i < changes; ++i) {
      const std::size_t numbers = text.find("\"limits\"");
      const std::size_t place = numbers + random() % (text.size() - numbers);
      switch (random() % 5) {
        case 0:
          text[place] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(place, 1 + random() % 3);
          break;
        case 2:
          text.insert(place, text.substr(random() % text.size(), random() % 12));
          break;
        default: {  // another digit, which leaves a certificate more often
          const std::size_t digit = text.find_first_of("0123456789", place);
          if (digit != std::string::npos) text[digit] = static_cast<char>('0' + random() % 10);
        }
      }
    }
    const Verdict verdict = check(text);
    if (!verdict.proven) continue;
    ++proven;
    ASSERT_TRUE(is_true(text)) << verdict.line << '\n' << text;
  }
  EXPECT_GT(proven, 50);
}

TEST(Checker, RefusesACheaperClaimAndADroppedBranch) {
  std::mt19937_64 random(3);
  int dropped = 0;
  for (std::size_t trial = 0; trial < 500; ++trial) {
    test::Proven proven = random_proof(random, trial);
    if (!proven.solution.objective) continue;
    json cheaper = json::parse(text_of(proven));
    cheaper["claim"]["objective"] = *proven.solution.objective - 1;
    ASSERT_FALSE(check(cheaper.dump()).proven);
    // A dearer selection, summed as it should be, is not the best.
    for (std::size_t g = 0; g < proven.problem.groups(); ++g) {
      test::Proven worse = proven;
      worse.solution.choices[g] = (worse.solution.choices[g] + 1) % worse.problem.size(g);
      worse.solution.objective = objective_of(worse.problem, worse.solution.choices);
      worse.solution.amounts = amounts_of(worse.problem, worse.solution.choices);
      const bool as_good =
          within_limits(worse.problem, worse.solution.choices) && worse.solution.objective == proven.solution.objective;
      ASSERT_EQ(check(text_of(worse)).proven, as_good);
    }
    auto& nodes = proven.solution.certificate->nodes;
    if (nodes.size() < 3) continue;
    nodes.pop_back();
    ASSERT_FALSE(check(text_of(proven)).proven);
    ++dropped;
  }
  EXPECT_GT(dropped, 100);
}

TEST(Checker, ReadsManyChoicesQuickly) {
  test::Proven large;
  large.problem.limits = {4'000'000'000'000'000};
  std::vector<mip::Choice> group(128);
  std::mt19937_64 random(4);
  for (int g = 0; g < 1000; ++g) {
    for (mip::Choice& choice : group) {
      choice = {static_cast<std::int64_t>(random() % 1'000'000'000'000),
                {static_cast<std::int64_t>(random() % 1'000'000'000'000)},
                {}};
    }
    large.problem.add_group(group);
  }
  auto& solution = large.solution;
  solution.status = mip::SolveStatus::Optimal;
  for (std::size_t g = 0; g < 1000; ++g) {  // the limit is wide: the cheapest of each group
    const auto first = large.problem.costs.begin() + static_cast<std::ptrdiff_t>(large.problem.first(g));
    solution.choices.push_back(static_cast<std::size_t>(std::min_element(first, first + 128) - first));
  }
  solution.objective = objective_of(large.problem, solution.choices);
  solution.amounts = amounts_of(large.problem, solution.choices);
  solution.certificate = mip::Certificate{{{1, {0}, {}}}, {{.multipliers = 0}}};
  const std::string text = text_of(large, 6);
  const auto start = std::chrono::steady_clock::now();
  const Verdict verdict = check(text);
  EXPECT_TRUE(verdict.proven) << verdict.line;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));  // a fiftieth of it when optimised
}

}  // namespace
}  // namespace ntorc
