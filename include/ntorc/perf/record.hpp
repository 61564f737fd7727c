// ntorc/perf/record.hpp - synthesis results with where each comes from: a row of a dataset. docs/formats/dataset.md
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/hls4ml/node.hpp"
#include "ntorc/perf/cost.hpp"
#include "ntorc/perf/dataset.hpp"

namespace ntorc::perf {

/// How far a design had come when it was measured. Figures of different stages are never compared or learnt together.
enum class Stage {
  Hls,     ///< the estimate of C synthesis
  Cosim,   ///< cycles counted by C/RTL co-simulation
  Logic,   ///< after logic synthesis
  Routed,  ///< after place and route
};

std::string_view to_string(Stage stage);  ///< "hls", "cosim", "logic", "routed"
Stage stage(std::string_view name);       ///< @throws InvalidArgument  if there is none

/// What a row is of.
enum class Role {
  Layer,     ///< a layer with weights; `shape` and `reuse` are set
  Node,      ///< another node: `node_kind` says which; Weights if it has weights and is of no kind that ntorc plans
  Fifo,      ///< between two nodes; all the FIFOs of one stream in one row
  Glue,      ///< expressions, registers and multiplexers of the top level
  Unmapped,  ///< a module that belongs to no layer that is known
  Design,    ///< the whole design, as the tool totals it
};

std::string_view to_string(Role role);  ///< "layer", "node", "fifo", "glue", "unmapped", "design"

/// What decides a figure beside the layer. Empty, or 0, where it is not known.
struct Context {
  std::string part{};       ///< full name, e.g. "xczu7ev-ffvc1156-2-e"
  double clock_mhz = 0;     ///< that was asked for; 0 if not known
  std::string tool{};       ///< e.g. "Vivado HLS 2019.1", "Vitis HLS 2024.1"
  std::string hls4ml{};     ///< release, e.g. "1.3.0"
  std::string io_type{};    ///< "io_stream" or "io_parallel"
  std::string strategy{};   ///< hls4ml's word, e.g. "Resource"
  std::string precision{};  ///< of the weights, hls4ml's spelling, e.g. "ap_fixed<16,6>"

  friend bool operator==(const Context&, const Context&) = default;
  friend auto operator<=>(const Context&, const Context&) = default;  // NOLINT(modernize-use-nullptr): it sees the 0
};

/// One row.
struct Record {
  Stage stage = Stage::Hls;
  Role role = Role::Layer;
  std::string name{};                                            ///< of the layer or node, as hls4ml calls it
  hls4ml::NodeKind node_kind = hls4ml::NodeKind::Weights;        ///< of Role::Node
  std::optional<hls4ml::LayerShape> shape{};                     ///< of Role::Layer
  std::vector<std::int64_t> reuse{};                             ///< of Role::Layer: effective, of each matrix
  std::array<std::optional<double>, kTargets.size()> figures{};  ///< in the order of kTargets
  std::optional<double> interval_cycles{};                       ///< initiation interval, the largest
  std::optional<double> uram{};                                  ///< blocks
  Context context{};
  std::string project{};  ///< folder, as it was given
  std::string module{};   ///< of the HLS tool

  const std::optional<double>& operator[](Target target) const { return figures[static_cast<std::size_t>(target)]; }
  std::optional<double>& operator[](Target target) { return figures[static_cast<std::size_t>(target)]; }
};

/// The header line of the table, with its line end.
std::string records_header();
/// The row as a line of the table, with its line end. `read_records` of it gives an equal row.
std::string to_csv(const Record& record);

/// The word of the column `kind`: of a layer or node its own, else the role's.
std::string_view kind_word(const Record& record);

/// Reads a table of records. All of its columns must be there, in any order.
/// @throws FileError   if it cannot be read.
/// @throws ParseError  naming file, line and column: a missing or unknown column, a cell that is empty where a value
///                     must be, out of range, or filled where the kind of row has no use for it; no rows.
std::vector<Record> read_records(const std::filesystem::path& file);

/// The rows of a dataset without provenance, all of one context. Of a recurrent layer both reuse factors are given, as
/// hls4ml snaps the one that is known.
std::vector<Record> records_of(const Dataset& dataset, const Context& context = {});

/// Reads a table of records, or else what read_dataset does: the columns tell. What the latter is of is not in the
/// file; a folder is of ntorc_provenance().
/// @throws FileError, ParseError  as read_records and read_dataset.
std::variant<Dataset, std::vector<Record>> read_data(const std::filesystem::path& path);
/// The same for a table in memory. @param name  what to call it in messages.
std::variant<Dataset, std::vector<Record>> parse_data(std::string text, std::string name);

}  // namespace ntorc::perf
