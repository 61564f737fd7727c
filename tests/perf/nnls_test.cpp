#include "perf/nnls.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ntorc::perf {
namespace {

TEST(NonnegativeLeastSquares, FindsTheWeightsOfASum) {
  Eigen::MatrixXd a(4, 2);
  a << 1, 0, 1, 1, 1, 2, 1, 3;
  const Eigen::VectorXd x = nonnegative_least_squares(a, Eigen::Vector4d(5, 7, 9, 11));
  EXPECT_NEAR(x[0], 5, 1e-9);
  EXPECT_NEAR(x[1], 2, 1e-9);
}

TEST(NonnegativeLeastSquares, LeavesOutWhatWouldBeNegative) {
  // Without the bound the slope is -2; with it the mean, 8, is best.
  Eigen::MatrixXd a(4, 2);
  a << 1, 0, 1, 1, 1, 2, 1, 3;
  const Eigen::VectorXd x = nonnegative_least_squares(a, Eigen::Vector4d(11, 9, 7, 5));
  EXPECT_NEAR(x[0], 8, 1e-9);
  EXPECT_EQ(x[1], 0);
}

TEST(NonnegativeLeastSquares, GivesNothingToColumnsOfZeros) {
  Eigen::MatrixXd a(3, 2);
  a << 0, 1, 0, 1, 0, 1;
  const Eigen::VectorXd x = nonnegative_least_squares(a, Eigen::Vector3d(1, 2, 3));
  EXPECT_EQ(x[0], 0);
  EXPECT_NEAR(x[1], 2, 1e-9);
}

/// At the optimum no weight can be raised, and none that is above zero be lowered, to any use (Karush, Kuhn, Tucker).
TEST(NonnegativeLeastSquares, IsOptimalOnRandomProblems) {
  std::mt19937_64 random(11);
  const auto draw = [&] { return static_cast<double>(random() % 2001) / 1000 - 1; };
  for (int trial = 0; trial < 500; ++trial) {
    const auto rows = static_cast<Eigen::Index>(1 + random() % 20);
    const auto columns = static_cast<Eigen::Index>(1 + random() % 12);  // also more than rows
    Eigen::MatrixXd a(rows, columns);
    Eigen::VectorXd b(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
      b[i] = draw();
      for (Eigen::Index j = 0; j < columns; ++j) a(i, j) = random() % 4 == 0 ? 0 : draw() * std::pow(10, j % 4);
    }
    const Eigen::VectorXd x = nonnegative_least_squares(a, b);
    const Eigen::VectorXd slope = a.transpose() * (b - a * x);
    for (Eigen::Index j = 0; j < columns; ++j) {
      const double scale = std::max(1.0, a.col(j).norm());
      EXPECT_GE(x[j], 0);
      EXPECT_LE(slope[j] / scale, 1e-7) << trial;
      EXPECT_NEAR(x[j] > 1e-9 ? slope[j] / scale : 0, 0, 1e-7) << trial;
    }
  }
}

}  // namespace
}  // namespace ntorc::perf
