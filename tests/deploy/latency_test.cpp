#include "ntorc/deploy/latency.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

TEST(LatencyCycles, TakesEveryUnit) {
  EXPECT_DOUBLE_EQ(latency_cycles("200us", 250), 50'000);
  EXPECT_DOUBLE_EQ(latency_cycles("0.2 ms", 250), 50'000);
  EXPECT_DOUBLE_EQ(latency_cycles("200000ns", 250), 50'000);
  EXPECT_DOUBLE_EQ(latency_cycles("2e-4s", 250), 50'000);
  EXPECT_DOUBLE_EQ(latency_cycles("50000cycles", 100), 50'000);
  EXPECT_DOUBLE_EQ(latency_us(50'000, 250), 200);
}

TEST(LatencyCycles, RefusesWhatIsNoLatency) {
  for (const char* text :
       {"", "us", "200", "0us", "-1us", "nanus", "infus", "1e400us", "5 parsecs", "5  us", " 5us", "5us ", "0x10us"}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { latency_cycles(text, 250); }),
              "latency: expected a positive number and a unit (ns, us, ms, s, cycles), as in 200us, got \"" +
                  std::string(text) + "\"");
  }
  EXPECT_EQ(test::message_of<InvalidArgument>([] { latency_cycles("1us", 0); }),
            "clock: expected a positive number of MHz, got 0");
}

}  // namespace
}  // namespace ntorc::deploy
