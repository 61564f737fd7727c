#include "ntorc/perf/performance_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ntorc/error.hpp"
#include "perf/model_data.hpp"
#include "perf/spread.hpp"
#include "support/file.hpp"

namespace ntorc::perf {
namespace {

constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t{1} << 32U;

using Rows = std::vector<const Observation*>;

void check(const Provenance& provenance) {
  if (!(provenance.clock_mhz > 0 && std::isfinite(provenance.clock_mhz))) {
    throw InvalidArgument(fmt::format("clock: expected a positive number of MHz, got {}", provenance.clock_mhz));
  }
}

std::optional<model::LayerKind> relative_of(model::LayerKind kind) {
  using model::LayerKind;
  switch (kind) {
    case LayerKind::Conv1D:
      return LayerKind::Conv2D;
    case LayerKind::Conv2D:
      return LayerKind::Conv1D;
    case LayerKind::Lstm:
      return LayerKind::Gru;
    case LayerKind::Gru:
      return LayerKind::Lstm;
    default:
      return std::nullopt;
  }
}

}  // namespace

void widen(std::array<std::vector<double>, 3>& widths, const std::vector<double>& errors) {
  const std::vector<double> asked = conformal_widths(errors);
  const double largest = std::ranges::max(errors) * (1 + 3 / static_cast<double>(errors.size()));
  for (std::vector<double>& known : widths) {
    for (std::size_t c = 0; c < known.size(); ++c)
      known[c] = c < asked.size() ? std::max(known[c], asked[c]) : known[c] + largest;
  }
}

std::string_view to_string(Way way) {
  switch (way) {
    case Way::Calibrated:
      return "calibrated";
    case Way::Pooled:
      return "pooled";
    case Way::Own:
      break;
  }
  return "own";
}

Provenance ntorc_provenance() {
  return {.name = "N-TORC tables",
          .source = "synthesis tables of HeRCLab/N-TORC (MIT licence, (c) 2025 HeRCLab)",
          .part = "xczu7ev-ffvc1156-2-e",
          .clock_mhz = 250,
          .tool = "Vivado HLS 2019.1",
          .io_type = "io_stream",
          .strategy = "Resource",
          .precision = "ap_fixed<16,8>"};
}

std::string_view to_string(Method method) { return method == Method::Forest ? "forest" : "hybrid"; }

std::string_view to_string(Support support) {
  switch (support) {
    case Support::Inside:
      return "inside";
    case Support::Interpolated:
      return "interpolated";
    case Support::Extrapolated:
      break;
  }
  return "extrapolated";
}

std::array<double, Features::kCount> Features::of(const hls4ml::LayerShape& shape, std::int64_t reuse) {
  return {static_cast<double>(reuse), static_cast<double>(shape.inputs) * static_cast<double>(shape.kernel),
          static_cast<double>(shape.size), static_cast<double>(shape.sequence)};
}

PerformanceModel::PerformanceModel(std::shared_ptr<const ModelData> data) : data_(std::move(data)) {}

PerformanceModel PerformanceModel::fit(const Dataset& data, const Provenance& provenance, const ForestOptions& options,
                                       Method method) {
  options.validate();
  check(provenance);
  auto model = std::make_shared<ModelData>();
  model->provenance = provenance;
  model->method = method;
  model->options = options;
  model->options.trees = tree_count(method, options);
  const RowsOfKinds kinds = by_kind(data);
  if (kinds.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");
  std::vector<std::pair<ForestView*, std::size_t>> sizes;  // views are pointed at their nodes when these lie still
  for (const auto& [kind, rows] : kinds) {
    KindModel& known = model->kinds.emplace(kind, KindModel{known_of(rows), rows.size(), {}}).first->second;
    for (const Target target : kTargets) {
      const Rows measured = reporting(rows, target);
      if (measured.empty()) continue;
      const TermPrior prior = term_prior(method, kinds, kind, target);
      const FittedTarget fitted = fit_target(method, measured, target, options, prior);
      TargetModel& learnt = known.targets[static_cast<std::size_t>(target)];
      learnt = {fitted.weights, {{}, fitted.forest.tree_sizes()}, {}};
      if (method == Method::Hybrid) learnt.widths = widths_of(measured, {method, target, options, prior});
      sizes.emplace_back(&learnt.forest, fitted.forest.nodes().size());
      model->nodes.insert(model->nodes.end(), fitted.forest.nodes().begin(), fitted.forest.nodes().end());
    }
  }
  std::size_t first = 0;
  for (const auto& [view, count] : sizes) {
    view->nodes = std::span(model->nodes).subspan(first, count);
    first += count;
  }
  return PerformanceModel(std::move(model));
}

PerformanceModel PerformanceModel::calibrate(const Dataset& data, const Provenance& provenance) const {
  check(provenance);
  if (!data_->base.empty()) {
    throw InvalidArgument(fmt::format("performance model \"{}\": is calibrated itself; calibrate {} with all reports",
                                      data_->provenance.name, data_->base));
  }
  auto model = std::make_shared<ModelData>(*data_);
  model->keeper = data_;
  model->nodes.clear();
  model->base = data_->provenance.name;
  model->provenance = provenance;
  const RowsOfKinds kinds = by_kind(data);
  if (kinds.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");
  for (const auto& [kind, rows] : kinds) {
    for (const Target target : kTargets) {
      std::vector<Report> reports;
      for (const Rows& same : configurations(reporting(rows, target))) {
        const Observation& row = *same.front();
        const double predicted = predict(row.shape, row.reuse, target);
        if (has_walks(row.shape, row.reuse)) reports.push_back({predicted, mean_figure(same, target)});
      }
      if (reports.empty()) continue;
      model->calibrations[kind][static_cast<std::size_t>(target)] = fit_calibration(reports);
      const auto known = model->kinds.find(kind);
      if (known == model->kinds.end()) continue;
      widen(known->second.targets[static_cast<std::size_t>(target)].widths, calibration_errors(reports));
    }
  }
  return PerformanceModel(std::move(model));
}

PerformanceModel PerformanceModel::load(const std::filesystem::path& file) {
  return ModelFile::read(support::read_file(file, kMaxModelBytes), file.string());
}

void PerformanceModel::save(const std::filesystem::path& file) const {
  support::write_file(file, ModelFile::to_bytes({*this}));
}

Method PerformanceModel::method() const { return data_->method; }

const Provenance& PerformanceModel::provenance() const { return data_->provenance; }

const KindModel* ModelData::knowing(model::LayerKind kind) const {
  const auto own = kinds.find(kind);
  if (own != kinds.end()) return &own->second;
  const auto relative = method == Method::Hybrid ? relative_of(kind) : std::nullopt;
  const auto known = relative ? kinds.find(*relative) : kinds.end();
  return known == kinds.end() ? nullptr : &known->second;
}

bool PerformanceModel::covers(model::LayerKind kind, Target target) const {
  const KindModel* known = data_->knowing(kind);
  return known != nullptr && known->targets[static_cast<std::size_t>(target)].trained();
}

bool PerformanceModel::covers(model::LayerKind kind) const {
  return std::ranges::all_of(kTargets, [&](Target target) { return covers(kind, target); });
}

bool PerformanceModel::covers(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  return covers(shape.kind) && has_walks(shape, reuse);
}

bool PerformanceModel::has_walks(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  if (data_->method == Method::Forest) return true;
  const KindModel& kind = *data_->knowing(shape.kind);
  const auto all = [&](const auto& knows) {
    return std::ranges::all_of(kTargets, [&](Target target) { return knows(kind.known_of(target)); });
  };
  if (all([](const Known& known) { return known.has_every_walk(); })) return true;
  const Structure structure = structure_of(shape, reuse);
  return all([&](const Known& known) { return known.has_every_walk() || known.has_walks(structure); });
}

struct PerformanceModel::Source {
  const KindModel& known;
  bool relative;                     ///< of the kind that was asked for
  const Calibrations* calibrations;  ///< null if there are none

  double figure(Method method, Target target, const Question& question) const {
    const TargetModel& learnt = known.targets[static_cast<std::size_t>(target)];
    const double figure =
        relative ? predict_by_law(learnt, target, question) : predict_target(method, learnt, target, question);
    if (calibrations == nullptr) return figure;
    const auto& calibration = (*calibrations)[static_cast<std::size_t>(target)];
    if (!calibration) return figure;
    const double calibrated = calibration->apply(figure);
    return is_count(target) ? std::round(calibrated) : calibrated;
  }

  LayerCost cost(Method method, const Question& question) const {
    LayerCost cost;
    for (const Target target : kTargets) cost[target] = figure(method, target, question);
    cost.latency_min_cycles = std::min(cost.latency_min_cycles, cost.latency_max_cycles);
    return cost;
  }
};

PerformanceModel::Source PerformanceModel::source_of(model::LayerKind kind, std::span<const Target> targets) const {
  const KindModel* known = data_->knowing(kind);
  const auto trained = [&](Target target) { return known->targets[static_cast<std::size_t>(target)].trained(); };
  const auto missing = known == nullptr ? targets.begin() : std::ranges::find_if_not(targets, trained);
  if (known == nullptr || missing != targets.end()) {
    throw InvalidArgument(fmt::format("performance model \"{}\": not trained on {} of {} layers", provenance().name,
                                      to_string(*missing), to_string(kind)));
  }
  const auto calibrations = data_->calibrations.find(kind);
  return {*known, !data_->kinds.contains(kind),
          calibrations == data_->calibrations.end() ? nullptr : &calibrations->second};
}

double PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const {
  const Source source = source_of(shape.kind, std::span(&target, 1));
  return source.figure(data_->method, target, question_of(data_->method, shape, reuse));
}

LayerCost PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  return source_of(shape.kind, kTargets).cost(data_->method, question_of(data_->method, shape, reuse));
}

Estimate PerformanceModel::estimate(const hls4ml::LayerShape& shape, std::int64_t reuse, double confidence) const {
  const auto level = std::ranges::find(kConfidences, confidence);
  if (level == kConfidences.end()) {
    throw InvalidArgument(
        fmt::format("confidence: expected one of {}, got {}", fmt::join(kConfidences, ", "), confidence));
  }
  const auto index = static_cast<std::size_t>(level - kConfidences.begin());
  const Source source = source_of(shape.kind, kTargets);
  const Question question = question_of(data_->method, shape, reuse);
  Estimate estimate{source.cost(data_->method, question), Support::Extrapolated, std::nullopt};
  if (source.relative || !source.known.borrowed_from.empty()) return estimate;
  estimate.support = support_of(source.known.known, question.structure);
  std::array<Support, kTargets.size()> supports{};
  supports.fill(estimate.support);
  for (std::size_t t = 0; t < kTargets.size(); ++t) {
    if (const auto& own = source.known.own_known[t]) supports[t] = support_of(*own, question.structure);
  }
  estimate.support = std::ranges::max(supports);
  Interval interval;
  for (std::size_t t = 0; t < kTargets.size(); ++t) {
    const auto width = width_of(source.known.targets[t].widths, supports[t], index);
    if (!width) return estimate;
    const auto [low, high] = interval_of(estimate.cost[kTargets[t]], *width);
    interval.low[kTargets[t]] = low;
    interval.high[kTargets[t]] = high;
  }
  estimate.interval = interval;
  return estimate;
}

std::vector<std::string> PerformanceModel::support_reasons(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  const KindModel* known = data_->knowing(shape.kind);
  if (known == nullptr) {
    throw InvalidArgument(
        fmt::format("performance model \"{}\": not trained on {} layers", provenance().name, to_string(shape.kind)));
  }
  const Structure structure = structure_of(shape, reuse);
  std::vector<std::string> reasons;
  for (const Target target : kTargets) {
    for (std::string& reason : perf::support_reasons(known->known_of(target), structure)) {
      if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(std::move(reason));
    }
  }
  if (!known->borrowed_from.empty()) {
    reasons.insert(reasons.begin(),
                   fmt::format("{}: no rows of this context, as of {}", to_string(shape.kind), known->borrowed_from));
  }
  if (!data_->kinds.contains(shape.kind)) {
    reasons.insert(reasons.begin(), fmt::format("{}: not trained on, by the laws of {}", to_string(shape.kind),
                                                to_string(*relative_of(shape.kind))));
  }
  return reasons;
}

std::string PerformanceModel::summary() const {
  std::string kinds;
  std::size_t forests = 0;
  for (const auto& [kind, known] : data_->kinds) {
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", to_string(kind), known.rows);
    forests += static_cast<std::size_t>(std::ranges::count_if(known.targets, &TargetModel::trained));
  }
  const bool learns = std::ranges::any_of(data_->kinds, [](const auto& entry) {
    return std::ranges::any_of(entry.second.choices, [](const auto& choice) { return choice.has_value(); });
  });
  const std::string origin =
      data_->base.empty() ? "" : fmt::format("; {} {}", learns ? "learns from" : "calibrated from", data_->base);
  return fmt::format("{}: {} forests of {} trees; rows: {}{}", to_string(data_->method), forests, *data_->options.trees,
                     kinds, origin);
}

}  // namespace ntorc::perf
