#include "ntorc/emit/hls4ml_project.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "emit/designs.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::emit {
namespace {

std::string complaint(const deploy::Plan& plan, const Hls4mlOptions& options = {}) {
  return test::message_of<InvalidArgument>([&] { hls4ml_project(plan, options); });
}

Hls4mlOptions for_1_2() {
  Hls4mlOptions options;
  options.dialect = Hls4mlDialect::KerasJson;
  return options;
}

TEST(Hls4mlProject, TakesTheArchiveBesideTheJsonFor13) {
  const Hls4mlProject project = hls4ml_project(test::small_plan());
  EXPECT_EQ(project.keras_model, "/nets/small.keras");
  EXPECT_TRUE(project.weights.empty());
  EXPECT_EQ(project.project, "small_net");
  EXPECT_EQ(project.output_dir, std::filesystem::current_path() / "small_net");
}

TEST(Hls4mlProject, TakesJsonAndWeightsFor12) {
  const Hls4mlProject project = hls4ml_project(test::small_plan(), for_1_2());
  EXPECT_EQ(project.keras_model, "/nets/small.json");
  EXPECT_EQ(project.weights, "/nets/small.h5");
  Hls4mlOptions options = for_1_2();
  options.weights = "w/../other.h5";
  EXPECT_EQ(hls4ml_project(test::small_plan(), options).weights, std::filesystem::current_path() / "other.h5");
}

TEST(Hls4mlProject, TakesOneFileWithEverythingAsItIs) {
  deploy::Plan plan = test::small_plan();
  plan.keras_file = "/nets/small.H5";
  EXPECT_EQ(hls4ml_project(plan).keras_model, "/nets/small.H5");
  EXPECT_EQ(hls4ml_project(plan, for_1_2()).keras_model, "/nets/small.H5");
  EXPECT_TRUE(hls4ml_project(plan, for_1_2()).weights.empty());
}

TEST(Hls4mlProject, MakesAnIdentifierOfTheNetworksName) {
  deploy::Plan plan = test::small_plan();
  const auto name_for = [&](const std::string& name) {
    plan.network = name;
    return hls4ml_project(plan).project;
  };
  EXPECT_EQ(name_for("a-b/c.d"), "a_b_c_d");
  EXPECT_EQ(name_for("7up"), "net_7up");
  EXPECT_EQ(name_for("\xC3\xA4"), "__");
  EXPECT_EQ(name_for("class"), "net_class");
  EXPECT_EQ(name_for(""), "myproject");
}

TEST(Hls4mlProject, RefusesWhatHls4mlWouldMisread) {
  const deploy::Plan plan = test::small_plan();
  EXPECT_EQ(complaint(test::plan_without_answer()),
            "plan: expected an answer, found none: the lowest reachable is 7 cycles");
  Hls4mlOptions options;
  for (const char* name : {"a-b", "7up", "a b", "\xC3\xA4", "int"}) {
    options.project = name;
    EXPECT_EQ(complaint(plan, options), fmt::format("project: expected a C identifier, got \"{}\"", name));
  }
  deploy::Plan twins = plan;
  twins.layers[1].layer = "CONV";
  EXPECT_EQ(complaint(twins),
            "layers conv and CONV: expected names that differ in more than case, which hls4ml ignores");
  deploy::Plan from_costs = plan;
  from_costs.keras_file.clear();
  EXPECT_EQ(complaint(from_costs), "Keras model: the plan names no file, so it must be given");
}

TEST(Hls4mlProject, RefusesFilesThatTheReleaseCannotRead) {
  const deploy::Plan plan = test::small_plan();
  Hls4mlOptions options;
  options.keras_model = "net.json";
  EXPECT_EQ(complaint(plan, options),
            "Keras model: expected a file with weights (.keras or .h5) for hls4ml 1.3, got net.json");
  options = {};
  options.weights = "w.h5";
  EXPECT_EQ(complaint(plan, options), "weights: hls4ml 1.3 takes one file with network and weights");
  options = for_1_2();
  options.keras_model = "net.keras";
  EXPECT_EQ(complaint(plan, options), "Keras model: expected .json or .h5 for hls4ml 1.2, got net.keras");
  options.keras_model = "net.h5";
  options.weights = "w.h5";
  EXPECT_EQ(complaint(plan, options), "weights: expected none beside net.h5, which holds them");
}

TEST(Hls4mlProject, IsForTheBackendOfThePlan) {
  deploy::Plan plan = test::small_plan();
  plan.target.backend = hls4ml::Backend::Vitis;
  EXPECT_EQ(hls4ml_project(plan).backend, hls4ml::Backend::Vitis);
  EXPECT_EQ(hls4ml_project(plan, {.backend = hls4ml::Backend::Vivado}).backend, hls4ml::Backend::Vivado);
}

TEST(Hls4mlProject, HasTheLeastDepthsOfDesignsAlone) {
  EXPECT_EQ(hls4ml_project(test::whole_plan(), {.fifo_depths = FifoDepths::Least}).fifo_depths, FifoDepths::Least);
  for (const deploy::Plan& plan : {test::small_plan(), test::parallel_plan()}) {
    EXPECT_EQ(test::message_of<InvalidArgument>([&] { hls4ml_project(plan, {.fifo_depths = FifoDepths::Least}); }),
              "FIFO depths: expected a plan with the least depths, found none in this one: ntorc-opt --fifo-depths");
  }
}

}  // namespace
}  // namespace ntorc::emit
