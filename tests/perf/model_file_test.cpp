// The bytes of docs/formats/performance-model.md, whole and damaged.
#include <gmock/gmock.h>
#include <zlib.h>

#include <cstring>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"
#include "perf/model_data.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

std::string u32(std::uint32_t number) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}

std::string node(float value, std::uint32_t link) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return u32(bits) + u32(link);
}

std::string leaf(float value) { return node(value, 0); }
std::string inner(std::uint32_t feature, float threshold, std::uint32_t right) {
  return node(threshold, feature + 256 * right);
}

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// A file with the checksum that fits.
std::string signed_file(const std::string& bytes) { return bytes + u32(crc_of(bytes)); }

std::string file_of(std::string header, const std::string& nodes, std::uint32_t version = 2) {
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return signed_file("ntorperf" + u32(version) + u32(static_cast<std::uint32_t>(header.size())) + header + nodes);
}

/// Two trees for the LUTs of dense layers. The first: reuse <= 2 costs 100, else 50. The second: 10.
const std::string kJsonHeader =
    R"({"ntorc":")" + std::string(ntorc::kVersion) +
    R"(","provenance":{"name":"n","source":"s","part":"p","clock_mhz":200.0,"tool":"t",)"
    R"("io_type":"io_stream","strategy":"Resource","precision":"ap_fixed<16,6>"},)"
    R"("method":"forest","forest":{"trees":2,"seed":3},"kinds":[{"kind":"dense","rows":4,"kernels":[1],"walks":[["part","whole"]],)"
    R"("trained":{"reuse":[1.0,4.0],"n_in":[8.0,8.0],"size":[2.0,2.0],"sequence":[1.0,1.0]},)"
    R"("tree_sizes":{"lut":[3,1]}}]})";
const std::string kNodes = inner(0, 2, 2) + leaf(100) + leaf(50) + leaf(10);
constexpr hls4ml::LayerShape kStoredDense{LayerKind::Dense, 8, 2, 1, 1};

PerformanceModel read(const std::string& bytes) { return ModelFile::read(bytes, "m.perf"); }

std::string complaint_of(const std::string& bytes) {
  return test::message_of<ParseError>([&] { read(bytes); });
}

/// What is said of a file with `from` in place of `to` in its header, its checksum right.
std::string complaint_of_header(std::string_view from, std::string_view to) {
  std::string header = kJsonHeader;
  header.replace(header.find(from), from.size(), to);
  return complaint_of(file_of(header, kNodes));
}

TEST(ModelFile, IsReadAsItIsDocumented) {
  const auto model = read(file_of(kJsonHeader, kNodes));
  EXPECT_EQ(model.predict(kStoredDense, 2, Target::Lut), 55);  // (100 + 10) / 2
  EXPECT_EQ(model.predict(kStoredDense, 3, Target::Lut), 30);
  EXPECT_EQ(model.provenance().precision, "ap_fixed<16,6>");
  EXPECT_EQ(model.summary(), "forest: 1 forests of 2 trees; rows: dense 4");
  EXPECT_FALSE(model.covers(LayerKind::Dense));
}

TEST(ModelFile, IsWrittenAsItIsDocumented) {
  const test::TemporaryDir dir;
  const std::string bytes = file_of(kJsonHeader, kNodes);
  read(bytes).save(dir.path() / "m.perf");
  EXPECT_EQ(test::read_all(dir.path() / "m.perf"), bytes);
}

TEST(ModelFile, IsRefusedIfForeign) {
  const std::string foreign = "m.perf: expected a performance model of ntorc, found something else";
  EXPECT_EQ(complaint_of(""), foreign);
  EXPECT_EQ(complaint_of("ntorper"), foreign);
  EXPECT_EQ(complaint_of("\x89HDF\r\n\x1a\n"), foreign);
  EXPECT_EQ(complaint_of(std::string(1000, '\0')), foreign);
}

TEST(ModelFile, IsRefusedInAnotherVersion) {
  EXPECT_EQ(complaint_of(file_of(kJsonHeader, kNodes, 1)), "m.perf: expected format version 2 or 3, found 1");
  EXPECT_EQ(complaint_of(file_of(kJsonHeader, kNodes, 4)), "m.perf: expected format version 2 or 3, found 4");
}

TEST(ModelFile, IsRefusedWhereverItIsCut) {
  const std::string whole = file_of(kJsonHeader, kNodes);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string message = complaint_of(whole.substr(0, size));
    if (size < 8) {
      EXPECT_EQ(message, "m.perf: expected a performance model of ntorc, found something else");
    } else if (size < whole.size() - kNodes.size()) {
      EXPECT_EQ(message, "m.perf: truncated: expected more than " + std::to_string(size) + " bytes");
    } else {
      EXPECT_EQ(message, "m.perf: damaged or truncated: its checksum does not fit");
    }
  }
}

TEST(ModelFile, IsRefusedWithBytesBehindItsEnd) {
  EXPECT_EQ(complaint_of(file_of(kJsonHeader, kNodes) + "\n"),
            "m.perf: damaged or truncated: its checksum does not fit");
}

TEST(ModelFile, IsRefusedWithAnyBitFlipped) {
  const std::string whole = file_of(kJsonHeader, kNodes);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
      EXPECT_THROW(read(flipped), ParseError) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(ModelFile, IsRefusedWithLinksThatLeadNowhere) {
  const auto with = [](const std::string& nodes) { return complaint_of(file_of(kJsonHeader, nodes)); };
  const std::string broken = "m.perf: damaged: a tree does not hold together";
  const std::string rest = leaf(100) + leaf(50) + leaf(10);
  EXPECT_EQ(with(inner(0, 2, 3) + rest), broken);         // into the next tree
  EXPECT_EQ(with(inner(0, 2, 0xFFFFFF) + rest), broken);  // beyond the file
  EXPECT_EQ(with(inner(0, 2, 1) + rest), broken);         // left and right the same
  EXPECT_EQ(with(node(2, 3)), "m.perf: /kinds/0/tree_sizes/lut: expected as many nodes as the file holds, got more");
  EXPECT_EQ(with(node(2, 3) + rest), broken);                                       // to itself: right child at 0
  EXPECT_EQ(with(inner(4, 2, 2) + rest), broken);                                   // a fifth feature
  EXPECT_EQ(with(inner(0, 2, 2) + leaf(100) + inner(0, 1, 2) + leaf(10)), broken);  // a last node with children
  EXPECT_EQ(with(inner(0, 2, 2) + inner(0, 1, 2) + leaf(50) + leaf(10)), broken);   // a right child in the next tree
}

TEST(ModelFile, IsRefusedWithAnswersThatAreNoNumbers) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(complaint_of(file_of(kJsonHeader, inner(0, bad, 2) + leaf(100) + leaf(50) + leaf(10))),
              "m.perf: damaged: a tree does not hold together");
    EXPECT_EQ(complaint_of(file_of(kJsonHeader, inner(0, 2, 2) + leaf(100) + leaf(50) + leaf(bad))),
              "m.perf: damaged: a tree does not hold together");
  }
}

TEST(ModelFile, IsRefusedWithMoreOrFewerNodesThanItsTreesHave) {
  EXPECT_EQ(complaint_of(file_of(kJsonHeader, kNodes + leaf(1))), "m.perf: damaged: 1 nodes belong to no tree");
  EXPECT_EQ(complaint_of(file_of(kJsonHeader, kNodes + "1234")), "m.perf: damaged: a part of a node");
  EXPECT_EQ(complaint_of_header("[3,1]", "[3,2]"),
            "m.perf: /kinds/0/tree_sizes/lut: expected as many nodes as the file holds, got more");
  EXPECT_EQ(complaint_of_header("[3,1]", "[4294967295,4294967295,4294967295]"),
            "m.perf: /kinds/0/tree_sizes/lut: expected as many nodes as the file holds, got more");
  EXPECT_EQ(complaint_of_header("[3,1]", "[3,0]"), "m.perf: /kinds/0/tree_sizes/lut: expected sizes >= 1, got 0");
  EXPECT_EQ(complaint_of_header("[3,1]", "[3,-1]"), "m.perf: /kinds/0/tree_sizes/lut: expected sizes >= 1, got -1");
  EXPECT_EQ(complaint_of_header("[3,1]", "[4294967296]"),
            "m.perf: /kinds/0/tree_sizes/lut: expected sizes >= 1, got 4294967296");
  EXPECT_EQ(complaint_of_header("[3,1]", "[]"), "m.perf: /kinds/0/tree_sizes/lut: expected an array of sizes, got []");
  EXPECT_EQ(complaint_of_header("[3,1]", "4"), "m.perf: /kinds/0/tree_sizes/lut: expected an array of sizes, got 4");
}

TEST(ModelFile, IsRefusedWithKeysThatItDoesNotKnow) {
  EXPECT_THAT(complaint_of_header("\"lut\"", "\"uram\""), "m.perf: /kinds/0/tree_sizes/uram: unknown target");
  EXPECT_THAT(complaint_of_header("\"method\"", "\"more\":1,\"method\""), testing::StartsWith("m.perf: /more: "));
  EXPECT_THAT(complaint_of_header("\"seed\"", "\"more\":1,\"seed\""), testing::StartsWith("m.perf: /forest/more: "));
  EXPECT_THAT(complaint_of_header("\"rows\"", "\"more\":1,\"rows\""), testing::StartsWith("m.perf: /kinds/0/more: "));
  EXPECT_THAT(complaint_of_header("\"size\"", "\"more\":1,\"size\""),
              testing::StartsWith("m.perf: /kinds/0/trained/more: "));
  EXPECT_THAT(complaint_of_header("\"tool\"", "\"more\":1,\"tool\""),
              testing::StartsWith("m.perf: /provenance/more: "));
}

TEST(ModelFile, IsRefusedWithValuesOutOfRange) {
  EXPECT_EQ(complaint_of_header("200.0", "0"), "m.perf: /provenance/clock_mhz: expected a positive number, got 0");
  EXPECT_EQ(complaint_of_header("\"seed\":3", "\"seed\":-3"), "m.perf: /forest/seed: expected an integer >= 0, got -3");
  EXPECT_EQ(complaint_of_header("\"dense\"", "\"deep\""),
            "m.perf: /kinds/0/kind: expected a kind of layer with weights, got \"deep\"");
  EXPECT_EQ(complaint_of_header("[1.0,4.0]", "[]"), "m.perf: /kinds/0/trained/reuse: expected at least one number");
  EXPECT_EQ(complaint_of_header("[1.0,4.0]", "[4.0,1.0]"),
            "m.perf: /kinds/0/trained/reuse/1: expected ascending numbers >= 0, got 1.0");
  EXPECT_THAT(complaint_of_header("\"trees\":2", "\"trees\":0"), testing::StartsWith("m.perf: /forest/trees: "));
  EXPECT_THAT(complaint_of_header("\"rows\":4", "\"rows\":0"), testing::StartsWith("m.perf: /kinds/0/rows: "));
  EXPECT_THAT(complaint_of_header("\"kernels\":[1]", "\"kernels\":[0]"),
              testing::StartsWith("m.perf: /kinds/0/kernels/0: "));
  EXPECT_EQ(complaint_of_header("\"method\":\"forest\"", "\"method\":\"magic\""),
            "m.perf: /method: expected forest or hybrid, got \"magic\"");
  EXPECT_EQ(complaint_of_header("[[\"part\",\"whole\"]]", "[]"),
            "m.perf: /kinds/0/walks: expected one for each weight matrix");
  EXPECT_EQ(complaint_of_header("\"whole\"", "\"half\""),
            "m.perf: /kinds/0/walks/0/1: expected constant, part or whole, got \"half\"");
  EXPECT_EQ(complaint_of_header("\"dense\"", "\"flatten\""),
            "m.perf: /kinds/0/kind: expected a kind of layer with weights, got \"flatten\"");
  EXPECT_THAT(complaint_of_header("{\"ntorc\"", "[\"ntorc\""), testing::StartsWith("m.perf: line 1, byte "));
}

TEST(ModelFile, IsRefusedWithoutKindsOrWithOneTwice) {
  const std::size_t kinds = kJsonHeader.find("[{\"kind\"");
  const std::string entry = kJsonHeader.substr(kinds + 1, kJsonHeader.size() - kinds - 3);
  const std::string start = kJsonHeader.substr(0, kinds);
  EXPECT_EQ(complaint_of(file_of(start + "[]}", "")), "m.perf: /kinds: expected at least one kind, got []");
  EXPECT_EQ(complaint_of(file_of(start + "[" + entry + "," + entry + "]}", kNodes + kNodes)),
            "m.perf: /kinds/1/kind: expected each kind once, got \"dense\"");
}

/// The same trees, but of a hybrid: the figure is their mean times 2 + 3 * n_in.
std::string hybrid_header(const std::string& weights) {
  std::string header = kJsonHeader;
  const std::string forest = "\"method\":\"forest\"";
  header.replace(header.find(forest), forest.size(), "\"method\":\"hybrid\"");
  return header.substr(0, header.size() - 3) + ",\"weights\":" + weights + "}]}";
}

TEST(ModelFile, HoldsTheWeightsOfAHybrid) {
  const auto model = read(file_of(hybrid_header("{\"lut\":[2,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"), kNodes));
  EXPECT_EQ(model.method(), Method::Hybrid);
  EXPECT_EQ(model.predict(kStoredDense, 8, Target::Lut), (2 + 3 * 8) * (50 + 10) / 2);  // log2(8) is above 2
  const test::TemporaryDir dir;
  model.save(dir.path() / "m.perf");
  EXPECT_EQ(PerformanceModel::load(dir.path() / "m.perf").predict(kStoredDense, 8, Target::Lut), 780);
}

TEST(ModelFile, IsRefusedWithWeightsThatDoNotFit) {
  const auto with = [](const std::string& weights) { return complaint_of(file_of(hybrid_header(weights), kNodes)); };
  EXPECT_EQ(with("{}"), "m.perf: /kinds/0/weights: expected a key \"lut\", found none");
  EXPECT_EQ(with("{\"lut\":[1]}"), "m.perf: /kinds/0/weights/lut: expected 17 weights, got 1");
  EXPECT_EQ(with("{\"lut\":[2,3,0,0,0,0,0,-1,0,0,0,0,0,0,0,0,0]}"),
            "m.perf: /kinds/0/weights/lut/7: expected a number in 0..1e9, got -1");
  EXPECT_EQ(with("{\"lut\":[2,3,0,0,0,0,0,2e9,0,0,0,0,0,0,0,0,0]}"),
            "m.perf: /kinds/0/weights/lut/7: expected a number in 0..1e9, got 2000000000.0");
  EXPECT_EQ(with("{\"colour\":[1]}"), "m.perf: /kinds/0/weights/colour: unknown target");
}

TEST(ModelFile, HoldsTheWidthsOfIntervals) {
  const std::string header = hybrid_header("{\"lut\":[2,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}");
  const auto with = [&](const std::string& widths) {
    return header.substr(0, header.size() - 3) + ",\"widths\":" + widths + "}]}";
  };
  const test::TemporaryDir dir;
  const std::string whole = file_of(with("{\"lut\":{\"inside\":[0.1,0.2,0.3,0.4],\"extrapolated\":[0.5]}}"), kNodes);
  read(whole).save(dir.path() / "m.perf");
  const std::string again = test::read_all(dir.path() / "m.perf");
  EXPECT_THAT(again, testing::HasSubstr("\"widths\":{\"lut\":{\"inside\":[0.1,0.2,0.3,0.4],\"extrapolated\":[0.5]}}"));
  const auto refusal = [&](const std::string& widths) { return complaint_of(file_of(with(widths), kNodes)); };
  EXPECT_THAT(refusal("{\"lut\":{\"outside\":[1]}}"), testing::StartsWith("m.perf: /kinds/0/widths/lut/outside: "));
  EXPECT_EQ(refusal("{\"lut\":{\"inside\":[1,2,3,4,5]}}"),
            "m.perf: /kinds/0/widths/lut/inside: expected at most 4 widths");
  EXPECT_EQ(refusal("{\"lut\":{\"inside\":[2,1]}}"),
            "m.perf: /kinds/0/widths/lut/inside/1: expected ascending numbers >= 0, got 1");
  EXPECT_EQ(refusal("{\"colour\":{}}"), "m.perf: /kinds/0/widths/colour: unknown target");
}

TEST(ModelFile, HoldsACalibration) {
  const auto with = [](const std::string& calibrations) {
    return kJsonHeader.substr(0, kJsonHeader.size() - 1) + ",\"base\":\"b\",\"calibrations\":" + calibrations + "}";
  };
  // ln y = 0 + ln 2 + 1 (ln p - 0): y = 2 p.
  const auto model =
      read(file_of(with("{\"dense\":{\"lut\":{\"center\":0,\"shift\":0.6931471805599453,\"scale\":1}}}"), kNodes));
  EXPECT_NEAR(model.predict(kStoredDense, 8, Target::Lut), 2 * 30, 1e-9);  // the trees say 30
  EXPECT_THAT(model.summary(), testing::HasSubstr("calibrated from b"));
  const auto refusal = [&](const std::string& calibrations) {
    return complaint_of(file_of(with(calibrations), kNodes));
  };
  EXPECT_EQ(refusal("{\"dense\":{\"lut\":{\"center\":-51,\"shift\":0,\"scale\":1}}}"),
            "m.perf: /calibrations/dense/lut/center: expected a number in -50..50, got -51");
  EXPECT_THAT(refusal("{\"flatten\":{}}"), testing::StartsWith("m.perf: /calibrations/flatten: "));
  EXPECT_THAT(refusal("{\"dense\":{\"lut\":{\"center\":1,\"shift\":0}}}"),
              testing::StartsWith("m.perf: /calibrations/dense/lut: "));
}

// ----------------------------------------------------------------------------------------------------------------------
// damaged files

/// Asks all that can be asked; must come back.
void question(const PerformanceModel& model) {
  EXPECT_FALSE(model.summary().empty());
  for (const LayerKind kind : {LayerKind::Dense, LayerKind::Conv1D, LayerKind::Lstm}) {
    for (const std::int64_t extent : {std::int64_t{1}, std::int64_t{8}, hls4ml::kMaxExtent / 4}) {
      const hls4ml::LayerShape shape{kind, extent, extent, 1, extent};
      if (model.covers(kind)) model.estimate(shape, 3);
      for (const Target target : kTargets) {
        if (!model.covers(kind, target)) continue;
        model.support_reasons(shape, 3);
        for (const std::int64_t reuse : {std::int64_t{1}, std::int64_t{3}, std::numeric_limits<std::int64_t>::max()}) {
          EXPECT_TRUE(std::isfinite(model.predict(shape, reuse, target)));
        }
      }
    }
  }
}

/// @return  how many of `count` copies with bytes from `first` to `last` damaged and the checksum made to fit were
/// refused.
int refused(const std::string& whole, std::size_t first, std::size_t last, int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  int refusals = 0;
  for (int i = 0; i < count; ++i) {
    std::string bytes = whole.substr(0, whole.size() - 4);
    for (std::uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = first + random() % (last - first);
      switch (random() % 6) {
        case 0:
          bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8);
          break;
        case 1:
          bytes[at] = static_cast<char>(random());
          break;
        case 2:
          bytes[at] = "0123456789.-eE\",:[]{} "[random() % 22];
          break;
        case 3:
          bytes.replace(at, 8, bytes.substr(first + random() % (last - first), 8));
          break;
        case 4:
          bytes.replace(at, 1, std::to_string(static_cast<std::int64_t>(random())));
          break;
        default:
          if (random() % 8 == 0) bytes.resize(at);
      }
      if (bytes.size() < whole.size() - 4) bytes.resize(whole.size() - 4, '\0');
    }
    try {
      question(read(signed_file(bytes)));
    } catch (const ParseError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      ++refusals;
    }
  }
  return refusals;
}

std::string larger_model(Method method) {
  Dataset data;
  std::mt19937_64 random(5);
  for (int i = 0; i < 60; ++i) {
    const auto extent = [&] { return static_cast<std::int64_t>(1 + random() % 8); };
    Observation row{{i % 2 == 0 ? LayerKind::Dense : LayerKind::Lstm, extent(), extent(), 1, 1}, extent(), {}};
    row[Target::Lut] = static_cast<double>(random() % 1000);
    row[Target::Dsp] = static_cast<double>(random() % 10);
    data.push_back(row);
  }
  const test::TemporaryDir dir;
  PerformanceModel::fit(data, ntorc_provenance(), {.trees = 5}, method).save(dir.path() / "m.perf");
  return test::read_all(dir.path() / "m.perf");
}

TEST(DamagedModelFiles, AreReadOrRefusedWithAChecksumThatFits) {
  constexpr int kFiles = 1000;
  for (const std::string& whole :
       {file_of(kJsonHeader, kNodes), larger_model(Method::Forest), larger_model(Method::Hybrid)}) {
    std::uint32_t header = 0;
    std::memcpy(&header, whole.data() + 12, sizeof header);
    for (const auto& [first, last] :
         {std::pair<std::size_t, std::size_t>{0, 16 + header}, {16 + header, whole.size() - 4}}) {
      const int refusals = refused(whole, first, last, kFiles, first);
      EXPECT_GT(refusals, 0);
      EXPECT_LT(refusals, kFiles);
    }
  }
}

}  // namespace
}  // namespace ntorc::perf
