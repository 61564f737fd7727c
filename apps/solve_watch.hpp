// apps/solve_watch.hpp - a line on the terminal that says how far a long solve has come, and Ctrl-C that ends it well.
#pragma once

#include <string>

#include "ntorc/deploy/plan.hpp"

namespace ntorc::app {

/// While it lives, the first SIGINT makes it ask the solve to end with the best so far; a second one ends the process.
/// Solves longer than a second show a line on stderr if that is a terminal; it goes with the object. One at a time.
class SolveWatch {
 public:
  explicit SolveWatch(double clock_mhz);
  ~SolveWatch();
  SolveWatch(const SolveWatch&) = delete;
  SolveWatch& operator=(const SolveWatch&) = delete;

  bool operator()(const deploy::Progress& progress);  ///< false after SIGINT

 private:
  void show(const std::string& line);

  double clock_mhz_;
  bool terminal_;
  std::string shown_;  ///< the line that stands on the terminal
};

}  // namespace ntorc::app
