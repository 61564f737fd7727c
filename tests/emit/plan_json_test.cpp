#include "ntorc/emit/plan_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "emit/plans.hpp"
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

TEST(PlanJson, IsTheGoldenFile) {
  std::string golden = test::read_all(test::data_dir() / "emit" / "plan.json");
  const std::string here = "\"ntorc\": \"VERSION\"";
  golden.replace(golden.find(here), here.size(), "\"ntorc\": \"" + std::string(kVersion) + "\"");
  EXPECT_EQ(to_json(test::small_plan()), golden);
}

TEST(PlanJson, ComesBackAsItWas) {
  for (const deploy::Plan& plan : {test::small_plan(), test::plan_without_answer()}) {
    const std::string text = to_json(plan);
    const deploy::Plan back = parse_plan(text, "p.json");
    EXPECT_EQ(to_json(back), text);
    EXPECT_EQ(back.layers.size(), plan.layers.size());
    EXPECT_EQ(back.status, plan.status);
    EXPECT_EQ(back.objective, plan.objective);
    EXPECT_EQ(back.target.io_type, plan.target.io_type);
  }
  const deploy::Plan back = parse_plan(to_json(test::small_plan()), "p.json");
  EXPECT_EQ(back.layers[1].shape, test::small_plan().layers[1].shape);
  EXPECT_EQ(back.layers[1].chosen.choice, test::small_plan().layers[1].chosen.choice);
  EXPECT_EQ(back.layers[1].chosen.cost.latency_max_cycles, 6000.125);
}

TEST(PlanJson, KeepsPlansWithoutShapes) {
  deploy::Plan plan = test::small_plan();
  for (deploy::LayerPlan& layer : plan.layers) {
    layer.shape.reset();
    layer.chosen.choice = {layer.chosen.choice.reuse, {}, {}};
  }
  const deploy::Plan back = parse_plan(to_json(plan), "p.json");
  EXPECT_FALSE(back.layers[0].shape);
  EXPECT_EQ(to_json(back), to_json(plan));
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
  EXPECT_EQ(complaint(changed("/version", 2)), "p.json: /version: expected one integer in 1..1, got 2");
  EXPECT_EQ(complaint(changed("/colour", "red")), "p.json: /colour: unknown key");
  EXPECT_EQ(complaint(changed("/layers/0/colour", "red")), "p.json: /layers/0/colour: unknown key");
  EXPECT_EQ(complaint(without("/target", "part")), "p.json: /target: expected a key \"part\", found none");
  EXPECT_EQ(complaint(changed("/target/part", "")), "p.json: /target/part: expected a name, got \"\"");
  EXPECT_EQ(complaint(changed("/target/clock_mhz", 0)), "p.json: /target/clock_mhz: expected a positive number, got 0");
  EXPECT_EQ(complaint(changed("/target/io_type", "io_serial")),
            "p.json: /target/io_type: expected io_stream or io_parallel, got \"io_serial\"");
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

TEST(PlanJson, ReadsOrRefusesAnyBytes) {
  std::mt19937_64 random(5);
  const std::string good = to_json(test::small_plan());
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

}  // namespace
}  // namespace ntorc::emit
