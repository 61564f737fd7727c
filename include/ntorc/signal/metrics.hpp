// ntorc/signal/metrics.hpp - how far predictions lie off.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ntorc::signal {

/// sqrt(mean((predicted - truth)^2)), in the label's unit. @throws InvalidArgument  for no number or unequal lengths.
double rmse(std::span<const float> predicted, std::span<const float> truth);

struct RunRmse {
  std::int32_t run = 0;
  std::int64_t windows = 0;
  double rmse = 0;
};
/// For each run that occurs, by ascending index. @throws InvalidArgument  as rmse.
std::vector<RunRmse> rmse_by_run(std::span<const float> predicted, std::span<const float> truth,
                                 std::span<const std::int32_t> run);
/// Mean of the runs' RMSE, every run with the same weight, as N-TORC logs for the runs held out.
double mean_run_rmse(std::span<const RunRmse> runs);

}  // namespace ntorc::signal
