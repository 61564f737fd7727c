#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/node.hpp"

namespace ntorc::hls4ml {
namespace {

constexpr std::array<std::pair<NodeKind, std::string_view>, 12> kNames{{
    {NodeKind::Input, "input"},
    {NodeKind::Weights, "weights"},
    {NodeKind::Padding, "padding"},
    {NodeKind::Pooling, "pooling"},
    {NodeKind::GlobalPooling, "global_pooling"},
    {NodeKind::Activation, "activation"},
    {NodeKind::Softmax, "softmax"},
    {NodeKind::Normalization, "normalization"},
    {NodeKind::Merge, "merge"},
    {NodeKind::Concatenate, "concatenate"},
    {NodeKind::Clone, "clone"},
    {NodeKind::Repack, "repack"},
}};

}  // namespace

std::string_view to_string(NodeKind kind) {
  return std::ranges::find(kNames, kind, [](const auto& entry) { return entry.first; })->second;
}

NodeKind node_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, [](const auto& entry) { return entry.second; });
  if (found == kNames.end()) throw InvalidArgument(fmt::format("node kind: expected input, weights, ..., got {}", name));
  return found->first;
}

}  // namespace ntorc::hls4ml
