// mip/random_search.hpp - the two baselines that N-TORC compares its solver with [Singh et al., FCCM 2025, V-C], as the
// scripts of its artifact do them (HeRCLab/N-TORC, fccm_artifact/search, stoc_*.py and sim_an_*.py).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct TrialOptions {
  std::uint64_t trials = 100'000;  ///< selections tried, > 0
  std::uint64_t seed = 1;
  /// Called every few thousand trials with their number and the best objective so far; false ends the search.
  std::function<bool(std::uint64_t, const std::optional<std::int64_t>&)> go_on{};
};

struct TrialAnswer {
  Selection choices{};                      ///< empty if none was within the limits
  std::optional<std::int64_t> objective{};  ///< of `choices`
  std::uint64_t trials = 0;                 ///< done
};

/// Every trial draws a choice for each group, all with the same chance up to 2^-24, alone of the others. The first of
/// the cheapest within the limits is kept. Same seed, same answer.
/// @param problem  that validates.
TrialAnswer search_randomly(const Problem& problem, const TrialOptions& options);

/// The same draws: a move of N-TORC's annealing keeps nothing of the selection that it leaves. Selections past a limit
/// are passed over; another is taken if it is no dearer, else with a chance of exp(-(difference) / temperature). The
/// temperature falls by a hundredth with every selection within the limits, so that after a thousand of them little but
/// a random search is left.
/// Departs: a problem has no unit, so the temperature begins at a 2000th of the first objective found. N-TORC's begins
/// at 100, in LUT + FF + DSP + BRAM of about 200,000.
/// @param problem  that validates.
TrialAnswer anneal(const Problem& problem, const TrialOptions& options);

}  // namespace ntorc::mip
