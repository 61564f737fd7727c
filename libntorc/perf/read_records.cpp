#include <algorithm>
#include <limits>
#include <string_view>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/perf/record.hpp"
#include "perf/dataset_csv.hpp"
#include "perf/ntorc_tables.hpp"
#include "support/csv.hpp"

namespace ntorc::perf {
namespace {

using support::CsvRows;

constexpr double kFastestClockMhz = 1e6;
constexpr double kLargestReported = 1e18;  ///< a design may be said to take years

/// Where each field stands.
struct RecordColumns {
  std::size_t stage, kind, name, reuse, recurrent_reuse, interval, uram, clock;
  ShapeColumns shape;
  std::array<std::size_t, kTargets.size()> figures{};
  std::array<std::size_t, 6> context{};  ///< as context_texts
  std::size_t project, module;

  explicit RecordColumns(const CsvRows& csv)
      : stage(csv.column("stage")),
        kind(csv.column("kind")),
        name(csv.column("name")),
        reuse(csv.column("reuse")),
        recurrent_reuse(csv.column("recurrent_reuse")),
        interval(csv.column("interval_cycles")),
        uram(csv.column("uram")),
        clock(csv.column("clock_mhz")),
        shape(csv),
        project(csv.column("project")),
        module(csv.column("module")) {
    for (std::size_t t = 0; t < kTargets.size(); ++t) figures[t] = csv.column(to_string(kTargets[t]));
    constexpr std::array kTexts{"part", "tool", "hls4ml", "io_type", "strategy", "precision"};
    for (std::size_t i = 0; i < kTexts.size(); ++i) context[i] = csv.column(kTexts[i]);
  }
};

std::array<std::string*, 6> context_texts(Context& context) {
  return {&context.part, &context.tool, &context.hls4ml, &context.io_type, &context.strategy, &context.precision};
}

std::vector<std::string_view> column_names(std::string_view header) {
  std::vector<std::string_view> names;
  header.remove_suffix(1);  // the line end
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    names.push_back(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return names;
}

Stage read_stage(const CsvRows& csv, std::size_t column) {
  for (const Stage known : {Stage::Hls, Stage::Cosim, Stage::Logic, Stage::Routed}) {
    if (csv.text(column) == to_string(known)) return known;
  }
  csv.fail(column, "hls, cosim, logic or routed");
}

void read_node(const CsvRows& csv, std::size_t column, Record& record) {
  const std::string_view word = csv.text(column);
  for (const Role role : {Role::Fifo, Role::Glue, Role::Unmapped, Role::Design}) {
    if (word != to_string(role)) continue;
    record.role = role;
    return;
  }
  try {
    record.node_kind = hls4ml::node_kind(word);
    record.role = Role::Node;
  } catch (const InvalidArgument&) {
    csv.fail(column, "a kind of layer or node, or fifo, glue, unmapped or design");
  }
}

void read_layer(const CsvRows& csv, const RecordColumns& columns, model::LayerKind kind, Record& record) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  record.shape = read_shape(csv, columns.shape, kind);
  const bool recurrent = kind == model::LayerKind::Lstm || kind == model::LayerKind::Gru;
  record.reuse.reserve(recurrent ? 2 : 1);
  record.reuse.push_back(csv.integer(columns.reuse, 1, kMost));
  if (recurrent) {
    record.reuse.push_back(csv.integer(columns.recurrent_reuse, 1, kMost));
  } else if (!csv.text(columns.recurrent_reuse).empty()) {
    csv.fail(columns.recurrent_reuse, "nothing for a layer that is not recurrent");
  }
}

void read_context(const CsvRows& csv, const RecordColumns& columns, Context& context) {
  const auto texts = context_texts(context);
  for (std::size_t i = 0; i < texts.size(); ++i) *texts[i] = csv.text(columns.context[i]);
  if (const auto clock = csv.figure_if_any(columns.clock)) {
    if (!(*clock > 0 && *clock <= kFastestClockMhz)) csv.fail(columns.clock, "MHz in (0, 1e6]");
    context.clock_mhz = *clock;
  }
  if (!context.io_type.empty() && context.io_type != "io_stream" && context.io_type != "io_parallel")
    csv.fail(columns.context[3], "io_stream or io_parallel");
}

std::vector<Record> read_rows(CsvRows& csv) {
  const std::string header = records_header();
  csv.expect_columns(column_names(header), {});
  const RecordColumns columns(csv);
  std::vector<Record> records;
  while (csv.next()) {
    Record& record = records.emplace_back();
    record.stage = read_stage(csv, columns.stage);
    record.name = csv.text(columns.name);
    if (const auto kind = weights_kind(csv.text(columns.kind))) {
      read_layer(csv, columns, *kind, record);
    } else {
      read_node(csv, columns.kind, record);
      for (const std::size_t column :
           {columns.shape.inputs, columns.shape.kernel, columns.shape.size, columns.shape.sequence,
            *columns.shape.packets, columns.reuse, columns.recurrent_reuse}) {
        if (!csv.text(column).empty()) csv.fail(column, "nothing for a row that is no layer");
      }
    }
    for (std::size_t t = 0; t < kTargets.size(); ++t)
      record.figures[t] = csv.figure_if_any(columns.figures[t], kLargestReported);
    record.interval_cycles = csv.figure_if_any(columns.interval, kLargestReported);
    record.uram = csv.figure_if_any(columns.uram);
    read_context(csv, columns, record.context);
    record.project = csv.text(columns.project);
    record.module = csv.text(columns.module);
  }
  return records;
}

}  // namespace

std::vector<Record> read_records(const std::filesystem::path& file) {
  CsvRows csv(support::read_file(file, kMaxDatasetBytes), file.string());
  return read_rows(csv);
}

std::vector<Record> records_of(const Dataset& dataset, const Context& context) {
  std::vector<Record> records;
  for (const Observation& row : dataset) {
    Record& record = records.emplace_back();
    record.shape = row.shape;
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(row.shape))
      record.reuse.push_back(hls4ml::snapped_reuse_factor(matrix, row.reuse));
    record.figures = row.figures;
    record.context = context;
  }
  return records;
}

std::variant<Dataset, std::vector<Record>> read_data(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return read_ntorc_tables(path);
  return parse_data(support::read_file(path, kMaxDatasetBytes), path.string());
}

std::variant<Dataset, std::vector<Record>> parse_data(std::string text, std::string name) {
  CsvRows csv(std::move(text), std::move(name));
  if (csv.find("stage")) return read_rows(csv);
  return read_layers(csv);
}

}  // namespace ntorc::perf
