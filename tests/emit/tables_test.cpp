#include "ntorc/emit/tables.hpp"

#include <gmock/gmock.h>

#include "emit/designs.hpp"
#include "emit/text_table.hpp"
#include "fixtures.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::emit {
namespace {

TEST(NetworkTable, CountsByHand) {
  const model::Network network = model::read_keras(test::examples_dir() / "dropbear_like.json");
  EXPECT_EQ(network_table(network),
            "layer         kind           input      output      n_in  n_out  multiplications  parameters\n"
            "acceleration  input          (128, 1)   (128, 1)       -      -                0           0\n"
            "conv_1        conv1d         (128, 1)   (128, 16)      3     16             6144          64\n"
            "pool_1        max_pooling1d  (128, 16)  (64, 16)       -      -                0           0\n"
            "conv_2        conv1d         (64, 16)   (64, 16)      48     16            49152         784\n"
            "pool_2        max_pooling1d  (64, 16)   (32, 16)       -      -                0           0\n"
            "conv_3        conv1d         (32, 16)   (32, 32)      48     32            49152        1568\n"
            "pool_3        max_pooling1d  (32, 32)   (16, 32)       -      -                0           0\n"
            "lstm          lstm           (16, 32)   (16)       32+16  64+64            49152        3136\n"
            "dense_1       dense          (16)       (32)          16     32              512         544\n"
            "dense_2       dense          (32)       (16)          32     16              512         528\n"
            "position      dense          (16)       (1)           16      1               16          17\n"
            "total                                                                     154640        6641\n");
}

TEST(NodeTable, ShowsWhatHls4mlMakes) {
  const model::Network network = model::read_keras_json(
      R"({"class_name": "Sequential", "config": {"name": "n", "layers": [{"class_name": "Conv1D", "config": {
          "name": "conv", "batch_input_shape": [null, 8, 2], "filters": 4, "kernel_size": 3, "padding": "same",
          "activation": "relu"}}]}})",
      "n");
  EXPECT_EQ(node_table(network, hls4ml::IoType::Stream),
            "node        kind        function  reads       input grid  output stream\n"
            "conv_input  input       -         -           1 x 8       8 x 2\n"
            "zp1d_conv   padding     -         conv_input  1 x 8       10 x 2\n"
            "conv        weights     -         zp1d_conv   1 x 10      8 x 4\n"
            "conv_relu   activation  relu      conv        1 x 8       8 x 4\n");
}

TEST(CostTable, ShowsEveryChoice) {
  const deploy::CostTable table{
      {"lstm", {}, {{{60, {64, 60}, {15, 15}}, {5000, 6000.6, 20'000, 9000, 75, 15}, perf::Support::Extrapolated, {}}}},
      {"own", {}, {{{4, {}, {}}, {1, 2, 3, 4, 5, 6}, {}, {}}}}};
  EXPECT_EQ(
      cost_table(table),
      "layer  reuse  effective  block factor  latency min  latency max    LUT    FF  DSP  BRAM 18K       support\n"
      "lstm      60      64+60         15+15         5000         6001  20000  9000   75        15  extrapolated\n"
      "own        4          -             -            1            2      3     4    5         6             -\n");
}

TEST(PlanTable, ShowsQuestionChoicesSpreadsAndProof) {
  // conv: 4641 is 4420 and 5%, 2600 twice 1300, 3 beside a 0.5 that is shown as 0. Total: 52750.275 is 2.34 of
  // 22500.25.
  EXPECT_EQ(
      plan_table(test::small_plan()),
      "small net: least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us)\n"
      "on xczu7ev-ffvc1156-2-e, 250 MHz, Vivado, io_stream, Resource, ap_fixed<16,8>\n"
      "layer              kind    reuse  effective  block factor  cycles    \u00B1    LUT     \u00B1     FF     \u00B1 "
      "  "
      "DSP    \u00B1  BRAM 18K    \u00B1       support\n"
      "conv               conv1d     24         24             2    4420   5%   2500   10%   1300  x2.0     2  25%  "
      "       0   +3        inside\n"
      "lstm               lstm       60      64+60         15+15    6000  20%  20000  x2.5   9000   x11    75   0%  "
      "      15  20%  extrapolated\n"
      "total                                                       10420  14%  22500  x2.4  10300  x9.9    77   1%  "
      "      16  36%\n"
      "of deadline, part                                           20.8%        9.8%         2.2%        4.5%       "
      "    2.5%\n"
      "\u00B1: 90 % of new layers lie within, each figure for itself (x3: up to 3 times, +3: up to 3); the total adds "
      "the ends up\n"
      "initiation interval: 6000 cycles (24.000 us), that of the slowest layer\n"
      "optimal: LUT + FF + DSP + BRAM = 32892.750000, and no choice within the limits is below "
      "32892.750000; costs: made by hand\n"
      "warning: layer lstm: its price is an extrapolation: size 15: trained on 16..64\n");
}

TEST(PlanTable, ShowsTheWholeDesignAsInTheGoldenFile) {
  EXPECT_EQ(plan_table(test::whole_plan()), test::read_all(test::data_dir() / "emit" / "plan.txt"));
}

TEST(PlanTable, HasNoFifosWithoutStreams) {
  const std::string text = plan_table(test::parallel_plan());
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("depth x channels")));
  EXPECT_THAT(text, testing::HasSubstr("\nlatency: sum 10814 cycles (43.257 us) (planned with), max 6000 "));
}

TEST(PlanTable, SaysForWhichEndsADeadlineHolds) {
  const std::string text = plan_table(test::sure_plan());
  EXPECT_THAT(text,
              testing::StartsWith("small net: least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us); cycles "
                                  "with confidence 0.9\non "));
  EXPECT_THAT(text, testing::HasSubstr("\nthe deadline holds for the upper ends: 11841 cycles in all, 23.7% of it\n"));
}

TEST(PlanTable, LeavesOutWhatCostsFromAFileDoNotTell) {
  EXPECT_EQ(plan_table(test::plan_of_costs()),
            "small net: least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us)\n"
            "on xczu7ev-ffvc1156-2-e, 250 MHz, Vivado, io_stream, Resource, ap_fixed<16,8>\n"
            "layer              kind  reuse  effective  block factor  cycles    LUT     FF   DSP  BRAM 18K\n"
            "conv               -        24          -             -    4420   2500   1300     2         0\n"
            "lstm               -        60          -             -    6000  20000   9000    75        15\n"
            "total                                                     10420  22500  10300    77        16\n"
            "of deadline, part                                         20.8%   9.8%   2.2%  4.5%      2.5%\n"
            "initiation interval: 6000 cycles (24.000 us), that of the slowest layer\n"
            "optimal: LUT + FF + DSP + BRAM = 32892.750000, and no choice within the limits is below "
            "32892.750000; costs: made by hand\n");
}

TEST(PlanTable, ShowsTheSpreadOfTheOtherLayersIfOneHasNone) {
  deploy::Plan plan = test::small_plan();
  plan.layers[1].chosen.interval.reset();
  const std::string text = plan_table(plan);
  EXPECT_THAT(text, testing::HasSubstr("4420  5%"));
  EXPECT_THAT(text, testing::HasSubstr("6000   -"));
  EXPECT_THAT(text, testing::HasSubstr("10420   -"));
}

TEST(TextTable, CountsCharactersNotBytes) {
  EXPECT_EQ(text_table({{"\u00B1", "\u00B1", "n"}, {"ab", "ab", "1"}}, 1), "\u00B1    \u00B1  n\nab  ab  1\n");
}

TEST(PlanTable, ShowsTheGapAndWhyItIsLeft) {
  deploy::Plan plan = test::plan_of_costs();
  plan.question = {};
  plan.question.objective = deploy::Objective::Latency;
  plan.status = mip::SolveStatus::Feasible;
  plan.objective = 10'420.125;
  plan.bound = 10'000;
  plan.message = "interrupted; the search goes on";
  const std::string text = plan_table(plan);
  EXPECT_THAT(text, testing::StartsWith("small net: least latency\non "));
  EXPECT_THAT(text, testing::HasSubstr("\nof part                                                 9.8%"));
  EXPECT_THAT(text,
              testing::HasSubstr("\nfeasible: latency = 10420.125 cycles (41.681 us), and no choice within the limits "
                                 "is below 10000 cycles (40.000 us) (gap 4%); interrupted; the search goes on; "
                                 "costs: made by hand\n"));
}

TEST(PlanTable, ShowsTheOtherPlansBelow) {
  deploy::Plan plan = test::plan_of_costs();
  plan.others = {plan};
  plan.others[0].rank = 2;
  const std::string text = plan_table(plan);
  EXPECT_THAT(text, testing::HasSubstr("\noptimal: "));
  EXPECT_THAT(text, testing::HasSubstr("\n\nsmall net: least "));
  EXPECT_THAT(text, testing::HasSubstr("\noptimal, no. 2: "));
}

TEST(PlanTable, SaysWhyThereIsNoAnswer) {
  EXPECT_EQ(plan_table(test::plan_without_answer()),
            "small net: least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us)\n"
            "on xczu7ev-ffvc1156-2-e, 250 MHz, Vivado, io_stream, Resource, ap_fixed<16,8>\n"
            "infeasible: the lowest reachable is 7 cycles\n");
}

}  // namespace
}  // namespace ntorc::emit
