// perf/dataset_csv.hpp - the columns that both tables of synthesis results have.
#pragma once

#include <cstdint>
#include <optional>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/perf/dataset.hpp"
#include "support/csv.hpp"

namespace ntorc::perf {

inline constexpr std::uintmax_t kMaxDatasetBytes = std::uintmax_t{4} << 30U;

/// Kinds of layers with weights, by the words of their column.
std::optional<model::LayerKind> weights_kind(std::string_view name);

/// Where the extents of a layer stand.
struct ShapeColumns {
  std::size_t inputs;
  std::size_t kernel;
  std::size_t size;
  std::size_t sequence;
  std::optional<std::size_t> packets;

  explicit ShapeColumns(const support::CsvRows& csv);
};

/// @throws ParseError  if an extent is out of range, or is one that a layer of `kind` has not.
hls4ml::LayerShape read_shape(const support::CsvRows& csv, const ShapeColumns& columns, model::LayerKind kind);

/// ntorc's own table without provenance. @throws ParseError
Dataset read_layers(support::CsvRows& csv);

}  // namespace ntorc::perf
