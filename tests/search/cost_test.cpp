#include "ntorc/search/cost.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/chain_builder.hpp"

namespace ntorc::search {
namespace {

using model::Layer;
using model::LayerKind;

Layer of_size(LayerKind kind, std::int64_t size) {
  Layer layer;
  layer.kind = kind;
  layer.size = size;
  layer.use_bias = true;
  layer.return_sequences = true;
  return layer;
}

/// 16 steps, a convolution of 4 filters with a window of 3, pooling by 2, LSTMs of 5 and 6, dense layers of 7 and 2.
model::Network mixed() {
  model::ChainBuilder chain("mixed", {16, 1});
  Layer convolution = of_size(LayerKind::Conv1D, 4);
  convolution.kernel = {3};
  convolution.strides = convolution.dilation = {1};
  convolution.padding = model::Padding::Same;
  chain.add(convolution);
  Layer pooling;
  pooling.kind = LayerKind::MaxPooling1D;
  pooling.kernel = pooling.strides = {2};
  chain.add(pooling);
  chain.add(of_size(LayerKind::Lstm, 5));
  chain.add(of_size(LayerKind::Lstm, 6));
  Layer flatten;
  flatten.kind = LayerKind::Flatten;
  chain.add(flatten);
  chain.add(of_size(LayerKind::Dense, 7));
  chain.add(of_size(LayerKind::Dense, 2));
  return chain.network();
}

TEST(Cost, CountsMultipliesAsTheyAreDone) {
  const std::int64_t lstms = 8 * 4 * 5 * (4 + 5) + 8 * 4 * 6 * (5 + 6);
  EXPECT_EQ(multiplies(mixed()), 16 * 3 * 4 + lstms + 8 * 6 * 7 + 7 * 2);
}

TEST(Cost, CountsAsThePaperOfNtorcDoes) {
  const double lstms = (8 * 4 + 5) * 4 * 5 + (8 * 5 + 6) * 4 * 6;
  EXPECT_EQ(ntorc_paper_multiplies(mixed()), 16 * 3 * 4 + lstms + 8 * 6 * 7 + 7 * 2);
}

TEST(Cost, CountsAsTheProgramOfNtorcDoes) {
  const double lstms = 4 * (8 * 5 + 5 * 5) + 3 * 5 + 4 * (2 * 6 * 6) + 3 * 6;
  EXPECT_EQ(ntorc_code_multiplies(mixed()), 16 * 3 * 4 + lstms + 8 * 6 * 7 + 7);
}

TEST(Cost, RefusesNtorcsCountOfOtherLayers) {
  model::ChainBuilder chain("gru", {4, 1});
  Layer gru = of_size(LayerKind::Gru, 2);
  gru.return_sequences = false;
  chain.add(gru);
  const std::string expected =
      "gru_1: N-TORC's workload is of conv1d, lstm, dense, pooling and flatten alone, found gru";
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { ntorc_paper_multiplies(chain.network()); }), expected);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { ntorc_code_multiplies(chain.network()); }), expected);
}

TEST(Cost, HasNamesThatAreReadBack) {
  for (const CostKind kind : {CostKind::Multiplies, CostKind::NtorcPaper, CostKind::NtorcCode, CostKind::Lut,
                              CostKind::Ff, CostKind::Dsp, CostKind::Bram18k, CostKind::Resources, CostKind::Share}) {
    EXPECT_EQ(cost_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(test::message_of<InvalidArgument>([] { cost_kind("watts"); }),
            "cost: expected one of multiplies, ntorc-paper, ntorc-code, lut, ff, dsp, bram_18k, resources, share, "
            "found watts");
}

TEST(Cost, OfADesignIsThatOfItsPlan) {
  const perf::PerformanceModel model = perf::PerformanceModel::default_model();
  deploy::PlanOptions plan;
  plan.question.latency_limit_cycles = 50'000;
  const model::Network network = mixed();
  for (const CostKind kind : {CostKind::Lut, CostKind::Dsp, CostKind::Share}) {
    deploy::PlanOptions asked = plan;
    asked.question = question_of(kind, plan.question);
    const deploy::Plan answer = deploy::plan_network(network, model, asked);
    EXPECT_EQ(cost_of(network, kind, model, plan), answer.objective) << to_string(kind);
  }
  // The design of least LUT has no more of them than that of least DSP, and the other way round.
  const double lut = *cost_of(network, CostKind::Lut, model, plan);
  deploy::PlanOptions least_dsp = plan;
  least_dsp.question = question_of(CostKind::Dsp, plan.question);
  EXPECT_LE(lut, deploy::plan_network(network, model, least_dsp).total.lut);
}

TEST(Cost, IsNothingWhereNoDesignMeetsTheDeadline) {
  deploy::PlanOptions plan;
  plan.question.latency_limit_cycles = 3;
  EXPECT_FALSE(cost_of(mixed(), CostKind::Lut, perf::PerformanceModel::default_model(), plan));
}

}  // namespace
}  // namespace ntorc::search
