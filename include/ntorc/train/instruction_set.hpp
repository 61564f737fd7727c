// ntorc/train/instruction_set.hpp - the processor instructions that training uses.
#pragma once

#include <string_view>

namespace ntorc::train {

/// Baseline: what every machine of the architecture has. Avx2: AVX2 and FMA. Avx512: AVX-512F besides.
/// One set gives the same bits on every machine that has it, as far as the C library's log, pow and cos do; two sets
/// round differently.
enum class InstructionSet { Baseline, Avx2, Avx512 };

std::string_view to_string(InstructionSet set);  ///< "baseline", "avx2", "avx512"

/// Whether this machine and this build have it.
bool has_instruction_set(InstructionSet set);

/// The widest that is there.
InstructionSet best_instruction_set();

}  // namespace ntorc::train
