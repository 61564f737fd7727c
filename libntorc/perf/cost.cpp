#include "ntorc/perf/cost.hpp"

namespace ntorc::perf {

std::string_view to_string(Target target) {
  switch (target) {
    case Target::LatencyMin:
      return "latency_min_cycles";
    case Target::LatencyMax:
      return "latency_max_cycles";
    case Target::Lut:
      return "lut";
    case Target::Ff:
      return "ff";
    case Target::Dsp:
      return "dsp";
    case Target::Bram18k:
      break;
  }
  return "bram_18k";
}

double& LayerCost::operator[](Target target) {
  switch (target) {
    case Target::LatencyMin:
      return latency_min_cycles;
    case Target::LatencyMax:
      return latency_max_cycles;
    case Target::Lut:
      return lut;
    case Target::Ff:
      return ff;
    case Target::Dsp:
      return dsp;
    case Target::Bram18k:
      break;
  }
  return bram_18k;
}

double LayerCost::operator[](Target target) const {
  LayerCost copy = *this;
  return copy[target];
}

}  // namespace ntorc::perf
