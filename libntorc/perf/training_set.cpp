#include "perf/training_set.hpp"

#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {

TrainingSet training_set(const std::vector<const Observation*>& rows, Target target) {
  TrainingSet set{Eigen::MatrixXd(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(Features::kCount)),
                  Eigen::VectorXd(static_cast<Eigen::Index>(rows.size()))};
  Eigen::Index count = 0;
  for (const Observation* row : rows) {
    if (!(*row)[target]) continue;
    const auto features = Features::of(row->shape, row->reuse);
    set.features.row(count) =
        Eigen::Map<const Eigen::RowVectorXd>(features.data(), static_cast<Eigen::Index>(features.size()));
    set.figures[count++] = *(*row)[target];
  }
  set.features.conservativeResize(count, Eigen::NoChange);
  set.figures.conservativeResize(count);
  return set;
}

}  // namespace ntorc::perf
