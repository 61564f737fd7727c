// ntorc/deploy/front.hpp - every trade between latency and cost, for a network. docs/formats/front.md
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/perf/cost.hpp"

namespace ntorc::deploy {

/// One plan of a front.
struct FrontPoint {
  double latency_cycles = 0;          ///< what the deadline would be compared with
  double objective = 0;               ///< of `reuse`
  double bound = 0;                   ///< no plan with this latency or less is below; the objective if proven
  bool proven = false;                ///< no plan with this latency or less has a smaller objective
  perf::LayerCost total{};            ///< as Plan::total
  std::vector<std::int64_t> reuse{};  ///< reuse[i] of layers[i]
};

struct Front {
  std::string network{};      ///< name; empty with costs from a file
  std::string cost_source{};  ///< as Plan::cost_source
  BuildTarget target{};
  Composition composition = Composition::Sum;  ///< of latencies
  std::vector<std::string> layers{};           ///< names, in the order of the network
  bool complete = false;                       ///< no point of the front is missing, and each is proven
  bool finished = true;                        ///< false: a limit on time ended it, points may be missing
  std::vector<FrontPoint> points{};            ///< by ascending latency and descending objective
};

}  // namespace ntorc::deploy
