#include "ntorc/perf/contexts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "perf/target_model.hpp"

namespace ntorc::perf {
namespace {

constexpr std::string_view kLearntStrategy = "Resource";

/// A part in one spelling.
std::string plain_part(std::string_view part) {
  std::string plain;
  for (const char c : part) {
    if (c != '-') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

/// Equal for contexts that are the same.
Context key_of(const Context& context) {
  Context key = context;
  key.part = plain_part(context.part);
  key.hls4ml.clear();
  return key;
}

/// Why nothing is learnt of a context; empty if it is.
std::string flaw(const Context& context) {
  const std::array<std::pair<std::string_view, bool>, 6> known{{{"part", !context.part.empty()},
                                                                {"clock", context.clock_mhz > 0},
                                                                {"tool", !context.tool.empty()},
                                                                {"io type", !context.io_type.empty()},
                                                                {"strategy", !context.strategy.empty()},
                                                                {"precision", !context.precision.empty()}}};
  for (const auto& [name, there] : known) {
    if (!there) return fmt::format("the {} is not known", name);
  }
  if (context.strategy == kLearntStrategy) return {};
  return fmt::format("strategy: expected {}, the only one that is learnt", kLearntStrategy);
}

bool has_figure(const Record& record) {
  return std::ranges::any_of(record.figures, [](const auto& figure) { return figure.has_value(); });
}

struct Gathered {
  ContextLayers layers;
  std::set<std::string> releases;
  std::int64_t rows = 0;
  std::int64_t without_figure = 0;
  std::int64_t unlikely = 0;  ///< reuse factors that no setting gives
};

void gather(const Record& record, Gathered& into) {
  if (into.rows == 0) {
    into.layers.context = record.context;
    into.layers.context.hls4ml.clear();
  }
  ++into.rows;
  if (!record.context.hls4ml.empty()) into.releases.insert(record.context.hls4ml);
  if (!has_figure(record)) {
    ++into.without_figure;
    return;
  }
  const auto reuse = asked_reuse(*record.shape, record.reuse);
  if (!reuse) {
    ++into.unlikely;
    return;
  }
  into.layers.layers.push_back({*record.shape, *reuse, record.figures});
}

std::string rows_left_out(const Context& context, std::int64_t rows, std::string_view why) {
  return fmt::format("{}: {} row{} left out: {}", to_string(context), rows, rows == 1 ? "" : "s", why);
}

}  // namespace

std::string to_string(const Context& context) {
  const auto word = [](const std::string& text) { return text.empty() ? std::string("?") : text; };
  const std::string clock = context.clock_mhz > 0 ? fmt::format("{:.6g} MHz", context.clock_mhz) : std::string("?");
  return fmt::format("{}, {}, {}, {}, {}, {}", word(context.part), clock, word(context.tool), word(context.io_type),
                     word(context.strategy), word(context.precision));
}

Context context_of(const Provenance& provenance) {
  return {.part = provenance.part,
          .clock_mhz = provenance.clock_mhz,
          .tool = provenance.tool,
          .hls4ml = {},
          .io_type = provenance.io_type,
          .strategy = provenance.strategy,
          .precision = provenance.precision};
}

bool same_context(const Context& a, const Context& b) { return key_of(a) == key_of(b); }

bool ContextFilter::passes(const Context& context) const {
  const auto is = [](const std::optional<std::string>& asked, const std::string& there) {
    return !asked || *asked == there;
  };
  return (!part || plain_part(*part) == plain_part(context.part)) &&
         (!clock_mhz || std::abs(*clock_mhz - context.clock_mhz) <= 1e-3 * context.clock_mhz) &&
         (!tool || context.tool.starts_with(*tool)) && is(io_type, context.io_type) && is(strategy, context.strategy) &&
         is(precision, context.precision);
}

std::optional<std::int64_t> asked_reuse(const hls4ml::LayerShape& shape, const std::vector<std::int64_t>& effective) {
  const std::vector<hls4ml::Matrix> matrices = hls4ml::matrices(shape);
  if (matrices.size() != effective.size()) return std::nullopt;
  const auto snapped = [&](std::size_t m, std::int64_t asked) {
    return hls4ml::snapped_reuse_factor(matrices[m], asked);
  };
  for (std::size_t m = 0; m < effective.size(); ++m) {
    if (effective[m] < 1 || snapped(m, effective[m]) != effective[m]) return std::nullopt;
  }
  if (effective.size() == 1) return effective.front();
  // What is snapped to the lower one are neighbours, and so is what goes to the higher: if some setting leads to both,
  // the largest between the two that leads to the lower one does.
  const std::size_t lower = effective[0] <= effective[1] ? 0 : 1;
  std::int64_t leads = effective[lower];
  std::int64_t beyond = effective[1 - lower] + 1;
  while (leads + 1 < beyond) {
    const std::int64_t middle = leads + (beyond - leads) / 2;
    (snapped(lower, middle) == effective[lower] ? leads : beyond) = middle;
  }
  return snapped(1 - lower, leads) == effective[1 - lower] ? std::optional(leads) : std::nullopt;
}

std::size_t distinct_configurations(const Dataset& data) {
  std::set<std::pair<model::LayerKind, std::vector<std::int64_t>>> distinct;
  for (const Observation& row : data) distinct.emplace(row.shape.kind, configuration_of(row));
  return distinct.size();
}

Learnable learnable(const std::vector<Record>& records, const ContextFilter& filter, Stage stage) {
  if (stage != Stage::Hls) {
    throw InvalidArgument(fmt::format(
        "stage {}: its {} rows are totals of designs; a performance model is of layers as C synthesis estimates them",
        to_string(stage), std::ranges::count(records, stage, &Record::stage)));
  }
  std::map<Context, Gathered> gathered;
  std::int64_t layers = 0;
  for (const Record& record : records) {
    if (record.stage != stage || record.role != Role::Layer || !filter.passes(record.context)) continue;
    ++layers;
    gather(record, gathered[key_of(record.context)]);
  }
  Learnable found;
  std::vector<std::pair<std::size_t, ContextLayers>> sized;
  for (auto& [key, group] : gathered) {
    const Context& context = group.layers.context;
    if (const std::string why = flaw(context); !why.empty()) {
      found.left_out.push_back(rows_left_out(context, group.rows, why));
      continue;
    }
    if (group.without_figure > 0)
      found.left_out.push_back(rows_left_out(context, group.without_figure, "without a figure"));
    if (group.unlikely > 0) {
      found.left_out.push_back(
          rows_left_out(context, group.unlikely, "no setting of hls4ml leads to their reuse factors"));
    }
    if (group.layers.layers.empty()) continue;
    group.layers.releases.assign(group.releases.begin(), group.releases.end());
    const std::size_t size = distinct_configurations(group.layers.layers);
    sized.emplace_back(size, std::move(group.layers));
  }
  if (sized.empty()) {
    throw InvalidArgument(
        fmt::format("dataset: expected layers that can be learnt, found {}{}",
                    layers == 0 ? "no row of a layer that is asked for" : fmt::format("{} rows that cannot", layers),
                    found.left_out.empty() ? "" : ": " + found.left_out.front()));
  }
  std::ranges::stable_sort(sized, [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second.layers.size()) > std::pair(b.first, b.second.layers.size());
  });
  for (auto& [size, group] : sized) found.contexts.push_back(std::move(group));
  return found;
}

}  // namespace ntorc::perf
