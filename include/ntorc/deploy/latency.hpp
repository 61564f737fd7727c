// ntorc/deploy/latency.hpp - a deadline as people write it.
#pragma once

#include <string_view>

namespace ntorc::deploy {

/// Clock cycles in `text`: a positive number and its unit, "200us", "0.2 ms", "150ns", "1s" or "50000cycles".
/// @param clock_mhz  > 0
/// @param what       is written, for the message
/// @throws InvalidArgument  if it is anything else; the message says what was expected and what was found.
double latency_cycles(std::string_view text, double clock_mhz, std::string_view what = "latency");

/// The other way: microseconds of so many cycles.
double latency_us(double cycles, double clock_mhz);

}  // namespace ntorc::deploy
