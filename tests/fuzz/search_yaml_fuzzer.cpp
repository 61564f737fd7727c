#include "fuzz/fuzzer.hpp"
#include "ntorc/search/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) { ntorc::search::parse_config(text, "fuzz", "."); });
}
