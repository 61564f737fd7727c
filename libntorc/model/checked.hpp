// model/checked.hpp - integer arithmetic that refuses to overflow.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace ntorc::model {

/// @throws InvalidArgument  if the sum does not fit 64 bits.
std::int64_t checked_sum(std::initializer_list<std::int64_t> terms);

/// @throws InvalidArgument  if the product does not fit 64 bits.
std::int64_t checked_product(std::initializer_list<std::int64_t> factors);

}  // namespace ntorc::model
