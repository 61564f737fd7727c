#include "ntorc/perf/performance_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include "ntorc/error.hpp"
#include "perf/model_data.hpp"
#include "perf/spread.hpp"
#include "support/file.hpp"

namespace ntorc::perf {
namespace {

constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t{1} << 32U;

using Rows = std::vector<const Observation*>;

KindModel known_of(const Rows& rows) {
  KindModel known;
  known.rows = rows.size();
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    std::set<double> values;
    for (const Observation* row : rows) values.insert(Features::of(row->shape, row->reuse)[f]);
    known.trained[f].assign(values.begin(), values.end());
  }
  for (const Observation* row : rows) {
    known.kernels.insert(row->shape.kernel);
    const Structure structure = structure_of(row->shape, row->reuse);
    known.walks.resize(structure.matrices.size());
    for (std::size_t m = 0; m < known.walks.size(); ++m) known.walks[m].insert(structure.matrices[m].walk());
  }
  return known;
}

Rows reporting(const Rows& rows, Target target) {
  Rows with;
  std::ranges::copy_if(rows, std::back_inserter(with),
                       [&](const Observation* row) { return (*row)[target].has_value(); });
  return with;
}

/// Of layers at hand, between others, and beyond them; the less is known, the wider.
std::array<std::vector<double>, 3> widths_of(const Rows& rows, const Learner& learner) {
  std::array<std::vector<double>, 3> widths{
      conformal_widths(error_scores(hold_out_configurations(rows, learner))),
      conformal_widths(error_scores(hold_out_sizes(rows, learner, Sizes::Interior))),
      conformal_widths(error_scores(hold_out_sizes(rows, learner, Sizes::Extreme)))};
  for (std::size_t s = 1; s < widths.size(); ++s) {
    for (std::size_t c = 0; c < std::min(widths[s].size(), widths[s - 1].size()); ++c)
      widths[s][c] = std::max(widths[s][c], widths[s - 1][c]);
  }
  return widths;
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

/// "size 20: trained on 16 and 32, not between", "size 76: trained on 1..64"; empty if the value was trained on.
std::string unknown_value(std::string_view name, double value, const std::vector<double>& trained) {
  const auto next = std::ranges::lower_bound(trained, value);
  if (next != trained.end() && *next == value) return {};
  if (next == trained.begin() || next == trained.end())
    return fmt::format("{} {}: trained on {}..{}", name, value, trained.front(), trained.back());
  return fmt::format("{} {}: trained on {} and {}, not between", name, value, *std::prev(next), *next);
}

}  // namespace

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
  if (!(provenance.clock_mhz > 0 && std::isfinite(provenance.clock_mhz))) {
    throw InvalidArgument(fmt::format("clock: expected a positive number of MHz, got {}", provenance.clock_mhz));
  }
  auto model = std::make_shared<ModelData>();
  model->provenance = provenance;
  model->method = method;
  model->options = options;
  model->options.trees = tree_count(method, options);
  std::map<model::LayerKind, Rows> rows_of;
  for (const Observation& row : data) {
    const bool reported = std::ranges::any_of(row.figures, [](const auto& figure) { return figure.has_value(); });
    if (reported) rows_of[row.shape.kind].push_back(&row);
  }
  if (rows_of.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");

  const Rows dense = rows_of.contains(model::LayerKind::Dense) ? rows_of.at(model::LayerKind::Dense) : Rows{};
  std::vector<std::pair<ForestView*, std::size_t>> sizes;  // views are pointed at their nodes when these lie still
  for (const auto& [kind, rows] : rows_of) {
    KindModel& known = model->kinds.emplace(kind, known_of(rows)).first->second;
    for (const Target target : kTargets) {
      const Rows measured = reporting(rows, target);
      if (measured.empty()) continue;
      const TermPrior prior =
          kind == model::LayerKind::Dense ? TermPrior{} : term_prior(method, reporting(dense, target), target);
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

PerformanceModel PerformanceModel::load(const std::filesystem::path& file) {
  return ModelFile::read(support::read_file(file, kMaxModelBytes), file.string());
}

void PerformanceModel::save(const std::filesystem::path& file) const {
  support::write_file(file, ModelFile::to_bytes(*data_));
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
  if (!covers(shape.kind)) return false;
  if (data_->method == Method::Forest) return true;
  const auto& walks = data_->knowing(shape.kind)->walks;
  const Structure structure = structure_of(shape, reuse);
  for (std::size_t m = 0; m < walks.size(); ++m) {
    if (!walks[m].contains(structure.matrices[m].walk())) return false;
  }
  return true;
}

const TargetModel& PerformanceModel::trained(model::LayerKind kind, Target target) const {
  if (!covers(kind, target)) {
    throw InvalidArgument(fmt::format("performance model \"{}\": not trained on {} of {} layers", provenance().name,
                                      to_string(target), to_string(kind)));
  }
  return data_->knowing(kind)->targets[static_cast<std::size_t>(target)];
}

double PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const {
  const TargetModel& learnt = trained(shape.kind, target);
  const Question question = question_of(data_->method, shape, reuse);
  if (!data_->kinds.contains(shape.kind)) return predict_by_law(learnt, target, question.structure);
  return predict_target(data_->method, learnt, target, question);
}

LayerCost PerformanceModel::cost_of(const hls4ml::LayerShape& shape, const Question& question) const {
  const bool own = data_->kinds.contains(shape.kind);
  LayerCost cost;
  for (const Target target : kTargets) {
    const TargetModel& learnt = trained(shape.kind, target);
    cost[target] = own ? predict_target(data_->method, learnt, target, question)
                       : predict_by_law(learnt, target, question.structure);
  }
  cost.latency_min_cycles = std::min(cost.latency_min_cycles, cost.latency_max_cycles);
  return cost;
}

LayerCost PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  return cost_of(shape, question_of(data_->method, shape, reuse));
}

Support PerformanceModel::support_of(const hls4ml::LayerShape& shape, const Question& question) const {
  const auto own = data_->kinds.find(shape.kind);
  if (own == data_->kinds.end() || !own->second.kernels.contains(shape.kernel)) return Support::Extrapolated;
  const auto features = Features::of(shape, static_cast<std::int64_t>(question.structure.reuse()));
  Support support = Support::Inside;
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    const auto& trained = own->second.trained[f];
    if (features[f] < trained.front() || features[f] > trained.back()) return Support::Extrapolated;
    if (!std::ranges::binary_search(trained, features[f])) support = Support::Interpolated;
  }
  return support;
}

Estimate PerformanceModel::estimate(const hls4ml::LayerShape& shape, std::int64_t reuse, double confidence) const {
  const auto level = std::ranges::find(kConfidences, confidence);
  if (level == kConfidences.end()) {
    throw InvalidArgument(
        fmt::format("confidence: expected one of {}, got {}", fmt::join(kConfidences, ", "), confidence));
  }
  const auto index = static_cast<std::size_t>(level - kConfidences.begin());
  const Question question = question_of(data_->method, shape, reuse);
  Estimate estimate{cost_of(shape, question), support_of(shape, question), Interval{}};
  if (!data_->kinds.contains(shape.kind)) estimate.interval.reset();
  for (const Target target : kTargets) {
    if (!estimate.interval) break;
    const auto& widths = trained(shape.kind, target).widths[static_cast<std::size_t>(estimate.support)];
    if (index >= widths.size()) {
      estimate.interval.reset();
      break;
    }
    const double factor = std::exp(widths[index]);
    const double figure = estimate.cost[target];
    estimate.interval->low[target] = std::max(0.0, (figure + 1) / factor - 1);
    estimate.interval->high[target] = (figure + 1) * factor - 1;
  }
  return estimate;
}

std::vector<std::string> PerformanceModel::support_reasons(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  const KindModel* known = data_->knowing(shape.kind);
  if (known == nullptr) {
    throw InvalidArgument(
        fmt::format("performance model \"{}\": not trained on {} layers", provenance().name, to_string(shape.kind)));
  }
  std::vector<std::string> reasons;
  if (!data_->kinds.contains(shape.kind)) {
    reasons.push_back(fmt::format("{}: not trained on, by the laws of {}", to_string(shape.kind),
                                  to_string(*relative_of(shape.kind))));
  }
  const auto features = Features::of(shape, static_cast<std::int64_t>(structure_of(shape, reuse).reuse()));
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    std::string reason = unknown_value(Features::kNames[f], features[f], known->trained[f]);
    if (!reason.empty()) reasons.push_back(std::move(reason));
  }
  if (!known->kernels.contains(shape.kernel)) {
    reasons.push_back(fmt::format("kernel {}: trained on {}", shape.kernel, fmt::join(known->kernels, ", ")));
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
  return fmt::format("{}: {} forests of {} trees; rows: {}", to_string(data_->method), forests, *data_->options.trees,
                     kinds);
}

}  // namespace ntorc::perf
