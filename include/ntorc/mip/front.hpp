// ntorc/mip/front.hpp - every trade between cost and one limited amount. docs/algorithms/solver.md
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ntorc/mip/problem.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::mip {

struct FrontOptions {
  std::size_t points = 50;                ///< of the front, if it is not traced whole; >= 2
  std::size_t largest_complete = 10'000;  ///< a front that promises more points is sampled
  std::chrono::milliseconds time_limit{60'000};
  std::function<bool(const Progress&)> watch{};  ///< as SolveOptions::watch

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

struct FrontPoint {
  Selection choices{};
  std::int64_t objective = 0;
  std::vector<std::int64_t> amounts{};  ///< one for each limit
  std::int64_t bound = 0;               ///< no selection with amounts[0] this small is below; objective if proven
};

struct Front {
  std::vector<FrontPoint> points{};  ///< by ascending amounts[0] and descending objective
  bool complete = false;             ///< no point of the front is missing, and each is proven
  bool finished = true;              ///< false: a limit on time or `watch` ended it, points may be missing
};

/// The selections that no other beats in both objective and the first amount, among those within the limits. With
/// one limit and no loads the whole front if it has at most `largest_complete` points; else the best selections for
/// `points` values of the first limit, evenly spaced between the least that can be reached and what the cheapest
/// selection needs (points that coincide are given once).
/// @throws InvalidArgument  if problem or options do not validate, or the problem has no limit.
Front trace_front(const Problem& problem, const FrontOptions& options = {});

}  // namespace ntorc::mip
