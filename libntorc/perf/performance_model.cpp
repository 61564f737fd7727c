#include "ntorc/perf/performance_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/error.hpp"
#include "perf/model_data.hpp"
#include "perf/training_set.hpp"
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
  for (const Observation* row : rows) known.kernels.insert(row->shape.kernel);
  return known;
}

}  // namespace

Provenance ntorc_provenance() {
  return {.name = "N-TORC random forest",
          .source = "synthesis tables of HeRCLab/N-TORC (MIT licence, (c) 2025 HeRCLab)",
          .part = "xczu7ev-ffvc1156-2-e",
          .clock_mhz = 250,
          .tool = "Vivado HLS 2019.1",
          .io_type = "io_stream",
          .strategy = "Resource",
          .precision = "ap_fixed<16,8>"};
}

std::array<double, Features::kCount> Features::of(const hls4ml::LayerShape& shape, std::int64_t reuse) {
  return {static_cast<double>(reuse), static_cast<double>(shape.inputs) * static_cast<double>(shape.kernel),
          static_cast<double>(shape.size), static_cast<double>(shape.sequence)};
}

PerformanceModel::PerformanceModel(std::shared_ptr<const ModelData> data) : data_(std::move(data)) {}

PerformanceModel PerformanceModel::fit(const Dataset& data, const Provenance& provenance,
                                       const ForestOptions& options) {
  options.validate();
  if (!(provenance.clock_mhz > 0 && std::isfinite(provenance.clock_mhz))) {
    throw InvalidArgument(fmt::format("clock: expected a positive number of MHz, got {}", provenance.clock_mhz));
  }
  auto model = std::make_shared<ModelData>();
  model->provenance = provenance;
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
      const TrainingSet set = training_set(rows, target);
      if (set.figures.size() == 0) continue;
      const RandomForest forest = RandomForest::fit(set.features, set.figures, options);
      ForestView& view = known.forests[static_cast<std::size_t>(target)];
      view.tree_sizes = forest.tree_sizes();
      sizes.emplace_back(&view, forest.nodes().size());
      model->nodes.insert(model->nodes.end(), forest.nodes().begin(), forest.nodes().end());
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

const Provenance& PerformanceModel::provenance() const { return data_->provenance; }

bool PerformanceModel::covers(model::LayerKind kind, Target target) const {
  const auto known = data_->kinds.find(kind);
  return known != data_->kinds.end() && !known->second.forests[static_cast<std::size_t>(target)].tree_sizes.empty();
}

bool PerformanceModel::covers(model::LayerKind kind) const {
  return std::ranges::all_of(kTargets, [&](Target target) { return covers(kind, target); });
}

double PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const {
  if (reuse < 1) throw InvalidArgument(fmt::format("reuse: expected at least 1, got {}", reuse));
  if (!covers(shape.kind, target)) {
    throw InvalidArgument(fmt::format("performance model \"{}\": not trained on {} of {} layers", provenance().name,
                                      to_string(target), to_string(shape.kind)));
  }
  const auto exact = Features::of(shape, reuse);
  std::array<float, Features::kCount> features{};
  std::ranges::transform(exact, features.begin(), [](double value) { return static_cast<float>(value); });
  return data_->kinds.at(shape.kind).forests[static_cast<std::size_t>(target)].predict(features);
}

LayerCost PerformanceModel::predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const {
  LayerCost cost;
  for (const Target target : kTargets) cost[target] = predict(shape, reuse, target);
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
    forests += static_cast<std::size_t>(
        std::ranges::count_if(known.forests, [](const ForestView& forest) { return !forest.tree_sizes.empty(); }));
  }
  return fmt::format("{} forests of {} trees; rows: {}", forests, data_->options.trees, kinds);
}

}  // namespace ntorc::perf
