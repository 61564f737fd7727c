// mip/core.hpp - what is left of a problem, in the order and form in which the relaxation and the search read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "mip/wide.hpp"
#include "ntorc/mip/certificate.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

inline constexpr double kPerturbation = 1e-10;

/// A selection by positions in a core: picks[h] for its group h.
using Picks = std::vector<std::uint32_t>;

/// The choices of one group that a subproblem allows: positions low..high-1 of the core.
struct Range {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};

/// Groups of at least two choices; those of one are summed into `fixed_cost` and `rhs`. Rows are the limits, then the
/// loads: sum of a limit's row <= its rhs, and largest load = max over loads of (sum of its row - rhs).
struct Core {
  std::size_t limits = 0;
  std::size_t loads = 0;
  std::vector<Range> ranges{};                    ///< of each group
  std::vector<std::size_t> groups{};              ///< its number in the problem
  std::vector<std::uint32_t> choices{};           ///< number within its group, of each position
  std::vector<std::int64_t> costs{};              ///< ascending within a group
  std::vector<std::vector<std::int64_t>> rows{};  ///< rows[r][position]
  std::vector<std::int64_t> rhs{};
  std::int64_t fixed_cost = 0;
  std::vector<std::pair<std::size_t, std::size_t>> fixed{};  ///< group and choice of what this core no longer holds

  // The same in floating point, each divided by its scale, its largest figure. The costs are moved by up to
  // kPerturbation, all differently: where many choices tie at the same prices, a simplex method would go round.
  double cost_scale = 1;
  std::vector<double> row_scales{};
  std::vector<double> scaled_costs{};
  std::vector<std::vector<double>> scaled_rows{};
  std::vector<double> scaled_rhs{};

  // Of the whole problem, whatever is left of it: the sum over its groups of the largest figure, and the limit. Weights
  // are kept so short that their products with these stay within 128 bits, also where a proof is checked.
  double cost_magnitude = 1;
  std::vector<double> row_magnitudes{};

  std::size_t row_count() const { return rows.size(); }
  bool is_load(std::size_t row) const { return row >= limits; }
};

/// @param kept  for every choice of the problem whether it is left; at least one in every group.
Core make_core(const Problem& problem, const std::vector<std::uint8_t>& kept);

/// What is left of `from` within `ranges` without the positions in `dropped`, in storage that is used again.
/// @param moved  becomes, for every position, its new one; kGone for those that are not in `to`.
void narrow(const Core& from, const std::vector<Range>& ranges, const std::vector<std::uint8_t>& dropped, Core& to,
            std::vector<std::uint32_t>& moved);

inline constexpr std::uint32_t kGone = 0xffffffff;

/// Integer weights in the direction of the prices. @param prices  >= 0, one for each row, in scaled units, of sum <= 1
/// over the loads; for a proof that nothing is feasible (`objective` false) any direction.
Multipliers round_prices(const Core& core, const std::vector<double>& prices, bool objective);

/// Weighs choices exactly.
class Weighing {
 public:
  Weighing() = default;
  Weighing(const Core& core, const Multipliers& multipliers);

  /// sum_g min_k (w0 cost + w . rows) - w . rhs + w0 fixed_cost over the choices within `ranges`.
  Wide bound(const std::vector<Range>& ranges);
  Wide least(std::size_t group) const { return least_[group]; }  ///< of `group`, after `bound`
  Wide weigh(std::uint32_t position) const {                     ///< w0 cost + w . rows
    Wide value = static_cast<Wide>(objective_) * core_->costs[position];
    for (std::size_t r = 0; r < weights_.size(); ++r)
      value += static_cast<Wide>(weights_[r]) * core_->rows[r][position];
    return value;
  }

 private:
  const Core* core_ = nullptr;
  std::int64_t objective_ = 0;
  std::vector<std::int64_t> weights_{};
  std::vector<Wide> least_{};
  std::vector<double> values_{};
};

}  // namespace ntorc::mip
