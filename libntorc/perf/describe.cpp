#include "ntorc/perf/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace ntorc::perf {
namespace {

using Figures = std::array<std::optional<double>, kTargets.size()>;
using Layers = std::vector<const Record*>;

constexpr double kNear = 0.01;         ///< of a figure
constexpr double kManyRepeated = 0.1;  ///< share of rows, from which on a warning is due
constexpr double kTested = 0.2;        ///< share of rows that a random split tests on

/// What tells one configuration from another within a context.
std::vector<std::int64_t> key_of_layer(const Record& record) {
  const hls4ml::LayerShape& shape = *record.shape;
  std::vector<std::int64_t> key{
      static_cast<std::int64_t>(shape.kind), shape.inputs, shape.kernel, shape.size, shape.sequence, shape.packets};
  key.insert(key.end(), record.reuse.begin(), record.reuse.end());
  return key;
}

Context without_release(Context context) {
  context.hls4ml.clear();
  return context;
}

/// The layers of one context, by configuration.
struct ContextIndex {
  std::map<std::vector<std::int64_t>, Layers> configurations;
  std::set<std::string> releases;
  std::int64_t rows = 0;
};

using Index = std::map<Context, ContextIndex>;

Index index_of(const std::vector<Record>& records) {
  Index index;
  for (const Record& record : records) {
    if (record.stage != Stage::Hls || record.role != Role::Layer) continue;
    ContextIndex& context = index[without_release(record.context)];
    context.configurations[key_of_layer(record)].push_back(&record);
    if (!record.context.hls4ml.empty()) context.releases.insert(record.context.hls4ml);
    ++context.rows;
  }
  return index;
}

ColumnRange range_of(std::string column, const std::vector<std::optional<double>>& cells) {
  ColumnRange range{std::move(column), 0, 0, 0, 0};
  std::set<double> values;
  for (const auto& cell : cells) {
    if (cell) values.insert(*cell);
    if (!cell) ++range.missing;
  }
  range.values = std::ssize(values);
  if (!values.empty()) {
    range.least = *values.begin();
    range.most = *values.rbegin();
  }
  return range;
}

/// Columns in which layers of the kind can differ.
std::vector<ColumnRange> columns_of(model::LayerKind kind, const Layers& rows) {
  using model::LayerKind;
  const bool convolution = kind == LayerKind::Conv1D || kind == LayerKind::Conv2D;
  const bool recurrent = kind == LayerKind::Lstm || kind == LayerKind::Gru;
  std::vector<ColumnRange> columns;
  const auto add = [&](std::string_view name, const auto& value) {
    std::vector<std::optional<double>> cells;
    for (const Record* const row : rows) cells.push_back(value(*row));
    columns.push_back(range_of(std::string(name), cells));
  };
  const auto extent = [&](std::string_view name, std::int64_t hls4ml::LayerShape::*member) {
    add(name, [&](const Record& row) { return std::optional(static_cast<double>((*row.shape).*member)); });
  };
  extent("inputs", &hls4ml::LayerShape::inputs);
  if (convolution) extent("kernel", &hls4ml::LayerShape::kernel);
  extent("size", &hls4ml::LayerShape::size);
  if (kind != LayerKind::Dense) extent("sequence", &hls4ml::LayerShape::sequence);
  if (kind == LayerKind::Dense) extent("packets", &hls4ml::LayerShape::packets);
  for (std::size_t matrix = 0; matrix < (recurrent ? 2U : 1U); ++matrix) {
    add(matrix == 0 ? "reuse" : "recurrent_reuse", [&](const Record& row) {
      return matrix < row.reuse.size() ? std::optional(static_cast<double>(row.reuse[matrix])) : std::nullopt;
    });
  }
  for (const Target target : kTargets) add(to_string(target), [&](const Record& row) { return row[target]; });
  return columns;
}

std::vector<KindDescription> kinds_of(const ContextIndex& context) {
  std::map<model::LayerKind, std::pair<KindDescription, Layers>> kinds;
  for (const auto& [key, rows] : context.configurations) {
    auto& [kind, all] = kinds[rows.front()->shape->kind];
    kind.kind = rows.front()->shape->kind;
    kind.rows += std::ssize(rows);
    ++kind.configurations;
    std::set<Figures> figures;
    for (const Record* const row : rows) figures.insert(row->figures);
    kind.duplicates += std::ssize(rows) - std::ssize(figures);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::vector<KindDescription> described;
  for (auto& [kind, entry] : kinds) {
    entry.first.columns = columns_of(kind, entry.second);
    described.push_back(std::move(entry.first));
  }
  return described;
}

void find_conflicts(const Context& context, const ContextIndex& index, DataDescription& into) {
  for (const auto& [key, rows] : index.configurations) {
    for (const Target target : kTargets) {
      const Record* least = nullptr;
      const Record* most = nullptr;
      std::int64_t reported = 0;
      for (const Record* const row : rows) {
        if (!(*row)[target]) continue;
        ++reported;
        if (least == nullptr || *(*row)[target] < *(*least)[target]) least = row;
        if (most == nullptr || *(*row)[target] > *(*most)[target]) most = row;
      }
      if (least == nullptr || *(*least)[target] == *(*most)[target]) continue;
      Conflict conflict{context,           *least->shape,    least->reuse,   target,       reported,
                        *(*least)[target], *(*most)[target], least->project, most->project};
      ++into.conflicting;
      if (conflict.spread_percent() > 100 * kNear) ++into.widely_conflicting;
      into.conflicts.push_back(std::move(conflict));
    }
  }
}

bool near(const Figures& a, const Figures& b) {
  bool compared = false;
  for (std::size_t t = 0; t < a.size(); ++t) {
    if (!a[t] || !b[t]) continue;
    compared = true;
    if (std::abs(*a[t] - *b[t]) > kNear * std::max(*a[t], *b[t])) return false;
  }
  return compared;
}

/// At most two of the projects that something is in: enough to tell whether another one has it.
struct TwoProjects {
  std::string_view one{};
  std::string_view other{};

  void add(std::string_view project) {
    if (one.empty()) {
      one = project;
    } else if (project != one && other.empty()) {
      other = project;
    }
  }
  bool beside(std::string_view project) const { return (!one.empty() && one != project) || !other.empty(); }
};

/// Rows of one configuration that another project has with figures that are nearly, but not quite, the same.
std::int64_t near_rows(const Layers& same) {
  constexpr std::size_t kMostCompared = 1000;  // of so many that differ, neighbours are among the next
  std::map<Figures, TwoProjects> projects;
  for (const Record* const row : same) {
    if (!row->project.empty()) projects[row->figures].add(row->project);
  }
  std::map<Figures, TwoProjects> near_ones;
  for (auto first = projects.begin(); first != projects.end(); ++first) {
    std::size_t compared = 0;
    for (auto second = std::next(first); second != projects.end() && compared < kMostCompared; ++second, ++compared) {
      if (!near(first->first, second->first)) continue;
      for (const auto& [to, from] : {std::pair(first, second), std::pair(second, first)}) {
        near_ones[to->first].add(from->second.one);
        if (!from->second.other.empty()) near_ones[to->first].add(from->second.other);
      }
    }
  }
  return std::ranges::count_if(same, [&](const Record* row) {
    const auto found = near_ones.find(row->figures);
    return !row->project.empty() && found != near_ones.end() && found->second.beside(row->project);
  });
}

std::string last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

/// Of rows whose project is known. Contexts and configurations are told apart by their place in the index.
void find_project_leaks(const Index& index, double rows, Leaks& leaks) {
  using Configuration = const Layers*;
  using Content = std::set<std::pair<Configuration, Figures>>;
  std::map<std::string_view, Content> contents;
  std::map<std::tuple<std::string_view, Configuration, Figures>, TwoProjects> modules;
  const auto for_each_row = [&](const auto& action) {
    for (const auto& [context, entry] : index) {
      for (const auto& [key, same] : entry.configurations) {
        for (const Record* const row : same) {
          if (!row->project.empty()) action(*row, &same);
        }
      }
    }
  };
  for_each_row([&](const Record& row, Configuration same) {
    contents[row.project].emplace(same, row.figures);
    if (!row.module.empty()) modules[{row.module, same, row.figures}].add(row.project);
  });
  leaks.projects = std::ssize(contents);
  std::map<Content, std::int64_t> copies;
  std::map<std::string, std::int64_t> names;
  for (const auto& [project, content] : contents) {
    ++copies[content];
    ++names[last_part(project)];
  }
  for (const auto& [content, count] : copies) leaks.copied_projects += count > 1 ? count : 0;
  for (const auto& [name, count] : names) leaks.renamed_projects += count > 1 ? count : 0;
  std::int64_t shared = 0;
  for_each_row([&](const Record& row, Configuration same) {
    if (!row.module.empty() && modules.at({row.module, same, row.figures}).beside(row.project)) ++shared;
  });
  std::int64_t nearly_same = 0;
  for (const auto& [context, entry] : index) {
    for (const auto& [key, same] : entry.configurations) nearly_same += near_rows(same);
  }
  leaks.shared_module_share = static_cast<double>(shared) / rows;
  leaks.near_share = static_cast<double>(nearly_same) / rows;
}

Leaks leaks_of(const Index& index) {
  Leaks leaks;
  double rows = 0;
  for (const auto& [context, entry] : index) {
    for (const auto& [key, same] : entry.configurations) {
      const auto count = static_cast<double>(same.size());
      rows += count;
      if (same.size() > 1) leaks.repeated_share += count;
      leaks.twin_share += count * (1 - std::pow(kTested, count - 1));
    }
  }
  if (rows == 0) return leaks;
  leaks.repeated_share /= rows;
  leaks.twin_share /= rows;
  find_project_leaks(index, rows, leaks);
  return leaks;
}

std::vector<RowCount> counts_of(const std::vector<Record>& records) {
  std::map<std::tuple<Stage, Role, std::string_view>, std::int64_t> counts;
  for (const Record& record : records) ++counts[{record.stage, record.role, kind_word(record)}];
  std::vector<RowCount> rows;
  for (const auto& [key, count] : counts)
    rows.push_back({std::get<0>(key), std::get<1>(key), std::string(std::get<2>(key)), count});
  return rows;
}

void warn_of_leaks(const Leaks& leaks, std::vector<std::string>& warnings) {
  if (leaks.repeated_share > kManyRepeated) {
    warnings.push_back(
        fmt::format("a random split of the rows leaks: {:.1f} % of the tested ones have a twin in training; split by "
                    "configuration",
                    100 * leaks.twin_share));
  }
  const auto projects = [&](std::int64_t count, std::string_view what) {
    if (count == 0) return;
    warnings.push_back(fmt::format("{} of {} projects {}", count, leaks.projects, what));
  };
  projects(leaks.copied_projects, "are copies: all of their layers and figures are those of another");
  projects(leaks.renamed_projects, "have a name that occurs in two folders");
  if (leaks.shared_module_share > 0) {
    warnings.push_back(fmt::format("{:.1f} % of the layers stand with the same module and figures in another project",
                                   100 * leaks.shared_module_share));
  }
  if (leaks.near_share > 0) {
    warnings.push_back(
        fmt::format("{:.1f} % of the layers are near duplicates of another project's: the same but for "
                    "1 % of a figure, as with another seed",
                    100 * leaks.near_share));
  }
}

void warn_of_content(DataDescription& data) {
  for (const ContextDescription& context : data.contexts) {
    for (const KindDescription& kind : context.kinds) {
      std::string single;
      std::string missing;
      for (const ColumnRange& column : kind.columns) {
        const bool figure = std::ranges::any_of(kTargets, [&](Target t) { return to_string(t) == column.column; });
        if (figure && column.missing > 0)
          missing += fmt::format("{}{} {}", missing.empty() ? "" : ", ", column.column, column.missing);
        if (!figure && column.values == 1 && kind.configurations > 1)
          single += fmt::format("{}{} {}", single.empty() ? "" : ", ", column.column, column.least);
      }
      const std::string place = data.contexts.size() > 1
                                    ? fmt::format("{} of {}", to_string(kind.kind), to_string(context.context))
                                    : std::string(to_string(kind.kind));
      if (!single.empty())
        data.warnings.push_back(fmt::format("{}: one value only, which tells nothing of another: {}", place, single));
      if (!missing.empty()) data.warnings.push_back(fmt::format("{}: empty cells: {}", place, missing));
    }
  }
  if (data.unmapped > 0) {
    data.warnings.push_back(fmt::format("{} rows are of modules that belong to no layer that is known", data.unmapped));
  }
  if (data.widely_conflicting > 0) {
    data.warnings.push_back(
        fmt::format("{} figures of one configuration and context lie more than 1 % apart", data.widely_conflicting));
  }
}

}  // namespace

DataDescription describe(const std::vector<Record>& records) {
  DataDescription data;
  data.rows = std::ssize(records);
  data.counts = counts_of(records);
  data.unmapped = std::ranges::count(records, Role::Unmapped, &Record::role);
  const Index index = index_of(records);
  for (const auto& [context, entry] : index) {
    data.contexts.push_back({context, {entry.releases.begin(), entry.releases.end()}, entry.rows, kinds_of(entry)});
    find_conflicts(context, entry, data);
  }
  std::ranges::stable_sort(data.contexts, std::greater{}, &ContextDescription::rows);
  std::ranges::stable_sort(data.conflicts, std::greater{}, &Conflict::spread_percent);
  data.leaks = leaks_of(index);
  warn_of_leaks(data.leaks, data.warnings);
  warn_of_content(data);
  return data;
}

}  // namespace ntorc::perf
