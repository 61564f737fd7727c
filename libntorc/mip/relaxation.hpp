// mip/relaxation.hpp - the linear relaxation, solved through its prices.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mip/core.hpp"

namespace ntorc::mip {

/// What fixes the prices at a vertex: one equation for each row.
struct Element {
  enum class Kind : std::uint8_t { Slack, Tie, Peak };
  Kind kind = Kind::Slack;
  std::uint32_t index = 0;  ///< Slack: row whose price is 0. Tie: position that costs, priced, as much as `key`
  std::uint32_t key = 0;    ///< Tie: the position that stands for the group
  std::uint32_t group = 0;  ///< Tie: whose
};

using Basis = std::array<Element, kMaxRows>;

/// All slack, or with loads the first load as the largest.
Basis cold_start(const Core& core);

/// The prices p >= 0 of the rows that make
///     L(p) = sum_g min_k (cost + p . rows) - p . rhs                   (with loads: sum of their prices = 1)
/// largest; L is the bound of the linear relaxation [Lagrange; Kellerer, Pferschy, Pisinger 2004, 11.2]. A dual simplex
/// method whose basis has as many columns as there are rows, one position of every group being the key that takes the
/// rest (generalised upper bounds; Dantzig, Van Slyke 1967). A step follows L along an edge past all breakpoints up to
/// its top. Floating point: what it says is a hint, to be made exact by weighted_bound.
class Relaxation {
 public:
  enum class Outcome {
    Optimal,     ///< no better prices
    Infeasible,  ///< L rises for ever along `prices()`
    Stopped,     ///< `bound()` passed the cutoff, or after too many steps
  };

  /// Raises L over the choices in `ranges` from the vertex `from`, at most to `cutoff` (scaled). Both must outlive what
  /// is asked of this object afterwards.
  Outcome raise(const Core& core, const std::vector<Range>& ranges, const Basis& from, double cutoff);

  /// The prices of the cold start, over the same choices.
  void restart();

  const Core& core() const { return *core_; }
  double bound() const { return bound_; }  ///< of what is not fixed, scaled by the core's cost_scale
  const std::vector<double>& prices() const { return prices_; }
  const Basis& basis() const { return basis_; }
  const Picks& keys() const { return keys_; }                        ///< of every group, least priced cost
  double share(std::size_t element) const { return x_[element]; }    ///< of a Tie: how much of its position is taken
  const std::vector<double>& priced() const { return priced_; }      ///< cost + p . rows of every position
  const std::vector<double>& residual() const { return residual_; }  ///< scaled rhs - sum of the keys, for each row

 private:
  bool place(const Basis& from);
  double basis_column(const Element& element, std::size_t row) const;
  double& inverse(std::size_t element, std::size_t row) { return inverse_[element * rows_ + row]; }
  bool invert();
  bool replace(std::size_t e);
  void find_prices();
  void prepare(const Core& core, const std::vector<Range>& ranges);
  void price_all();
  void find_shares();
  std::size_t leaving(bool& downwards);
  void follow(std::size_t e, bool downwards);

  const Core* core_ = nullptr;
  const std::vector<Range>* ranges_ = nullptr;
  Basis basis_{};
  std::size_t rows_ = 0;
  std::vector<double> inverse_{};  ///< rows_ x rows_: rows belong to elements, columns to rows
  std::vector<double> work_{};     ///< what invert() works on
  std::array<double, kMaxRows> x_{};
  std::vector<double> prices_{};
  std::vector<double> direction_{};
  std::vector<double> residual_{};  ///< rhs - sum of the keys
  Picks keys_{};
  std::vector<std::uint8_t> tied_{};  ///< groups with a Tie in the basis
  std::vector<double> priced_{};
  std::vector<double> slopes_{};
  std::vector<std::pair<double, std::uint32_t>> events_{};
  Picks meeting_{};  ///< the position that meets the key of each group next
  double bound_ = 0;
  bool unbounded_ = false;
};

}  // namespace ntorc::mip
