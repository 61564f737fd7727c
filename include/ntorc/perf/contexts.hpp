// ntorc/perf/contexts.hpp - the layers of a table of records, set apart by what decides their figures beside the layer.
// docs/formats/dataset.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/perf/dataset.hpp"
#include "ntorc/perf/performance_model.hpp"
#include "ntorc/perf/record.hpp"

namespace ntorc::perf {

/// In words: "xcku115-flvb2104-2-i, 200 MHz, Vivado HLS 2019.2, io_stream, Resource, ap_fixed<16,6>". What is not known
/// is "?". Without the release of hls4ml.
std::string to_string(const Context& context);

/// What a model is for; no release of hls4ml.
Context context_of(const Provenance& provenance);

/// Whether two contexts give the same figures. Departs from equality: parts are the same in any case and with or
/// without dashes, as the tools write them; the release of hls4ml does not count, it is provenance.
bool same_context(const Context& a, const Context& b);

/// Which contexts are meant. What is absent lets all through.
struct ContextFilter {
  std::optional<std::string> part{};  ///< whole name, in any case, with or without dashes
  std::optional<double> clock_mhz{};  ///< within a thousandth
  std::optional<std::string> tool{};  ///< as it begins: "Vitis HLS", "Vitis HLS 2024.1"
  std::optional<std::string> io_type{};
  std::optional<std::string> strategy{};
  std::optional<std::string> precision{};

  bool passes(const Context& context) const;
};

/// The layers of one context.
struct ContextLayers {
  Context context;  ///< without a release of hls4ml
  Dataset layers;
  std::vector<std::string> releases;  ///< of hls4ml, sorted, each once; those that are known
};

struct Learnable {
  std::vector<ContextLayers> contexts;  ///< the one with the most distinct configurations first
  std::vector<std::string> left_out;  ///< a line for each context, or part of one, that cannot be learnt, with its rows
};

/// What a model can be fitted to: rows of layers, at the stage of C synthesis, whose context is known and has Strategy
/// Resource, and whose reuse factors are such as one setting of hls4ml gives.
/// @throws InvalidArgument  if `stage` is another, whose rows are totals of whole designs; or if nothing is left.
Learnable learnable(const std::vector<Record>& records, const ContextFilter& filter = {}, Stage stage = Stage::Hls);

/// The setting of hls4ml that leads to these effective reuse factors, one for each matrix; the largest of them if there
/// are several between the two. Nothing if none does.
std::optional<std::int64_t> asked_reuse(const hls4ml::LayerShape& shape, const std::vector<std::int64_t>& effective);

/// Distinct configurations of a dataset: shapes with the reuse factors that are built.
std::size_t distinct_configurations(const Dataset& data);

}  // namespace ntorc::perf
