// perf/training_set.hpp - synthesis results as a forest takes them.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "ntorc/perf/dataset.hpp"

namespace ntorc::perf {

struct TrainingSet {
  Eigen::MatrixXd features;  ///< (n, Features::kCount)
  Eigen::VectorXd figures;   ///< (n)
};

/// The rows that report `target`, in their order.
TrainingSet training_set(const std::vector<const Observation*>& rows, Target target);

}  // namespace ntorc::perf
