#include "fuzz/report_figures.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    ntorc::fuzz::expect_figures(ntorc::synthesis::parse_csynth_rpt(text, "fuzz"));
  });
}
