#include "ntorc/search/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "search/chart.hpp"
#include "search/spaces.hpp"

namespace ntorc::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string space_error(const Space& space) {
  return test::message_of<InvalidArgument>([&] { space.validate(); });
}

TEST(Space, SaysWhatIsWrongWithAParameter) {
  EXPECT_EQ(space_error({}), "parameters: expected at least one, got none");
  EXPECT_EQ(space_error({{{"", Integer{}}}}), "parameters[0]: name: expected one, got none");
  EXPECT_EQ(space_error({{{"a", Integer{}}, {"a", Real{}}}}),
            "parameter a: name: expected another than all before, got it again");
  EXPECT_EQ(space_error({{{"a", Integer{5, 4}}}}), "parameter a: high: expected an integer from 5 to 2^53, got 4");
  EXPECT_EQ(space_error({{{"a", Integer{0, 4, 0}}}}), "parameter a: step: expected at least 1, got 0");
  EXPECT_EQ(space_error({{{"a", Integer{0, 4, 1, Scale::Log}}}}),
            "parameter a: low: expected at least 1 with a logarithmic scale, got 0");
  EXPECT_EQ(space_error({{{"a", Integer{std::int64_t{-1} << 60, 4}}}}),
            "parameter a: low: expected an integer within 2^53, got -1152921504606846976");
  EXPECT_EQ(space_error({{{"a", Real{NAN, 1}}}}), "parameter a: low: expected a finite number, got nan");
  EXPECT_EQ(space_error({{{"a", Real{2, 1}}}}), "parameter a: high: expected a finite number of at least 2, got 1");
  EXPECT_EQ(space_error({{{"a", Real{0, 1, Scale::Log}}}}),
            "parameter a: low: expected above 0 with a logarithmic scale, got 0");
  EXPECT_EQ(space_error({{{"a", Category{}}}}), "parameter a: names: expected at least one, got none");
  EXPECT_EQ(space_error({{{"a", Category{{"x", "x"}}}}}), "parameter a: names: expected all different, got x twice");
}

TEST(Space, SaysWhatIsWrongWithACondition) {
  const Parameter number{"n", Integer{0, 4}};
  const Parameter kind{"kind", Category{{"a", "b"}}};
  EXPECT_EQ(space_error({{{"x", Real{}, Condition{.parent = "n"}}, number}}),
            "parameter x: condition: expected a parameter that stands before, got n");
  EXPECT_EQ(space_error({{kind, {"x", Real{}, Condition{.parent = "kind"}}}}),
            "parameter x: condition: expected names of kind, got none");
  EXPECT_EQ(space_error({{kind, {"x", Real{}, Condition{.parent = "kind", .any_of = {"c"}}}}}),
            "parameter x: condition: expected names of kind, got c");
  EXPECT_EQ(space_error({{number, {"x", Real{}, Condition{.parent = "n", .any_of = {"c"}}}}}),
            "parameter x: condition: expected a range, as n is a number, got c");
  EXPECT_EQ(space_error({{number, {"x", Real{}, Condition{.parent = "n", .low = 2, .high = 1}}}}),
            "parameter x: condition: expected low <= high, got 2..1");
}

TEST(Space, DropsWhatIsNotThere) {
  const Space space = test::layered_space();
  const Point none = from_unit(space, {0, 0.3, 0.6, 0, 0.9});
  EXPECT_EQ(none, from_unit(space, {0.1, 0.9, 0.1, 0.2, 0.1}));
  EXPECT_THAT(none.values, ElementsAre(0, std::nullopt, std::nullopt, 0, std::nullopt));
  const Point one = from_unit(space, {0.5, 0.3, 0.6, 0.99, 0});
  EXPECT_THAT(one.values, ElementsAre(1, 8, std::nullopt, 2, 1));
  EXPECT_EQ(describe(space, one), "layers 1, width1 8, kind gru, units 1");
}

TEST(Space, ChainsConditions) {
  const Space space{{{"a", Integer{0, 1}},
                     {"b", Integer{0, 1}, Condition{.parent = "a", .low = 1}},
                     {"c", Integer{0, 9}, Condition{.parent = "b", .low = 1}}}};
  EXPECT_THAT(from_unit(space, {0, 1, 1}).values, ElementsAre(0, std::nullopt, std::nullopt));
  EXPECT_THAT(from_unit(space, {1, 0, 1}).values, ElementsAre(1, 0, std::nullopt));
  EXPECT_THAT(from_unit(space, {1, 1, 1}).values, ElementsAre(1, 1, 9));
  EXPECT_EQ(count_points(space), 1u + 1u + 10u);
}

TEST(Space, CountsItsPoints) {
  // Widths: none, 4, or 4 x 4; kinds: none, or two with 64 units.
  EXPECT_EQ(count_points(test::layered_space()), (1u + 4u + 16u) * (1u + 2u * 64u));
  EXPECT_EQ(all_points(Chart(test::layered_space()), 10'000)->size(), 21u * 129u);
  EXPECT_EQ(all_points(Chart(test::layered_space()), 2'000), std::nullopt);
  EXPECT_EQ(count_points(test::unit_square()), std::nullopt);
  EXPECT_EQ(count_points({{{"x", Real{3, 3}}, {"n", Integer{0, 10, 4}}}}), 3u);
  const Parameter wide{"a", Integer{0, std::int64_t{1} << 40}};
  EXPECT_EQ(count_points({{wide, {"b", Integer{0, std::int64_t{1} << 40}}}}), std::nullopt);
  // 2^40 + 1 values, of which 11 have a child of two.
  const Space few{{wide, {"b", Integer{0, 1}, Condition{.parent = "a", .low = 10, .high = 20}}}};
  EXPECT_EQ(count_points(few), (std::uint64_t{1} << 40) + 1 + 11);
}

TEST(Space, GivesEveryValueItsShare) {
  const Space space{
      {{"even", Integer{1, 4}}, {"log", Integer{1, 3, 1, Scale::Log}}, {"real", Real{1, 100, Scale::Log}}}};
  std::map<double, int> even;
  std::map<double, int> log;
  int low = 0;
  for (int i = 0; i < 1000; ++i) {
    const double u = (i + 0.5) / 1000;
    const Point point = from_unit(space, {u, u, u});
    ++even[*point.values[0]];
    ++log[*point.values[1]];
    low += *point.values[2] < 10 ? 1 : 0;
  }
  EXPECT_EQ(even, (std::map<double, int>{{1, 250}, {2, 250}, {3, 250}, {4, 250}}));
  // ln(2/1), ln(3/2), ln(4/3) over ln 4
  EXPECT_EQ(log, (std::map<double, int>{{1, 500}, {2, 292}, {3, 208}}));
  EXPECT_EQ(low, 500);
}

TEST(Space, TakesEndsToEnds) {
  const Space space{{{"i", Integer{2, 9, 3}}, {"log", Integer{1, 64, 1, Scale::Log}}, {"r", Real{-1, 3}}}};
  EXPECT_THAT(to_unit(space, {{2, 1, -1}}), ElementsAre(0, 0, 0));
  EXPECT_THAT(to_unit(space, {{8, 64, 3}}), ElementsAre(1, 1, 1));
  EXPECT_THAT(to_unit(space, {{5, 8, 1}}), ElementsAre(0.5, testing::Optional(testing::DoubleNear(0.5, 1e-15)), 0.5));
  EXPECT_THAT(from_unit(space, {1, 1, 1}).values, ElementsAre(8, 64, 3));
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              from_unit(space, {1, 1});
            }),
            "unit: expected 3 coordinates, got 2");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              from_unit(space, {1, 1, 1.5});
            }),
            "unit: expected coordinates in [0, 1], got 1.5");
}

TEST(Space, FindsNeighboursWithTheirChildren) {
  const Space space = test::layered_space();
  std::set<std::string> found;
  for (const Point& point : neighbours(space, from_unit(space, {0.5, 0, 0, 0, 0})))
    found.insert(describe(space, point));
  EXPECT_THAT(found, ElementsAre("layers 0, kind none", "layers 1, width1 4, kind gru, units 8",
                                 "layers 1, width1 4, kind lstm, units 8", "layers 1, width1 8, kind none",
                                 "layers 2, width1 4, width2 12, kind none"));
}

TEST(Space, RefusesPointsThatAreNotItsOwn) {
  const Space space = test::layered_space();
  const auto error = [&](const Point& point) {
    return test::message_of<InvalidArgument>([&] { validate(space, point); });
  };
  const auto absent = std::nullopt;
  EXPECT_EQ(error({{0, absent}}), "point: expected 5 values, got 2");
  EXPECT_EQ(error({{0, 4, absent, 0, absent}}), "point: width1: expected none, as its condition does not hold, got 4");
  EXPECT_EQ(error({{1, absent, absent, 0, absent}}), "point: width1: expected a value, got none");
  EXPECT_EQ(error({{1, 5, absent, 0, absent}}), "point: width1: expected a value of its domain, got 5");
  EXPECT_EQ(error({{0, absent, absent, 3, 1}}), "point: kind: expected a value of its domain, got 3");
  EXPECT_EQ(error({{0, absent, absent, 0, 1}}), "point: units: expected none, as its condition does not hold, got 1");
  EXPECT_EQ(error({{0, absent, absent, 0.5, absent}}), "point: kind: expected a value of its domain, got 0.5");
}

TEST(Space, SamplesBySeed) {
  const Space space = test::layered_space();
  EXPECT_EQ(sample(space, 3), sample(space, 3));
  std::set<Point> different;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Point point = sample(space, seed);
    validate(space, point);
    different.insert(point);
  }
  EXPECT_GT(different.size(), 25u);
}

TEST(Chart, HidesTheValueOfAnAbsentParameter) {
  const Space space = test::layered_space();
  const Chart chart(space);
  // Columns: layers, width1, its absence, width2, its absence, kind x 3, units, its absence.
  ASSERT_EQ(chart.features().size(), 10u);
  const Eigen::VectorXd none = chart.encode(from_unit(space, {0, 0.9, 0.2, 0, 0.7}));
  Eigen::VectorXd expected(10);
  expected << -0.5, 0, 1, 0, 1, std::sqrt(0.5), 0, 0, 0, 1;
  EXPECT_EQ(none, expected);
}

}  // namespace
}  // namespace ntorc::search
