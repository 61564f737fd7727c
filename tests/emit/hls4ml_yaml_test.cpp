#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include "emit/designs.hpp"
#include "emit/golden.hpp"
#include "fixtures.hpp"
#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

Hls4mlProject project(Hls4mlDialect dialect) {
  Hls4mlOptions options;
  options.dialect = dialect;
  options.output_dir = "/out/small";
  return hls4ml_project(test::small_plan(), options);
}

TEST(Hls4mlYaml, IsTheGoldenFileOfItsDialect) {
  EXPECT_EQ(hls4ml_yaml(test::small_plan(), project(Hls4mlDialect::KerasModel)), test::golden("hls4ml-1.3.yaml"));
  EXPECT_EQ(hls4ml_yaml(test::small_plan(), project(Hls4mlDialect::KerasJson)), test::golden("hls4ml-1.2.yaml"));
}

TEST(Hls4mlYaml, HasNoPlaceForFifoDepths) {
  Hls4mlOptions options;
  options.fifo_depths = FifoDepths::Least;
  const deploy::Plan plan = test::whole_plan();
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { hls4ml_yaml(plan, hls4ml_project(plan, options)); }),
            "FIFO depths: hls4ml's YAML has no key for them; the driver sets them");
}

TEST(Hls4mlYaml, SaysHowTheLatencyIsComposed) {
  const deploy::Plan plan = test::whole_plan();
  EXPECT_THAT(hls4ml_yaml(plan, hls4ml_project(plan)), testing::HasSubstr("10430 cycles (41.7 us) by chain,\n"));
}

TEST(Hls4mlYaml, KeepsEveryNameText) {
  deploy::Plan plan = test::small_plan();
  const std::vector<std::string> names{"1",    "yes", "null", "a: b",     "\"x\" # y",   "~",
                                       "0x10", "- z", "a\nb", "\xC3\xA4", "\xE2\x80\xA8"};
  plan.layers.resize(1);
  for (const std::string& name : names) {
    plan.layers[0].layer = name;
    const YAML::Node yaml = YAML::Load(hls4ml_yaml(plan, project(Hls4mlDialect::KerasModel)));
    const YAML::Node layers = yaml["HLSConfig"]["LayerName"];
    ASSERT_EQ(layers.size(), 1U);
    EXPECT_EQ(layers.begin()->first.as<std::string>(), name);
    EXPECT_EQ(layers.begin()->first.Tag(), "!") << "quoted, so never a number or a truth value";
    EXPECT_EQ(layers.begin()->second["ReuseFactor"].as<int>(), 24);
  }
}

TEST(Hls4mlYaml, KeepsANetworksNameWithinItsComment) {
  deploy::Plan plan = test::small_plan();
  plan.network = "a\nOutputDir: /etc\xC2\x85OutputDir: /bin";
  const YAML::Node yaml = YAML::Load(hls4ml_yaml(plan, project(Hls4mlDialect::KerasModel)));
  EXPECT_EQ(yaml["OutputDir"].as<std::string>(), "/out/small");
  EXPECT_THAT(hls4ml_yaml(plan, project(Hls4mlDialect::KerasModel)),
              testing::HasSubstr("for a?OutputDir: /etc??OutputDir: /bin.\n"));
}

TEST(Hls4mlYaml, GivesThePeriodOfTheClock) {
  deploy::Plan plan = test::small_plan();
  plan.target.clock_mhz = 300;
  EXPECT_THAT(hls4ml_yaml(plan, project(Hls4mlDialect::KerasModel)),
              testing::HasSubstr("ClockPeriod: 3.3333333333333335\n"));
}

}  // namespace
}  // namespace ntorc::emit
