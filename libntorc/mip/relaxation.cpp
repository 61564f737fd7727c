#include "mip/relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace ntorc::mip {
namespace {

constexpr double kTolerance = 1e-9;   ///< of a share of a position, and of a slack in units of its largest figure
constexpr double kFlat = 1e-10;       ///< slopes that differ by less are parallel
constexpr double kSmallPivot = 1e-6;  ///< a smaller one would spoil an inverse that is brought up to date
constexpr double kNoPivot = 1e-11;    ///< a column with no larger entry depends on the others
constexpr int kMaxSteps = 2'000;      ///< of one call; bad ties could otherwise go round for ever
constexpr double kNever = std::numeric_limits<double>::infinity();

}  // namespace

Basis cold_start(const Core& core) {
  Basis basis{};
  for (std::size_t r = 0; r < core.row_count(); ++r) basis[r] = {.index = static_cast<std::uint32_t>(r)};
  if (core.loads > 0) basis[core.limits].kind = Element::Kind::Peak;
  return basis;
}

void Relaxation::prepare(const Core& core, const std::vector<Range>& ranges) {
  core_ = &core;
  ranges_ = &ranges;
  rows_ = core.row_count();
  inverse_.resize(rows_ * rows_);
  prices_.resize(rows_);
  direction_.resize(rows_);
  residual_.resize(rows_);
  keys_.resize(ranges.size());
  meeting_.resize(ranges.size());
  tied_.assign(ranges.size(), 0);
  priced_.resize(core.costs.size());
  slopes_.resize(core.costs.size());
  unbounded_ = false;
}

/// Columns of the basis: a slack is a unit, the largest load -1 in every load, a tie the difference of its positions.
double Relaxation::basis_column(const Element& element, std::size_t row) const {
  switch (element.kind) {
    case Element::Kind::Slack:
      return element.index == row ? 1 : 0;
    case Element::Kind::Peak:
      return core_->is_load(row) ? -1 : 0;
    case Element::Kind::Tie:
      break;
  }
  return core_->scaled_rows[row][element.index] - core_->scaled_rows[row][element.key];
}

bool Relaxation::invert() {
  const std::size_t width = 2 * rows_;
  work_.assign(rows_ * width, 0);
  const auto work = [&](std::size_t r, std::size_t c) -> double& { return work_[r * width + c]; };
  for (std::size_t e = 0; e < rows_; ++e) {
    for (std::size_t r = 0; r < rows_; ++r) work(r, e) = basis_column(basis_[e], r);
    work(e, rows_ + e) = 1;
  }
  for (std::size_t column = 0; column < rows_; ++column) {
    std::size_t pivot = column;
    for (std::size_t r = column + 1; r < rows_; ++r) {
      if (std::abs(work(r, column)) > std::abs(work(pivot, column))) pivot = r;
    }
    if (!(std::abs(work(pivot, column)) > kNoPivot)) return false;
    if (pivot != column) {
      for (std::size_t c = 0; c < width; ++c) std::swap(work(pivot, c), work(column, c));
    }
    const double scale = 1 / work(column, column);
    for (std::size_t c = column; c < width; ++c) work(column, c) *= scale;
    for (std::size_t r = 0; r < rows_; ++r) {
      const double factor = work(r, column);
      if (r == column || factor == 0) continue;
      for (std::size_t c = column; c < width; ++c) work(r, c) -= factor * work(column, c);
    }
  }
  for (std::size_t e = 0; e < rows_; ++e) {
    for (std::size_t r = 0; r < rows_; ++r) inverse(e, r) = work(e, rows_ + r);
  }
  return true;
}

/// The prices at which every element of the basis holds: p B = -c_B.
void Relaxation::find_prices() {
  std::ranges::fill(prices_, 0.0);
  for (std::size_t e = 0; e < rows_; ++e) {
    const Element& element = basis_[e];
    double cost = 0;
    if (element.kind == Element::Kind::Peak) cost = 1;
    if (element.kind == Element::Kind::Tie)
      cost = core_->scaled_costs[element.index] - core_->scaled_costs[element.key];
    if (cost == 0) continue;
    for (std::size_t r = 0; r < rows_; ++r) prices_[r] -= cost * inverse(e, r);
  }
  for (std::size_t e = 0; e < rows_; ++e) {
    if (basis_[e].kind == Element::Kind::Slack) prices_[basis_[e].index] = 0;
  }
  for (double& price : prices_) {
    if (price < 0 && price > -kTolerance) price = 0;
  }
}

/// Prices every position in its range, and takes the least of each group as its key, but keeps the keys of ties.
void Relaxation::price_all() {
  std::ranges::copy(core_->scaled_costs, priced_.begin());
  for (std::size_t r = 0; r < rows_; ++r) {
    const double price = prices_[r];
    if (price == 0) continue;
    const double* const row = core_->scaled_rows[r].data();
    for (std::size_t i = 0; i < priced_.size(); ++i) priced_[i] += price * row[i];
  }
  for (std::size_t r = 0; r < rows_; ++r) residual_[r] = core_->scaled_rhs[r];
  bound_ = 0;
  for (std::size_t h = 0; h < keys_.size(); ++h) {
    const Range range = (*ranges_)[h];
    if (tied_[h] == 0) {
      std::uint32_t key = range.low;
      for (std::uint32_t i = range.low + 1; i < range.high; ++i) key = priced_[i] < priced_[key] ? i : key;
      keys_[h] = key;
    }
    bound_ += priced_[keys_[h]];
    for (std::size_t r = 0; r < rows_; ++r) residual_[r] -= core_->scaled_rows[r][keys_[h]];
  }
  for (std::size_t r = 0; r < rows_; ++r) bound_ -= prices_[r] * core_->scaled_rhs[r];
}

/// Sets the basis up over the ranges. @return  false if it is of no use there.
bool Relaxation::place(const Basis& from) {
  basis_ = from;
  std::ranges::fill(tied_, std::uint8_t{0});
  const auto inside = [&](const Element& element, std::uint32_t position) {
    const Range range = (*ranges_)[element.group];
    return position >= range.low && position < range.high;
  };
  for (std::size_t e = 0; e < rows_; ++e) {
    const Element element = basis_[e];
    if (element.kind != Element::Kind::Tie) continue;
    tied_[element.group] = 1;
    keys_[element.group] = element.key;
    if (inside(element, element.key) || !inside(element, element.index)) continue;
    // The key has left: one that ties with it stands for the group from here on.
    for (std::size_t f = 0; f < rows_; ++f) {
      if (basis_[f].kind == Element::Kind::Tie && basis_[f].group == element.group) basis_[f].key = element.index;
    }
    basis_[e].index = element.key;
    keys_[element.group] = element.index;
  }
  for (std::size_t e = 0; e < rows_; ++e) {
    if (basis_[e].kind == Element::Kind::Tie && !inside(basis_[e], basis_[e].key)) return false;
    if (basis_[e].kind == Element::Kind::Tie) keys_[basis_[e].group] = basis_[e].key;
  }
  if (!invert()) return false;
  find_prices();
  if (std::ranges::any_of(prices_, [](double price) { return !(price >= 0); })) return false;
  price_all();
  return true;
}

void Relaxation::restart() {
  basis_ = cold_start(*core_);
  std::ranges::fill(tied_, std::uint8_t{0});
  (void)invert();
  find_prices();
  price_all();
}

void Relaxation::find_shares() {
  for (std::size_t e = 0; e < rows_; ++e) {
    x_[e] = 0;
    for (std::size_t r = 0; r < rows_; ++r) x_[e] += inverse(e, r) * residual_[r];
  }
}

/// The element of the basis whose share is most out of its place, measured along its edge; rows_ if none is.
std::size_t Relaxation::leaving(bool& downwards) {
  std::size_t worst = rows_;
  double most = 0;
  downwards = false;
  for (std::size_t e = 0; e < rows_; ++e) {
    const Element& element = basis_[e];
    if (element.kind == Element::Kind::Peak) continue;
    bool down = x_[e] < -kTolerance;
    bool up = false;
    if (element.kind == Element::Kind::Tie) {
      const Range range = (*ranges_)[element.group];
      up = (element.index < range.low || element.index >= range.high) && x_[e] > kTolerance;
    }
    if (!down && !up) continue;
    double length = 0;
    for (std::size_t r = 0; r < rows_; ++r) length += inverse(e, r) * inverse(e, r);
    const double gain = x_[e] * x_[e] / length;
    if (gain > most) {
      most = gain;
      worst = e;
      downwards = up;
    }
  }
  if (worst < rows_) return worst;
  // A key whose ties take more than there is: the largest of them becomes the key, and the old key leaves.
  for (std::size_t e = 0; e < rows_; ++e) {
    if (basis_[e].kind != Element::Kind::Tie) continue;
    const std::uint32_t group = basis_[e].group;
    double rest = 1;
    std::size_t largest = e;
    for (std::size_t f = 0; f < rows_; ++f) {
      if (basis_[f].kind != Element::Kind::Tie || basis_[f].group != group) continue;
      rest -= x_[f];
      if (x_[f] > x_[largest]) largest = f;
    }
    if (rest >= -kTolerance) continue;
    const std::uint32_t old_key = basis_[e].key;
    const std::uint32_t new_key = basis_[largest].index;
    const Range range = (*ranges_)[group];
    if (new_key < range.low || new_key >= range.high) continue;
    for (std::size_t f = 0; f < rows_; ++f) {
      if (basis_[f].kind == Element::Kind::Tie && basis_[f].group == group) basis_[f].key = new_key;
    }
    basis_[largest].index = old_key;
    keys_[group] = new_key;
    for (std::size_t r = 0; r < rows_; ++r) {
      residual_[r] += core_->scaled_rows[r][old_key] - core_->scaled_rows[r][new_key];
    }
    if (!invert()) return rows_;
    find_shares();
    return largest;
  }
  return rows_;
}

/// Follows L along the edge that keeps all of the basis but one element, past breakpoints where a group without ties
/// changes its key, until the slope is gone; what meets it there enters the basis.
void Relaxation::follow(std::size_t e, bool downwards) {
  const double sign = downwards ? -1 : 1;
  for (std::size_t r = 0; r < rows_; ++r) direction_[r] = sign * inverse(e, r);
  // A row whose price the basis holds at 0 stays there: a large right side would make much of a small error.
  for (std::size_t f = 0; f < rows_; ++f) {
    if (f != e && basis_[f].kind == Element::Kind::Slack) direction_[basis_[f].index] = 0;
  }
  double slope = std::abs(x_[e]);
  double limit = kNever;
  std::size_t limiting_row = rows_;
  for (std::size_t r = 0; r < rows_; ++r) {
    if (direction_[r] >= -kFlat) continue;
    const double t = std::max(0.0, prices_[r] / -direction_[r]);
    if (t < limit) {
      limit = t;
      limiting_row = r;
    }
  }
  std::ranges::fill(slopes_, 0.0);
  for (std::size_t r = 0; r < rows_; ++r) {
    const double step = direction_[r];
    if (step == 0) continue;
    const double* const row = core_->scaled_rows[r].data();
    for (std::size_t i = 0; i < slopes_.size(); ++i) slopes_[i] += step * row[i];
  }
  /// Where another position of the group meets its key.
  const auto next = [&](std::uint32_t h, double after) {
    const Range range = (*ranges_)[h];
    const std::uint32_t key = keys_[h];
    const double value = priced_[key];
    const double rise = slopes_[key];
    double first = kNever;
    std::uint32_t at = key;
    for (std::uint32_t i = range.low; i < range.high; ++i) {
      const double closing = rise - slopes_[i];
      if (closing <= kFlat) continue;
      const double t = (priced_[i] - value) / closing;
      if (t < first) {
        first = t;
        at = i;
      }
    }
    return std::pair(std::max(first, after), at);
  };
  events_.clear();
  std::vector<std::uint32_t>& meets = meeting_;
  for (std::uint32_t h = 0; h < keys_.size(); ++h) {
    const Range range = (*ranges_)[h];
    if (range.high - range.low < 2) continue;
    const auto [t, at] = next(h, 0);
    meets[h] = at;
    if (t < limit) events_.emplace_back(t, h);
  }
  std::ranges::make_heap(events_, std::greater{});
  double t = limit;
  Element entering{.kind = Element::Kind::Slack, .index = static_cast<std::uint32_t>(limiting_row)};
  while (!events_.empty()) {
    const auto [when, h] = events_.front();
    std::ranges::pop_heap(events_, std::greater{});
    events_.pop_back();
    const std::uint32_t key = keys_[h];
    const std::uint32_t at = meets[h];
    const double loss = slopes_[key] - slopes_[at];
    if (tied_[h] != 0 || slope - loss <= kTolerance) {
      t = when;
      entering = {.kind = Element::Kind::Tie, .index = at, .key = key, .group = h};
      break;
    }
    slope -= loss;
    keys_[h] = at;
    for (std::size_t r = 0; r < rows_; ++r) residual_[r] += core_->scaled_rows[r][key] - core_->scaled_rows[r][at];
    const auto [again, where] = next(h, when);
    meets[h] = where;
    if (again < limit) {
      events_.emplace_back(again, h);
      std::ranges::push_heap(events_, std::greater{});
    }
  }
  if (t == kNever) {
    unbounded_ = true;
    prices_ = direction_;
    return;
  }
  for (std::size_t i = 0; i < slopes_.size(); ++i) priced_[i] += t * slopes_[i];
  bound_ = 0;
  for (std::size_t r = 0; r < rows_; ++r) {
    const bool gone = entering.kind == Element::Kind::Slack && entering.index == r;
    prices_[r] = gone ? 0 : std::max(0.0, prices_[r] + t * direction_[r]);
    bound_ -= prices_[r] * core_->scaled_rhs[r];
  }
  for (const std::uint32_t key : keys_) bound_ += priced_[key];
  if (basis_[e].kind == Element::Kind::Tie) tied_[basis_[e].group] = 0;
  basis_[e] = entering;
  for (std::size_t f = 0; f < rows_; ++f) {
    if (basis_[f].kind == Element::Kind::Tie) tied_[basis_[f].group] = 1;
  }
}

/// Brings the inverse up to date with a new element of the basis. @return  false if it depends on the others.
bool Relaxation::replace(std::size_t e) {
  std::array<double, kMaxRows> entering{};
  for (std::size_t r = 0; r < rows_; ++r) {
    const double figure = basis_column(basis_[e], r);
    for (std::size_t f = 0; f < rows_; ++f) entering[f] += inverse(f, r) * figure;
  }
  if (std::abs(entering[e]) < kSmallPivot) return invert();
  for (std::size_t r = 0; r < rows_; ++r) inverse(e, r) /= entering[e];
  for (std::size_t f = 0; f < rows_; ++f) {
    if (f == e || entering[f] == 0) continue;
    for (std::size_t r = 0; r < rows_; ++r) inverse(f, r) -= entering[f] * inverse(e, r);
  }
  return true;
}

Relaxation::Outcome Relaxation::raise(const Core& core, const std::vector<Range>& ranges, const Basis& from,
                                      double cutoff) {
  prepare(core, ranges);
  if (!place(from)) restart();
  for (int step = 0; step < kMaxSteps; ++step) {
    find_shares();
    if (bound_ > cutoff) return Outcome::Stopped;
    bool downwards = false;
    const std::size_t e = leaving(downwards);
    if (e == rows_) return Outcome::Optimal;
    follow(e, downwards);
    if (unbounded_) return Outcome::Infeasible;
    if (!replace(e)) return Outcome::Stopped;
  }
  return Outcome::Stopped;
}

}  // namespace ntorc::mip
