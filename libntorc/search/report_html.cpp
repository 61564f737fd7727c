#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "emit/markup.hpp"
#include "emit/page.hpp"
#include "ntorc/search/report.hpp"
#include "search/report_svg.hpp"
#include "search/report_view.hpp"

namespace ntorc::search {
namespace {

using emit::cell;
using emit::grouped;
using emit::head_cell;
using emit::heading_html;
using emit::name_cell;
using emit::paragraph;
using emit::row_of;

constexpr std::size_t kMostRecordings = 4;  ///< of a network

std::int64_t count_of(const SearchReport& report, Status status) {
  return std::ranges::count(report.trials, status, &ReportTrial::status);
}

std::string trial_counts(const SearchReport& report) {
  std::vector<std::string> parts;
  for (const Status status : {Status::Done, Status::Pruned, Status::Failed, Status::Running, Status::Waiting}) {
    if (const auto count = count_of(report, status); count > 0) {
      parts.push_back(fmt::format("{} {}", count, to_string(status)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string head_figures(const SearchView& view) {
  const SearchReport& report = *view.report;
  std::vector<emit::KeyFigure> figures{{"Networks tried", grouped(static_cast<double>(report.trials.size())), {}}};
  if (!report.trials.empty()) figures.back().notes.push_back(trial_counts(report));
  figures.push_back({"On the front", grouped(static_cast<double>(view.front.size())), {}});
  if (!view.front.empty()) {
    const FrontMember& best = *view.shown.front();
    const FrontMember& cheapest = view.front.front();
    const auto about = [&](const FrontMember& member) { return fmt::format("trial {}", member.trial->number); };
    figures.push_back({"Least error",
                       view.with_unit(view.error_text(best.error)),
                       {fmt::format("{}, {}: {}", about(best), cost_head(report.cost), view.cost_text(best.cost))}});
    if (best.deviation) {
      figures.back().notes.push_back(
          fmt::format("\u00B1 {} over {} trainings", view.error_text(*best.deviation), best.trial->trainings));
    }
    figures.push_back({"Cheapest on the front",
                       view.cost_text(cheapest.cost),
                       {cost_head(report.cost),
                        fmt::format("{}: RMSE {}", about(cheapest), view.with_unit(view.error_text(cheapest.error)))}});
  }
  if (const auto seconds = if_finite(report.cpu_seconds)) {
    figures.push_back({"Time used", time_text(*seconds), {"of one core, all trainings together"}});
  }
  return emit::figures_html(figures);
}

std::string verdict_html(const SearchView& view) {
  const SearchReport& report = *view.report;
  const auto open = count_of(report, Status::Running) + count_of(report, Status::Waiting);
  const std::string rest = open == 0   ? ""
                           : open == 1 ? " The search is not over: one trial is not concluded."
                                       : fmt::format(" The search is not over: {} trials are not concluded.", open);
  if (view.front.empty()) {
    return paragraph("There is no front: no network that was trained to the end has both a cost and an error." + rest,
                     "verdict none");
  }
  return paragraph("Of the networks tried, none is both cheaper and better than one on the front." + rest,
                   open > 0 ? "verdict open" : "verdict");
}

std::string page_header(const SearchView& view) {
  const SearchReport& report = *view.report;
  std::string html =
      fmt::format("<header>\n<h1>{}</h1>\n", emit::escaped(report.name.empty() ? "Search" : report.name));
  html += paragraph(fmt::format("Searched for: least RMSE for least cost, {}.", cost_title(report.cost)), "lead");
  html += "</header>\n";
  if (!report.warnings.empty()) {
    html += fmt::format("<section class=\"warnings\">\n{}{}</section>\n", heading_html("Warnings"),
                        emit::list_html(report.warnings));
  }
  return html + head_figures(view) + verdict_html(view);
}

/// How many of the peers the front does as well as, or better in both.
std::string peers_sentence(const SearchView& view) {
  std::size_t known = 0;
  std::size_t matched = 0;
  for (const ReportPeer& peer : view.report->peers) {
    if (!if_finite(peer.cost) || !if_finite(peer.error)) continue;
    ++known;
    matched += std::ranges::any_of(
        view.front, [&](const FrontMember& member) { return member.cost <= peer.cost && member.error <= peer.error; });
  }
  if (known == 0 || view.front.empty()) return "";
  const std::string& title = view.report->peers_title;
  return paragraph(
      fmt::format("Compared with {}: beside {} of {} networks, one on the front costs no more and errs no more.",
                  title.empty() ? "others" : title, matched, known),
      "small");
}

std::string front_section(const SearchView& view) {
  const std::string plot = front_plot(view);
  if (plot.empty()) return "";
  std::string html = heading_html("Error against cost") + plot + peers_sentence(view);
  if (view.report->cost == CostKind::NtorcCode) {
    html += paragraph(
        "N-TORC's program leaves out most of what the channels of a convolution's input cost: compare these figures "
        "with its own alone.",
        "soft small");
  }
  return html;
}

/// A relative link that cannot be anything else. @param html  shown
std::string link_html(const std::string& folder, const std::string& html) {
  constexpr std::string_view kPlain = "-._~/";
  std::string address = "./";
  for (const char c : folder) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = std::isalnum(byte) != 0 || kPlain.find(c) != std::string_view::npos;
    address += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned>(byte));
  }
  return fmt::format("<a href=\"{}\" title=\"{}\">{}</a>", address, emit::escaped(folder), html);
}

std::string dash() { return cell("\u2013", "none"); }

std::string optional_cell(std::optional<double> value) {
  const auto known = if_finite(value);
  return known ? cell(grouped(*known)) : dash();
}

std::string error_cell(const SearchView& view, const ReportTrial& trial) {
  std::string html = view.error_with_deviation(trial);
  if (if_finite(trial.error)) {
    html += fmt::format("<span class=\"range\">{} training{}</span>", trial.trainings, trial.trainings == 1 ? "" : "s");
  }
  return cell(html);
}

std::string front_table(const SearchView& view) {
  if (view.front.empty()) return "";
  const SearchReport& report = *view.report;
  const auto any = [&](auto has) {
    return std::ranges::any_of(view.front,
                               [&](const FrontMember& m) { return m.network != nullptr && has(*m.network); });
  };
  const bool planned = any([](const ReportNetwork& n) { return n.lut || n.ff || n.dsp || n.bram_18k || n.latency_us; });
  const bool counted = report.cost == CostKind::Multiplies;
  const std::string unit = emit::escaped(report.unit.empty() ? "" : fmt::format(" in {}", report.unit));
  std::vector<std::string> head{head_cell("network", "name"), head_cell("trial"), head_cell("RMSE" + unit),
                                head_cell("of the weights"), head_cell("multiplies")};
  if (!counted) head.push_back(head_cell(cost_head(report.cost)));
  if (planned) {
    for (const char* const name : {"LUT", "FF", "DSP", "BRAM 18K", "latency"}) head.push_back(head_cell(name));
  }
  std::string body;
  for (const FrontMember& member : view.front) {
    const ReportTrial& trial = *member.trial;
    const auto* const network = member.network;
    const std::string number = fmt::format("{}", trial.number);
    const bool has_folder = network != nullptr && !network->folder.empty();
    std::vector<std::string> cells{name_cell(trial.network),
                                   cell(has_folder ? link_html(network->folder, number) : number),
                                   error_cell(view, trial)};
    const auto own = network != nullptr ? if_finite(network->own_error) : std::nullopt;
    cells.push_back(own ? cell(view.error_text(*own)) : dash());
    cells.push_back(cell(grouped(static_cast<double>(trial.multiplies))));
    if (!counted) cells.push_back(cell(view.cost_text(member.cost)));
    if (planned) {
      const ReportNetwork none;
      const ReportNetwork& plan = network != nullptr ? *network : none;
      for (const auto& amount : {plan.lut, plan.ff, plan.dsp, plan.bram_18k}) cells.push_back(optional_cell(amount));
      const auto latency = if_finite(plan.latency_us);
      std::string html = latency ? fmt::format("{:.1f}\u00A0\u00B5s", *latency) : "\u2013";
      if (plan.extrapolated_layers > 0) {
        html += fmt::format("<span class=\"range\"><span class=\"weak\">{} layer{}</span></span>",
                            plan.extrapolated_layers, plan.extrapolated_layers == 1 ? "" : "s");
      }
      cells.push_back(cell(html));
    }
    body += row_of(cells);
  }
  std::string html = heading_html("Networks on the front") + emit::table_of("Networks on the front", head, body);
  html += paragraph(
      "RMSE is the mean over trainings with seeds of their own; \u201Cof the weights\u201D that of the weights "
      "behind the link. Networks whose errors differ by less than their deviations are not told apart.",
      "soft small");
  if (planned && any([](const ReportNetwork& n) { return n.extrapolated_layers > 0; })) {
    html += paragraph("\u25B2 So many layers lie outside of what the performance model learnt: extrapolated figures.",
                      "soft small");
  }
  return html;
}

std::string network_traces(const SearchView& view, const FrontMember& member, std::string_view place) {
  std::vector<const ReportTrace*> traces;
  if (member.network != nullptr) {
    for (const ReportTrace& trace : member.network->traces) traces.push_back(&trace);
  }
  std::stable_partition(traces.begin(), traces.end(), [](const ReportTrace* trace) { return !trace->was_learnt; });
  if (traces.size() > kMostRecordings) traces.resize(kMostRecordings);
  std::string plots;
  for (const ReportTrace* const trace : traces) plots += trace_plot(view, *trace);
  if (plots.empty()) return "";
  return fmt::format("<h3>Trial {}, {}</h3>\n", member.trial->number, place) +
         paragraph(member.trial->network, "soft small") + plots;
}

std::string traces_section(const SearchView& view) {
  std::string html;
  for (std::size_t i = 0; i < view.shown.size(); ++i) {
    const FrontMember& member = *view.shown[i];
    std::string_view place = "between";
    if (i == 0) place = "least error";
    if (&member == &view.front.front()) place = i == 0 ? "least error and cheapest" : "cheapest";
    html += network_traces(view, member, place);
  }
  if (html.empty()) return "";
  return heading_html("What networks say of recordings") +
         fmt::format("<ul class=\"legend\">{}{}</ul>\n", line_key("predicted", "predicted"),
                     line_key("truth", "truth")) +
         html;
}

std::string curves_section(const SearchView& view) {
  const std::string plot = curves_plot(view);
  return plot.empty() ? "" : heading_html("How they learnt") + plot;
}

std::string trials_section(const SearchView& view) {
  const SearchReport& report = *view.report;
  if (report.trials.empty()) return "";
  const bool counted = report.cost == CostKind::Multiplies;
  std::vector<std::string> head{head_cell("trial", "text"), head_cell("network", "name"), head_cell("status", "text"),
                                head_cell("RMSE"),          head_cell("trainings"),       head_cell("multiplies")};
  if (!counted) head.push_back(head_cell(cost_head(report.cost)));
  head.push_back(head_cell("epochs"));
  std::string body;
  for (const ReportTrial& trial : report.trials) {
    std::vector<std::string> cells{fmt::format("<th scope=\"row\" class=\"text\">{}</th>", trial.number),
                                   cell(emit::escaped(trial.network), "name"),
                                   cell(std::string(to_string(trial.status)), "text"),
                                   if_finite(trial.error) ? cell(view.error_with_deviation(trial)) : dash(),
                                   cell(fmt::format("{}", trial.trainings)),
                                   cell(grouped(static_cast<double>(trial.multiplies)))};
    if (!counted) {
      const auto cost = if_finite(trial.cost);
      cells.push_back(cost ? cell(view.cost_text(*cost)) : dash());
    }
    cells.push_back(trial.curve.empty() ? dash() : cell(fmt::format("{}", trial.curve.back().epochs)));
    body += row_of(cells, trial.on_front ? "front" : "");
  }
  return fmt::format("<details>\n<summary>All trials ({})</summary>\n{}</details>\n", report.trials.size(),
                     emit::table_of("All trials", head, body));
}

std::string provenance_section(const SearchReport& report) {
  if (report.provenance.empty()) return "";
  std::string html = heading_html("What the figures rest on") + "<dl class=\"basis\">\n";
  for (const auto& [title, text] : report.provenance) {
    html += fmt::format("<dt>{}</dt>", emit::escaped(title));
    std::size_t at = 0;
    while (at <= text.size()) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      html += fmt::format("<dd>{}</dd>", emit::escaped(text.substr(at, end - at)));
      at = end + 1;
    }
    html += '\n';
  }
  return html + "</dl>\n";
}

}  // namespace

std::string report_html(const SearchReport& report) {
  const SearchView view = view_of(report);
  const std::string title = report.name.empty() ? "Search" : report.name + ": search";
  return emit::page_head(title, kSearchStyle) + page_header(view) + "<main>\n" + front_section(view) +
         front_table(view) + traces_section(view) + curves_section(view) + trials_section(view) +
         provenance_section(report) + emit::page_foot();
}

}  // namespace ntorc::search
