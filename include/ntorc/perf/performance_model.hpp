// ntorc/perf/performance_model.hpp - latency and resources of a layer for a reuse factor, learnt from synthesis reports.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/dataset.hpp"
#include "ntorc/perf/random_forest.hpp"

namespace ntorc::perf {

/// Where the figures come from, and so what a prediction is a prediction of.
struct Provenance {
  std::string name;              ///< of the model, e.g. "N-TORC forest"
  std::string source;            ///< of the data, with its licence
  std::string part;              ///< full name, e.g. "xczu7ev-ffvc1156-2-e"
  double clock_mhz = 0;          ///< > 0
  std::string tool;              ///< e.g. "Vivado HLS 2019.1"
  std::string io_type;           ///< "io_stream" or "io_parallel"
  std::string strategy;          ///< "Resource" or "Latency"
  std::string precision;         ///< hls4ml's spelling, e.g. "ap_fixed<16,8>"
};

/// Immutable: const calls may run concurrently. Copies share the trees.
class PerformanceModel {
 public:
  /// The model compiled into the library: Zynq UltraScale+ ZU7EV, Vivado HLS 2019.1, 250 MHz, io_stream, Resource, 16 bit.
  static const PerformanceModel& default_model();

  /// docs/formats/performance-model.md. @throws FileError, ParseError (foreign, truncated, damaged or newer file)
  static PerformanceModel load(const std::filesystem::path& file);

  /// One forest for each layer kind and target that `data` has figures for.
  /// @throws InvalidArgument  if the options do not validate or `data` has no figure at all.
  static PerformanceModel fit(const Dataset& data, const Provenance& provenance, const ForestOptions& options = {});

  void save(const std::filesystem::path& file) const;  ///< @throws FileError

  const Provenance& provenance() const;

  /// Whether every target was trained for layers of `kind`.
  bool covers(model::LayerKind kind) const;

  /// @param reuse  effective; for a recurrent layer the larger of its two matrices.
  /// @return       tree means, not rounded.
  /// @throws InvalidArgument  if the kind is not covered or `reuse` < 1.
  LayerCost predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

  /// In which respects the question lies outside the training data, one phrase each ("size 76: trained on 1..64"); empty if in none.
  /// A forest answers there with the price of the nearest corner that it knows.
  std::vector<std::string> outside_training(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

 private:
  struct Data;
  explicit PerformanceModel(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace ntorc::perf
