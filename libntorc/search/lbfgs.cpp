#include "search/lbfgs.hpp"

#include <cmath>
#include <deque>
#include <utility>
#include <vector>

namespace ntorc::search {
namespace {

constexpr std::size_t kPairs = 8;

struct CurvaturePair {
  Eigen::VectorXd step;
  Eigen::VectorXd change;  ///< of the descent's gradient
};

/// The two-loop recursion: the inverse Hessian of the descent times `gradient`.
Eigen::VectorXd newton_step(const std::deque<CurvaturePair>& pairs, Eigen::VectorXd gradient) {
  std::vector<double> shares(pairs.size());
  for (std::size_t i = pairs.size(); i-- > 0;) {
    shares[i] = pairs[i].step.dot(gradient) / pairs[i].step.dot(pairs[i].change);
    gradient -= shares[i] * pairs[i].change;
  }
  if (!pairs.empty()) {
    const CurvaturePair& last = pairs.back();
    gradient *= last.step.dot(last.change) / last.change.squaredNorm();
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double back = pairs[i].change.dot(gradient) / pairs[i].step.dot(pairs[i].change);
    gradient += (shares[i] - back) * pairs[i].step;
  }
  return gradient;
}

}  // namespace

Eigen::VectorXd climb(const std::function<std::optional<Slope>(const Eigen::VectorXd&)>& function,
                      const Eigen::VectorXd& start, const ClimbOptions& options) {
  Eigen::VectorXd at = start;
  auto here = function(at);
  if (!here) return at;
  std::deque<CurvaturePair> pairs;
  std::size_t evaluations = 1;
  while (evaluations < options.evaluations) {
    Eigen::VectorXd step = newton_step(pairs, here->gradient);
    if (!(step.dot(here->gradient) > 0)) {
      pairs.clear();
      step = here->gradient;
    }
    const double longest = step.cwiseAbs().maxCoeff();
    if (!(longest > 0) || !std::isfinite(longest)) break;
    if (longest > options.largest_step) step *= options.largest_step / longest;
    const double slope = step.dot(here->gradient);
    std::optional<Slope> next;
    double share = 1;
    while (evaluations < options.evaluations) {
      next = function(at + share * step);
      ++evaluations;
      if (next && next->value >= here->value + 1e-4 * share * slope) break;
      next.reset();
      share /= 2;
      if (share < 1e-6) break;
    }
    if (!next) {
      if (pairs.empty()) break;
      pairs.clear();  // once more, straight up
      continue;
    }
    CurvaturePair pair{share * step, here->gradient - next->gradient};
    const double gain = next->value - here->value;
    at += pair.step;
    here = std::move(next);
    if (pair.step.dot(pair.change) > 1e-10 * pair.step.norm() * pair.change.norm()) {
      pairs.push_back(std::move(pair));
      if (pairs.size() > kPairs) pairs.pop_front();
    }
    if (gain < options.least_gain * (1 + std::abs(here->value))) break;
  }
  return at;
}

}  // namespace ntorc::search
