#include "ntorc/train/instruction_set.hpp"

#include "train/kernels.hpp"

namespace ntorc::train {

std::string_view to_string(InstructionSet set) {
  switch (set) {
    case InstructionSet::Baseline:
      return "baseline";
    case InstructionSet::Avx2:
      return "avx2";
    case InstructionSet::Avx512:
      break;
  }
  return "avx512";
}

bool has_instruction_set(InstructionSet set) {
#ifdef NTORC_X86_KERNELS
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (set == InstructionSet::Avx2) return avx2;
  if (set == InstructionSet::Avx512) return avx2 && __builtin_cpu_supports("avx512f") != 0;
#endif
  return set == InstructionSet::Baseline;
}

InstructionSet best_instruction_set() {
  if (has_instruction_set(InstructionSet::Avx512)) return InstructionSet::Avx512;
  return has_instruction_set(InstructionSet::Avx2) ? InstructionSet::Avx2 : InstructionSet::Baseline;
}

}  // namespace ntorc::train
