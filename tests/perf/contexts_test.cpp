#include "ntorc/perf/contexts.hpp"

#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/reuse.hpp"

namespace ntorc::perf {
namespace {

using model::LayerKind;
using testing::ElementsAre;

const Context kMine{"xcku115-flvb2104-2-i", 200, "Vivado HLS 2019.2", "0.8.1", "io_stream", "Resource",
                    "ap_fixed<16,6>"};

Record layer(const Context& context, std::int64_t inputs = 16, double lut = 100) {
  Record record;
  record.shape = hls4ml::LayerShape{LayerKind::Dense, inputs, 8, 1, 1};
  record.reuse = {4};
  record[Target::Lut] = lut;
  record.context = context;
  return record;
}

Context with(const std::function<void(Context&)>& change) {
  Context context = kMine;
  change(context);
  return context;
}

TEST(Contexts, AreSetApartByAllButTheReleaseOfHls4ml) {
  std::vector<Record> records{layer(kMine), layer(kMine, 32), layer(with([](Context& c) { c.hls4ml = "1.0.0"; }), 64)};
  records.push_back(layer(with([](Context& c) { c.part = "XCKU115FLVB2104-2-I"; }), 8));
  records.push_back(layer(with([](Context& c) { c.tool = "Vitis HLS 2022.2"; })));
  const Learnable found = learnable(records);
  ASSERT_EQ(found.contexts.size(), 2U);
  EXPECT_EQ(to_string(found.contexts[0].context),
            "xcku115-flvb2104-2-i, 200 MHz, Vivado HLS 2019.2, io_stream, Resource, ap_fixed<16,6>");
  EXPECT_EQ(found.contexts[0].layers.size(), 4U);
  EXPECT_THAT(found.contexts[0].releases, ElementsAre("0.8.1", "1.0.0"));
  EXPECT_EQ(found.contexts[1].context.tool, "Vitis HLS 2022.2");
  EXPECT_THAT(found.left_out, ElementsAre());
}

TEST(Contexts, BeginWithTheOneOfTheMostConfigurationsHoweverManyRowsRepeat) {
  const Context other = with([](Context& c) { c.clock_mhz = 100; });
  std::vector<Record> records(10, layer(kMine));
  records.push_back(layer(other));
  records.push_back(layer(other, 32));
  EXPECT_EQ(learnable(records).contexts.front().context.clock_mhz, 100);
}

TEST(Contexts, AreLeftOutWithTheirRowsIfTheyCannotBeLearnt) {
  const Context latency = with([](Context& c) { c.strategy = "Latency"; });
  const Context nowhere = with([](Context& c) { c.part.clear(); });
  std::vector<Record> records{layer(kMine), layer(latency), layer(latency, 32), layer(nowhere)};
  records.push_back(layer(kMine, 3));  // no reuse factor of 4 with 3 inputs
  records.back().reuse = {2};
  records.push_back(layer(kMine, 64));
  records.back()[Target::Lut].reset();
  EXPECT_THAT(
      learnable(records).left_out,
      testing::UnorderedElementsAre(
          "xcku115-flvb2104-2-i, 200 MHz, Vivado HLS 2019.2, io_stream, Latency, ap_fixed<16,6>: 2 rows left out: "
          "strategy: expected Resource, the only one that is learnt",
          "?, 200 MHz, Vivado HLS 2019.2, io_stream, Resource, ap_fixed<16,6>: 1 row left out: the part is not known",
          "xcku115-flvb2104-2-i, 200 MHz, Vivado HLS 2019.2, io_stream, Resource, ap_fixed<16,6>: 1 row left out: "
          "without a figure",
          "xcku115-flvb2104-2-i, 200 MHz, Vivado HLS 2019.2, io_stream, Resource, ap_fixed<16,6>: 1 row left out: no "
          "setting of hls4ml leads to their reuse factors"));
}

TEST(Contexts, TakeLayersAtTheStageOfCSynthesisAlone) {
  std::vector<Record> records{layer(kMine), layer(kMine, 32)};
  records[1].role = Role::Unmapped;
  records.push_back(layer(kMine, 64));
  records.back().stage = Stage::Logic;
  const Learnable found = learnable(records);
  ASSERT_EQ(found.contexts.size(), 1U);
  EXPECT_EQ(found.contexts[0].layers.size(), 1U);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { learnable(records, {}, Stage::Logic); }),
            "stage logic: its 1 rows are totals of designs; a performance model is of layers as C synthesis estimates "
            "them");
}

TEST(Contexts, AreRefusedIfNothingIsLeft) {
  const std::vector<Record> records{layer(with([](Context& c) { c.strategy = "Latency"; }))};
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { learnable(records); }),
            "dataset: expected layers that can be learnt, found 1 rows that cannot: xcku115-flvb2104-2-i, 200 MHz, "
            "Vivado HLS 2019.2, io_stream, Latency, ap_fixed<16,6>: 1 row left out: strategy: expected Resource, the "
            "only one that is learnt");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { learnable(records, {.part = "xcu250"}); }),
            "dataset: expected layers that can be learnt, found no row of a layer that is asked for");
}

TEST(ContextFilter, LetsThroughWhatIsAskedFor) {
  EXPECT_TRUE(ContextFilter{}.passes(kMine));
  EXPECT_TRUE((ContextFilter{.part = "XCKU115-FLVB2104-2-I"}).passes(kMine));
  EXPECT_TRUE((ContextFilter{.tool = "Vivado HLS"}).passes(kMine));
  EXPECT_TRUE((ContextFilter{.clock_mhz = 200.01}).passes(kMine));
  EXPECT_FALSE((ContextFilter{.clock_mhz = 201}).passes(kMine));
  EXPECT_FALSE((ContextFilter{.tool = "Vitis HLS"}).passes(kMine));
  EXPECT_FALSE((ContextFilter{.io_type = "io_parallel"}).passes(kMine));
  EXPECT_FALSE((ContextFilter{.precision = "ap_fixed<16,8>"}).passes(kMine));
}

std::vector<std::int64_t> effective(const hls4ml::LayerShape& shape, std::int64_t asked) {
  std::vector<std::int64_t> factors;
  for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape))
    factors.push_back(hls4ml::snapped_reuse_factor(matrix, asked));
  return factors;
}

TEST(AskedReuse, LeadsToTheFactorsThatWereBuiltWhicheverSettingTheyCameFrom) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 300; ++trial) {
    const LayerKind kind = std::array{LayerKind::Lstm, LayerKind::Gru, LayerKind::Dense}[random() % 3];
    const auto extent = [&] { return static_cast<std::int64_t>(1 + random() % 20); };
    const hls4ml::LayerShape shape{kind, extent(), extent(), 1, kind == LayerKind::Dense ? 1 : 8};
    for (std::int64_t asked = 1; asked < 200; ++asked) {
      const auto built = effective(shape, asked);
      const auto again = asked_reuse(shape, built);
      ASSERT_TRUE(again);
      EXPECT_EQ(effective(shape, *again), built);
    }
  }
}

TEST(AskedReuse, IsNoneForFactorsThatNoSettingLeadsTo) {
  const hls4ml::LayerShape lstm{LayerKind::Lstm, 16, 16, 1, 8};
  EXPECT_EQ(asked_reuse(lstm, {16, 32}), std::nullopt);  // matrices of one shape get one factor
  EXPECT_EQ(asked_reuse(lstm, {16}), std::nullopt);
  EXPECT_EQ(asked_reuse(lstm, {17, 17}), std::nullopt);
  EXPECT_EQ(asked_reuse(lstm, {0, 0}), std::nullopt);
  EXPECT_EQ(asked_reuse({LayerKind::Gru, 3, 128, 1, 8}, {24, 32}), 30);  // 36 is as far from 30
}

}  // namespace
}  // namespace ntorc::perf
