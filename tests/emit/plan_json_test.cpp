#include "ntorc/emit/plan_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "deploy/tables.hpp"
#include "emit/designs.hpp"
#include "emit/golden.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::json;

std::string complaint(const json& document) {
  return test::message_of<ParseError>([&] { parse_plan(document.dump(), "p.json"); });
}

json changed(const std::string& pointer, const json& value) {
  json document = json::parse(to_json(test::small_plan()));
  document[json::json_pointer(pointer)] = value;
  return document;
}

json without(const std::string& pointer, const std::string& key) {
  json document = json::parse(to_json(test::small_plan()));
  document[json::json_pointer(pointer)].erase(key);
  return document;
}

TEST(PlanJson, IsTheGoldenFile) { EXPECT_EQ(to_json(test::whole_plan()), test::golden("plan.json")); }

TEST(PlanJson, ComesBackAsItWas) {
  for (const deploy::Plan& plan : {test::small_plan(), test::sure_plan(), test::plan_of_costs(),
                                   test::plan_without_answer(), test::whole_plan(), test::parallel_plan()}) {
    const std::string text = to_json(plan);
    const deploy::Plan back = parse_plan(text, "p.json");
    EXPECT_EQ(to_json(back), text);
    EXPECT_EQ(back.layers.size(), plan.layers.size());
    EXPECT_EQ(back.status, plan.status);
    EXPECT_EQ(back.objective, plan.objective);
    EXPECT_EQ(back.target.io_type, plan.target.io_type);
    EXPECT_EQ(back.design.has_value(), plan.design.has_value());
    EXPECT_EQ(back.question, plan.question);
    EXPECT_EQ(back.interval_confidence, plan.interval_confidence);
  }
  const deploy::Plan back = parse_plan(to_json(test::small_plan()), "p.json");
  EXPECT_EQ(back.layers[1].shape, test::small_plan().layers[1].shape);
  EXPECT_EQ(back.layers[1].chosen.choice, test::small_plan().layers[1].chosen.choice);
  EXPECT_EQ(back.layers[1].chosen.cost.latency_max_cycles, 6000.125);
  EXPECT_EQ(back.layers[1].chosen.support, perf::Support::Extrapolated);
  EXPECT_EQ(back.layers[1].support_reasons, std::vector<std::string>{"size 15: trained on 16..64"});
  ASSERT_TRUE(back.layers[1].chosen.interval);
  EXPECT_EQ(back.layers[1].chosen.interval->low.ff, 4500);
  EXPECT_EQ(back.layers[1].chosen.interval->high.latency_max_cycles, 7200.15);
}

TEST(PlanJson, KeepsPlansOfCostsFromAFile) {
  const deploy::Plan back = parse_plan(to_json(test::plan_of_costs()), "p.json");
  EXPECT_FALSE(back.layers[0].shape);
  EXPECT_FALSE(back.layers[0].chosen.support);
  EXPECT_FALSE(back.layers[0].chosen.interval);
}

TEST(PlanJson, KeepsThePacketsOfDenseLayers) {
  deploy::Plan plan = test::small_plan();
  plan.layers[0].shape = hls4ml::LayerShape{model::LayerKind::Dense, 24, 2, 1, 1, 8};
  const std::string text = to_json(plan);
  EXPECT_EQ(parse_plan(text, "p.json").layers[0].shape->packets, 8);
  json document = json::parse(text);
  document["layers"][0]["packets"] = 5;
  EXPECT_EQ(complaint(document), "p.json: /layers/0/packets: expected a divisor of the 24 inputs, got 5");
}

TEST(PlanJson, TakesACostThatRoundingPutsBesideItsInterval) {
  deploy::Plan plan = test::small_plan();
  plan.layers[0].chosen.interval->high.lut = 2500.2499999;
  EXPECT_EQ(to_json(parse_plan(to_json(plan), "p.json")), to_json(plan));
}

TEST(PlanJson, SurvivesNamesThatAreNoUtf8) {
  deploy::Plan plan = test::small_plan();
  plan.network = "net\xFF";
  EXPECT_EQ(parse_plan(to_json(plan), "p.json").network, "net\xEF\xBF\xBD");
}

TEST(PlanJson, RefusesWhatIsNoPlan) {
  EXPECT_EQ(test::message_of<ParseError>([] { parse_plan("", "p.json"); }),
            "p.json: expected JSON, found an empty file");
  EXPECT_EQ(complaint(json::object()), "p.json: /: expected a key \"format\", found none");
  EXPECT_EQ(complaint(changed("/format", "other")), "p.json: /format: expected \"ntorc-plan\", got \"other\"");
  EXPECT_EQ(complaint(changed("/version", 1)), "p.json: /version: expected one integer in 4..4, got 1");
  EXPECT_EQ(complaint(changed("/colour", "red")), "p.json: /colour: unknown key");
  EXPECT_EQ(complaint(changed("/layers/0/colour", "red")), "p.json: /layers/0/colour: unknown key");
  EXPECT_EQ(complaint(without("/target", "part")), "p.json: /target: expected a key \"part\", found none");
  EXPECT_EQ(complaint(changed("/target/part", "")), "p.json: /target/part: expected a name, got \"\"");
  EXPECT_EQ(complaint(changed("/target/clock_mhz", 0)), "p.json: /target/clock_mhz: expected a positive number, got 0");
  EXPECT_EQ(complaint(changed("/target/io_type", "io_serial")),
            "p.json: /target/io_type: expected io_stream or io_parallel, got \"io_serial\"");
  EXPECT_EQ(complaint(changed("/target/backend", "Quartus")),
            "p.json: /target/backend: expected Vivado or Vitis, got \"Quartus\"");
  EXPECT_EQ(complaint(changed("/question/composition", "mean")),
            "p.json: /question/composition: expected sum, max or chain, got \"mean\"");
  EXPECT_EQ(complaint(without("", "design")), "p.json: /: expected a key \"design\", found none");
  EXPECT_EQ(complaint(changed("/answer/status", "good")),
            "p.json: /answer/status: expected optimal, feasible, infeasible or unknown, got \"good\"");
  EXPECT_EQ(complaint(changed("/layers/0/kind", "flatten")),
            "p.json: /layers/0/kind: expected dense, conv1d, conv2d, lstm or gru, got \"flatten\"");
  EXPECT_EQ(complaint(changed("/layers/0/size", 0)),
            "p.json: /layers/0/size: expected one integer in 1..2147483647, got 0");
  EXPECT_EQ(complaint(changed("/layers/1/effective_reuse", {64})),
            "p.json: /layers/1/effective_reuse: expected one for each weight matrix");
  EXPECT_EQ(complaint(changed("/layers/1/block_factor", json::array())),
            "p.json: /layers/1/block_factor: expected one for each weight matrix");
  EXPECT_EQ(complaint(changed("/layers/0/cost/lut", -1)), "p.json: /layers/0/cost/lut: expected a number >= 0, got -1");
  EXPECT_EQ(complaint(without("/layers/0/cost", "dsp")), "p.json: /layers/0/cost: expected a key \"dsp\", found none");
  EXPECT_EQ(complaint(changed("/layers/0/name", "")), "p.json: /layers/0/name: expected a name, got \"\"");
  EXPECT_EQ(complaint(changed("/layers/1/effective_reuse", {48, 60})),
            "p.json: /layers/1/effective_reuse/0: expected 64, got 48");
  EXPECT_EQ(complaint(changed("/layers/0/block_factor", {3})), "p.json: /layers/0/block_factor/0: expected 2, got 3");
  EXPECT_EQ(complaint(changed("/total/lut", 22'500)), "p.json: /total/lut: expected the sum, 22500.25, got 22500");
  EXPECT_EQ(complaint(changed("/answer/objective", 1)), "p.json: /answer/objective: expected the sum, 32892.75, got 1");
  EXPECT_EQ(complaint(changed("/question/latency_limit_cycles", 10'000)),
            "p.json: /total/latency_max_cycles: expected at most 10000, got 10420.125");
  EXPECT_EQ(complaint(changed("/layers", json::array())),
            "p.json: /layers: expected the layers of the answer, found none");
  EXPECT_EQ(complaint(changed("/answer/status", "infeasible")), "p.json: /layers: expected none without an answer");
  EXPECT_EQ(complaint(changed("/answer/objective", nullptr)), "p.json: /answer: expected an objective, found none");
}

TEST(PlanJson, RefusesIntervalsThatContradictThePlan) {
  EXPECT_EQ(complaint(changed("/layers/0/support", "sure")),
            "p.json: /layers/0/support: expected inside, interpolated, extrapolated or null, got \"sure\"");
  for (const json& support : {json("inside"), json(nullptr)}) {
    EXPECT_EQ(complaint(changed("/layers/1/support", support)),
              "p.json: /layers/1/support_reasons: expected none for a price from inside the training or of no model");
  }
  EXPECT_EQ(complaint(without("/layers/0", "support")), "p.json: /layers/0: expected a key \"support\", found none");
  EXPECT_EQ(complaint(without("/layers/0", "interval")), "p.json: /layers/0: expected a key \"interval\", found none");
  EXPECT_EQ(complaint(without("/layers/0", "packets")), "p.json: /layers/0: expected a key \"packets\", found none");
  EXPECT_EQ(complaint(without("", "interval_confidence")),
            "p.json: /: expected a key \"interval_confidence\", found none");
  EXPECT_EQ(complaint(without("/question", "confidence")),
            "p.json: /question: expected a key \"confidence\", found none");
  EXPECT_EQ(complaint(changed("/layers/0/outside_training", json::array())),
            "p.json: /layers/0/outside_training: unknown key");  // of version 1
  EXPECT_EQ(complaint(changed("/layers/0/packets", 2)), "p.json: /layers/0/packets: expected 1 for conv1d, got 2");
  EXPECT_EQ(complaint(changed("/layers/0/interval/middle", 2)), "p.json: /layers/0/interval/middle: unknown key");
  EXPECT_EQ(complaint(changed("/layers/0/interval/low/lut", 2501)),
            "p.json: /layers/0/interval/low/lut: expected at most the cost, 2500.25, got 2501");
  EXPECT_EQ(complaint(changed("/layers/0/interval/high/dsp", 1)),
            "p.json: /layers/0/interval/high/dsp: expected at least the cost, 2, got 1");
  EXPECT_EQ(complaint(changed("/layers/0/interval/low/ff", -1)),
            "p.json: /layers/0/interval/low/ff: expected a number >= 0, got -1");
  EXPECT_EQ(complaint(without("/layers/0/interval/high", "ff")),
            "p.json: /layers/0/interval/high: expected a key \"ff\", found none");
  EXPECT_EQ(complaint(changed("/interval_confidence", 0.7)),
            "p.json: /interval_confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 0.7");
  EXPECT_EQ(complaint(changed("/interval_confidence", nullptr)),
            "p.json: /interval_confidence: expected the confidence of the intervals, got null");
  EXPECT_EQ(complaint(changed("/question/confidence", 1)),
            "p.json: /question/confidence: expected one of 0.5, 0.8, 0.9, 0.95, got 1");
  EXPECT_EQ(complaint(changed("/question/confidence", 0.8)),
            "p.json: /interval_confidence: expected the confidence 0.8, got 0.9");
  json document = json::parse(to_json(test::plan_of_costs()));
  document["interval_confidence"] = 0.9;
  EXPECT_EQ(complaint(document), "p.json: /interval_confidence: expected null, as no layer has an interval, got 0.9");
}

TEST(PlanJson, RefusesAConfidenceThatTheUpperEndsDoNotKeep) {
  json document = json::parse(to_json(test::sure_plan()));
  document["question"]["latency_limit_cycles"] = 11'841.15;
  EXPECT_EQ(parse_plan(document.dump(), "p.json").question.confidence, 0.9);
  document["question"]["latency_limit_cycles"] = 11'841;
  EXPECT_EQ(complaint(document), "p.json: /layers: expected upper ends of at most 11841 cycles in all, got 11841.15");
  document["layers"][1]["interval"] = nullptr;
  EXPECT_EQ(complaint(document),
            "p.json: /layers/1/interval: expected an interval, as the question has a confidence, got null");
}

/// Its question has all there is, and it keeps it.
deploy::Plan asked_plan() {
  deploy::Plan plan = test::small_plan();
  deploy::Question& question = plan.question;
  question.weights = deploy::weights("dsp=2");
  question.interval_limit_cycles = 6001;
  question.budgets = deploy::budgets("lut=50%,dsp=77");
  question.reuse = {{"lstm", 60, 60}, {"*", 20, 70}};
  question.equal_reuse = {{"conv*", "dense*"}};
  plan.objective = 32'969.75;
  plan.bound = 32'000;
  plan.status = mip::SolveStatus::Feasible;
  return plan;
}

json asked(const std::string& pointer, const json& value) {
  json document = json::parse(to_json(asked_plan()));
  document[json::json_pointer(pointer)] = value;
  return document;
}

TEST(PlanJson, KeepsTheWholeQuestion) {
  const deploy::Plan back = parse_plan(to_json(asked_plan()), "p.json");
  EXPECT_EQ(back.question, asked_plan().question);
  EXPECT_EQ(back.rank, 1U);
  EXPECT_NEAR(gap(back).value(), 969.75 / 32'969.75, 1e-12);
}

TEST(PlanJson, RefusesPlansThatDoNotKeepTheirQuestion) {
  EXPECT_EQ(complaint(asked("/question/minimize", "area")),
            "p.json: /question/minimize: expected cost, latency, share or interval, got \"area\"");
  EXPECT_EQ(complaint(asked("/question/weights/of", "all")),
            "p.json: /question/weights/of: expected count or part, got \"all\"");
  EXPECT_EQ(complaint(asked("/question/weights/lut", 2)),
            "p.json: /answer/objective: expected the sum, 55470, got 32969.75");
  EXPECT_EQ(complaint(asked("/question/interval_limit_cycles", 6000)),
            "p.json: /initiation_interval_cycles: expected at most 6000, got 6000.125");
  EXPECT_EQ(complaint(asked("/initiation_interval_cycles", 6000)),
            "p.json: /initiation_interval_cycles: expected that of the slowest node, 6000.125, got 6000");
  EXPECT_EQ(complaint(asked("/question/budgets/0/amount", 0.01)),
            "p.json: /total/lut: expected at most 2304, got 22500.25");
  EXPECT_EQ(complaint(asked("/question/budgets/1/amount", 76)), "p.json: /total/dsp: expected at most 76, got 77");
  EXPECT_EQ(complaint(asked("/question/budgets/1/resource", "uram")),
            "p.json: /question/budgets/1/resource: expected lut, ff, dsp or bram_18k, got \"uram\"");
  EXPECT_EQ(complaint(asked("/question/budgets/1/resource", "lut")),
            "p.json: /question: budget: lut: expected one, got two");
  EXPECT_EQ(complaint(asked("/target/part", "xc9")),
            "p.json: /question: expected no share of part xc9, which is not in ntorc's catalogue");
  EXPECT_EQ(complaint(asked("/question/reuse/0/most", 59)),
            "p.json: /question/reuse/0/most: expected one integer in 60..9223372036854775807, got 59");
  EXPECT_EQ(complaint(asked("/question/reuse/1/most", 59)), "p.json: /layers/1/reuse: expected 20..59, got 60");
  EXPECT_EQ(complaint(asked("/question/equal_reuse/0/1", "lstm")),
            "p.json: /layers/1/reuse: expected 24, as the layers before in equal reuse conv*,lstm, got 60");
  EXPECT_EQ(complaint(asked("/answer/bound", 40'000)),
            "p.json: /answer/gap: expected 0, by objective and bound, got 0.02941332585172772");
  EXPECT_EQ(complaint(asked("/answer/gap", nullptr)),
            "p.json: /answer/gap: expected 0.02941332585172772, by objective and bound, got null");
  EXPECT_EQ(complaint(asked("/answer/status", "optimal")),
            "p.json: /answer/bound: expected the objective, 32969.75, as it is optimal, got 32000");
  json document = asked("/answer/bound", 40'000);
  document["answer"]["gap"] = 0;
  EXPECT_EQ(complaint(document), "p.json: /answer/bound: expected at most the objective, 32969.75, got 40000");
}

json in_design(const std::string& pointer, const json& value) {
  json document = json::parse(to_json(test::whole_plan()));
  document["design"][json::json_pointer(pointer)] = value;
  return document;
}

TEST(PlanJson, KeepsTheWholeDesign) {
  deploy::Plan plan = test::whole_plan();
  plan.target.backend = hls4ml::Backend::Vitis;
  plan.question.composition = deploy::Composition::Max;
  plan.design->composition = deploy::Composition::Max;
  plan.total.latency_max_cycles = 6000.125;
  const deploy::Plan back = parse_plan(to_json(plan), "p.json");
  EXPECT_EQ(back.target.backend, hls4ml::Backend::Vitis);
  ASSERT_TRUE(back.design);
  EXPECT_EQ(back.design->composition, deploy::Composition::Max);
  EXPECT_EQ(back.design->chain_cycles, 10'430.125);
  EXPECT_EQ(back.design->interval_cycles, 6000.125);
  EXPECT_EQ(back.design->glue.ff, 150.25);
  EXPECT_EQ(back.design->glue_law, "50 LUT a node, 20 designs");
  ASSERT_EQ(back.design->nodes.size(), 6U);
  const deploy::DesignNode& pool = back.design->nodes[4];
  EXPECT_EQ(pool.name, "pool");
  EXPECT_EQ(pool.kind, hls4ml::NodeKind::Pooling);
  EXPECT_EQ(pool.inputs, std::vector<std::size_t>{3});
  EXPECT_EQ(pool.output, (hls4ml::Stream{64, 16}));
  EXPECT_FALSE(pool.layer);
  EXPECT_EQ(pool.cost.ff, 700);
  EXPECT_EQ(pool.support, perf::Support::Extrapolated);
  EXPECT_EQ(pool.law, "one design only");
  EXPECT_EQ(pool.begin_cycles, 140);
  EXPECT_EQ(pool.end_cycles, 4430);
  EXPECT_EQ(back.design->nodes[5].layer, 1U);
  ASSERT_EQ(back.design->fifos.size(), 4U);
  const deploy::DesignFifo& fifo = back.design->fifos[2];
  EXPECT_EQ(fifo.from, 3U);
  EXPECT_EQ(fifo.to, 4U);
  EXPECT_EQ(fifo.channels, 16);
  EXPECT_EQ(fifo.depth, 128);
  EXPECT_EQ(fifo.least->depth, 2);
  EXPECT_EQ(fifo.cost.bram_18k, 16);
  EXPECT_EQ(fifo.least->cost.ff, 128);
}

TEST(PlanJson, RefusesDesignsThatAreNone) {
  EXPECT_EQ(complaint(in_design("/colour", 1)), "p.json: /design/colour: unknown key");
  EXPECT_EQ(complaint(in_design("/composition", "mean")),
            "p.json: /design/composition: expected sum, max or chain, got \"mean\"");
  EXPECT_EQ(complaint(in_design("/latency_cycles/mean", 1)), "p.json: /design/latency_cycles/mean: unknown key");
  EXPECT_EQ(complaint(in_design("/interval_cycles", -1)),
            "p.json: /design/interval_cycles: expected a number >= 0, got -1");
  EXPECT_EQ(complaint(in_design("/glue/cost/lut", -1)),
            "p.json: /design/glue/cost/lut: expected a number >= 0, got -1");
  EXPECT_EQ(complaint(in_design("/nodes/1/colour", 1)), "p.json: /design/nodes/1/colour: unknown key");
  EXPECT_EQ(complaint(in_design("/nodes/1/name", "")), "p.json: /design/nodes/1/name: expected a name, got \"\"");
  EXPECT_EQ(complaint(in_design("/nodes/1/kind", "magic")),
            "p.json: /design/nodes/1/kind: expected a kind of node, got \"magic\"");
  EXPECT_EQ(complaint(in_design("/nodes/1/inputs", {1})),
            "p.json: /design/nodes/1/inputs/0: expected one integer in 0..0, got 1");
  EXPECT_EQ(complaint(in_design("/nodes/0/inputs", {0})),
            "p.json: /design/nodes/0/inputs/0: expected none, as there is nothing before it, got 0");
  EXPECT_EQ(complaint(in_design("/nodes/1/inputs", json::array())),
            "p.json: /design/nodes/1/inputs: expected a node before it");
  EXPECT_EQ(complaint(in_design("/nodes/1/kind", "input")),
            "p.json: /design/nodes/1/inputs: expected none of an input");
  EXPECT_EQ(complaint(in_design("/nodes/1/elements", 0)),
            "p.json: /design/nodes/1/elements: expected one integer in 1..9223372036854775807, got 0");
  EXPECT_EQ(complaint(in_design("/nodes/1/layer", 0)),
            "p.json: /design/nodes/1/layer: expected null for a node without weights, got 0");
  EXPECT_EQ(complaint(in_design("/nodes/2/layer", nullptr)),
            "p.json: /design/nodes/2/layer: expected the index of a layer, got null");
  EXPECT_EQ(complaint(in_design("/nodes/2/layer", 2)),
            "p.json: /design/nodes/2/layer: expected one integer in 0..1, got 2");
  EXPECT_EQ(complaint(in_design("/nodes/1/cost/ff", "x")),
            "p.json: /design/nodes/1/cost/ff: expected a number, got \"x\"");
  EXPECT_EQ(complaint(in_design("/nodes/1/support", nullptr)),
            "p.json: /design/nodes/1/support: expected a string, got null");
  EXPECT_EQ(complaint(in_design("/nodes/3/end_cycles", 3)),
            "p.json: /design/nodes/3/end_cycles: expected at least begin_cycles, 72, got 3");
  EXPECT_EQ(complaint(in_design("/fifos/1/from", 6)),
            "p.json: /design/fifos/1/from: expected one integer in 0..5, got 6");
  EXPECT_EQ(complaint(in_design("/fifos/1/from", 1)),
            "p.json: /design/fifos/1/from: expected a node that node 3 reads, got 1");
  EXPECT_EQ(complaint(in_design("/fifos/1/depth", 0)),
            "p.json: /design/fifos/1/depth: expected one integer in 1..9223372036854775807, got 0");
  EXPECT_EQ(complaint(in_design("/fifos/1/least/depth", 129)),
            "p.json: /design/fifos/1/least/depth: expected one integer in 1..128, got 129");
  EXPECT_EQ(complaint(in_design("/fifos/1/colour", 1)), "p.json: /design/fifos/1/colour: unknown key");
}

TEST(PlanJson, RefusesDesignsThatContradictThePlan) {
  EXPECT_EQ(complaint(in_design("/nodes/1/name", "signal")),
            "p.json: /design/nodes/1/name: expected a name that no node before it has, got \"signal\"");
  EXPECT_EQ(complaint(in_design("/nodes/2/cost/lut", 2500)),
            "p.json: /design/nodes/2/cost/lut: expected that of the layer, 2500.25, got 2500");
  EXPECT_EQ(complaint(in_design("/latency_cycles/max", 6000)),
            "p.json: /design/latency_cycles/max: expected at least that of the slowest layer, 6000.125, got 6000");
  EXPECT_EQ(complaint(in_design("/latency_cycles/max", 10'500)),
            "p.json: /design/latency_cycles/chain: expected at least that of the slowest node, 10500, got 10430.125");
  EXPECT_EQ(complaint(in_design("/latency_cycles/sum", 10'400)),
            "p.json: /design/latency_cycles/sum: expected at least that of the chain, 10430.125, got 10400");
  EXPECT_EQ(complaint(in_design("/nodes/5/end_cycles", 10'431)),
            "p.json: /design/nodes/5/end_cycles: expected at most the latency of the chain, 10430.125, got 10431");
  EXPECT_EQ(complaint(in_design("/composition", "sum")),
            "p.json: /design/composition: expected chain, as the question has it, got \"sum\"");
  EXPECT_EQ(complaint(in_design("/fifos/0/cost/lut", 41)),
            "p.json: /total/lut: expected the sum, 27433.25, got 27432.25");
  EXPECT_EQ(complaint(in_design("/glue/cost/lut", 301)),
            "p.json: /total/lut: expected the sum, 27433.25, got 27432.25");
  json document = json::parse(to_json(test::whole_plan()));
  document["total"]["latency_max_cycles"] = 10'420.125;
  EXPECT_EQ(complaint(document),
            "p.json: /total/latency_max_cycles: expected that of the design, 10430.125, got 10420.125");
  document = json::parse(to_json(test::whole_plan()));
  document["design"]["nodes"].erase(5);
  document["design"]["fifos"].erase(3);
  EXPECT_EQ(complaint(document), "p.json: /design/nodes: expected the 2 layers of the plan, found 1");
  document = json::parse(to_json(test::whole_plan()));
  json again = document["design"]["nodes"][2];
  again["name"] = "conv again";
  document["design"]["nodes"].push_back(again);
  EXPECT_EQ(complaint(document), "p.json: /design/nodes/6/layer: expected a layer that no node before it is, got 0");
  document = json::parse(to_json(test::plan_without_answer()));
  document["design"] = json::parse(to_json(test::whole_plan()))["design"];
  document["design"]["nodes"] = json::array();
  document["design"]["fifos"] = json::array();
  EXPECT_THAT(complaint(document), testing::StartsWith("p.json: /design: expected null without an answer, got "));
  document = json::parse(to_json(test::parallel_plan()));
  document["design"]["composition"] = "chain";
  EXPECT_EQ(complaint(document), "p.json: /design/composition: expected sum, as there are no streams, got \"chain\"");
  document = json::parse(to_json(test::parallel_plan()));
  document["design"]["fifos"] = json::parse(to_json(test::whole_plan()))["design"]["fifos"];
  EXPECT_EQ(complaint(document), "p.json: /design/fifos: expected none with io_parallel");
}

TEST(PlanJson, IsAnArrayOfTheBestPlans) {
  deploy::Plan plan = test::small_plan();
  plan.others = {test::small_plan(), test::small_plan()};
  plan.others[0].rank = 2;
  plan.others[1].rank = 3;
  const std::string text = to_json(plan);
  const deploy::Plan back = parse_plan(text, "p.json");
  ASSERT_EQ(back.others.size(), 2U);
  EXPECT_EQ(back.others[1].rank, 3U);
  EXPECT_EQ(to_json(back), text);
  json document = json::parse(text);
  document[1]["answer"]["rank"] = 4;
  EXPECT_EQ(complaint(document), "p.json: /1/answer/rank: expected 2, got 4");
  document[1]["layers"][0]["colour"] = "red";
  EXPECT_EQ(complaint(document), "p.json: /1/layers/0/colour: unknown key");
  EXPECT_EQ(complaint(json::array()), "p.json: /: expected plans, found none");
}

TEST(PlanJson, BringsBackPlansOfAnyQuestion) {
  test::Dice dice(9);
  int answered = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const deploy::CostTable table = test::random_table(dice);
    deploy::PlanOptions options;
    options.question = test::random_question(dice, table.size());
    options.solve.best = static_cast<std::size_t>(1 + dice.below(3));
    const deploy::Plan plan = deploy::plan_costs(table, "test", options);
    const std::string text = to_json(plan);
    const deploy::Plan back = parse_plan(text, "p.json");
    EXPECT_EQ(to_json(back), text);
    EXPECT_EQ(back.question, plan.question);
    if (!plan.layers.empty()) ++answered;
  }
  EXPECT_GT(answered, 100);
}

/// Texts near `good` are read and written alike, or refused.
void expect_read_or_refused(const std::string& good) {
  std::mt19937_64 random(5);
  int read = 0;
  for (int trial = 0; trial < 3'000; ++trial) {
    std::string text = good;
    for (std::uint64_t i = 0; i <= random() % 3; ++i) {
      const std::size_t place = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[place] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(place, 1 + random() % 40);
          break;
        case 2:
          text.insert(place, text.substr(random() % text.size(), random() % 40));
          break;
        default:
          text[place] = "0123456789-.eE{}[]\",:"[random() % 21];
      }
    }
    try {
      const std::string again = to_json(parse_plan(text, "p.json"));
      EXPECT_EQ(to_json(parse_plan(again, "p.json")), again);
      ++read;
    } catch (const ParseError&) {
    }
  }
  EXPECT_GT(read, 0);
}

TEST(PlanJson, ReadsOrRefusesAnyBytes) { expect_read_or_refused(to_json(asked_plan())); }

TEST(PlanJson, ReadsOrRefusesAnyBytesOfADesign) { expect_read_or_refused(to_json(test::whole_plan())); }

}  // namespace
}  // namespace ntorc::emit
