// search/chart.hpp - a space, ready for many points: parents looked up, domains measured.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/search/space.hpp"

namespace ntorc::search {

/// One coordinate of what a model sees of a point.
struct Feature {
  std::size_t parameter = 0;
  enum class Kind { Value, Absence } kind = Kind::Value;
};

/// Keeps a reference to the space. Immutable.
class Chart {
 public:
  /// @param space  validates, outlives this.
  explicit Chart(const Space& space);

  const Space& space() const { return space_; }
  std::size_t parameters() const { return space_.parameters.size(); }
  std::optional<std::size_t> parent(std::size_t i) const { return entries_[i].parent; }

  /// Values of domain i; absent for a Real with more than one.
  std::optional<std::uint64_t> values(std::size_t i) const { return entries_[i].values; }
  /// The k-th of them.
  double value(std::size_t i, std::uint64_t k) const;
  /// Whether parameter i is there if its parent has this value (absent: is not there itself).
  bool holds(std::size_t i, const std::optional<double>& parent_value) const;

  /// A coordinate of the unit cube, in which equal lengths go to equal shares of the domain.
  double value_at_unit(std::size_t i, double unit) const;

  /// As the public function, for coordinates known to be right.
  Point from_unit(const double* unit) const;

  /// Positions in [0, 1], one for each parameter, to the nearest values; those of absent parameters are passed over.
  Point from_positions(const std::vector<double>& positions) const;
  /// Back; `otherwise` for absent ones.
  double position(std::size_t i, const std::optional<double>& value, double otherwise) const;

  /// Coordinates between which a model measures distances; those of absent parameters say no more than that.
  const std::vector<Feature>& features() const { return features_; }
  Eigen::VectorXd encode(const Point& point) const;

 private:
  struct Entry {
    std::optional<std::size_t> parent{};
    std::vector<double> parent_categories{};
    std::optional<std::uint64_t> values{};
    std::size_t feature = 0;  ///< its first
  };

  double value_at_position(std::size_t i, double position) const;

  const Space& space_;
  std::vector<Entry> entries_;
  std::vector<Feature> features_;
};

/// All points, if there are at most `most`.
std::optional<std::vector<Point>> all_points(const Chart& chart, std::uint64_t most);

}  // namespace ntorc::search
