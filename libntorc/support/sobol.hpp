// support/sobol.hpp - points that fill the unit cube evenly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ntorc::support {

/// Sobol's sequence with the direction numbers of Joe and Kuo (new-joe-kuo-6.21201; SIAM J. Sci. Comput. 30, 2635-2654,
/// 2008), in the order of the Gray code (Antonov and Saleev 1979). A seed other than 0 shifts all points digit by
/// digit, which keeps their even spread.
class Sobol {
 public:
  static constexpr std::size_t kMaxDimensions = 64;

  /// @throws InvalidArgument  if `dimensions` is above kMaxDimensions.
  explicit Sobol(std::size_t dimensions, std::uint64_t seed = 0);

  /// The next point, each coordinate in [0, 1). @throws InvalidArgument  after 2^32 - 1 of them.
  std::vector<double> next();

 private:
  static constexpr std::size_t kBits = 32;
  std::vector<std::uint32_t> directions_;  ///< kBits of each dimension
  std::vector<std::uint32_t> shift_;
  std::vector<std::uint32_t> point_;
  std::uint32_t index_ = 0;
};

}  // namespace ntorc::support
