#include "sweep/signals.hpp"

#include <pthread.h>

namespace ntorc::sweep {

bool ends_a_run(int signal) { return signal == SIGINT || signal == SIGTERM || signal == SIGHUP; }

SignalWait::SignalWait() {
  ::sigemptyset(&waited_);
  ::sigemptyset(&ignored_);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) {
    ::sigaddset(&waited_, signal);
    // A blocked signal is queued even if it is to be ignored, as SIGHUP is under nohup.
    struct sigaction before {};
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN && signal != SIGCHLD) {
      ::sigaddset(&ignored_, signal);
    }
  }
  ::pthread_sigmask(SIG_BLOCK, &waited_, &mask_before_);
  struct sigaction plain {};  // with SIGCHLD ignored, children could not be waited for
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &plain, &child_before_);
}

SignalWait::~SignalWait() {
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

std::optional<int> SignalWait::wait(std::chrono::milliseconds timeout) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timespec limit{seconds.count(), static_cast<long>((timeout - seconds).count()) * 1'000'000};
  const int signal = ::sigtimedwait(&waited_, nullptr, &limit);
  if (signal < 0 || ::sigismember(&ignored_, signal) == 1) return std::nullopt;
  return signal;
}

void SignalWait::restore_in_child() {
  for (const int signal : {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2}) {
    std::signal(signal, SIG_DFL);
  }
  sigset_t none{};
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace ntorc::sweep
