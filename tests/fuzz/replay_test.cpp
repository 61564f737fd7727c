// Gives every fuzzer its corpus, once, with any compiler: what a fuzzer found stays found.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fixtures.hpp"

// CMake names the entry point of each fuzzer fuzz_<name>, and lists the names.
#define NTORC_FUZZER(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "fuzzers.inc"
#undef NTORC_FUZZER

namespace ntorc {
namespace {

struct Fuzzer {
  const char* name;
  int (*entry)(const std::uint8_t*, std::size_t);
};

const std::vector<Fuzzer>& fuzzers() {
  static const std::vector<Fuzzer> all{
#define NTORC_FUZZER(name) {#name, fuzz_##name},
#include "fuzzers.inc"
#undef NTORC_FUZZER
  };
  return all;
}

void give(const Fuzzer& fuzzer, const std::string& bytes) {
  EXPECT_EQ(fuzzer.entry(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0);
}

class FuzzCorpus : public ::testing::TestWithParam<Fuzzer> {};

TEST_P(FuzzCorpus, IsAnsweredOrRefused) {
  const std::filesystem::path folder = test::data_dir() / "fuzz" / GetParam().name;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  ASSERT_FALSE(files.empty()) << folder;
  for (const auto& file : files) {
    SCOPED_TRACE(file.string());
    give(GetParam(), test::read_all(file));
  }
  give(GetParam(), "");
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, ::testing::ValuesIn(fuzzers()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace ntorc
