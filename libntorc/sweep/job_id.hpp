// sweep/job_id.hpp - what makes two jobs the same.
#pragma once

#include <string>

#include "ntorc/sweep/sweep.hpp"

namespace ntorc::sweep {

/// What hls4ml builds, in words of which no two mean the same hardware: docs/formats/sweep.md. Names do not count.
std::string built_hardware(const Target& target, const PlannedJob& job);

/// FNV-1a of built_hardware in 64 bits, finished by SplitMix64's mixer, as 16 hexadecimal digits.
std::string job_id(const Target& target, const PlannedJob& job);

/// "conv1d 16 x 3 -> 8, reuse 4; dense 128 -> 1, reuse 16"
std::string job_summary(const PlannedJob& job);

}  // namespace ntorc::sweep
