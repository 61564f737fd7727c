#include <fmt/format.h>

#include "emit/markup.hpp"
#include "emit/page.hpp"
#include "emit/plan_view.hpp"
#include "emit/report_tables.hpp"
#include "emit/report_words.hpp"
#include "emit/timeline_svg.hpp"
#include "ntorc/emit/front.hpp"
#include "ntorc/emit/report.hpp"

namespace ntorc::emit {
namespace {

std::string name_of(const deploy::Plan& plan) { return plan.network.empty() ? "Plan" : plan.network; }

std::string_view verdict_style(const deploy::Plan& plan) {
  if (plan.layers.empty()) return "verdict none";
  return plan.status == mip::SolveStatus::Optimal ? "verdict" : "verdict open";
}

std::string header_of(const PlanView& view) {
  const deploy::Plan& plan = *view.plan;
  std::string html = fmt::format("<header>\n<h1>{}</h1>\n", escaped(name_of(plan)));
  html += paragraph(fmt::format("Asked for: {}.", question_of(plan)), "lead");
  html += paragraph(fmt::format("On {}.", target_of(plan)), "soft small");
  html += "</header>\n";
  if (view.answered) html += figures_html(key_figures(view));
  html += paragraph(answer_of(plan) + ".", verdict_style(plan));
  return html;
}

std::string timeline_of(const PlanView& view) {
  const bool streams = view.plan->target.io_type == hls4ml::IoType::Stream;
  return heading_html("When each node works") +
         paragraph(streams ? "Nodes of a stream design overlap: each begins with the first element that it is given. "
                             "Times are those of the chain, from the beginning of an inference."
                           : "Without streams one node works after the other.") +
         timeline_svg(view) +
         "<ul class=\"legend\"><li><span class=\"key paced\"></span>sets the pace</li>"
         "<li><span class=\"key layers\"></span>works as fast as it can</li>"
         "<li><span class=\"key paler\"></span>waits for elements now and then</li>"
         "<li><span class=\"key line\"></span>all before is done</li></ul>\n";
}

std::string design_of(const PlanView& view) {
  std::string html = heading_html("The design");
  html += view.whole ? "<h3>Layers with a reuse factor</h3>\n" : "";
  html += layers_table(view);
  if (!view.whole) return html;
  html += "<h3>Other nodes</h3>\n" + nodes_table(view);
  if (view.fifos.empty()) return html;
  html += "<h3>FIFOs</h3>\n" + fifos_table(view);
  const std::string saved = savings_of(view);
  if (!saved.empty()) {
    html += paragraph(fmt::format("With the least depths the design would take {} less. The plan does not count on "
                                  "that; ntorc-emit --to driver --fifo-depths least makes FIFOs so.",
                                  saved),
                      "soft small");
  }
  return html;
}

std::string basis_html(const PlanView& view) {
  std::string html = heading_html("What the figures rest on") + list_html(assumptions_of(view));
  if (!view.laws.empty()) {
    html += "<h3>Laws</h3>\n<ul class=\"plain\">\n";
    for (const LawView& law : view.laws) {
      html += fmt::format("<li><strong>{}</strong>: {}</li>\n", escaped(law.what), escaped(law.law));
    }
    html += "</ul>\n";
  }
  const std::vector<std::string> weak = weaknesses_of(view);
  if (!weak.empty()) html += "<h3>Figures with weak support</h3>\n" + list_html(weak);
  if (!view.plan->warnings.empty()) html += "<h3>Warnings</h3>\n" + list_html(view.plan->warnings);
  return html;
}

}  // namespace

std::string report_html(const deploy::Plan& plan, const std::optional<deploy::Front>& front) {
  const PlanView view = view_of(plan);
  std::string html = page_head(fmt::format("{}: plan", name_of(plan))) + header_of(view) + "<main>\n";
  if (view.answered) {
    html += heading_html("Resources") + resources_table(view);
    if (view.whole) {
      html += heading_html("Latency, three ways") + latencies_table(view);
      html += timeline_of(view);
    }
    html += design_of(view);
  }
  if (front) {
    html += fmt::format("{}<div class=\"scroll\">\n{}</div>\n", heading_html("What each microsecond costs"),
                        front_svg(*front));
  }
  return html + basis_html(view) + page_foot();
}

}  // namespace ntorc::emit
