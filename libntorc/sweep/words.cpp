#include "sweep/words.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace ntorc::sweep {

std::string describe(std::chrono::milliseconds time) {
  return fmt::format("{} s", static_cast<double>(time.count()) / 1000);
}

std::string describe_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{std::pair{30, "GiB"}, std::pair{20, "MiB"}, std::pair{10, "KiB"}};
  for (const auto& [bits, unit] : kUnits) {
    if (bytes > 0 && (bytes & ((std::uint64_t{1} << bits) - 1)) == 0) return fmt::format("{} {}", bytes >> bits, unit);
  }
  return fmt::format("{} bytes", bytes);
}

}  // namespace ntorc::sweep
