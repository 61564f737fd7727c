#include "stop_signals.hpp"

#include <csignal>

namespace ntorc::app {
namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note(int) { noted = 1; }

}  // namespace

StopSignals::StopSignals(std::initializer_list<int> signals) : signals_(signals) {
  noted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : signals_) ::sigaction(signal, &action, nullptr);
}

StopSignals::~StopSignals() {
  for (const int signal : signals_) std::signal(signal, SIG_DFL);
}

bool StopSignals::came() const { return noted != 0; }

}  // namespace ntorc::app
