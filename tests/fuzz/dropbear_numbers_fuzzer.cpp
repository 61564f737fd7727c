#include <sstream>

#include "fuzz/fuzzer.hpp"
#include "ntorc/signal/dropbear.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    std::istringstream in{std::string(text)};
    const std::vector<float> numbers = ntorc::signal::parse_numbers(in, "fuzz");
    if (numbers.empty()) std::abort();
    for (const float number : numbers) {
      if (!std::isfinite(number)) std::abort();
    }
  });
}
