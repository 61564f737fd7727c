// ntorc/search/problem.hpp - what is searched for, and what has been seen of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ntorc/search/space.hpp"

namespace ntorc::search {

enum class ObjectiveKind {
  Noisy,          ///< an evaluation returns it with an error that another evaluation would not repeat
  Deterministic,  ///< an evaluation returns it as it is
  Exact,          ///< a function knows it before any evaluation
};

/// What a model learns, and hypervolume is measured in.
enum class Transform {
  None,
  Log,  ///< of a positive objective; equal ratios count the same
};

struct Objective {
  std::string name{};
  ObjectiveKind kind = ObjectiveKind::Noisy;
  Transform transform = Transform::None;
  std::function<double(const Point&)> exact{};  ///< of Exact: finite; no other kind has one
};

enum class PointStatus { Allowed, Forbidden };

/// All objectives are minimised.
struct Problem {
  Space space{};
  std::vector<Objective> objectives{};
  std::function<PointStatus(const Point&)> status{};  ///< a forbidden point is never proposed; absent: all are allowed

  void validate() const;  ///< @throws InvalidArgument  naming the first bad field and its value
};

struct Observation {
  Point point{};
  std::vector<double> objectives{};  ///< as in the problem; empty or with one that is not finite: the evaluation failed
};

struct History {
  std::vector<Observation> observations{};  ///< a point may stand here several times
  std::vector<Point> pending{};             ///< being evaluated
};

}  // namespace ntorc::search
