#include "emit/figures.hpp"

#include <fmt/format.h>

#include <cmath>

namespace ntorc::emit {

std::string grouped(double figure) {
  std::string digits = fmt::format("{:.0f}", std::abs(figure));
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, "\u202F");
  return std::nearbyint(figure) < 0 ? "\u2212" + digits : digits;
}

std::string percent(double share) {
  if (share > 0 && share < 0.0005) return "<0.1%";
  return fmt::format("{:.1f}%", 100 * share);
}

std::string short_number(double value) {
  if (std::abs(value) >= 1e9) return fmt::format("{:.6g}G", value / 1e9);
  if (std::abs(value) >= 1e6) return fmt::format("{:.6g}M", value / 1e6);
  if (std::abs(value) >= 1e4) return fmt::format("{:.6g}k", value / 1e3);
  return fmt::format("{:.6g}", value);
}

}  // namespace ntorc::emit
