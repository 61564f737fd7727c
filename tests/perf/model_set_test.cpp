#include "ntorc/perf/model_set.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "perf/model_data.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;

const Context kFirst{"xczu7ev-ffvc1156-2-e", 250, "Vivado HLS 2019.1", "", "io_stream", "Resource", "ap_fixed<16,8>"};
const Context kSecond{"xcku115-flvb2104-2-i", 200, "Vitis HLS 2022.2", "", "io_stream", "Resource", "ap_fixed<16,8>"};

using Figure = double (*)(double n_in, double size, double reuse);

double smooth(double n_in, double size, double reuse) { return 40 * n_in + 30 * size + 9 * n_in * size / reuse; }
/// What no shift or slope makes of `smooth`.
double other(double n_in, double size, double reuse) { return 4e4 / n_in + 2e4 / size + 100 * reuse; }

Dataset layers(LayerKind kind, const std::vector<std::int64_t>& widths, Figure lut, double factor) {
  Dataset data;
  for (const std::int64_t n_in : widths) {
    for (const std::int64_t size : {8, 16, 32, 64}) {
      for (const std::int64_t reuse : {4, 16}) {
        if (reuse > n_in) continue;
        Observation row{{kind, n_in, size, 1, kind == LayerKind::Dense ? 1 : 8}, reuse, {}};
        const auto [n, s, r] =
            std::array{static_cast<double>(n_in), static_cast<double>(size), static_cast<double>(reuse)};
        for (const Target target : kTargets) row[target] = std::ceil(n * s / r);
        row[Target::Lut] = factor * lut(n, s, r);
        data.push_back(row);
      }
    }
  }
  return data;
}

const std::vector<std::int64_t> kWidths{16, 32, 64, 128};

Way way_of(const PerformanceModel& model, LayerKind kind, Target target) {
  const auto& choice = ModelFile::data(model)->kinds.at(kind).choices[static_cast<std::size_t>(target)];
  return choice.value().way;
}

ModelSet two(const Dataset& first, const Dataset& second, const ForestOptions& options = {}) {
  return ModelSet::fit({{kFirst, first, {"0.8.1", "1.0.0"}}, {kSecond, second, {}}}, "both", "test", options);
}

const ModelSet& calibrated_pair() {
  static const ModelSet set =
      two(layers(LayerKind::Dense, kWidths, smooth, 1), layers(LayerKind::Dense, {16, 64}, smooth, 0.6));
  return set;
}

constexpr hls4ml::LayerShape kDenseOfSets{LayerKind::Dense, 64, 32, 1, 1};

TEST(ModelSet, CalibratesWhatDiffersByAFactor) {
  const auto& models = calibrated_pair().models();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(way_of(models[1], LayerKind::Dense, Target::Lut), Way::Calibrated);
  const double ratio =
      models[1].predict(kDenseOfSets, 16, Target::Lut) / models[0].predict(kDenseOfSets, 16, Target::Lut);
  EXPECT_NEAR(ratio, 0.6, 0.02);
  EXPECT_EQ(models[1].predict(kDenseOfSets, 16, Target::Dsp), models[0].predict(kDenseOfSets, 16, Target::Dsp));
  EXPECT_EQ(models[1].provenance().tool, "Vitis HLS 2022.2");
  EXPECT_EQ(models[0].provenance().source, "test; hls4ml 0.8.1, 1.0.0");
}

TEST(ModelSet, KeepsForItselfWhatIsItsOwn) {
  const auto set = two(layers(LayerKind::Dense, kWidths, smooth, 1), layers(LayerKind::Dense, kWidths, other, 1));
  const PerformanceModel& second = set.models()[1];
  EXPECT_EQ(way_of(second, LayerKind::Dense, Target::Lut), Way::Own);
  EXPECT_NEAR(second.predict(kDenseOfSets, 16, Target::Lut) / other(64, 32, 16), 1, 0.05);
  EXPECT_EQ(way_of(second, LayerKind::Dense, Target::Dsp), Way::Calibrated);
}

TEST(ModelSet, PoolsRowsOfOneToolThatAreOfOtherSizes) {
  // Of narrow layers the first context says all; of wide ones, whose price follows another rule, the second does.
  const auto rule = [](double n, double s, double r) { return smooth(n, s, r) * (n >= 64 ? 1 + 10 / r : 1.0); };
  Dataset second = layers(LayerKind::Dense, {64, 128, 256, 512}, rule, 1);
  const Dataset few = layers(LayerKind::Dense, {16, 32}, rule, 1);
  second.insert(second.end(), few.begin(), few.begin() + 5);
  const auto set = two(layers(LayerKind::Dense, {8, 16, 24, 32, 48}, rule, 1), second);
  const auto& choice = ModelFile::data(set.models()[1])->kinds.at(LayerKind::Dense).choices[2].value();
  ASSERT_TRUE(choice.errors[0] && choice.errors[1]);
  EXPECT_LT(*choice.errors[1], 0.5 * *choice.errors[0]);
  EXPECT_NE(choice.way, Way::Calibrated);
}

TEST(ModelSet, SaysWhichWayWasTakenAndByWhatErrors) {
  const auto lines = calibrated_pair().summary();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "xczu7ev-ffvc1156-2-e, 250 MHz, Vivado HLS 2019.1, io_stream, Resource, ap_fixed<16,8>: hybrid: 6 forests "
            "of 20 trees; rows: dense 32");
  EXPECT_THAT(lines[1], testing::HasSubstr("; learns from xczu7ev-ffvc1156-2-e, 250 MHz"));
  EXPECT_THAT(lines[1], testing::ContainsRegex("lut calibrated [0-9.]+ % \\(pooled [0-9.]+, own [0-9.]+\\)"));
}

TEST(ModelSet, BorrowsAKindThatItHasNoRowsOfAndSaysSo) {
  Dataset first = layers(LayerKind::Dense, kWidths, smooth, 1);
  const Dataset lstm = layers(LayerKind::Lstm, {16, 32}, smooth, 1);
  first.insert(first.end(), lstm.begin(), lstm.end());
  const auto set = two(first, layers(LayerKind::Dense, {16, 64}, smooth, 0.6));
  const hls4ml::LayerShape shape{LayerKind::Lstm, 16, 16, 1, 8};
  const Estimate estimate = set.models()[1].estimate(shape, 16);
  EXPECT_EQ(estimate.cost.lut, set.models()[0].predict(shape, 16).lut);
  EXPECT_EQ(estimate.support, Support::Extrapolated);
  EXPECT_FALSE(estimate.interval);
  EXPECT_EQ(set.models()[1].support_reasons(shape, 16).front(),
            "lstm: no rows of this context, as of xczu7ev-ffvc1156-2-e, 250 MHz, Vivado HLS 2019.1, io_stream, "
            "Resource, ap_fixed<16,8>");
  EXPECT_TRUE(set.models()[1].estimate(kDenseOfSets, 16).interval);
}

TEST(ModelSet, LearnsAKindThatOnlyTheOtherContextHas) {
  const auto set = two(layers(LayerKind::Dense, kWidths, smooth, 1), layers(LayerKind::Lstm, {16, 32}, smooth, 2));
  EXPECT_NEAR(set.models()[1].predict({LayerKind::Lstm, 16, 16, 1, 8}, 16, Target::Lut) / (2 * smooth(16, 16, 16)), 1,
              0.05);
  EXPECT_FALSE(set.models()[0].covers(LayerKind::Lstm));
}

TEST(ModelSet, FitsTheSameBytesOnAnyNumberOfThreads) {
  const Dataset first = layers(LayerKind::Dense, kWidths, smooth, 1);
  const Dataset second = layers(LayerKind::Dense, kWidths, other, 1);
  EXPECT_EQ(ModelFile::to_bytes(two(first, second, {.threads = 1}).models()),
            ModelFile::to_bytes(two(first, second, {.threads = 3}).models()));
}

TEST(ModelSet, OfOneContextIsTheModelItself) {
  const Dataset data = layers(LayerKind::Dense, kWidths, smooth, 1);
  const auto set = ModelSet::fit({{kFirst, data, {}}}, "one", "test");
  Provenance provenance = ntorc_provenance();
  provenance.name = "one";
  provenance.source = "test";
  EXPECT_EQ(ModelFile::to_bytes(set.models()), ModelFile::to_bytes({PerformanceModel::fit(data, provenance)}));
}

TEST(ModelSetFile, GivesBackEveryContextAsItWas) {
  const test::TemporaryDir dir;
  const auto file = dir.path() / "m.perf";
  calibrated_pair().save(file);
  const ModelSet loaded = ModelSet::load(file);
  ASSERT_EQ(loaded.models().size(), 2U);
  for (std::size_t m = 0; m < 2; ++m) {
    for (const std::int64_t reuse : {4, 8, 16}) {
      const Estimate then = calibrated_pair().models()[m].estimate(kDenseOfSets, reuse);
      const Estimate now = loaded.models()[m].estimate(kDenseOfSets, reuse);
      for (const Target target : kTargets) {
        EXPECT_EQ(now.cost[target], then.cost[target]);
        EXPECT_EQ(now.interval.value().high[target], then.interval.value().high[target]);
      }
      EXPECT_EQ(now.support, then.support);
    }
  }
  EXPECT_EQ(loaded.summary(), calibrated_pair().summary());
  loaded.save(dir.path() / "again.perf");
  EXPECT_EQ(test::read_all(dir.path() / "again.perf"), test::read_all(file));
}

TEST(ModelSetFile, HoldsAForestOnceHoweverManyContextsHaveIt) {
  const auto& models = calibrated_pair().models();
  const std::size_t first = ModelFile::to_bytes({models[0]}).size();
  std::size_t own = 0;
  for (const TargetModel& target : ModelFile::data(models[1])->kinds.at(LayerKind::Dense).targets)
    own += target.forest.nodes.size_bytes();
  ASSERT_GT(own, 0U);
  const std::size_t header_of_second = 6'000;
  EXPECT_LT(ModelFile::to_bytes(models).size(), first + header_of_second);
}

TEST(ModelSetFile, OfSeveralContextsIsNoSingleModel) {
  const test::TemporaryDir dir;
  calibrated_pair().save(dir.path() / "m.perf");
  EXPECT_THAT(test::message_of<ParseError>([&] { PerformanceModel::load(dir.path() / "m.perf"); }),
              testing::EndsWith("m.perf: expected a model of one context, found 2"));
  PerformanceModel::default_model().save(dir.path() / "one.perf");
  EXPECT_EQ(ModelSet::load(dir.path() / "one.perf").models().size(), 1U);
}

std::string with_checksum(std::string bytes) {
  const auto sum = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size() - 4)));
  std::memcpy(bytes.data() + bytes.size() - 4, &sum, 4);
  return bytes;
}

std::string complaint_with(std::string_view from, std::string_view to) {
  std::string bytes = ModelFile::to_bytes(calibrated_pair().models());
  EXPECT_EQ(from.size(), to.size());
  bytes.replace(bytes.find(from), from.size(), to);
  return test::message_of<ParseError>([&] { ModelFile::read_all(with_checksum(bytes), "m.perf"); });
}

TEST(ModelSetFile, IsRefusedWithKeysAndValuesThatItDoesNotKnow) {
  EXPECT_THAT(complaint_with("\"contexts\"", "\"contests\""), testing::StartsWith("m.perf: /contests: "));
  EXPECT_THAT(complaint_with("\"first_nodes\"", "\"first_modes\""), testing::StartsWith("m.perf: /contexts/0/kinds/0"));
  EXPECT_THAT(complaint_with("\"way\":\"calibrated\"", "\"way\":\"calibrateg\""),
              testing::HasSubstr("way: expected calibrated, pooled or own, got \"calibrateg\""));
  EXPECT_THAT(complaint_with("\"base\":\"", "\"bass\":\""), testing::StartsWith("m.perf: /contexts/1/bass: "));
}

TEST(ModelSetFile, IsReadOrRefusedWhateverItsBytes) {
  const std::string whole = ModelFile::to_bytes(calibrated_pair().models());
  std::mt19937_64 random(9);
  int refused = 0;
  for (int trial = 0; trial < 1'500; ++trial) {
    std::string bytes = whole;
    const bool in_header = random() % 2 == 0;
    for (std::uint64_t i = 0; i <= random() % 3; ++i) {
      const std::size_t at = in_header ? 8 + random() % 3'000 : random() % bytes.size();
      bytes[at] = static_cast<char>(random() % 4 == 0 ? '0' + random() % 10 : random() % 256);
    }
    try {
      for (const PerformanceModel& model : ModelFile::read_all(with_checksum(bytes), "m.perf")) {
        if (model.covers(kDenseOfSets, 16)) model.estimate(kDenseOfSets, 16);
      }
    } catch (const ParseError& error) {
      ASSERT_THAT(error.what(), testing::StartsWith("m.perf: "));
      ++refused;
    }
  }
  EXPECT_GT(refused, 500);
}

TEST(ModelSet, SelectsTheOneContextThatIsMeant) {
  const ModelSet& set = calibrated_pair();
  EXPECT_EQ(&set.select({.tool = "Vitis HLS"}), &set.models()[1]);
  EXPECT_EQ(&set.select({.clock_mhz = 250}), &set.models()[0]);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { set.select({}); }),
            "performance model \"both\": 2 of its contexts could be meant: [xczu7ev-ffvc1156-2-e, 250 MHz, Vivado HLS "
            "2019.1, io_stream, Resource, ap_fixed<16,8>] [xcku115-flvb2104-2-i, 200 MHz, Vitis HLS 2022.2, io_stream, "
            "Resource, ap_fixed<16,8>]");
  EXPECT_THAT(test::message_of<InvalidArgument>([&] { set.select({.part = "xcu250-figd2104-2L-e"}); }),
              testing::StartsWith("performance model \"both\": none of its contexts is asked for: [xczu7ev"));
  EXPECT_THAT(test::message_of<InvalidArgument>([&] { set.of({.part = "xcu250"}); }),
              testing::StartsWith("performance model \"both\": has no model for this context, but for [xczu7ev"));
  EXPECT_EQ(&set.of(kSecond), &set.models()[1]);
}

TEST(ModelSet, FindsTheNearestByToolThenByPart) {
  const ModelSet& set = calibrated_pair();
  EXPECT_EQ(&set.nearest({.part = kFirst.part, .tool = "Vitis HLS 2022.2"}), &set.models()[1]);
  EXPECT_EQ(&set.nearest({.part = kFirst.part, .tool = "Vitis HLS 2024.1"}), &set.models()[1]);  // of the same maker
  EXPECT_EQ(&set.nearest({.part = kSecond.part, .tool = "Catapult 2023"}), &set.models()[1]);
  EXPECT_EQ(&set.nearest({.tool = "Catapult 2023"}), &set.models()[0]);
}

TEST(ModelSet, CalibratesTheNearestForEachContext) {
  Context third = kSecond;
  third.tool = "Vivado HLS 2020.1";
  const auto set = ModelSet(calibrated_pair().models()[0])
                       .calibrate({{third, layers(LayerKind::Dense, {16, 64}, smooth, 2), {}},
                                   {kSecond, layers(LayerKind::Dense, {16, 64}, smooth, 3), {}}},
                                  "mine", "mine.csv");
  ASSERT_EQ(set.models().size(), 2U);
  const double base = calibrated_pair().models()[0].predict(kDenseOfSets, 16, Target::Lut);
  EXPECT_NEAR(set.models()[0].predict(kDenseOfSets, 16, Target::Lut) / base, 2, 0.1);
  EXPECT_NEAR(set.models()[1].predict(kDenseOfSets, 16, Target::Lut) / base, 3, 0.2);
}

}  // namespace
}  // namespace ntorc::perf
