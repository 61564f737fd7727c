#include "search/gaussian_process.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "search/lbfgs.hpp"

namespace ntorc::search {
namespace {

using Eigen::Index;

constexpr double kLengthSpread = 1.7320508075688772;  ///< sqrt(3), of ln l
constexpr double kNoiseMedian = -4;                   ///< ln
constexpr double kSignalSpread = 1.5;
constexpr double kAbsenceMedian = -0.6931471805599453;  ///< ln(1/2)
constexpr double kLeastNoise = 1e-6;                    ///< of targets of variance 1
constexpr double kFurthest = 12;                        ///< of a logarithm from 0
constexpr Index kFewForStarts = 150;                    ///< of more points, starts are compared on as many of them

double length_median(std::size_t parameters) {
  return std::numbers::sqrt2 + std::log(static_cast<double>(std::max<std::size_t>(parameters, 1))) / 2;
}

double matern(double r2) {
  const double q = std::sqrt(5 * r2);
  return (1 + q + q * q / 3) * std::exp(-q);
}

/// d matern / d r^2
double matern_slope(double r2) {
  const double q = std::sqrt(5 * r2);
  return -5.0 / 6 * (1 + q) * std::exp(-q);
}

Eigen::VectorXd feature_scale(const ModelData& data, const ModelParameters& parameters) {
  Eigen::VectorXd scale(data.inputs.cols());
  for (Index f = 0; f < scale.size(); ++f) {
    const Feature& feature = data.features[static_cast<std::size_t>(f)];
    double log_scale = -parameters.log_lengths[static_cast<Index>(feature.parameter)];
    if (feature.kind == Feature::Kind::Absence) log_scale += parameters.log_absence;
    scale[f] = std::exp(log_scale);
  }
  return scale;
}

double noise_of(const ModelData& data, const ModelParameters& parameters) {
  return data.noise ? *data.noise : kLeastNoise + std::exp(parameters.log_noise);
}

/// Lower triangle of the squared distances; `scaled` is (features, n).
Eigen::MatrixXd squared_distances(const Eigen::MatrixXd& scaled) {
  const Index n = scaled.cols();
  Eigen::MatrixXd r2 = Eigen::MatrixXd::Zero(n, n);
  for (Index b = 0; b < n; ++b) {
    for (Index a = b + 1; a < n; ++a) r2(a, b) = (scaled.col(a) - scaled.col(b)).squaredNorm();
  }
  return r2;
}

Eigen::VectorXd pack_parameters(const ModelParameters& parameters) {
  const Index lengths = parameters.log_lengths.size();
  Eigen::VectorXd packed(lengths + 3);
  packed << parameters.log_lengths, parameters.log_absence, parameters.log_signal, parameters.log_noise;
  return packed;
}

ModelParameters unpack_parameters(const Eigen::VectorXd& packed) {
  const Index lengths = packed.size() - 3;
  return {packed.head(lengths), packed[lengths], packed[lengths + 1], packed[lengths + 2]};
}

struct LogPrior {
  double value = 0;
  Eigen::VectorXd gradient{};
};

LogPrior log_prior(const ModelData& data, const ModelParameters& parameters) {
  const Index lengths = parameters.log_lengths.size();
  LogPrior prior{0, Eigen::VectorXd::Zero(lengths + 3)};
  const auto normal = [&](Index i, double at, double mean, double spread) {
    const double z = (at - mean) / spread;
    prior.value -= z * z / 2;
    prior.gradient[i] -= z / spread;
  };
  const auto log_normal = [&](Index i, double at, double mean, double spread) {  // density of exp(at)
    normal(i, at, mean, spread);
    prior.value -= at;
    prior.gradient[i] -= 1;
  };
  for (Index p = 0; p < lengths; ++p) {
    normal(p, parameters.log_lengths[p], length_median(data.parameters), kLengthSpread);
  }
  normal(lengths, parameters.log_absence, kAbsenceMedian, 1);
  normal(lengths + 1, parameters.log_signal, 0, kSignalSpread);
  if (!data.noise) log_normal(lengths + 2, parameters.log_noise, kNoiseMedian, 1);
  return prior;
}

/// Every so many-th point.
ModelData thinned(const ModelData& data, Index most) {
  const Index n = data.inputs.rows();
  if (n <= most) return data;
  ModelData few = data;
  few.inputs.resize(most, data.inputs.cols());
  few.targets.resize(most);
  few.repeats.resize(most);
  for (Index i = 0; i < most; ++i) {
    const Index from = i * n / most;
    few.inputs.row(i) = data.inputs.row(from);
    few.targets[i] = data.targets[from];
    few.repeats[i] = data.repeats[from];
  }
  return few;
}

Eigen::VectorXd best_parameters(const ModelData& data, const std::vector<Eigen::VectorXd>& starts,
                                const ClimbOptions& options) {
  const auto slope = [&](const Eigen::VectorXd& at) -> std::optional<Slope> {
    if (at.cwiseAbs().maxCoeff() > kFurthest) return std::nullopt;
    auto found = evidence(data, unpack_parameters(at));
    if (!found) return std::nullopt;
    return Slope{found->value, std::move(found->gradient)};
  };
  Eigen::VectorXd best = starts.front();
  std::optional<double> best_value;
  for (const Eigen::VectorXd& start : starts) {
    const Eigen::VectorXd end = climb(slope, start, options);
    const auto value = slope(end);
    if (value && (!best_value || value->value > *best_value)) {
      best = end;
      best_value = value->value;
    }
  }
  return best;
}

}  // namespace

std::optional<Evidence> evidence(const ModelData& data, const ModelParameters& parameters) {
  const Index n = data.inputs.rows();
  const double signal = std::exp(parameters.log_signal);
  const double noise = noise_of(data, parameters);
  const Eigen::MatrixXd scaled = (data.inputs * feature_scale(data, parameters).asDiagonal()).transpose();
  const Eigen::MatrixXd r2 = squared_distances(scaled);
  Eigen::MatrixXd correlation(n, n);  // lower triangle
  for (Index b = 0; b < n; ++b) {
    for (Index a = b; a < n; ++a) correlation(a, b) = matern(r2(a, b));
  }
  Eigen::MatrixXd covariance = signal * correlation;
  covariance.diagonal() += noise * data.repeats.cwiseInverse();
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  if (factor.info() != Eigen::Success) return std::nullopt;

  const Eigen::VectorXd of_ones = factor.solve(Eigen::VectorXd::Ones(n));
  const double mean = of_ones.dot(data.targets) / of_ones.sum();
  const Eigen::VectorXd centred = data.targets.array() - mean;
  const Eigen::VectorXd weights = factor.solve(centred);
  const double log_determinant = 2 * Eigen::MatrixXd(factor.matrixLLT()).diagonal().array().log().sum();

  LogPrior prior = log_prior(data, parameters);
  Evidence found{-(centred.dot(weights) + log_determinant) / 2 + prior.value, std::move(prior.gradient)};
  if (!std::isfinite(found.value)) return std::nullopt;

  // d/dt of the likelihood: tr((weights weights' - inverse) dK/dt) / 2; the mean's own share is 0 at its best.
  Eigen::MatrixXd pull = factor.solve(Eigen::MatrixXd::Identity(n, n));
  pull = weights * weights.transpose() - pull;
  const Index lengths = parameters.log_lengths.size();
  found.gradient[lengths + 1] += signal * (pull.diagonal().sum() / 2);
  if (!data.noise) {
    found.gradient[lengths + 2] +=
        std::exp(parameters.log_noise) * pull.diagonal().cwiseQuotient(data.repeats).sum() / 2;
  }
  for (Index b = 0; b < n; ++b) {
    for (Index a = b + 1; a < n; ++a) {
      found.gradient[lengths + 1] += signal * pull(a, b) * correlation(a, b);
      pull(a, b) *= signal * matern_slope(r2(a, b));  // the other triangle counts too, so not halved
    }
  }
  for (Index f = 0; f < scaled.rows(); ++f) {
    const Eigen::VectorXd x = scaled.row(f);
    double sum = 0;
    for (Index b = 0; b < n; ++b) {
      for (Index a = b + 1; a < n; ++a) sum += pull(a, b) * (x[a] - x[b]) * (x[a] - x[b]);
    }
    const Feature& feature = data.features[static_cast<std::size_t>(f)];
    found.gradient[static_cast<Index>(feature.parameter)] -= 2 * sum;
    if (feature.kind == Feature::Kind::Absence) found.gradient[lengths] += 2 * sum;
  }
  return found;
}

GaussianProcess::GaussianProcess(const ModelData& data, ModelParameters parameters)
    : data_(data), parameters_(std::move(parameters)) {
  scale_ = feature_scale(data_, parameters_);
  scaled_ = (data_.inputs * scale_.asDiagonal()).transpose();
  const Index n = data_.inputs.rows();
  const double signal = std::exp(parameters_.log_signal);
  Eigen::MatrixXd covariance = squared_distances(scaled_);
  for (Index b = 0; b < n; ++b) {
    for (Index a = b; a < n; ++a) covariance(a, b) = signal * matern(covariance(a, b));
  }
  covariance.diagonal() += noise_of(data_, parameters_) * data_.repeats.cwiseInverse();
  Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  for (double more = 1e-10 * signal; factor.info() != Eigen::Success; more *= 10) {
    covariance.diagonal().array() += more;
    factor.compute(covariance);
  }
  factor_ = factor.matrixL();
  const Eigen::VectorXd of_ones = factor.solve(Eigen::VectorXd::Ones(n));
  mean_ = of_ones.dot(data_.targets) / of_ones.sum();
  weights_ = factor.solve((data_.targets.array() - mean_).matrix());
}

GaussianProcess GaussianProcess::fitted(const ModelData& data, std::size_t starts) {
  const auto lengths = static_cast<Index>(data.parameters);
  std::vector<Eigen::VectorXd> from;
  // Lengths from a fifth of the domain on, each next start four times as long; the first noise is the prior's median.
  for (std::size_t start = 0; start < starts; ++start) {
    ModelParameters parameters;
    const double length = start == 0 ? 0.7 : 0.2 * std::pow(4.0, static_cast<double>(start - 1) * 1.5);
    parameters.log_lengths = Eigen::VectorXd::Constant(lengths, std::log(length));
    parameters.log_absence = kAbsenceMedian;
    parameters.log_signal = 0;
    parameters.log_noise = start % 2 == 0 ? kNoiseMedian : kNoiseMedian - 3;
    from.push_back(pack_parameters(parameters).cwiseMax(-kFurthest).cwiseMin(kFurthest));
  }
  if (data.inputs.rows() > kFewForStarts) {
    from = {best_parameters(thinned(data, kFewForStarts), from, {})};
    return {data, unpack_parameters(best_parameters(data, from, {.evaluations = 15}))};
  }
  return {data, unpack_parameters(best_parameters(data, from, {}))};
}

GaussianProcess GaussianProcess::believing(const Eigen::VectorXd& input) const {
  ModelData more = data_;
  const Index n = data_.inputs.rows();
  more.inputs.conservativeResize(n + 1, Eigen::NoChange);
  more.inputs.row(n) = input;
  more.targets.conservativeResize(n + 1);
  more.targets[n] = predict(input).mean;
  more.repeats.conservativeResize(n + 1);
  more.repeats[n] = 1;
  return {more, parameters_};
}

GaussianProcess::Prediction GaussianProcess::predict(const Eigen::VectorXd& input) const {
  const Eigen::VectorXd at = input.cwiseProduct(scale_);
  const double signal = std::exp(parameters_.log_signal);
  Eigen::VectorXd covariance = (scaled_.colwise() - at).colwise().squaredNorm().transpose();
  const Eigen::ArrayXd q = (5 * covariance.array()).sqrt();
  covariance = (signal * (1 + q + q * q / 3) * (-q).exp()).matrix();
  const double mean = mean_ + covariance.dot(weights_);
  for (Eigen::Index i = 0; i < covariance.size(); ++i) {  // L^-1 covariance, column by column
    covariance[i] /= factor_(i, i);
    const Eigen::Index left = covariance.size() - i - 1;
    covariance.tail(left) -= covariance[i] * factor_.col(i).tail(left);
  }
  return {mean, std::sqrt(std::max(signal - covariance.squaredNorm(), 1e-14 * signal))};
}

}  // namespace ntorc::search
