#include "ntorc/search/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::search {
namespace {

constexpr std::string_view kPresetAlone = "preset: strict\ndata: {dropbear: runs}\n";

std::string refusal_of(const std::string& yaml) {
  return ntorc::test::message_of<ParseError>([&] { parse_config(yaml, "c.yaml", "."); });
}

TEST(SearchConfig, TakesEverythingFromAPreset) {
  const Config config = parse_config(kPresetAlone, "c.yaml", "/data");
  EXPECT_EQ(config.data.dropbear, "/data/runs");
  EXPECT_EQ(config.data.split.kind, signal::SplitKind::Runs);
  EXPECT_EQ(config.data.output, Output::Value);
  EXPECT_EQ(config.training.loss, train::Loss::Huber);
  EXPECT_EQ(config.search.repeats, 3);
  EXPECT_EQ(config.space.stages.size(), 2u);
}

TEST(SearchConfig, ChangesKeysOfAPreset) {
  const Config config = parse_config(
      "search: {trials: 7, reference: [0.25, 700000]}\npreset: ntorc-code\ndata: {dropbear: runs, scaling: range}\n",
      "c.yaml", ".");
  EXPECT_EQ(config.search.trials, 7);
  EXPECT_EQ(config.search.reference_point, (std::vector<double>{0.25, 700000}));
  EXPECT_EQ(config.search.batch, 1);  // the preset's
  EXPECT_EQ(config.data.scaling, signal::ScalingKind::Range);
  EXPECT_EQ(config.data.split.kind, signal::SplitKind::Tail);
  EXPECT_EQ(config.cost.kind, CostKind::NtorcCode);
}

TEST(SearchConfig, HasPresetsThatAreWhole) {
  for (const char* const name : {"ntorc-paper", "ntorc-code", "strict"}) {
    const Config config = parse_config(std::string("preset: ") + name + "\ndata: {dropbear: runs}\n", "c.yaml", ".");
    config.space.validate();
    EXPECT_EQ(config.training.epochs, name == std::string_view("strict") ? 20 : 45);
    EXPECT_EQ(config.training.batch, 32) << name;
  }
  EXPECT_EQ(ntorc::test::message_of<InvalidArgument>([] { preset("best"); }),
            "preset: expected ntorc-paper, ntorc-code or strict, found best");
}

TEST(SearchConfig, ReadsChoicesInTheirThreeForms) {
  const Config config = parse_config(R"yaml(
data: {tables: [a.csv, b.csv], time: t, inputs: [x, y], label: z}
space:
  window: 64
  layers:
    - conv1d: {size: [8, 4], kernel: {from: 3, to: 8, step: 2}, each: [size, kernel], pooling: average}
    - {lstm: {size: {from: 2, to: 64, scale: log}}, gru: {size: 3}}
)yaml",
                                     "c.yaml", "d");
  EXPECT_EQ(config.data.tables, (std::vector<std::filesystem::path>{"d/a.csv", "d/b.csv"}));
  EXPECT_EQ(config.space.window.values, std::vector<std::int64_t>{64});
  const LayerSpace& convolutions = config.space.stages[0].kinds[0];
  EXPECT_EQ(convolutions.size.values, (std::vector<std::int64_t>{4, 8}));
  EXPECT_EQ(convolutions.kernel.values, (std::vector<std::int64_t>{3, 5, 7}));
  EXPECT_EQ(convolutions.pooling, Pooling::Average);
  EXPECT_EQ(config.space.stages[1].kinds.size(), 2u);
  EXPECT_EQ(config.space.stages[1].kinds[0].size.scale, Scale::Log);
}

TEST(SearchConfig, DropsRungsOfAPresetThatDoNotFit) {
  const std::string base(kPresetAlone);
  EXPECT_EQ(parse_config(base, "c.yaml", ".").search.rungs, std::vector<std::int64_t>{4});
  EXPECT_TRUE(parse_config(base + "training: {epochs: 3}\n", "c.yaml", ".").search.rungs.empty());
  EXPECT_TRUE(parse_config(base + "search: {rungs: []}\n", "c.yaml", ".").search.rungs.empty());
}

TEST(SearchConfig, ReadsARange) {
  const Config config = parse_config("preset: strict\ndata: {dropbear: runs, range: [-1, 2.5]}\n", "c.yaml", ".");
  ASSERT_TRUE(config.data.range);
  EXPECT_EQ(config.data.range->low, -1);
  EXPECT_EQ(config.data.range->high, 2.5F);
  EXPECT_FALSE(parse_config("preset: ntorc-code\ndata: {dropbear: a, range: training}\n", "c.yaml", ".").data.range);
  EXPECT_THAT(refusal_of("preset: strict\ndata: {dropbear: a, range: [2, 1]}\n"),
              testing::HasSubstr("expected training or [low, high]"));
  EXPECT_THAT(
      refusal_of("preset: ntorc-code\ndata: {dropbear: a}\nspace: {window: 9, layers: [gru: {size: [3, 4]}]}\n"),
      testing::HasSubstr("cost: N-TORC's counts know no gru"));
}

TEST(SearchConfig, IsTheSameSearchWhenOnlyItsLengthDiffers) {
  const std::string base(kPresetAlone);
  const Config one = parse_config(base + "search: {trials: 5, cpu_hours: 1}\n", "c.yaml", ".");
  const Config two = parse_config("# longer\nsearch:\n  trials: 50\n" + base, "c.yaml", ".");
  const Config other = parse_config(base + "search: {trials: 5, seed: 2}\n", "c.yaml", ".");
  EXPECT_EQ(one.identity, two.identity);
  EXPECT_NE(one.identity, other.identity);
}

TEST(SearchConfig, SaysWhereSomethingIsWrong) {
  const std::string data = "data: {dropbear: runs}\n";
  EXPECT_THAT(refusal_of(data), testing::HasSubstr("space: expected one or a preset, found none"));
  EXPECT_THAT(refusal_of("preset: best\n"),
              testing::StartsWith("c.yaml:1:9: preset: expected ntorc-paper, ntorc-code or strict, found best"));
  EXPECT_THAT(refusal_of("preset: strict\n"), testing::HasSubstr("data: expected one of dropbear and tables"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "sampler: grid\n"),
              testing::StartsWith("c.yaml:3:1: expected one of the keys cost, data,"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "search: {sampler: grid}\n"),
              testing::StartsWith("c.yaml:3:19: expected bayesian or nsga2 or sobol or random, found grid"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "search: {rungs: [20]}\n"),
              testing::HasSubstr("search.rungs: expected ascending epochs below 20, found 20"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "cost: {of: lut}\n"), testing::HasSubstr("expected a latency"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "cost: {of: watts}\n"), testing::HasSubstr("found watts"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "cost: {latency: 200}\n"), testing::StartsWith("c.yaml:3:17: "));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "training: {loss: cross-entropy}\n"),
              testing::HasSubstr("expected cross-entropy with output: classes"));
  EXPECT_THAT(refusal_of("preset: ntorc-paper\ndata: {dropbear: runs, overlap: 0.5}\n"),
              testing::HasSubstr("overlap: expected 0 with a shuffled split"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "space: {window: {from: 9, to: 3}, layers: []}\n"),
              testing::HasSubstr("expected from and to, from <= to"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "space: {window: 9, layers: [conv2d: {size: 3}]}\n"),
              testing::HasSubstr("expected one of the keys conv1d, dense, gru, lstm, found conv2d"));
  EXPECT_THAT(refusal_of("preset: strict\n" + data + "space: {window: 9, layers: [dense: {size: 3, kernel: 3}]}\n"),
              testing::HasSubstr("expected one of the keys activation, each, repeat, size, found kernel"));
  EXPECT_THAT(refusal_of("preset: [strict\n"), testing::HasSubstr("expected YAML"));
}

}  // namespace
}  // namespace ntorc::search
