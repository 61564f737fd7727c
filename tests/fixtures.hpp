// tests/fixtures.hpp - where tests find their files.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ntorc::test {

inline std::filesystem::path data_dir() { return NTORC_TEST_DATA_DIR; }
inline std::filesystem::path examples_dir() { return NTORC_EXAMPLES_DIR; }
inline std::filesystem::path shared_dir() { return NTORC_SHARED_DIR; }

/// A folder of its own for a test, gone with the object.
class TemporaryDir {
 public:
  TemporaryDir() {
    std::string name = (std::filesystem::temp_directory_path() / "ntorc-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes `bytes` to a file here and returns its path.
  std::filesystem::path file(std::string_view name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// what() of the `Expected` that `action` throws; a test failure if it throws nothing, or something else.
template <typename Expected>
std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
    return {};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace ntorc::test

/// For tests on N-TORC's published files, which are no part of this repository.
#define NTORC_SKIP_WITHOUT_SHARED(relative)                             \
  if (!std::filesystem::exists(ntorc::test::shared_dir() / (relative))) \
  GTEST_SKIP() << "needs " << (ntorc::test::shared_dir() / (relative)).string() << ", which is not here"
