#include "ntorc/hls4ml/reuse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ntorc/error.hpp"

namespace ntorc::hls4ml {
namespace {

void check(const Matrix& matrix) {
  for (const std::int64_t extent : {matrix.n_in, matrix.n_out}) {
    if (extent < 1 || extent > kMaxExtent) {
      throw InvalidArgument(
          fmt::format("matrix {} x {}: expected extents in 1..{}", matrix.n_in, matrix.n_out, kMaxExtent));
    }
  }
}

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  for (std::int64_t d = 1; d <= number / d; ++d) {
    if (number % d != 0) continue;
    low.push_back(d);
    if (d != number / d) high.push_back(number / d);
  }
  low.insert(low.end(), high.rbegin(), high.rend());
  return low;
}

/// @param legal  ascending, not empty.
std::int64_t nearest(const std::vector<std::int64_t>& legal, std::int64_t asked) {
  const auto above = std::lower_bound(legal.begin(), legal.end(), asked);
  if (above == legal.begin()) return legal.front();
  if (above == legal.end()) return legal.back();
  const std::int64_t below = *std::prev(above);
  return *above - asked < asked - below ? *above : below;
}

/// Integers of which every reachable tuple of effective factors is hit by at least one, those legal for some matrix
/// first.
std::vector<std::int64_t> settings(const std::vector<std::vector<std::int64_t>>& legal) {
  std::vector<std::int64_t> settings;
  for (const auto& list : legal) settings.insert(settings.end(), list.begin(), list.end());
  std::sort(settings.begin(), settings.end());
  settings.erase(std::unique(settings.begin(), settings.end()), settings.end());
  if (legal.size() == 1) return settings;  // each stands for itself
  const auto between = static_cast<std::ptrdiff_t>(settings.size());
  for (const auto& list : legal) {
    for (std::size_t i = 1; i < list.size(); ++i) {
      settings.push_back(list[i - 1] + (list[i] - list[i - 1]) / 2 + 1);  // the first that snaps up
    }
  }
  std::sort(settings.begin() + between, settings.end());
  return settings;
}

}  // namespace

std::string_view to_string(IoType io_type) { return io_type == IoType::Stream ? "io_stream" : "io_parallel"; }

IoType io_type(std::string_view name) {
  for (const IoType io_type : {IoType::Stream, IoType::Parallel}) {
    if (name == to_string(io_type)) return io_type;
  }
  throw InvalidArgument(fmt::format("io type: expected io_stream or io_parallel, got \"{}\"", name));
}

std::vector<std::int64_t> legal_reuse_factors(const Matrix& matrix) {
  check(matrix);
  std::vector<std::int64_t> legal = divisors(matrix.n_in);
  for (const std::int64_t d : divisors(matrix.n_out)) {
    if (d > 1) legal.push_back(matrix.n_in * d);  // d = 1 is the last divisor of n_in
  }
  return legal;
}

std::int64_t snapped_reuse_factor(const Matrix& matrix, std::int64_t asked) {
  if (asked < 1) throw InvalidArgument(fmt::format("reuse: expected at least 1, got {}", asked));
  check(matrix);
  const bool part = matrix.n_in % asked == 0;
  const bool whole = asked % matrix.n_in == 0 && matrix.n_out % (asked / matrix.n_in) == 0;
  return part || whole ? asked : nearest(legal_reuse_factors(matrix), asked);
}

std::int64_t block_factor(const Matrix& matrix, std::int64_t reuse) {
  check(matrix);
  if (reuse < 1) throw InvalidArgument(fmt::format("reuse: expected at least 1, got {}", reuse));
  const std::int64_t weights = matrix.n_in * matrix.n_out;
  return weights / reuse + (weights % reuse != 0 ? 1 : 0);
}

void ReuseLimits::validate() const {
  if (max_block_factor < 1) {
    throw InvalidArgument(fmt::format("max_block_factor: expected at least 1, got {}", max_block_factor));
  }
}

std::vector<ReuseChoice> reuse_choices(const LayerShape& shape, const ReuseLimits& limits) {
  limits.validate();
  const std::vector<Matrix> layer_matrices = matrices(shape);
  std::vector<std::vector<std::int64_t>> legal;
  for (const Matrix& matrix : layer_matrices) legal.push_back(legal_reuse_factors(matrix));

  std::map<std::vector<std::int64_t>, std::int64_t>
      setting_of;  // effective factors -> the setting that stands for them
  for (const std::int64_t setting : settings(legal)) {
    std::vector<std::int64_t> effective;
    for (const auto& list : legal) effective.push_back(nearest(list, setting));
    setting_of.try_emplace(std::move(effective), setting);
  }

  const bool convolution = shape.kind == model::LayerKind::Conv1D || shape.kind == model::LayerKind::Conv2D;
  const bool capped = convolution && limits.io_type == IoType::Parallel;
  std::vector<ReuseChoice> choices;
  for (const auto& [effective, setting] : setting_of) {
    ReuseChoice choice{setting, effective, {}};
    for (std::size_t m = 0; m < effective.size(); ++m) {
      choice.block_factors.push_back(block_factor(layer_matrices[m], effective[m]));
    }
    const bool buildable = std::ranges::max(choice.block_factors) <= limits.max_block_factor &&
                           !(capped && setting > layer_matrices.front().n_in);
    if (buildable) choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace ntorc::hls4ml
