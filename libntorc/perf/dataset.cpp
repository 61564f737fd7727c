#include "ntorc/perf/dataset.hpp"

#include <fmt/format.h>

#include <limits>
#include <string_view>
#include <vector>

#include "ntorc/error.hpp"
#include "perf/ntorc_tables.hpp"
#include "support/csv.hpp"

namespace ntorc::perf {
namespace {

using support::CsvTable;

model::LayerKind kind_of(const CsvTable& csv, std::size_t row) {
  using model::LayerKind;
  for (const LayerKind kind :
       {LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Dense, LayerKind::Lstm, LayerKind::Gru}) {
    if (csv.text(row, "kind") == to_string(kind)) return kind;
  }
  csv.fail(row, "kind", "conv1d, conv2d, dense, lstm or gru");
}

Dataset read_own_csv(const CsvTable& csv) {
  std::vector<std::string_view> needed{"kind", "inputs", "kernel", "size", "sequence", "reuse"};
  for (const Target target : kTargets) needed.push_back(to_string(target));
  constexpr std::string_view kPackets = "packets";
  csv.expect_columns(needed, std::span(&kPackets, 1));
  Dataset dataset;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    Observation observation;
    const auto extent = [&](std::string_view column) { return csv.integer(row, column, 1, hls4ml::kMaxExtent); };
    observation.shape = {kind_of(csv, row), extent("inputs"), extent("size"), extent("kernel"), extent("sequence")};
    const model::LayerKind kind = observation.shape.kind;
    const bool convolution = kind == model::LayerKind::Conv1D || kind == model::LayerKind::Conv2D;
    if (!convolution && observation.shape.kernel != 1) csv.fail(row, "kernel", "1 for a layer that is no convolution");
    if (kind == model::LayerKind::Dense && observation.shape.sequence != 1)
      csv.fail(row, "sequence", "1 for a dense layer");
    if (csv.has(kPackets)) observation.shape.packets = extent(kPackets);
    if (kind != model::LayerKind::Dense && observation.shape.packets != 1)
      csv.fail(row, kPackets, "1 for a layer that is not dense");
    if (observation.shape.inputs % observation.shape.packets != 0) csv.fail(row, kPackets, "a divisor of inputs");
    if (!hls4ml::fits(observation.shape))
      csv.fail(row, "inputs", "weight matrices of at most 2147483647 columns and rows");
    observation.reuse = csv.integer(row, "reuse", 1, std::numeric_limits<std::int64_t>::max());
    for (const Target target : kTargets) observation[target] = csv.figure_if_any(row, to_string(target));
    dataset.push_back(observation);
  }
  return dataset;
}

}  // namespace

Dataset read_dataset(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return read_ntorc_tables(path);
  return read_own_csv(CsvTable::read(path));
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
