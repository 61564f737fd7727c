#include "perf/support.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ntorc::perf {
namespace {

std::array<double, Features::kCount> features_of(const Structure& structure) {
  return Features::of(structure.shape, static_cast<std::int64_t>(structure.reuse()));
}

/// "size 20: trained on 16 and 32, not between", "size 76: trained on 1..64"; empty if the value was trained on.
std::string unknown_value(std::string_view name, double value, const std::vector<double>& trained) {
  const auto next = std::ranges::lower_bound(trained, value);
  if (next != trained.end() && *next == value) return {};
  if (next == trained.begin() || next == trained.end())
    return fmt::format("{} {}: trained on {}..{}", name, value, trained.front(), trained.back());
  return fmt::format("{} {}: trained on {} and {}, not between", name, value, *std::prev(next), *next);
}

std::string unknown_walk(const MatrixUse& use) {
  switch (use.walk()) {
    case Walk::Constant:
      return "no reuse of 1 was trained on";
    case Walk::Part:
      return fmt::format("reuse {} below n_in {}: none such was trained on", use.reuse, use.n_in);
    case Walk::Whole:
      break;
  }
  return fmt::format("reuse {} not below n_in {}: none such was trained on", use.reuse, use.n_in);
}

}  // namespace

bool Known::has_every_walk() const {
  constexpr std::size_t kWalks = 3;
  return std::ranges::all_of(walks, [](const auto& known_walks) { return known_walks.size() == kWalks; });
}

bool Known::has_walks(const Structure& structure) const {
  for (std::size_t m = 0; m < walks.size(); ++m) {
    if (!walks[m].contains(structure.matrices[m].walk())) return false;
  }
  return true;
}

Known known_of(const std::vector<const Observation*>& rows) {
  std::array<std::set<double>, Features::kCount> values;
  Known known;
  for (const Observation* row : rows) {
    const Structure structure = structure_of(row->shape, row->reuse);
    const auto features = features_of(structure);
    for (std::size_t f = 0; f < Features::kCount; ++f) values[f].insert(features[f]);
    known.kernels.insert(row->shape.kernel);
    known.walks.resize(structure.matrices.size());
    for (std::size_t m = 0; m < known.walks.size(); ++m) known.walks[m].insert(structure.matrices[m].walk());
  }
  for (std::size_t f = 0; f < Features::kCount; ++f) known.values[f].assign(values[f].begin(), values[f].end());
  return known;
}

Support support_of(const Known& known, const Structure& structure) {
  if (!known.kernels.contains(structure.shape.kernel)) return Support::Extrapolated;
  if (!known.has_every_walk() && !known.has_walks(structure)) return Support::Extrapolated;
  const auto features = features_of(structure);
  Support support = Support::Inside;
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    const auto& values = known.values[f];
    if (features[f] < values.front() || features[f] > values.back()) return Support::Extrapolated;
    if (!std::ranges::binary_search(values, features[f])) support = Support::Interpolated;
  }
  return support;
}

std::vector<std::string> support_reasons(const Known& known, const Structure& structure) {
  std::vector<std::string> reasons;
  const auto features = features_of(structure);
  for (std::size_t f = 0; f < Features::kCount; ++f) {
    std::string reason = unknown_value(Features::kNames[f], features[f], known.values[f]);
    if (!reason.empty()) reasons.push_back(std::move(reason));
  }
  if (!known.kernels.contains(structure.shape.kernel))
    reasons.push_back(fmt::format("kernel {}: trained on {}", structure.shape.kernel, fmt::join(known.kernels, ", ")));
  for (std::size_t m = 0; m < known.walks.size(); ++m) {
    const MatrixUse& use = structure.matrices[m];
    if (known.walks[m].contains(use.walk())) continue;
    reasons.push_back(unknown_walk(use));
  }
  return reasons;
}

}  // namespace ntorc::perf
