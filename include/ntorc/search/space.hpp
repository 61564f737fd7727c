// ntorc/search/space.hpp - what a search may choose: integers, reals and categories, some of them only if others allow.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ntorc::search {

/// Whether equal steps or equal ratios are alike.
enum class Scale { Linear, Log };

struct Integer {
  std::int64_t low = 0;
  std::int64_t high = 1;        ///< >= low; the last value is the largest low + k * step that is not above
  std::int64_t step = 1;        ///< > 0
  Scale scale = Scale::Linear;  ///< Log needs low >= 1
};

struct Real {
  double low = 0;
  double high = 1;              ///< >= low
  Scale scale = Scale::Linear;  ///< Log needs low > 0
};

struct Category {
  std::vector<std::string> names{};  ///< all different, at least one
};

/// A parameter with a condition is there only where its parent is there and has one of these values.
struct Condition {
  std::string parent{};                                   ///< a parameter that stands before
  double low = -std::numeric_limits<double>::infinity();  ///< of an Integer or Real parent
  double high = std::numeric_limits<double>::infinity();  ///< the same; both ends belong to the range
  std::vector<std::string> any_of{};                      ///< of a Category parent
};

struct Parameter {
  std::string name{};  ///< not empty, different from all others
  std::variant<Integer, Real, Category> domain{};
  std::optional<Condition> condition{};
};

struct Space {
  std::vector<Parameter> parameters{};  ///< parents before children

  void validate() const;  ///< @throws InvalidArgument  naming the first bad parameter, what is expected and its value
};

/// A choice for every parameter that is there. Points that differ in nothing else are equal.
struct Point {
  /// One for each parameter: an integer, a real, or the index of a category; absent where the condition does not hold.
  std::vector<std::optional<double>> values{};

  friend bool operator==(const Point&, const Point&) = default;
  friend auto operator<=>(const Point&, const Point&) = default;  // NOLINT(modernize-use-nullptr): it sees the 0
};

/// @throws InvalidArgument  if `point` has a value where its condition does not hold, has none where it does, or one
///                          that is not of its domain.
void validate(const Space& space, const Point& point);

/// A point in the unit cube, one coordinate in [0, 1] for each parameter, to a point of the space: equal volumes go to
/// equal shares of a domain (of its logarithm, if its scale is Log). Coordinates of absent parameters are passed over.
/// @throws InvalidArgument  if `unit` has another length, or a coordinate outside of [0, 1].
Point from_unit(const Space& space, const std::vector<double>& unit);

/// Independent and even in every domain.
Point sample(const Space& space, std::uint64_t seed);

/// Where each value lies in its domain: 0 is its first, 1 its last, by its scale; absent as in the point.
std::vector<std::optional<double>> to_unit(const Space& space, const Point& point);

/// All points that differ in one parameter: an Integer by a step, a Category by any other, a Real by 1/20 of its
/// domain. Parameters that come to be there with the change take the middle of their domain.
std::vector<Point> neighbours(const Space& space, const Point& point);

/// As in `layers 3, units 16, kind gru`; absent parameters are left out.
std::string describe(const Space& space, const Point& point);

/// How many different points there are; absent if there are more than 2^63, or a Real has more than one value.
std::optional<std::uint64_t> count_points(const Space& space);

}  // namespace ntorc::search
