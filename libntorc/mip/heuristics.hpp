// mip/heuristics.hpp - good selections without a proof.
#pragma once

#include <optional>

#include "mip/core.hpp"
#include "mip/relaxation.hpp"

namespace ntorc::mip {

/// Sums of a selection of the core, kept up to date under exchanges of one choice.
class Sums {
 public:
  Sums(const Core& core, Picks picks);

  const Picks& picks() const { return picks_; }
  bool feasible() const;
  std::int64_t objective() const;
  std::int64_t objective_with(std::size_t group, std::uint32_t position) const;  ///< if `group` took `position`
  bool fits_with(std::size_t group, std::uint32_t position) const;
  void take(std::size_t group, std::uint32_t position);
  std::int64_t row(std::size_t r) const { return rows_[r]; }

 private:
  const Core& core_;
  Picks picks_;
  std::int64_t cost_ = 0;
  std::vector<std::int64_t> rows_;
};

/// The best selection within the limits among those that take, in groups with a tie, one of its positions, and the key
/// elsewhere; nothing if there is none, or none below `cutoff` (scaled, without what is fixed).
std::optional<Picks> round_relaxation(const Core& core, const std::vector<Range>& ranges, const Relaxation& relaxation,
                                      double cutoff);

/// Exchanges single choices until every limit is kept: those first that cost least, priced, for what they mend.
std::optional<Picks> repair(const Core& core, const Relaxation& relaxation);

/// Exchanges one choice, or two at once, as long as that lowers the objective and keeps the limits.
Picks improve(const Core& core, const Relaxation& relaxation, Picks picks);

}  // namespace ntorc::mip
