// ntorc/perf/performance_model.hpp - latency and resources of a layer for a reuse factor, learnt from synthesis
// reports.
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
  std::string name;       ///< of the model
  std::string source;     ///< of the data, with its licence
  std::string part;       ///< full name, e.g. "xczu7ev-ffvc1156-2-e"
  double clock_mhz = 0;   ///< > 0
  std::string tool;       ///< e.g. "Vivado HLS 2019.1"
  std::string io_type;    ///< "io_stream" or "io_parallel"
  std::string strategy;   ///< hls4ml's word, e.g. "Resource"
  std::string precision;  ///< hls4ml's spelling, e.g. "ap_fixed<16,8>"
};

/// Of the tables that N-TORC published: ZU7EV, Vivado HLS 2019.1, 250 MHz, io_stream, Resource, 16 bit.
Provenance ntorc_provenance();

/// How figures are predicted. docs/algorithms/hybrid.md
enum class Method {
  Forest,  ///< N-TORC's: a random forest for each figure
  Hybrid,  ///< laws where they hold, sums of fitted terms for LUT and FF, and trees for the ratio of the figure to
           ///< these
};

std::string_view to_string(Method method);  ///< "forest", "hybrid"

/// The columns that a forest sees.
struct Features {
  static constexpr std::size_t kCount = 4;
  static constexpr std::array<std::string_view, kCount> kNames{"reuse", "n_in", "size", "sequence"};

  /// {reuse, inputs * kernel, size, sequence}. Departs: N-TORC gives the input channels of a convolution, not n_in; all
  /// its kernels are three wide, so the trees are the same, and another kernel becomes a sensible question.
  static std::array<double, kCount> of(const hls4ml::LayerShape& shape, std::int64_t reuse);
};

struct ModelData;    // private
struct TargetModel;  // private

/// Immutable: const calls may run concurrently. Copies share the trees.
class PerformanceModel {
 public:
  /// The model compiled into the library, fitted from the tables of `ntorc_provenance`. docs/default-model.md
  static const PerformanceModel& default_model();

  /// docs/formats/performance-model.md. @throws FileError, ParseError (foreign, truncated, damaged or of another
  /// version)
  static PerformanceModel load(const std::filesystem::path& file);

  /// Learns each layer kind and target that `data` has figures for.
  /// @throws InvalidArgument  if the options do not validate, `data` has no figure at all, or the clock is not
  /// positive.
  static PerformanceModel fit(const Dataset& data, const Provenance& provenance, const ForestOptions& options = {},
                              Method method = Method::Hybrid);

  void save(const std::filesystem::path& file) const;  ///< @throws FileError

  const Provenance& provenance() const;
  Method method() const;

  /// Whether every target was trained for layers of `kind`.
  bool covers(model::LayerKind kind) const;
  /// Whether this one was.
  bool covers(model::LayerKind kind, Target target) const;
  /// Whether it can speak of such a reuse factor: a hybrid that has seen no layer with reuse < n_in, say, knows no
  /// price of one.
  bool covers(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

  /// @param reuse  what hls4ml is told; it is snapped as hls4ml does.
  /// @return       of Hybrid, DSP and BRAM are whole; otherwise not rounded. A latency_min above latency_max (they are
  /// learnt apart) is
  ///               lowered to it.
  /// @throws InvalidArgument  if the kind is not covered or `reuse` < 1.
  LayerCost predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const;
  /// One of the figures.
  double predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const;

  /// In which respects the question lies outside the training data, one phrase each ("size 76: trained on 1..64");
  /// empty if in none. Trees answer there with what they know of the nearest corner.
  /// @throws InvalidArgument  if nothing was trained for the kind.
  std::vector<std::string> outside_training(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

  /// One line for a person: forests, trees and rows.
  std::string summary() const;

 private:
  explicit PerformanceModel(std::shared_ptr<const ModelData> data);
  const TargetModel& trained(model::LayerKind kind, Target target) const;
  std::shared_ptr<const ModelData> data_;
  friend struct ModelFile;
};

}  // namespace ntorc::perf
