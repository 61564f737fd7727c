#include <gmock/gmock.h>

#include <sstream>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/signal/recording.hpp"

namespace ntorc::signal {
namespace {

using ::testing::ElementsAre;

const TableOptions kAtOneKilohertz{.time = std::nullopt, .sampling_hz = 1000};
const TableOptions kTimed{.time = "time", .sampling_hz = std::nullopt};
const TableOptions kNumbered{.inputs = {"1"}, .label = "2", .time = std::nullopt, .sampling_hz = 1000};

Recording table(const std::string& text, const TableOptions& options) {
  std::istringstream in(text);
  return parse_table(in, "t.csv", options);
}

std::string table_complaint(const std::string& text, const TableOptions& options) {
  return test::message_of<ParseError>([&] { table(text, options); });
}

TEST(Table, ReadsTheExampleOfTheDocumentation) {
  const std::string page = test::read_all(test::data_dir() / "../../docs/formats/recordings.md");
  std::istringstream lines(page.substr(page.find("    time,acceleration,position\n")));
  std::string text;
  for (std::string line; std::getline(lines, line) && line.starts_with("    ");) text += line.substr(4) + "\n";
  const Recording recording = table(text, kTimed);
  EXPECT_EQ(recording.sampling_hz, 5000);
  EXPECT_EQ(recording.channels, 1);
  EXPECT_THAT(recording.signal, ElementsAre(-0.0012207F, 0.0012207F, -0.00244141F, 0));
  EXPECT_THAT(recording.label, ElementsAre(1.17065F, 1.17188F, 1.16821F, 1.17798F));
}

TEST(Table, ColumnsAreFoundByNameOrNumberAnywhere) {
  const std::string text = "position;x;acceleration\n1;9;0.5\n2;9;-0.5\n";
  for (const TableOptions& options :
       {kAtOneKilohertz, TableOptions{.inputs = {"3"}, .label = "1", .time = {}, .sampling_hz = 1000}}) {
    const Recording recording = table(text, options);
    EXPECT_THAT(recording.signal, ElementsAre(0.5F, -0.5F));
    EXPECT_THAT(recording.label, ElementsAre(1, 2));
  }
}

TEST(Table, AllSeparatorsAndLineEndsAreRead) {
  for (const std::string text : {"1,2\n3,4\n", "1;2\r\n3;4\r\n", "1\t2\n3\t4", "1 2\n3 4\n\n", "  1   2  \n 3\t 4\n",
                                 "1, 2\n3 ,4\n \n", "\xEF\xBB\xBF+1,2\n3e0,0.4e1\n", "\"1\",\"2\"\n\"3\",\"4\"\n"}) {
    SCOPED_TRACE(text);
    const Recording recording = table(text, kNumbered);
    EXPECT_THAT(recording.signal, ElementsAre(1, 3));
    EXPECT_THAT(recording.label, ElementsAre(2, 4));
    EXPECT_EQ(recording.sampling_hz, 1000);
  }
}

TEST(Table, SeveralInputsStandSideBySide) {
  const Recording recording =
      table("b,label,a\n1,10,2\n3,20,4\n", {.inputs = {"a", "b"}, .label = "label", .time = {}, .sampling_hz = 1});
  EXPECT_EQ(recording.channels, 2);
  EXPECT_EQ(recording.samples(), 2);
  EXPECT_THAT(recording.signal, ElementsAre(2, 1, 4, 3));
}

TEST(Table, TheRateComesFromTheTimes) {
  EXPECT_EQ(table("time,acceleration,position\n0,1,1\n0.5,1,1\n1,1,2\n", kTimed).sampling_hz, 2);
  // Three steps in a millisecond, rounded to tenths of one.
  EXPECT_NEAR(table("time,acceleration,position\n5.0000,1,1\n5.0003,1,1\n5.0006,1,2\n5.0010,1,1\n", kTimed).sampling_hz,
              3000, 1e-9);
}

TEST(Table, NamesTheLineAndTheColumn) {
  const std::string header = "time,acceleration,position\n";
  EXPECT_EQ(table_complaint(header + "0,1,1\n0.1,x,1\n", kTimed),
            "t.csv: line 3: column acceleration: expected a finite number, got \"x\"");
  EXPECT_EQ(table_complaint(header + "0,1,nan\n", kTimed),
            "t.csv: line 2: column position: expected a finite number, got \"nan\"");
  EXPECT_EQ(table_complaint(header + "0,-inf,1\n", kTimed),
            "t.csv: line 2: column acceleration: expected a finite number, got \"-inf\"");
  EXPECT_EQ(table_complaint(header + "0,1e39,1\n", kTimed),
            "t.csv: line 2: column acceleration: expected a finite number, got \"1e39\"");
  EXPECT_EQ(table_complaint(header + "0,1,\n", kTimed),
            "t.csv: line 2: column position: expected a finite number, got \"\"");
  EXPECT_EQ(table_complaint(header + "0,1,2\n0.1,2\n", kTimed), "t.csv: line 3: expected 3 cells, got 2");
  EXPECT_EQ(table_complaint(header, kTimed), "t.csv: expected rows of numbers, got none");
  EXPECT_EQ(table_complaint("", kTimed), "t.csv: line 1: expected a table, got nothing");
  EXPECT_EQ(table_complaint(header + "0,1,1\n\n0.1,2,1\n", kTimed),
            "t.csv: line 4: expected nothing behind a line without cells, got a row");
  EXPECT_EQ(table_complaint("1,2\nnan,2\n", kNumbered),
            "t.csv: line 2: column 1: expected a finite number, got \"nan\"");
  EXPECT_EQ(table_complaint("nan,2\n1,2\n", kNumbered),
            "t.csv: line 1: column 1: expected a finite number, got \"nan\"");
}

TEST(Table, SaysWhichColumnsThereAre) {
  EXPECT_EQ(table_complaint("time,a,position\n0,1,1\n", kTimed),
            "t.csv: line 1: expected a column \"acceleration\", got time, a, position");
  EXPECT_EQ(table_complaint("0,1,1\n1,1,1\n", kTimed),
            "t.csv: line 1: expected a header with \"acceleration\", or a column by its number in 1..3, got numbers");
  EXPECT_EQ(table_complaint("a,acceleration,acceleration,position\n1,1,1,1\n", kAtOneKilohertz),
            "t.csv: line 1: expected one column \"acceleration\", got two");
  EXPECT_EQ(table_complaint("acceleration,position\n1,1\n",
                            {.inputs = {"acceleration", "1"}, .label = "position", .time = {}, .sampling_hz = 1}),
            "t.csv: line 1: expected columns that differ, got column 1 twice");
}

TEST(Table, TimesMustRiseEvenly) {
  const std::string header = "time,acceleration,position\n";
  EXPECT_EQ(table_complaint(header + "0,1,1\n0,1,1\n", kTimed),
            "t.csv: line 3: column time: expected a time after 0, got 0");
  EXPECT_EQ(table_complaint(header + "0,1,1\n1,1,1\n2,1,1\n10,1,1\n", kTimed),
            "t.csv: line 3: column time: expected even steps of 3.33333 s and so a time near 3.33333333, got 1");
  EXPECT_EQ(table_complaint(header + "0,1,1\n", kTimed), "t.csv: expected two rows at least for a rate, got one");
}

TEST(Table, OptionsAreCheckedFirst) {
  const auto complaint = [](const TableOptions& options) {
    return test::message_of<InvalidArgument>([&] { options.validate(); });
  };
  EXPECT_EQ(complaint({.inputs = {}, .label = "b", .time = "t", .sampling_hz = {}}),
            "inputs: expected a column at least, got none");
  EXPECT_EQ(complaint({.inputs = {"a", "a"}, .label = "b", .time = "t", .sampling_hz = {}}),
            "inputs: expected columns that differ, got a twice");
  EXPECT_EQ(complaint({.inputs = {""}, .label = "b", .time = "t", .sampling_hz = {}}),
            "inputs: expected names of columns, got \"\"");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "a", .time = "t", .sampling_hz = {}}),
            "label: expected a column that is no input, got a");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "", .time = "t", .sampling_hz = {}}),
            "label: expected the name of a column, got \"\"");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "b", .time = {}, .sampling_hz = {}}),
            "time, sampling_hz: expected one of them, got neither");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "b", .time = "t", .sampling_hz = 1}),
            "time, sampling_hz: expected one of them, got both");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "b", .time = "", .sampling_hz = {}}),
            "time: expected the name of a column, got \"\"");
  EXPECT_EQ(complaint({.inputs = {"a"}, .label = "b", .time = {}, .sampling_hz = -1}),
            "sampling_hz: expected a number in (0, 1e12], got -1");
}

TEST(Table, IsReadFromAFileLongerThanABlock) {
  std::string text = "acceleration,position\n";
  for (int i = 0; i < 30000; ++i) text += std::to_string(i) + "," + std::to_string(-i) + "\n";
  const test::TemporaryDir dir;
  const Recording recording = read_table(dir.file("run_7.csv", text), kAtOneKilohertz);
  EXPECT_EQ(recording.name, "run_7");
  ASSERT_EQ(recording.samples(), 30000);
  for (std::size_t i = 0; i < 30000; ++i) {
    ASSERT_EQ(recording.signal[i], static_cast<float>(i));
    ASSERT_EQ(recording.label[i], -static_cast<float>(i));
  }
}

TEST(Table, ThatIsNotThereOrHasNoLinesIsRefused) {
  const test::TemporaryDir dir;
  EXPECT_THAT(test::message_of<FileError>([&] { read_table(dir.path() / "none.csv", kTimed); }),
              ::testing::EndsWith("none.csv: cannot open: No such file or directory"));
  EXPECT_THAT(test::message_of<FileError>([&] { read_table(dir.path(), kTimed); }),
              ::testing::EndsWith("expected a file, found a directory"));
  EXPECT_EQ(table_complaint(std::string((1 << 20) + 1, '1'), kNumbered),
            "t.csv: expected at most 1048576 bytes up to a line end, found more behind 0 of them");
}

}  // namespace
}  // namespace ntorc::signal
