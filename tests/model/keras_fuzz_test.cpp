// Damaged files: the reader answers or throws ntorc::Error, whatever the bytes. Seeded; no run differs from the next.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::model {
namespace {

std::string damage(std::string bytes, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) {
    return static_cast<std::size_t>(random() % std::max<std::size_t>(limit, 1));
  };
  for (std::size_t edits = 1 + below(8); edits > 0 && !bytes.empty(); --edits) {
    // Half of them in front, where containers keep what is read.
    const std::size_t at = below(below(2) == 0 ? std::min<std::size_t>(bytes.size(), 4096) : bytes.size());
    const std::size_t count = std::min(1 + below(16), bytes.size() - at);
    switch (below(8)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        bytes[at] = '\xff';
        break;
      case 2:
        bytes[at] = '\0';
        break;
      case 3:
        bytes.erase(at, count);
        break;
      case 4:
        bytes.insert(at, bytes.substr(below(bytes.size()), count));
        break;
      case 5:
        bytes.replace(at, count, std::to_string(static_cast<std::int64_t>(random())));
        break;
      case 6:
        if (below(8) == 0) bytes.resize(at);
        break;
      default:
        for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>(random());
    }
  }
  return bytes;
}

/// Reads `count` damaged copies of a fixture and returns how many were refused.
int refused(const std::string& fixture, int count) {
  const test::TemporaryDir dir;
  const std::string intact = test::read_all(test::data_dir() / "keras" / fixture);
  std::mt19937_64 random(2026);
  int refusals = 0;
  for (int i = 0; i < count; ++i) {
    const auto file = dir.file("damaged", damage(intact, random));
    try {
      read_keras(file);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      ++refusals;
    } catch (const std::exception& error) {
      ADD_FAILURE() << fixture << ", copy " << i << ": " << error.what();
    }
  }
  return refusals;
}

TEST(DamagedKerasFiles, AreReadOrRefused) {
  EXPECT_GT(refused("small-3.json", 4000), 0);
  EXPECT_GT(refused("small-2.json", 4000), 0);
  EXPECT_GT(refused("small-3.keras", 2000), 0);
}

TEST(DamagedKerasFiles, AreReadOrRefusedAlsoWhereTheHdf5LibraryCrashes) {
  EXPECT_GT(refused("small-3.h5", 300), 0);
  EXPECT_GT(refused("small-2.3.h5", 300), 0);
}

}  // namespace
}  // namespace ntorc::model
