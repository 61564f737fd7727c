// support/file.hpp - whole files in, whole files out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace ntorc::support {

inline constexpr std::uintmax_t kMaxTextBytes = std::uintmax_t{64} << 20;  ///< no description of a network is larger

/// The bytes of `file`; "-" is standard input.
/// @throws FileError   if it cannot be read.
/// @throws ParseError  if it holds more than `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes = kMaxTextBytes);

/// A file that is written piece by piece to a temporary beside it. commit() renames it: a reader sees the old file or
/// the new one, never a part. Without commit() the temporary goes and `file` is as it was.
class StagedFile {
 public:
  /// @throws FileError  if the temporary cannot be made.
  explicit StagedFile(const std::filesystem::path& file);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  void write(std::string_view bytes);  ///< @throws FileError
  void commit();                       ///< @throws FileError  if it could not be written whole

 private:
  [[noreturn]] void fail(const std::error_code& failure) const;

  std::filesystem::path file_;    // as it was asked for
  std::filesystem::path target_;  // behind a link
  std::filesystem::path temporary_;
  bool in_place_ = false;  // a device or a pipe
  std::ofstream out_;
};

/// Writes `bytes` to a temporary beside `file`, then renames: a reader sees the old file or the new one, never a part.
/// @throws FileError  if it cannot be written; `file` is then as it was.
void write_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace ntorc::support
