#include "ntorc/emit/check_plan.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "emit/designs.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::emit {
namespace {

using perf::Record;
using perf::Role;
using perf::Stage;
using perf::Target;
using testing::ElementsAre;
using testing::HasSubstr;

const perf::Context kBuilt{"xczu7ev-ffvc1156-2-e", 250, "Vivado HLS 2019.1", "0.8", "io_stream", "Resource",
                           "ap_fixed<16,8>"};

Record row(Role role, const std::string& name, const perf::LayerCost& cost) {
  Record record;
  record.role = role;
  record.name = name;
  record.context = kBuilt;
  for (const Target target : perf::kTargets) record[target] = cost[target];
  return record;
}

Record layer(const std::string& name, const hls4ml::LayerShape& shape, std::vector<std::int64_t> reuse,
             const perf::LayerCost& cost) {
  Record record = row(Role::Layer, name, cost);
  record.shape = shape;
  record.reuse = std::move(reuse);
  return record;
}

/// What might have become of test::whole_plan().
std::vector<Record> built() {
  const deploy::Plan plan = test::whole_plan();
  std::vector<Record> records{
      layer("conv", *plan.layers[0].shape, {24}, {780, 4420, 2500, 1400, 2, 4}),  // BRAM above its interval
      layer("lstm", *plan.layers[1].shape, {64, 60}, {5000, 6000, 40'000, 9000, 75, 15}),
      row(Role::Fifo, "conv", {0, 0, 1000, 900, 0, 40}),
      row(Role::Fifo, "pool", {0, 0, 500, 100, 0, 9}),
      row(Role::Node, "pool", {130, 132, 900, 700, 0, 0}),
      row(Role::Glue, "", {0, 0, 400, 100, 0, 0}),
      row(Role::Design, "top", {0, 6100, 45'300, 12'000, 77, 68})};
  records.back().interval_cycles = 6010;
  records.push_back(row(Role::Design, "top", {0, 10'500, 0, 0, 0, 0}));
  records.back().stage = Stage::Cosim;
  records.push_back(row(Role::Design, "top", {0, 0, 9'000, 8'000, 77, 68}));
  records.back().stage = Stage::Logic;
  return records;
}

const FigureCheck& figure(const PlanCheck& check, std::size_t layer, Target target) {
  return check.layers.at(layer).figures[static_cast<std::size_t>(target)];
}

const FigureCheck& part(const PlanCheck& check, std::string_view name, std::string_view of) {
  static const FigureCheck kNone{};
  for (const PartCheck& one : check.parts) {
    if (one.part == name && one.figure == of) return one.check;
  }
  ADD_FAILURE() << "no " << name << ", " << of;
  return kNone;
}

TEST(CheckPlan, SetsEachFigureBesideItsReport) {
  const PlanCheck check = check_plan(test::whole_plan(), kBuilt, built());
  ASSERT_EQ(check.layers.size(), 2U);
  EXPECT_EQ(check.layers[0].layer, "conv");
  const FigureCheck& lut = figure(check, 1, Target::Lut);
  EXPECT_EQ(lut.predicted, 20'000);
  EXPECT_EQ(lut.reported, 40'000);
  EXPECT_EQ(lut.error_percent(), -50);
  EXPECT_EQ(lut.inside(), true);                                 // 10000 .. 50000
  EXPECT_EQ(figure(check, 0, Target::Bram18k).inside(), false);  // 4 is above 3
  EXPECT_EQ(check.share.judged, 12);
  EXPECT_EQ(check.share.inside, 11);
  EXPECT_EQ(check.shares[static_cast<std::size_t>(Target::Bram18k)].inside, 1);
  EXPECT_EQ(check.confidence, 0.9);
  EXPECT_THAT(check.warnings, ElementsAre());
}

TEST(CheckPlan, SumsThePartsOfTheDesignAtTheStageOfCSynthesis) {
  const PlanCheck check = check_plan(test::whole_plan(), kBuilt, built());
  EXPECT_EQ(part(check, "FIFOs", "bram_18k").predicted, 49);
  EXPECT_EQ(part(check, "FIFOs", "bram_18k").reported, 49);
  EXPECT_EQ(part(check, "nodes without weights", "lut").predicted, 60 + 1712 + 900);
  EXPECT_EQ(part(check, "nodes without weights", "lut").reported, 900);
  EXPECT_EQ(part(check, "glue", "lut").reported, 400);
  EXPECT_EQ(part(check, "design", "lut").reported, 45'300);
  EXPECT_EQ(part(check, "design", "lut").predicted, 27'432.25);
}

TEST(CheckPlan, SetsEachCompositionBesideTheCyclesOfEachStage) {
  const PlanCheck check = check_plan(test::whole_plan(), kBuilt, built());
  EXPECT_EQ(part(check, "latency by C synthesis, chain (as planned)", "cycles").reported, 6100);
  EXPECT_EQ(part(check, "latency by C synthesis, max", "cycles").predicted, 6000.125);
  EXPECT_EQ(part(check, "latency by C synthesis, sum", "cycles").predicted, 10'814.125);
  EXPECT_EQ(part(check, "latency by co-simulation, chain (as planned)", "cycles").predicted, 10'430.125);
  EXPECT_EQ(part(check, "latency by co-simulation, chain (as planned)", "cycles").reported, 10'500);
  EXPECT_EQ(part(check, "interval by C synthesis", "cycles").reported, 6010);
}

TEST(CheckPlan, NamesWhatStandsOnOneSideAlone) {
  std::vector<Record> records = built();
  records[0].name = "conv_other";
  const PlanCheck check = check_plan(test::whole_plan(), kBuilt, records);
  EXPECT_THAT(check.not_built, ElementsAre("conv"));
  EXPECT_THAT(check.not_planned, ElementsAre("conv_other"));
}

TEST(CheckPlan, WarnsWhereAnotherDesignWasBuilt) {
  std::vector<Record> records = built();
  records[0].reuse = {48};
  records[1].shape->size = 16;
  records[1].context.precision = "ap_fixed<8,4>";
  perf::Context context = kBuilt;
  context.part = "XC7Z020clg400-1";
  context.clock_mhz = 100;
  context.tool = "Vitis HLS 2022.2";
  context.io_type = "io_parallel";
  EXPECT_THAT(
      check_plan(test::whole_plan(), context, records).warnings,
      ElementsAre("part: planned for xczu7ev-ffvc1156-2-e, built for XC7Z020clg400-1",
                  "clock: planned for 250 MHz, built for 100 MHz",
                  "tool: planned for Vivado, built for Vitis "
                  "HLS 2022.2",
                  "io type: planned for io_stream, built for io_parallel",
                  "layer conv: planned with reuse 24, built with 48", "layer lstm: of another shape in the project",
                  "layer lstm: precision: planned for ap_fixed<16,8>, built for ap_fixed<8,4>"));
}

TEST(CheckPlan, KnowsAPartWhicheverWayItIsWritten) {
  perf::Context context = kBuilt;
  context.part = "XCZU7EVFFVC1156-2-e";
  EXPECT_THAT(check_plan(test::whole_plan(), context, built()).warnings, ElementsAre());
}

TEST(CheckPlan, TakesAPlanOfCostsWithoutIntervalsOrShapes) {
  const PlanCheck check = check_plan(test::plan_of_costs(), kBuilt, built());
  EXPECT_EQ(check.share.judged, 0);
  EXPECT_EQ(check.layers[1].planned_reuse, (std::vector<std::int64_t>{64, 60}));  // as hls4ml snaps 60
  EXPECT_THAT(check.warnings, ElementsAre());
  EXPECT_EQ(part(check, "latency by C synthesis, as planned", "cycles").predicted, 10'420.125);
  EXPECT_THAT(check_text(check), HasSubstr("No figure of the plan has an interval."));
}

TEST(CheckPlan, IsRefusedWhereNothingCanBeCompared) {
  EXPECT_EQ(test::message_of<InvalidArgument>([] { check_plan(test::plan_without_answer(), kBuilt, built()); }),
            "plan: expected one with layers, got one without a solution");
  EXPECT_EQ(test::message_of<InvalidArgument>([] { check_plan(test::whole_plan(), kBuilt, {}); }),
            "nothing to compare: the plan has the layers conv, lstm, the project none that is known");
}

TEST(CheckPlan, IsWrittenForPeople) {
  const std::string text = check_text(check_plan(test::whole_plan(), kBuilt, built()));
  EXPECT_THAT(text, HasSubstr("small net: 2 layers compared with xczu7ev-ffvc1156-2-e, 250 MHz"));
  EXPECT_THAT(text, HasSubstr("lstm (reuse 64 and 60)"));
  EXPECT_THAT(text, testing::ContainsRegex("lut +20000 +10000 .. 50000 +40000 +-50.0 +yes"));
  EXPECT_THAT(text, HasSubstr("Inside their intervals: 11 of 12 figures, 92 %; promised are 90 %"));
}

TEST(CheckPlan, IsWrittenAsTheDocumentedJson) {
  const auto document = nlohmann::json::parse(check_json(check_plan(test::whole_plan(), kBuilt, built())));
  EXPECT_EQ(document["format"], "ntorc-plan-check");
  EXPECT_EQ(document["layers"][1]["figures"]["lut"]["error_percent"], -50.0);
  EXPECT_EQ(document["inside_by_figure"]["bram_18k"]["inside"], 1);
  const std::string page = test::read_all(test::data_dir() / "../../docs/guides/checking.md");
  for (const auto& [key, value] : document.items()) EXPECT_THAT(page, HasSubstr("`" + key)) << key;
  for (const auto& [key, value] : document["layers"][0].items()) EXPECT_THAT(page, HasSubstr("`" + key + "`")) << key;
}

}  // namespace
}  // namespace ntorc::emit
