#include "fuzz/fuzzer.hpp"
#include "sweep/status.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    using namespace ntorc::sweep;
    const std::string written = status_to_json(status_from_json(text, "fuzz"));
    if (status_to_json(status_from_json(written, "written")) != written) std::abort();
  });
}
