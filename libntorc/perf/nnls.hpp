// perf/nnls.hpp - least squares with weights that are not negative.
#pragma once

#include <Eigen/Core>

namespace ntorc::perf {

/// x >= 0 with least |a x - b|: the active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974,
/// chapter 23).
/// @param a  (n, m), n >= 1, m >= 1, finite. @param b  (n), finite.
Eigen::VectorXd nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace ntorc::perf
