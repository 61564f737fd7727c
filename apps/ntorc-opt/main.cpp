// ntorc-opt - the cheapest reuse factors for a network within a deadline.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/emit/tables.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/read_keras.hpp"

namespace {

using namespace ntorc;

enum class Show { Json, Plan, Network, Costs, CostsCsv };

struct Args {
  std::string network;
  std::vector<std::filesystem::path> costs;
  std::string latency;
  std::string perf;
  std::optional<std::string> part;
  std::optional<double> clock_mhz;
  std::optional<hls4ml::IoType> io_type;
  deploy::PlanOptions plan;
  double time_limit_s = std::chrono::duration<double>(plan.solve.time_limit).count();
  Show show = Show::Json;
  std::string out = "-";
};

void add_options(CLI::App& cli, Args& args) {
  cli.add_option("NETWORK", args.network, "Keras file: .json, .keras or .h5; - reads JSON from standard input")
      ->type_name("FILE");
  cli.add_option("--latency", args.latency, "Deadline of one inference: 200us, 0.2ms, 50000cycles")->type_name("TIME");
  cli.add_option("--confidence", args.plan.confidence,
                 fmt::format("Meet the deadline even if every layer takes as long as the upper end of its interval,\n"
                             "within which that share of new layers lies: {}",
                             fmt::join(perf::kConfidences, ", ")))
      ->type_name("SHARE");
  auto* const show =
      cli.add_option("--show", args.show,
                     "What to write: json (the plan, for ntorc-emit), plan (as a table), network (the layers),\n"
                     "costs (every choice with its price) or costs-csv (the same for --costs)");
  app::one_of<Show>(show, {{"json", Show::Json},
                           {"plan", Show::Plan},
                           {"network", Show::Network},
                           {"costs", Show::Costs},
                           {"costs-csv", Show::CostsCsv}})
      ->default_str("json");
  cli.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();

  const std::string prices = "Where the prices come from";
  cli.add_option("--perf", args.perf, "Performance model made by ntorc-train fit; without it the built-in one is used")
      ->type_name("FILE")
      ->group(prices);
  cli.add_option("--costs", args.costs, "Cost tables in CSV, in place of a network and a model")
      ->type_name("FILE")
      ->group(prices);

  const std::string design = "The design";
  cli.add_option("--part", args.part, "FPGA part; without it the one the performance model is for")
      ->type_name("NAME")
      ->group(design);
  cli.add_option("--clock", args.clock_mhz, "Clock in MHz; without it the one the performance model is for")
      ->group(design);
  auto* const io_type = cli.add_option("--io-type", args.io_type, "Without it the one the performance model is for");
  app::one_of<hls4ml::IoType>(io_type,
                              {{"io_stream", hls4ml::IoType::Stream}, {"io_parallel", hls4ml::IoType::Parallel}})
      ->group(design);
  cli.add_option("--max-block-factor", args.plan.limits.max_block_factor, "Most multipliers for one weight matrix")
      ->capture_default_str()
      ->group(design);

  const std::string solver = "The solver";
  cli.add_option("--gap", args.plan.solve.relative_gap, "Stop this close to the optimum, as a share of it; 0 proves it")
      ->capture_default_str()
      ->group(solver);
  cli.add_option("--time-limit", args.time_limit_s, "Seconds; the best plan so far is then given")
      ->capture_default_str()
      ->group(solver);
}

/// What the command line asks for, checked before any file is read.
void check(Args& args) {
  if (args.network.empty() == args.costs.empty())
    throw app::UsageError("expected either NETWORK or --costs; see --help");
  if (!args.costs.empty() && !args.perf.empty()) throw app::UsageError("--perf: has no use with --costs");
  if (!args.costs.empty() && args.show == Show::Network)
    throw app::UsageError("--show network: expected NETWORK, got --costs");
  if (!args.costs.empty() && args.plan.confidence) {
    throw app::UsageError("--confidence: has no use with --costs, which have no intervals");
  }
  const bool plans = args.show == Show::Json || args.show == Show::Plan;
  if (plans && args.latency.empty()) throw app::UsageError("expected --latency, as in --latency 200us");
  if (!(args.time_limit_s > 0 && args.time_limit_s <= 1e9)) {
    throw app::UsageError(fmt::format("--time-limit: expected seconds in (0, 1e9], got {}", args.time_limit_s));
  }
  args.plan.solve.time_limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(args.time_limit_s * 1000)));
  try {
    if (args.clock_mhz) args.plan.target.clock_mhz = *args.clock_mhz;
    args.plan.target.validate();
    args.plan.latency_limit_cycles = plans ? deploy::latency_cycles(args.latency, args.plan.target.clock_mhz) : 1;
    args.plan.validate();
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
  if (!plans && args.plan.confidence) throw app::UsageError("--confidence: has a use only for a plan");
}

/// The command line's design in place of the model's, and the deadline in its cycles.
void settle(Args& args, deploy::BuildTarget target) {
  if (args.part) target.part = *args.part;
  if (args.clock_mhz) target.clock_mhz = *args.clock_mhz;
  if (args.io_type) target.io_type = *args.io_type;
  args.plan.target = target;
  args.plan.limits.io_type = target.io_type;
  if (!args.latency.empty()) args.plan.latency_limit_cycles = deploy::latency_cycles(args.latency, target.clock_mhz);
}

int write_costs(const Args& args, const deploy::CostTable& table) {
  app::write_result(args.out, args.show == Show::Costs ? emit::cost_table(table) : deploy::to_csv(table));
  return app::kAnswered;
}

int write_plan(const Args& args, const deploy::Plan& plan) {
  if (args.show == Show::Json) {  // the table has them
    for (const std::string& warning : plan.warnings) spdlog::warn(warning);
  }
  app::write_result(args.out, args.show == Show::Plan ? emit::plan_table(plan) : emit::to_json(plan));
  if (!plan.layers.empty()) return app::kAnswered;
  spdlog::error(plan.message);
  return app::kNoSolution;
}

int answer(Args& args) {
  check(args);
  const bool costs_wanted = args.show == Show::Costs || args.show == Show::CostsCsv;
  if (!args.costs.empty()) {
    settle(args, {});
    const deploy::CostTable table = deploy::read_cost_tables(args.costs);
    if (costs_wanted) return write_costs(args, table);
    std::vector<std::string> names;
    for (const auto& file : args.costs) names.push_back(file.string());
    return write_plan(args, deploy::plan_costs(table, fmt::format("{}", fmt::join(names, ", ")), args.plan));
  }
  const model::Network network = model::read_keras(args.network);
  if (args.show == Show::Network) {
    app::write_result(args.out, emit::network_table(network));
    return app::kAnswered;
  }
  const perf::PerformanceModel model =
      args.perf.empty() ? perf::PerformanceModel::default_model() : perf::PerformanceModel::load(args.perf);
  settle(args, deploy::target_of(model.provenance()));
  if (costs_wanted) return write_costs(args, deploy::price(network, model, args.plan.limits));
  return write_plan(args, deploy::plan_network(network, model, args.plan));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "Chooses one reuse factor for every layer of a neural network: the fewest LUT + FF + BRAM + DSP that meet the\n"
      "deadline, proven to be the fewest under the performance model.\n\n"
      "  ntorc-opt network.json --latency 200us > plan.json\n"
      "  ntorc-opt network.json --latency 200us --show plan\n"
      "  ntorc-opt network.json --latency 200us | ntorc-emit - --to hls4ml --out myproject.yaml\n\n"
      "Latency is summed over the layers, resources are HLS estimates, BRAM counts 18-Kb blocks.",
      "ntorc-opt");
  Args args;
  app::prepare(cli);
  add_options(cli, args);
  return app::run(cli, argc, argv, [&] { return answer(args); });
}
