#include "emit/plan_view.hpp"

#include <gmock/gmock.h>

#include "emit/designs.hpp"
#include "emit/markup.hpp"
#include "emit/report_words.hpp"

namespace ntorc::emit {
namespace {

using testing::ElementsAre;

std::vector<std::string> paced(const PlanView& view) {
  std::vector<std::string> names;
  for (const NodeView& node : view.nodes) {
    if (node.paces_from) names.push_back(node.name + " " + std::to_string(static_cast<int>(*node.paces_from)));
  }
  return names;
}

TEST(PlanView, SumsTheGroupsByHand) {
  const deploy::Plan plan = test::whole_plan();
  const PlanView view = view_of(plan);
  ASSERT_EQ(view.resources.size(), 4U);
  // LUT: 2500.25 + 20000; 60 + 1712 + 900; 40 + 3 * 640; 300.
  EXPECT_THAT(view.resources[0].of_group, ElementsAre(22'500.25, 2672, 1960, 300));
  EXPECT_EQ(view.resources[0].total, 27'432.25);
  EXPECT_EQ(view.resources[0].saved, 30 + 480 + 480);
  // BRAM: 0.5 + 15; 1 + 3 * 16, of which the last 16 stay.
  EXPECT_THAT(view.resources[3].of_group, ElementsAre(15.5, 0, 49, 0));
  EXPECT_EQ(view.resources[3].saved, 33);
  EXPECT_NEAR(view.resources[3].share().value(), 64.5 / 624, 1e-12);
  EXPECT_EQ(view.latency_cycles, 10'430.125);
  EXPECT_THAT(view.slowest, ElementsAre(5));
  ASSERT_EQ(view.latencies.size(), 3U);
  EXPECT_TRUE(view.latencies[2].planned);
  EXPECT_FALSE(view.latencies[0].planned);
}

TEST(PlanView, NamesEachLawOnce) {
  deploy::Plan plan = test::whole_plan();
  plan.design->nodes[4].law = plan.design->nodes[3].law;
  const PlanView view = view_of(plan);
  ASSERT_EQ(view.laws.size(), 4U);
  EXPECT_EQ(view.laws[1].what, "activation, pooling");
  EXPECT_EQ(view.laws[2].what, "FIFOs");
  EXPECT_EQ(view.laws[3].what, "glue");
}

TEST(PlanView, FindsWhatSetsThePace) {
  // The activation and the pooling wait for the convolution; the LSTM begins when all is done.
  EXPECT_THAT(paced(view_of(test::whole_plan())), ElementsAre("conv 4", "lstm 4430"));
  // All of them, one after the other, but for the short ones.
  EXPECT_THAT(paced(view_of(test::parallel_plan())),
              ElementsAre("zp1d_conv 0", "conv 132", "conv_relu 4552", "pool 4682", "lstm 4814"));
}

TEST(PlanView, LetsANodeSetThePaceFromWhenItsInputsAreDone) {
  deploy::Plan plan = test::whole_plan();
  plan.design->nodes[5].begin_cycles = 200;  // reads its elements as they come
  EXPECT_THAT(paced(view_of(plan)), ElementsAre("conv 4", "lstm 4430"));
}

TEST(PlanView, HasTheLayersAloneWithoutADesign) {
  const deploy::Plan plan = test::small_plan();
  const PlanView view = view_of(plan);
  EXPECT_FALSE(view.whole);
  EXPECT_EQ(view.nodes.size(), 2U);
  EXPECT_TRUE(view.fifos.empty());
  EXPECT_EQ(view.latencies.size(), 1U);
  EXPECT_THAT(view.resources[0].of_group, ElementsAre(22'500.25, 0, 0, 0));
}

TEST(PlanView, IsEmptyWithoutAnAnswer) {
  const deploy::Plan plan = test::plan_without_answer();
  const PlanView view = view_of(plan);
  EXPECT_FALSE(view.answered);
  EXPECT_TRUE(key_figures(view).empty());
}

TEST(ReportWords, TellTheMarginOfADeadline) {
  const deploy::Plan plan = test::whole_plan();
  const std::vector<KeyFigure> figures = key_figures(view_of(plan));
  ASSERT_EQ(figures.size(), 4U);
  // 10430.125 cycles at 250 MHz are 41.7205 us; 200 - 41.7205 = 158.2795.
  EXPECT_EQ(figures[0].value, "41.72 \u00B5s");
  EXPECT_THAT(figures[0].notes,
              ElementsAre("10\u202F430 cycles, chain", "deadline 200 \u00B5s: 158.3 \u00B5s (79.1%) to spare"));
  // 250e6 / 6000.125 = 41665.8.
  EXPECT_THAT(figures[1].notes, ElementsAre("6\u202F000 cycles", "slowest: lstm", "41\u202F665 inferences a second"));
  EXPECT_EQ(figures[2].value, "39\u202F764");
  EXPECT_THAT(figures[2].notes, ElementsAre("LUT + FF + DSP + BRAM", "optimal: proven that no choice is below"));
  EXPECT_EQ(figures[3].value, "LUT 11.9%");
  EXPECT_THAT(figures[3].notes, ElementsAre("27\u202F432 of 230\u202F400", "of the part"));
}

TEST(ReportWords, TellWhatIsOpen) {
  deploy::Plan plan = test::whole_plan();
  plan.status = mip::SolveStatus::Feasible;
  plan.bound = 0.5 * *plan.objective;
  plan.target.part = "xc9";
  plan.question.latency_limit_cycles.reset();
  std::vector<KeyFigure> figures = key_figures(view_of(plan));
  EXPECT_EQ(figures[0].notes.back(), "no deadline asked for");
  EXPECT_EQ(figures[2].notes.back(), "feasible: at most 50.0% above the least");
  EXPECT_EQ(figures[3].value, "not known");
  plan.bound.reset();
  figures = key_figures(view_of(plan));
  EXPECT_EQ(figures[2].notes.back(), "feasible: nothing is proven");
  plan.rank = 3;
  figures = key_figures(view_of(plan));
  EXPECT_EQ(figures[2].notes.back(), "no. 3 of the best plans");
}

TEST(ReportWords, NameWeakFiguresThatNoWarningTells) {
  // The LSTM has a warning with its reason.
  EXPECT_THAT(weaknesses_of(view_of(test::whole_plan())), ElementsAre("pool: extrapolated: one design only"));
}

TEST(ReportWords, SpellNumbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999.4), "999");
  EXPECT_EQ(grouped(999.5), "1\u202F000");
  EXPECT_EQ(grouped(1'234'567), "1\u202F234\u202F567");
  EXPECT_EQ(grouped(-1'234), "\u22121\u202F234");
  EXPECT_EQ(grouped(-0.2), "0");
  EXPECT_EQ(percent(0), "0.0%");
  EXPECT_EQ(percent(0.0004), "<0.1%");
  EXPECT_EQ(percent(0.1234), "12.3%");
  EXPECT_EQ(time_of(4420, 250), "17.68 \u00B5s");
  EXPECT_EQ(time_of(250'000, 250), "1000 \u00B5s");
  EXPECT_EQ(time_of(2'500'000, 250), "10 ms");
}

TEST(Markup, LeavesNothingToAParser) {
  EXPECT_EQ(escaped("<a href=\"x\">&'\n\xFF"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;?\xEF\xBF\xBD");
  EXPECT_EQ(markdown("conv_1 | *x* <b> `_a_"), "conv_1 \\| \\*x\\* \\<b\\> \\`\\_a\\_");
}

}  // namespace
}  // namespace ntorc::emit
