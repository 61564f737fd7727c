#include "ntorc/signal/metrics.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "ntorc/error.hpp"

namespace ntorc::signal {
namespace {

void expect_pairs(std::size_t predicted, std::size_t truth) {
  if (truth == 0) throw InvalidArgument("rmse: expected a prediction at least, got none");
  if (predicted != truth) throw InvalidArgument(fmt::format("rmse: expected {} predictions, got {}", truth, predicted));
}

double squared_error(float predicted, float truth) {
  const double off = static_cast<double>(predicted) - static_cast<double>(truth);
  return off * off;
}

}  // namespace

double rmse(std::span<const float> predicted, std::span<const float> truth) {
  expect_pairs(predicted.size(), truth.size());
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += squared_error(predicted[i], truth[i]);
  return std::sqrt(sum / static_cast<double>(truth.size()));
}

std::vector<RunRmse> rmse_by_run(std::span<const float> predicted, std::span<const float> truth,
                                 std::span<const std::int32_t> run) {
  expect_pairs(predicted.size(), truth.size());
  if (run.size() != truth.size())
    throw InvalidArgument(fmt::format("rmse: expected {} indices of runs, got {}", truth.size(), run.size()));
  std::map<std::int32_t, RunRmse> runs;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    RunRmse& one = runs[run[i]];
    one.run = run[i];
    ++one.windows;
    one.rmse += squared_error(predicted[i], truth[i]);
  }
  std::vector<RunRmse> scores;
  for (const auto& [index, one] : runs)
    scores.push_back({index, one.windows, std::sqrt(one.rmse / static_cast<double>(one.windows))});
  return scores;
}

double mean_run_rmse(std::span<const RunRmse> runs) {
  if (runs.empty()) throw InvalidArgument("rmse: expected a run at least, got none");
  double sum = 0;
  for (const RunRmse& one : runs) sum += one.rmse;
  return sum / static_cast<double>(runs.size());
}

}  // namespace ntorc::signal
