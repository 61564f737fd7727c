#include "synthesis/module_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "fixtures.hpp"

namespace ntorc::synthesis {
namespace {

using hls4ml::NodeKind;

TEST(ModuleName, CarriesTheFunctionAndTheNumberOfItsConfigStruct) {
  const ModuleName dense = parse_module_name("dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_s");
  EXPECT_EQ(dense.function, "dense");
  EXPECT_EQ(dense.number, 2);
  EXPECT_EQ(parse_module_name("leaky_relu_array_array_LeakyReLU_config10_254").number, 10);
  EXPECT_EQ(parse_module_name("lstm_stack_array_array_ap_fixed_15u_config12_false_s").number, 12);
  EXPECT_EQ(parse_module_name("dense_resource_rf_leq_nin_ap_fixed_ap_fixed_config2_mult_s").number, 2);
  EXPECT_EQ(parse_module_name("sigmoid_ap_fixed_ap_fixed_sigmoid_config3_recr_s").number, 3);
  EXPECT_EQ(parse_module_name("pointwise_conv_1d_cl_ap_fixed_ap_fixed_16_6_5_3_0_config15_s").function,
            "pointwise_conv_1d_cl");
}

TEST(ModuleName, HasTheWidthOfTheStreamOfResults) {
  EXPECT_EQ(parse_module_name("dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_s").width, 5);
  EXPECT_EQ(parse_module_name("conv_2d_cl_array_ap_fixed_1u_array_ap_fixed_22_14_5_3_0_6u_config2_s").width, 6);
  EXPECT_EQ(parse_module_name("lstm_stack_array_array_ap_fixed_15u_config12_false_s").width, 15);
  EXPECT_FALSE(parse_module_name("dense_resource_rf_leq_nin_ap_fixed_ap_fixed_config2_mult_s").width);
  EXPECT_FALSE(parse_module_name("relu_array_array_ap_fixed_8u_relu_config4_s").width);
  EXPECT_FALSE(parse_module_name("dense_array_u_config2").width);
}

TEST(ModuleName, TakesTheNumberOfAFunctionThatWasWrittenForOneLayer) {
  EXPECT_EQ(parse_module_name("fill_buffer_7_s").number, 7);
  EXPECT_EQ(parse_module_name("dense_da_12").number, 12);
}

TEST(ModuleName, DoesNotTakeANumberThatMayHaveLostItsEnd) {
  const std::string at_80 = "dense_" + std::string(66, 'x') + "_config1";
  ASSERT_EQ(at_80.size(), 80U);
  EXPECT_FALSE(parse_module_name(at_80).number);  // config12, perhaps
  EXPECT_EQ(parse_module_name(at_80 + "_s").number, 1);
}

TEST(ModuleName, HasNoNumberWhereNoConfigStandsAlone) {
  EXPECT_FALSE(parse_module_name("Block_proc").number);
  EXPECT_FALSE(parse_module_name("reconfig7_s").number);
  EXPECT_FALSE(parse_module_name("relu_config").number);
  EXPECT_FALSE(parse_module_name("relu_config99999999999").number);
  EXPECT_FALSE(parse_module_name("").number);
  EXPECT_EQ(parse_module_name("clone_stream_array_ap_fixed_8u_128_s").function, "clone_stream");
}

TEST(NetworkOf, IsTheTopWithoutItsWrapperForABus) {
  EXPECT_EQ(network_of("myproject_axi"), "myproject");
  EXPECT_EQ(network_of("myproject_axi_master"), "myproject");
  EXPECT_EQ(network_of("myproject"), "myproject");
  EXPECT_EQ(network_of("long_axis"), "long_axis");
}

TEST(FunctionKind, KnowsWhatHls4mlsFunctionsDo) {
  EXPECT_EQ(function_kind("conv_2d_cl")->node, NodeKind::Weights);
  EXPECT_TRUE(function_kind("conv_2d_cl")->has_shape);
  EXPECT_FALSE(function_kind("depthwise_conv_2d_cl")->has_shape);
  EXPECT_EQ(function_kind("softmax_stable")->node, NodeKind::Softmax);
  EXPECT_EQ(function_kind("zeropad1d_cl")->node, NodeKind::Padding);
  EXPECT_FALSE(function_kind("transpose")->node);
  EXPECT_FALSE(function_kind("reluctant"));
  EXPECT_EQ(known_beginning("conv_2d_cl_me"), "conv_2d_cl");
  EXPECT_EQ(known_beginning("conv_2d_cl"), "conv_2d_cl");
  EXPECT_EQ(known_beginning("reluctant"), "");
}

TEST(ModuleName, GivesEveryModuleOfPublicDesignsTheNumberItHas) {
  NTORC_SKIP_WITHOUT_SHARED("data/designs/instances.tsv");
  std::ifstream table(test::shared_dir() / "data/designs/instances.tsv");
  std::map<std::string, std::string> expected;
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream cells(line);
    std::string cell;
    std::string module;
    for (int i = 0; std::getline(cells, cell, '\t') && i < 4; ++i) {
      if (i == 2) module = cell;
      if (i == 3) expected[module] = cell;
    }
  }
  ASSERT_GT(expected.size(), 200U);
  std::size_t with_number = 0;
  for (const auto& [module, number] : expected) {
    const auto found = parse_module_name(module).number;
    EXPECT_EQ(found ? std::to_string(*found) : "", number) << module;
    if (found) ++with_number;
  }
  EXPECT_GT(with_number, 200U);
}

}  // namespace
}  // namespace ntorc::synthesis
