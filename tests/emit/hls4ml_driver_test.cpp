#include <gmock/gmock.h>

#include "emit/designs.hpp"
#include "emit/golden.hpp"
#include "fixtures.hpp"
#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

TEST(Hls4mlDriver, IsTheGoldenFile) {
  Hls4mlOptions options;
  options.output_dir = "/out/small";
  EXPECT_EQ(hls4ml_driver(test::small_plan(), hls4ml_project(test::small_plan(), options)), test::golden("driver.py"));
}

TEST(Hls4mlDriver, SetsTheLeastDepthsOfFifos) {
  Hls4mlOptions options;
  options.output_dir = "/out/small";
  options.fifo_depths = FifoDepths::Least;
  const deploy::Plan plan = test::whole_plan();
  EXPECT_EQ(hls4ml_driver(plan, hls4ml_project(plan, options)), test::golden("driver-least.py"));
}

TEST(Hls4mlDriver, LeavesTheInputsPortAlone) {
  deploy::Plan plan = test::whole_plan();
  plan.design->fifos[0].from = 0;
  plan.design->fifos[0].to = 1;
  const std::string text = hls4ml_driver(plan, hls4ml_project(plan, {.fifo_depths = FifoDepths::Least}));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("(\"signal\", ")));
  EXPECT_THAT(text, testing::HasSubstr("    (\"conv\", \"conv_relu\", 128, 1),\n"));
}

TEST(Hls4mlDriver, SpellsNamesAsPython) {
  deploy::Plan plan = test::small_plan();
  plan.layers[0].layer = "a\"\\\n\xF0\x9F\x98\x80";
  EXPECT_THAT(hls4ml_driver(plan, hls4ml_project(plan)),
              testing::HasSubstr("    \"a\\\"\\\\\\n\xF0\x9F\x98\x80\": (24, [24]),\n"));
}

TEST(Hls4mlDriver, NeedsAWholeModel) {
  Hls4mlOptions options;
  options.dialect = Hls4mlDialect::KerasJson;
  EXPECT_EQ(
      test::message_of<InvalidArgument>(
          [&] { hls4ml_driver(test::small_plan(), hls4ml_project(test::small_plan(), options)); }),
      "Keras model: expected a file with network and weights (.keras or .h5) for the driver, got /nets/small.json");
}

}  // namespace
}  // namespace ntorc::emit
