// apps/stop_signals.hpp - Ctrl-C that asks for an end instead of making one.
#pragma once

#include <initializer_list>
#include <vector>

namespace ntorc::app {

/// While it lives, the first of `signals` is only noted; the next one of its kind ends the process. One at a time.
class StopSignals {
 public:
  explicit StopSignals(std::initializer_list<int> signals);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool came() const;

 private:
  std::vector<int> signals_;
};

}  // namespace ntorc::app
