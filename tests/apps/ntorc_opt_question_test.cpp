// The questions of ntorc-opt as a user puts them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "deploy/tables.hpp"

namespace ntorc {
namespace {

using nlohmann::json;
using test::expect_refusal;
using test::kCosts;
using test::kExample;
using test::Outcome;
using test::run;
using test::TemporaryDir;
using testing::HasSubstr;
using testing::StartsWith;

/// A folder with kCosts; answers of ntorc-opt on them.
class Costs {
 public:
  Costs() { dir_.file("costs.csv", kCosts); }

  Outcome ask(const std::string& flags) const { return run(dir_, "ntorc-opt --costs costs.csv " + flags); }

  /// The plan, which there must be.
  json plan(const std::string& flags) const {
    const Outcome outcome = ask(flags);
    EXPECT_EQ(outcome.exit_code, 0) << flags << '\n' << outcome.err;
    return json::parse(outcome.out);
  }

  std::filesystem::path path() const { return dir_.path(); }
  const TemporaryDir& dir() const { return dir_; }

 private:
  TemporaryDir dir_;
};

std::vector<std::int64_t> reuse_of(const json& plan) {
  std::vector<std::int64_t> reuse;
  for (const json& layer : plan["layers"]) reuse.push_back(layer["reuse"]);
  return reuse;
}

using Reuse = std::vector<std::int64_t>;

TEST(NtorcOptQuestion, MinimizesWhatIsAskedFor) {
  const Costs costs;
  EXPECT_EQ(reuse_of(costs.plan("--latency 60cycles --minimize cost")), (Reuse{4, 1}));
  const json latency = costs.plan("--minimize latency --budget lut=50");
  EXPECT_EQ(reuse_of(latency), (Reuse{1, 4}));
  EXPECT_EQ(latency["answer"]["objective"], 40);
  EXPECT_EQ(latency["answer"]["gap"], 0);
  EXPECT_EQ(latency["question"]["minimize"], "latency");
  EXPECT_EQ(latency["question"]["budgets"], json::parse(R"([{"resource": "lut", "amount": 50, "of": "count"}])"));
  EXPECT_EQ(reuse_of(costs.plan("--minimize interval --budget lut=50")), (Reuse{1, 4}));
  EXPECT_EQ(reuse_of(costs.plan("--minimize share --latency 60cycles")), (Reuse{4, 1}));
}

TEST(NtorcOptQuestion, KeepsEveryLimit) {
  const Costs costs;
  EXPECT_EQ(reuse_of(costs.plan("--interval 30cycles")), (Reuse{1, 4}));
  EXPECT_EQ(reuse_of(costs.plan("--interval 0.12us")), (Reuse{1, 4}));
  EXPECT_EQ(reuse_of(costs.plan("--budget lut=1%,dsp=0 --budget ff=5 --minimize latency")), (Reuse{1, 1}));
  EXPECT_EQ(reuse_of(costs.plan("--budget all=1%")), (Reuse{4, 4}));
  EXPECT_EQ(reuse_of(costs.plan("--fix a=1")), (Reuse{1, 4}));
  EXPECT_EQ(reuse_of(costs.plan("--fix a=1 --fix b=1")), (Reuse{1, 1}));
  EXPECT_EQ(reuse_of(costs.plan("--reuse '*=1..3'")), (Reuse{1, 1}));
  EXPECT_EQ(reuse_of(costs.plan("--equal-reuse '*' --latency 60cycles")), (Reuse{1, 1}));
  EXPECT_EQ(reuse_of(costs.plan("--equal-reuse a,b --latency 60cycles")), (Reuse{1, 1}));
}

TEST(NtorcOptQuestion, WeighsResources) {
  const TemporaryDir dir;
  dir.file("costs.csv",
           "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n"
           "a,1,1,1,1000,0,1,0\na,2,1,1,100,0,5,0\n");
  const auto objective = [&](const std::string& flags) {
    return json::parse(run(dir, "ntorc-opt --costs costs.csv --latency 1us " + flags).out)["answer"]["objective"];
  };
  EXPECT_EQ(objective(""), 105);
  EXPECT_EQ(objective("--weights dsp=1000"), 2000);
  EXPECT_EQ(objective("--weights lut=0,dsp=2"), 2);
  EXPECT_NEAR(objective("--weights device").get<double>(), 100.0 / 230'400 + 5.0 / 1728, 1e-12);
}

TEST(NtorcOptQuestion, GivesTheBestPlansOneAfterTheOther) {
  const Costs costs;
  const json plans = costs.plan("--latency 60cycles --best 5");
  ASSERT_EQ(plans.size(), 3U);  // there are no more
  EXPECT_EQ(reuse_of(plans[0]), (Reuse{4, 1}));
  EXPECT_EQ(reuse_of(plans[1]), (Reuse{1, 4}));
  EXPECT_EQ(reuse_of(plans[2]), (Reuse{1, 1}));
  EXPECT_EQ(plans[2]["answer"]["rank"], 3);
  EXPECT_EQ(plans[2]["answer"]["objective"], 65);
  EXPECT_EQ(plans[2]["answer"]["bound"], 35);
  const std::string table = costs.ask("--latency 60cycles --best 2 --show plan").out;
  EXPECT_THAT(table, HasSubstr("\noptimal: LUT + FF + DSP + BRAM = 35.000000"));
  EXPECT_THAT(table, HasSubstr("\noptimal, no. 2: LUT + FF + DSP + BRAM = 50.000000"));
}

TEST(NtorcOptQuestion, EmitsThePlanOfTheRankThatIsChosen) {
  const TemporaryDir dir;
  ASSERT_EQ(run(dir, "ntorc-opt " + kExample + " --latency 200us --best 3 --out plans.json --quiet").exit_code, 0);
  const json plans = json::parse(test::read_all(dir.path() / "plans.json"));
  ASSERT_EQ(plans.size(), 3U);
  for (const int rank : {1, 2, 3}) {
    const std::string table = run(dir, fmt::format("ntorc-emit plans.json --to table --rank {}", rank)).out;
    const double objective = plans[static_cast<std::size_t>(rank - 1)]["answer"]["objective"];
    EXPECT_THAT(table, HasSubstr(fmt::format("= {:.6f}", objective)));
    EXPECT_EQ(table.find("dropbear_like", 1), std::string::npos);  // one table
  }
  EXPECT_EQ(run(dir, "ntorc-emit plans.json --to table").out,
            run(dir, "ntorc-emit plans.json --to table --rank 1").out);
  EXPECT_EQ(run(dir, "ntorc-emit plans.json --to hls4ml --rank 2 --quiet").exit_code, 0);
  expect_refusal(run(dir, "ntorc-emit plans.json --to table --rank -1"), 2,
                 "ntorc-emit: --rank: expected a whole number >= 0, got -1; see --help");
  for (const std::string rank : {"0", "4"}) {
    expect_refusal(run(dir, "ntorc-emit plans.json --to table --rank " + rank), 2,
                   "ntorc-emit: --rank: expected a number in 1..3, the plans there are, got " + rank);
  }
}

TEST(NtorcOptQuestion, ExplainsWhyThereIsNoPlan) {
  const Costs costs;
  const Outcome outcome = costs.ask("--latency 60cycles --budget lut=30 --fix a=4");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(
      outcome.err,
      "ntorc-opt: error: no choice of reuse factors takes at most 60 cycles (0.240 us) and needs at most 30 LUT: "
      "under the other limits the lowest reachable latency is 70 cycles (0.280 us); under the other limits the least "
      "that is needed is 35 LUT, 5 above the budget\n");
  EXPECT_EQ(json::parse(outcome.out)["answer"]["status"], "infeasible");
  EXPECT_EQ(costs.ask("--latency 70cycles --budget lut=30 --fix a=4").exit_code, 0);
  EXPECT_EQ(costs.ask("--latency 60cycles --budget lut=35 --fix a=4").exit_code, 0);
}

TEST(NtorcOptQuestion, SaysThatNoPlanWasFoundWhereNothingIsProven) {
  const Outcome outcome = Costs().ask("--latency 5cycles --solver random --trials 10");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.err, "ntorc-opt: error: no plan was found: random: 10 trials, nothing is proven\n");
}

TEST(NtorcOptQuestion, RefusesNumbersBelowZero) {
  const Costs costs;
  for (const std::string option : {"--best", "--trials", "--seed", "--points"}) {
    expect_refusal(costs.ask("--latency 60cycles " + option + " -1"), 2,
                   fmt::format("ntorc-opt: {}: expected a whole number >= 0, got -1; see --help", option));
  }
}

TEST(NtorcOptQuestion, RefusesMorePlansThanMemoryHolds) {
  const Costs costs;
  expect_refusal(costs.ask("--latency 60cycles --best 10001"), 2,
                 "ntorc-opt: --best: expected a number in 1..10000, got 10001");
  EXPECT_EQ(costs.plan("--latency 70cycles --best 10000").size(), 4);
}

TEST(NtorcOptQuestion, WritesEachResultToAPlaceOfItsOwn) {
  const Costs costs;
  expect_refusal(costs.ask("--latency 60cycles --certificate -"), 2,
                 "ntorc-opt: --out and --certificate: expected two places to write to, got - for both");
  expect_refusal(costs.ask("--latency 60cycles --out x.lp --write-lp ./x.lp"), 2,
                 "ntorc-opt: --out and --write-lp: expected two places to write to, got ./x.lp for both");
  EXPECT_FALSE(std::filesystem::exists(costs.path() / "x.lp"));
  EXPECT_EQ(costs.ask("--latency 60cycles --certificate - --out plan.json").exit_code, 0);
}

TEST(NtorcOptQuestion, WritesNoPlanIfItsCertificateCannotBeWritten) {
  const Costs costs;
  const std::string refused = "ntorc-opt: none/c.json: cannot write: No such file or directory";
  expect_refusal(costs.ask("--latency 60cycles --certificate none/c.json"), 1, refused);
  expect_refusal(costs.ask("--latency 60cycles --certificate none/c.json --out plan.json"), 1, refused);
  EXPECT_FALSE(std::filesystem::exists(costs.path() / "plan.json"));
}

TEST(NtorcOptQuestion, RefusesQuestionsThatMakeNoSense) {
  const Costs costs;
  const auto refuses = [&](const std::string& flags, const std::string& message) {
    SCOPED_TRACE(flags);
    expect_refusal(costs.ask(flags), 2, "ntorc-opt: " + message);
  };
  const std::string budget =
      "budget: expected lut, ff, dsp or bram with a count or 0..100% of the part, as in dsp=100 or lut=50%, or "
      "all=50%, got ";
  refuses("", "expected --latency, as in --latency 200us");
  refuses("--weights device", "expected --latency, as in --latency 200us");
  refuses("--minimize area", "--minimize: expected cost|latency|share|interval, got area; see --help");
  refuses("--budget 50%", budget + "\"50%\"");
  refuses("--budget lut", budget + "\"lut\"");
  refuses("--budget lut=half", budget + "\"lut=half\"");
  refuses("--budget dsp=10,lut=200%", budget + "\"lut=200%\"");
  refuses("--budget dsp=10 --budget all=20%", "budget: dsp: expected one, got two");
  refuses("--weights lut=heavy",
          "weights: expected device, or lut, ff, dsp and bram with a number in 0..1e+06 each, as in lut=1,dsp=100, got "
          "\"lut=heavy\"");
  refuses("--latency 1us --weights lut=0,ff=0,dsp=0,bram=0", "weights: expected one above 0, got none");
  refuses("--interval 5",
          "interval: expected a positive number and a unit (ns, us, ms, s, cycles), as in 200us, got \"5\"");
  refuses("--fix a",
          "reuse: expected a layer and a reuse factor or a range of them, as in lstm=64 or dense*=16..256, got \"a\"");
  refuses("--fix a=1..4", "fix: expected one reuse factor, as in lstm=64, got \"a=1..4\"");
  refuses("--fix a=2", "reuse a=2: layer a has no such reuse factor; the nearest are 1 and 4");
  refuses("--fix c=2", "reuse c=2: no layer is called c; the layers are a, b");
  refuses("--reuse '*=4..1'",
          "reuse: expected a layer and a reuse factor or a range of them, as in lstm=64 or dense*=16..256, got "
          "\"*=4..1\"");
  refuses("--equal-reuse a,", "equal reuse: expected layers, as in conv_1,dense*, got \"a,\"");
  refuses("--equal-reuse a", "equal reuse a: expected at least two layers, found a alone");
  refuses("--budget lut=50% --part xc9", "part xc9: not in ntorc's catalogue, so no share of it is known");
  refuses("--minimize share --part xc9", "part xc9: not in ntorc's catalogue, so no share of it is known");
  refuses("--minimize share --part xczu7e",
          "part xczu7e: not in ntorc's catalogue, so no share of it is known; did you mean xczu7eg or xczu7ev?");
  refuses("--latency 1us --best 0", "best: expected at least 1, got 0");
  refuses("--latency 1us --trials 0 --solver random", "trials: expected at least 1, got 0");
  refuses("--pareto --points 1", "points: expected at least 2, got 1");
}

TEST(NtorcOptQuestion, RefusesOptionsThatNothingWouldRead) {
  const Costs costs;
  const auto refuses = [&](const std::string& flags, const std::string& message) {
    SCOPED_TRACE(flags);
    expect_refusal(costs.ask(flags), 2, "ntorc-opt: " + message);
  };
  for (const std::string flag :
       {"--minimize cost", "--weights device", "--latency 1us", "--interval 1us", "--budget lut=5", "--fix a=1",
        "--reuse a=1..2", "--equal-reuse a,b", "--best 2", "--pareto", "--points 5", "--solver exact", "--trials 5",
        "--seed 5", "--gap 0.1", "--time-limit 5", "--write-lp a.lp", "--certificate a.json"}) {
    refuses("--show costs " + flag, flag.substr(0, flag.find(' ')) + ": has a use only for a plan");
  }
  refuses("--latency 1us --trials 5", "--trials: has a use only with --solver random or annealing");
  refuses("--latency 1us --seed 5 --solver glpk", "--seed: has a use only with --solver random or annealing");
  refuses("--latency 1us --gap 0.1 --solver annealing",
          "--gap: has no use with --solver random or annealing, which prove nothing");
  refuses("--latency 1us --best 2 --solver glpk", "--best: needs --solver exact");
  refuses("--latency 1us --certificate a.json --solver random", "--certificate: needs --solver exact");
  refuses("--pareto --solver glpk", "--pareto: needs --solver exact");
  refuses("--pareto --minimize latency", "--pareto: expected --minimize cost, got latency");
  refuses("--pareto --best 2", "--best: has no use with --pareto");
  refuses("--pareto --gap 0.1", "--gap: has no use with --pareto");
  refuses("--pareto --write-lp a.lp", "--write-lp: has no use with --pareto");
  refuses("--pareto --certificate a.json", "--certificate: has no use with --pareto");
  refuses("--latency 1us --points 5", "--points: has a use only with --pareto");
  refuses("--latency 1us --show svg", "--show csv and svg: have a use only with --pareto");
  refuses("--minimize interval --certificate a.json",
          "--certificate: has no use with --minimize interval, which takes a row of programs");
  refuses("--minimize interval --write-lp a.lp",
          "--write-lp: has no use with --minimize interval, which takes a row of programs");
  refuses("--latency 1us --best 2 --certificate a.json", "--certificate: has no use with --best");
  refuses("--minimize latency --best 2 --weights device", "--weights: has no use with --minimize latency and --best");
  refuses("--latency 1us --write-lp a.txt", "--write-lp: expected a file .lp or .mps, got a.txt");
}

TEST(NtorcOptQuestion, WritesTheProgramForOtherSolvers) {
  const Costs costs;
  ASSERT_EQ(costs.ask("--latency 60cycles --write-lp p.lp").exit_code, 0);
  ASSERT_EQ(costs.ask("--latency 60cycles --write-lp p.mps").exit_code, 0);
  EXPECT_THAT(test::read_all(costs.path() / "p.lp"), HasSubstr("latency"));
  EXPECT_THAT(test::read_all(costs.path() / "p.mps"), HasSubstr("ROWS"));
}

TEST(NtorcOptQuestion, WritesProofsThatCheck) {
  const Costs costs;
  for (const std::string question : {"--latency 60cycles", "--minimize latency --budget lut=50", "--minimize share",
                                     "--latency 60cycles --weights device --fix a=4"}) {
    ASSERT_EQ(costs.ask(question + " --quiet --certificate proof.json").exit_code, 0) << question;
    const Outcome checked = run(costs.dir(), "ntorc-check proof.json");
    EXPECT_EQ(checked.exit_code, 0) << question << '\n' << checked.err;
  }
  for (const std::string question : {"--latency 5cycles", "--interval 5cycles", "--budget lut=5"}) {
    std::filesystem::remove(costs.path() / "proof.json");
    ASSERT_EQ(costs.ask(question + " --quiet --certificate proof.json").exit_code, 3) << question;
    const Outcome checked = run(costs.dir(), "ntorc-check proof.json");
    EXPECT_EQ(checked.exit_code, 0) << question << '\n' << checked.err;
  }
}

TEST(NtorcOptQuestion, WritesTheFront) {
  const Costs costs;
  const Outcome csv = costs.ask("--pareto --show csv");
  EXPECT_EQ(csv.exit_code, 0) << csv.err;
  EXPECT_EQ(std::ranges::count(csv.out, '\n'), 5);  // a heading and 4 points
  EXPECT_EQ(json::parse(costs.ask("--pareto").out)["points"].size(), 4U);
  EXPECT_EQ(json::parse(costs.ask("--pareto --budget lut=50").out)["points"].size(), 3U);
  EXPECT_EQ(json::parse(costs.ask("--pareto --latency 50cycles").out)["points"].size(), 3U);
  EXPECT_THAT(costs.ask("--pareto --show svg").out, HasSubstr("<svg"));
  EXPECT_EQ(costs.ask("--pareto --show plan").exit_code, 0);
  const Outcome none = costs.ask("--pareto --budget lut=5");
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_EQ(none.err,
            "ntorc-opt: error: no choice of reuse factors needs at most 5 LUT: the least that is needed is 20 LUT, 15 "
            "above the budget\n");
}

TEST(NtorcOptQuestion, GivesTheBestPlanSoFarAfterCtrlC) {
  const TemporaryDir dir;
  dir.file("hard.csv", to_csv(test::hard_table()));
  std::string budgets;
  for (const deploy::Budget& budget : test::hard_question().budgets) {
    const std::string name(to_string(budget.resource));
    budgets += fmt::format(" --budget {}={}", name == "bram_18k" ? "bram" : name, budget.amount);
  }
  const std::string line = "ntorc-opt --costs hard.csv --quiet --minimize latency" + budgets;
  const Outcome outcome = run(dir, "timeout --foreground -s INT 0.6 " + line + "; code=$?; test $code = 124");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;  // 124: timeout sent the signal, in the foreground only once
  const json plan = json::parse(outcome.out);
  EXPECT_EQ(plan["answer"]["status"], "feasible");
  EXPECT_THAT(plan["answer"]["message"].get<std::string>(), StartsWith("interrupted before the proof was complete; "));
  EXPECT_GT(plan["answer"]["gap"], 0);
  EXPECT_EQ(plan["layers"].size(), 40U);

  // Its exit code, and nothing but the result in a pipe. What lasts longer than a second: the next test.
  const Outcome piped = run(dir, line + " --time-limit 30 & pid=$!; sleep 0.6; kill -INT $pid; wait $pid");
  EXPECT_EQ(piped.exit_code, 0);
  EXPECT_EQ(piped.err, "");
  EXPECT_EQ(json::parse(piped.out)["answer"]["status"], "feasible");
}

TEST(NtorcOptQuestion, ShowsProgressOnATerminalOnly) {
  const TemporaryDir dir;
  if (run(dir, "script --version").exit_code != 0) GTEST_SKIP() << "needs script(1), which is not here";
  dir.file("hard.csv", to_csv(test::hard_table()));
  std::string budgets;
  for (const deploy::Budget& budget : test::hard_question().budgets) {
    const std::string name(to_string(budget.resource));
    budgets += fmt::format(" --budget {}={}", name == "bram_18k" ? "bram" : name, budget.amount);
  }
  const std::string line =
      "ntorc-opt --costs hard.csv --quiet --minimize latency --time-limit 1.5 --out plan.json" + budgets;
  const std::string shown = run(dir, "script -qec '" + line + "' /dev/null").out;
  EXPECT_THAT(shown, HasSubstr("latency: best "));
  EXPECT_THAT(shown, HasSubstr(", bound "));
  EXPECT_THAT(shown, testing::EndsWith("\r\x1B[K"));  // erased
  const Outcome piped = run(dir, line);
  EXPECT_EQ(piped.exit_code, 0);
  EXPECT_EQ(piped.err, "");
  EXPECT_EQ(piped.out, "");
}

}  // namespace
}  // namespace ntorc
