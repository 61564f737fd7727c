// deploy/composer.hpp - latencies of selections under a composition, and the ways that decide them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deploy/candidates.hpp"
#include "deploy/frame.hpp"

namespace ntorc::deploy {

/// Composes the latencies of a table's layers, and of the rest of a design. Whatever the composition, the latency of a
/// selection is that of its longest way, and a way is a sum over sets: so a limit on latency is one on every way.
class Composer {
 public:
  /// Without a frame latencies are summed over the table.
  /// @param candidates  of `priced`; they and the frame are to outlive the composer
  Composer(const Priced& priced, const Candidates& candidates, const Question& question);

  Composition composition() const { return composition_; }

  /// In units, of chosen candidates, one for each set.
  std::int64_t latency(const std::vector<std::size_t>& chosen) const;
  Way longest(const std::vector<std::size_t>& chosen) const;

  /// Candidates of the least latency, summed over the layers of a set: a fast selection, the fastest without sets of
  /// several layers.
  std::vector<std::size_t> fastest() const;

  /// reachable[g][k] unless the candidate breaks the limit even with the fastest candidate of each layer outside of its
  /// set. Of Sum all count as reachable, as the solver's own reduction sees to it.
  Reachable reachable(std::int64_t limit) const;

 private:
  std::vector<std::int64_t> of_layers(const std::vector<std::size_t>& chosen) const;
  std::vector<std::int64_t> of_parts(const std::vector<std::int64_t>& of_layers) const;
  std::int64_t composed(const std::vector<std::int64_t>& of_layers) const;
  Way way_of(const std::vector<Leg>& legs) const;

  const Candidates& candidates_;
  Composition composition_;
  const std::optional<Chain>& chain_;
  std::vector<std::optional<std::size_t>> layers_{};  ///< layers_[p] of part p, a layer of the table or a node
  std::vector<std::vector<std::int64_t>> cycles_{};   ///< cycles_[l][row], in units
  std::vector<std::int64_t> fixed_{};                 ///< fixed_[p] of parts without a layer
  std::int64_t overhead_ = 0;
};

/// Units in which question and table tell a row's latency: predicted, or the upper end of its interval.
std::int64_t latency_units(const CostRow& row, const Question& question);

/// The composition that a question gets: Sum where there is no stream to overlap on.
Composition settled(Composition asked, const Frame* frame);

/// The latency of parts under a composition. @param chain  of Composition::Chain
std::int64_t compose(Composition composition, const std::optional<Chain>& chain,
                     const std::vector<std::int64_t>& latencies, std::int64_t overhead);

}  // namespace ntorc::deploy
