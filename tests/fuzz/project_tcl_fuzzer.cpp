#include "fuzz/fuzzer.hpp"
#include "synthesis/parameters.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    for (const auto& [name, value] : ntorc::synthesis::parse_project_tcl(text)) {
      if (name.empty() || name.find('\n') != std::string::npos || value.find('\n') != std::string::npos) std::abort();
    }
  });
}
