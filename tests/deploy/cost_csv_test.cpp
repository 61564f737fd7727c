#include <fmt/format.h>
#include <gmock/gmock.h>

#include "fixtures.hpp"
#include "ntorc/deploy/cost_table.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using test::TemporaryDir;

// The example of docs/formats/cost-table.md.
constexpr std::string_view kExample =
    "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n"
    "a,1,10,10,40,0,0,0\n"
    "a,4,40,40,10,0,0,0\n"
    "b,1,10,10,25,0,0,0\n"
    "b,4,30,30,10,0,0,0\n";

constexpr std::string_view kHeader = "layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n";

std::string complaint(const std::string& text) {
  const TemporaryDir dir;
  const auto file = dir.file("f.csv", text);
  const std::string message = test::message_of<ParseError>([&] { read_cost_tables({file}); });
  EXPECT_EQ(message.find(dir.path().string()), 0U) << message;
  return message.substr(std::min(message.size(), dir.path().string().size() + 1));
}

TEST(ReadCostTables, WritesWhatItRead) {
  const TemporaryDir dir;
  const CostTable table = read_cost_tables({dir.file("f.csv", kExample)});
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[0].layer, "a");
  ASSERT_EQ(table[0].rows.size(), 2U);
  EXPECT_EQ(table[0].rows[1].choice.reuse, 4);
  EXPECT_EQ(table[0].rows[1].cost.latency_max_cycles, 40);
  EXPECT_EQ(table[1].rows[0].cost.lut, 25);
  EXPECT_EQ(to_csv(table), kExample);
}

TEST(ReadCostTables, SortsTheChoicesOfALayer) {
  const TemporaryDir dir;
  const CostTable table = read_cost_tables(
      {dir.file("f.csv", std::string(kHeader) + "a,9,1,1,1,1,1,1\na,3,1,1,1,1,1,1\na,6,1,1,1,1,1,1\n")});
  std::vector<std::int64_t> reuse;
  for (const CostRow& row : table[0].rows) reuse.push_back(row.choice.reuse);
  EXPECT_EQ(reuse, (std::vector<std::int64_t>{3, 6, 9}));
}

TEST(ReadCostTables, JoinsFilesInTheOrderGiven) {
  const TemporaryDir dir;
  const auto one = dir.file("1.csv", std::string(kHeader) + "x,1,1,1,1,1,1,1\n");
  const auto two = dir.file("2.csv", std::string(kHeader) + "a,1,1,1,1,1,1,1\n");
  const CostTable table = read_cost_tables({one, two});
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[0].layer, "x");
  EXPECT_EQ(table[1].layer, "a");
}

TEST(ReadCostTables, ReadsNTorcsColumns) {
  const TemporaryDir dir;
  const CostTable table =
      read_cost_tables({dir.file("f.csv",
                                 "layer_name,sequence_length,cnn_filters,n_in,reuse_factor,predicted_lut,predicted_ff,"
                                 "predicted_bram,predicted_dsp,"
                                 "predicted_latency_min,predicted_latency_max\nconv,128,16,1,24,1.5,2,3,4,5,6\n")});
  ASSERT_EQ(table.size(), 1U);
  const CostRow& row = table[0].rows[0];
  EXPECT_EQ(row.choice.reuse, 24);
  EXPECT_EQ(row.cost.lut, 1.5);
  EXPECT_EQ(row.cost.ff, 2);
  EXPECT_EQ(row.cost.bram_18k, 3);
  EXPECT_EQ(row.cost.dsp, 4);
  EXPECT_EQ(row.cost.latency_min_cycles, 5);
  EXPECT_EQ(row.cost.latency_max_cycles, 6);
}

TEST(ReadCostTables, NamesThePlaceOfWhatItRefuses) {
  const std::string header(kHeader);
  EXPECT_EQ(complaint("layer,reuse\na,1\n"), "f.csv: expected a column latency_min_cycles, found none");
  EXPECT_EQ(complaint(header + "a,1,1,1,nan,1,1,1\n"),
            "f.csv: line 2, column lut: expected a number in 0..1e9, got \"nan\"");
  EXPECT_EQ(complaint(header + "a,0,1,1,1,1,1,1\n"),
            "f.csv: line 2, column reuse: expected an integer in 1..9223372036854775807, got \"0\"");
  EXPECT_EQ(complaint(header + "a,2,1,1,1,1,1,1\na,2,1,1,1,1,1,1\n"),
            "f.csv: line 3, column reuse: expected each reuse factor of a layer once, got \"2\"");
  EXPECT_EQ(complaint(header + "a,2,1,1,1,1,1,1\nb,2,1,1,1,1,1,1\na,4,1,1,1,1,1,1\n"),
            "f.csv: line 4, column layer: expected all rows of a layer together, in one file, got \"a\"");
  EXPECT_EQ(complaint(header + ",2,1,1,1,1,1,1\n"),
            "f.csv: line 2, column layer: expected a name without quotes, got \"\"");
}

TEST(ReadCostTables, RefusesALayerInTwoFiles) {
  const TemporaryDir dir;
  const auto one = dir.file("1.csv", std::string(kHeader) + "a,1,1,1,1,1,1,1\n");
  const auto two = dir.file("2.csv", std::string(kHeader) + "a,2,1,1,1,1,1,1\n");
  EXPECT_THAT(
      test::message_of<ParseError>([&] {
        read_cost_tables({one, two});
      }),
      testing::EndsWith("2.csv: line 2, column layer: expected all rows of a layer together, in one file, got \"a\""));
}

TEST(CostTableToCsv, RefusesNamesThatACellCannotHold) {
  for (const std::string name : {"a,b", "a\nb", "\"a\"", " a", ""}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] {
                to_csv({{name, {}, {CostRow{}}}});
              }),
              fmt::format("layer \"{}\": expected a name without commas, quotes, line ends and blanks around it, which "
                          "CSV cannot hold",
                          name));
  }
}

}  // namespace
}  // namespace ntorc::deploy
