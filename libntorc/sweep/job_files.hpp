// sweep/job_files.hpp - what lies in a job's folder.
#pragma once

#include <string>

#include "ntorc/sweep/sweep.hpp"

namespace ntorc::sweep {

/// hls4ml.yml, with paths relative to the job's folder.
std::string job_yaml(const Target& target, const PlannedJob& job);
/// build.py: converts, checks the reuse factors, builds, and fails if no report came out.
std::string job_driver(const Target& target, const PlannedJob& job);
/// model.h5, its weights seeded by the id.
std::string job_h5(const PlannedJob& job);

}  // namespace ntorc::sweep
