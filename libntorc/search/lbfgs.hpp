// search/lbfgs.hpp - the top of a smooth function.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <optional>

namespace ntorc::search {

struct Slope {
  double value = 0;
  Eigen::VectorXd gradient{};
};

struct ClimbOptions {
  std::size_t evaluations = 60;
  double largest_step = 1;   ///< of a coordinate, in one iteration
  double least_gain = 1e-7;  ///< an iteration that gains less, relative to 1 + |value|, is the last
};

/// A local maximum by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno [Nocedal, Math. Comp. 35,
/// 1980], each step halved until it gains (Armijo's rule). `function` returns nothing where it has no value.
/// @return  the best point seen; `start` if the function has no value there.
Eigen::VectorXd climb(const std::function<std::optional<Slope>(const Eigen::VectorXd&)>& function,
                      const Eigen::VectorXd& start, const ClimbOptions& options = {});

}  // namespace ntorc::search
