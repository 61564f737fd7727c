#include "ntorc/hls4ml/device.hpp"

#include <gtest/gtest.h>

namespace ntorc::hls4ml {
namespace {

TEST(DeviceResources, KnowsAPartByItsFullNameOrItsDevice) {
  for (const char* part : {"xczu7ev-ffvc1156-2-e", "xczu7ev", "XCZU7EV-FFVC1156-2-E"}) {
    const auto resources = device_resources(part);
    ASSERT_TRUE(resources) << part;
    EXPECT_EQ(resources->lut, 230'400);
    EXPECT_EQ(resources->ff, 460'800);
    EXPECT_EQ(resources->dsp, 1'728);
    EXPECT_EQ(resources->bram_18k, 624);
  }
}

TEST(DeviceResources, SaysNothingOfAnUnknownPart) {
  EXPECT_FALSE(device_resources("xczu7"));
  EXPECT_FALSE(device_resources(""));
}

}  // namespace
}  // namespace ntorc::hls4ml
