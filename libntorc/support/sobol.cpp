#include "support/sobol.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>

#include "ntorc/error.hpp"
#include "support/random.hpp"

namespace ntorc::support {
namespace {

/// A primitive polynomial over two elements and the first direction numbers, from Joe and Kuo's table.
struct Polynomial {
  std::uint32_t degree;
  std::uint32_t coefficients;  ///< without the first and the last, which are 1
  std::array<std::uint32_t, 7> first;
};

/// Dimensions 2 to 21; that of the first is van der Corput's sequence.
constexpr std::array<Polynomial, Sobol::kMaxDimensions - 1> kPolynomials{{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
}};

}  // namespace

Sobol::Sobol(std::size_t dimensions, std::uint64_t seed)
    : directions_(dimensions * kBits), shift_(dimensions), point_(dimensions) {
  if (dimensions > kMaxDimensions) {
    throw InvalidArgument(fmt::format("dimensions: expected at most {}, got {}", kMaxDimensions, dimensions));
  }
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::uint32_t* const v = directions_.data() + d * kBits;
    if (d == 0) {
      for (std::size_t bit = 0; bit < kBits; ++bit) v[bit] = 1u << (kBits - 1 - bit);
      continue;
    }
    const auto& [degree, coefficients, first] = kPolynomials[d - 1];
    for (std::size_t bit = 0; bit < kBits; ++bit) {
      if (bit < degree) {
        v[bit] = first[bit] << (kBits - 1 - bit);
        continue;
      }
      v[bit] = v[bit - degree] ^ (v[bit - degree] >> degree);
      for (std::uint32_t k = 1; k < degree; ++k) {
        if ((coefficients >> (degree - 1 - k) & 1u) != 0) v[bit] ^= v[bit - k];
      }
    }
  }
  if (seed != 0) {
    Random random(seed);
    for (std::uint32_t& digits : shift_) digits = static_cast<std::uint32_t>(random.bits() >> 32);
  }
}

std::vector<double> Sobol::next() {
  if (index_ == ~std::uint32_t{0}) throw InvalidArgument("Sobol: expected fewer than 2^32 points");
  if (index_ > 0) {
    const auto changed = static_cast<std::size_t>(std::countr_zero(index_));
    for (std::size_t d = 0; d < point_.size(); ++d) point_[d] ^= directions_[d * kBits + changed];
  }
  ++index_;
  std::vector<double> coordinates(point_.size());
  for (std::size_t d = 0; d < point_.size(); ++d) coordinates[d] = std::ldexp(point_[d] ^ shift_[d], -32);
  return coordinates;
}

}  // namespace ntorc::support
