#include "perf/nnls.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <vector>

namespace ntorc::perf {
namespace {

/// Least squares over the chosen columns, zero elsewhere.
Eigen::VectorXd unconstrained(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, const std::vector<bool>& chosen) {
  std::vector<Eigen::Index> columns;
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    if (chosen[static_cast<std::size_t>(j)]) columns.push_back(j);
  }
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  if (columns.empty()) return x;
  const Eigen::VectorXd least = a(Eigen::all, columns).colPivHouseholderQr().solve(b);
  for (std::size_t i = 0; i < columns.size(); ++i) x[columns[i]] = least[static_cast<Eigen::Index>(i)];
  return x;
}

}  // namespace

Eigen::VectorXd nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  const Eigen::VectorXd scale =
      a.colwise().norm().transpose().unaryExpr([](double norm) { return norm > 0 ? norm : 1; });
  const Eigen::MatrixXd scaled = a * scale.cwiseInverse().asDiagonal();
  const auto columns = static_cast<std::size_t>(a.cols());
  const double tolerance = 1e-10 * std::max(1.0, b.norm());
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  std::vector<bool> chosen(columns, false);
  for (std::size_t round = 0; round < 3 * columns; ++round) {
    const Eigen::VectorXd slope = scaled.transpose() * (b - scaled * x);
    Eigen::Index steepest = -1;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      if (chosen[static_cast<std::size_t>(j)] || slope[j] <= tolerance) continue;
      if (steepest < 0 || slope[j] > slope[steepest]) steepest = j;
    }
    if (steepest < 0) break;
    chosen[static_cast<std::size_t>(steepest)] = true;
    Eigen::VectorXd target = unconstrained(scaled, b, chosen);
    while (true) {  // every pass takes one column out again
      double step = 1;
      Eigen::Index first = -1;  // to reach zero on the way to the target
      for (Eigen::Index j = 0; j < a.cols(); ++j) {
        if (!chosen[static_cast<std::size_t>(j)] || target[j] > 0) continue;
        const double reached = x[j] > 0 ? x[j] / (x[j] - target[j]) : 0;
        if (first < 0 || reached < step) {
          step = reached;
          first = j;
        }
      }
      if (first < 0) break;
      x += step * (target - x);
      x = x.cwiseMax(0);
      x[first] = 0;
      chosen[static_cast<std::size_t>(first)] = false;
      target = unconstrained(scaled, b, chosen);
    }
    x = target;
  }
  return x.cwiseMax(0).cwiseQuotient(scale);
}

}  // namespace ntorc::perf
