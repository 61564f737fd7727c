#include "fuzz/report_figures.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ntorc::fuzz::run(data, size, [](std::string_view text) {
    const auto report = ntorc::synthesis::parse_utilization_rpt(text, "fuzz");
    ntorc::fuzz::expect_figures(report.used);
    ntorc::fuzz::expect_figures(report.available);
  });
}
