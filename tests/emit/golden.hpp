// tests/emit/golden.hpp - what is written, beside what it should be.
#pragma once

#include <string>
#include <string_view>

#include "fixtures.hpp"
#include "ntorc/version.hpp"

namespace ntorc::test {

/// A file of tests/data/emit, with ntorc's version in place of the word VERSION.
inline std::string golden(std::string_view name) {
  std::string text = read_all(data_dir() / "emit" / name);
  const std::size_t at = text.find("VERSION");
  return at == std::string::npos ? text : text.replace(at, 7, kVersion);
}

/// How often `part` is in `text`.
inline std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace ntorc::test
