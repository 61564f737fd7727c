#include "ntorc/search/report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "emit/golden.hpp"
#include "emit/well_formed.hpp"
#include "support/csv.hpp"

namespace ntorc::search {
namespace {

using test::html_fault;
using test::occurrences;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ReportTrace wave(const std::string& run, bool was_learnt, std::size_t samples) {
  ReportTrace trace{.run = run, .was_learnt = was_learnt};
  for (std::size_t i = 0; i < samples; ++i) {
    trace.seconds.push_back(0.01 * static_cast<double>(i));
    trace.truth.push_back(std::sin(0.01F * static_cast<float>(i)));
    trace.predicted.push_back(trace.truth.back() + 0.5F);
  }
  return trace;
}

/// Six trials: three on the front, one dearer and worse than the second of them, one pruned, one that waits.
SearchReport small_report() {
  SearchReport report;
  report.name = "small";
  report.unit = "V";
  report.peers_title = "N-TORC, Table III";
  report.peers = {{"128_5_16_0_0", 98'368, 0.169}, {"395_5_16_5_76", 339'356, 0.01}};
  for (std::int64_t n = 0; n < 6; ++n) {
    const auto place = static_cast<double>(n);
    ReportTrial trial{.number = n, .network = fmt::format("net {}", n), .cost = 1000 * std::pow(4, place)};
    trial.multiplies = static_cast<std::int64_t>(trial.cost);
    trial.error = 0.2 / (place + 1);
    trial.trainings = 1;
    trial.on_front = n < 3;
    trial.curve = {{5, 0.3, 0.3}, {10, 0.2, *trial.error}};
    report.trials.push_back(trial);
  }
  report.trials[1].deviation = 0.004;
  report.trials[1].trainings = 3;
  report.trials[3].error = 0.15;
  report.trials[4].status = Status::Pruned;
  report.trials[5] = {.number = 5, .status = Status::Waiting, .network = "net 5", .cost = 5000, .multiplies = 5000};
  for (std::int64_t n = 0; n < 3; ++n) {
    report.networks.push_back({.trial = n, .folder = fmt::format("front/{}", n), .own_error = 0.19});
  }
  report.networks[0].lut = 12'345;
  report.networks[0].latency_us = 150.25;
  report.networks[0].extrapolated_layers = 2;
  report.networks[0].traces = {wave("run a", true, 100), wave("run b", false, 100)};
  report.networks[2].traces = {wave("run a", true, 100)};
  report.cpu_seconds = 9000;
  report.provenance = {{"data", "39 runs\nof DROPBEAR"}, {"seed", "7"}};
  return report;
}

TEST(SearchReportHtml, DrawsEachTrialWithAnErrorOnce) {
  const std::string page = report_html(small_report());
  EXPECT_EQ(html_fault(page), "");
  // And each once more in the legend.
  EXPECT_EQ(occurrences(page, "<circle class=\"member\""), 3U + 1U);
  EXPECT_EQ(occurrences(page, "<circle class=\"trial\""), 1U + 1U);
  EXPECT_EQ(occurrences(page, "<circle class=\"trial pruned\""), 1U + 1U);
  EXPECT_EQ(occurrences(page, "<path class=\"peer\""), 2U + 1U);
  EXPECT_EQ(occurrences(page, "<path class=\"deviation\""), 1U + 1U);
  EXPECT_EQ(occurrences(page, "<path class=\"curve front\""), 3U + 1U);
  EXPECT_EQ(occurrences(page, "<path class=\"curve\""), 2U + 1U);
  EXPECT_EQ(occurrences(page, "<figure>"), 3U);
}

TEST(SearchReportHtml, TellsWhatTheSearchFound) {
  const std::string page = report_html(small_report());
  EXPECT_THAT(page, HasSubstr("<h1>small</h1>"));
  EXPECT_THAT(page, HasSubstr("4 done, 1 pruned, 1 waiting"));
  EXPECT_THAT(page, HasSubstr("<dd class=\"value\">0.0667 V</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd class=\"value\">2.5 h</dd>"));
  EXPECT_THAT(page, HasSubstr("The search is not over: one trial is not concluded."));
  EXPECT_THAT(page, HasSubstr("0.1000 \u00B1 0.0040<span class=\"range\">3 trainings</span>"));
  EXPECT_THAT(page, HasSubstr("<a href=\"./front/1\" title=\"front/1\">1</a>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"weak\">2 layers</span>"));
  EXPECT_THAT(page, HasSubstr("150.2\u00A0\u00B5s"));
  EXPECT_THAT(page,
              HasSubstr("Compared with N-TORC, Table III: beside 1 of 2 networks, one on the front costs no more"));
  EXPECT_THAT(page, HasSubstr("<h3>Trial 2, least error</h3>"));
  EXPECT_THAT(page, HasSubstr("<h3>Trial 0, cheapest</h3>"));
  EXPECT_THAT(page, HasSubstr("RMSE 0.5000 V over 100 samples"));
  EXPECT_LT(page.find("run b</strong> <span class=\"tag unseen\">not learnt from"),
            page.find("run a</strong> <span class=\"tag learnt\">learnt from", page.find("Trial 0, cheapest")));
  EXPECT_THAT(page, HasSubstr("<dt>data</dt><dd>39 runs</dd><dd>of DROPBEAR</dd>"));
  EXPECT_THAT(page, HasSubstr("<summary>All trials (6)</summary>"));
}

TEST(SearchReportHtml, SaysWarningsFirst) {
  SearchReport report = small_report();
  EXPECT_THAT(report_html(report), Not(HasSubstr("Warnings")));
  report.warnings = {"2 trainings failed"};
  const std::string page = report_html(report);
  EXPECT_LT(page.find("<li>2 trainings failed</li>"), page.find("Networks tried"));
}

TEST(SearchReportHtml, IsSensibleWithLittle) {
  const std::string nothing = report_html({});
  EXPECT_EQ(html_fault(nothing), "");
  EXPECT_THAT(nothing, HasSubstr("There is no front"));
  EXPECT_THAT(nothing, Not(HasSubstr("<svg")));
  SearchReport report = small_report();
  report.peers.clear();
  report.trials.resize(1);
  for (const bool on_front : {true, false}) {
    report.trials[0].on_front = on_front;
    const std::string page = report_html(report);
    EXPECT_EQ(html_fault(page), "");
    EXPECT_THAT(page, Not(HasSubstr("class=\"peer\"")));
  }
  report.trials[0].error.reset();
  report.trials[0].curve.clear();
  EXPECT_THAT(report_html(report), Not(HasSubstr("How they learnt")));
}

TEST(SearchReportHtml, LeavesOutWhatIsNotFinite) {
  SearchReport report = small_report();
  const double infinity = std::numeric_limits<double>::infinity();
  report.cpu_seconds = kNan;
  report.peers[0].error = kNan;
  report.peers[1].cost = infinity;
  report.trials[0].error = kNan;
  report.trials[1].deviation = infinity;
  report.trials[2].cost = kNan;
  report.trials[3].cost = infinity;
  report.trials[4].curve[0].error = kNan;
  report.trials[5].error = -infinity;
  report.networks[1].own_error = kNan;
  report.networks[1].lut = kNan;
  report.networks[1].latency_us = infinity;
  report.networks[1].traces = {wave("run c", false, 10)};
  report.networks[1].traces[0].truth[3] = std::nanf("");
  report.networks[1].traces[0].seconds[4] = kNan;
  report.networks[1].traces[0].predicted.resize(9);
  const std::string page = report_html(report);
  EXPECT_EQ(html_fault(page), "");
  EXPECT_THAT(page, HasSubstr("over 7 samples"));
  EXPECT_EQ(occurrences(page, "<circle class=\"member\""), 1U + 1U);
  const std::string shown = page.substr(page.find("</style>"));
  for (const char* text : {"nan", "inf<", "inf ", "inf,", "inf\""}) {
    EXPECT_THAT(shown, Not(HasSubstr(text)));
    EXPECT_THAT(trials_csv(report), Not(HasSubstr(text)));
  }
}

TEST(SearchReportHtml, TakesNamesForText) {
  const std::string nasty = "<script>alert(\"&'</script>\n\xFF]]>";
  SearchReport report = small_report();
  report.name = report.unit = report.peers_title = nasty;
  report.peers[0].name = nasty;
  report.trials[0].network = report.trials[3].network = nasty;
  report.networks[0].folder = "javascript:" + nasty;
  report.networks[0].traces[0].run = nasty;
  report.provenance = {{nasty, nasty}};
  report.warnings = {nasty};
  const std::string page = report_html(report);
  EXPECT_EQ(html_fault(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("href=\"./javascript%3A%3Cscript%3E"));
}

TEST(SearchReportHtml, NeedsNothingFromElsewhere) {
  const std::string page = report_html(small_report());
  for (const char* link : {"<script", "<link", "<img", "src=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(link)));
  }
  EXPECT_EQ(occurrences(page, "http"), occurrences(page, "xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(occurrences(page, "href="), occurrences(page, "href=\"./front/"));
}

TEST(SearchReportHtml, AFarWorseTrialDoesNotStretchTheAxis) {
  SearchReport report = small_report();
  report.trials[3].error = 1e6;
  const std::string page = report_html(report);
  EXPECT_EQ(occurrences(page, "<path class=\"beyond\""), 1U + 1U);
  EXPECT_EQ(occurrences(page, "<circle class=\"trial\""), 0U);
}

TEST(SearchReportHtml, CostsOfADesignHaveTheirOwnColumn) {
  SearchReport report = small_report();
  EXPECT_THAT(report_html(report), Not(HasSubstr("share of the part")));
  report.cost = CostKind::Share;
  for (ReportTrial& trial : report.trials) trial.cost = 0.125 * static_cast<double>(trial.number + 1);
  const std::string page = report_html(report);
  EXPECT_THAT(page, HasSubstr("<th scope=\"col\">share of the part</th>"));
  EXPECT_THAT(page, HasSubstr("<td>12.5%</td>"));
}

TEST(SearchReportHtml, AThousandTrialsFitInTwoMegabytes) {
  SearchReport report = small_report();
  for (std::int64_t n = 6; n < 1000; ++n) {
    ReportTrial trial{.number = n, .network = "window 128, conv1d 5 x 16, kernel 3, pool 2, dense 4 x 8", .cost = 1e5};
    trial.multiplies = 100'000;
    trial.error = 0.1 + 1e-4 * static_cast<double>(n);
    trial.trainings = 1;
    for (std::int64_t epoch = 5; epoch <= 500; epoch += 5) trial.curve.push_back({epoch, 0.1, *trial.error});
    report.trials.push_back(trial);
  }
  for (ReportNetwork& network : report.networks) network.traces.assign(9, wave("run", false, 30'000));
  const std::string page = report_html(report);
  EXPECT_EQ(html_fault(page), "");
  EXPECT_EQ(occurrences(page, "<figure>"), 12U);
  EXPECT_LT(page.size(), 2'000'000U);
}

TEST(SearchReportHtml, APeakOfOneSampleStaysInATrace) {
  SearchReport report = small_report();
  report.networks[0].traces = {wave("run", false, 30'000)};
  const std::string calm = report_html(report);
  report.networks[0].traces[0].predicted[12'345] = 1.49999F;  // within the axis
  report.networks[0].traces[0].truth[12'345] = 1.49F;
  EXPECT_NE(report_html(report), calm);
}

TEST(TrialsCsv, IsReadBackAsItWas) {
  SearchReport report = small_report();
  report.trials[0].network = "a, \"b\"\nc";
  const support::CsvTable table(trials_csv(report), "trials.csv");
  ASSERT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.text(0, "network"), "a, \"b\"\nc");
  for (std::size_t row = 0; row < 5; ++row) {
    const ReportTrial& trial = report.trials[row];
    EXPECT_EQ(table.integer(row, "trial", 0, 9), trial.number);
    EXPECT_EQ(table.text(row, "status"), to_string(trial.status));
    EXPECT_EQ(table.figure(row, "cost"), trial.cost);
    EXPECT_EQ(table.integer(row, "multiplies", 0, 1'000'000), trial.multiplies);
    EXPECT_EQ(table.figure(row, "error"), *trial.error);
    EXPECT_EQ(table.integer(row, "trainings", 0, 9), trial.trainings);
    EXPECT_EQ(table.text(row, "on_front"), trial.on_front ? "yes" : "no");
    EXPECT_EQ(table.integer(row, "epochs", 0, 99), 10);
    EXPECT_EQ(table.figure(row, "last_error"), trial.curve.back().error);
  }
  EXPECT_EQ(table.figure(1, "deviation"), 0.004);
  for (const char* column : {"error", "deviation", "epochs", "last_error"}) EXPECT_EQ(table.text(5, column), "");
}

TEST(TrialsCsv, HasAHeaderWithoutTrials) { EXPECT_EQ(occurrences(trials_csv({}), "\n"), 1U); }

}  // namespace
}  // namespace ntorc::search
