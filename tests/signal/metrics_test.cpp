#include "ntorc/signal/metrics.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::signal {
namespace {

const std::vector<float> kPredicted{1, 2, 3, 4};
const std::vector<float> kTruth{1, 4, 6, 4};
const std::vector<std::int32_t> kRun{5, 5, 2, 2};

TEST(Rmse, PoolsAllWindows) { EXPECT_DOUBLE_EQ(rmse(kPredicted, kTruth), std::sqrt((0 + 4 + 9 + 0) / 4.0)); }

TEST(Rmse, OfRunsWeighsEachRunAlike) {
  const std::vector<RunRmse> runs = rmse_by_run(kPredicted, kTruth, kRun);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].run, 2);
  EXPECT_EQ(runs[0].windows, 2);
  EXPECT_DOUBLE_EQ(runs[0].rmse, std::sqrt(4.5));
  EXPECT_EQ(runs[1].run, 5);
  EXPECT_DOUBLE_EQ(runs[1].rmse, std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(mean_run_rmse(runs), (std::sqrt(4.5) + std::sqrt(2.0)) / 2);
}

TEST(Rmse, WantsPairs) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { rmse({}, {}); }), "rmse: expected a prediction at least, got none");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { rmse(std::vector<float>{1}, kTruth); }),
            "rmse: expected 4 predictions, got 1");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { rmse_by_run(kPredicted, kTruth, std::vector<std::int32_t>{1}); }),
            "rmse: expected 4 indices of runs, got 1");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { mean_run_rmse({}); }), "rmse: expected a run at least, got none");
}

}  // namespace
}  // namespace ntorc::signal
