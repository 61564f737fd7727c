// tests/fuzz/fuzzer.hpp - what every fuzzer does around the reader that it tries.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "ntorc/error.hpp"

namespace ntorc::fuzz {

/// Gives `reader` the bytes: it answers or throws ntorc::Error of one line; all else ends the program.
template <typename Reader>
int run(const std::uint8_t* data, std::size_t size, const Reader& reader) {
  // On the heap and not a byte longer: AddressSanitizer sees a reader that looks beyond.
  const auto bytes = std::make_unique<char[]>(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
  try {
    reader(std::string_view(bytes.get(), size));
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
  }
  return 0;
}

/// Ends the program unless a figure that was read is what its header promises.
inline void expect_figure(const std::optional<double>& figure) {
  if (figure && !(std::isfinite(*figure) && *figure >= 0)) std::abort();
}

}  // namespace ntorc::fuzz
