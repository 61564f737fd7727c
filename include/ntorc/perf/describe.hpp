// ntorc/perf/describe.hpp - what a dataset holds, what is wrong with it, and what of it leaks from training into a
// test. docs/formats/description.md
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/perf/contexts.hpp"
#include "ntorc/perf/record.hpp"

namespace ntorc::perf {

/// Rows of one stage and kind.
struct RowCount {
  Stage stage = Stage::Hls;
  Role role = Role::Layer;
  std::string kind;  ///< the word of the column `kind`
  std::int64_t rows = 0;
};

/// The values of one column over some rows.
struct ColumnRange {
  std::string column;
  std::int64_t values = 0;  ///< distinct ones
  double least = 0;
  double most = 0;
  std::int64_t missing = 0;  ///< rows without one
};

/// The layers of one kind in one context, at the stage of C synthesis.
struct KindDescription {
  model::LayerKind kind = model::LayerKind::Dense;
  std::int64_t rows = 0;
  std::int64_t configurations = 0;   ///< distinct: shape and reuse factors
  std::int64_t duplicates = 0;       ///< rows that repeat another one's configuration and figures
  std::vector<ColumnRange> columns;  ///< extents and reuse factors that the kind has, then the figures
};

struct ContextDescription {
  Context context;                    ///< without a release of hls4ml
  std::vector<std::string> releases;  ///< of hls4ml
  std::int64_t rows = 0;              ///< of layers
  std::vector<KindDescription> kinds;
};

/// One figure of one configuration in one context that is reported differently.
struct Conflict {
  Context context;
  hls4ml::LayerShape shape;
  std::vector<std::int64_t> reuse;
  Target target = Target::Lut;
  std::int64_t rows = 0;
  double least = 0;
  double most = 0;
  std::string least_project;
  std::string most_project;

  double spread_percent() const { return most > 0 ? 100 * (most - least) / most : 0; }
};

/// How much a random split of the rows would tell a model of the rows that it is tested on. Shares are of the layers.
struct Leaks {
  double repeated_share = 0;  ///< rows whose configuration occurs more than once in their context
  double twin_share = 0;      ///< of a random fifth of the rows, those that have such a twin in the other four fifths
  std::int64_t projects = 0;  ///< with layers, by folder
  std::int64_t copied_projects = 0;   ///< whose layers and figures are all those of another one
  std::int64_t renamed_projects = 0;  ///< of a name that occurs in two folders
  double shared_module_share = 0;     ///< rows that stand with the same module and figures in another project
  double near_share = 0;  ///< rows that another project has with figures within one in a hundred: as of another seed
};

struct DataDescription {
  std::int64_t rows = 0;
  std::vector<RowCount> counts;  ///< by stage, role and kind
  std::int64_t unmapped = 0;
  std::vector<ContextDescription> contexts;  ///< most rows first
  std::int64_t conflicting = 0;              ///< figures of configurations that are reported differently
  std::int64_t widely_conflicting = 0;       ///< by more than one in a hundred
  std::vector<Conflict> conflicts;           ///< the widest first
  Leaks leaks;
  std::vector<std::string> warnings;  ///< one line each
};

inline constexpr std::size_t kConflictsShown = 10;

DataDescription describe(const std::vector<Record>& records);

/// For people, at most 100 columns wide. @param conflicts  how many at most
std::string description_text(const DataDescription& data, std::size_t conflicts = kConflictsShown);

/// docs/formats/description.md.
std::string description_json(const DataDescription& data, std::size_t conflicts = kConflictsShown);

}  // namespace ntorc::perf
