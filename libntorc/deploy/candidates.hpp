// deploy/candidates.hpp - what a cost table offers under the rules of a question, and programs over it, in integers.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/deploy/question.hpp"
#include "ntorc/mip/formulation.hpp"
#include "ntorc/mip/problem.hpp"

namespace ntorc::deploy {

struct Frame;
struct Priced;

/// Counts and cycles are millionths. Shares of the part are 1e-12: millionths of a millionth of the part.
inline constexpr double kUnitsPerOne = 1e6;
inline constexpr double kUnitsPerPart = 1e12;

inline std::int64_t to_units(double amount) { return std::llround(amount * kUnitsPerOne); }
inline double from_units(std::int64_t amount) { return static_cast<double>(amount) / kUnitsPerOne; }

/// One for each of kResources.
using Resources = std::array<std::int64_t, kResources.size()>;

/// One reuse factor for all layers of a set.
struct Candidate {
  std::size_t rows = 0;  ///< where in Candidates::rows its rows begin, one for each layer of the set
  std::int64_t cost = 0;
  std::int64_t latency = 0;   ///< summed over the set
  std::int64_t interval = 0;  ///< of the slowest
  Resources counts{};
  Resources shares{};  ///< zeros unless the question needs the part
};

/// Layers that share one reuse factor; most often one. A set without layers is the rest of a design: it has one
/// candidate.
struct LayerSet {
  std::vector<std::size_t> layers;  ///< indices in the table, ascending
  std::vector<Candidate> candidates;
};

struct Candidates {
  std::vector<LayerSet> sets;  ///< by their first layer, the rest of the design last
  std::vector<std::size_t> rows;
};

/// What a sum over sets takes of each candidate: way[g][k].
using Way = std::vector<std::vector<std::int64_t>>;

/// Which candidates are left, [g][k].
using Reachable = std::vector<std::vector<std::uint8_t>>;

/// What the part has. @throws UnfitQuestion  if the question needs it and it is not known.
std::optional<hls4ml::DeviceResources> part_for(const Question& question, const std::string& part);

/// The rows of the table that the question's confidence and rules of reuse leave, and the rest of the design.
/// @param part  known, if the question needs it
/// @throws InvalidArgument  if a figure is out of range or outside its interval
/// @throws UnfitQuestion    if a rule matches no layer or leaves one without a row
Candidates candidates_of(const Priced& priced, const Question& question,
                         const std::optional<hls4ml::DeviceResources>& part);

/// What a selection must keep, in integers; `share` is of each resource.
struct IntegerLimits {
  std::optional<std::int64_t> latency{};
  std::optional<std::int64_t> interval{};
  std::array<std::optional<std::int64_t>, kResources.size()> counts{};
  std::optional<std::int64_t> share{};
};

IntegerLimits limits_of(const Question& question, const std::optional<hls4ml::DeviceResources>& part);

/// What a program minimises.
enum class Aim { Cost, Latency, Share, Lut, Ff, Dsp, Bram18k };

/// The unit of what `aim` minimises, or of cost.
double units_per_one(Aim aim, const Weights& weights);

struct Program {
  mip::Problem problem;
  std::vector<std::vector<std::size_t>> kept;  ///< kept[g][k]: which candidate of set g its choice k is

  std::vector<std::size_t> candidates_of(const mip::Selection& selection) const;
};

/// Limits in the order latency (one for each way), LUT, FF, DSP, BRAM, shares; of Aim::Latency the longest way is
/// minimised. Candidates that are not reachable or slower than limits.interval are left out; a set that has no other
/// keeps its fastest, which then passes a limit of its own: 1 where 0 is allowed.
Program program_of(const Candidates& candidates, Aim aim, const IntegerLimits& limits, const std::vector<Way>& ways,
                   const Reachable& reachable);

/// How many ways a program with these limits can take.
std::size_t most_ways(Aim aim, const IntegerLimits& limits);

/// Names for it. @param ways  how many it has
mip::Names names_of(const Program& program, const Candidates& candidates, const CostTable& table, Aim aim,
                    const IntegerLimits& limits, std::size_t ways);

}  // namespace ntorc::deploy
