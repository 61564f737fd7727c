#include "ntorc/deploy/latency.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "ntorc/error.hpp"

namespace ntorc::deploy {

double latency_us(double cycles, double clock_mhz) { return cycles / clock_mhz; }

double latency_cycles(std::string_view text, double clock_mhz, std::string_view what) {
  const auto refuse = [&] {
    throw InvalidArgument(fmt::format(
        "{}: expected a positive number and a unit (ns, us, ms, s, cycles), as in 200us, got \"{}\"", what, text));
  };
  if (!(clock_mhz > 0 && std::isfinite(clock_mhz))) {
    throw InvalidArgument(fmt::format("clock: expected a positive number of MHz, got {}", clock_mhz));
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || !std::isfinite(number) || !(number > 0)) refuse();
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  double cycles = 0;
  if (unit == "cycles") {
    cycles = number;
  } else if (unit == "ns") {
    cycles = number * clock_mhz / 1e3;
  } else if (unit == "us") {
    cycles = number * clock_mhz;
  } else if (unit == "ms") {
    cycles = number * clock_mhz * 1e3;
  } else if (unit == "s") {
    cycles = number * clock_mhz * 1e6;
  } else {
    refuse();
  }
  if (!std::isfinite(cycles)) refuse();
  return cycles;
}

}  // namespace ntorc::deploy
