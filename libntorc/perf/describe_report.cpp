#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "ntorc/perf/describe.hpp"
#include "ntorc/version.hpp"

namespace ntorc::perf {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kPageWidth = 100;

/// For a terminal: without control characters, its end kept if it is too long.
std::string end_of(std::string text, std::size_t width) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return text.size() <= width ? text : "..." + text.substr(text.size() - (width - 3));
}

/// A sentence broken between words, later lines set in.
std::string wrapped(const std::string& sentence) {
  std::string text;
  std::string line = "  - ";
  std::string_view rest = sentence;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, std::min(rest.find(' '), rest.size()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (line.size() > 4 && line.size() + 1 + word.size() > kPageWidth) {
      text += line + '\n';
      line = "    ";
    }
    if (line.size() > 4) line += ' ';
    line += word;
  }
  return text + line + '\n';
}

std::string number_text(double value) { return fmt::format("{:.10g}", value); }

std::string conflict_shape(const Conflict& conflict) {
  const hls4ml::LayerShape& shape = conflict.shape;
  std::string text = fmt::format("{} {} x {}", to_string(shape.kind), shape.inputs, shape.size);
  if (shape.kernel != 1) text += fmt::format(", kernel {}", shape.kernel);
  if (shape.sequence != 1) text += fmt::format(", sequence {}", shape.sequence);
  if (shape.packets != 1) text += fmt::format(", packets {}", shape.packets);
  return text + fmt::format(", reuse {}", fmt::join(conflict.reuse, " and "));
}

std::string kind_text(const KindDescription& kind) {
  std::string text = fmt::format("  {}: {} rows, {} configurations, {} duplicates\n", to_string(kind.kind), kind.rows,
                                 kind.configurations, kind.duplicates);
  constexpr std::string_view kColumn = "    {:<20}{:>8} {:>16} {:>16} {:>9}\n";
  text += fmt::format(kColumn, "column", "values", "least", "most", "empty");
  for (const ColumnRange& column : kind.columns) {
    const bool none = column.values == 0;
    text += fmt::format(kColumn, column.column, column.values, none ? "-" : number_text(column.least),
                        none ? "-" : number_text(column.most), column.missing);
  }
  return text;
}

std::string conflicts_text(const DataDescription& data, std::span<const Conflict> shown) {
  std::string text = fmt::format("\nFigures of one configuration and context that differ: {}, by more than 1 %: {}\n",
                                 data.conflicting, data.widely_conflicting);
  for (const Conflict& one : shown) {
    text += fmt::format("  {:>6.2f} %  {:<19} {} .. {} in {} rows: {}\n", one.spread_percent(), to_string(one.target),
                        number_text(one.least), number_text(one.most), one.rows, conflict_shape(one));
    if (data.contexts.size() > 1) text += fmt::format("            {}\n", end_of(to_string(one.context), 86));
    if (!one.least_project.empty() || !one.most_project.empty()) {
      text += fmt::format("            least: {}\n            most:  {}\n", end_of(one.least_project, 79),
                          end_of(one.most_project, 79));
    }
  }
  return text;
}

ordered_json context_json(const Context& context) {
  const auto text = [](const std::string& value) {
    return value.empty() ? ordered_json(nullptr) : ordered_json(value);
  };
  return {{"part", text(context.part)},
          {"clock_mhz", context.clock_mhz > 0 ? ordered_json(context.clock_mhz) : ordered_json(nullptr)},
          {"tool", text(context.tool)},
          {"io_type", text(context.io_type)},
          {"strategy", text(context.strategy)},
          {"precision", text(context.precision)}};
}

ordered_json kind_json(const KindDescription& kind) {
  ordered_json entry{{"kind", to_string(kind.kind)},
                     {"rows", kind.rows},
                     {"configurations", kind.configurations},
                     {"duplicates", kind.duplicates},
                     {"columns", ordered_json::array()}};
  for (const ColumnRange& column : kind.columns) {
    const bool none = column.values == 0;
    entry["columns"].push_back({{"column", column.column},
                                {"values", column.values},
                                {"least", none ? ordered_json(nullptr) : ordered_json(column.least)},
                                {"most", none ? ordered_json(nullptr) : ordered_json(column.most)},
                                {"empty", column.missing}});
  }
  return entry;
}

ordered_json conflict_json(const Conflict& one) {
  return {{"context", context_json(one.context)},
          {"kind", to_string(one.shape.kind)},
          {"inputs", one.shape.inputs},
          {"kernel", one.shape.kernel},
          {"size", one.shape.size},
          {"sequence", one.shape.sequence},
          {"packets", one.shape.packets},
          {"reuse", one.reuse},
          {"target", to_string(one.target)},
          {"rows", one.rows},
          {"least", one.least},
          {"most", one.most},
          {"spread_percent", one.spread_percent()},
          {"least_project", one.least_project},
          {"most_project", one.most_project}};
}

std::span<const Conflict> first_conflicts(const DataDescription& data, std::size_t count) {
  return std::span(data.conflicts).first(std::min(count, data.conflicts.size()));
}

}  // namespace

std::string description_text(const DataDescription& data, std::size_t conflicts) {
  std::string text = fmt::format("{} rows\n\n{:<8}{:<10}{:<18}{:>10}\n", data.rows, "stage", "of", "kind", "rows");
  for (const RowCount& count : data.counts) {
    text +=
        fmt::format("{:<8}{:<10}{:<18}{:>10}\n", to_string(count.stage), to_string(count.role), count.kind, count.rows);
  }
  for (const ContextDescription& context : data.contexts) {
    text += fmt::format("\n{}\n  {} layers{}\n", end_of(to_string(context.context), kPageWidth), context.rows,
                        context.releases.empty() ? "" : fmt::format("; hls4ml {}", fmt::join(context.releases, ", ")));
    for (const KindDescription& kind : context.kinds) text += kind_text(kind);
  }
  text += conflicts_text(data, first_conflicts(data, conflicts));
  const Leaks& leaks = data.leaks;
  text += fmt::format(
      "\nWhat a split by rows, not by configurations, would leak\n"
      "  layers whose configuration occurs more than once            {:>7.2f} %\n"
      "  of a random fifth, those with a twin in the other four      {:>7.2f} %\n"
      "  layers with the same module and figures in another project  {:>7.2f} %\n"
      "  near duplicates (another project, figures within 1 %)       {:>7.2f} %\n"
      "  projects, copies, of a name that is there twice             {}, {}, {}\n",
      100 * leaks.repeated_share, 100 * leaks.twin_share, 100 * leaks.shared_module_share, 100 * leaks.near_share,
      leaks.projects, leaks.copied_projects, leaks.renamed_projects);
  if (data.warnings.empty()) return text + "\nNo warnings.\n";
  text += "\nWarnings\n";
  for (const std::string& warning : data.warnings) text += wrapped(warning);
  return text;
}

std::string description_json(const DataDescription& data, std::size_t conflicts) {
  ordered_json document{{"format", "ntorc-description"}, {"version", 1}, {"ntorc", kVersion}, {"rows", data.rows}};
  document["counts"] = ordered_json::array();
  for (const RowCount& count : data.counts) {
    document["counts"].push_back({{"stage", to_string(count.stage)},
                                  {"role", to_string(count.role)},
                                  {"kind", count.kind},
                                  {"rows", count.rows}});
  }
  document["unmapped"] = data.unmapped;
  document["contexts"] = ordered_json::array();
  for (const ContextDescription& context : data.contexts) {
    ordered_json entry{{"context", context_json(context.context)},
                       {"hls4ml", context.releases},
                       {"rows", context.rows},
                       {"kinds", ordered_json::array()}};
    for (const KindDescription& kind : context.kinds) entry["kinds"].push_back(kind_json(kind));
    document["contexts"].push_back(std::move(entry));
  }
  document["conflicting"] = data.conflicting;
  document["widely_conflicting"] = data.widely_conflicting;
  document["conflicts"] = ordered_json::array();
  for (const Conflict& one : first_conflicts(data, conflicts)) document["conflicts"].push_back(conflict_json(one));
  const Leaks& leaks = data.leaks;
  document["leaks"] = {{"repeated_share", leaks.repeated_share},
                       {"twin_share", leaks.twin_share},
                       {"projects", leaks.projects},
                       {"copied_projects", leaks.copied_projects},
                       {"renamed_projects", leaks.renamed_projects},
                       {"shared_module_share", leaks.shared_module_share},
                       {"near_share", leaks.near_share}};
  document["warnings"] = data.warnings;
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ntorc::perf
