#include "search/gaussian_process.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "search/lbfgs.hpp"
#include "search/outcome.hpp"
#include "search/spaces.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

/// Four points in two dimensions, one of them evaluated twice.
ModelData four_points() {
  ModelData data;
  data.features = {{0}, {1}};
  data.parameters = 2;
  data.inputs.resize(4, 2);
  data.inputs << 0, 0, 0.2, -0.1, -0.4, 0.3, 0.5, 0.45;
  data.targets = Eigen::Vector4d(0.3, -0.5, 1.2, -0.9);
  data.repeats = Eigen::Vector4d(1, 1, 2, 1);
  return data;
}

const ModelParameters kFourParameters{Eigen::Vector2d(std::log(0.4), std::log(0.9)), std::log(0.5), std::log(1.5),
                                      std::log(0.01)};

// By NumPy: the formulas of the header with an inverse in place of factors.
TEST(GaussianProcess, PredictsAsTheInverseSays) {
  const GaussianProcess process(four_points(), kFourParameters);
  const auto near = process.predict(Eigen::Vector2d(0.1, 0.2));
  EXPECT_NEAR(near.mean, -0.07936459, 1e-8);
  EXPECT_NEAR(near.deviation, 0.40096699, 1e-8);
  const auto far = process.predict(Eigen::Vector2d(2, 2));
  EXPECT_NEAR(far.mean, 0.09023753, 1e-8);
  EXPECT_NEAR(far.deviation, 1.22473434, 1e-8);
}

TEST(GaussianProcess, WeighsItsParametersAsTheInverseSays) {
  EXPECT_NEAR(evidence(four_points(), kFourParameters)->value, 1.7726074454297027, 1e-10);
  ModelData known = four_points();
  known.noise = 0.01 + 1e-6;
  EXPECT_NEAR(evidence(known, kFourParameters)->value, -2.6494472635539577, 1e-10);
}

/// Points of a space with conditions, random targets.
ModelData layered_data(std::size_t count) {
  static const Space space = test::layered_space();
  const Chart chart(space);
  support::Random random(3);
  ModelData data;
  data.features = chart.features();
  data.parameters = chart.parameters();
  data.inputs.resize(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(data.features.size()));
  data.targets.resize(static_cast<Eigen::Index>(count));
  data.repeats = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(count));
  for (Eigen::Index i = 0; i < data.inputs.rows(); ++i) {
    data.inputs.row(i) = chart.encode(sample(space, static_cast<std::uint64_t>(i)));
    data.targets[i] = random.normal();
  }
  data.repeats[1] = 3;
  return data;
}

TEST(Evidence, HasTheSlopeOfItsDifferences) {
  for (const bool knows_noise : {false, true}) {
    ModelData data = layered_data(25);
    if (knows_noise) data.noise = 0.05;
    ModelParameters at;
    at.log_lengths.resize(5);
    at.log_lengths << -0.5, 0.2, 0.4, -0.1, 0.8;
    at.log_absence = -0.4;
    at.log_signal = 0.3;
    at.log_noise = -2;
    const auto here = evidence(data, at);
    ASSERT_TRUE(here);
    const auto moved = [&](Eigen::Index i, double by) {
      ModelParameters there = at;
      if (i < 5) there.log_lengths[i] += by;
      if (i == 5) there.log_absence += by;
      if (i == 6) there.log_signal += by;
      if (i == 7) there.log_noise += by;
      return evidence(data, there)->value;
    };
    for (Eigen::Index i = 0; i < 8; ++i) {
      const double difference = (moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5;
      EXPECT_NEAR(here->gradient[i], difference, 1e-6 * (1 + std::abs(difference))) << "parameter " << i;
    }
  }
}

TEST(GaussianProcess, LearnsASmoothFunction) {
  for (const std::size_t count : {40u, 200u}) {  // as many as make it compare starts on fewer points
    ModelData data;
    data.features = {{0}, {1}};
    data.parameters = 2;
    data.inputs.resize(static_cast<Eigen::Index>(count), 2);
    data.targets.resize(data.inputs.rows());
    data.repeats = Eigen::VectorXd::Ones(data.inputs.rows());
    const auto function = [](double x, double y) { return std::sin(5 * x) + y * y; };
    support::Random random(1);
    for (Eigen::Index i = 0; i < data.inputs.rows(); ++i) {
      data.inputs.row(i) << random.uniform() / 2, random.uniform() / 2;
      data.targets[i] = function(data.inputs(i, 0), data.inputs(i, 1));
    }
    data.noise = 1e-6;
    const GaussianProcess process = GaussianProcess::fitted(data, 2);
    const auto there = process.predict(Eigen::Vector2d(0.2, -0.1));
    EXPECT_NEAR(there.mean, function(0.2, -0.1), 0.01);
    EXPECT_LT(there.deviation, 0.05);
    EXPECT_LT(process.parameters().log_lengths[0], process.parameters().log_lengths[1]);
  }
}

TEST(GaussianProcess, FindsTheNoise) {
  ModelData data;
  data.features = {{0}};
  data.parameters = 1;
  data.inputs = Eigen::VectorXd::LinSpaced(100, -0.5, 0.5);
  data.targets.resize(100);
  data.repeats = Eigen::VectorXd::Ones(100);
  support::Random random(6);
  for (Eigen::Index i = 0; i < 100; ++i) data.targets[i] = 3 * data.inputs(i, 0) + 0.3 * random.normal();
  const GaussianProcess process = GaussianProcess::fitted(data, 2);
  EXPECT_NEAR(std::exp(process.parameters().log_noise / 2), 0.3, 0.06);
  EXPECT_LT(process.predict(Eigen::VectorXd::Zero(1)).deviation, 0.1);  // of the function, not of an evaluation
}

TEST(GaussianProcess, IsSureOfWhatItBelieves) {
  const GaussianProcess process(four_points(), kFourParameters);
  const Eigen::Vector2d at(0.3, -0.4);
  const auto before = process.predict(at);
  const auto after = process.believing(at).predict(at);
  EXPECT_NEAR(after.mean, before.mean, 1e-9);
  EXPECT_LT(after.deviation, before.deviation / 2);
}

TEST(GaussianProcess, TakesEqualPointsWithoutNoise) {
  ModelData data = four_points();
  data.inputs.row(3) = data.inputs.row(2);
  data.noise = 0;
  EXPECT_TRUE(std::isfinite(GaussianProcess(data, kFourParameters).predict(Eigen::Vector2d(0, 0)).mean));
  data.targets.setZero();
  EXPECT_NEAR(GaussianProcess::fitted(four_points(), 3).predict(Eigen::Vector2d(0, 0)).mean, 0.3, 0.5);
}

TEST(Climb, FindsTheTopOfACurvedRidge) {
  const auto rosenbrock = [](const Eigen::VectorXd& x) -> std::optional<Slope> {
    const double a = x[1] - x[0] * x[0];
    const double b = 1 - x[0];
    return Slope{-100 * a * a - b * b, Eigen::Vector2d(400 * a * x[0] + 2 * b, -200 * a)};
  };
  const Eigen::VectorXd top =
      climb(rosenbrock, Eigen::Vector2d(-1.2, 1), {.evaluations = 200, .largest_step = 1, .least_gain = 1e-14});
  EXPECT_NEAR(top[0], 1, 1e-4);
  EXPECT_NEAR(top[1], 1, 1e-4);
}

TEST(Climb, StaysWhereTheFunctionHasValues) {
  const auto edge = [](const Eigen::VectorXd& x) -> std::optional<Slope> {
    if (x[0] > 1) return std::nullopt;
    return Slope{x[0], Eigen::VectorXd::Ones(1)};
  };
  EXPECT_NEAR(climb(edge, Eigen::VectorXd::Zero(1))[0], 1, 1e-3);
  EXPECT_EQ(climb(edge, Eigen::VectorXd::Constant(1, 2.0))[0], 2);
}

TEST(OutcomeScale, IsNotMovedByADivergedTraining) {
  const OutcomeScale scale = scale_of({1, 2, 3, 4, 5, 1e9}, 3);
  EXPECT_EQ(scale.ceiling, 43);  // 3 and twenty times 3 - 1; ten ranges of 2.5 beyond 4.75 are less
  EXPECT_DOUBLE_EQ(scale.centre, (15 + 43) / 6.0);
  EXPECT_EQ(scale.standardised(1e9), scale.standardised(43));
  EXPECT_EQ(scale_of({2, 2, 2}, 2).scale, 1);
  EXPECT_EQ(scale_of({1, 2, 3}, -INFINITY).ceiling, 3);
}

}  // namespace
}  // namespace ntorc::search
