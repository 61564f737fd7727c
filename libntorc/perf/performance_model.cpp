#include "ntorc/perf/performance_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "ntorc/error.hpp"
#include "perf/model_data.hpp"
#include "support/file.hpp"

namespace ntorc::perf {
namespace {

constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t{1} << 32U;

KindModel range_of(const std::vector<const Observation*>& rows) {
  KindModel known;
  known.rows = rows.size();
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    const auto feature = [&](const Observation* row) { return Features::of(row->shape, row->reuse)[f]; };
    const auto [low, high] = std::ranges::minmax(rows, {}, feature);
    known.trained[f] = {feature(low), feature(high)};
  }
  for (const Observation* row : rows) {
    known.kernels.insert(row->shape.kernel);
    const Structure structure = structure_of(row->shape, row->reuse);
    known.walks.resize(structure.matrices.size());
    for (std::size_t m = 0; m < known.walks.size(); ++m) known.walks[m].insert(structure.matrices[m].walk());
  }
  return known;
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
  std::map<model::LayerKind, std::vector<const Observation*>> rows_of;
  for (const Observation& row : data) {
    const bool reported = std::ranges::any_of(row.figures, [](const auto& figure) { return figure.has_value(); });
    if (reported) rows_of[row.shape.kind].push_back(&row);
  }
  if (rows_of.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");

  std::vector<std::pair<ForestView*, std::size_t>> sizes;  // views are pointed at their nodes when these lie still
  for (const auto& [kind, rows] : rows_of) {
    KindModel& known = model->kinds.emplace(kind, range_of(rows)).first->second;
    for (const Target target : kTargets) {
      std::vector<const Observation*> reporting;
      std::ranges::copy_if(rows, std::back_inserter(reporting),
                           [&](const Observation* row) { return (*row)[target].has_value(); });
      if (reporting.empty()) continue;
      const FittedTarget fitted = fit_target(method, reporting, target, options);
      TargetModel& learnt = known.targets[static_cast<std::size_t>(target)];
      learnt = {fitted.weights, {{}, fitted.forest.tree_sizes()}};
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

bool PerformanceModel::covers(model::LayerKind kind, Target target) const {
  const auto known = data_->kinds.find(kind);
  return known != data_->kinds.end() && known->second.targets[static_cast<std::size_t>(target)].trained();
}

bool PerformanceModel::covers(model::LayerKind kind) const {
  return std::ranges::all_of(kTargets, [&](Target target) { return covers(kind, target); });
}

bool PerformanceModel::covers(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  if (!covers(shape.kind)) return false;
  if (data_->method == Method::Forest) return true;
  const auto& walks = data_->kinds.at(shape.kind).walks;
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
  return data_->kinds.at(kind).targets[static_cast<std::size_t>(target)];
}

double PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const {
  const TargetModel& learnt = trained(shape.kind, target);
  return predict_target(data_->method, learnt, target, question_of(data_->method, shape, reuse));
}

LayerCost PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  std::array<const TargetModel*, kTargets.size()> learnt{};
  for (std::size_t t = 0; t < kTargets.size(); ++t) learnt[t] = &trained(shape.kind, kTargets[t]);
  const Question question = question_of(data_->method, shape, reuse);
  LayerCost cost;
  for (std::size_t t = 0; t < kTargets.size(); ++t) {
    cost[kTargets[t]] = predict_target(data_->method, *learnt[t], kTargets[t], question);
  }
  cost.latency_min_cycles = std::min(cost.latency_min_cycles, cost.latency_max_cycles);
  return cost;
}

std::vector<std::string> PerformanceModel::outside_training(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  const auto known = data_->kinds.find(shape.kind);
  if (known == data_->kinds.end()) {
    throw InvalidArgument(
        fmt::format("performance model \"{}\": not trained on {} layers", provenance().name, to_string(shape.kind)));
  }
  std::vector<std::string> reasons;
  const auto features = Features::of(shape, reuse);
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    const auto [low, high] = known->second.trained[f];
    if (features[f] >= low && features[f] <= high) continue;
    reasons.push_back(fmt::format("{} {}: trained on {}..{}", Features::kNames[f], features[f], low, high));
  }
  if (!known->second.kernels.contains(shape.kernel)) {
    reasons.push_back(fmt::format("kernel {}: trained on {}", shape.kernel, fmt::join(known->second.kernels, ", ")));
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
  return fmt::format("{}: {} forests of {} trees; rows: {}", to_string(data_->method), forests, data_->options.trees,
                     kinds);
}

}  // namespace ntorc::perf
