#include "ntorc/perf/dataset.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "ntorc/error.hpp"
#include "perf/dataset_csv.hpp"
#include "perf/ntorc_tables.hpp"
#include "support/csv.hpp"

namespace ntorc::perf {

using support::CsvRows;

std::optional<model::LayerKind> weights_kind(std::string_view name) {
  using model::LayerKind;
  for (const LayerKind kind :
       {LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Dense, LayerKind::Lstm, LayerKind::Gru}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

ShapeColumns::ShapeColumns(const CsvRows& csv)
    : inputs(csv.column("inputs")),
      kernel(csv.column("kernel")),
      size(csv.column("size")),
      sequence(csv.column("sequence")),
      packets(csv.find("packets")) {}

hls4ml::LayerShape read_shape(const CsvRows& csv, const ShapeColumns& columns, model::LayerKind kind) {
  const auto extent = [&](std::size_t column) { return csv.integer(column, 1, hls4ml::kMaxExtent); };
  hls4ml::LayerShape shape{kind, extent(columns.inputs), extent(columns.size), extent(columns.kernel),
                           extent(columns.sequence)};
  const bool convolution = kind == model::LayerKind::Conv1D || kind == model::LayerKind::Conv2D;
  if (!convolution && shape.kernel != 1) csv.fail(columns.kernel, "1 for a layer that is no convolution");
  if (kind == model::LayerKind::Dense && shape.sequence != 1) csv.fail(columns.sequence, "1 for a dense layer");
  if (columns.packets) {
    shape.packets = extent(*columns.packets);
    if (kind != model::LayerKind::Dense && shape.packets != 1)
      csv.fail(*columns.packets, "1 for a layer that is not dense");
    if (shape.inputs % shape.packets != 0) csv.fail(*columns.packets, "a divisor of inputs");
  }
  if (!hls4ml::fits(shape)) csv.fail(columns.inputs, "weight matrices of at most 2147483647 columns and rows");
  return shape;
}

Dataset read_layers(CsvRows& csv) {
  if (csv.find("stage")) {
    throw ParseError(
        fmt::format("{}: expected layers of one part and tool, found a table with a column stage", csv.name()));
  }
  std::vector<std::string_view> needed{"kind", "inputs", "kernel", "size", "sequence", "reuse"};
  for (const Target target : kTargets) needed.push_back(to_string(target));
  constexpr std::string_view kPackets = "packets";
  csv.expect_columns(needed, std::span(&kPackets, 1));
  const std::size_t kind_column = csv.column("kind");
  const std::size_t reuse = csv.column("reuse");
  const ShapeColumns shape(csv);
  std::array<std::size_t, kTargets.size()> figures{};
  for (std::size_t t = 0; t < kTargets.size(); ++t) figures[t] = csv.column(to_string(kTargets[t]));
  Dataset dataset;
  while (csv.next()) {
    const auto kind = weights_kind(csv.text(kind_column));
    if (!kind) csv.fail(kind_column, "conv1d, conv2d, dense, lstm or gru");
    Observation& observation = dataset.emplace_back();
    observation.shape = read_shape(csv, shape, *kind);
    observation.reuse = csv.integer(reuse, 1, std::numeric_limits<std::int64_t>::max());
    for (std::size_t t = 0; t < kTargets.size(); ++t) observation.figures[t] = csv.figure_if_any(figures[t]);
  }
  return dataset;
}

Dataset read_dataset(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return read_ntorc_tables(path);
  CsvRows csv(support::read_file(path, kMaxDatasetBytes), path.string());
  return read_layers(csv);
}

std::string to_csv(const Dataset& dataset) {
  std::string csv = "kind,inputs,kernel,size,sequence,packets,reuse";
  for (const Target target : kTargets) csv += fmt::format(",{}", to_string(target));
  csv += '\n';
  for (const Observation& row : dataset) {
    csv += fmt::format("{},{},{},{},{},{},{}", to_string(row.shape.kind), row.shape.inputs, row.shape.kernel,
                       row.shape.size, row.shape.sequence, row.shape.packets, row.reuse);
    for (const Target target : kTargets) csv += row[target] ? fmt::format(",{}", *row[target]) : ",";
    csv += '\n';
  }
  return csv;
}

}  // namespace ntorc::perf
