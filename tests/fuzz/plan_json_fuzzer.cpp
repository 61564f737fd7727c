#include "fuzz/fuzzer.hpp"
#include "ntorc/emit/plan_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    const std::string written = ntorc::emit::to_json(ntorc::emit::parse_plan(text, "fuzz"));
    if (ntorc::emit::to_json(ntorc::emit::parse_plan(written, "written")) != written) std::abort();
  });
}
