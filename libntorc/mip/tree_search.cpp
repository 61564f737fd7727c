#include "mip/tree_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <tuple>
#include <utility>

#include "mip/core.hpp"
#include "mip/heuristics.hpp"
#include "mip/proof_log.hpp"
#include "mip/relaxation.hpp"

namespace ntorc::mip {
namespace {

constexpr double kFractional = 1e-7;  ///< a share further than this from 0 and 1 is one to branch on
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr std::int64_t kNarrowest = 16;                   ///< the first window is this part of the gap
constexpr std::uint64_t kFirstEffort = 20'000;            ///< parts of a pass
constexpr std::size_t kMostBytes = std::size_t{1} << 30;  ///< of the parts that wait, roughly
constexpr std::int64_t kWidest = std::int64_t{1} << 62;   ///< no objective is above

struct Branching {
  std::uint32_t group = 0;
  std::uint32_t middle = 0;  ///< positions below go left
  double spread = 0;         ///< how far apart the shares lie
};

/// A part of the search space that is not ruled out, solved.
struct Part {
  bool closed = true;
  std::int64_t bound = 0;
  Multipliers multipliers{};  ///< that prove the bound
  Core core{};
  Basis basis{};
  std::array<Branching, kMaxRows> candidates{};  ///< to branch on, the most promising first
  std::size_t candidate_count = 0;
  std::size_t logged = 0;
};

/// Where no share is fractional.
Branching halve_first(const Core& core) { return {0, (core.ranges[0].low + core.ranges[0].high + 1) / 2, 0}; }

/// What the columns of a core take.
std::size_t bytes_of(const Core& core) {
  const std::size_t figure = sizeof(std::int64_t) + sizeof(double);
  return core.costs.size() * (sizeof(std::uint32_t) + figure * (1 + core.row_count()));
}

class TreeSearch {
 public:
  TreeSearch(const Problem& problem, const std::vector<std::uint8_t>& kept, std::vector<Found> known,
             const SearchOptions& options, Stop& stop)
      : options_(options), stop_(stop), found_(std::move(known)), log_(options.certify) {
    std::ranges::sort(found_);
    root_.core = make_core(problem, kept);
    root_.basis = cold_start(root_.core);
    root_.multipliers.objective = 1;  // and no prices: no objective is below 0
    root_.multipliers.limits.resize(root_.core.limits, 0);
    root_.multipliers.loads.resize(root_.core.loads, 0);
  }

  SearchAnswer run();

 private:
  std::optional<std::int64_t> best_objective() const {
    return found_.empty() ? std::nullopt : std::optional(found_.front().objective);
  }
  bool stopped() { return stop_(best_objective(), bound_); }
  std::optional<std::int64_t> worst_wanted() const {  ///< an objective must lie below to be wanted
    return found_.size() >= options_.best ? std::optional(found_.back().objective) : std::nullopt;
  }
  std::optional<std::int64_t> cutoff() const {  ///< a part must lie below to be looked at
    const auto wanted = worst_wanted();
    return wanted && window_ ? std::min(*wanted, *window_) : (wanted ? wanted : window_);
  }
  bool good_enough() const {
    if (found_.empty() || options_.best > 1) return false;
    const std::int64_t objective = found_.front().objective;
    if (options_.certify && objective <= bound_) return false;  // proven, but the proof is not written down
    return within_gap(objective, bound_, options_.relative_gap);
  }
  double scaled_cutoff(const Core& core) const;
  bool by_cutoff(Wide value, const Multipliers& multipliers) const;
  void offer(const Core& core, const Picks& picks);
  enum class Ending { Done, Spent, Full, Stopped };
  bool bound_root();
  Ending pass();
  SearchAnswer answer(bool complete);
  Ending visit(const Part& part, std::size_t depth, std::size_t bytes);
  void solve(const Part& parent, const std::vector<Range>& ranges, Part& part, bool heuristics);
  void close_single(Part& part);
  void narrow_to(const Part& parent, const std::vector<Range>& ranges, Weighing& weighing, Wide value, Part& part);
  void find_candidates(const std::vector<Range>& ranges, Part& part) const;
  Branching choose(const Part& part, std::vector<Range>& ranges);

  SearchOptions options_;
  Stop& stop_;
  std::vector<Found> found_;
  ProofLog log_;
  Part root_{};
  ProofLog::Mark root_mark_{};
  std::int64_t bound_ = 0;                ///< proven for everything
  std::optional<std::int64_t> window_{};  ///< this pass looks below it only
  std::vector<const Core*> path_{};       ///< the cores that led to the part that is worked on
  std::deque<std::array<Part, 2>> levels_{};
  Relaxation relaxation_{};
  std::vector<std::uint8_t> dropped_{};
  std::vector<std::uint32_t> moved_{};
  std::uint64_t parts_ = 0;
  std::uint64_t parts_end_ = 0;  ///< of this pass
};

double TreeSearch::scaled_cutoff(const Core& core) const {
  const auto limit = cutoff();
  if (!limit) return kInfinite;
  const double perturbed = kPerturbation * static_cast<double>(core.ranges.size());
  return (static_cast<double>(*limit - core.fixed_cost) - 0.5) / core.cost_scale + perturbed;
}

/// Whether nothing with this weighted bound lies below the cutoff.
bool TreeSearch::by_cutoff(Wide value, const Multipliers& multipliers) const {
  const auto limit = cutoff();
  return limit && value > static_cast<Wide>(multipliers.objective) * (*limit - 1);
}

/// Keeps a selection of `core`, the last of the path, if it is one of the best.
void TreeSearch::offer(const Core& core, const Picks& picks) {
  const Sums sums(core, picks);
  if (!sums.feasible()) return;
  const std::int64_t objective = sums.objective();
  if (worst_wanted() && objective >= *worst_wanted()) return;
  std::size_t groups = core.groups.size();
  for (const Core* const passed : path_) groups += passed->fixed.size();
  Found candidate{objective, Selection(groups, 0)};
  for (const Core* const passed : path_) {
    for (const auto& [group, choice] : passed->fixed) candidate.selection[group] = choice;
  }
  for (std::size_t h = 0; h < picks.size(); ++h) candidate.selection[core.groups[h]] = core.choices[picks[h]];
  const auto place = std::ranges::lower_bound(found_, candidate);
  if (place != found_.end() && *place == candidate) return;
  found_.insert(place, std::move(candidate));
  if (found_.size() > options_.best) found_.pop_back();
}

/// Nothing is left to choose: the one selection there is speaks for itself.
void TreeSearch::close_single(Part& part) {
  const Sums sums(part.core, {});
  part.closed = true;
  part.multipliers = {0, std::vector<std::int64_t>(part.core.limits, 0), std::vector<std::int64_t>(part.core.loads, 0)};
  for (std::size_t m = 0; m < part.core.limits; ++m) {
    if (sums.row(m) <= 0) continue;
    part.multipliers.limits[m] = 1;
    return;
  }
  offer(part.core, {});
  part.multipliers.objective = 1;
  std::size_t largest = part.core.limits;
  for (std::size_t r = largest; r < part.core.row_count(); ++r) largest = sums.row(r) > sums.row(largest) ? r : largest;
  if (part.core.loads > 0) part.multipliers.loads[largest - part.core.limits] = 1;
}

/// Takes over what the part's bound leaves, at the same vertex, and notes where to branch.
void TreeSearch::narrow_to(const Part& parent, const std::vector<Range>& ranges, Weighing& weighing, Wide value,
                           Part& part) {
  const Core& core = parent.core;
  dropped_.assign(core.costs.size(), 0);
  if (const auto limit = cutoff(); limit && part.multipliers.objective > 0) {
    // A regret above this is ruled out. Floating point finds who could be; integers decide.
    const Wide room = static_cast<Wide>(part.multipliers.objective) * (*limit - 1) - value;
    const double unit = static_cast<double>(part.multipliers.objective) * core.cost_scale;
    const double scaled_room = static_cast<double>(room) / unit;
    const std::vector<double>& priced = relaxation_.priced();
    std::optional<std::size_t> multipliers;
    for (std::size_t h = 0; h < ranges.size(); ++h) {
      const double threshold = priced[relaxation_.keys()[h]] + scaled_room;
      bool any = false;
      for (std::uint32_t i = ranges[h].low; i < ranges[h].high; ++i) {
        if (priced[i] < threshold || weighing.weigh(i) - weighing.least(h) <= room) continue;
        dropped_[i] = 1;
        any = true;
      }
      if (!any || !log_.on()) continue;
      std::vector<std::size_t> left;
      for (std::uint32_t i = ranges[h].low; i < ranges[h].high; ++i) {
        if (dropped_[i] == 0) left.push_back(core.choices[i]);
      }
      std::ranges::sort(left);
      if (!multipliers) multipliers = log_.add(part.multipliers);
      const auto [stays, goes] = log_.split(part.logged, core.groups[h], std::move(left));
      log_.close_with(goes, *multipliers);
      part.logged = stays;
    }
  }
  find_candidates(ranges, part);
  const Basis& basis = relaxation_.basis();
  narrow(core, ranges, dropped_, part.core, moved_);
  path_.push_back(&part.core);
  const auto new_group = [&](std::uint32_t position) {
    const auto after = std::ranges::upper_bound(part.core.ranges, position, {}, &Range::low);
    return static_cast<std::uint32_t>(after - part.core.ranges.begin()) - 1;
  };
  part.basis = basis;
  for (std::size_t e = 0; e < core.row_count(); ++e) {
    Element& element = part.basis[e];
    if (element.kind != Element::Kind::Tie) continue;
    const std::uint32_t index = moved_[element.index];
    const std::uint32_t key = moved_[element.key];
    if (index == kGone || key == kGone) {
      part.basis = cold_start(part.core);
      break;
    }
    element = {Element::Kind::Tie, index, key, new_group(index)};
  }
  if (part.core.ranges.empty()) {
    close_single(part);
    path_.pop_back();
    return;
  }
  path_.pop_back();
  // Each split before the first position left at or above its middle, if some of its group are below.
  std::size_t count = 0;
  for (std::size_t c = 0; c < part.candidate_count; ++c) {
    const Range range = ranges[part.candidates[c].group];
    std::uint32_t middle = part.candidates[c].middle;
    while (middle < range.high && moved_[middle] == kGone) ++middle;
    if (middle == range.high) continue;
    const std::uint32_t group = new_group(moved_[middle]);
    if (moved_[middle] > part.core.ranges[group].low) part.candidates[count++] = {group, moved_[middle], 0};
  }
  if (count == 0) part.candidates[count++] = halve_first(part.core);
  part.candidate_count = count;
}

/// Bounds what `ranges` leave of the parent, and unless that rules it out, makes it a part of its own.
void TreeSearch::solve(const Part& parent, const std::vector<Range>& ranges, Part& part, bool heuristics) {
  ++parts_;
  const auto outcome = relaxation_.raise(parent.core, ranges, parent.basis, scaled_cutoff(parent.core));
  const bool feasible = outcome != Relaxation::Outcome::Infeasible;
  part.multipliers = round_prices(parent.core, relaxation_.prices(), feasible);
  Weighing weighing(parent.core, part.multipliers);
  Wide value = weighing.bound(ranges);
  if (!feasible) {
    part.closed = value > 0;
    if (part.closed) return;
    // Floating point erred: go on without prices.
    relaxation_.restart();
    part.multipliers = round_prices(parent.core, relaxation_.prices(), true);
    weighing = Weighing(parent.core, part.multipliers);
    value = weighing.bound(ranges);
  }
  part.bound = static_cast<std::int64_t>(divide_up(value, part.multipliers.objective));
  part.closed = by_cutoff(value, part.multipliers);
  if (part.closed) return;
  std::optional<Picks> first = round_relaxation(parent.core, ranges, relaxation_, scaled_cutoff(parent.core));
  if (heuristics && !first && !ranges.empty()) first = repair(parent.core, relaxation_);
  if (first) {
    if (heuristics) first = improve(parent.core, relaxation_, std::move(*first));
    offer(parent.core, *first);
  }
  part.closed = by_cutoff(value, part.multipliers);
  if (!part.closed) narrow_to(parent, ranges, weighing, value, part);
  if (part.closed || part.bound >= parent.bound) return;
  // These prices say less than the parent's, which hold here as well.
  part.bound = parent.bound;
  part.multipliers = parent.multipliers;
}

/// The groups with fractional shares, each to be split at its mean cost.
void TreeSearch::find_candidates(const std::vector<Range>& ranges, Part& part) const {
  const Core& core = relaxation_.core();
  const Basis& basis = relaxation_.basis();
  part.candidate_count = 0;
  struct Share {
    std::uint32_t position = 0;
    double share = 0;
  };
  std::array<Share, kMaxRows + 1> shares{};
  for (std::size_t e = 0; e < core.row_count(); ++e) {
    if (basis[e].kind != Element::Kind::Tie) continue;
    const std::uint32_t group = basis[e].group;
    const Range range = ranges[group];
    std::size_t count = 1;
    shares[0] = {basis[e].key, 1};
    bool seen = false;
    for (std::size_t f = 0; f < core.row_count(); ++f) {
      if (basis[f].kind != Element::Kind::Tie || basis[f].group != group) continue;
      seen = seen || f < e;
      const double share = std::clamp(relaxation_.share(f), 0.0, 1.0);
      shares[0].share -= share;
      if (share > kFractional && basis[f].index >= range.low && basis[f].index < range.high) {
        shares[count++] = {basis[f].index, share};
      }
    }
    const std::size_t begin = shares[0].share > kFractional ? 0 : 1;
    if (seen || count - begin < 2) continue;
    double mean = 0;
    double total = 0;
    for (std::size_t s = begin; s < count; ++s) {
      mean += shares[s].share * core.scaled_costs[shares[s].position];
      total += shares[s].share;
    }
    mean /= total;
    double spread = 0;
    std::uint32_t lowest = range.high;
    std::uint32_t highest = range.low;
    for (std::size_t s = begin; s < count; ++s) {
      const std::uint32_t position = shares[s].position;
      spread += shares[s].share * std::abs(core.scaled_costs[position] - mean);
      for (std::size_t r = 0; r < core.row_count(); ++r) {
        spread += shares[s].share * relaxation_.prices()[r] *
                  std::abs(core.scaled_rows[r][position] - core.scaled_rows[r][shares[begin].position]);
      }
      lowest = std::min(lowest, position);
      highest = std::max(highest, position);
    }
    std::uint32_t middle = lowest + 1;
    while (middle < highest && core.scaled_costs[middle] <= mean) ++middle;
    part.candidates[part.candidate_count++] = {group, middle, spread};
  }
  std::sort(part.candidates.begin(), part.candidates.begin() + static_cast<std::ptrdiff_t>(part.candidate_count),
            [](const Branching& a, const Branching& b) { return a.spread > b.spread; });
}

/// Of the candidates the one whose halves raise the bound most: solved to be seen.
Branching TreeSearch::choose(const Part& part, std::vector<Range>& ranges) {
  if (part.candidate_count == 1) return part.candidates[0];
  const double limit = scaled_cutoff(part.core);
  const double here = (static_cast<double>(part.bound - part.core.fixed_cost) - 0.5) / part.core.cost_scale;
  Branching chosen = part.candidates[0];
  double most = -1;
  for (std::size_t c = 0; c < part.candidate_count; ++c) {
    const Branching& candidate = part.candidates[c];
    const Range whole = ranges[candidate.group];
    std::array<double, 2> gains{};
    bool closes = false;
    for (std::size_t half = 0; half < 2 && !closes; ++half) {
      ranges[candidate.group] = half == 0 ? Range{whole.low, candidate.middle} : Range{candidate.middle, whole.high};
      const auto outcome = relaxation_.raise(part.core, ranges, part.basis, limit);
      closes = outcome == Relaxation::Outcome::Infeasible || relaxation_.bound() > limit;
      gains[half] = std::max(1e-12, relaxation_.bound() - here);
    }
    ranges[candidate.group] = whole;
    if (closes) return candidate;  // one half less
    const double gain = gains[0] * gains[1];
    if (gain > most) {
      most = gain;
      chosen = candidate;
    }
  }
  return chosen;
}

/// Splits a part until nothing of it is left, the pass has spent its effort, or the parts above, of so many bytes,
/// leave no room.
TreeSearch::Ending TreeSearch::visit(const Part& part, std::size_t depth, std::size_t bytes) {
  if (stopped()) return Ending::Stopped;
  if (parts_ >= parts_end_) return Ending::Spent;
  bytes += 2 * bytes_of(part.core);  // the halves are no larger than the whole
  if (bytes > kMostBytes) return Ending::Full;
  if (levels_.size() == depth) levels_.emplace_back();
  std::array<Part, 2>& halves = levels_[depth];
  path_.push_back(&part.core);
  std::vector<Range> ranges = part.core.ranges;
  const Branching split = choose(part, ranges);
  const Range whole = ranges[split.group];
  std::vector<std::size_t> left;
  if (log_.on()) {
    for (std::uint32_t i = whole.low; i < split.middle; ++i) left.push_back(part.core.choices[i]);
    std::ranges::sort(left);
  }
  std::tie(halves[0].logged, halves[1].logged) =
      log_.split(part.logged, part.core.groups[split.group], std::move(left));
  for (std::size_t half = 0; half < 2; ++half) {
    ranges[split.group] = half == 0 ? Range{whole.low, split.middle} : Range{split.middle, whole.high};
    solve(part, ranges, halves[half], false);
  }
  const bool second_first = !halves[1].closed && (halves[0].closed || halves[1].bound < halves[0].bound);
  Ending ending = Ending::Done;
  for (const std::size_t half : {std::size_t{second_first ? 1u : 0u}, std::size_t{second_first ? 0u : 1u}}) {
    Part& next = halves[half];
    if (next.closed || (cutoff() && next.bound >= *cutoff())) {
      log_.close(next.logged, next.multipliers);
    } else {
      ending = visit(next, depth + 1, bytes);
      if (ending != Ending::Done) break;
    }
  }
  path_.pop_back();
  return ending;
}

/// Bounds everything, finds a first selection and rules out what it can, over and over as that helps.
/// @return  whether nothing is left.
bool TreeSearch::bound_root() {
  while (true) {
    Part next;
    next.logged = root_.logged;
    path_.assign(1, &root_.core);
    solve(root_, root_.core.ranges, next, true);
    if (next.closed) {
      log_.close(next.logged, next.multipliers);
      return true;
    }
    bound_ = std::max(bound_, next.bound);
    const bool helped = next.core.costs.size() * 10 < root_.core.costs.size() * 9;
    next.core.fixed.insert(next.core.fixed.end(), root_.core.fixed.begin(), root_.core.fixed.end());
    root_ = std::move(next);
    if (!helped || good_enough() || stopped()) return false;
  }
}

/// Looks at all that lies below the window.
TreeSearch::Ending TreeSearch::pass() {
  log_.rewind(root_mark_, root_.logged);
  Part first;
  first.logged = root_.logged;
  path_.assign(1, &root_.core);
  solve(root_, root_.core.ranges, first, false);
  if (!first.closed) return visit(first, 0, 0);
  log_.close(first.logged, first.multipliers);
  return Ending::Done;
}

SearchAnswer TreeSearch::answer(bool complete) {
  if (complete && !found_.empty()) bound_ = found_.front().objective;
  SearchAnswer result{.found = found_, .complete = complete, .core = std::move(root_.core)};
  if (!complete || !found_.empty()) result.bound = bound_;
  if (complete && log_.on()) result.certificate = log_.take();
  return result;
}

SearchAnswer TreeSearch::run() {
  if (bound_root()) return answer(true);
  if (options_.root_only || good_enough() || stop_.stopped()) return answer(false);
  root_mark_ = log_.mark();
  // Passes that look below a window only, ever wider ones up to all that is wanted: what an early, bad selection would
  // let into the tree stays out of it. A pass that is done raises the bound. One that takes too long leaves the turn to
  // a wider one, which finds better selections sooner; after the widest all have another turn and more time.
  for (std::uint64_t effort = kFirstEffort;; effort *= 4) {
    bool full = true;  // every pass of this turn ended for want of room: so would all others
    std::int64_t width = 0;
    for (bool all = false; !all;) {
      const auto wanted = worst_wanted();
      const std::int64_t room = wanted ? *wanted - bound_ : kWidest - bound_;
      if (width == 0) width = wanted ? std::max<std::int64_t>(1, room / kNarrowest) : 1 + bound_ / 10'000;
      all = width >= room;
      window_ = all ? std::nullopt : std::optional(bound_ + width);
      parts_end_ = parts_ + effort;
      const Ending ending = pass();
      if (ending == Ending::Stopped) return answer(false);
      full = full && ending == Ending::Full;
      if (ending != Ending::Done) levels_.clear();  // the next one's levels are of other sizes
      if (ending == Ending::Done) {
        if (all || (worst_wanted() && *worst_wanted() <= *window_)) return answer(true);
        bound_ = found_.empty() ? *window_ : std::min(*window_, found_.front().objective);
      }
      if (good_enough()) return answer(false);
      width = width > kWidest / 16 ? kWidest : width * (wanted ? 2 : 16);
    }
    if (full) return answer(false);
  }
}

}  // namespace

bool within_gap(std::int64_t objective, std::int64_t bound, double relative_gap) {
  return relative_gap > 0 && static_cast<double>(objective - bound) <= relative_gap * static_cast<double>(objective);
}

SearchAnswer search_tree(const Problem& problem, const std::vector<std::uint8_t>& kept, std::vector<Found> known,
                         const SearchOptions& options, Stop& stop) {
  return TreeSearch(problem, kept, std::move(known), options, stop).run();
}

}  // namespace ntorc::mip
