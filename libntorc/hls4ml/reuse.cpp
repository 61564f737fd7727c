#include "ntorc/hls4ml/reuse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

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

/// Calls `found` for every divisor d of `number` <= its root, and for number / d, in no order. Some twice.
template <typename Found>
void for_divisors(std::int64_t number, Found found) {
  const auto n = static_cast<std::uint32_t>(number);  // an extent fits, and 32 bits divide faster than 64
  for (std::uint32_t d = 1; d <= n / d; ++d) {
    if (n % d != 0) continue;
    found(std::int64_t{d});
    found(std::int64_t{n / d});
  }
}

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> all;
  for_divisors(number, [&](std::int64_t d) { all.push_back(d); });
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool is_legal(const Matrix& matrix, std::int64_t reuse) {
  return reuse <= matrix.n_in ? matrix.n_in % reuse == 0
                              : reuse % matrix.n_in == 0 && matrix.n_out % (reuse / matrix.n_in) == 0;
}

/// @param legal  ascending, not empty.
std::int64_t nearest(const std::vector<std::int64_t>& legal, std::int64_t asked) {
  const auto above = std::lower_bound(legal.begin(), legal.end(), asked);
  if (above == legal.begin()) return legal.front();
  if (above == legal.end()) return legal.back();
  const std::int64_t below = *std::prev(above);
  return *above - asked < asked - below ? *above : below;
}

/// A setting and what hls4ml makes of it for the two matrices of a recurrent layer.
struct Snapped {
  std::int64_t reuse = 1;
  std::int64_t first = 1;
  std::int64_t last = 1;
};

/// Of a layer with two matrices: integers of which every reachable pair of effective factors is hit by exactly one, by
/// those legal for one of the matrices first. By ascending pairs.
std::vector<Snapped> snapped_pairs(const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& last) {
  std::vector<std::int64_t> settings;
  settings.reserve(2 * (first.size() + last.size()));
  std::ranges::set_union(first, last, std::back_inserter(settings));
  const auto between = static_cast<std::ptrdiff_t>(settings.size());
  for (const auto* legal : {&first, &last}) {
    for (std::size_t i = 1; i < legal->size(); ++i) {
      settings.push_back((*legal)[i - 1] + ((*legal)[i] - (*legal)[i - 1]) / 2 + 1);  // the first that snaps up
    }
  }
  std::sort(settings.begin() + between, settings.end());
  std::vector<Snapped> pairs;
  pairs.reserve(settings.size());
  for (const std::int64_t reuse : settings) pairs.push_back({reuse, nearest(first, reuse), nearest(last, reuse)});
  const auto less = [](const Snapped& a, const Snapped& b) {
    return std::pair(a.first, a.last) < std::pair(b.first, b.last);
  };
  const auto same = [](const Snapped& a, const Snapped& b) { return a.first == b.first && a.last == b.last; };
  std::stable_sort(pairs.begin(), pairs.end(), less);
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
  return pairs;
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
  check(matrix);
  if (asked < 1) throw InvalidArgument(fmt::format("reuse: expected at least 1, got {}", asked));
  if (is_legal(matrix, asked)) return asked;
  std::int64_t best = matrix.n_in;  // legal, and no factor on its other side is nearer
  const auto consider = [&](std::int64_t legal) {
    const std::int64_t gain = std::abs(best - asked) - std::abs(legal - asked);
    if (gain > 0 || (gain == 0 && legal < best)) best = legal;
  };
  if (asked < matrix.n_in) {
    for_divisors(matrix.n_in, consider);
  } else {
    for_divisors(matrix.n_out, [&](std::int64_t d) { consider(matrix.n_in * d); });
  }
  return best;
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
  const Matrix& first = layer_matrices.front();
  const Matrix& last = layer_matrices.back();
  const bool convolution = shape.kind == model::LayerKind::Conv1D || shape.kind == model::LayerKind::Conv2D;
  const bool capped = convolution && limits.io_type == IoType::Parallel;
  std::vector<ReuseChoice> choices;

  const std::vector<std::int64_t> legal = legal_reuse_factors(first);
  if (layer_matrices.size() == 1) {  // each factor stands for itself
    choices.reserve(legal.size());
    for (const std::int64_t reuse : legal) {
      const std::int64_t factor = block_factor(first, reuse);
      if (factor > limits.max_block_factor || (capped && reuse > first.n_in)) continue;
      choices.push_back({reuse, {reuse}, {factor}});
    }
    return choices;
  }
  for (const Snapped& snapped : snapped_pairs(legal, legal_reuse_factors(last))) {
    const std::int64_t of_first = block_factor(first, snapped.first);
    const std::int64_t of_last = block_factor(last, snapped.last);
    if (std::max(of_first, of_last) > limits.max_block_factor) continue;
    choices.push_back({snapped.reuse, {snapped.first, snapped.last}, {of_first, of_last}});
  }
  return choices;
}

}  // namespace ntorc::hls4ml
