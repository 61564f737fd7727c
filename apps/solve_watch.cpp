#include "solve_watch.hpp"

#include <fmt/format.h>

#include <csignal>

namespace ntorc::app {
namespace {

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

SolveWatch::SolveWatch(double clock_mhz) : clock_mhz_(clock_mhz), signals_({SIGINT}) {}

bool SolveWatch::operator()(const deploy::Progress& progress) {
  if (progress.elapsed.count() > 1) status_.show(line_of(progress, clock_mhz_));
  return !signals_.came();
}

}  // namespace ntorc::app
