// ntorc/perf/performance_model.hpp - latency and resources of a layer for a reuse factor, learnt from synthesis
// reports.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// Where a question lies among the layers that a model was trained on.
enum class Support {
  Inside,        ///< reuse, n_in, size and sequence are each a value that was trained on
  Interpolated,  ///< some lie between two such values
  Extrapolated,  ///< some lie beyond them, or the kind, the kernel or the form of the multipliers was not trained
};

std::string_view to_string(Support support);  ///< "inside", "interpolated", "extrapolated"

/// The shares of new cases for which an interval can be had.
inline constexpr std::array kConfidences{0.5, 0.8, 0.9, 0.95};

/// Between `low` and `high` lies the truth of at least the asked share of new layers, for each figure by itself.
/// Conformal: the width is a quantile of the errors on layers that were kept from training: configurations for
/// Support::Inside, whole sizes between others for Interpolated, the least and largest sizes for Extrapolated.
struct Interval {
  LayerCost low;
  LayerCost high;
};

struct Estimate {
  LayerCost cost;
  Support support = Support::Inside;
  std::optional<Interval> interval;  ///< none if too little was held out to tell
};

struct ModelData;  // private

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

  /// This model adapted to a few reports of another part, clock or tool: for each kind and target that `data` has
  /// figures for, shift and scale of the logarithm by robust regression with a prior; what has no reports stays as it
  /// is. Reports of reuse factors that it does not cover say nothing. docs/algorithms/hybrid.md
  /// @throws InvalidArgument  if this model is calibrated itself, `data` has no figure, or one that this model does not
  /// cover, or the clock is not positive.
  PerformanceModel calibrate(const Dataset& data, const Provenance& provenance) const;

  void save(const std::filesystem::path& file) const;  ///< @throws FileError

  const Provenance& provenance() const;
  Method method() const;

  /// Whether it can speak of every target for layers of `kind`: it was trained on such, or, if a hybrid, on its
  /// relative, by whose laws it then goes (Conv2D and Conv1D, GRU and LSTM).
  bool covers(model::LayerKind kind) const;
  /// Whether it can of this one.
  bool covers(model::LayerKind kind, Target target) const;
  /// Whether it can of such a reuse factor: a hybrid that has seen no layer with reuse < n_in, say, knows no price of
  /// one.
  bool covers(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

  /// @param reuse  what hls4ml is told; it is snapped as hls4ml does.
  /// @return       of Hybrid, DSP and BRAM are whole; otherwise not rounded. A latency_min above latency_max (they are
  /// learnt apart) is
  ///               lowered to it.
  /// @throws InvalidArgument  if the kind is not covered or `reuse` < 1.
  LayerCost predict(const hls4ml::LayerShape& shape, std::int64_t reuse) const;
  /// One of the figures.
  double predict(const hls4ml::LayerShape& shape, std::int64_t reuse, Target target) const;

  /// What `predict` says, and how far to trust it.
  /// @param confidence  one of kConfidences. @throws InvalidArgument  if it is not, or as `predict`.
  Estimate estimate(const hls4ml::LayerShape& shape, std::int64_t reuse, double confidence = 0.9) const;

  /// Why the support is not Inside, one phrase for each respect ("size 76: trained on 1..64").
  /// @throws InvalidArgument  as `predict`.
  std::vector<std::string> support_reasons(const hls4ml::LayerShape& shape, std::int64_t reuse) const;

  /// One line for a person: forests, trees and rows.
  std::string summary() const;

 private:
  explicit PerformanceModel(std::shared_ptr<const ModelData> data);
  struct Source;
  bool has_walks(const hls4ml::LayerShape& shape, std::int64_t reuse) const;
  Source source_of(model::LayerKind kind, std::span<const Target> targets) const;
  std::shared_ptr<const ModelData> data_;
  friend struct ModelFile;
};

}  // namespace ntorc::perf
