#include "perf/model_data.hpp"

extern "C" {
extern const char ntorc_default_model[];      // NOLINT(readability-identifier-naming): symbols of default_model.S
extern const char ntorc_default_model_end[];  // NOLINT(readability-identifier-naming)
}

namespace ntorc::perf {

const PerformanceModel& PerformanceModel::default_model() {
  static const PerformanceModel model = ModelFile::refer(
      {ntorc_default_model, static_cast<std::size_t>(ntorc_default_model_end - ntorc_default_model)}, "default model");
  return model;
}

}  // namespace ntorc::perf
