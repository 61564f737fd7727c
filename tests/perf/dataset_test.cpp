#include "ntorc/perf/dataset.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

/// The example of docs/formats/dataset.md.
constexpr std::string_view kExample =
    "kind,inputs,kernel,size,sequence,packets,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n"
    "dense,128,1,32,1,8,64,78,79,31670,17030,64,29\n"
    "conv1d,16,3,16,64,1,48,396,3828,5505,3010,16,7\n"
    "lstm,16,1,8,32,1,32,,,20000.5,,51,\n";

constexpr std::string_view kHeader =
    "kind,inputs,kernel,size,sequence,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n";

Dataset read_text(std::string_view text) {
  const test::TemporaryDir dir;
  return read_dataset(dir.file("layers.csv", text));
}

/// What is said of `text`, from the file's name on.
std::string complaint(std::string_view text) {
  std::string message = test::message_of<ParseError>([&] { read_text(text); });
  return message.substr(std::min(message.find("layers.csv"), message.size()));
}

std::string complaint_of_row(const std::string& row) { return complaint(std::string(kHeader) + row + "\n"); }

TEST(Dataset, ReadsTheExampleOfTheDocumentation) {
  const Dataset data = read_text(kExample);
  ASSERT_EQ(data.size(), 3U);
  EXPECT_EQ(data[0].shape, (hls4ml::LayerShape{LayerKind::Dense, 128, 32, 1, 1, 8}));
  EXPECT_EQ(data[0].reuse, 64);
  EXPECT_EQ(data[0][Target::LatencyMin], 78);
  EXPECT_EQ(data[0][Target::LatencyMax], 79);
  EXPECT_EQ(data[0][Target::Lut], 31670);
  EXPECT_EQ(data[0][Target::Ff], 17030);
  EXPECT_EQ(data[0][Target::Dsp], 64);
  EXPECT_EQ(data[0][Target::Bram18k], 29);
  EXPECT_EQ(data[1].shape, (hls4ml::LayerShape{LayerKind::Conv1D, 16, 16, 3, 64}));
  EXPECT_EQ(data[1].reuse, 48);
  EXPECT_EQ(data[2].shape, (hls4ml::LayerShape{LayerKind::Lstm, 16, 8, 1, 32}));
  EXPECT_EQ(data[2][Target::Lut], 20000.5);
  EXPECT_EQ(data[2][Target::LatencyMax], std::nullopt);
  EXPECT_EQ(data[2][Target::Bram18k], std::nullopt);
}

TEST(Dataset, StandsInTheDocumentationAsItIsTestedHere) {
  const std::string page = test::read_all(test::data_dir() / "../../docs/formats/dataset.md");
  std::string indented;
  for (std::size_t at = 0; at < kExample.size(); at = kExample.find('\n', at) + 1) {
    indented += "    " + std::string(kExample.substr(at, kExample.find('\n', at) + 1 - at));
  }
  EXPECT_THAT(page, testing::HasSubstr(indented));
}

TEST(Dataset, WritesWhatItRead) { EXPECT_EQ(to_csv(read_text(kExample)), kExample); }

TEST(Dataset, TakesColumnsInAnyOrder) {
  const Dataset data = read_text(
      "reuse,kind,lut,size,inputs,sequence,kernel,ff,dsp,bram_18k,latency_max_cycles,latency_min_cycles\r\n"
      "4,gru,7,3,2,5,1,,,,,\r\n");
  ASSERT_EQ(data.size(), 1U);
  EXPECT_EQ(data[0].shape, (hls4ml::LayerShape{LayerKind::Gru, 2, 3, 1, 5}));
  EXPECT_EQ(data[0].reuse, 4);
  EXPECT_EQ(data[0][Target::Lut], 7);
}

TEST(Dataset, TakesTheInputOfADenseLayerAsOnePacketWhereNoneAreGiven) {
  const Dataset data = read_text(std::string(kHeader) + "dense,16,1,32,1,64,,,5240,,,\n");
  EXPECT_EQ(data[0].shape.packets, 1);
}

TEST(Dataset, RefusesPacketsThatCannotBe) {
  const std::string header = std::string(kExample.substr(0, kExample.find('\n') + 1));
  EXPECT_EQ(complaint(header + "dense,16,1,32,1,3,64,,,,,,\n"),
            "layers.csv: line 2, column packets: expected a divisor of inputs, got \"3\"");
  EXPECT_EQ(complaint(header + "lstm,16,1,8,32,2,32,,,,,,\n"),
            "layers.csv: line 2, column packets: expected 1 for a layer that is not dense, got \"2\"");
}

TEST(Dataset, RefusesLayersWhoseMatricesAreTooLarge) {
  EXPECT_EQ(complaint_of_row("conv1d,2147483647,3,8,8,3,,,,,,"),
            "layers.csv: line 2, column inputs: expected weight matrices of at most 2147483647 columns and rows, got "
            "\"2147483647\"");
}

TEST(Dataset, SurvivesARoundTripThroughCsv) {
  std::mt19937_64 random(3);
  constexpr std::array kKinds{LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Dense, LayerKind::Lstm, LayerKind::Gru};
  Dataset data;
  for (int i = 0; i < 500; ++i) {
    Observation row;
    row.shape.kind = kKinds[random() % kKinds.size()];
    const bool convolution = row.shape.kind == LayerKind::Conv1D || row.shape.kind == LayerKind::Conv2D;
    const auto extent = [&] { return static_cast<std::int64_t>(1 + random() % 40'000); };
    row.shape.inputs = extent();
    row.shape.size = extent();
    row.shape.kernel = convolution ? extent() : 1;
    row.shape.sequence = row.shape.kind == LayerKind::Dense ? 1 : extent();
    if (row.shape.kind == LayerKind::Dense && row.shape.inputs % 2 == 0) row.shape.packets = 2;
    row.reuse = static_cast<std::int64_t>(1 + (random() >> 2U));
    for (auto& figure : row.figures) {
      if (random() % 4 != 0)
        figure = std::ldexp(static_cast<double>(random() >> 11U), -static_cast<int>(24 + random() % 60));
    }
    data.push_back(row);
  }
  const Dataset again = read_text(to_csv(data));
  ASSERT_EQ(again.size(), data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    EXPECT_EQ(again[i].shape, data[i].shape);
    EXPECT_EQ(again[i].reuse, data[i].reuse);
    EXPECT_EQ(again[i].figures, data[i].figures);
  }
}

TEST(Dataset, RefusesMissingAndUnknownColumns) {
  std::string text(kExample);
  EXPECT_EQ(complaint("lut\n1\n"), "layers.csv: expected a column kind, found none");
  std::string renamed = text;
  EXPECT_EQ(complaint(renamed.replace(renamed.find("dsp"), 3, "dps")), "layers.csv: expected a column dsp, found none");
  EXPECT_EQ(
      complaint(
          "kind,inputs,kernel,size,sequence,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k,uram\n"
          "dense,1,1,1,1,1,1,1,1,1,1,1,1\n"),
      "layers.csv: unknown column uram");
}

TEST(Dataset, RefusesAFileWithoutRows) {
  EXPECT_EQ(complaint(""), "layers.csv: expected a header line, found an empty file");
  EXPECT_EQ(complaint(kHeader), "layers.csv: expected rows below the header, found none");
}

TEST(Dataset, RefusesALineOfAnotherLength) {
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1"), "layers.csv: line 2: expected 12 cells, found 6");
}

TEST(Dataset, RefusesAnUnknownKind) {
  EXPECT_EQ(complaint_of_row("pool,1,1,1,1,1,,,,,,"),
            "layers.csv: line 2, column kind: expected conv1d, conv2d, dense, lstm or gru, got \"pool\"");
  EXPECT_EQ(complaint_of_row("Dense,1,1,1,1,1,,,,,,"),
            "layers.csv: line 2, column kind: expected conv1d, conv2d, dense, lstm or gru, got \"Dense\"");
}

TEST(Dataset, RefusesExtentsOutOfRange) {
  const std::string expected = ": expected an integer in 1..2147483647, got ";
  EXPECT_EQ(complaint_of_row("dense,0,1,1,1,1,,,,,,"), "layers.csv: line 2, column inputs" + expected + "\"0\"");
  EXPECT_EQ(complaint_of_row("dense,1,,1,1,1,,,,,,"), "layers.csv: line 2, column kernel" + expected + "\"\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1.5,1,1,,,,,,"), "layers.csv: line 2, column size" + expected + "\"1.5\"");
  EXPECT_EQ(complaint_of_row("lstm,1,1,1,2147483648,1,,,,,,"),
            "layers.csv: line 2, column sequence" + expected + "\"2147483648\"");
}

TEST(Dataset, RefusesAReuseFactorBelowOne) {
  const std::string expected = "layers.csv: line 2, column reuse: expected an integer in 1..9223372036854775807, got ";
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,0,,,,,,"), expected + "\"0\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,-4,,,,,,"), expected + "\"-4\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,,,,,,,"), expected + "\"\"");
}

TEST(Dataset, RefusesExtentsThatALayerHasNot) {
  EXPECT_EQ(complaint_of_row("dense,1,3,1,1,1,,,,,,"),
            "layers.csv: line 2, column kernel: expected 1 for a layer that is no convolution, got \"3\"");
  EXPECT_EQ(complaint_of_row("lstm,1,3,1,1,1,,,,,,"),
            "layers.csv: line 2, column kernel: expected 1 for a layer that is no convolution, got \"3\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,8,1,,,,,,"),
            "layers.csv: line 2, column sequence: expected 1 for a dense layer, got \"8\"");
}

TEST(Dataset, RefusesFiguresThatAreNone) {
  const std::string expected = ": expected a number in 0..1e9, got ";
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1,nan,,,,,"),
            "layers.csv: line 2, column latency_min_cycles" + expected + "\"nan\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1,,inf,,,,"),
            "layers.csv: line 2, column latency_max_cycles" + expected + "\"inf\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1,,,-1,,,"), "layers.csv: line 2, column lut" + expected + "\"-1\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1,,,,2e9,,"), "layers.csv: line 2, column ff" + expected + "\"2e9\"");
  EXPECT_EQ(complaint_of_row("dense,1,1,1,1,1,,,,,many,"), "layers.csv: line 2, column dsp" + expected + "\"many\"");
}

TEST(Dataset, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(test::message_of<FileError>([] { read_dataset("/nowhere/layers.csv"); }),
            "/nowhere/layers.csv: cannot open: No such file or directory");
}

// -----------------------------------------------------------------------------------------------------------------
// N-TORC's tables

constexpr std::string_view kConvResources =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_resource,n_inputs_resources,cnn_filters_"
    "resources,"
    "sequence_length_resource,bram_18k,lut,ff,dsp48e\n"
    "1,Not Fit,2,1,1,1,16,128,0,9867,2062.5,26\n"
    "1,Fit,5,50,48,16,16,128,7,5505,3010,16\n";
constexpr std::string_view kConvLatency =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_latency,cnn_filters_latency,n_inputs_"
    "latency,"
    "sequence_length_latency,latency_min,latency_max\n"
    "1,Not Fit,2,48,48,16,1,128,780,7540\n"
    "1,Fit,5,48,48,16,16,128,396,3828\n";
constexpr std::string_view kLstmResources =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_lstm_resource,n_inputs_resources,"
    "sequence_length_resource,lstm_size,bram_18k,lut,ff,dsp48e\n"
    "1,Fit,14,32,32,16,32,8,30,20000,9000,51\n";
constexpr std::string_view kLstmLatency =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_lstm_latency,n_inputs_latency,"
    "sequence_length_latency,reuse_factor_1,n_inputs_latency_1,lstm_size,latency_min,latency_max\n"
    "1,Fit,14,32,32,16,64,32,16,8,2000,2001\n";
constexpr std::string_view kDenseResources =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_dense_resource,n_inputs_resources,"
    "sequence_length_resource,dense_size_resource,bram_18k,lut,ff,dsp48e\n"
    "1,Fit,17,64,64,16,1,32,4,5240,2713,8\n";
constexpr std::string_view kDenseLatency =
    "model_number,fit_status,layer_index,reuse_factor,correct_reuse_factor_dense_latency,n_inputs_latency,"
    "sequence_length_latency,dense_size_latency,reuse_factor_1,latency_min,latency_max\n"
    "1,Fit,17,64,64,16,1,32,64,70,71\n";

struct File {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<File, 6> kTables{
    File{"collapsed_conv_resources.csv", kConvResources},   File{"conv_latency_collapsed.csv", kConvLatency},
    File{"lstm_resources_collapsed.csv", kLstmResources},   File{"lstm_latency_collapsed.csv", kLstmLatency},
    File{"dense_resources_collapsed.csv", kDenseResources}, File{"dense_latency_collapsed.csv", kDenseLatency}};

/// A folder with all six tables.
const test::TemporaryDir& written(const test::TemporaryDir& dir) {
  for (const File& table : kTables) dir.file(table.name, table.text);
  return dir;
}

TEST(NtorcTables, BecomeRowsWithTheirLengthsMended) {
  const test::TemporaryDir dir;
  // The second convolution stands behind a pooling: 128 is the length before it, 64 what the layer works on.
  EXPECT_EQ(to_csv(read_dataset(written(dir).path())), std::string(kExample.substr(0, kExample.find('\n') + 1)) +
                                                           "conv1d,1,3,16,128,1,1,,,9867,2062.5,26,0\n"
                                                           "conv1d,16,3,16,64,1,48,,,5505,3010,16,7\n"
                                                           "conv1d,1,3,16,128,1,48,780,7540,,,,\n"
                                                           "conv1d,16,3,16,64,1,48,396,3828,,,,\n"
                                                           "lstm,16,1,8,32,1,32,,,20000,9000,51,30\n"
                                                           "lstm,16,1,8,64,1,32,2000,2001,,,,\n"
                                                           "dense,16,1,32,1,1,64,,,5240,2713,8,4\n"
                                                           "dense,16,1,32,1,1,64,70,71,,,,\n");
}

/// The shapes of the dense rows with a latency if the table says `cells`: n_in, then the rest as in the file.
std::vector<std::int64_t> packets_of(const std::string& reuse, const std::string& n_in, const std::string& latency) {
  const test::TemporaryDir dir;
  written(dir);
  dir.file("dense_latency_collapsed.csv",
           "correct_reuse_factor_dense_latency,n_inputs_latency,sequence_length_latency,dense_size_latency,latency_min,"
           "latency_max\n" +
               reuse + "," + n_in + ",1,32," + latency + "," + latency + "\n");
  std::vector<std::int64_t> packets;
  for (const Observation& row : read_dataset(dir.path())) {
    if (row.shape.kind == LayerKind::Dense && row[Target::LatencyMax]) packets.push_back(row.shape.packets);
  }
  return packets;
}

TEST(NtorcTables, TellFromTheLatencyInHowManyPacketsADenseInputArrives) {
  using testing::ElementsAre;
  EXPECT_THAT(packets_of("64", "512", "135"), ElementsAre(64));  // 64 + 64 + 7: a stream 8 wide
  EXPECT_THAT(packets_of("64", "512", "103"), ElementsAre(32));
  EXPECT_THAT(packets_of("64", "512", "87"), ElementsAre(16));
  EXPECT_THAT(packets_of("64", "64", "70"), ElementsAre(1));      // behind another dense layer
  EXPECT_THAT(packets_of("4096", "64", "2062"), ElementsAre(8));  // no more than 64 * 32 = 2,048 products in turn
  EXPECT_THAT(packets_of("64", "512", "103.5"), ElementsAre());   // a mean of several
}

/// What is said of the tables when `from` is `to` in one of them, from the file's name on.
std::string complaint_of_table(std::string_view name, std::string_view from, std::string_view to) {
  const test::TemporaryDir dir;
  written(dir);
  std::string text = test::read_all(dir.path() / name);
  text.replace(text.find(from), from.size(), to);
  dir.file(name, text);
  const std::string message = test::message_of<ParseError>([&] { read_dataset(dir.path()); });
  return message.substr(std::min(message.find(name), message.size()));
}

TEST(NtorcTables, AreRefusedWithAnOddLengthBehindAPooling) {
  EXPECT_EQ(complaint_of_table("conv_latency_collapsed.csv", "16,16,128,396", "16,16,127,396"),
            "conv_latency_collapsed.csv: line 3, column sequence_length_latency: expected an even number behind a "
            "pooling, got "
            "\"127\"");
}

TEST(NtorcTables, AreRefusedWithAnEmptyFigure) {
  EXPECT_EQ(complaint_of_table("dense_resources_collapsed.csv", "5240,", ","),
            "dense_resources_collapsed.csv: line 2, column lut: expected a number in 0..1e9, got \"\"");
}

TEST(NtorcTables, AreRefusedWithMissingAndUnknownColumns) {
  EXPECT_EQ(complaint_of_table("collapsed_conv_resources.csv", "layer_index", "reuse_factor_1"),
            "collapsed_conv_resources.csv: expected a column layer_index, found none");
  EXPECT_EQ(complaint_of_table("lstm_resources_collapsed.csv", "model_number", "model"),
            "lstm_resources_collapsed.csv: unknown column model");
}

TEST(NtorcTables, AreAllNeeded) {
  for (const File& table : kTables) {
    const test::TemporaryDir dir;
    std::filesystem::remove(written(dir).path() / table.name);
    EXPECT_EQ(test::message_of<FileError>([&] { read_dataset(dir.path()); }),
              (dir.path() / table.name).string() + ": cannot open: No such file or directory");
  }
}

TEST(NtorcTables, ObeyTheLawsOfLatencyOnceMended) {
  NTORC_SKIP_WITHOUT_SHARED("data/ntorc-synthesis");
  const Dataset data = read_dataset(test::shared_dir() / "data/ntorc-synthesis");
  std::array<int, 6> rows{};
  int convolutions = 0;
  for (const Observation& row : data) {
    const bool latency = row[Target::LatencyMax].has_value();
    const int first = row.shape.kind == LayerKind::Conv1D ? 0 : row.shape.kind == LayerKind::Lstm ? 2 : 4;
    ++rows[static_cast<std::size_t>(first + (latency ? 1 : 0))];
    if (row.shape.kind != LayerKind::Conv1D || !latency || row.reuse == 1) continue;
    // latency_max = (length + 2) * (reuse + c) with c 9, 10 or 11, and latency_min = (length + 2) * 6: without one
    // exception.
    ++convolutions;
    const double steps = static_cast<double>(row.shape.sequence + 2);
    EXPECT_EQ(row[Target::LatencyMin], steps * 6);
    EXPECT_THAT(*row[Target::LatencyMax] / steps - static_cast<double>(row.reuse), testing::AnyOf(9, 10, 11));
  }
  EXPECT_THAT(rows, testing::ElementsAre(2487, 2485, 312, 312, 4230, 4220));
  EXPECT_EQ(convolutions, 2482);  // all rows but three, which have reuse factor 1
}

// --------------------------------------------------------------------------------------------------------------------
// damaged files

std::string damaged(std::string bytes, std::mt19937_64& random) {
  constexpr std::string_view kLikely = ",,\n\n\r0123456789.-+eEinfa\"\xEF\xBB\xBF\xFF";
  for (std::uint64_t edits = 1 + random() % 4; edits > 0 && !bytes.empty(); --edits) {
    const std::size_t at = random() % bytes.size();
    const std::size_t count = std::min<std::size_t>(1 + random() % 8, bytes.size() - at);
    switch (random() % 6) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] = kLikely[random() % kLikely.size()];
        break;
      case 2:
        bytes.erase(at, count);
        break;
      case 3:
        bytes.insert(at, bytes.substr(random() % bytes.size(), count));
        break;
      case 4:
        bytes.replace(at, count, std::to_string(static_cast<std::int64_t>(random())));
        break;
      default:
        if (random() % 8 == 0) bytes.resize(at);
    }
  }
  return bytes;
}

/// Whether `action` throws a ParseError with a message of one line.
bool refused(const std::function<void()>& action) {
  try {
    action();
  } catch (const ParseError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return true;
  }
  return false;
}

TEST(DamagedDatasets, AreReadOrRefused) {
  const test::TemporaryDir dir;
  std::mt19937_64 random(11);
  int refusals = 0;
  constexpr int kFiles = 1500;
  for (int i = 0; i < kFiles; ++i) {
    const auto file = dir.file("layers.csv", damaged(std::string(kExample), random));
    refusals += refused([&] { read_dataset(file); });
  }
  EXPECT_GT(refusals, kFiles / 4);
  EXPECT_LT(refusals, kFiles);
}

TEST(DamagedDatasets, AreReadOrRefusedAlsoAsNtorcTables) {
  const test::TemporaryDir dir;
  written(dir);
  std::mt19937_64 random(12);
  int refusals = 0;
  constexpr int kFiles = 600;
  for (int i = 0; i < kFiles; ++i) {
    const File& table = kTables[random() % kTables.size()];
    dir.file(table.name, damaged(std::string(table.text), random));
    refusals += refused([&] { read_dataset(dir.path()); });
    dir.file(table.name, table.text);
  }
  EXPECT_GT(refusals, kFiles / 4);
  EXPECT_LT(refusals, kFiles);
}

}  // namespace
}  // namespace ntorc::perf
