#include "ntorc/perf/model_set.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "ntorc/error.hpp"
#include "perf/model_data.hpp"
#include "perf/share.hpp"
#include "support/file.hpp"

namespace ntorc::perf {
namespace {

constexpr std::uintmax_t kMaxSetBytes = std::uintmax_t{1} << 32U;

Provenance provenance_of(const ContextLayers& layers, const std::string& name, const std::string& source) {
  const Context& context = layers.context;
  const std::string releases =
      layers.releases.empty() ? std::string() : fmt::format("; hls4ml {}", fmt::join(layers.releases, ", "));
  return {.name = name,
          .source = source + releases,
          .part = context.part,
          .clock_mhz = context.clock_mhz,
          .tool = context.tool,
          .io_type = context.io_type,
          .strategy = context.strategy,
          .precision = context.precision};
}

/// "Vitis HLS" of "Vitis HLS 2024.1".
std::string_view maker_of(std::string_view tool) { return tool.substr(0, std::min(tool.rfind(' '), tool.size())); }

/// The larger the more alike, in the order of what counts.
auto likeness(const Context& a, const Context& b) {
  const bool same_clock = a.clock_mhz > 0 && b.clock_mhz > 0;
  const double clocks_apart = same_clock ? std::abs(std::log(a.clock_mhz / b.clock_mhz)) : HUGE_VAL;
  return std::tuple(a.tool == b.tool, maker_of(a.tool) == maker_of(b.tool), ContextFilter{.part = a.part}.passes(b),
                    a.io_type == b.io_type, a.precision == b.precision, -clocks_apart);
}

double percent(double error) { return 100 * std::expm1(error); }

/// "lut pooled 2.1 % (calibrated 5.2, own 8.3)".
std::string choice_text(Target target, const Choice& choice) {
  std::string others;
  for (std::size_t w = 0; w < kWays.size(); ++w) {
    if (kWays[w] == choice.way || !choice.errors[w]) continue;
    others += fmt::format("{}{} {:.2f}", others.empty() ? "" : ", ", to_string(kWays[w]), percent(*choice.errors[w]));
  }
  const auto& error = choice.errors[static_cast<std::size_t>(choice.way)];
  return fmt::format("{} {}{}{}", to_string(target), to_string(choice.way),
                     error ? fmt::format(" {:.2f} %", percent(*error)) : "",
                     others.empty() ? "" : fmt::format(" ({})", others));
}

std::string summary_of(const PerformanceModel& model) {
  std::string text = fmt::format("{}: {}", to_string(context_of(model.provenance())), model.summary());
  for (const auto& [kind, known] : ModelFile::data(model)->kinds) {
    if (!known.borrowed_from.empty()) text += fmt::format("; {}: no rows, as of the first", to_string(kind));
    std::string choices;
    for (std::size_t t = 0; t < kTargets.size(); ++t) {
      if (known.choices[t]) choices += (choices.empty() ? "" : ", ") + choice_text(kTargets[t], *known.choices[t]);
    }
    if (!choices.empty()) text += fmt::format("; {}: {}", to_string(kind), choices);
  }
  return text;
}

std::string listed(const std::vector<PerformanceModel>& models, const ContextFilter& filter) {
  std::string text;
  for (const PerformanceModel& model : models) {
    const Context context = context_of(model.provenance());
    if (filter.passes(context)) text += fmt::format("{}[{}]", text.empty() ? "" : " ", to_string(context));
  }
  return text;
}

}  // namespace

ModelSet::ModelSet(PerformanceModel only) { models_.push_back(std::move(only)); }

ModelSet::ModelSet(std::vector<PerformanceModel> models) : models_(std::move(models)) {}

ModelSet ModelSet::load(const std::filesystem::path& file) {
  return ModelSet(ModelFile::read_all(support::read_file(file, kMaxSetBytes), file.string()));
}

void ModelSet::save(const std::filesystem::path& file) const {
  support::write_file(file, ModelFile::to_bytes(models_));
}

ModelSet ModelSet::fit(const std::vector<ContextLayers>& contexts, const std::string& name, const std::string& source,
                       const ForestOptions& options, Method method) {
  if (contexts.empty()) throw InvalidArgument("contexts: expected at least one, got none");
  const ContextLayers& first = contexts.front();
  ModelSet set(PerformanceModel::fit(first.layers, provenance_of(first, name, source), options, method));
  for (std::size_t i = 1; i < contexts.size(); ++i) {
    set.models_.push_back(share(set.models_.front(), first.layers, contexts[i].layers,
                                provenance_of(contexts[i], name, source), options));
  }
  return set;
}

ModelSet ModelSet::calibrate(const std::vector<ContextLayers>& contexts, const std::string& name,
                             const std::string& source) const {
  if (contexts.empty()) throw InvalidArgument("contexts: expected at least one, got none");
  std::vector<PerformanceModel> models;
  for (const ContextLayers& one : contexts)
    models.push_back(nearest(one.context).calibrate(one.layers, provenance_of(one, name, source)));
  return ModelSet(std::move(models));
}

const PerformanceModel& ModelSet::select(const ContextFilter& filter) const {
  const auto passes = [&](const PerformanceModel& model) { return filter.passes(context_of(model.provenance())); };
  const auto count = std::ranges::count_if(models_, passes);
  if (count == 1) return *std::ranges::find_if(models_, passes);
  throw InvalidArgument(count == 0 ? fmt::format("performance model \"{}\": none of its contexts is asked for: {}",
                                                 models_.front().provenance().name, listed(models_, {}))
                                   : fmt::format("performance model \"{}\": {} of its contexts could be meant: {}",
                                                 models_.front().provenance().name, count, listed(models_, filter)));
}

const PerformanceModel& ModelSet::of(const Context& context) const {
  const auto same = std::ranges::find_if(
      models_, [&](const PerformanceModel& model) { return same_context(context, context_of(model.provenance())); });
  if (same != models_.end()) return *same;
  if (models_.size() == 1) return models_.front();
  throw InvalidArgument(fmt::format("performance model \"{}\": has no model for this context, but for {}",
                                    models_.front().provenance().name, listed(models_, {})));
}

const PerformanceModel& ModelSet::nearest(const Context& context) const {
  return *std::ranges::max_element(
      models_, {}, [&](const PerformanceModel& model) { return likeness(context, context_of(model.provenance())); });
}

std::vector<std::string> ModelSet::summary() const {
  std::vector<std::string> lines;
  for (const PerformanceModel& model : models_) lines.push_back(summary_of(model));
  return lines;
}

}  // namespace ntorc::perf
