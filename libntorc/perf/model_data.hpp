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

/// How a context came to a figure, where there is another context to learn from.
enum class Way {
  Calibrated,  ///< the other context's model, calibrated by the rows of this one
  Pooled,      ///< rows of both, those of this context brought to the other by the calibration
  Own,         ///< rows of this context alone
};

inline constexpr std::array kWays{Way::Calibrated, Way::Pooled, Way::Own};

std::string_view to_string(Way way);  ///< "calibrated", "pooled", "own"

struct Choice {
  Way way = Way::Own;
  /// Mean |ln((truth + 1) / (predicted + 1))| on configurations of the context that were kept from learning, in the
  /// order of kWays; absent if it could not be told.
  std::array<std::optional<double>, kWays.size()> errors{};
};

/// What a model knows of layers of one kind.
struct KindModel {
  Known known;
  std::uint64_t rows = 0;                                         ///< trained on
  std::array<TargetModel, kTargets.size()> targets;               ///< in the order of kTargets
  std::array<std::optional<Known>, kTargets.size()> own_known{};  ///< of a figure that was trained on other rows
  std::array<std::optional<Choice>, kTargets.size()> choices{};   ///< of a context that had one
  std::string borrowed_from{};  ///< the context whose model this is, if this one has no rows of the kind

  const Known& known_of(Target target) const {
    const auto& own = own_known[static_cast<std::size_t>(target)];
    return own ? *own : known;
  }
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

/// Widths of intervals for a model that was adapted: to what the errors on the reports ask for; where these are too few
/// to tell, by the largest of them and more, for few reports seldom show the largest that there is.
/// @param errors  not empty
void widen(std::array<std::vector<double>, 3>& widths, const std::vector<double>& errors);

/// The file format: docs/formats/performance-model.md.
struct ModelFile {
  /// One context: version 2. Several: version 3, each forest written once.
  static std::string to_bytes(const std::vector<PerformanceModel>& models);

  /// Copies the nodes and checks every byte. @throws ParseError
  static std::vector<PerformanceModel> read_all(std::string_view bytes, std::string_view name);
  /// Of a file of one context. @throws ParseError  also if there are several.
  static PerformanceModel read(std::string_view bytes, std::string_view name);

  static PerformanceModel model(std::shared_ptr<const ModelData> data) { return PerformanceModel(std::move(data)); }
  static const std::shared_ptr<const ModelData>& data(const PerformanceModel& model) { return model.data_; }

  /// Refers to the nodes where they are and takes them as right.
  /// @param bytes  aligned to 8, outlives every copy of the model.
  static PerformanceModel refer(std::string_view bytes, std::string_view name);
};

}  // namespace ntorc::perf
