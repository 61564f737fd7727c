#include "solve_watch.hpp"

#include <fmt/format.h>

#include <csignal>

namespace ntorc::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void interrupt(int) { interrupted = 1; }

std::string line_of(const deploy::Progress& progress, double clock_mhz) {
  const auto value = [&](double figure) { return deploy::describe_value(progress.minimized, figure, clock_mhz); };
  std::string line = fmt::format("{:.0f} s: ", progress.elapsed.count());
  if (!progress.objective) return line + "no plan yet";
  if (progress.bound && *progress.objective > 0) {
    const double above = *progress.objective - *progress.bound;
    line += fmt::format("gap {:.2g}%, ", 100 * above / *progress.objective);
  }
  line += fmt::format("{}: best {}", to_string(progress.minimized), value(*progress.objective));
  return progress.bound ? line + fmt::format(", bound {}", value(*progress.bound)) : line;
}

}  // namespace

SolveWatch::SolveWatch(double clock_mhz) : clock_mhz_(clock_mhz) {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = interrupt;
  action.sa_flags = SA_RESETHAND;  // a second one ends the process
  ::sigaction(SIGINT, &action, nullptr);
}

SolveWatch::~SolveWatch() { std::signal(SIGINT, SIG_DFL); }

bool SolveWatch::operator()(const deploy::Progress& progress) {
  if (progress.elapsed.count() > 1) status_.show(line_of(progress, clock_mhz_));
  return interrupted == 0;
}

}  // namespace ntorc::app
