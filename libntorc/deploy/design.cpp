#include "ntorc/deploy/design.hpp"

#include <fmt/format.h>

#include "ntorc/error.hpp"

namespace ntorc::deploy {

std::string_view to_string(Composition composition) {
  switch (composition) {
    case Composition::Sum:
      return "sum";
    case Composition::Max:
      return "max";
    case Composition::Chain:
      break;
  }
  return "chain";
}

Composition composition(std::string_view name) {
  for (const Composition composition : {Composition::Sum, Composition::Max, Composition::Chain}) {
    if (name == to_string(composition)) return composition;
  }
  throw InvalidArgument(fmt::format("composition: expected sum, max or chain, got {}", name));
}

double composed_cycles(const Design& design, Composition composition) {
  switch (composition) {
    case Composition::Sum:
      return design.sum_cycles;
    case Composition::Max:
      return design.max_cycles;
    case Composition::Chain:
      break;
  }
  return design.chain_cycles;
}

}  // namespace ntorc::deploy
