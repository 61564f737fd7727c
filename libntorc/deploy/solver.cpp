#include "deploy/solver.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace ntorc::deploy {
namespace {

using Chosen = std::vector<std::size_t>;

/// After so many programs ways are no longer given up for others, but merged.
constexpr int kMostPrograms = 200;

std::int64_t length_of(const Way& way, const Chosen& chosen) {
  std::int64_t length = 0;
  for (std::size_t g = 0; g < chosen.size(); ++g) length += way[g][chosen[g]];
  return length;
}

std::int64_t longest_of(const std::vector<Way>& ways, const Chosen& chosen) {
  std::int64_t longest = 0;
  for (const Way& way : ways) longest = std::max(longest, length_of(way, chosen));
  return longest;
}

/// The way that is the least in the way of an answer.
void drop_shortest(std::vector<Way>& ways, const Chosen& chosen) {
  ways.erase(std::ranges::min_element(ways, {}, [&](const Way& way) { return length_of(way, chosen); }));
}

/// What a way would grow by, summed over candidates, if it were never to be shorter than another.
double growth(const Way& way, const Way& other) {
  double sum = 0;
  for (std::size_t g = 0; g < way.size(); ++g) {
    for (std::size_t k = 0; k < way[g].size(); ++k) {
      sum += static_cast<double>(std::max<std::int64_t>(other[g][k] - way[g][k], 0));
    }
  }
  return sum;
}

/// Makes the way that grows least by it never shorter than `other`.
void merge(std::vector<Way>& ways, const Way& other) {
  const auto nearest = std::ranges::min_element(ways, {}, [&](const Way& way) { return growth(way, other); });
  for (std::size_t g = 0; g < other.size(); ++g) {
    for (std::size_t k = 0; k < other[g].size(); ++k) (*nearest)[g][k] = std::max((*nearest)[g][k], other[g][k]);
  }
}

/// Candidates as choices of the program; nothing if one was left out.
std::optional<mip::Selection> selection_of(const Program& program, const Chosen& chosen) {
  mip::Selection selection;
  for (std::size_t g = 0; g < chosen.size(); ++g) {
    const auto found = std::ranges::find(program.kept[g], chosen[g]);
    if (found == program.kept[g].end()) return std::nullopt;
    selection.push_back(static_cast<std::size_t>(found - program.kept[g].begin()));
  }
  return selection;
}

/// The best selection so far that keeps every limit, whatever the ways of a program say.
class Reached {
 public:
  void take(const Chosen& chosen, std::int64_t objective) {
    if (objective >= objective_) return;
    chosen_ = chosen;
    objective_ = objective;
  }
  bool any() const { return !chosen_.empty(); }
  std::int64_t objective() const { return objective_; }

  /// In place of a solution, that proved no more than a bound.
  void put_in(const Program& program, mip::Solution& solution) const {
    const auto selection = selection_of(program, chosen_);
    if (!selection) return;
    solution.choices = *selection;
    solution.objective = objective_;
    solution.amounts = mip::amounts_of(program.problem, *selection);
    solution.others.clear();
    solution.status = mip::SolveStatus::Feasible;
  }

 private:
  Chosen chosen_{};
  std::int64_t objective_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace

std::vector<Way> Solver::first_ways(Aim aim, const IntegerLimits& limits) const {
  if (!limits.latency && aim != Aim::Latency) return {};
  return {composer_.longest(composer_.fastest())};
}

Reachable Solver::reachable(const IntegerLimits& limits) const {
  return limits.latency ? composer_.reachable(*limits.latency) : Reachable{};
}

Solved Solver::posed(Aim aim, const IntegerLimits& limits) const {
  const std::vector<Way> ways = first_ways(aim, limits);
  return {program_of(candidates_, aim, limits, ways, reachable(limits)), ways.size(), false, {}};
}

Solved Solver::solve(Aim aim, const IntegerLimits& limits, const mip::SolveOptions& options,
                     const Translation& translated) const {
  const bool of_latency = aim == Aim::Latency;
  const std::size_t most = most_ways(aim, limits);
  const Reachable within = reachable(limits);
  std::vector<Way> ways = first_ways(aim, limits);
  std::optional<std::int64_t> bound;  // of programs whose ways were all real
  bool merged = false;
  Reached reached;
  for (int programs = 1;; ++programs) {
    Program program = program_of(candidates_, aim, limits, ways, within);
    // The ways may be merged, so a selection is held against the latency itself, and against the other limits.
    const auto consider = [&](const Chosen& chosen, std::int64_t latency) {
      const auto selection = selection_of(program, chosen);
      if (!selection || (limits.latency && latency > *limits.latency)) return;
      const auto amounts = mip::amounts_of(program.problem, *selection);
      const std::size_t rows_of_ways = limits.latency ? ways.size() : 0;
      for (std::size_t m = rows_of_ways; m < amounts.size(); ++m) {
        if (amounts[m] > program.problem.limits[m]) return;
      }
      reached.take(chosen, of_latency ? latency : mip::objective_of(program.problem, *selection));
    };
    if (programs == 1 && !ways.empty()) {
      const Chosen fastest = composer_.fastest();
      consider(fastest, composer_.latency(fastest));
    }
    mip::Solution solution = asker_.solve(program.problem, options, translated);
    if (!merged && solution.bound) bound = std::max(bound.value_or(*solution.bound), *solution.bound);

    std::vector<Chosen> answers;
    if (!solution.choices.empty()) answers.push_back(program.candidates_of(solution.choices));
    for (const mip::Selection& other : solution.others) answers.push_back(program.candidates_of(other));
    std::vector<Way> broken;
    for (const Chosen& chosen : answers) {
      if (ways.empty()) break;
      const std::int64_t latency = composer_.latency(chosen);
      consider(chosen, latency);
      const bool too_long = limits.latency && latency > *limits.latency;
      if (!too_long && !(of_latency && latency > longest_of(ways, chosen))) continue;
      const auto known = [&](const Way& way) { return length_of(way, chosen) == latency; };
      if (std::ranges::none_of(broken, known)) broken.push_back(composer_.longest(chosen));
    }
    if (broken.empty()) {
      const bool proven =
          solution.status == mip::SolveStatus::Optimal || solution.status == mip::SolveStatus::Infeasible;
      const bool better = reached.any() && (!solution.objective || reached.objective() < *solution.objective);
      if ((merged || !proven) && (better || (merged && of_latency)) && reached.any()) reached.put_in(program, solution);
      if (merged) {
        solution.status = solution.choices.empty()                           ? mip::SolveStatus::Unknown
                          : options.best == 1 && solution.objective == bound ? mip::SolveStatus::Optimal
                                                                             : mip::SolveStatus::Feasible;
        solution.certificate.reset();
        solution.message = "the design has more ways for its data than a program can have limits, so nothing is proven";
        if (solution.status == mip::SolveStatus::Optimal) solution.message = "proven in integers";
      }
      if (!ways.empty()) solution.bound = bound;
      return {std::move(program), ways.size(), merged, std::move(solution)};
    }
    for (Way& way : broken) {
      if (ways.size() == most && programs < kMostPrograms) drop_shortest(ways, program.candidates_of(solution.choices));
      if (ways.size() < most) {
        ways.push_back(std::move(way));
      } else {
        merge(ways, way);
        merged = true;
      }
    }
  }
}

bool Solver::solves_at_once(Aim aim, const IntegerLimits& limits) const {
  return composer_.composition() == Composition::Sum || !(limits.latency || aim == Aim::Latency);
}

}  // namespace ntorc::deploy
