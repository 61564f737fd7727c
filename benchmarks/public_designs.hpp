// public_designs.hpp - figures of public hls4ml designs, as designs.tsv and instances.tsv hold them, and what can be
// told from them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/backend.hpp"

namespace ntorc::designs {

/// An instance of the top level. A figure that the report lacks, or has as "?", is none.
struct Process {
  std::string module{};
  std::optional<std::int64_t> config{};  ///< index of the node in hls4ml's graph
  std::optional<double> latency_max_cycles{};
};

struct Design {
  std::string repo{};
  std::string path{};
  std::string tool{};
  std::string version{};
  std::string pipeline{};             ///< "dataflow", "function", "yes", "none", ... as the report has it
  std::optional<double> instances{};  ///< as many as the report has
  std::optional<double> latency_max_cycles{};
  std::optional<double> bram_18k{};
  std::optional<double> fifo_bram_18k{};
  std::optional<double> instance_bram_18k{};
  std::vector<Process> processes{};
  bool shares_rows = false;  ///< another commit of the same report stands in the table: processes are not told apart

  int tool_year() const;  ///< 0 if the version does not begin with a year
  hls4ml::Backend backend() const;
};

/// A row of a FIFO table, or several that are equal.
struct FifoRow {
  std::string repo{};
  std::string design{};  ///< path of the report
  std::int64_t depth = 1;
  std::int64_t bits = 1;
  std::int64_t bram_18k = 0;
  std::int64_t count = 1;
  int tool_year = 0;
};

/// Reads DIR/designs.tsv and DIR/instances.tsv; a row that cannot be read in part has what can be read.
/// @throws ParseError  if a file lacks a column that nothing can be said without. @throws FileError
std::vector<Design> read_designs(const std::filesystem::path& dir);
std::vector<FifoRow> read_fifos(const std::filesystem::path& file);  ///< @throws ParseError, FileError

enum class Style { ParallelPipeline, ParallelDataflow, StreamDataflow };
std::string_view to_string(Style style);

/// By the kind of pipeline and the names of the modules: those of io_stream have arrays or streams as arguments.
Style style(const Design& design);

/// Why the latency of a design says nothing of how its processes compose; empty if it does.
std::string not_comparable(const Design& design);

/// Streams between the processes, as far as names and latencies tell; the output of the last one is a port.
struct DerivedFifos {
  std::vector<FifoRow> fifos{};  ///< `bram_18k` is not set; one for each edge, `bits` and `count` as the tool has them
  std::string assumption{};      ///< what had to be guessed; or, without FIFOs, why nothing can be told
};
DerivedFifos derive_fifos(const Design& design);

}  // namespace ntorc::designs
