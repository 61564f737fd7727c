#include "ntorc/hls4ml/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "ntorc/error.hpp"

namespace ntorc::hls4ml {

std::string_view to_string(Backend backend) { return backend == Backend::Vivado ? "Vivado" : "Vitis"; }

Backend backend(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "vivado") return Backend::Vivado;
  if (lower == "vitis") return Backend::Vitis;
  throw InvalidArgument(fmt::format("backend: expected Vivado or Vitis, got {}", name));
}

}  // namespace ntorc::hls4ml
