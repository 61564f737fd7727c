// mip/tree_search.hpp - branch and bound on the relaxation, for any number of limits and loads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mip/core.hpp"
#include "mip/stop.hpp"
#include "ntorc/mip/certificate.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::mip {

struct Found {
  std::int64_t objective = 0;
  Selection selection{};

  friend auto operator<=>(const Found&, const Found&) = default;  // NOLINT(modernize-use-nullptr): its mistake
};

struct SearchOptions {
  std::size_t best = 1;     ///< so many of the best selections
  double relative_gap = 0;  ///< a selection this close to the bound ends the search
  bool certify = false;     ///< log the proof
  bool root_only = false;   ///< stop before the first branching
};

struct SearchAnswer {
  std::vector<Found> found{};           ///< the best known, ascending, at most `best`
  std::optional<std::int64_t> bound{};  ///< no selection within the limits is below, proven in integers
  bool complete = false;      ///< nothing better than `found` is left; with fewer than `best` of them there are no more
  Core core{};                ///< what the root's bound leaves
  Certificate certificate{};  ///< if asked for and complete
};

/// Whether `objective` lies above `bound` by no more than the share `relative_gap` of itself; never so if that is 0.
bool within_gap(std::int64_t objective, std::int64_t bound, double relative_gap);

/// Solves the relaxation, rounds it, rules out the choices that its bound forbids, and splits the choices of one group
/// by cost, and what is left of the halves again, the better one first, until everything is ruled out. Prices are
/// floating point; that a choice or a part is ruled out, and every bound, rests on integers alone.
/// @param kept   choices to look at, of a valid problem; at least one of every group.
/// @param known  selections of those choices within the limits.
SearchAnswer search_tree(const Problem& problem, const std::vector<std::uint8_t>& kept, std::vector<Found> known,
                         const SearchOptions& options, Stop& stop);

}  // namespace ntorc::mip
