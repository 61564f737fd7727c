// support/file.hpp - whole files in, whole files out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ntorc::support {

inline constexpr std::uintmax_t kMaxTextBytes = std::uintmax_t{64} << 20;  ///< no description of a network is larger

/// The bytes of `file`; "-" is standard input.
/// @throws FileError   if it cannot be read.
/// @throws ParseError  if it holds more than `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes = kMaxTextBytes);

/// Writes `bytes` to a temporary beside `file`, then renames: a reader sees the old file or the new one, never a part.
/// @throws FileError  if it cannot be written; `file` is then as it was.
void write_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace ntorc::support
