#include "ntorc/perf/record.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::perf {
namespace {

using hls4ml::NodeKind;
using model::LayerKind;

/// The second example of docs/formats/dataset.md.
constexpr std::string_view kRecordsExample =
    "stage,kind,name,inputs,kernel,size,sequence,packets,reuse,recurrent_reuse,latency_min_cycles,latency_max_cycles,"
    "lut,ff,dsp,bram_18k,interval_cycles,uram,part,clock_mhz,tool,hls4ml,io_type,strategy,precision,project,module\n"
    "hls,dense,fc1,16,1,64,1,1,32,,38,39,5240,2713,32,15,39,0,xcku115-flvb2104-2-i,200,Vivado HLS "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,dense_resource_ap_fixed_16_6_config2_s\n"
    "hls,lstm,lstm_1,3,1,8,20,1,24,32,1100,1121,20000.5,,51,,1121,,xcku115-flvb2104-2-i,200,Vivado HLS "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,lstm_stack_config4_s\n"
    "hls,activation,fc1_relu,,,,,,,,3,3,512,64,0,0,1,0,xcku115-flvb2104-2-i,200,Vivado HLS "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,relu_config3_s\n"
    "hls,fifo,layer2_out,,,,,,,,,,40,32,0,1,,0,xcku115-flvb2104-2-i,200,Vivado HLS "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,\n"
    "hls,glue,,,,,,,,,,,90,12,0,0,,0,xcku115-flvb2104-2-i,200,Vivado HLS 2019.2,0.8.1,io_stream,Resource,"
    "\"ap_fixed<16,6>\",runs/a,\n"
    "hls,unmapped,,,,,,,,,7,7,33,21,0,0,7,0,xcku115-flvb2104-2-i,200,Vivado HLS 2019.2,0.8.1,io_stream,Resource,"
    "\"ap_fixed<16,6>\",runs/a,Block_proc\n"
    "hls,design,myproject,,,,,,,,1150,1180,26000,3300,83,16,1121,0,xcku115-flvb2104-2-i,200,Vivado HLS "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,myproject\n"
    "logic,design,myproject,,,,,,,,,,11000,2900,83,16,,0,xcku115-flvb2104-2-i,200,Vivado "
    "2019.2,0.8.1,io_stream,Resource,\"ap_fixed<16,6>\",runs/a,myproject\n";

std::vector<Record> records_in(std::string_view text) {
  const test::TemporaryDir dir;
  return read_records(dir.file("runs.csv", text));
}

std::string written(const std::vector<Record>& records) {
  std::string csv = records_header();
  for (const Record& record : records) csv += to_csv(record);
  return csv;
}

/// What is said of the example with the first `from` behind its header replaced, from the file's name on.
std::string complaint(std::string_view from, std::string_view to) {
  std::string text(kRecordsExample);
  text.replace(text.find(from, text.find('\n')), from.size(), to);
  std::string message = test::message_of<ParseError>([&] { records_in(text); });
  return message.substr(std::min(message.find("runs.csv"), message.size()));
}

TEST(Records, AreReadAsTheDocumentationSays) {
  const auto records = records_in(kRecordsExample);
  ASSERT_EQ(records.size(), 8U);
  EXPECT_EQ(records[0].stage, Stage::Hls);
  EXPECT_EQ(records[0].role, Role::Layer);
  EXPECT_EQ(records[0].name, "fc1");
  EXPECT_EQ(records[0].shape, (hls4ml::LayerShape{LayerKind::Dense, 16, 64, 1, 1}));
  EXPECT_EQ(records[0].reuse, (std::vector<std::int64_t>{32}));
  EXPECT_EQ(records[0][Target::LatencyMax], 39);
  EXPECT_EQ(records[0].interval_cycles, 39);
  EXPECT_EQ(records[0].uram, 0);
  EXPECT_EQ(records[0].context, (Context{"xcku115-flvb2104-2-i", 200, "Vivado HLS 2019.2", "0.8.1", "io_stream",
                                         "Resource", "ap_fixed<16,6>"}));
  EXPECT_EQ(records[0].project, "runs/a");
  EXPECT_EQ(records[0].module, "dense_resource_ap_fixed_16_6_config2_s");
  EXPECT_EQ(records[1].shape, (hls4ml::LayerShape{LayerKind::Lstm, 3, 8, 1, 20}));
  EXPECT_EQ(records[1].reuse, (std::vector<std::int64_t>{24, 32}));
  EXPECT_EQ(records[1][Target::Lut], 20000.5);
  EXPECT_EQ(records[1][Target::Ff], std::nullopt);
  EXPECT_EQ(records[2].role, Role::Node);
  EXPECT_EQ(records[2].node_kind, NodeKind::Activation);
  EXPECT_EQ(records[2].shape, std::nullopt);
  EXPECT_EQ(records[3].role, Role::Fifo);
  EXPECT_EQ(records[4].role, Role::Glue);
  EXPECT_EQ(records[5].role, Role::Unmapped);
  EXPECT_EQ(records[6].role, Role::Design);
  EXPECT_EQ(records[7].stage, Stage::Logic);
}

TEST(Records, AreWrittenAsTheyWereRead) { EXPECT_EQ(written(records_in(kRecordsExample)), kRecordsExample); }

TEST(Records, StandInTheDocumentationAsTheyAreTestedHere) {
  const std::string page = test::read_all(test::data_dir() / "../../docs/formats/dataset.md");
  std::string indented;
  for (std::size_t at = 0; at < kRecordsExample.size(); at = kRecordsExample.find('\n', at) + 1) {
    indented += "    " + std::string(kRecordsExample.substr(at, kRecordsExample.find('\n', at) + 1 - at));
  }
  EXPECT_THAT(page, testing::HasSubstr(indented));
}

Record drawn(std::mt19937_64& random) {
  constexpr std::array kKinds{LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Dense, LayerKind::Lstm, LayerKind::Gru};
  constexpr std::array kRoles{Role::Layer, Role::Node, Role::Fifo, Role::Glue, Role::Unmapped, Role::Design};
  constexpr std::array kStages{Stage::Hls, Stage::Cosim, Stage::Logic, Stage::Routed};
  const auto text = [&] {
    constexpr std::string_view kBytes = "ab,\" \n\r\t<>\xC3\xA9";
    std::string made;
    for (std::uint64_t i = random() % 8; i > 0; --i) made += kBytes[random() % kBytes.size()];
    return made;
  };
  const auto figure = [&]() -> std::optional<double> {
    if (random() % 3 == 0) return std::nullopt;
    return std::ldexp(static_cast<double>(random() >> 11U), -static_cast<int>(24 + random() % 60));
  };
  Record record;
  record.stage = kStages[random() % kStages.size()];
  record.role = kRoles[random() % kRoles.size()];
  record.name = text();
  if (record.role == Role::Node) record.node_kind = static_cast<NodeKind>(random() % 12);
  if (record.role == Role::Layer) {
    const LayerKind kind = kKinds[random() % kKinds.size()];
    const auto extent = [&](bool has) { return has ? static_cast<std::int64_t>(1 + random() % 40'000) : 1; };
    const bool convolution = kind == LayerKind::Conv1D || kind == LayerKind::Conv2D;
    record.shape = {kind, extent(true), extent(true), extent(convolution), extent(kind != LayerKind::Dense)};
    for (std::size_t i = 0; i < hls4ml::matrices(*record.shape).size(); ++i)
      record.reuse.push_back(static_cast<std::int64_t>(1 + (random() >> 2U)));
  }
  for (auto& one : record.figures) one = figure();
  record.interval_cycles = figure();
  record.uram = figure();
  record.context = {text(), random() % 2 == 0 ? 0 : 1000 / 3.3,     text(),
                    text(), random() % 2 == 0 ? "" : "io_parallel", text(),
                    text()};
  record.project = text();
  record.module = text();
  return record;
}

TEST(Records, SurviveARoundTripThroughCsv) {
  std::mt19937_64 random(7);
  std::vector<Record> records;
  for (int i = 0; i < 1'000; ++i) records.push_back(drawn(random));
  const std::string csv = written(records);
  const auto again = records_in(csv);
  EXPECT_EQ(written(again), csv);
  ASSERT_EQ(again.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(again[i].name, records[i].name);
    EXPECT_EQ(again[i].role, records[i].role);
    EXPECT_EQ(again[i].shape, records[i].shape);
    EXPECT_EQ(again[i].reuse, records[i].reuse);
    EXPECT_EQ(again[i].figures, records[i].figures);
    EXPECT_EQ(again[i].context, records[i].context);
  }
}

TEST(Records, AreReadOrRefusedWhateverTheBytes) {
  std::mt19937_64 random(11);
  constexpr std::string_view kLikely = ",\"\n\r 0-";
  const test::TemporaryDir dir;
  int read = 0;
  for (int trial = 0; trial < 3'000; ++trial) {
    std::string text(kRecordsExample);
    for (std::uint64_t i = random() % 4; i > 0; --i) {
      char& byte = text[random() % text.size()];
      byte = random() % 2 == 0 ? kLikely[random() % kLikely.size()] : static_cast<char>(random() % 256);
    }
    if (random() % 4 == 0) text.resize(random() % text.size());
    try {
      read_records(dir.file("runs.csv", text));
      ++read;
    } catch (const ParseError& error) {
      ASSERT_THAT(error.what(), testing::HasSubstr("runs.csv: "));
    }
  }
  EXPECT_GT(read, 300);
  EXPECT_LT(read, 2'700);
}

TEST(Records, RefuseMissingAndUnknownColumns) {
  std::string text(kRecordsExample);
  EXPECT_THAT(test::message_of<ParseError>([&] { records_in("kind,lut\ndense,3\n"); }),
              testing::EndsWith("runs.csv: expected a column stage, found none"));
  text.replace(text.find(",uram"), 5, ",urat");
  EXPECT_THAT(test::message_of<ParseError>([&] { records_in(text); }),
              testing::EndsWith("runs.csv: expected a column uram, found none"));
  text = kRecordsExample;
  text.replace(0, 5, "stage,seed");
  EXPECT_THAT(test::message_of<ParseError>([&] { records_in(text); }),
              testing::EndsWith("runs.csv: unknown column seed"));
}

TEST(Records, RefuseACellByFileLineAndColumn) {
  EXPECT_EQ(complaint("hls,dense", "csynth,dense"),
            "runs.csv: line 2, column stage: expected hls, cosim, logic or routed, got \"csynth\"");
  EXPECT_EQ(complaint("hls,dense", "hls,dens"),
            "runs.csv: line 2, column kind: expected a kind of layer or node, or fifo, glue, unmapped or design, got "
            "\"dens\"");
  EXPECT_EQ(complaint(",32,,38", ",32,4,38"),
            "runs.csv: line 2, column recurrent_reuse: expected nothing for a layer that is not recurrent, got \"4\"");
  EXPECT_EQ(complaint(",24,32,1100", ",24,,1100"),
            "runs.csv: line 3, column recurrent_reuse: expected an integer in 1..9223372036854775807, got \"\"");
  EXPECT_EQ(complaint("fc1_relu,,", "fc1_relu,4,"),
            "runs.csv: line 4, column inputs: expected nothing for a row that is no layer, got \"4\"");
  EXPECT_EQ(complaint("39,0,xcku", "39,-1,xcku"),
            "runs.csv: line 2, column uram: expected a number in 0..1e9, got \"-1\"");
  EXPECT_EQ(complaint(",200,", ",0,"), "runs.csv: line 2, column clock_mhz: expected MHz in (0, 1e6], got \"0\"");
  EXPECT_EQ(complaint("io_stream", "io_serial"),
            "runs.csv: line 2, column io_type: expected io_stream or io_parallel, got \"io_serial\"");
  EXPECT_EQ(complaint("fc1,16", "fc1,"),
            "runs.csv: line 2, column inputs: expected an integer in 1..2147483647, got \"\"");
}

TEST(Records, AreRefusedWhereOneContextIsMeant) {
  const test::TemporaryDir dir;
  EXPECT_THAT(test::message_of<ParseError>([&] { read_dataset(dir.file("runs.csv", kRecordsExample)); }),
              testing::EndsWith("runs.csv: expected layers of one part and tool, found a table with a column stage"));
}

TEST(ReadData, TellsTheTablesByTheirColumns) {
  const test::TemporaryDir dir;
  EXPECT_EQ(std::get<std::vector<Record>>(read_data(dir.file("wide.csv", kRecordsExample))).size(), 8U);
  constexpr std::string_view kNarrow =
      "kind,inputs,kernel,size,sequence,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n"
      "lstm,3,1,128,20,30,,,9,,,\n";
  const auto narrow = std::get<Dataset>(read_data(dir.file("narrow.csv", kNarrow)));
  ASSERT_EQ(narrow.size(), 1U);
  const auto records = records_of(narrow, {.part = "xc7z020clg400-1"});
  EXPECT_EQ(records[0].reuse, (std::vector<std::int64_t>{24, 32}));  // 30, as hls4ml snaps it onto each matrix
  EXPECT_EQ(records[0].context.part, "xc7z020clg400-1");
  EXPECT_EQ(records[0][Target::Lut], 9);
}

}  // namespace
}  // namespace ntorc::perf
