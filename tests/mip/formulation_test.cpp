#include "ntorc/mip/formulation.hpp"

#include <glpk.h>
#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <sstream>

#include "fixtures.hpp"
#include "mip/small_problem.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

using ntorc::test::message_of;
using ntorc::test::TemporaryDir;
using testing::HasSubstr;

// {cost, cycles, share of the part}: two layers, figures in hundredths.
Problem small() { return Problem({6000}, {{{4000, {1050}, {7}}, {1000, {4000}, {0}}}, {{2550, {0}, {110}}}}, 1); }

const Names kNames{{"latency"}, {"LUT share"}, {"conv", "dense"}, {"conv=1", "conv=4", "dense=1"}};

TEST(Formulation, WritesLp) {
  EXPECT_EQ(to_lp(small(), kNames, 2),
            "\\ Written by ntorc: one choice from every group, least cost.\n"
            "Minimize\n"
            " cost: 40 conv_1 + 10 conv_4 + 25.5 dense_1 + largest_load\n"
            "Subject To\n"
            " latency: 10.5 conv_1 + 40 conv_4 <= 60\n"
            " LUT_share: 0.07 conv_1 + 1.1 dense_1 - largest_load <= 0\n"
            " conv: conv_1 + conv_4 = 1\n"
            " dense: dense_1 = 1\n"
            "Binaries\n"
            " conv_1 conv_4 dense_1\n"
            "End\n");
}

TEST(Formulation, WritesMps) {
  EXPECT_EQ(to_mps(small(), kNames, 2),
            "NAME ntorc\n"
            "ROWS\n"
            " N cost\n"
            " L latency\n"
            " L LUT_share\n"
            " E conv\n"
            " E dense\n"
            "COLUMNS\n"
            "    MARKER 'MARKER' 'INTORG'\n"
            "    conv_1 cost 40\n"
            "    conv_1 latency 10.5\n"
            "    conv_1 LUT_share 0.07\n"
            "    conv_1 conv 1\n"
            "    conv_4 cost 10\n"
            "    conv_4 latency 40\n"
            "    conv_4 conv 1\n"
            "    dense_1 cost 25.5\n"
            "    dense_1 LUT_share 1.1\n"
            "    dense_1 dense 1\n"
            "    MARKER 'MARKER' 'INTEND'\n"
            "    largest_load cost 1\n"
            "    largest_load LUT_share -1\n"
            "RHS\n"
            "    RHS latency 60\n"
            "    RHS conv 1\n"
            "    RHS dense 1\n"
            "BOUNDS\n"
            " UP BND conv_1 1\n"
            " UP BND conv_4 1\n"
            " UP BND dense_1 1\n"
            "ENDATA\n");
}

TEST(Formulation, LosesNoDigit) {
  const Problem problem({}, {{{2'305'843'009'213'693'952, {}, {}}, {1, {}, {}}, {1'000'000, {}, {}}}});
  EXPECT_THAT(to_lp(problem, {}, 0), HasSubstr("2305843009213693952 choice_0_0 + 1 choice_0_1 + 1000000 choice_0_2\n"));
  EXPECT_THAT(to_lp(problem, {}, 6),
              HasSubstr("2305843009213.693952 choice_0_0 + 0.000001 choice_0_1 + 1 choice_0_2\n"));
  EXPECT_THAT(to_lp(problem, {}, 18), HasSubstr("2.305843009213693952 choice_0_0 + 0.000000000000000001 choice_0_1"));
}

TEST(Formulation, MakesNamesThatReadersTake) {
  const Problem problem({1, 1},
                        {{{0, {0, 0}}, {1, {0, 0}}, {2, {0, 0}}, {3, {0, 0}}, {4, {0, 0}}, {5, {0, 0}}, {6, {0, 0}}}});
  const std::string lp =
      to_lp(problem, {{"a b", "a.b"}, {}, {"cost"}, {"24", "e1", "Free", "largest_load", "\xc3\xa9", "", "BND"}}, 0);
  EXPECT_THAT(lp, HasSubstr(" a_b: 0 x_24 <= 1\n a_b_2: 0 x_24 <= 1\n"));
  EXPECT_THAT(lp, HasSubstr(" cost_2: x_24 + x_e1 + x_Free + largest_load_2 + x___ + choice_0_5 + x_BND = 1\n"));
}

TEST(Formulation, KeepsLinesShortWhateverTheNames) {
  Names names;
  std::vector<Choice> group;
  for (std::int64_t i = 0; i < 200; ++i) {
    group.push_back({i, {i * i}, {}});
    names.choices.emplace_back(1000, i % 2 == 0 ? 'a' : 'b');
  }
  std::istringstream lines(to_lp(Problem({100}, {group}), names, 3));
  for (std::string line; std::getline(lines, line);) ASSERT_LT(line.size(), 255U) << line;
}

TEST(Formulation, RefusesWhatItCannotWrite) {
  EXPECT_EQ(message_of<InvalidArgument>([] { to_lp(small(), {}, 19); }), "decimals: expected 0..18, got 19");
  EXPECT_EQ(message_of<InvalidArgument>([] { to_mps(small(), {}, -1); }), "decimals: expected 0..18, got -1");
  EXPECT_EQ(message_of<InvalidArgument>([] { to_mps({}, {}, 0); }),
            "formulation: expected at least one group, got none");
}

struct DeleteProblem {
  void operator()(glp_prob* problem) const { glp_delete_prob(problem); }
};
using GlpkProblem = std::unique_ptr<glp_prob, DeleteProblem>;

/// What GLPK makes of it; nothing if it finds no solution.
std::optional<double> optimum_of(glp_prob* problem) {
  glp_iocp options;
  glp_init_iocp(&options);
  options.presolve = GLP_ON;
  options.msg_lev = GLP_MSG_OFF;
  glp_intopt(problem, &options);
  if (glp_mip_status(problem) != GLP_OPT) return std::nullopt;
  return glp_mip_obj_val(problem);
}

TEST(Formulation, IsReadByGlpkWhichFindsTheSameOptimum) {
  glp_term_out(GLP_OFF);
  const TemporaryDir dir;
  std::mt19937_64 random(1);
  int infeasible = 0;
  for (std::size_t trial = 0; trial < 500; ++trial) {
    const Problem problem = test::small_problem(random, {.groups = 1 + trial % 4,
                                                         .choices = 5,
                                                         .limits = trial % 5,
                                                         .loads = trial % 3,
                                                         .largest = trial % 2 ? 12 : 9999});
    const int decimals = static_cast<int>(trial % 4);
    const auto least = test::least_objective(problem);
    if (!least) ++infeasible;
    const std::string lp_file = dir.file("p.lp", to_lp(problem, {}, decimals)).string();
    const std::string mps_file = dir.file("p.mps", to_mps(problem, {}, decimals)).string();
    const GlpkProblem lp(glp_create_prob());
    const GlpkProblem mps(glp_create_prob());
    ASSERT_EQ(glp_read_lp(lp.get(), nullptr, lp_file.c_str()), 0) << ntorc::test::read_all(lp_file);
    ASSERT_EQ(glp_read_mps(mps.get(), GLP_MPS_FILE, nullptr, mps_file.c_str()), 0) << ntorc::test::read_all(mps_file);
    for (glp_prob* const read : {lp.get(), mps.get()}) {
      const auto optimum = optimum_of(read);
      ASSERT_EQ(optimum.has_value(), least.has_value()) << "trial " << trial << '\n' << ntorc::test::read_all(lp_file);
      if (!least) continue;
      ASSERT_NEAR(*optimum * std::pow(10, decimals), static_cast<double>(*least), 1e-3) << "trial " << trial;
    }
  }
  glp_term_out(GLP_ON);
  EXPECT_GT(infeasible, 50);
  EXPECT_LT(infeasible, 400);
}

}  // namespace
}  // namespace ntorc::mip
