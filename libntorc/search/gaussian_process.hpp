// search/gaussian_process.hpp - what a function may be, given its values at some points.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "search/chart.hpp"

namespace ntorc::search {

/// What a model is made from. Targets are best centred and of variance 1: the priors say so.
struct ModelData {
  std::vector<Feature> features{};  ///< of the columns of `inputs`
  std::size_t parameters = 0;
  Eigen::MatrixXd inputs{};   ///< (n, features)
  Eigen::VectorXd targets{};  ///< (n)
  Eigen::VectorXd repeats{};  ///< (n), evaluations that a target is the mean of: its noise is that of one over these
  std::optional<double> noise{};  ///< variance of one evaluation, if it is known
};

/// k(x, y) = s (1 + q + q^2 / 3) exp(-q), q = sqrt(5) r: Matern 5/2 with, for parameter p of length l_p,
///     r^2 = sum_p [(x_p - y_p)^2 + w^2 (absent from x alone, or y alone)] / l_p^2
/// where an absent parameter lies in the middle of its domain and off it by w, so that it is as far
/// from all values, nearly, and its own value says nothing.
struct ModelParameters {
  Eigen::VectorXd log_lengths{};
  double log_absence = 0;  ///< of w
  double log_signal = 0;   ///< of s
  double log_noise = 0;    ///< of the variance of one evaluation
};

/// Log of the likelihood times the priors, to a constant, and its gradient in order of the fields of ModelParameters.
/// The constant mean is the one of largest likelihood.
///
/// Priors: ln l normal(sqrt(2) + ln(parameters) / 2, sqrt(3)) and noise log-normal(-4, 1) [Hvarfner, Hellsten, Nardi,
/// ICML 2024, as in BoTorch since 0.12]; ln s normal(0, 1.5), ln w normal(ln(1/2), 1): ours.
/// Departs: that of a length is a density of its logarithm, so the most likely one is its median: smoother models than
/// BoTorch's.
struct Evidence {
  double value = 0;
  Eigen::VectorXd gradient{};
};
/// Absent if the covariance is not positive definite in double precision.
std::optional<Evidence> evidence(const ModelData& data, const ModelParameters& parameters);

/// Immutable.
class GaussianProcess {
 public:
  /// With given parameters. The noise is raised until the covariance is positive definite.
  GaussianProcess(const ModelData& data, ModelParameters parameters);

  /// With the parameters of largest evidence that are found from `starts` starts.
  static GaussianProcess fitted(const ModelData& data, std::size_t starts);

  /// With one more point, at which the model is believed, and the same parameters.
  GaussianProcess believing(const Eigen::VectorXd& input) const;

  struct Prediction {
    double mean = 0;
    double deviation = 0;  ///< of the function, without noise
  };
  Prediction predict(const Eigen::VectorXd& input) const;

  const ModelParameters& parameters() const { return parameters_; }

 private:
  ModelData data_;
  ModelParameters parameters_;
  Eigen::MatrixXd scaled_;  ///< (features, n): inputs over lengths
  Eigen::VectorXd scale_;   ///< of each feature
  Eigen::MatrixXd factor_;  ///< lower Cholesky factor
  Eigen::VectorXd weights_;
  double mean_ = 0;
};

}  // namespace ntorc::search
