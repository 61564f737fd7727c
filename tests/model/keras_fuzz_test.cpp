// Damaged files: the reader answers or throws ntorc::Error, whatever the bytes. Seeded; no run differs from the next.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "fixtures.hpp"
#include "model/keras_json.hpp"
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

/// Has `read` take `count` damaged copies of `intact`, and returns how many were refused.
template <typename Read>
int refused_of(const std::string& name, const std::string& intact, int count, const Read& read) {
  std::mt19937_64 random(2026);
  int refusals = 0;
  for (int i = 0; i < count; ++i) {
    try {
      read(damage(intact, random));
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      ++refusals;
    } catch (const std::exception& error) {
      ADD_FAILURE() << name << ", copy " << i << ": " << error.what();
    }
  }
  return refusals;
}

int refused(const std::string& fixture, int count) {
  const ntorc::test::TemporaryDir dir;
  const std::string intact = ntorc::test::read_all(ntorc::test::data_dir() / "keras" / fixture);
  return refused_of(fixture, intact, count, [&](const std::string& bytes) { read_keras(dir.file("damaged", bytes)); });
}

/// Names of one letter, so that damage often wires the graph anew.
std::string branches(test::json (*place)(test::json, const std::vector<std::string>&)) {
  return test::functional(
      {place(test::input({4, 4}, "a"), {}), place(test::input({4, 4}, "b"), {}),
       place(test::layer("Add", "c"), {"a", "b"}), place(test::layer("Flatten", "d"), {"c"}),
       place(test::layer("Concatenate", "e", {{"axis", 1}}), {"c", "a"}), place(test::layer("Flatten", "f"), {"e"})},
      {{"a", 0, 0}, {"b", 0, 0}}, {{"d", 0, 0}, {"f", 0, 0}});
}

TEST(DamagedKerasFiles, AreReadOrRefused) {
  EXPECT_GT(refused("small-3.json", 4000), 0);
  EXPECT_GT(refused("small-2.json", 4000), 0);
  EXPECT_GT(refused("small-3.keras", 2000), 0);
}

TEST(DamagedKerasFiles, AreReadOrRefusedAlsoWithBranches) {
  const auto read = [](const std::string& bytes) { read_keras_json(bytes, "damaged"); };
  EXPECT_GT(refused_of("branches of Keras 2", branches(test::after), 4000, read), 0);
  EXPECT_GT(refused_of("branches of Keras 3", branches(test::after3), 4000, read), 0);
}

/// Every wiring of four layers that merge two of the six tensors there are: read, or refused in one line.
TEST(RandomKerasGraphs, AreReadInAnOrderOfTheDataOrRefused) {
  std::mt19937_64 random(7);
  int read = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto any = [&] { return std::string(1, static_cast<char>('a' + random() % 6)); };
    std::vector<test::json> layers{test::after(test::input({4}, "a"), {}), test::after(test::input({4}, "b"), {})};
    for (const char* name : {"c", "d", "e", "f"})
      layers.push_back(test::after(test::layer("Add", name), {any(), any()}));
    std::shuffle(layers.begin(), layers.end(), random);
    try {
      const Network network =
          read_keras_json(test::functional(layers, {{"a", 0, 0}, {"b", 0, 0}}, {{"e", 0, 0}, {"f", 0, 0}}), "n");
      ++read;
      ASSERT_EQ(network.layers.size(), 6U);
      for (std::size_t at = 0; at < 6; ++at) {
        for (const std::size_t input : network.layers[at].inputs) EXPECT_LT(input, at);
      }
    } catch (const ParseError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
  EXPECT_GT(read, 20);
  EXPECT_LT(read, 2000);
}

TEST(DamagedKerasFiles, AreReadOrRefusedAlsoWhereTheHdf5LibraryCrashes) {
  EXPECT_GT(refused("small-3.h5", 300), 0);
  EXPECT_GT(refused("small-2.3.h5", 300), 0);
}

}  // namespace
}  // namespace ntorc::model
