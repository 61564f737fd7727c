#include "support/file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

std::string read_stream(std::istream& in, const std::string& name, std::uintmax_t max_bytes,
                        std::uintmax_t expected_bytes = 0) {
  std::string bytes;
  bytes.reserve(std::min(expected_bytes, max_bytes));
  char block[1 << 16];
  while (in.read(block, sizeof block), in.gcount() > 0) {
    bytes.append(block, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > max_bytes) {
      throw ParseError(fmt::format("{}: expected at most {} bytes, found more", name, max_bytes));
    }
  }
  if (in.bad()) throw FileError(fmt::format("{}: cannot read: {}", name, std::strerror(errno)));
  return bytes;
}

}  // namespace

std::string read_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
  if (file == "-") return read_stream(std::cin, "standard input", max_bytes);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    throw FileError(fmt::format("{}: expected a file, found a directory", file.string()));
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) throw FileError(fmt::format("{}: cannot open: {}", file.string(), std::strerror(errno)));
  const std::uintmax_t size = std::filesystem::file_size(file, ignored);
  return read_stream(in, file.string(), max_bytes, ignored ? 0 : size);
}

StagedFile::StagedFile(const std::filesystem::path& file) : file_(file), target_(file) {
  std::error_code ignored;
  // Through a link the file that it points to is replaced; a device or a pipe cannot be, and is written into.
  const std::filesystem::file_status status = std::filesystem::status(file, ignored);
  in_place_ = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  const bool linked = !in_place_ && std::filesystem::is_symlink(file, ignored);
  if (linked) target_ = std::filesystem::weakly_canonical(file, ignored);
  temporary_ = target_;
  if (!in_place_) temporary_ += fmt::format(".{}.tmp", ::getpid());
  errno = 0;
  out_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!out_) fail({errno != 0 ? errno : EIO, std::generic_category()});
}

StagedFile::~StagedFile() {
  if (in_place_ || temporary_.empty()) return;
  out_.close();
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void StagedFile::fail(const std::error_code& failure) const {
  throw FileError(fmt::format("{}: cannot write: {}", file_.string(), failure.message()));
}

void StagedFile::write(std::string_view bytes) {
  errno = 0;
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) fail({errno != 0 ? errno : EIO, std::generic_category()});
}

void StagedFile::commit() {
  errno = 0;
  out_.close();
  std::error_code failure(out_.good() ? 0 : (errno != 0 ? errno : EIO), std::generic_category());
  if (!failure && !in_place_) std::filesystem::rename(temporary_, target_, failure);
  if (failure) fail(failure);
  temporary_.clear();
}

void write_file(const std::filesystem::path& file, std::string_view bytes) {
  StagedFile staged(file);
  staged.write(bytes);
  staged.commit();
}

}  // namespace ntorc::support
