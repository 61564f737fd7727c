// apps/ntorc-train/run_watch.hpp - tells how a sweep gets on: a bar on a terminal, a line for each job elsewhere.
#pragma once

#include <string>

#include "ntorc/sweep/run.hpp"
#include "status_line.hpp"

namespace ntorc::train {

std::string tally_line(const sweep::Tally& tally);  ///< "40 jobs: 38 done, 1 failed, 1 running, 0 waiting"
/// "failed 0123456789abcdef: exit 1, attempt 2, 12.3 s, 55 MiB: dense 16 -> 8, reuse 4"
std::string job_line(const sweep::Job& job, const sweep::JobStatus& status);

/// On stderr.
class RunWatch {
 public:
  void operator()(const sweep::RunProgress& progress);

 private:
  app::StatusLine status_;
};

}  // namespace ntorc::train
