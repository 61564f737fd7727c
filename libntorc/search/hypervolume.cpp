#include "ntorc/search/hypervolume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ntorc/error.hpp"

namespace ntorc::search {
namespace {

using Points = std::vector<std::vector<double>>;

bool is_no_worse(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t m = 0; m < a.size(); ++m) {
    if (a[m] > b[m]) return false;
  }
  return true;
}

bool is_finite(const std::vector<double>& point) {
  return std::all_of(point.begin(), point.end(), [](double v) { return std::isfinite(v); });
}

Points only_front(const Points& points) {
  Points front;
  for (std::size_t i : pareto_front(points)) front.push_back(points[i]);
  return front;
}

/// `front` is sorted by its first coordinate.
double area(const Points& front, const std::vector<double>& reference) {
  double sum = 0;
  double ceiling = reference[1];
  for (const auto& point : front) {
    sum += (reference[0] - point[0]) * (ceiling - point[1]);
    ceiling = point[1];
  }
  return sum;
}

/// @param front  all below the reference, none dominated.
double volume(Points front, const std::vector<double>& reference) {
  if (front.empty()) return 0;
  if (reference.size() == 1) return reference[0] - front.front()[0];
  std::sort(front.begin(), front.end());
  if (reference.size() == 2) return area(front, reference);
  // What each point adds to those after it: its box without their boxes, each cut down to it.
  double sum = 0;
  for (std::size_t i = 0; i < front.size(); ++i) {
    double box = 1;
    for (std::size_t m = 0; m < reference.size(); ++m) box *= reference[m] - front[i][m];
    Points cut(front.begin() + static_cast<std::ptrdiff_t>(i) + 1, front.end());
    for (auto& point : cut) {
      for (std::size_t m = 0; m < point.size(); ++m) point[m] = std::max(point[m], front[i][m]);
    }
    sum += box - volume(only_front(cut), reference);
  }
  return sum;
}

}  // namespace

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points) {
  for (const auto& point : points) {
    if (point.size() != points.front().size()) {
      throw InvalidArgument(
          fmt::format("points: expected {} coordinates in each, got {}", points.front().size(), point.size()));
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (is_finite(points[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return points[a] < points[b]; });
  // Whoever dominates stands before, and so does someone on the front.
  std::vector<std::size_t> front;
  for (std::size_t i : order) {
    const bool two = points[i].size() == 2;  // then the last on the front is the lowest so far
    const bool beaten =
        two ? !front.empty() && points[front.back()][1] <= points[i][1]
            : std::any_of(front.begin(), front.end(), [&](std::size_t f) { return is_no_worse(points[f], points[i]); });
    if (!beaten) front.push_back(i);
  }
  std::sort(front.begin(), front.end());
  return front;
}

double hypervolume(const std::vector<std::vector<double>>& points, const std::vector<double>& reference) {
  if (reference.empty() || !is_finite(reference)) {
    throw InvalidArgument("reference: expected at least one finite coordinate");
  }
  Points inside;
  for (const auto& point : points) {
    if (point.size() != reference.size()) {
      throw InvalidArgument(
          fmt::format("points: expected {} coordinates in each, got {}", reference.size(), point.size()));
    }
    bool below = is_finite(point);
    for (std::size_t m = 0; m < point.size(); ++m) below = below && point[m] < reference[m];
    if (below) inside.push_back(point);
  }
  return volume(only_front(inside), reference);
}

}  // namespace ntorc::search
