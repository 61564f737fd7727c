#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::deploy {
namespace {

model::Network network(const std::string& layers) {
  return model::read_keras_json(R"({"class_name":"Sequential","config":{"name":"n","layers":[)" + layers + "]}}",
                                "n.json");
}

const std::string kConv =
    R"({"class_name":"Conv1D","config":{"name":"c","filters":16,"kernel_size":[3],"padding":"same","batch_input_shape":[null,128,1]}})";
const std::string kGru =
    R"({"class_name":"GRU","config":{"name":"g","units":8,"reset_after":true,"activation":"tanh","recurrent_activation":"sigmoid","use_bias":true,"return_sequences":false,"batch_input_shape":[null,16,8]}})";

const perf::PerformanceModel& model() { return perf::PerformanceModel::default_model(); }

TEST(Price, PricesEveryLegalChoiceOfEveryLayerWithWeights) {
  const CostTable table = price(model::read_keras(test::examples_dir() / "dropbear_like.json"), model());
  ASSERT_FALSE(table.empty());
  for (const LayerCosts& layer : table) {
    ASSERT_TRUE(layer.shape) << layer.layer;
    EXPECT_EQ(layer.rows.size(), hls4ml::reuse_choices(*layer.shape).size()) << layer.layer;
    for (const CostRow& row : layer.rows) {
      EXPECT_GE(row.cost.lut, 0);
      EXPECT_GE(row.cost.latency_max_cycles, row.cost.latency_min_cycles);
    }
  }
}

TEST(Price, PricesATrainedLayerByItsLaws) {
  // 128 steps and 2 of padding, each R + 9..11 cycles; 48 weights at reuse 3 are 16 multipliers.
  const CostTable table = price(network(kConv), model());
  ASSERT_EQ(table.size(), 1U);
  const auto row = std::ranges::find(table[0].rows, 3, [](const CostRow& r) { return r.choice.reuse; });
  ASSERT_NE(row, table[0].rows.end());
  EXPECT_NEAR(row->cost.latency_max_cycles, 130 * (3 + 10), 130);
  EXPECT_EQ(row->cost.dsp, 16);
  EXPECT_TRUE(row->outside.empty());
}

TEST(Price, RefusesKindsThatTheModelDoesNotKnow) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { price(network(kGru), model()); }),
            "layer g: the performance model \"N-TORC tables\" has not been trained on gru layers");
}

TEST(Price, RefusesALayerThatNoReuseFactorBuilds) {
  EXPECT_EQ(test::message_of<InvalidArgument>(
                [] { price(network(kConv), model(), {.max_block_factor = 1, .io_type = hls4ml::IoType::Parallel}); }),
            "layer c: no legal reuse factor keeps its block factor within 1");
}

TEST(Price, RefusesANetworkWithoutWeights) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] {
              price(network(R"({"class_name":"Flatten","config":{"name":"f","batch_input_shape":[null,4,2]}})"),
                    model());
            }),
            "network n: expected a layer with weights, found none");
}

TEST(PlanNetwork, MeetsTheDeadlineAndSaysWhereItCameFrom) {
  const auto file = test::examples_dir() / "dropbear_like.json";
  PlanOptions options;
  options.latency_limit_cycles = 50'000;
  const Plan plan = plan_network(model::read_keras(file), model(), options);
  EXPECT_EQ(plan.status, mip::SolveStatus::Optimal) << plan.message;
  EXPECT_LE(plan.total.latency_max_cycles, 50'000);
  EXPECT_EQ(plan.keras_file, std::filesystem::absolute(file).lexically_normal().string());
  EXPECT_EQ(plan.cost_source, "N-TORC tables, hybrid");
}

TEST(PlanNetwork, WarnsWhereTheDesignIsNotTheModels) {
  PlanOptions options;
  options.latency_limit_cycles = 50'000;
  options.target.clock_mhz = 200;
  const Plan plan = plan_network(network(kConv), model(), options);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0], "clock: the performance model is for 250 MHz, the plan asks for 200 MHz");
}

}  // namespace
}  // namespace ntorc::deploy
