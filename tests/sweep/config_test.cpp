#include "ntorc/sweep/config.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "support/random.hpp"
#include "sweep/configs.hpp"

namespace ntorc::sweep {
namespace {

const std::string kDense = test::dense_family("dense: {size: 4}");

std::string refusal(const std::string& yaml) {
  return test::message_of<ParseError>([&] { parse_config(yaml, "s.yaml"); });
}

TEST(SweepConfig, ReadsEveryKey) {
  const Config config = parse_config(R"(
target: {part: zcu104, clock_mhz: 200, backend: Vitis, io_type: io_parallel, hls4ml: "1.2"}
precisions: ["ap_fixed<16, 6>", "ap_int<8>"]
strategies: [Resource, Latency, auto]
reuse: powers
max_block_factor: 100
design: {laws: 10, of: 50, seed: 7}
families:
  - name: a
    input: {steps: [16, 32], features: 2}
    layers:
      - conv1d: {repeat: [1, 2], size: 4, kernel: [3, 5], pool: [1, 2], padding: valid, activation: [relu, tanh], reuse: [1, 3]}
      - gru: {size: 8, sequences: true}
      - dense: {size: 1, activation: linear}
)",
                                     "s.yaml");
  EXPECT_EQ(config.target.part, "xczu7ev-ffvc1156-2-e");
  EXPECT_EQ(config.target.clock_mhz, 200);
  EXPECT_EQ(config.target.backend, hls4ml::Backend::Vitis);
  EXPECT_EQ(config.target.io_type, hls4ml::IoType::Parallel);
  EXPECT_EQ(config.target.dialect, emit::Hls4mlDialect::KerasJson);
  EXPECT_EQ(config.precisions, (std::vector<std::string>{"ap_fixed<16,6>", "ap_int<8>"}));
  EXPECT_EQ(config.strategies, (std::vector{Strategy::Resource, Strategy::Latency, Strategy::Auto}));
  EXPECT_EQ(config.reuse.rule, ReuseRule::Powers);
  EXPECT_EQ(config.max_block_factor, 100);
  EXPECT_EQ(config.design.kind, DesignKind::Laws);
  EXPECT_EQ(config.design.jobs, 10);
  EXPECT_EQ(config.design.candidates, 50);
  EXPECT_EQ(config.design.seed, 7u);
  ASSERT_EQ(config.families.size(), 1u);
  const Family& family = config.families[0];
  EXPECT_EQ(family.steps, (std::vector<std::int64_t>{16, 32}));
  EXPECT_EQ(family.features, (std::vector<std::int64_t>{2}));
  ASSERT_EQ(family.stages.size(), 3u);
  const Stage& conv = family.stages[0];
  EXPECT_EQ(conv.kind, model::LayerKind::Conv1D);
  EXPECT_EQ(conv.repeat, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(conv.kernel, (std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(conv.pool, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(conv.activation, (std::vector<std::string>{"relu", "tanh"}));
  EXPECT_EQ(conv.reuse, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(conv.padding, model::Padding::Valid);
  EXPECT_TRUE(family.stages[1].sequences);
  EXPECT_EQ(family.stages[1].activation, (std::vector<std::string>{"tanh"}));
}

TEST(SweepConfig, ChangesAPresetByTheOtherKeys) {
  const Config config = parse_config("target: {clock_mhz: 100}\npreset: ntorc\n", "s.yaml");
  EXPECT_EQ(config.target.clock_mhz, 100);
  EXPECT_EQ(config.families.at(0).name, "ntorc");
  EXPECT_EQ(config.reuse.factors, (std::vector<std::int64_t>{1, 2, 4, 16, 32, 64, 128, 512}));
}

TEST(SweepConfig, RefusesWithFileLineAndColumn) {
  EXPECT_EQ(refusal("reuze: legal\n" + kDense),
            "s.yaml:1:1: expected one of the keys design, families, max_block_factor, max_reuse, precisions, preset, "
            "reuse, strategies, target, found reuze");
  EXPECT_EQ(refusal("target:\n  clock: 5\n"),
            "s.yaml:2:3: expected one of the keys backend, clock_mhz, hls4ml, io_type, part, found clock");
  EXPECT_EQ(refusal(test::dense_family("dense: {size: 4, kernel: 3}")),
            "s.yaml:1:71: expected one of the keys activation, repeat, reuse, size, found kernel");
}

TEST(SweepConfig, RefusesEachKeysOwnMistakes) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"target: {part: zzz}\n", "expected an FPGA part or a board, got zzz"},
      {"target: {clock_mhz: 0}\n", "expected a number in (0, 10000], found 0"},
      {"target: {backend: Quartus}\n", "Quartus"},
      {"target: {io_type: serial}\n", "serial"},
      {"target: {hls4ml: \"1.4\"}\n", "expected 1.2 or 1.3, found 1.4"},
      {"target: 5\n", "expected a map of backend, clock_mhz, hls4ml, io_type, part, found 5"},
      {"precisions: [\"float\"]\n", "expected a precision as in ap_fixed<16,8>, found float"},
      {"precisions: [\"ap_fixed<16>; } int x\"]\n", "expected a precision"},
      {"precisions: [\"ap_int<8>\", \"ap_int<8>\"]\n", "ap_int<8> stands here twice"},
      {"strategies: [Unrolled]\n", "expected Resource, Latency or auto, found Unrolled"},
      {"strategies: []\n", "expected a list with something in it, found an empty one"},
      {"reuse: 5\n", "expected legal, powers or a list of integers, found 5"},
      {"reuse: [0]\n", "expected an integer in 1..2147483648, found 0"},
      {"reuse: [1.5]\n", "expected an integer in 1..2147483648, found 1.5"},
      {"reuse: [1, 2, 1]\n", "1 stands here twice"},
      {"max_block_factor: many\n", "expected an integer in 1..1000000000, found many"},
      {"design: random\n",
       "expected grid, {sobol: JOBS, seed: S} or {laws: JOBS, of: CANDIDATES, seed: S}, found random"},
      {"design: {seed: 1}\n", "expected one of sobol and laws"},
      {"design: {sobol: 5, laws: 5}\n", "expected one of sobol and laws"},
      {"design: {sobol: 5, of: 6}\n", "of: goes with laws alone"},
      {"design: {laws: 5, of: 4}\n", "of: expected at least 5, found 4"},
      {"design: {sobol: 0}\n", "expected an integer in 1..1000000, found 0"},
      {"design: {sobol: 5, seed: -1}\n", "found -1"},
      {"preset: mine\n", "expected ntorc or laws, got mine"},
      {"design: grid\ndesign: grid\n", "design stands here twice"},
      {"reuse:\n", "reuse: expected a value, found none"},
  };
  for (const auto& [yaml, said] : cases) {
    const std::string message = refusal(yaml + kDense);
    EXPECT_NE(message.find(said), std::string::npos) << yaml << " -> " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(SweepConfig, RefusesFamiliesThatCannotBe) {
  const auto family = [](const std::string& text) { return "families: [" + text + "]\n"; };
  const std::string dense = "layers: [dense: {size: 4}]";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"reuse: legal\n", "families: expected one or a preset, found none"},
      {"families: 3\n", "expected a list of families, found 3"},
      {family("{input: {features: 2}, " + dense + "}"), "name: expected one, found none"},
      {family("{name: a b, input: {features: 2}, " + dense + "}"), "expected at most 40 letters, digits, _ and -"},
      {family("{name: a, " + dense + "}"), "input: expected one, found none"},
      {family("{name: a, input: {features: 2}}"), "layers: expected a list of layers, found none"},
      {family("{name: a, input: {features: 2}, layers: 5}"), "expected a list of layers, found 5"},
      {family("{name: a, input: {}, " + dense + "}"), "expected steps, side or features"},
      {family("{name: a, input: {steps: 4, side: 4}, " + dense + "}"), "expected steps or side, found both"},
      {family("{name: a, input: {width: 4}, " + dense + "}"), "found width"},
      {family("{name: a, input: {features: 2}, " + dense + "}, {name: a, input: {features: 2}, " + dense + "}"),
       "a: a family of that name stands before it"},
      {family("{name: a, input: {features: 2}, layers: [pool: {size: 2}]}"),
       "expected one of the keys conv1d, conv2d, dense, gru, lstm, found pool"},
      {family("{name: a, input: {features: 2}, layers: [{dense: {size: 2}, gru: {size: 2}}]}"),
       "expected one kind of layer, found several"},
      {family("{name: a, input: {features: 2}, layers: [dense: {repeat: 2}]}"),
       "size: expected units or filters, found none"},
      {family("{name: a, input: {features: 2}, layers: [dense: {size: 4, repeat: 33}]}"), "in 0..32, found 33"},
      {family("{name: a, input: {features: 2}, layers: [dense: {size: 4, activation: swish}]}"), "found swish"},
      {family("{name: a, input: {features: 2}, layers: [dense: {size: 4, reuse: [0]}]}"), "found 0"},
      {family("{name: a, input: {features: 2}, layers: [lstm: {size: 4}]}"),
       "lstm: expected an input with steps, and no dense layer, before it"},
      {family("{name: a, input: {steps: 9}, layers: [dense: {size: 4}, gru: {size: 4}]}"), "gru: expected an input"},
      {family("{name: a, input: {steps: 9}, layers: [conv2d: {size: 4}]}"), "conv2d: expected an input with side"},
      {family("{name: a, input: {steps: 9}, layers: [lstm: {size: 4}, conv1d: {size: 4}]}"),
       "conv1d: expected sequences: true"},
      {family("{name: a, input: {steps: 9}, layers: [lstm: {size: 4, sequences: 1}]}"),
       "expected true or false, found 1"},
      {family("{name: a, input: {steps: 9}, layers: [conv1d: {size: 4, padding: causal}]}"),
       "expected same or valid, found causal"},
      {family("{name: a, input: {steps: 9}, layers: [conv1d: {size: 4, kernel: 0}]}"), "found 0"},
      {family("{name: a, input: {steps: 9}, layers: [conv1d: {size: 4, pool: x}]}"), "found x"},
      {"a: [1\n", "expected YAML"},
      {"reuse: legal\n---\nreuse: legal\n", "expected one YAML document, found more"},
      {"", "s.yaml:1:1: expected"},
      {"[]\n", "expected a map of"},
  };
  for (const auto& [yaml, said] : cases) {
    const std::string message = refusal(yaml);
    EXPECT_NE(message.find(said), std::string::npos) << yaml << " -> " << message;
    EXPECT_EQ(message.rfind("s.yaml:", 0), 0u) << message;
  }
}

TEST(SweepConfig, TakesOrRefusesAnyBytes) {
  support::Random random(1);
  int taken = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    std::string text = trial % 2 == 0 ? test::kMixed : std::string(preset("laws"));
    for (std::uint64_t edits = 1 + random.bits() % 4; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = random.bits() % text.size();
      switch (random.bits() % 4) {
        case 0:
          text[at] = static_cast<char>(random.bits());
          break;
        case 1:
          text.erase(at, random.bits() % 20);
          break;
        case 2:
          text.insert(at, text.substr(random.bits() % text.size(), random.bits() % 30));
          break;
        default:
          text[at] = "{}[]:,&*!|>'\"#-? \n\t0"[random.bits() % 20];
      }
    }
    try {
      parse_config(text, "s.yaml");
      ++taken;
    } catch (const ParseError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("s.yaml:", 0), 0u) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(taken, 50);
  EXPECT_LT(taken, 3900);
}

}  // namespace
}  // namespace ntorc::sweep
