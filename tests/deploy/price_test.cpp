#include <gmock/gmock.h>

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
  EXPECT_EQ(row->support, perf::Support::Inside);
}

/// Of one dense layer, at two reuse factors.
perf::PerformanceModel tiny_model(perf::Method method) {
  perf::Dataset data;
  for (const std::int64_t reuse : {2, 32}) {
    perf::Observation row{{model::LayerKind::Dense, 8, 4, 1, 1}, reuse, {}};
    row.figures = {10, 11, 400, 300, 2, 1};
    data.push_back(row);
  }
  return perf::PerformanceModel::fit(data, perf::ntorc_provenance(), {.trees = 1}, method);
}

TEST(Price, RefusesKindsThatTheModelDoesNotKnow) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { price(network(kConv), tiny_model(perf::Method::Hybrid)); }),
            "layer c: the performance model \"N-TORC tables\" has not been trained on conv1d layers");
}

TEST(Price, PutsWiderIntervalsAroundPricesTheMoreConfidenceIsAsked) {
  double last = 0;
  for (const double confidence : perf::kConfidences) {
    const CostTable table = price(network(kConv), model(), {}, confidence);
    double width = 0;
    for (const CostRow& row : table[0].rows) {
      ASSERT_TRUE(row.interval) << row.choice.reuse;
      for (const perf::Target target : perf::kTargets) EXPECT_TRUE(encloses(*row.interval, row.cost, target));
      width += row.interval->high.lut - row.interval->low.lut;
    }
    EXPECT_GE(width, last) << confidence;
    last = width;
  }
  EXPECT_GT(last, 0);
  EXPECT_EQ(test::message_of<InvalidArgument>([] { price(network(kConv), model(), {}, 0.7); }),
            "confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 0.7");
}

TEST(Price, GivesLayersOfOneShapeTheSameRows) {
  const std::string dense = R"(,{"class_name":"Dense","config":{"name":")";
  const std::string of_16 = R"(","units":16,"activation":"relu","use_bias":true}})";
  const std::string input = R"({"class_name":"InputLayer","config":{"name":"in","batch_input_shape":[null,16]}})";
  const CostTable table = price(network(input + dense + "a" + of_16 + dense + "b" + of_16), model());
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[1].layer, "b");
  EXPECT_EQ(table[1].shape, table[0].shape);
  EXPECT_EQ(table[1].rows.size(), table[0].rows.size());
  EXPECT_EQ(table[1].rows.back().choice, table[0].rows.back().choice);
  EXPECT_EQ(table[1].rows.back().cost.lut, table[0].rows.back().cost.lut);
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
  options.question.latency_limit_cycles = 50'000;
  const Plan plan = plan_network(model::read_keras(file), model(), options);
  EXPECT_EQ(plan.status, mip::SolveStatus::Optimal) << plan.message;
  EXPECT_LE(plan.total.latency_max_cycles, 50'000);
  EXPECT_EQ(plan.keras_file, std::filesystem::absolute(file).lexically_normal().string());
  EXPECT_EQ(plan.cost_source, "N-TORC tables, hybrid");
}

TEST(PlanNetwork, WarnsWhereTheDesignIsNotTheModels) {
  PlanOptions options;
  options.question.latency_limit_cycles = 50'000;
  options.target.clock_mhz = 200;
  const Plan plan = plan_network(network(kConv), model(), options);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0], "clock: the performance model is for 250 MHz, the plan asks for 200 MHz");
}

TEST(PlanNetwork, KeepsADeadlineWithTheUpperEnds) {
  const model::Network network = model::read_keras(test::examples_dir() / "dropbear_like.json");
  PlanOptions options;
  options.question.latency_limit_cycles = 50'000;
  for (const double confidence : perf::kConfidences) {
    options.question.confidence = confidence;
    const Plan plan = plan_network(network, model(), options);
    ASSERT_EQ(plan.status, mip::SolveStatus::Optimal) << plan.message;
    EXPECT_EQ(plan.interval_confidence, confidence);
    EXPECT_LE(total_interval(plan)->high.latency_max_cycles, 50'000);
  }
}

TEST(PlanNetwork, SaysWhyALayerHasNoInterval) {
  PlanOptions options;
  options.question.latency_limit_cycles = 50'000;
  EXPECT_FALSE(plan_network(network(kGru), model(), options).layers[0].chosen.interval);
  options.question.confidence = 0.9;
  EXPECT_THAT(test::message_of<InvalidArgument>([&] { plan_network(network(kGru), model(), options); }),
              testing::StartsWith("layer g: none of its choices has an interval for confidence 0.9: the performance "
                                  "model \"N-TORC tables\" was not tried on enough layers like it, or the upper ends "
                                  "are above 1e+09 (gru: not trained on, by "
                                  "the laws of lstm"));
  const std::string dense =
      R"({"class_name":"Dense","config":{"name":"d","units":4,"activation":"relu","use_bias":true,"batch_input_shape":[null,8]}})";
  EXPECT_EQ(
      test::message_of<InvalidArgument>(
          [&] { plan_network(network(dense), tiny_model(perf::Method::Forest), options); }),
      "layer d: none of its choices has an interval for confidence 0.9: the performance model \"N-TORC tables\" is "
      "a forest, which tells none");
}

TEST(PlanNetwork, WarnsOfExtrapolations) {
  const std::string dense =
      R"({"class_name":"Dense","config":{"name":"d","units":4099,"activation":"relu","use_bias":true,"batch_input_shape":[null,16]}})";
  PlanOptions options;
  options.question.latency_limit_cycles = 1'000'000;
  const Plan plan = plan_network(network(dense), model(), options);
  ASSERT_EQ(plan.layers.size(), 1U);
  EXPECT_EQ(plan.layers[0].chosen.support, perf::Support::Extrapolated);
  EXPECT_THAT(plan.layers[0].support_reasons, testing::Contains(testing::StartsWith("size 4099: trained on ")));
  EXPECT_THAT(plan.warnings, testing::Contains(testing::StartsWith("layer d: its price is an extrapolation: ")));
}

}  // namespace
}  // namespace ntorc::deploy
