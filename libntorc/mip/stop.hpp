// mip/stop.hpp - when to give up: a limit on time, or the caller's word.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "ntorc/mip/solve.hpp"

namespace ntorc::mip {

/// Asked often, it looks at the clock now and then and calls `watch` at most every 20 ms.
class Stop {
 public:
  using Clock = std::chrono::steady_clock;

  Stop(std::chrono::milliseconds time_limit, std::function<bool(const Progress&)> watch)
      : watch_(std::move(watch)), deadline_(started_ + std::min(time_limit, kLongest)) {}

  /// True for good once time is up or `watch` has said no.
  bool operator()(const std::optional<std::int64_t>& objective, const std::optional<std::int64_t>& bound) {
    if (stopped_) return true;
    const Clock::time_point now = Clock::now();
    timed_out_ = now >= deadline_;
    stopped_ = timed_out_;
    if (!stopped_ && watch_ && now - last_call_ >= kBetweenCalls) {
      last_call_ = now;
      stopped_ = !watch_({now - started_, objective, bound});
    }
    return stopped_;
  }

  bool stopped() const { return stopped_; }
  bool timed_out() const { return timed_out_; }
  std::chrono::milliseconds left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
  }

 private:
  static constexpr std::chrono::milliseconds kBetweenCalls{20};
  static constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);  ///< a later time might overflow

  std::function<bool(const Progress&)> watch_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point deadline_;
  Clock::time_point last_call_ = started_;
  bool stopped_ = false;
  bool timed_out_ = false;
};

}  // namespace ntorc::mip
