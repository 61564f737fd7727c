// ntorc/perf/random_forest.hpp - random forest regression as N-TORC uses it.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ntorc::perf {

/// Breiman's random forest (Machine Learning 45, 2001) with the settings of N-TORC [Singh et al., FCCM 2025, III-B], which are
/// those of scikit-learn's RandomForestRegressor: bootstrap of n rows, every feature tried at every split, squared error, grown
/// until a leaf is pure or its rows cannot be told apart, tree means averaged.
struct ForestOptions {
  int trees = 100;          ///< >= 1
  std::uint64_t seed = 42;  ///< tree t draws from a stream of its own, made from (seed, t)
  int threads = 0;          ///< >= 0; 0 takes one for each core. The result does not depend on it

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

// The class is laid out by libntorc/perf: see RandomForest below.

}  // namespace ntorc::perf
