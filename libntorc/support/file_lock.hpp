// support/file_lock.hpp - a lock that lives as long as any process that has it.
#pragma once

#include <filesystem>
#include <optional>

namespace ntorc::support {

/// An exclusive lock on a file that is made for it and never removed. It belongs to the open file (fcntl(2), "open file
/// description locks"): a forked process has it too, and it is gone when the last of them has closed it or ended,
/// however it ended. Whether it is held can be asked without taking it, so that who asks is in nobody's way.
class FileLock {
 public:
  /// Nothing if another process holds it. @throws FileError  if the file cannot be opened or locked.
  static std::optional<FileLock> try_take(const std::filesystem::path& file);
  /// Of a file that is not there: false. @throws FileError
  static bool held(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  int descriptor() const { return descriptor_; }  ///< closed on exec, unless the owner changes that

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace ntorc::support
