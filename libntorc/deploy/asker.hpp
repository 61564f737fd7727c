// deploy/asker.hpp - the solves that a question takes, within one limit on time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "deploy/candidates.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/mip/front.hpp"
#include "ntorc/mip/solve.hpp"

namespace ntorc::deploy {

using Watch = std::function<bool(const Progress&)>;

/// A solver's figures as those of a plan.
using Translation = std::function<Progress(const mip::Progress&)>;

Translation translation(Objective minimized, double units_per_one);

class Asker {
 public:
  Asker(std::chrono::milliseconds time_limit, Watch watch)
      : start_(std::chrono::steady_clock::now()), time_limit_(time_limit), watch_(std::move(watch)) {}

  /// mip::solve with what is left of the time; without a solve, Unknown and why.
  mip::Solution solve(const mip::Problem& problem, mip::SolveOptions options, const Translation& translated);
  mip::Front trace_front(const mip::Problem& problem, std::size_t points, const Translation& translated);

  bool interrupted() const { return interrupted_; }

 private:
  std::chrono::milliseconds time_left() const;
  std::function<bool(const mip::Progress&)> watched(const Translation& translated);

  std::chrono::steady_clock::time_point start_;
  std::chrono::milliseconds time_limit_;
  Watch watch_;
  bool interrupted_ = false;
};

/// Options for a solve that ends with any answer.
mip::SolveOptions any_answer(mip::SolveOptions options);

}  // namespace ntorc::deploy
