#include <gmock/gmock.h>

#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "sweep/configs.hpp"
#include "sweep/job_id.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

using test::dense_family;
using test::planned;

std::set<std::string> ids(const Sweep& sweep) {
  std::set<std::string> all;
  for (const PlannedJob& job : sweep.jobs) all.insert(job.job.id);
  return all;
}

TEST(PlanSweep, TakesEveryCombinationOfAGrid) {
  const Sweep sweep = planned("precisions: [\"ap_fixed<16,8>\", \"ap_fixed<8,4>\"]\nreuse: [1, 4]\n" +
                              dense_family("dense: {size: [4, 8, 16]}, dense: {size: [1, 2]}"));
  EXPECT_EQ(sweep.combinations, 2 * 2 * 3 * 2);
  EXPECT_EQ(sweep.jobs.size(), 24u);
  EXPECT_EQ(sweep.duplicates, 0);
}

// 12 x 4 takes 1, 2, 3, 4, 6, 12, 24 and 48: 5 lies as near to 4 as to 6, and the smaller is taken.
TEST(PlanSweep, KeepsOneOfWhatSnapsOntoTheSame) {
  const Sweep sweep = planned("reuse: [4, 5, 6, 7]\n" + dense_family("dense: {size: 4}"));
  EXPECT_EQ(sweep.duplicates, 2);
  ASSERT_EQ(sweep.jobs.size(), 2u);
  EXPECT_EQ(sweep.jobs[0].layers[0].effective, (std::vector<std::int64_t>{4}));
  EXPECT_EQ(sweep.jobs[1].layers[0].effective, (std::vector<std::int64_t>{6}));
  EXPECT_EQ(sweep.jobs[1].job.summary, "dense 12 -> 4, reuse 6");
}

TEST(PlanSweep, DoesNotSnapWithLatency) {
  const Sweep sweep = planned("strategies: [Latency]\nreuse: [5, 6]\n" + dense_family("dense: {size: 4}"));
  ASSERT_EQ(sweep.jobs.size(), 2u);
  EXPECT_EQ(sweep.jobs[0].layers[0].effective, (std::vector<std::int64_t>{5}));
}

TEST(PlanSweep, TakesTheStrategyByTheFactorWithAuto) {
  const Sweep sweep = planned("strategies: [auto]\nreuse: [1, 2]\n" + dense_family("dense: {size: 4}"));
  ASSERT_EQ(sweep.jobs.size(), 2u);
  EXPECT_EQ(sweep.jobs[0].layers[0].strategy, Strategy::Latency);
  EXPECT_EQ(sweep.jobs[1].layers[0].strategy, Strategy::Resource);
}

// A stage that is left out makes its sizes the same network.
TEST(PlanSweep, KeepsOneOfWhatAnAbsentStageDoesNotTellApart) {
  const Sweep sweep = planned("reuse: [1]\n" + dense_family("dense: {repeat: [0, 1], size: [4, 8]}, dense: {size: 1}"));
  EXPECT_EQ(sweep.combinations, 4);
  EXPECT_EQ(sweep.duplicates, 1);
  EXPECT_EQ(sweep.jobs.size(), 3u);
}

// 12 x 4 has eight legal factors, 4 x 2 four: eight jobs, in which each layer's own come by.
TEST(PlanSweep, GoesThroughTheLegalFactorsOfEveryLayer) {
  const Sweep sweep = planned("reuse: legal\n" + dense_family("dense: {size: 4}, dense: {size: 2}"));
  EXPECT_EQ(sweep.jobs.size(), 8u);
  std::set<std::int64_t> first;
  std::set<std::int64_t> second;
  for (const PlannedJob& job : sweep.jobs) {
    first.insert(job.layers[0].effective[0]);
    second.insert(job.layers[1].effective[0]);
  }
  EXPECT_EQ(first, (std::set<std::int64_t>{1, 2, 3, 4, 6, 12, 24, 48}));
  EXPECT_EQ(second, (std::set<std::int64_t>{1, 2, 4, 8}));
}

TEST(PlanSweep, GivesAStageItsOwnFactors) {
  const Sweep sweep = planned("reuse: [1]\n" + dense_family("dense: {size: 4, reuse: [2, 3]}, dense: {size: 2}"));
  ASSERT_EQ(sweep.jobs.size(), 2u);
  EXPECT_EQ(sweep.jobs[1].layers[0].reuse, 3);
  EXPECT_EQ(sweep.jobs[1].layers[1].reuse, 1);
}

// 12 x 4: 48, 24, 16 multipliers for 1, 2, 3.
TEST(PlanSweep, LeavesOutWhatHasTooManyMultipliers) {
  const Sweep sweep = planned("reuse: [1, 2, 3]\nmax_block_factor: 24\n" + dense_family("dense: {size: 4}"));
  EXPECT_EQ(sweep.jobs.size(), 2u);
  EXPECT_EQ(sweep.left_out.at("a matrix has more than 24 multipliers"), 1);
}

TEST(PlanSweep, LeavesOutNetworksThatCannotBe) {
  const Sweep sweep = planned(
      "reuse: [1]\nfamilies: [{name: c, input: {steps: [4, 8], features: 2}, layers: [conv1d: {size: 2, kernel: 5, "
      "padding: valid}]}]\n");
  EXPECT_EQ(sweep.jobs.size(), 1u);
  EXPECT_EQ(sweep.left_out.at("a window is wider than its input"), 1);
}

TEST(PlanSweep, SaysSoWhenNothingIsLeft) {
  EXPECT_EQ(test::message_of<InvalidArgument>(
                [] { planned("reuse: [1]\nmax_block_factor: 1\n" + dense_family("dense: {size: 4}")); }),
            "expected a job, found none in 1 combinations; a matrix has more than 1 multipliers: 1");
}

TEST(PlanSweep, RefusesAGridWithoutEnd) {
  std::string sizes = "1";
  for (int i = 2; i <= 1100; ++i) sizes += ", " + std::to_string(i);
  const std::string layer = "dense: {size: [" + sizes + "]}";
  EXPECT_EQ(test::message_of<InvalidArgument>(
                [&] { planned("reuse: [" + sizes + "]\nmax_block_factor: 1\n" + dense_family(layer)); }),
            "design: expected at most 1000000 combinations, found more");
}

// N-TORC's own loops: 3 x 3 x 2 x 3 x 3 x 3 x 3 networks, 8 factors; without LSTM layers their three sizes are one.
TEST(PlanSweep, HasTheGridOfNtorc) {
  const Sweep sweep = planned("preset: ntorc\n");
  EXPECT_EQ(sweep.combinations, 11'664);
  EXPECT_EQ(sweep.jobs.size(), 9'072u);
  EXPECT_EQ(sweep.duplicates, 2'592);
}

TEST(PlanSweep, DrawsAsManyJobsAsASobolDesignAsksFor) {
  const std::string yaml = "design: {sobol: 40, seed: 2}\n" + test::kMixed.substr(test::kMixed.find("families"));
  const Sweep sweep = planned(yaml);
  EXPECT_EQ(sweep.jobs.size(), 40u);
  EXPECT_EQ(ids(sweep), ids(planned(yaml)));
  EXPECT_NE(ids(sweep),
            ids(planned("design: {sobol: 40, seed: 3}\n" + test::kMixed.substr(test::kMixed.find("families")))));
}

TEST(PlanSweep, TakesTheInformativeOfItsCandidates) {
  const std::string families = test::kMixed.substr(test::kMixed.find("families"));
  const Sweep sweep = planned("design: {laws: 10, of: 60}\n" + families);
  EXPECT_EQ(sweep.jobs.size(), 10u);
  const std::set<std::string> candidates = ids(planned("design: {sobol: 60}\n" + families));
  for (const std::string& id : ids(sweep)) EXPECT_TRUE(candidates.contains(id));
}

TEST(PlanSweep, RecurrentLayersBeforeOthersGiveEveryStep) {
  const Sweep sweep = planned(
      "reuse: [1]\nfamilies: [{name: r, input: {steps: 4, features: 2}, layers: [lstm: {repeat: 2, size: 3}]}]\n");
  const auto& layers = sweep.jobs.at(0).network->graph.layers;
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_TRUE(layers[1].return_sequences);
  EXPECT_FALSE(layers[2].return_sequences);
}

// Folders are called by it, so it must never change.
TEST(JobId, IsTheHashOfWhatIsBuilt) {
  const Sweep sweep = planned(test::kMixed);
  ASSERT_EQ(sweep.jobs.size(), 3u);
  EXPECT_EQ(built_hardware(sweep.target, sweep.jobs[0]),
            "xczu7ev-ffvc1156-2-e 250 MHz Vivado io_stream ap_fixed<16,8>\n"
            "input 16x3\n"
            "conv1d 16x4 window 3 stride 1 same relu Resource reuse 9\n"
            "max_pooling1d 8x4 window 2 stride 2 valid\n"
            "lstm 8x5 tanh sigmoid Resource reuse 4 5\n"
            "gru 4 tanh sigmoid reset_after Resource reuse 5 4\n"
            "dense 2 softmax Resource reuse 4\n");
  EXPECT_EQ(sweep.jobs[0].job.id, "GOLDEN");
}

TEST(JobId, HangsOnTheTarget) {
  const std::string dense = "reuse: [1]\n" + dense_family("dense: {size: 4}");
  std::set<std::string> all;
  for (const char* const target :
       {"{}", "{part: zcu102}", "{clock_mhz: 100}", "{backend: Vitis}", "{io_type: io_parallel}"}) {
    all.merge(ids(planned(std::string("target: ") + target + "\n" + dense)));
  }
  all.merge(ids(planned("precisions: [\"ap_fixed<8,4>\"]\n" + dense)));
  all.merge(ids(planned("strategies: [Latency]\n" + dense)));
  EXPECT_EQ(all.size(), 7u);
}

TEST(Summary, CountsJobsByKind) {
  const std::string text = summary(planned("reuse: [4, 5]\n" + dense_family("dense: {size: 4}")));
  EXPECT_THAT(text, testing::HasSubstr("jobs           1\n"));
  EXPECT_THAT(text, testing::HasSubstr("duplicates     1  ("));
  EXPECT_THAT(text,
              testing::HasSubstr("dense          1         1  12         4        1       1        4         12\n"));
}

// Two of the three say the same.
TEST(ChooseInformative, TakesWhatIsNotKnownYet) {
  using model::LayerKind;
  const LayerUse narrow{{LayerKind::Dense, 16, 16}, 4};
  const LayerUse wide{{LayerKind::Dense, 16, 16}, 64};
  const std::vector<Candidate> candidates{{{narrow}}, {{narrow}}, {{wide}}};
  const std::vector<std::size_t> chosen = choose_informative(candidates, 2);
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_TRUE((chosen == std::vector<std::size_t>{0, 2}) || (chosen == std::vector<std::size_t>{2, 0}));
  EXPECT_EQ(choose_informative(candidates, 9).size(), 3u);
}

TEST(ChooseInformative, TakesNoMoreThanItsShareOfAGroup) {
  const LayerUse layer{{model::LayerKind::Dense, 16, 16}, 4};
  const std::vector<Candidate> candidates{{{layer}, 0}, {{layer}, 0}, {{layer}, 0}, {{layer}, 1}};
  const std::vector<std::size_t> chosen = choose_informative(candidates, 2);
  EXPECT_THAT(chosen, testing::UnorderedElementsAre(testing::Lt(3u), 3u));
}

}  // namespace
}  // namespace ntorc::sweep
