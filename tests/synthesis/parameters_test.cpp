#include "synthesis/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "fixtures.hpp"
#include "synthesis/owner.hpp"
#include "synthesis/projects.hpp"

namespace ntorc::synthesis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Firmware firmware_of(std::string_view parameters, std::string_view defines = "", std::string_view cpp = "") {
  return parse_firmware({parameters, "parameters.h"}, {defines, "defines.h"}, {cpp, "myproject.cpp"}, "myproject");
}

TEST(Parameters, ReadsTheMembersOfAStructAndTheLayerAboveIt) {
  const Firmware firmware = firmware_of(
      "// hls-fpga-machine-learning insert layer-config\n// fc1\nstruct config2 : nnet::dense_config {\n"
      "    static const unsigned n_in = 2*8; // 16\n    typedef fc1_weight_t weight_t;\n};\nstruct other {\n};\n",
      "typedef ap_fixed<16, 6> model_default_t;\ntypedef model_default_t fc1_weight_t;\n");
  ASSERT_EQ(firmware.configs.size(), 2U);
  const ConfigStruct& config = firmware.configs[0];
  EXPECT_EQ(config.name, "config2");
  EXPECT_EQ(config.base, "dense_config");
  EXPECT_EQ(config.layer, "fc1");
  EXPECT_EQ(firmware.field(config, "n_in"), 16);
  EXPECT_EQ(firmware.resolved(config.types.at("weight_t")), "ap_fixed<16,6>");
  EXPECT_EQ(firmware.configs[1].layer, "");
  EXPECT_THAT(firmware.complaints, IsEmpty());
}

TEST(Parameters, EvaluatesMacrosProductsAndRoundedQuotients) {
  const Firmware firmware = firmware_of(
      "struct config1 : nnet::conv1d_config {\n    static const unsigned a = N_INPUT_1_1*N_INPUT_2_1;\n"
      "    static const unsigned b = (a + 1) / 2 - 3;\n    static const unsigned c = DIV_ROUNDUP(a * 2, 7);\n"
      "    static const unsigned d = config1::b % 4;\n    static const unsigned e = N_UNKNOWN;\n"
      "    static const unsigned f = 1 / 0;\n    static const unsigned g = 9223372036854775807 + 1;\n};\n",
      "#define N_INPUT_1_1 10\n#define N_INPUT_2_1 3 // channels\n");
  const ConfigStruct& config = firmware.configs.at(0);
  EXPECT_EQ(firmware.field(config, "a"), 30);
  EXPECT_EQ(firmware.field(config, "b"), 12);
  EXPECT_EQ(firmware.field(config, "c"), 9);
  EXPECT_EQ(firmware.field(config, "d"), 0);
  EXPECT_FALSE(firmware.field(config, "e"));
  EXPECT_FALSE(firmware.field(config, "f"));
  EXPECT_FALSE(firmware.field(config, "g"));
}

TEST(Parameters, EndsWithConstantsThatNameThemselvesOrEachOtherTwice) {
  std::string defines = "#define A A\n#define B0 1\n";
  for (int i = 1; i < 64; ++i) defines += fmt::format("#define B{0} B{1} + B{1}\n", i, i - 1);
  const Firmware firmware = firmware_of("", defines + "typedef loop_t loop_t;\n");
  EXPECT_FALSE(firmware.value("A"));
  EXPECT_FALSE(firmware.value("B63"));
  EXPECT_EQ(firmware.value("B3"), 8);
  EXPECT_EQ(firmware.resolved("loop_t"), "loop_t");
  EXPECT_FALSE(firmware.value(std::string(100000, '(')));
  EXPECT_FALSE(firmware.value(std::string(100000, '-')));
}

TEST(Parameters, ReadsTheCallsOfTheTopFunctionInTheirOrder) {
  const Firmware firmware = firmware_of("", "",
                                        "void myproject(\n    input_t x[N_INPUT_1_1],\n    result_t y[3]\n) {\n"
                                        "    nnet::load_weights_from_txt<weight2_t, 48>(w2, \"w2.txt\");\n"
                                        "    nnet::dense<input_t, nnet::array<ap_fixed<8,4>, 2*1>, config2>(x, layer2_out, w2, b2); // fc1\n\n"
                                        "    // both\n    nnet::clone_stream<a_t, a_t, 16>(layer2_out, layer3_cpy1, layer3_cpy2);\n}\n");
  ASSERT_EQ(firmware.calls.size(), 2U);
  EXPECT_EQ(firmware.calls[0].function, "dense");
  EXPECT_EQ(firmware.calls[0].layer, "fc1");
  EXPECT_THAT(firmware.calls[0].types, ElementsAre("input_t", "nnet::array<ap_fixed<8,4>, 2*1>", "config2"));
  EXPECT_THAT(firmware.calls[0].operands, ElementsAre("x", "layer2_out", "w2", "b2"));
  EXPECT_EQ(firmware.calls[1].layer, "both");
  EXPECT_THAT(firmware.parameters, ElementsAre("x", "y"));
  EXPECT_FALSE(firmware.streams);
}

TEST(Parameters, SaysWhichFileIsCut) {
  const Firmware open = firmware_of("struct config2 : nnet::dense_config {\n    static const unsigned n_in = 4;\n");
  EXPECT_THAT(open.configs, IsEmpty());
  EXPECT_THAT(open.complaints, ElementsAre("parameters.h: line 1: expected struct config2 to be closed, found the end"));
  const Firmware guard = firmware_of("", "#ifndef DEFINES_H_\n#define DEFINES_H_\n#define N 4\n");
  EXPECT_THAT(guard.complaints, ElementsAre("defines.h: line 3: expected #endif, found the end"));
  const Firmware calls = firmware_of("", "", "void myproject() {\n    nnet::relu<a, b, relu_config3>(x, y); // r\n");
  EXPECT_THAT(calls.complaints, ElementsAre("myproject.cpp: line 2: expected }, found the end"));
}

/// What a struct of parameters.h and a call make of config2.
Owner owner_of(std::string_view parameters, std::string_view cpp, std::string_view module, std::string_view defines = "") {
  const Firmware firmware = firmware_of(parameters, defines, cpp);
  return Owners(firmware).owner(module);
}

TEST(Owner, OfARecurrentLayerHasAReuseFactorForEachMatrix) {
  const std::string parameters = test::dense_struct(2, "lstm_1", 16, 60, 4, "_1") + test::dense_struct(2, "", 15, 60, 3, "_2") +
                                 "struct tanh_config2 : nnet::activ_config {\n    static const unsigned n_in = 15;\n};\n"
                                 "struct config2 : nnet::lstm_config {\n    static const unsigned n_in  = 16;\n"
                                 "    static const unsigned n_state = 15;\n    static const unsigned n_sequence = 8;\n"
                                 "    static const unsigned io_type = nnet::resource;\n};\n";
  const Owner owner = owner_of(parameters, "", "lstm_stack_ap_fixed_ap_fixed_config2_s");
  ASSERT_EQ(owner.role, perf::Role::Layer) << owner.reason;
  EXPECT_EQ(owner.name, "lstm_1");
  EXPECT_EQ(*owner.shape, (hls4ml::LayerShape{model::LayerKind::Lstm, 16, 15, 1, 8}));
  EXPECT_THAT(owner.reuse, ElementsAre(4, 3));
  EXPECT_EQ(owner.strategy, "Resource");
}

TEST(Owner, OfTheFirstReleasesHasNoNameAndSharesItsNumberWithItsActivation) {
  const std::string parameters =
      "#define Y_INPUTS 4\nstruct config1 : nnet::conv1d_config {\n\tstatic const unsigned y_in = Y_INPUTS;\n"
      "\tstatic const unsigned n_chan = 6;\n\tstatic const unsigned y_filt = 2;\n\tstatic const unsigned n_filt = 3;\n"
      "\tstatic const unsigned reuse_factor = 1;\n};\nstruct relu_config1 : nnet::activ_config {\n};\n";
  const std::string cpp =
      "void myproject(input_t data[24]) {\n  nnet::conv_1d<input_t, layer1_t, config1>(data, c1, w1, b1);\n"
      "  nnet::relu<layer1_t, layer1_t, relu_config1>(c1, layer1_out);\n}\n";
  const Owner conv = owner_of(parameters, cpp, "conv_1d_ap_fixed_config1_s");
  ASSERT_EQ(conv.role, perf::Role::Layer) << conv.reason;
  EXPECT_EQ(conv.name, "config1");
  EXPECT_EQ(*conv.shape, (hls4ml::LayerShape{model::LayerKind::Conv1D, 6, 3, 2, 4}));
  const Owner relu = owner_of(parameters, cpp, "relu_ap_fixed_relu_config1_s");
  EXPECT_EQ(relu.role, perf::Role::Node) << relu.reason;
  EXPECT_EQ(relu.name, "relu_config1");
}

TEST(Owner, IsNoneForWhatHasNoShapeAndSaysWhy) {
  EXPECT_THAT(owner_of(test::dense_struct(2, "a", 4, 4, 1), "", "dense_config9_s").reason, "parameters.h has no config9");
  EXPECT_THAT(owner_of("struct config2 : nnet::conv2d_config {\n};\n", "", "depthwise_conv_2d_cl_config2_s").reason,
              "depthwise_conv_2d_cl has no shape of one matrix");
  EXPECT_THAT(owner_of("struct config2 : nnet::dense_config {\n static const unsigned n_in = N;\n};\n", "", "dense_config2_s").reason,
              "config2 has no n_in that can be read");
  EXPECT_THAT(owner_of("struct config2 : nnet::dense_config {\n static const unsigned n_in = 4;\n static const unsigned n_out = 4;\n};\n",
                       "", "dense_config2_s")
                  .reason,
              "config2 has no reuse_factor that can be read");
  EXPECT_EQ(owner_of("", "", "dense_config2_s").role, perf::Role::Unmapped);
}

TEST(Owner, IsNoneWhereTheFirmwareWasWrittenAnewAfterSynthesis) {
  const Owner owner = owner_of(test::dense_struct(3, "fc", 4, 4, 1),
                               "void myproject() {\n  nnet::dense<a, b, config3>(x, y, w3, b3); // fc\n}\n",
                               "relu_array_array_ap_fixed_8u_relu_config3_s");
  EXPECT_EQ(owner.role, perf::Role::Unmapped);
  EXPECT_THAT(owner.reason, HasSubstr("is of dense in the firmware, the module of relu"));
}

Instance instance_of(std::string name, std::string module) {
  Instance instance;
  instance.name = std::move(name);
  instance.module = std::move(module);
  return instance;
}

/// Dense layers whose modules have lost their numbers, as Vivado HLS names clones with io_parallel.
std::vector<Instance> numberless(std::initializer_list<std::pair<const char*, int>> units) {
  std::vector<Instance> instances;
  for (const auto& [module, unit] : units) {
    instances.push_back(instance_of(fmt::format("grp_{}_fu_{}", module, unit), module));
  }
  return instances;
}

const std::string kThreeDense = test::dense_struct(2, "fc1", 16, 64, 2) + test::dense_struct(5, "fc2", 64, 32, 2) +
                                test::dense_struct(8, "fc3", 32, 32, 2);
const std::string kThreeCalls =
    "void myproject(input_t x[16], result_t y[32]) {\n  nnet::dense<a, b, config2>(x, l2, w2, b2); // fc1\n"
    "  nnet::dense<a, b, config5>(l2, l5, w5, b5); // fc2\n  nnet::dense<a, b, config8>(l5, y, w8, b8); // fc3\n}\n";

TEST(Owners, KnowNumberlessClonesByTheirOperandsAlone) {
  const Firmware firmware = firmware_of(kThreeDense, "", kThreeCalls);
  const auto owners = Owners(firmware).owners(
      numberless({{"dense_latency_0_0_1", 97}, {"dense_latency_0_0_s", 165}, {"dense_latency_0_0", 171}, {"relu_config4_s", 207}}));
  EXPECT_EQ(owners[0].name, "fc2");  // 97 + 64 + 4 = 165
  EXPECT_EQ(owners[1].name, "fc1");  // its input is one word
  EXPECT_EQ(owners[2].name, "fc3");  // 171 + 32 + 4 = 207
}

TEST(Owners, LeaveNumberlessClonesOpenThatMayBeEither) {
  const Firmware firmware = firmware_of(kThreeDense + test::dense_struct(9, "fc4", 32, 32, 2), "",
                                        kThreeCalls.substr(0, kThreeCalls.size() - 2) +
                                            "  nnet::dense<a, b, config9>(y, z, w9, b9); // fc4\n}\n");
  const auto owners = Owners(firmware).owners(numberless({{"dense_latency_0_0_1", 97},
                                                          {"dense_latency_0_0_s", 165},
                                                          {"dense_latency_0_0", 171},
                                                          {"dense_latency_0_0_2", 207},
                                                          {"relu_config4_s", 243}}));
  for (const Owner& owner : owners) EXPECT_NE(owner.role, perf::Role::Layer) << owner.name;
}

TEST(Owners, MatchClonesOfOneSizeWithTheirCalls) {
  const Firmware firmware = firmware_of(kThreeDense, "",
                                        "void myproject(hls::stream<t> &x) {\n"
                                        "  nnet::clone_stream<t, t, 64>(x, a1, a2); // clone_x\n"
                                        "  nnet::clone_stream<t, t, 128>(a1, b1, b2); // clone_a\n}\n");
  const auto owners = Owners(firmware).owners({instance_of("c0", "clone_stream_array_t_8u_128_s"), instance_of("c1", "clone_stream_array_t_8u_64_s")});
  EXPECT_EQ(owners[0].name, "clone_a");
  EXPECT_EQ(owners[1].name, "clone_x");
  EXPECT_EQ(owners[0].node_kind, hls4ml::NodeKind::Clone);
}

TEST(Owners, NameTheWriterOfAStream) {
  const Firmware firmware = firmware_of(kThreeDense, "", kThreeCalls);
  const Owners owners(firmware);
  EXPECT_EQ(owners.writer("l5").name, "fc2");
  EXPECT_EQ(owners.stream_of("l5_V_data_31_V_U"), "l5");
  EXPECT_EQ(owners.stream_of("layer9_out_V_data_0_V_U"), "layer9_out");
  EXPECT_EQ(owners.writer("layer9_out").name, "layer9_out");
}

TEST(ProjectTcl, GivesTheValuesThatAreSet) {
  const auto values = parse_project_tcl("variable part\r\nset part \"xc7z020-clg400-1\"\r\nset clock_period 5\nset\nset x\n");
  EXPECT_EQ(values.at("part"), "xc7z020-clg400-1");
  EXPECT_EQ(values.at("clock_period"), "5");
  EXPECT_EQ(values.size(), 2U);
}

/// The three files of a project, for damage.
struct Sources {
  std::string parameters;
  std::string defines;
  std::string cpp;
};

Sources whole_sources() {
  const test::TemporaryDir folder;
  test::write_firmware(folder.path());
  return {test::read_all(folder.path() / "firmware/parameters.h"), test::read_all(folder.path() / "firmware/defines.h"),
          test::read_all(folder.path() / "firmware/myproject.cpp")};
}

/// Reads damaged files as break_down does; whatever comes out must hold together.
void expect_sound(const Sources& sources) {
  const Firmware firmware = firmware_of(sources.parameters, sources.defines, sources.cpp);
  const Owners owners(firmware);
  for (const char* const module :
       {"conv_1d_cl_array_config2_s", "relu_array_relu_config3_s", "dense_array_config4_s", "zeropad1d_cl_config6_s"}) {
    const Owner owner = owners.owner(module);
    if (owner.role != perf::Role::Layer) continue;
    ASSERT_TRUE(owner.shape);
    EXPECT_TRUE(hls4ml::fits(*owner.shape));
    EXPECT_EQ(owner.reuse.size(), hls4ml::matrices(*owner.shape).size());
  }
  owners.stream_of("layer2_out_V_data_0_V_U");
  owners.strategy();
}

TEST(Parameters, HoldTogetherWhereverTheyAreCut) {
  const Sources whole = whole_sources();
  for (std::size_t end = 0; end < whole.parameters.size(); ++end) {
    expect_sound({whole.parameters.substr(0, end), whole.defines, whole.cpp});
    // A struct that is cut is left out; one that is whole stays what it was.
    const Firmware firmware = firmware_of(whole.parameters.substr(0, end), whole.defines, whole.cpp);
    EXPECT_FALSE(firmware.complaints.empty() && end > 32 && end + 8 < whole.parameters.size()) << end;
  }
  for (std::size_t end = 0; end < whole.cpp.size(); ++end) {
    expect_sound({whole.parameters, whole.defines, whole.cpp.substr(0, end)});
  }
  for (std::size_t end = 0; end < whole.defines.size(); ++end) {
    expect_sound({whole.parameters, whole.defines.substr(0, end), whole.cpp});
  }
}

TEST(Parameters, HoldTogetherWithAnyByteChanged) {
  std::mt19937 random(7);
  const Sources whole = whole_sources();
  for (int round = 0; round < 3000; ++round) {
    Sources damaged = whole;
    for (std::string* const text : {&damaged.parameters, &damaged.defines, &damaged.cpp}) {
      for (int flips = 0; flips < 3; ++flips) (*text)[random() % text->size()] = static_cast<char>(random() % 256);
    }
    expect_sound(damaged);
  }
}

}  // namespace
}  // namespace ntorc::synthesis
