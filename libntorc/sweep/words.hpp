// sweep/words.hpp - limits as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ntorc::sweep {

std::string describe(std::chrono::milliseconds time);  ///< "3600 s", "0.25 s"
std::string describe_bytes(std::uint64_t bytes);       ///< "8 GiB", "512 MiB", "100 bytes"

}  // namespace ntorc::sweep
