// ntorc/perf/model_set.hpp - performance models of several contexts (part, clock, tool, ...) that learn from one
// another, in one file. docs/algorithms/contexts.md
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ntorc/perf/contexts.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {

/// One model for each context, never empty. Immutable: const calls may run concurrently.
class ModelSet {
 public:
  explicit ModelSet(PerformanceModel only);

  /// Of one context or several. docs/formats/performance-model.md. @throws FileError, ParseError
  static ModelSet load(const std::filesystem::path& file);

  /// The first context is learnt from its own rows, as PerformanceModel::fit does. Each other one takes, for each kind
  /// and figure, the way with the least error on its own configurations, each left out in its turn (ten folds): the
  /// first context's model calibrated by its rows; a fit to the rows of both, its own brought to the first one's scale
  /// by that calibration; or a fit to its own rows alone. The latter two must be better by a twentieth than one that
  /// errs by 0.1 % or more. A kind of which it has no rows is the first one's, extrapolated and without intervals.
  /// @param contexts  not empty; the one that the others learn from first: learnable() sorts them so
  /// @param name      of the models
  /// @param source    of the data, with its licence
  /// @throws InvalidArgument  as PerformanceModel::fit.
  static ModelSet fit(const std::vector<ContextLayers>& contexts, const std::string& name, const std::string& source,
                      const ForestOptions& options = {}, Method method = Method::Hybrid);

  /// For each of the contexts the nearest model of this set, calibrated. @throws InvalidArgument  as
  /// PerformanceModel::calibrate.
  ModelSet calibrate(const std::vector<ContextLayers>& contexts, const std::string& name,
                     const std::string& source) const;

  const std::vector<PerformanceModel>& models() const { return models_; }

  /// The only one that the filter lets through. @throws InvalidArgument  if none or several pass: names them.
  const PerformanceModel& select(const ContextFilter& filter) const;

  /// The one for the same context, or else the only one that there is. @throws InvalidArgument  if there are several
  /// and none is for it.
  const PerformanceModel& of(const Context& context) const;

  /// The one whose context is most like this one: of the same tool, or at least of its maker; then part; then io type,
  /// precision and clock. Of several the first.
  const PerformanceModel& nearest(const Context& context) const;

  void save(const std::filesystem::path& file) const;  ///< @throws FileError

  /// A line for each context: what it was made of, and of one that learnt from another which way each figure took,
  /// with the errors in percent.
  std::vector<std::string> summary() const;

 private:
  explicit ModelSet(std::vector<PerformanceModel> models);
  std::vector<PerformanceModel> models_;
};

}  // namespace ntorc::perf
