// ntorc/hls4ml/reuse.hpp - the reuse factors that hls4ml accepts, and what it makes of the ones that it does not.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"

namespace ntorc::hls4ml {

enum class IoType { Stream, Parallel };  ///< "io_stream", "io_parallel"

std::string_view to_string(IoType io_type);
IoType io_type(std::string_view name);  ///< @throws InvalidArgument  if `name` is neither

/// Reuse factors that hls4ml's Resource strategy takes for a matrix, ascending: R divides n_in, or R = n_in * d with d
/// dividing n_out. The closed form of hls4ml's `validate_reuse_factor` (FPGABackend, v0.7 to v1.3).
/// @throws InvalidArgument  if an extent is not in 1..kMaxExtent.
std::vector<std::int64_t> legal_reuse_factors(const Matrix& matrix);

/// The legal reuse factor that hls4ml takes in place of `asked`: the nearest, of two the smaller
/// (FPGABackend.set_closest_reuse_factor).
/// @throws InvalidArgument  if `asked` < 1.
std::int64_t snapped_reuse_factor(const Matrix& matrix, std::int64_t asked);

/// Multipliers built for a matrix when each is used `reuse` times: ceil(n_in * n_out / R)   [Singh et al., FCCM 2025,
/// Eq. (1)].
/// @throws InvalidArgument  if `reuse` < 1.
std::int64_t block_factor(const Matrix& matrix, std::int64_t reuse);

/// One setting of a layer that leads to its own hardware.
struct ReuseChoice {
  std::int64_t reuse = 1;                   ///< what hls4ml is told
  std::vector<std::int64_t> effective;      ///< what it makes of it, one for each matrix
  std::vector<std::int64_t> block_factors;  ///< one for each matrix

  friend bool operator==(const ReuseChoice&, const ReuseChoice&) = default;
};

struct ReuseLimits {
  /// Most multipliers of one matrix, >= 1. Vivado HLS stops unrolling near 4096, which is also 65,536 bits of 16-bit
  /// weights in one word (hls4ml issue 904).
  std::int64_t max_block_factor = 4096;
  /// With io_parallel the Resource convolution takes R <= inputs * kernel only (hls4ml issue 817).
  IoType io_type = IoType::Stream;

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// Every setting of a layer that leads to its own hardware within the limits, by ascending effective reuse factors. A
/// recurrent layer has one setting for two matrices, each snapped for itself: every pair that some integer reaches
/// stands here once, by the smallest integer that is legal for one of the matrices, or else the smallest of all. May be
/// empty: no setting keeps the limits. @throws InvalidArgument  as legal_reuse_factors, or if the limits do not
/// validate.
std::vector<ReuseChoice> reuse_choices(const LayerShape& shape, const ReuseLimits& limits = {});

}  // namespace ntorc::hls4ml
