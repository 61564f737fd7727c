#include "ntorc/emit/report.hpp"

#include <gmock/gmock.h>

#include "emit/designs.hpp"
#include "emit/fronts.hpp"
#include "emit/golden.hpp"
#include "emit/well_formed.hpp"
#include "fixtures.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using test::golden;
using test::occurrences;
using testing::HasSubstr;
using testing::Not;

TEST(ReportMarkdown, IsTheGoldenFile) { EXPECT_EQ(report_markdown(test::whole_plan()), golden("report.md")); }

TEST(ReportMarkdown, ShowsTheLayersOfAPlanWithoutADesign) {
  const std::string text = report_markdown(test::plan_of_costs());
  EXPECT_THAT(text, HasSubstr("| conv | - | \u2013 | 24 | \u2013 | \u2013 | 4420 |"));
  EXPECT_THAT(text, HasSubstr("The plan names layers alone"));
  EXPECT_THAT(text, Not(HasSubstr("## FIFOs")));
}

TEST(ReportMarkdown, SaysWhyThereIsNoAnswer) {
  const std::string text = report_markdown(test::plan_without_answer());
  EXPECT_THAT(text, HasSubstr("infeasible: the lowest reachable is 7 cycles.\n"));
  EXPECT_THAT(text, Not(HasSubstr("## Resources")));
}

TEST(DesignCsv, IsTheGoldenFile) { EXPECT_EQ(design_csv(test::whole_plan()), golden("design.csv")); }

TEST(DesignCsv, HasARowForEachLayerWithoutADesign) {
  const std::string text = design_csv(test::plan_of_costs());
  EXPECT_EQ(occurrences(text, "\n"), 3U);
  EXPECT_THAT(text, HasSubstr("\nlayer,lstm,-,60,,,,,,5000,6000.125,20000,9000,75,15,,,,,,,,,,,,,\n"));
}

TEST(ReportHtml, IsWellFormedForAnyPlan) {
  deploy::Plan unknown_part = test::whole_plan();
  unknown_part.target.part = "xc9";
  deploy::Plan too_large = test::whole_plan();
  too_large.target.part = "xc7z010";
  for (const deploy::Plan& plan :
       {test::small_plan(), test::sure_plan(), test::plan_of_costs(), test::plan_without_answer(), test::whole_plan(),
        test::parallel_plan(), unknown_part, too_large}) {
    EXPECT_EQ(test::html_fault(report_html(plan)), "");
    EXPECT_EQ(test::html_fault(report_html(plan, test::small_front())), "");
  }
}

TEST(ReportHtml, ShowsAllThatThePlanHas) {
  const std::string page = report_html(test::whole_plan());
  EXPECT_THAT(page, HasSubstr("<h1>small net</h1>"));
  EXPECT_THAT(page, HasSubstr("Asked for: least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us)."));
  EXPECT_THAT(page, HasSubstr("41.72 \u00B5s"));
  EXPECT_EQ(occurrences(page, "<th scope=\"row\" class=\"name\">"),
            4U + 3U + 2U + 4U + 5U);  // resources, latencies, layers, nodes, FIFOs
  EXPECT_EQ(occurrences(page, "<rect class=\"pace\""), 2U);
  EXPECT_EQ(occurrences(page, "class=\"barrier\""), 1U);
  EXPECT_EQ(occurrences(page, "<span class=\"weak\">"), 2U);
  EXPECT_THAT(page, HasSubstr("planned with"));
  EXPECT_THAT(page, HasSubstr("107 LUT a channel, 3 designs of Vivado HLS 2018-2020"));
  EXPECT_THAT(page, HasSubstr("With the least depths the design would take 990 LUT, 396 FF, 33 BRAM 18K less."));
  EXPECT_THAT(page, HasSubstr("<h3>Warnings</h3>"));
}

TEST(ReportHtml, NeedsNothingFromElsewhere) {
  const std::string page = report_html(test::whole_plan(), test::small_front());
  for (const char* link : {"<script", "<link", "<img", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(link)));
  }
  EXPECT_EQ(occurrences(page, "http"), occurrences(page, "xmlns=\"http://www.w3.org/2000/svg\""));
}

TEST(ReportHtml, TakesNamesForText) {
  const std::string nasty = "<script>alert(\"&'</script>\n\xFF]]>";
  deploy::Plan plan = test::whole_plan();
  plan.network = nasty;
  plan.cost_source = nasty;
  plan.message = nasty;
  plan.warnings = {nasty};
  plan.target.part = nasty;
  plan.layers[0].layer = nasty;
  plan.layers[1].support_reasons = {nasty};
  plan.question.reuse = {{nasty, 1, 1}};
  for (deploy::DesignNode& node : plan.design->nodes) {
    node.name += nasty;
    node.law = nasty;
  }
  plan.design->glue_law = nasty;
  deploy::Front front = test::small_front();
  front.network = nasty;
  front.layers[0] = nasty;
  const std::string page = report_html(plan, front);
  EXPECT_EQ(test::html_fault(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  plan.design.reset();
  EXPECT_EQ(test::html_fault(report_html(plan)), "");
}

TEST(ReportHtml, DrawsTheFrontIfThereIsOne) {
  EXPECT_THAT(report_html(test::small_plan()), Not(HasSubstr("<svg class=\"front\"")));
  EXPECT_THAT(report_html(test::small_plan(), test::small_front()), HasSubstr("<svg class=\"front\""));
}

TEST(ReportHtml, SaysWhyThereIsNoAnswer) {
  const std::string page = report_html(test::plan_without_answer());
  EXPECT_THAT(page, HasSubstr("<p class=\"verdict none\">infeasible: the lowest reachable is 7 cycles.</p>"));
  EXPECT_THAT(page, Not(HasSubstr("<h2>Resources</h2>")));
}

TEST(HtmlFault, FindsWhatItIsFor) {
  EXPECT_EQ(test::html_fault("<p class=\"a\">x &amp; y</p>"), "");
  for (const char* bad :
       {"<p>", "</p>", "<p><b></p></b>", "a & b", "a < b", "a > b", "<p class=a></p>", "<p class=\"a></p>"}) {
    EXPECT_NE(test::html_fault(bad), "") << bad;
  }
}

}  // namespace
}  // namespace ntorc::emit
