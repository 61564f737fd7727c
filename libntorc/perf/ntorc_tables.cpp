#include "perf/ntorc_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "support/csv.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;
using support::CsvTable;

struct Figure {
  Target target;
  std::string_view column;
};

/// What the columns of one table mean.
struct Table {
  std::string_view file;
  LayerKind kind;
  std::int64_t kernel;
  std::string_view reuse;  ///< the factor that hls4ml built with, not the one it was asked for
  std::string_view inputs;
  std::string_view size;
  std::string_view sequence;
  std::vector<Figure> figures;
};

/// The convolutions are all three wide, with `same` padding and a pooling by two behind each (facts of the published
/// networks).
const std::array<Table, 6>& tables() {
  static const std::vector<Figure> resources{
      {Target::Bram18k, "bram_18k"}, {Target::Lut, "lut"}, {Target::Ff, "ff"}, {Target::Dsp, "dsp48e"}};
  static const std::vector<Figure> latency{{Target::LatencyMin, "latency_min"}, {Target::LatencyMax, "latency_max"}};
  static const std::array<Table, 6> all{
      Table{"collapsed_conv_resources.csv", LayerKind::Conv1D, 3, "correct_reuse_factor_resource", "n_inputs_resources",
            "cnn_filters_resources", "sequence_length_resource", resources},
      Table{"conv_latency_collapsed.csv", LayerKind::Conv1D, 3, "correct_reuse_factor_latency", "n_inputs_latency",
            "cnn_filters_latency", "sequence_length_latency", latency},
      Table{"lstm_resources_collapsed.csv", LayerKind::Lstm, 1, "correct_reuse_factor_lstm_resource",
            "n_inputs_resources", "lstm_size", "sequence_length_resource", resources},
      Table{"lstm_latency_collapsed.csv", LayerKind::Lstm, 1, "correct_reuse_factor_lstm_latency", "n_inputs_latency",
            "lstm_size", "sequence_length_latency", latency},
      Table{"dense_resources_collapsed.csv", LayerKind::Dense, 1, "correct_reuse_factor_dense_resource",
            "n_inputs_resources", "dense_size_resource", "sequence_length_resource", resources},
      Table{"dense_latency_collapsed.csv", LayerKind::Dense, 1, "correct_reuse_factor_dense_latency",
            "n_inputs_latency", "dense_size_latency", "sequence_length_latency", latency},
  };
  return all;
}

/// Columns that are there and say nothing that is not said elsewhere.
constexpr std::array<std::string_view, 6> kIgnored{"model_number", "fit_status",     "layer_index",
                                                   "reuse_factor", "reuse_factor_1", "n_inputs_latency_1"};

constexpr std::string_view kAskedReuse = "reuse_factor";

/// N-TORC's first convolution; the others stand behind a pooling that its sequence lengths leave out.
constexpr std::int64_t kFirstConvolution = 2;

/// The tables do not say how wide the stream is that feeds a dense layer. Its latency does: it is that of the
/// multipliers, at least five cycles beyond the reuse factor, and one cycle for each packet. The streams of N-TORC's
/// networks are 8, 16 or 32 wide, at least 8 long where they are flattened, or come whole out of another dense layer.
/// A latency with a fraction is a mean over networks that differ in this.
/// @return  nothing for such a mean.
std::optional<std::int64_t> packets_of(const Observation& row) {
  const double latency = *row[Target::LatencyMax];
  if (latency != std::floor(latency)) return std::nullopt;
  const std::int64_t built = std::min(row.reuse, row.shape.inputs * row.shape.size);
  for (const std::int64_t width : {8, 16, 32}) {
    const std::int64_t packets = row.shape.inputs / width;
    const bool whole = row.shape.inputs % width == 0 && packets >= 8;
    if (whole && static_cast<double>(built + packets + 5) <= latency) return packets;
  }
  return 1;
}

/// A convolution that is asked for with reuse 1 becomes a pipeline that takes a pixel each cycle. Asked for with 2
/// where only 1 and n_in = 3 are legal it is built with 1 as well, but as a loop of eight cycles for each pixel. ntorc
/// asks for what is built, so the loop is never what it plans.
bool is_other_design(const CsvTable& csv, std::size_t row, const Observation& observation) {
  if (observation.shape.kind != LayerKind::Conv1D || observation.reuse != 1) return false;
  if (!observation[Target::LatencyMax] || !csv.has(kAskedReuse)) return false;
  return csv.integer(row, kAskedReuse, 1, std::numeric_limits<std::int64_t>::max()) != 1;
}

void append(const Table& table, const CsvTable& csv, Dataset& dataset) {
  std::vector<std::string_view> needed{table.reuse, table.inputs, table.size, table.sequence};
  for (const Figure& figure : table.figures) needed.push_back(figure.column);
  const bool convolution = table.kind == LayerKind::Conv1D;
  if (convolution) needed.push_back("layer_index");
  csv.expect_columns(needed, kIgnored);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    Observation observation;
    const auto extent = [&](std::string_view column) { return csv.integer(row, column, 1, hls4ml::kMaxExtent); };
    observation.shape = {table.kind, extent(table.inputs), extent(table.size), table.kernel, extent(table.sequence)};
    if (convolution && csv.integer(row, "layer_index", 0, std::numeric_limits<int>::max()) != kFirstConvolution) {
      if (observation.shape.sequence % 2 != 0) csv.fail(row, table.sequence, "an even number behind a pooling");
      observation.shape.sequence /= 2;
    }
    observation.reuse = csv.integer(row, table.reuse, 1, std::numeric_limits<std::int64_t>::max());
    for (const Figure& figure : table.figures) observation[figure.target] = csv.figure(row, figure.column);
    if (is_other_design(csv, row, observation)) continue;
    if (table.kind == LayerKind::Dense && observation[Target::LatencyMax]) {
      const auto packets = packets_of(observation);
      if (!packets) continue;
      observation.shape.packets = *packets;
    }
    dataset.push_back(observation);
  }
}

}  // namespace

Dataset read_ntorc_tables(const std::filesystem::path& folder) {
  Dataset dataset;
  for (const Table& table : tables()) append(table, CsvTable::read(folder / table.file), dataset);
  return dataset;
}

}  // namespace ntorc::perf
