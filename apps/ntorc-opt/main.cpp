// ntorc-opt - the best reuse factors for a network: the cheapest within a deadline, or what else is asked for.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/deploy/plan.hpp"
#include "ntorc/deploy/trace_front.hpp"
#include "ntorc/emit/certificate_json.hpp"
#include "ntorc/emit/device_table.hpp"
#include "ntorc/emit/front.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/emit/tables.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/mip/formulation.hpp"
#include "ntorc/model/read_keras.hpp"
#include "ntorc/perf/model_set.hpp"
#include "solve_watch.hpp"

namespace {

using namespace ntorc;

constexpr std::size_t kMostPlans = 10'000;  // each takes some 50 kB on its way to JSON

enum class Show { Json, Plan, Network, Nodes, Costs, CostsCsv, Csv, Svg };

struct Args {
  std::string network;
  std::vector<std::filesystem::path> costs;
  std::optional<deploy::Objective> minimize;
  std::optional<deploy::Composition> composition;
  std::string latency;
  std::string interval;
  std::string weights;
  std::vector<std::string> budgets;
  std::vector<std::string> fixed;
  std::vector<std::string> reuse;
  std::vector<std::string> equal_reuse;
  std::string perf;
  std::optional<std::string> tool;
  std::optional<std::string> precision;
  std::optional<std::string> part;
  std::optional<double> clock_mhz;
  std::optional<hls4ml::Backend> backend;
  std::optional<hls4ml::IoType> io_type;
  std::optional<mip::Backend> solver;
  deploy::PlanOptions plan;
  bool pareto = false;
  std::size_t points = deploy::FrontOptions{}.points;
  double time_limit_s = std::chrono::duration<double>(plan.solve.time_limit).count();
  std::filesystem::path program;
  std::filesystem::path certificate;
  Show show = Show::Json;
  bool list_parts = false;
  std::string out = "-";
};

void add_question(CLI::App& cli, Args& args) {
  const std::string question = "The question; every limit goes with every other one";
  deploy::Question& asked = args.plan.question;
  auto* const minimize = cli.add_option("--minimize", args.minimize,
                                        "What is to be least: cost (weighted resources), latency, share (the largest\n"
                                        "share of LUT, FF, DSP or BRAM of the part) or interval (initiation interval)");
  app::one_of<deploy::Objective>(minimize, {{"cost", deploy::Objective::Cost},
                                            {"latency", deploy::Objective::Latency},
                                            {"share", deploy::Objective::Share},
                                            {"interval", deploy::Objective::Interval}})
      ->default_str("cost")
      ->group(question);
  cli.add_option(
         "--weights", args.weights,
         "Of the resources in the cost: lut=1,dsp=100 (not named: 1), or device, each figure as a share of the\n"
         "part")
      ->type_name("WEIGHTS")
      ->group(question);
  cli.add_option("--latency", args.latency, "Deadline of one inference: 200us, 0.2ms, 50000cycles")
      ->type_name("TIME")
      ->group(question);
  auto* const composition =
      cli.add_option("--composition", args.composition,
                     "How latencies of nodes make that of the design: chain (they overlap as far as their elements\n"
                     "allow), max (the slowest, as HLS reports it) or sum (one after the other, as N-TORC has it, and\n"
                     "all that --costs and io_parallel know)");
  app::one_of<deploy::Composition>(
      composition,
      {{"chain", deploy::Composition::Chain}, {"max", deploy::Composition::Max}, {"sum", deploy::Composition::Sum}})
      ->default_str("chain")
      ->group(question);
  cli.add_option("--interval", args.interval, "Longest initiation interval, from one inference to the next: 40us")
      ->type_name("TIME")
      ->group(question);
  cli.add_option("--confidence", asked.confidence,
                 fmt::format("Keep times even if every layer takes as long as the upper end of its interval,\n"
                             "within which that share of new layers lies: {}",
                             fmt::join(perf::kConfidences, ", ")))
      ->type_name("SHARE")
      ->group(question);
  const auto repeatable = [&](const char* name, std::vector<std::string>& texts, const char* what, const char* form) {
    cli.add_option(name, texts, what)->type_name(form)->allow_extra_args(false)->group(question);
  };
  repeatable("--budget", args.budgets, "Most of a resource: dsp=100, lut=50% of the part, all=80%", "BUDGET");
  repeatable("--fix", args.fixed, "Reuse factor of a layer: lstm=64; * stands for any characters", "LAYER=REUSE");
  repeatable("--reuse", args.reuse, "Reuse factors that a layer may take: dense*=16..256", "LAYER=RANGE");
  repeatable("--equal-reuse", args.equal_reuse, "Layers that share one reuse factor: dense*, or conv_1,conv_2",
             "LAYERS");
  app::without_sign(
      cli.add_option("--best", args.plan.solve.best, "How many plans: the best, the second best, ...; up to 10000"))
      ->type_name("K")
      ->capture_default_str()
      ->group(question);
  cli.add_flag("--pareto", args.pareto, "The front: every trade between latency and cost")->group(question);
  app::without_sign(
      cli.add_option("--points", args.points,
                     "Of the front, where it is too large to be given whole (or is one of a sum, with other limits)"))
      ->type_name("N")
      ->capture_default_str()
      ->group(question);
}

void add_solver(CLI::App& cli, Args& args) {
  const std::string solver = "The solver";
  mip::SolveOptions& solve = args.plan.solve;
  auto* const backend =
      cli.add_option("--solver", args.solver, "exact (ntorc's own), glpk, or N-TORC's baselines: random and annealing");
  app::one_of<mip::Backend>(backend, {{"exact", mip::Backend::Exact},
                                      {"glpk", mip::Backend::Glpk},
                                      {"random", mip::Backend::Random},
                                      {"annealing", mip::Backend::Annealing}})
      ->default_str("exact")
      ->group(solver);
  app::without_sign(cli.add_option("--trials", solve.trials, "Of random and annealing"))
      ->type_name("N")
      ->capture_default_str()
      ->group(solver);
  app::without_sign(cli.add_option("--seed", solve.seed, "Of random and annealing"))
      ->type_name("S")
      ->capture_default_str()
      ->group(solver);
  cli.add_option("--gap", solve.relative_gap, "Stop this close to the optimum, as a share of it; 0 proves it")
      ->capture_default_str()
      ->group(solver);
  cli.add_option("--time-limit", args.time_limit_s, "Seconds; the best plan so far is then given, as after Ctrl-C")
      ->capture_default_str()
      ->group(solver);
  cli.add_option("--write-lp", args.program, "Also write the program that is solved, for any MIP solver: .lp or .mps")
      ->type_name("FILE")
      ->group(solver);
  cli.add_option("--certificate", args.certificate, "Also write the proof, for ntorc-check")
      ->type_name("FILE")
      ->group(solver);
}

void add_options(CLI::App& cli, Args& args) {
  cli.add_option("NETWORK", args.network, "Keras file: .json, .keras or .h5; - reads JSON from standard input")
      ->type_name("FILE");
  auto* const show =
      cli.add_option("--show", args.show,
                     "What to write: json (the plan, for ntorc-emit), plan (as a table), network (the layers), nodes\n"
                     "(what hls4ml makes of them), costs (every choice with its price), costs-csv (the same for\n"
                     "--costs), or of a front csv or svg");
  app::one_of<Show>(show, {{"json", Show::Json},
                           {"plan", Show::Plan},
                           {"network", Show::Network},
                           {"nodes", Show::Nodes},
                           {"costs", Show::Costs},
                           {"costs-csv", Show::CostsCsv},
                           {"csv", Show::Csv},
                           {"svg", Show::Svg}})
      ->default_str("json");
  cli.add_flag("--list-parts", args.list_parts, "Write the parts and boards that ntorc knows, and what they hold");
  cli.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();

  add_question(cli, args);
  const std::string prices = "Where the prices come from";
  cli.add_option("--perf", args.perf, "Performance model made by ntorc-train fit; without it the built-in one is used")
      ->type_name("FILE")
      ->group(prices);
  cli.add_option(
         "--tool", args.tool,
         "Of a model that has several contexts: the synthesis tool, as in \"Vitis HLS 2024.1\"; --part, --clock\n"
         "and --io-type choose among them too")
      ->type_name("NAME")
      ->group(prices);
  cli.add_option("--precision", args.precision, "The same: of the weights, as in ap_fixed<16,6>")
      ->type_name("TYPE")
      ->group(prices);
  cli.add_option("--costs", args.costs, "Cost tables in CSV, in place of a network and a model")
      ->type_name("FILE")
      ->group(prices);

  const std::string design = "The design";
  cli.add_option("--part", args.part,
                 "FPGA part or board, as --list-parts has them; without it the part the performance model is for")
      ->type_name("NAME")
      ->group(design);
  auto* const backend = cli.add_option("--backend", args.backend, "Without it the one the performance model is for");
  app::one_of<hls4ml::Backend>(backend, {{"Vivado", hls4ml::Backend::Vivado}, {"Vitis", hls4ml::Backend::Vitis}})
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

  cli.add_flag("--fifo-depths", args.plan.fifo_depths,
               "Also find the least depths of FIFOs by simulation, for the report and for ntorc-emit --to driver")
      ->group(design);

  add_solver(cli, args);
}

/// Of text as `parsed` reads it. @throws UsageError
template <typename Parse>
auto usage(const Parse& parse) {
  try {
    return parse();
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
}

/// Options that were given although they have no use here.
void refuse(const CLI::App& cli, std::initializer_list<const char*> options, std::string_view why) {
  for (const char* const option : options) {
    if (cli.count(option) > 0) throw app::UsageError(fmt::format("{}: {}", option, why));
  }
}

/// Options beside --list-parts that it has no use for.
void check_listing(const CLI::App& cli) {
  constexpr std::array kUsed{"--list-parts", "--out", "--quiet", "--verbose"};
  for (const CLI::Option* const option : cli.get_options()) {
    if (option->count() == 0 || std::ranges::find(kUsed, option->get_name()) != kUsed.end()) continue;
    throw app::UsageError(fmt::format("{}: has no use with --list-parts", option->get_name()));
  }
}

/// Files that would be written over each other, or mixed on standard output.
void check_outputs(const Args& args) {
  std::vector<std::pair<std::string, std::filesystem::path>> outputs{{"--out", args.out}};
  if (!args.program.empty()) outputs.emplace_back("--write-lp", args.program);
  if (!args.certificate.empty()) outputs.emplace_back("--certificate", args.certificate);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (outputs[i].second.lexically_normal() != outputs[k].second.lexically_normal()) continue;
      throw app::UsageError(fmt::format("{} and {}: expected two places to write to, got {} for both", outputs[k].first,
                                        outputs[i].first, outputs[i].second.string()));
    }
  }
}

bool is_of_network(Show show) { return show == Show::Network || show == Show::Nodes; }

/// What needs no plan.
bool lists(Show show) { return is_of_network(show) || show == Show::Costs || show == Show::CostsCsv; }

/// Options that contradict each other, or that nothing would read.
void check_combination(const CLI::App& cli, const Args& args) {
  if (args.network.empty() == args.costs.empty())
    throw app::UsageError("expected either NETWORK or --costs; see --help");
  if (!args.costs.empty()) {
    refuse(cli, {"--perf", "--tool", "--precision"}, "has no use with --costs");
    if (is_of_network(args.show)) throw app::UsageError("--show network and nodes: expected NETWORK, got --costs");
    refuse(cli, {"--confidence"}, "has no use with --costs, which have no intervals");
    refuse(cli, {"--fifo-depths"}, "has no use with --costs, which know of no FIFOs");
    if (args.composition.value_or(deploy::Composition::Sum) != deploy::Composition::Sum) {
      throw app::UsageError("--composition: expected sum with --costs, which know no more than their layers");
    }
  }
  if (lists(args.show)) {
    refuse(cli, {"--minimize",   "--composition", "--weights",    "--latency",     "--interval",    "--confidence",
                 "--budget",     "--fix",         "--reuse",      "--equal-reuse", "--fifo-depths", "--best",
                 "--pareto",     "--points",      "--solver",     "--trials",      "--seed",        "--gap",
                 "--time-limit", "--write-lp",    "--certificate"},
           "has a use only for a plan");
  }
  const mip::SolveOptions& solve = args.plan.solve;
  const deploy::Objective objective = args.plan.question.objective;
  const bool drawn = solve.backend == mip::Backend::Random || solve.backend == mip::Backend::Annealing;
  if (!drawn) refuse(cli, {"--trials", "--seed"}, "has a use only with --solver random or annealing");
  if (drawn) refuse(cli, {"--gap"}, "has no use with --solver random or annealing, which prove nothing");
  if (solve.backend != mip::Backend::Exact)
    refuse(cli, {"--best", "--certificate", "--pareto"}, "needs --solver exact");
  if (args.pareto) {
    if (objective != deploy::Objective::Cost) {
      throw app::UsageError(fmt::format("--pareto: expected --minimize cost, got {}", to_string(objective)));
    }
    refuse(cli, {"--best", "--gap", "--write-lp", "--certificate", "--fifo-depths"}, "has no use with --pareto");
  } else {
    refuse(cli, {"--points"}, "has a use only with --pareto");
    if (args.show == Show::Csv || args.show == Show::Svg) {
      throw app::UsageError("--show csv and svg: have a use only with --pareto");
    }
  }
  if (objective == deploy::Objective::Interval) {
    refuse(cli, {"--write-lp", "--certificate"}, "has no use with --minimize interval, which takes a row of programs");
  }
  if (solve.best > kMostPlans) {
    throw app::UsageError(fmt::format("--best: expected a number in 1..{}, got {}", kMostPlans, solve.best));
  }
  if (solve.best > 1) {
    refuse(cli, {"--certificate"}, "has no use with --best");
    if (objective == deploy::Objective::Latency || objective == deploy::Objective::Share) {
      refuse(cli, {"--weights"}, fmt::format("has no use with --minimize {} and --best", to_string(objective)));
    }
  }
  check_outputs(args);
  const std::string form = args.program.extension().string();
  if (!args.program.empty() && form != ".lp" && form != ".mps") {
    throw app::UsageError(fmt::format("--write-lp: expected a file .lp or .mps, got {}", args.program.string()));
  }
}

/// The question but for what takes a clock. @throws InvalidArgument
void ask(Args& args) {
  deploy::Question& question = args.plan.question;
  if (!args.weights.empty()) question.weights = deploy::weights(args.weights);
  for (const std::string& text : args.budgets) {
    for (const deploy::Budget& budget : deploy::budgets(text)) question.budgets.push_back(budget);
  }
  for (const std::string& text : args.fixed) {
    question.reuse.push_back(deploy::reuse_rule(text));
    if (question.reuse.back().least != question.reuse.back().most) {
      throw InvalidArgument(fmt::format("fix: expected one reuse factor, as in lstm=64, got \"{}\"", text));
    }
  }
  for (const std::string& text : args.reuse) question.reuse.push_back(deploy::reuse_rule(text));
  for (const std::string& text : args.equal_reuse) question.equal_reuse.push_back(deploy::layer_set(text));
}

void ask_for_times(Args& args) {
  deploy::Question& question = args.plan.question;
  const double clock_mhz = args.plan.target.clock_mhz;
  if (!args.latency.empty()) question.latency_limit_cycles = deploy::latency_cycles(args.latency, clock_mhz);
  if (!args.interval.empty()) {
    question.interval_limit_cycles = deploy::latency_cycles(args.interval, clock_mhz, "interval");
  }
}

/// What the command line asks for, checked before any file is read.
void check(const CLI::App& cli, Args& args) {
  args.plan.question.objective = args.minimize.value_or(args.plan.question.objective);
  args.plan.question.composition = args.composition.value_or(args.plan.question.composition);
  args.plan.solve.backend = args.solver.value_or(args.plan.solve.backend);
  check_combination(cli, args);
  if (!(args.time_limit_s > 0 && args.time_limit_s <= 1e9)) {
    throw app::UsageError(fmt::format("--time-limit: expected seconds in (0, 1e9], got {}", args.time_limit_s));
  }
  args.plan.solve.time_limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(args.time_limit_s * 1000)));
  args.plan.solve.certify = !args.certificate.empty();
  usage([&] {
    if (args.clock_mhz) args.plan.target.clock_mhz = *args.clock_mhz;
    if (args.part) args.plan.target.part = args.part.emplace(hls4ml::part_name(*args.part));
    args.plan.target.validate();
    ask(args);
    ask_for_times(args);
    args.plan.validate();
    if (args.pareto) deploy::FrontOptions{args.plan, args.points}.validate();
  });
  const bool cheapest = args.plan.question.objective == deploy::Objective::Cost && !args.pareto;
  if (!lists(args.show) && cheapest && !args.plan.question.constrains()) {
    throw app::UsageError("expected --latency, as in --latency 200us");
  }
}

/// The command line's design in place of the model's, and times in its cycles.
void settle(Args& args, deploy::BuildTarget target) {
  if (args.part) target.part = *args.part;
  if (args.clock_mhz) target.clock_mhz = *args.clock_mhz;
  if (args.backend) target.backend = *args.backend;
  if (args.io_type) target.io_type = *args.io_type;
  args.plan.target = target;
  args.plan.limits.io_type = target.io_type;
  usage([&] {
    ask_for_times(args);
    if (args.plan.target.io_type == hls4ml::IoType::Parallel &&
        args.composition.value_or(deploy::Composition::Sum) != deploy::Composition::Sum) {
      throw InvalidArgument("--composition: expected sum with io_parallel, whose nodes do not overlap");
    }
    args.plan.validate();
  });
}

/// The model of the context that is asked for. What there is one of needs no choice: the design may be another.
perf::PerformanceModel model_for(const Args& args) {
  const perf::ModelSet models =
      args.perf.empty() ? perf::ModelSet(perf::PerformanceModel::default_model()) : perf::ModelSet::load(args.perf);
  perf::ContextFilter asked{.tool = args.tool, .precision = args.precision};
  if (models.models().size() > 1) {
    asked.part = args.part;
    asked.clock_mhz = args.clock_mhz;
    if (args.io_type) asked.io_type = std::string(to_string(*args.io_type));
  }
  return usage([&] { return models.select(asked); });
}

int write_costs(const Args& args, const deploy::CostTable& table) {
  app::write_result(args.out, args.show == Show::Costs ? emit::cost_table(table) : deploy::to_csv(table));
  return app::kAnswered;
}

int write_plan(const Args& args, const deploy::Plan& plan) {
  if (args.show == Show::Json) {  // the table has them
    for (const std::string& warning : plan.warnings) spdlog::warn(warning);
  }
  if (plan.proof) {  // first, for what goes to standard output cannot be taken back
    const auto& [asked, solution] = *plan.proof;
    app::write_result(args.certificate.string(),
                      emit::certificate_json(asked.problem, asked.names, asked.decimals, solution));
  } else if (!args.certificate.empty()) {
    spdlog::warn("{}: not written, as nothing was proven: {}", args.certificate.string(), plan.message);
  }
  app::write_result(args.out, args.show == Show::Plan ? emit::plan_table(plan) : emit::to_json(plan));
  if (plan.layers.empty()) {
    spdlog::error(plan.status == mip::SolveStatus::Infeasible ? plan.message : "no plan was found: " + plan.message);
    return app::kNoSolution;
  }
  if (plan.status == mip::SolveStatus::Feasible && args.show == Show::Json)
    spdlog::warn("not proven: {}", plan.message);
  return app::kAnswered;
}

int write_front(const Args& args, const deploy::Front& front) {
  switch (args.show) {
    case Show::Csv:
      app::write_result(args.out, emit::front_csv(front));
      break;
    case Show::Svg:
      app::write_result(args.out, emit::front_svg(front));
      break;
    case Show::Plan:
      app::write_result(args.out, emit::front_table(front));
      break;
    default:
      app::write_result(args.out, emit::front_json(front));
  }
  if (!front.finished) spdlog::warn("the front was not finished: points may be missing");
  return app::kAnswered;
}

/// If it is asked for; a warning in its place, if it cannot be told.
template <typename Formulate>
void write_program(const Args& args, const Formulate& formulate) {
  if (args.program.empty()) return;
  deploy::Formulation formulation;
  try {
    formulation = formulate();
  } catch (const InvalidArgument&) {
    throw;
  } catch (const Error& error) {
    spdlog::warn("{}: not written: {}", args.program.string(), error.what());
    return;
  }
  const auto& [problem, names, decimals] = formulation;
  const bool mps = args.program.extension() == ".mps";
  app::write_result(args.program.string(),
                    mps ? mip::to_mps(problem, names, decimals) : mip::to_lp(problem, names, decimals));
}

/// @param plan, front  of the options, from costs or from a network
template <typename PlanOf, typename FrontOf>
int solve(Args& args, const PlanOf& plan, const FrontOf& front) {
  const auto watched = [&](const auto& solve) {
    app::SolveWatch watch(args.plan.target.clock_mhz);
    args.plan.watch = [&watch](const deploy::Progress& progress) { return watch(progress); };
    return solve();
  };
  if (!args.pareto) return write_plan(args, watched([&] { return plan(args.plan); }));
  const deploy::Front traced = watched([&] { return front(deploy::FrontOptions{args.plan, args.points}); });
  if (!traced.points.empty()) return write_front(args, traced);
  const deploy::Plan none = watched([&] { return plan(args.plan); });
  spdlog::error(none.status == mip::SolveStatus::Infeasible ? none.message : "no point of the front was found in time");
  return app::kNoSolution;
}

int answer(const CLI::App& cli, Args& args) try {
  if (args.list_parts) {
    check_listing(cli);
    app::write_result(args.out, emit::device_table());
    return app::kAnswered;
  }
  check(cli, args);
  const bool costs_wanted = args.show == Show::Costs || args.show == Show::CostsCsv;
  if (!args.costs.empty()) {
    settle(args, {});
    const deploy::CostTable table = deploy::read_cost_tables(args.costs);
    if (costs_wanted) return write_costs(args, table);
    std::vector<std::string> names;
    for (const auto& file : args.costs) names.push_back(file.string());
    const std::string source = fmt::format("{}", fmt::join(names, ", "));
    const int code = solve(
        args, [&](const auto& options) { return deploy::plan_costs(table, source, options); },
        [&](const auto& options) { return deploy::trace_front(table, source, options); });
    write_program(args, [&] { return deploy::formulate(table, args.plan); });
    return code;
  }
  const model::Network network = model::read_keras(args.network);
  if (args.show == Show::Network) {
    app::write_result(args.out, emit::network_table(network));
    return app::kAnswered;
  }
  const perf::PerformanceModel model = model_for(args);
  settle(args, deploy::target_of(model.provenance()));
  if (args.show == Show::Nodes) {
    app::write_result(args.out, emit::node_table(network, args.plan.target.io_type));
    return app::kAnswered;
  }
  if (costs_wanted) return write_costs(args, deploy::price(network, model, args.plan.limits));
  const int code = solve(
      args, [&](const auto& options) { return deploy::plan_network(network, model, options); },
      [&](const auto& options) { return deploy::trace_front(network, model, options); });
  write_program(args, [&] { return deploy::formulate(network, model, args.plan); });
  return code;
} catch (const deploy::UnfitQuestion& error) {
  throw app::UsageError(error.what());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli(
      "Chooses one reuse factor for every layer of a neural network: the fewest LUT + FF + BRAM + DSP that meet the\n"
      "deadline, proven to be the fewest under the performance model; or what else is asked for.\n\n"
      "  ntorc-opt network.json --latency 200us > plan.json\n"
      "  ntorc-opt network.json --latency 200us --show plan\n"
      "  ntorc-opt network.json --minimize latency --budget all=80%\n"
      "  ntorc-opt network.json --pareto --show svg > front.svg\n"
      "  ntorc-opt network.json --latency 200us | ntorc-emit - --to hls4ml --out myproject.yaml\n\n"
      "Figures are of the whole design that hls4ml builds, as HLS estimates them; BRAM counts 18-Kb blocks.",
      "ntorc-opt");
  Args args;
  app::prepare(cli);
  add_options(cli, args);
  return app::run(cli, argc, argv, [&] { return answer(cli, args); });
}
