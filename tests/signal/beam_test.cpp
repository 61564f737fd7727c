// The physics of examples/simulate_beam.cpp, against closed forms.
#include "beam.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

/// First frequency of a beam whose wave number times length is `root`.
double closed_form_hz(const beam::Beam& beam, double root) {
  const double mass_per_m = beam.density_kg_m3 * beam.width_m * beam.thickness_m;
  return root * root / (2 * std::numbers::pi * beam.length_m * beam.length_m) *
         std::sqrt(beam.bending_stiffness_n_m2() / mass_per_m);
}

TEST(Beam, WithoutARollerRingsAsACantilever) {
  beam::Beam free;
  free.roller_stiffness_n_m = 1e-6;
  EXPECT_NEAR(beam::Mode::root_of(0), 1.87510407, 1e-8);
  EXPECT_NEAR(beam::Mode::root_of(1), 4.69409113, 1e-8);
  EXPECT_NEAR(beam::Mode::root_of(2), 7.85475744, 1e-8);
  EXPECT_NEAR(beam::frequency_hz(free, 0.1, 0), closed_form_hz(free, 1.87510407), 1e-4);
  EXPECT_NEAR(beam::frequency_hz(free, 0.1, 1), closed_form_hz(free, 4.69409113), 1e-4);
}

TEST(Beam, WithTheRollerAtItsEndRingsAsClampedAndPinned) {
  const beam::Beam beam;
  EXPECT_NEAR(beam::frequency_hz(beam, beam.length_m, 0) / closed_form_hz(beam, 3.92660231), 1, 1e-3);
  EXPECT_NEAR(beam::frequency_hz(beam, beam.length_m, 1) / closed_form_hz(beam, 7.06858275), 1, 2e-3);
}

TEST(Beam, RingsHigherTheFurtherTheRollerIs) {
  const beam::Beam beam;
  for (const std::size_t mode : {0U, 1U}) {
    double last = 0;
    for (double roller = beam::kNearM; roller <= beam::kFarM + 1e-9; roller += 0.001) {
      const double frequency = beam::frequency_hz(beam, roller, mode);
      EXPECT_GT(frequency, last) << roller;
      last = frequency;
    }
  }
  // The recordings' spectra, at the ends of the travel; and finite elements with a rigid pin: 25.62 and 42.72 Hz.
  EXPECT_NEAR(beam::frequency_hz(beam, beam::kNearM, 0), 25.6, 0.5);
  EXPECT_NEAR(beam::frequency_hz(beam, beam::kNearM, 1), 159, 2);
  EXPECT_NEAR(beam::frequency_hz(beam, beam::kFarM, 0), 42.7, 0.2);
}

TEST(Beam, ShapesAreOrthogonalAndReachTwoAtTheEnd) {
  const beam::Beam beam;
  const std::vector<beam::Mode> modes = beam::modes_of(beam);
  constexpr int kParts = 4000;
  for (const std::size_t i : {0U, 1U, 2U, 23U}) {
    EXPECT_NEAR(std::abs(modes[i].shape(beam.length_m)), 2, 1e-9);
    EXPECT_NEAR(modes[i].shape(0), 0, 1e-9);
    for (const std::size_t j : {0U, 1U, 2U, 23U}) {
      double product = 0;
      double area = 0;
      for (int k = 0; k < kParts; ++k) {
        const double x = beam.length_m * (k + 0.5) / kParts;
        product += modes[i].shape(x) * modes[j].shape(x) / kParts;
        area += modes[i].shape(x) * beam.length_m / kParts;
      }
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-3) << i << ' ' << j;
      EXPECT_NEAR(area, modes[i].area(), 1e-5);
    }
  }
}

TEST(Beam, BendsAtRestAsStaticsSays) {
  beam::Beam beam;
  const double stiffness = beam.bending_stiffness_n_m2();
  constexpr double kForce = 3;  // N, up, at the free end
  const double roller = 0.15;
  const double over = beam.length_m - roller;
  // The weight's share is taken off as the difference of two states.
  const auto tip = [&](double force) {
    beam::Load load{.tip_n = force, .roller_m = roller, .roller_height_m = 0};
    return beam::Motion(beam, 1e-4, load).height_m(beam.length_m);
  };
  EXPECT_NEAR((tip(kForce) - tip(0)) / (kForce * over * over * (3 * roller + 4 * over) / (12 * stiffness)), 1, 0.01);
  beam.roller_stiffness_n_m = 1e-6;
  const double weight = beam.mass_kg() * beam::Motion::kGravity / beam.length_m;
  EXPECT_NEAR(tip(0) / (-weight * std::pow(beam.length_m, 4) / (8 * stiffness)), 1, 1e-3);
}

TEST(Beam, LeftAloneStaysAtRestAndRingsAtItsFrequencyWhenReleased) {
  beam::Beam beam;
  beam.damping_ratio = 1e-6;
  constexpr double kStep = 5e-5;
  const beam::Load held{.tip_n = 5, .roller_m = 0.1, .roller_height_m = 0};
  beam::Load load = held;
  beam::Motion motion(beam, kStep, held);
  for (int i = 0; i < 100; ++i) EXPECT_NEAR(motion.step(load), 0, 1e-5);
  load.tip_n = 0;
  const beam::Motion rest(beam, kStep, load);
  const double middle = rest.height_m(beam.length_m);
  // Crossings of the middle, upwards.
  constexpr int kSteps = 40000;
  int crossings = 0;
  double first = 0;
  double last = 0;
  double before = motion.height_m(beam.length_m) - middle;
  for (int i = 0; i < kSteps; ++i) {
    motion.step(load);
    const double now = motion.height_m(beam.length_m) - middle;
    if (before < 0 && now >= 0) {
      last = (i + before / (before - now)) * kStep;
      if (crossings++ == 0) first = last;
    }
    before = now;
  }
  EXPECT_NEAR((crossings - 1) / (last - first), beam::frequency_hz(beam, 0.1, 0), 0.05);
}

TEST(Simulation, IsTheSameForTheSameSeed) {
  const auto signal = [](std::uint64_t seed) {
    return beam::simulate(beam::Beam{}, beam::Schedule::Random, 0.2, seed).acceleration_v;
  };
  EXPECT_EQ(signal(5), signal(5));
  EXPECT_NE(signal(5), signal(6));
}

TEST(Simulation, StaysWithinTheSensorsRanges) {
  for (const beam::Schedule schedule : {beam::Schedule::Standard, beam::Schedule::Random, beam::Schedule::Slow}) {
    const beam::Run run = beam::simulate(beam::Beam{}, schedule, 3, 5);
    ASSERT_EQ(run.acceleration_v.size(), 15000U);
    ASSERT_EQ(run.position_v.size(), 15000U);
    double squares = 0;
    for (const double volts : run.acceleration_v) {
      squares += volts * volts / 15000;
      EXPECT_LE(std::abs(volts), 10);
      EXPECT_EQ(volts / beam::kLeastBitV, std::round(volts / beam::kLeastBitV));
    }
    EXPECT_GT(squares, 0.1 * 0.1);
    EXPECT_LT(squares, 2 * 2);
    const auto [low, high] = std::ranges::minmax(run.position_v);
    EXPECT_NEAR(low, 1.15, 0.02);
    EXPECT_GT(high, 2.5);
    EXPECT_LT(high, 3.5);
  }
}

}  // namespace
