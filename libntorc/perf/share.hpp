// perf/share.hpp - a model for one context that learns from the model and the rows of another.
#pragma once

#include "ntorc/perf/contexts.hpp"
#include "perf/model_data.hpp"

namespace ntorc::perf {

/// As ModelSet::fit says of every context but the first.
/// @param first       fitted to `first_rows`, with `options`
/// @param provenance  of the context that `own` is of
/// @throws InvalidArgument  if `own` has no figure.
PerformanceModel share(const PerformanceModel& first, const Dataset& first_rows, const Dataset& own,
                       const Provenance& provenance, const ForestOptions& options);

}  // namespace ntorc::perf
