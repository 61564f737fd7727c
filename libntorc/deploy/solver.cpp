#include "deploy/solver.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ntorc::deploy {
namespace {

/// After so many programs ways are no longer given up for others, but merged.
constexpr int kMostPrograms = 200;

std::int64_t length_of(const Way& way, const std::vector<std::size_t>& chosen) {
  std::int64_t length = 0;
  for (std::size_t g = 0; g < chosen.size(); ++g) length += way[g][chosen[g]];
  return length;
}

std::int64_t longest_of(const std::vector<Way>& ways, const std::vector<std::size_t>& chosen) {
  std::int64_t longest = 0;
  for (const Way& way : ways) longest = std::max(longest, length_of(way, chosen));
  return longest;
}

/// The way that is the least in the way of an answer.
void drop_shortest(std::vector<Way>& ways, const std::vector<std::size_t>& chosen) {
  ways.erase(std::ranges::min_element(ways, {}, [&](const Way& way) { return length_of(way, chosen); }));
}

/// Puts one way, never shorter than either, in place of the last two: they are the likest, each found for an answer
/// that the one before had led to.
void merge_last(std::vector<Way>& ways) {
  const Way last = std::move(ways.back());
  ways.pop_back();
  for (std::size_t g = 0; g < last.size(); ++g) {
    for (std::size_t k = 0; k < last[g].size(); ++k) ways.back()[g][k] = std::max(ways.back()[g][k], last[g][k]);
  }
}

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
  std::vector<Way> ways = first_ways(aim, limits);
  const Reachable reachable = this->reachable(limits);
  const std::size_t most = most_ways(aim, limits);
  std::optional<std::int64_t> bound;  // of the last program whose ways were all real
  bool merged = false;
  int programs = 0;
  std::optional<Solved> reached;  // keeps every limit, but is not the least yet
  for (;;) {
    Program program = program_of(candidates_, aim, limits, ways, reachable);
    mip::Solution solution = asker_.solve(program.problem, options, translated);
    if (!merged) bound = solution.bound;

    std::vector<mip::Selection> answers = solution.others;
    if (!solution.choices.empty()) answers.insert(answers.begin(), solution.choices);
    std::vector<Way> broken;
    bool too_long = false;
    for (const mip::Selection& answer : answers) {
      const std::vector<std::size_t> chosen = program.candidates_of(answer);
      const std::int64_t latency = composer_.latency(chosen);
      const bool beyond = limits.latency && latency > *limits.latency;
      if (!beyond && !(of_latency && latency > longest_of(ways, chosen))) continue;
      too_long = too_long || beyond;
      const auto known = [&](const Way& way) { return length_of(way, chosen) == latency; };
      if (std::ranges::none_of(broken, known)) broken.push_back(composer_.longest(chosen));
    }
    if (broken.empty()) {
      if (answers.empty() && solution.status == mip::SolveStatus::Unknown && reached) return std::move(*reached);
      if (merged) {
        if (solution.status == mip::SolveStatus::Infeasible) solution.status = mip::SolveStatus::Unknown;
        if (solution.status == mip::SolveStatus::Optimal && solution.objective != bound) {
          solution.status = mip::SolveStatus::Feasible;
        }
        solution.bound = bound;
        solution.certificate.reset();
        solution.message = "the design has more ways for data than a program can have limits: " + solution.message;
      }
      return {std::move(program), ways.size(), merged, std::move(solution)};
    }
    if (!too_long) {
      reached.emplace(Solved{program, ways.size(), merged, solution});
      reached->solution.status = mip::SolveStatus::Feasible;
      reached->solution.objective = composer_.latency(program.candidates_of(solution.choices));
      reached->solution.certificate.reset();
    }
    ++programs;
    for (Way& way : broken) {
      if (ways.size() == most && programs < kMostPrograms) drop_shortest(ways, program.candidates_of(solution.choices));
      ways.push_back(std::move(way));
      if (ways.size() <= most) continue;
      merge_last(ways);
      merged = true;
    }
  }
}

bool Solver::solves_at_once(Aim aim, const IntegerLimits& limits) const {
  return composer_.composition() == Composition::Sum || !(limits.latency || aim == Aim::Latency);
}

}  // namespace ntorc::deploy
