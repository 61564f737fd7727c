// sweep/signals.hpp - signals that are waited for in place of handled: no handler, no global state.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

namespace ntorc::sweep {

/// SIGINT, SIGTERM and SIGHUP.
bool ends_a_run(int signal);

/// While it lives the calling thread gets SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 only by wait().
/// Processes forked meanwhile are the same until restore_in_child().
class SignalWait {
 public:
  SignalWait();
  ~SignalWait();
  SignalWait(const SignalWait&) = delete;
  SignalWait& operator=(const SignalWait&) = delete;

  /// The next signal, or nothing after `timeout`. Those that were ignored when this was made are not told of.
  std::optional<int> wait(std::chrono::milliseconds timeout) const;

  /// Between fork and exec: no signal blocked, none handled.
  static void restore_in_child();

 private:
  sigset_t waited_{};
  sigset_t ignored_{};
  sigset_t mask_before_{};
  struct sigaction child_before_ {};
};

}  // namespace ntorc::sweep
