// mip/proof_log.hpp - a proof, written down as it is found.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "ntorc/mip/certificate.hpp"

namespace ntorc::mip {

/// A certificate in the making; does nothing unless it is on. A node is a leaf until it is split.
class ProofLog {
 public:
  explicit ProofLog(bool on) : on_(on) {
    if (on_) certificate_.nodes.emplace_back();
  }

  bool on() const { return on_; }

  struct Mark {
    std::size_t multipliers = 0;
    std::size_t nodes = 0;
  };
  Mark mark() const { return {certificate_.multipliers.size(), certificate_.nodes.size()}; }

  /// Forgets all that came after `mark`, where `leaf` was the one leaf that was open.
  void rewind(const Mark& mark, std::size_t leaf) {
    if (!on_) return;
    certificate_.multipliers.resize(mark.multipliers);
    certificate_.nodes.resize(mark.nodes);
    certificate_.nodes[leaf] = {};
  }

  void close(std::size_t node, const Multipliers& multipliers) {
    if (on_) certificate_.nodes[node].multipliers = add(multipliers);
  }

  /// @return  the two parts of `node`: where `group` takes one of `left`, and where it takes another choice.
  std::pair<std::size_t, std::size_t> split(std::size_t node, std::size_t group, std::vector<std::size_t> left) {
    if (!on_) return {0, 0};
    const std::size_t next = certificate_.nodes.size();
    certificate_.nodes.resize(next + 2);
    certificate_.nodes[node] = {false, 0, group, std::move(left), {next, next + 1}};
    return {next, next + 1};
  }

  /// For leaves that are closed alike.
  std::size_t add(const Multipliers& multipliers) {
    certificate_.multipliers.push_back(multipliers);
    return certificate_.multipliers.size() - 1;
  }
  void close_with(std::size_t node, std::size_t multipliers) { certificate_.nodes[node].multipliers = multipliers; }

  Certificate take() { return std::move(certificate_); }

 private:
  bool on_;
  Certificate certificate_{};
};

}  // namespace ntorc::mip
