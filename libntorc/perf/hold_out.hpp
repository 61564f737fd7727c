// perf/hold_out.hpp - predictions of rows that were kept from training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perf/target_model.hpp"

namespace ntorc::perf {

/// How one figure of one kind of layer is learnt, the same for every part that is held out.
struct Learner {
  Method method;
  Target target;
  const ForestOptions& options;
  const TermPrior& prior;
};

struct HeldOut {
  const Observation* row = nullptr;  ///< one of the configuration's
  double truth = 0;                  ///< the row's figure, or the mean of the configuration's
  double predicted = 0;
  std::size_t part = 0;  ///< those of one part were held out together
};

/// The rows of each configuration, in random order.
std::vector<std::vector<const Observation*>> shuffled_configurations(const std::vector<const Observation*>& rows,
                                                                     std::uint64_t seed);

/// A random fifth of the rows [Singh et al., FCCM 2025, Table I].
std::vector<HeldOut> hold_out_rows(std::vector<const Observation*> rows, const Learner& learner);

/// Ten folds over distinct configurations.
std::vector<HeldOut> hold_out_configurations(const std::vector<const Observation*>& rows, const Learner& learner);

/// Which values of n_in and of size are left out, one after the other. Of more than ten between others, neighbours go
/// together.
enum class Sizes {
  Interior,  ///< those between two others: the model interpolates
  Extreme,   ///< the least and the largest: it extrapolates
};

std::vector<HeldOut> hold_out_sizes(const std::vector<const Observation*>& rows, const Learner& learner, Sizes sizes);

}  // namespace ntorc::perf
