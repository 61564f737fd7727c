#include "support/csv.hpp"

#include <gmock/gmock.h>

#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

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
  EXPECT_EQ(table.text(1, "a"), "");
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

/// All rows, each with the line that it begins on.
using Lines = std::vector<std::pair<std::size_t, std::vector<std::string>>>;

Lines rows_of(const std::string& text) {
  CsvRows rows(text, "f.csv");
  Lines lines;
  while (rows.next())
    lines.emplace_back(rows.line(), std::vector<std::string>{rows.cells().begin(), rows.cells().end()});
  return lines;
}

std::string complaint_of_rows(const std::string& text) {
  return test::message_of<ParseError>([&] { rows_of(text); });
}

TEST(CsvRows, TakeACellInQuotesAsItStands) {
  EXPECT_EQ(rows_of("\"a,1\",b\r\n\"ap_fixed<16,6>\", \" x \" \r\n\"say \"\"so\"\"\",\"\"\n"),
            (Lines{{2, {"ap_fixed<16,6>", " x "}}, {3, {"say \"so\"", ""}}}));
}

TEST(CsvRows, CountLinesThroughCellsThatHaveSome) {
  EXPECT_EQ(rows_of("a,b\n\"1\r\n2\",3\n\n4,5\n"), (Lines{{2, {"1\r\n2", "3"}}, {5, {"4", "5"}}}));
  EXPECT_EQ(complaint_of_rows("a,b\n\"1\n2\",3\n4\n"), "f.csv: line 4: expected 2 cells, found 1");
}

TEST(CsvRows, ReadTheLastLineWithoutItsEnd) {
  EXPECT_EQ(rows_of("a,b\n1,\"2\""), (Lines{{2, {"1", "2"}}}));
  EXPECT_EQ(rows_of("a,b\n1,"), (Lines{{2, {"1", ""}}}));
}

TEST(CsvRows, RefuseQuotesOutOfPlace) {
  EXPECT_EQ(complaint_of_rows("a,b\n1,2\"\n"), "f.csv: line 2: expected cell 2 without a quote in it");
  EXPECT_EQ(complaint_of_rows("a,b\n\"1\"x,2\n"), "f.csv: line 2: expected a comma behind cell 1, which is in quotes");
  EXPECT_EQ(complaint_of_rows("a,b\n1,2\n3,\"4\n5,6\n"),
            "f.csv: line 3: expected a quote that closes the cell, found none");
}

TEST(CsvRows, RefuseACellByItsColumn) {
  CsvRows rows("a,b\n,-1\n", "f.csv");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.figure_if_any(rows.column("a")), std::nullopt);
  EXPECT_EQ(test::message_of<ParseError>([&] { rows.figure(1); }),
            "f.csv: line 2, column b: expected a number in 0..1e9, got \"-1\"");
  EXPECT_EQ(test::message_of<ParseError>([&] { rows.integer(0, 1, 3); }),
            "f.csv: line 2, column a: expected an integer in 1..3, got \"\"");
  EXPECT_EQ(test::message_of<ParseError>([&] { rows.column("c"); }), "f.csv: expected a column c, found none");
}

TEST(CsvRows, ReadAnyCellThatIsWritten) {
  std::mt19937_64 random(5);
  constexpr std::string_view kBytes = "ab ,\"\r\n\t1\0\xFF";
  for (int trial = 0; trial < 5'000; ++trial) {
    std::vector<std::string> cells(1 + random() % 4);
    std::string line;
    std::string header;
    for (std::string& cell : cells) {
      for (std::uint64_t i = random() % 6; i > 0; --i) cell += kBytes[random() % kBytes.size()];
      line += csv_cell(cell) + ",";
      header += "c" + std::to_string(header.size()) + ",";
    }
    cells.emplace_back("end");  // a line of blanks alone would be passed over
    EXPECT_EQ(rows_of(header + "end\n" + line + "end\n"), (Lines{{2, cells}})) << line;
  }
}

TEST(CsvTable, ReadsOrRefusesAnyBytes) {
  std::mt19937_64 random(3);
  const std::string seed = "a,b\n1,2\n3.5,4\r\n\"5\",\"6\"\n";
  constexpr std::string_view kLikely = ",\"\r\n 1";
  for (int trial = 0; trial < 20'000; ++trial) {
    std::string text = seed;
    for (std::uint64_t i = 0; i <= random() % 4; ++i) {
      const bool likely = random() % 2 == 0;
      text[random() % text.size()] = likely ? kLikely[random() % kLikely.size()] : static_cast<char>(random() % 256);
    }
    text.resize(random() % 8 == 0 ? random() % (text.size() + 1) : text.size());
    try {
      const CsvTable table(text, "f.csv");
      for (std::size_t row = 0; row < table.rows(); ++row) table.figure(row, "a");
    } catch (const ParseError& error) {
      ASSERT_TRUE(std::string_view(error.what()).starts_with("f.csv: ")) << error.what();
    }
  }
}

}  // namespace
}  // namespace ntorc::support
