// A report that was cut, wherever, says so or lost nothing.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/describe.hpp"

namespace ntorc::synthesis {
namespace {

struct Case {
  const char* fixture;
  std::function<std::string(std::string_view)> read;
};

class CutReport : public ::testing::TestWithParam<Case> {};

TEST_P(CutReport, IsRefusedOrIsWhole) {
  const std::string text = ::ntorc::test::read_all(::ntorc::test::data_dir() / "synthesis" / GetParam().fixture);
  const std::string whole = GetParam().read(text);
  ASSERT_GT(whole.size(), 40U);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < text.size(); ++size) {
    try {
      ASSERT_EQ(GetParam().read(std::string_view(text).substr(0, size)), whole) << "cut behind " << size << " bytes";
    } catch (const ParseError& error) {
      ASSERT_EQ(std::string_view(error.what()).substr(0, 12), "cut.x: line ") << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, text.size() / 2);
}

std::string rpt(std::string_view text) { return describe(parse_csynth_rpt(text, "cut.x")); }
std::string xml(std::string_view text) { return describe(parse_csynth_xml(text, "cut.x")); }
std::string hierarchy(std::string_view text) { return describe(parse_vitis_hierarchy(text, "cut.x")); }
std::string cosim(std::string_view text) { return describe(parse_cosim_rpt(text, "cut.x")); }
std::string utilization(std::string_view text) { return describe(parse_utilization_rpt(text, "cut.x")); }

INSTANTIATE_TEST_SUITE_P(
    Fixtures, CutReport,
    ::testing::Values(Case{"vivado_hls_2018_3_csynth.rpt", rpt}, Case{"vivado_hls_2019_1_csynth.rpt", rpt},
                      Case{"vivado_hls_2020_1_csynth.rpt", rpt}, Case{"vitis_hls_2021_1_csynth.rpt", rpt},
                      Case{"vitis_hls_2024_1_csynth.rpt", rpt}, Case{"vivado_hls_2018_3_csynth.xml", xml},
                      Case{"vitis_hls_2024_1_module_csynth.xml", xml}, Case{"vitis_hls_2024_1_csynth.xml", hierarchy},
                      Case{"vivado_hls_2018_2_cosim.rpt", cosim}, Case{"vitis_hls_2024_1_cosim.rpt", cosim},
                      Case{"vivado_2018_2_regions.rpt", utilization}, Case{"vivado_2018_3_synth.rpt", utilization},
                      Case{"vivado_2024_1_routed.rpt", utilization}, Case{"vivado_2025_1_versal.rpt", utilization}),
    [](const auto& info) {
      std::string name = info.param.fixture;
      for (char& c : name) c = c == '.' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace ntorc::synthesis
