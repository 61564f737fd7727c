#include "synthesis/report_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::synthesis {
namespace {

using ::ntorc::test::message_of;

std::string figure_of(std::string_view text) {
  const Figure figure = read_figure(text);
  if (figure.kind == Figure::Kind::Absent) return "absent";
  return figure.kind == Figure::Kind::Wrong ? "wrong" : std::to_string(figure.value);
}

TEST(ReadFigure, TakesWhatTheToolsPrint) {
  EXPECT_EQ(figure_of("0"), "0.000000");
  EXPECT_EQ(figure_of(" 12288 "), "12288.000000");
  EXPECT_EQ(figure_of("12.5"), "12.500000");
  EXPECT_EQ(figure_of("1.975e+03"), "1975.000000");
  EXPECT_EQ(figure_of("~0"), "0.000000");
  EXPECT_EQ(figure_of("5.00 ns"), "5.000000");
  EXPECT_EQ(figure_of("5.00ns"), "5.000000");
  EXPECT_EQ(figure_of("1.2 us"), "1200.000000");
  EXPECT_EQ(figure_of("29.507 ms"), "29507000.000000");
  EXPECT_EQ(figure_of("2 sec"), "2000000000.000000");
}

TEST(ReadFigure, SeveralWordsSayThatNothingIsKnown) {
  for (const char* const word : {"", " ", "-", "?", "N/A", "NA", "undef"}) EXPECT_EQ(figure_of(word), "absent") << word;
}

TEST(ReadFigure, RefusesTheRest) {
  for (const char* const word : {"-1", "+1", "1,000", "1 2", "948 ~ 4728", "inf", "nan", "0x1f", "1e19", "1e400", "~",
                                 "~~1", "5 parsecs", "12 (3%)", "<0.01", "\xC2\xB2"}) {
    EXPECT_EQ(figure_of(word), "wrong") << word;
  }
}

TEST(Shown, IsOneShortLineOfAscii) {
  EXPECT_EQ(shown("a\tb\n\x1b[31m\xFF"), "\"a?b??[31m?\"");
  EXPECT_EQ(shown(std::string(100, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

TEST(Lines, AreTrimmedAndNumbered) {
  Lines lines("\xEF\xBB\xBF  a \r\n\n\tb", "f");
  std::vector<std::string> seen;
  while (lines.next()) seen.push_back(std::to_string(lines.number()) + ":" + std::string(lines.line()));
  EXPECT_EQ(seen, (std::vector<std::string>{"1:a", "2:", "3:b"}));
}

TEST(Lines, GoBackByOne) {
  Lines lines("a\nb\nc", "f");
  lines.next();
  lines.next();
  lines.back();
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "b");
  EXPECT_EQ(lines.number(), 2U);
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "c");
}

std::vector<std::string> titles_of(std::string_view text) {
  Lines lines(text, "f");
  lines.next();
  return Table(lines).titles();
}

TEST(Table, OneLineOfTitles) {
  EXPECT_EQ(titles_of("+--+--+\n| a| b |\n+--+--+\n"), (std::vector<std::string>{"a", "b"}));
}

TEST(Table, GroupsAreKnownByMinAndMax) {
  EXPECT_EQ(titles_of("+-+\n| |Latency|Interval|Pipeline|\n|Name|min|max|min|max|Type|\n+-+\n"),
            (std::vector<std::string>{"Name", "Latency min", "Latency max", "Interval min", "Interval max",
                                      "Pipeline Type"}));
}

TEST(Table, TitlesBetweenCrosses) {
  EXPECT_EQ(titles_of("+-+\n| | |Latency|Total|\n+ RTL + Status +----+ (Cycles) +\n| | |min|avg|max| |\n+-+\n"),
            (std::vector<std::string>{"RTL", "Status", "Latency min", "Latency avg", "Latency max", "Total (Cycles)"}));
}

TEST(Table, RowsStandInBlocksAndTheLineBehindIsKept) {
  Lines lines("+-+\n|a|\n+-+\n|1|\n|2|\n+-+\n|3|\n+-+\nbehind\n", "f");
  lines.next();
  Table table(lines);
  std::vector<std::pair<std::string, std::size_t>> rows;
  while (table.next()) rows.emplace_back(table.cell(0), table.block());
  EXPECT_EQ(rows, (std::vector<std::pair<std::string, std::size_t>>{{"1", 0}, {"2", 0}, {"3", 1}}));
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "behind");
}

std::string error_of(std::string_view text) {
  return message_of<ParseError>([&] {
    Lines lines(text, "f");
    lines.next();
    Table table(lines);
    while (table.next()) table.figure(table.needed("a"));
  });
}

TEST(Table, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("a"), "f: line 1: expected a table, got \"a\"");
  EXPECT_EQ(error_of("+--+"), "f: line 1: expected the head of a table, got the end of the file");
  EXPECT_EQ(error_of("+--+\n+--+"), "f: line 2: expected the head of a table, got \"+--+\"");
  EXPECT_EQ(error_of("+--+\n|\n"), "f: line 2: expected the head of a table, got \"|\"");
  EXPECT_EQ(error_of("+-+\n|x|\n|a|b|\n+-+"), "f: line 4: expected 2 titles in each line of the head, got \"+-+\"");
  EXPECT_EQ(error_of("+-+\n|a|\n+-+\n|1|2|\n+-+"), "f: line 4: expected 1 cells between bars, got \"|1|2|\"");
  EXPECT_EQ(error_of("+-+\n|a|\n+-+\n|1"), "f: line 4: expected 1 cells between bars, got \"|1\"");
  EXPECT_EQ(error_of("+-+\n|a|\n+-+\n|1|\nx"),
            "f: line 5: expected a row of the table or the rule that closes it, got \"x\"");
  EXPECT_EQ(error_of("+-+\n|a|\n+-+\n|1|\n"),
            "f: line 4: expected a row of the table or the rule that closes it, got the end of the file");
  EXPECT_EQ(error_of("+-+\n|b|\n+-+\n|1|\n+-+"), "f: line 3: expected a column a, found none");
  EXPECT_EQ(error_of("+-+\n|a|\n+-+\n|one|\n+-+"), "f: line 4: expected a figure under a, got \"one\"");
}

}  // namespace
}  // namespace ntorc::synthesis
