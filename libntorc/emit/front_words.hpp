// emit/front_words.hpp - what a front is, in words.
#pragma once

#include <string>

#include "ntorc/deploy/front.hpp"

namespace ntorc::emit {

inline constexpr int kFrontVersion = 2;  ///< of the JSON

/// "338 points, the whole front, proven".
std::string extent_of(const deploy::Front& front);

}  // namespace ntorc::emit
