#include "fuzz/fuzzer.hpp"
#include "ntorc/sweep/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) { ntorc::sweep::parse_config(text, "fuzz"); });
}
