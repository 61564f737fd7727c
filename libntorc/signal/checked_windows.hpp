// signal/checked_windows.hpp - indices of windows that others gave us.
#pragma once

#include <cstdint>
#include <span>

#include "ntorc/signal/windows.hpp"

namespace ntorc::signal {

/// @throws InvalidArgument  unless every index is one of `samples`.
void expect_windows(const Samples& samples, std::span<const std::int64_t> windows);

}  // namespace ntorc::signal
