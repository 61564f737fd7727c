// apps/solve_watch.hpp - a line on the terminal that says how far a long solve has come, and Ctrl-C that ends it well.
#pragma once

#include "ntorc/deploy/plan.hpp"
#include "status_line.hpp"
#include "stop_signals.hpp"

namespace ntorc::app {

/// While it lives, the first SIGINT makes it ask the solve to end with the best so far; a second one ends the process.
/// Solves longer than a second show a line on stderr if that is a terminal; it goes with the object. One at a time.
class SolveWatch {
 public:
  explicit SolveWatch(double clock_mhz);

  bool operator()(const deploy::Progress& progress);  ///< false after SIGINT

 private:
  double clock_mhz_;
  StopSignals signals_;
  StatusLine status_;
};

}  // namespace ntorc::app
