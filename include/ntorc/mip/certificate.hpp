// ntorc/mip/certificate.hpp - a proof that nothing better exists, small enough to be checked by a program that knows no
// solver. docs/formats/certificate.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ntorc::mip {

/// Weights w, v >= 0 with sum(v) <= w0. Every selection within the limits satisfies, by weighting and adding up,
///     w0 * objective >= sum_g min_k (w0 * cost + w . amounts + v . loads) - w . limits
/// so they prove a bound on any set of selections; w0 = 0 and a right side above 0 prove the set empty.
struct Multipliers {
  std::int64_t objective = 0;          ///< w0
  std::vector<std::int64_t> limits{};  ///< w
  std::vector<std::int64_t> loads{};   ///< v
};

/// Either a leaf, closed by its multipliers, or a split of the choices of one group.
struct ProofNode {
  bool leaf = true;
  std::size_t multipliers = 0;       ///< leaf: index into the certificate's
  std::size_t group = 0;             ///< split: whose choices
  std::vector<std::size_t> left{};   ///< split: the choices that go to children[0]; all others go to children[1]
  std::size_t children[2] = {0, 0};  ///< split: indices of nodes, above this one's
};

/// Node 0 stands for every selection. All leaves together prove that no selection within the limits has an objective
/// below `bound`, or without a bound, that there is none.
struct Certificate {
  std::vector<Multipliers> multipliers{};
  std::vector<ProofNode> nodes{};
};

}  // namespace ntorc::mip
