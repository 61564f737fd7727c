// emit/figures.hpp - numbers as people read them.
#pragma once

#include <string>
#include <vector>

namespace ntorc::emit {

/// What a report begins with.
struct KeyFigure {
  std::string name{};
  std::string value{};
  std::vector<std::string> notes{};
};

/// "22 500", narrow spaces between thousands.
std::string grouped(double figure);

/// "12.4%" of it, "<0.1%" for what would be 0.0%.
std::string percent(double share);

/// A round number in few characters: "250", "160k", "2.5M".
std::string short_number(double value);

}  // namespace ntorc::emit
