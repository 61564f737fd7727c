#include "perf/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/perf/performance_model.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

std::vector<Report> reports(int count, double factor) {
  std::vector<Report> all;
  for (int i = 1; i <= count; ++i) all.push_back({100.0 * i, factor * 100.0 * i});
  return all;
}

TEST(Calibration, LeavesAloneWhatFits) {
  const Calibration fitted = fit_calibration(reports(5, 1));
  EXPECT_NEAR(fitted.apply(1234), 1234, 1e-6);
  EXPECT_EQ(Calibration{}.apply(0), 0);
}

TEST(Calibration, FollowsManyReportsWholly) {
  const Calibration fitted = fit_calibration(reports(200, 1.5));
  EXPECT_NEAR(fitted.apply(5000) / 5000, 1.5, 0.01);
}

TEST(Calibration, FollowsOneReportByMostOfWhatItShows) {
  // The prior noise of 0.1 counts as three reports: 0.0075 of variance against the prior's 0.25.
  const Calibration fitted = fit_calibration(reports(1, 1.2));
  const double followed = std::log(fitted.apply(100) / 100);
  EXPECT_GT(followed, 0.9 * std::log(1.2));
  EXPECT_LT(followed, std::log(1.2));
}

TEST(Calibration, StaysAsItIsByReportsThatTellNothingNew) {
  std::vector<Report> all = reports(40, 1);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].reported *= i % 2 == 0 ? 1.05 : 1 / 1.05;
  const Calibration fitted = fit_calibration(all);
  EXPECT_NEAR(fitted.apply(1234), 1234, 1e-6);
}

TEST(Calibration, KeepsNothingAsNothing) { EXPECT_EQ(fit_calibration(reports(20, 3)).apply(0), 0); }

TEST(Calibration, PassesOverAReportThatIsOut) {
  std::vector<Report> all = reports(20, 1.3);
  all[7].reported *= 50;
  EXPECT_NEAR(fit_calibration(all).apply(1000) / 1000, 1.3, 0.05);
}

TEST(CalibrationErrors, AreThoseOfReportsThatWereKeptOut) {
  std::vector<Report> all = reports(30, 1.5);
  all[3].reported = 3 * all[3].predicted;  // twice what the others say
  const std::vector<double> errors = calibration_errors(all);
  ASSERT_EQ(errors.size(), all.size());
  EXPECT_NEAR(std::ranges::max(errors), std::log(2), 0.05);
}

/// Figures by the laws, times a factor.
Dataset dense_layers(double factor) {
  Dataset data;
  for (const std::int64_t n_in : {16, 32, 64, 128}) {
    for (const std::int64_t size : {8, 16, 32, 64}) {
      for (const std::int64_t reuse : {4, 16}) {
        Observation row{{LayerKind::Dense, n_in, size, 1, 1}, reuse, {}};
        for (const Target target : kTargets) row[target] = factor * static_cast<double>(n_in * size / reuse);
        data.push_back(row);
      }
    }
  }
  return data;
}

TEST(Calibrate, MovesAModelToAnotherTool) {
  const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());
  Dataset mine = dense_layers(1.4);
  mine.resize(12);
  Provenance provenance = ntorc_provenance();
  provenance.tool = "another";
  const auto model = base.calibrate(mine, provenance);
  const hls4ml::LayerShape shape{LayerKind::Dense, 128, 32, 1, 1};
  EXPECT_NEAR(model.predict(shape, 16, Target::Lut) / base.predict(shape, 16, Target::Lut), 1.4, 0.1);
  EXPECT_EQ(model.predict(shape, 16, Target::Dsp), std::round(model.predict(shape, 16, Target::Dsp)));
  EXPECT_EQ(model.provenance().tool, "another");
  EXPECT_NE(model.summary().find("calibrated from N-TORC tables"), std::string::npos);
  EXPECT_GE(model.estimate(shape, 16).interval->high.lut, model.estimate(shape, 16).cost.lut);
}

TEST(Calibrate, KeepsTheBaseWhereThereIsNoReport) {
  const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());
  Observation row{{LayerKind::Dense, 16, 16, 1, 1}, 16, {}};
  row[Target::Lut] = 999;
  const auto model = base.calibrate({row}, ntorc_provenance());
  const hls4ml::LayerShape shape{LayerKind::Dense, 128, 32, 1, 1};
  EXPECT_EQ(model.predict(shape, 16, Target::Ff), base.predict(shape, 16, Target::Ff));
  EXPECT_NE(model.predict(shape, 16, Target::Lut), base.predict(shape, 16, Target::Lut));
}

TEST(Calibrate, SurvivesItsBaseAndItsFile) {
  const test::TemporaryDir dir;
  const hls4ml::LayerShape shape{LayerKind::Dense, 128, 32, 1, 1};
  const auto model = [&] {
    const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());
    return base.calibrate(dense_layers(1.4), ntorc_provenance());
  }();
  model.save(dir.path() / "m.perf");
  const auto loaded = PerformanceModel::load(dir.path() / "m.perf");
  for (const Target target : kTargets) EXPECT_EQ(loaded.predict(shape, 8, target), model.predict(shape, 8, target));
}

TEST(Calibrate, RefusesABaseThatIsCalibrated) {
  const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());
  Provenance mine = ntorc_provenance();
  mine.name = "mine";
  const auto once = base.calibrate(dense_layers(1.4), mine);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { once.calibrate(dense_layers(1.4), mine); }),
            "performance model \"mine\": is calibrated itself; calibrate N-TORC tables with all reports");
}

TEST(Calibrate, PassesOverReportsOfFormsThatTheBaseDoesNotKnow) {
  const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());  // no row with reuse 1
  Dataset mine = dense_layers(1);
  const auto without = base.calibrate(mine, ntorc_provenance());
  Observation row{{LayerKind::Dense, 16, 16, 1, 1}, 1, {}};
  for (const Target target : kTargets) row[target] = 1e6;
  mine.push_back(row);
  const auto with = base.calibrate(mine, ntorc_provenance());
  const hls4ml::LayerShape shape{LayerKind::Dense, 64, 32, 1, 1};
  EXPECT_EQ(with.estimate(shape, 16).interval->high.lut, without.estimate(shape, 16).interval->high.lut);
}

TEST(Calibrate, RefusesFiguresThatTheBaseDoesNotKnow) {
  const auto base = PerformanceModel::fit(dense_layers(1), ntorc_provenance());
  Observation row{{LayerKind::Lstm, 16, 16, 1, 8}, 16, {}};
  row[Target::Lut] = 999;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { base.calibrate({row}, ntorc_provenance()); }),
            "performance model \"N-TORC tables\": not trained on lut of lstm layers");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { base.calibrate({}, ntorc_provenance()); }),
            "dataset: expected at least one figure, found none");
}

}  // namespace
}  // namespace ntorc::perf
