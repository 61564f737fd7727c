#include "support/csv.hpp"

#include <gmock/gmock.h>

#include <array>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

std::string complaint(const std::string& text) {
  return test::message_of<ParseError>([&] { CsvTable(text, "f.csv"); });
}

TEST(CsvTable, FindsCellsByColumnWhateverTheirOrder) {
  const CsvTable table("\xEF\xBB\xBF b , a\r\n\r\n1,x y\r\n 2.5 ,\r\n", "f.csv");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.text(0, "a"), "x y");
  EXPECT_EQ(table.integer(0, "b", 1, 9), 1);
  EXPECT_EQ(table.figure(1, "b"), 2.5);
  EXPECT_FALSE(table.figure_if_any(1, "a"));
  EXPECT_TRUE(table.has("a"));
  EXPECT_FALSE(table.has("c"));
}

TEST(CsvTable, NamesLineAndColumnOfABadCell) {
  const CsvTable table("a,b\n1,nan\n-1,1e10\n1.5,12x\n,inf\n", "f.csv");
  const auto at = [&](std::size_t row, std::string_view column) {
    return test::message_of<ParseError>([&] { table.figure(row, column); });
  };
  EXPECT_EQ(at(0, "b"), "f.csv: line 2, column b: expected a number in 0..1e9, got \"nan\"");
  EXPECT_EQ(at(1, "a"), "f.csv: line 3, column a: expected a number in 0..1e9, got \"-1\"");
  EXPECT_EQ(at(1, "b"), "f.csv: line 3, column b: expected a number in 0..1e9, got \"1e10\"");
  EXPECT_EQ(at(2, "b"), "f.csv: line 4, column b: expected a number in 0..1e9, got \"12x\"");
  EXPECT_EQ(at(3, "a"), "f.csv: line 5, column a: expected a number in 0..1e9, got \"\"");
  EXPECT_EQ(at(3, "b"), "f.csv: line 5, column b: expected a number in 0..1e9, got \"inf\"");
  EXPECT_EQ(test::message_of<ParseError>([&] { table.integer(2, "a", 1, 7); }),
            "f.csv: line 4, column a: expected an integer in 1..7, got \"1.5\"");
  EXPECT_EQ(test::message_of<ParseError>([&] { table.figure(0, "c"); }), "f.csv: expected a column c, found none");
}

TEST(CsvTable, RefusesWhatIsNoTable) {
  EXPECT_EQ(complaint(""), "f.csv: expected a header line, found an empty file");
  EXPECT_EQ(complaint("\n \r\n"), "f.csv: expected a header line, found an empty file");
  EXPECT_EQ(complaint("a,b\n"), "f.csv: expected rows below the header, found none");
  EXPECT_EQ(complaint("a,b\n1,2\n\n1\n"), "f.csv: line 4: expected 2 cells, found 1");
  EXPECT_EQ(complaint("a,b\n1,2,3\n"), "f.csv: line 2: expected 2 cells, found 3");
  EXPECT_EQ(complaint("a,,b\n1,2,3\n"), "f.csv: line 1: column 2 has no name");
  EXPECT_EQ(complaint("a,b,a\n1,2,3\n"), "f.csv: line 1: column a is there twice");
}

TEST(CsvTable, RefusesMissingAndUnknownColumns) {
  const CsvTable table("a,b\n1,2\n", "f.csv");
  constexpr std::array<std::string_view, 1> kA{"a"};
  constexpr std::array<std::string_view, 1> kB{"b"};
  constexpr std::array<std::string_view, 2> kAc{"a", "c"};
  EXPECT_NO_THROW(table.expect_columns(kA, kB));
  EXPECT_EQ(test::message_of<ParseError>([&] { table.expect_columns(kAc, kB); }),
            "f.csv: expected a column c, found none");
  EXPECT_EQ(test::message_of<ParseError>([&] { table.expect_columns(kA, {}); }), "f.csv: unknown column b");
}

TEST(CsvTable, ReadsOrRefusesAnyBytes) {
  std::mt19937_64 random(3);
  const std::string seed = "a,b\n1,2\n3.5,4\r\n";
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string text = seed;
    for (std::uint64_t i = 0; i <= random() % 4; ++i) text[random() % text.size()] = static_cast<char>(random() % 256);
    try {
      const CsvTable table(text, "f.csv");
      for (std::size_t row = 0; row < table.rows(); ++row) table.figure(row, "a");
    } catch (const ParseError&) {
    }
  }
}

}  // namespace
}  // namespace ntorc::support
