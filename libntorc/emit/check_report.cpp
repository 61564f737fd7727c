#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "emit/text_table.hpp"
#include "ntorc/emit/check_plan.hpp"
#include "ntorc/perf/contexts.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;

std::string amount_cell(const std::optional<double>& value) {
  if (!value) return "-";
  return std::abs(*value) < 1e15 ? fmt::format("{:.10g}", std::round(10 * *value) / 10) : fmt::format("{:.6g}", *value);
}

std::vector<std::string> figure_cells(const FigureCheck& figure) {
  const auto error = figure.error_percent();
  const auto inside = figure.inside();
  return {amount_cell(figure.predicted),
          figure.low ? fmt::format("{} .. {}", amount_cell(figure.low), amount_cell(figure.high)) : "-",
          amount_cell(figure.reported), error ? fmt::format("{:+.1f}", *error) : "-",
          !inside   ? "-"
          : *inside ? "yes"
                    : "no"};
}

std::string list_text(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const std::string& line : lines) text += fmt::format("  - {}\n", printable(line));
  return text;
}

std::string share_text(const PlanCheck& check) {
  if (check.share.judged == 0) return "\nNo figure of the plan has an interval.\n";
  std::string text = fmt::format("\nInside their intervals: {} of {} figures, {:.0f} %", check.share.inside,
                                 check.share.judged, check.share.percent());
  if (check.confidence) text += fmt::format("; promised are {:.0f} %", 100 * *check.confidence);
  text += '\n';
  for (std::size_t t = 0; t < perf::kTargets.size(); ++t) {
    const InsideShare& share = check.shares[t];
    if (share.judged == 0) continue;
    text += fmt::format("  {:<20} {} of {}\n", to_string(perf::kTargets[t]), share.inside, share.judged);
  }
  return text;
}

ordered_json number_or_null(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json figure_json(const FigureCheck& figure) {
  const auto inside = figure.inside();
  return {{"predicted", number_or_null(figure.predicted)},
          {"low", number_or_null(figure.low)},
          {"high", number_or_null(figure.high)},
          {"reported", number_or_null(figure.reported)},
          {"error_percent", number_or_null(figure.error_percent())},
          {"inside", inside ? ordered_json(*inside) : ordered_json(nullptr)}};
}

ordered_json share_json(const InsideShare& share) { return {{"judged", share.judged}, {"inside", share.inside}}; }

}  // namespace

std::string check_text(const PlanCheck& check) {
  std::string text = fmt::format("{}: {} layers compared with {}\n\n", printable(check.network), check.layers.size(),
                                 printable(to_string(check.context)));
  TextRows rows{{"layer", "figure", "predicted", "interval", "reported", "error %", "inside"}};
  for (const LayerCheck& layer : check.layers) {
    std::string name = fmt::format("{} (reuse {})", layer.layer, fmt::join(layer.built_reuse, " and "));
    for (std::size_t t = 0; t < perf::kTargets.size(); ++t) {
      std::vector<std::string> row{name, std::string(to_string(perf::kTargets[t]))};
      std::ranges::move(figure_cells(layer.figures[t]), std::back_inserter(row));
      rows.push_back(std::move(row));
      name.clear();
    }
  }
  text += text_table(rows, 2);
  if (!check.parts.empty()) {
    TextRows parts{{"part", "figure", "predicted", "reported", "error %"}};
    for (const PartCheck& part : check.parts) {
      const auto cells = figure_cells(part.check);
      parts.push_back({part.part, part.figure, cells[0], cells[2], cells[3]});
    }
    text += '\n' + text_table(parts, 2);
  }
  text += share_text(check);
  text += list_text("Planned, but not in the project", check.not_built);
  text += list_text("In the project, but not planned", check.not_planned);
  return text + list_text("Warnings", check.warnings);
}

std::string check_json(const PlanCheck& check) {
  const perf::Context& context = check.context;
  ordered_json document{{"format", "ntorc-plan-check"},
                        {"version", 1},
                        {"ntorc", kVersion},
                        {"network", check.network},
                        {"context",
                         {{"part", context.part},
                          {"clock_mhz", context.clock_mhz},
                          {"tool", context.tool},
                          {"hls4ml", context.hls4ml},
                          {"io_type", context.io_type},
                          {"strategy", context.strategy},
                          {"precision", context.precision}}},
                        {"confidence", number_or_null(check.confidence)},
                        {"layers", ordered_json::array()},
                        {"parts", ordered_json::array()}};
  for (const LayerCheck& layer : check.layers) {
    ordered_json entry{{"layer", layer.layer},
                       {"planned_reuse", layer.planned_reuse},
                       {"built_reuse", layer.built_reuse},
                       {"support", to_string(layer.support)}};
    for (std::size_t t = 0; t < perf::kTargets.size(); ++t)
      entry["figures"][std::string(to_string(perf::kTargets[t]))] = figure_json(layer.figures[t]);
    document["layers"].push_back(std::move(entry));
  }
  for (const PartCheck& part : check.parts) {
    ordered_json entry{{"part", part.part}, {"figure", part.figure}};
    entry["predicted"] = number_or_null(part.check.predicted);
    entry["reported"] = number_or_null(part.check.reported);
    entry["error_percent"] = number_or_null(part.check.error_percent());
    document["parts"].push_back(std::move(entry));
  }
  document["inside"] = share_json(check.share);
  for (std::size_t t = 0; t < perf::kTargets.size(); ++t)
    document["inside_by_figure"][std::string(to_string(perf::kTargets[t]))] = share_json(check.shares[t]);
  document["not_built"] = check.not_built;
  document["not_planned"] = check.not_planned;
  document["warnings"] = check.warnings;
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ntorc::emit
