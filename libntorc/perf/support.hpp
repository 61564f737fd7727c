// perf/support.hpp - what was trained on, and where a question lies among it.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "ntorc/perf/performance_model.hpp"
#include "perf/structure.hpp"

namespace ntorc::perf {

/// What a model has seen of layers of one kind.
struct Known {
  std::array<std::vector<double>, Features::kCount> values;  ///< of each feature, ascending; not empty
  std::set<std::int64_t> kernels;
  std::vector<std::set<Walk>> walks;  ///< of each matrix

  bool has_walks(const Structure& structure) const;
  bool has_every_walk() const;
};

/// @param rows  of one kind, not empty.
Known known_of(const std::vector<const Observation*>& rows);

Support support_of(const Known& known, const Structure& structure);

/// One phrase for each respect in which it is not Inside.
std::vector<std::string> support_reasons(const Known& known, const Structure& structure);

}  // namespace ntorc::perf
