// ntorc/signal/split.hpp - which windows are learnt from, and which judge what was learnt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/signal/windows.hpp"

namespace ntorc::signal {

enum class SplitKind {
  Shuffled,  ///< windows drawn by seed, as N-TORC's paper says: neighbours in time stand on both sides
  Tail,      ///< the last windows, as N-TORC's code does: one run may stand on both sides
  Runs,      ///< whole runs, named or drawn by seed: the only one that tells of recordings never seen
};
std::string_view to_string(SplitKind kind);  ///< "shuffled", "tail", "runs"
std::optional<SplitKind> split_kind(std::string_view name);

struct SplitOptions {
  SplitKind kind = SplitKind::Runs;
  double validation_share = 0.3;             ///< of the windows, in (0, 1)
  std::uint64_t seed = 1;                    ///< of Shuffled, and of Runs unless they are named
  std::vector<std::string> validation_runs;  ///< of Runs: these and no others; the share is then not looked at
  void validate() const;                     ///< @throws InvalidArgument  naming the first bad field
};

/// Indices into Samples, ascending. No sample of a validation window is in a training window.
struct Split {
  std::vector<std::int64_t> training;
  std::vector<std::int64_t> validation;
};

/// Shuffled and Tail take ceil(share * windows) for validation. Runs draws runs group by group, so that each group
/// gives its share as nearly as whole runs can; what one group gives too much or too little, the next makes up for.
/// Windows that overlap (stride < length): Shuffled is refused, as nearly every validation window would have been
/// learnt from; Tail leaves out the training windows that reach into the first validation window.
/// @throws InvalidArgument  if the options do not validate, a side would be empty, windows overlap and are Shuffled,
///                          a named run is not there or is named twice.
Split split(const Samples& samples, const SplitOptions& options);

}  // namespace ntorc::signal
