// perf/model_data.hpp - the inside of a performance model, and its way to bytes and back.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/perf/performance_model.hpp"
#include "perf/calibration.hpp"
#include "perf/support.hpp"
#include "perf/target_model.hpp"

namespace ntorc::perf {

/// What a model knows of layers of one kind.
struct KindModel {
  Known known;
  std::uint64_t rows = 0;                            ///< trained on
  std::array<TargetModel, kTargets.size()> targets;  ///< in the order of kTargets
};

using Calibrations = std::array<std::optional<Calibration>, kTargets.size()>;  ///< in the order of kTargets

struct ModelData {
  Provenance provenance;
  std::string base;  ///< name of the model that was calibrated; empty if none was
  std::map<model::LayerKind, Calibrations> calibrations;
  Method method = Method::Hybrid;
  ForestOptions options;
  std::map<model::LayerKind, KindModel> kinds;
  std::vector<TreeNode> nodes;  ///< of all forests, unless they lie elsewhere:
  std::shared_ptr<const ModelData>
      keeper;  ///< in the model that was calibrated, or, without one, in the program itself

  /// What answers for `kind`: its own, or for a hybrid its relative's. Null if neither is there.
  const KindModel* knowing(model::LayerKind kind) const;
};

/// The file format: docs/formats/performance-model.md.
struct ModelFile {
  static std::string to_bytes(const ModelData& data);

  /// Copies the nodes and checks every byte. @throws ParseError
  static PerformanceModel read(std::string_view bytes, std::string_view name);

  /// Refers to the nodes where they are and takes them as right.
  /// @param bytes  aligned to 8, outlives every copy of the model.
  static PerformanceModel refer(std::string_view bytes, std::string_view name);
};

}  // namespace ntorc::perf
