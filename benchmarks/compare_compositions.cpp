// What the composition of latencies does to a plan: cost at equal deadline, latency at equal cost, and the least
// latency. Prints Markdown, for docs/composition-savings.md.
//   compare_compositions NETWORKS [TABLES]     NETWORKS: a folder of Keras JSON; TABLES: of N-TORC's predictions
// With TABLES, what N-TORC's own plan for model 1 of its Table IV promises, and what ntorc expects of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/deploy/process.hpp"
#include "ntorc/deploy/simulate.hpp"
#include "ntorc/deploy/trace_front.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/hls4ml/node.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/model/read_keras.hpp"
#include "ntorc/perf/node_cost.hpp"

namespace {

using namespace ntorc;
using deploy::Composition;
using perf::LayerCost;

constexpr double kDeadlineCycles = 50'000;  ///< N-TORC's: 200 us at 250 MHz
constexpr double kTightness = 1.25;         ///< deadline / least sum
constexpr std::array kTightnesses{1.0, 1.1, 1.25, 1.5, 2.0, 4.0, 8.0};
constexpr auto kModel1 = "ntorc_table4_model1";

const perf::PerformanceModel& prices() { return perf::PerformanceModel::default_model(); }

deploy::PlanOptions options_for(deploy::Question question) {
  deploy::PlanOptions options;
  options.question = std::move(question);
  options.target = deploy::target_of(prices().provenance());
  options.limits.io_type = options.target.io_type;
  return options;
}

/// Least cost on the part within the deadline.
deploy::Question within(double deadline_cycles, Composition composition) {
  return {.composition = composition, .latency_limit_cycles = deadline_cycles, .budgets = deploy::budgets("all=100%")};
}

deploy::Question fastest(Composition composition) {
  return {.objective = deploy::Objective::Latency, .composition = composition};
}

deploy::Question fastest_on_part(Composition composition) {
  return {.objective = deploy::Objective::Latency, .composition = composition, .budgets = deploy::budgets("all=100%")};
}

double cost_of(const LayerCost& cost) { return cost.lut + cost.ff + cost.dsp + cost.bram_18k; }

LayerCost layers_of(const deploy::Plan& plan) {
  LayerCost sum;
  for (const deploy::LayerPlan& layer : plan.layers) {
    for (const perf::Target target : perf::kTargets) sum[target] += layer.chosen.cost[target];
  }
  return sum;
}

deploy::Plan proven(deploy::Plan plan) {
  if (plan.status != mip::SolveStatus::Optimal) {
    throw std::runtime_error(fmt::format("{}: {}: {}", plan.network, to_string(plan.status), plan.message));
  }
  return plan;
}

struct Subject {
  std::string name;
  model::Network network;
};

deploy::Plan plan_for(const Subject& subject, const deploy::Question& question) {
  return proven(deploy::plan_network(subject.network, prices(), options_for(question)));
}

/// The reuse factor that is told hls4ml so that it builds what it makes of `asked`.
std::int64_t as_hls4ml_takes(const hls4ml::LayerShape& shape, std::int64_t asked) {
  std::vector<std::int64_t> effective;
  for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape)) {
    effective.push_back(hls4ml::snapped_reuse_factor(matrix, asked));
  }
  for (const hls4ml::ReuseChoice& choice : hls4ml::reuse_choices(shape)) {
    if (choice.effective == effective) return choice.reuse;
  }
  throw std::runtime_error(fmt::format("reuse {}: beyond the limits", asked));
}

/// The whole design of the reuse factors that a plan of layers alone has chosen, as hls4ml takes them.
deploy::Plan design_of(const Subject& subject, const deploy::Plan& chosen) {
  const auto shapes = hls4ml::layer_shapes(subject.network);
  deploy::Question question{};
  for (const deploy::LayerPlan& layer : chosen.layers) {
    const auto at = std::ranges::find(subject.network.layers, layer.layer, &model::Layer::name);
    if (at == subject.network.layers.end()) throw std::runtime_error(layer.layer + ": not in the network");
    const auto& shape = shapes[static_cast<std::size_t>(at - subject.network.layers.begin())];
    const std::int64_t reuse = as_hls4ml_takes(shape.value(), layer.chosen.choice.reuse);
    question.reuse.push_back({layer.layer, reuse, reuse});
  }
  return plan_for(subject, question);
}

/// N-TORC's program with ntorc's prices: latencies of layers with weights are summed, nothing else is counted.
deploy::Plan layers_alone(const Subject& subject, double deadline_cycles) {
  const deploy::PlanOptions options = options_for(within(deadline_cycles, Composition::Sum));
  const deploy::CostTable table = deploy::price(subject.network, prices(), options.limits);
  return proven(deploy::plan_costs(table, "ntorc", options));
}

/// 0 has no sign.
std::string percent(double share) { return fmt::format("{:.1f} %", std::round(1000 * share) / 10 + 0.0); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// How much less, as a share of `before`.
std::string saved(double before, double after) { return percent(1 - after / before); }

/// The least sum on the part, made longer and rounded up.
double tight_deadline(const Subject& subject, double tightness) {
  const deploy::Plan plan = plan_for(subject, fastest_on_part(Composition::Sum));
  return std::ceil(tightness * plan.design.value().sum_cycles);
}

constexpr auto kDeadlineHead =
    "| network | planned by | cost | of layers | LUT | FF | DSP | BRAM | sum | max | chain | saved of layers | saved "
    "of design |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";

void print_plan(const std::string& name, std::string_view by, const deploy::Plan& plan, const deploy::Plan& by_sum) {
  const LayerCost& all = plan.total;
  const deploy::Design& design = plan.design.value();
  const double layers = cost_of(layers_of(plan));
  fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {} | {} |\n",
             name, by, cost_of(all), layers, all.lut, all.ff, all.dsp, all.bram_18k, design.sum_cycles,
             design.max_cycles, design.chain_cycles, saved(cost_of(layers_of(by_sum)), layers),
             saved(cost_of(by_sum.total), cost_of(all)));
}

/// What chain saves against another plan, as shares, for several networks.
struct Savings {
  std::vector<double> layers{};
  std::vector<double> design{};

  void add(const deploy::Plan& before, const deploy::Plan& after) {
    layers.push_back(1 - cost_of(layers_of(after)) / cost_of(layers_of(before)));
    design.push_back(1 - cost_of(after.total) / cost_of(before.total));
  }
  std::string medians() const { return fmt::format("{}, {}", percent(median(layers)), percent(median(design))); }
};

struct Summary {
  Savings by_sum{};
  Savings by_layers{};
  int late_by_max = 0;
  double most_off_cycles = 0;  ///< between chain and simulation
};

/// The latency of the design, element by element.
double simulated_cycles(const Subject& subject, const deploy::Design& design) {
  const std::vector<deploy::Process> processes =
      deploy::processes(hls4ml::nodes(subject.network, hls4ml::IoType::Stream));
  std::vector<std::int64_t> latencies;
  for (const deploy::DesignNode& node : design.nodes) {
    latencies.push_back(std::llround(node.cost.latency_max_cycles * static_cast<double>(deploy::kUnitsPerCycle)));
  }
  return static_cast<double>(deploy::simulate(processes, latencies).latency) /
             static_cast<double>(deploy::kUnitsPerCycle) +
         perf::dataflow_overhead_cycles(processes.size());
}

void print_compositions(const Subject& subject, std::string name, double deadline_cycles, Summary& summary) {
  const deploy::Plan by_layers = design_of(subject, layers_alone(subject, deadline_cycles));
  const deploy::Plan by_sum = plan_for(subject, within(deadline_cycles, Composition::Sum));
  const deploy::Plan by_max = plan_for(subject, within(deadline_cycles, Composition::Max));
  const deploy::Plan by_chain = plan_for(subject, within(deadline_cycles, Composition::Chain));
  print_plan(name, "layers alone", by_layers, by_sum);
  print_plan("", "sum", by_sum, by_sum);
  print_plan("", "max", by_max, by_sum);
  print_plan("", "chain", by_chain, by_sum);
  summary.by_sum.add(by_sum, by_chain);
  summary.by_layers.add(by_layers, by_chain);
  for (const deploy::Plan* plan : {&by_layers, &by_sum, &by_max, &by_chain}) {
    const deploy::Design& design = plan->design.value();
    summary.most_off_cycles =
        std::max(summary.most_off_cycles, std::abs(simulated_cycles(subject, design) - design.chain_cycles));
  }
  summary.late_by_max += by_max.design.value().chain_cycles > deadline_cycles ? 1 : 0;
}

void print_summary(const Summary& summary) {
  const std::size_t networks = summary.by_sum.layers.size();
  fmt::print(
      "\nSaved by chain, median of layers and of design: {} against sum, {} against layers alone. Plans by max that "
      "are "
      "late\nby chain: {} of {}. Chain and simulation of these {} plans differ by at most {:.4f} cycles.\n",
      summary.by_sum.medians(), summary.by_layers.medians(), summary.late_by_max, networks, 4 * networks,
      summary.most_off_cycles);
}

void print_deadlines(const std::vector<Subject>& subjects) {
  fmt::print("## Cost at equal deadline: {:.0f} cycles\n\n{}", kDeadlineCycles, kDeadlineHead);
  Summary at_deadline;
  for (const Subject& subject : subjects) print_compositions(subject, subject.name, kDeadlineCycles, at_deadline);
  print_summary(at_deadline);
  fmt::print("\n## Cost at equal deadline: {} times the least sum\n\n{}", kTightness, kDeadlineHead);
  Summary tight;
  for (const Subject& subject : subjects) {
    const double deadline = tight_deadline(subject, kTightness);
    print_compositions(subject, fmt::format("{}, {:.0f} cycles", subject.name, deadline), deadline, tight);
  }
  print_summary(tight);
}

void print_tightness(const std::vector<Subject>& subjects) {
  fmt::print("\n## Saved by chain, by deadline\n\n| network | least sum |");
  for (const double tightness : kTightnesses) fmt::print(" {} |", tightness);
  fmt::print("\n|---|--:|");
  for ([[maybe_unused]] const double tightness : kTightnesses) fmt::print("--:|");
  fmt::print("\n");
  std::vector<Savings> by_sum(kTightnesses.size());
  std::vector<Savings> by_layers(kTightnesses.size());
  for (const Subject& subject : subjects) {
    fmt::print("| {} | {:.0f} |", subject.name, tight_deadline(subject, 1));
    for (std::size_t i = 0; i < kTightnesses.size(); ++i) {
      const double deadline = tight_deadline(subject, kTightnesses[i]);
      const deploy::Plan chain = plan_for(subject, within(deadline, Composition::Chain));
      by_sum[i].add(plan_for(subject, within(deadline, Composition::Sum)), chain);
      by_layers[i].add(design_of(subject, layers_alone(subject, deadline)), chain);
      fmt::print(" {}, {} |", percent(by_sum[i].layers.back()), percent(by_sum[i].design.back()));
    }
    fmt::print("\n");
  }
  fmt::print("| median | |");
  for (const Savings& savings : by_sum) fmt::print(" {} |", savings.medians());
  fmt::print("\n| median, against layers alone | |");
  for (const Savings& savings : by_layers) fmt::print(" {} |", savings.medians());
  fmt::print("\n");
}

/// The least chain latency of plans that cost no more and fit the part.
deploy::FrontPoint fastest_for(const deploy::Front& front, double cost) {
  const auto part = hls4ml::device_resources(front.target.part);
  for (const deploy::FrontPoint& point : front.points) {
    if (point.objective > cost) continue;
    for (const perf::Target resource : deploy::kResources) {
      if (point.total[resource] > deploy::available(part.value(), resource)) {
        throw std::runtime_error(front.network + ": the front leaves the part");
      }
    }
    return point;
  }
  throw std::runtime_error(front.network + ": nothing costs so little");
}

void print_equal_cost(const std::vector<Subject>& subjects) {
  fmt::print(
      "\n## Latency at equal cost\n\n"
      "| network | deadline of the sum | cost | sum of its plan | chain of its plan | least chain | of the sum | of "
      "its "
      "chain |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const Subject& subject : subjects) {
    const deploy::FrontOptions options{.plan = options_for({.composition = Composition::Chain})};
    const deploy::Front front = deploy::trace_front(subject.network, prices(), options);
    if (!front.complete) throw std::runtime_error(subject.name + ": the front is not complete");
    for (const double deadline : {kDeadlineCycles, tight_deadline(subject, kTightness)}) {
      const deploy::Plan plan = plan_for(subject, within(deadline, Composition::Sum));
      const deploy::Design& design = plan.design.value();
      const double least = fastest_for(front, plan.objective.value()).latency_cycles;
      fmt::print("| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {} | {} |\n", subject.name, deadline,
                 cost_of(plan.total), design.sum_cycles, design.chain_cycles, least, saved(design.sum_cycles, least),
                 saved(design.chain_cycles, least));
    }
  }
}

void print_least(const std::vector<Subject>& subjects) {
  fmt::print(
      "\n## Least latency\n\n| network | sum | chain | sum / chain | its LUT, of the part | sum, on the part | chain, "
      "on the part | sum / chain |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const Subject& subject : subjects) {
    const auto cycles = [&](const deploy::Question& question) {
      return deploy::latency_cycles(plan_for(subject, question));
    };
    const deploy::Plan unlimited = plan_for(subject, fastest(Composition::Chain));
    const double sum = cycles(fastest(Composition::Sum));
    const double chain = deploy::latency_cycles(unlimited);
    const double sum_on_part = cycles(fastest_on_part(Composition::Sum));
    const double chain_on_part = cycles(fastest_on_part(Composition::Chain));
    const auto part = hls4ml::device_resources(unlimited.target.part);
    fmt::print("| {} | {:.0f} | {:.0f} | {:.2f} | {:.0f} % | {:.0f} | {:.0f} | {:.2f} |\n", subject.name, sum, chain,
               sum / chain, 100 * unlimited.total.lut / deploy::available(part.value(), perf::Target::Lut), sum_on_part,
               chain_on_part, sum_on_part / chain_on_part);
  }
}

std::string latency_cell(const std::optional<double>& cycles) { return cycles ? fmt::format("{:.0f}", *cycles) : "-"; }

void print_promise(std::string_view what, const LayerCost& cost, double sum, std::optional<double> max,
                   std::optional<double> chain) {
  fmt::print("| {} | {:.0f} | {} | {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} |\n", what, sum, latency_cell(max),
             latency_cell(chain), cost.lut, cost.ff, cost.dsp, cost.bram_18k, cost_of(cost));
}

void print_promise(std::string_view what, const deploy::Plan& plan) {
  const LayerCost layers = layers_of(plan);
  const deploy::Design& design = plan.design.value();
  print_promise(fmt::format("{}: layers", what), layers, layers.latency_max_cycles, std::nullopt, std::nullopt);
  print_promise(fmt::format("{}: whole design", what), plan.total, design.sum_cycles, design.max_cycles,
                design.chain_cycles);
}

/// N-TORC's plan from its own predictions, what hls4ml would build of it by ntorc's prices, and ntorc's plans.
void print_n_torc(const Subject& subject, const std::filesystem::path& tables) {
  const deploy::PlanOptions options =
      options_for({.composition = Composition::Sum, .latency_limit_cycles = kDeadlineCycles});
  const deploy::CostTable costs = deploy::read_cost_tables({tables / "model1_conv.csv", tables / "model1_dense.csv"});
  const deploy::Plan promised = proven(deploy::plan_costs(costs, "N-TORC", options));
  const deploy::Plan built = design_of(subject, promised);

  fmt::print(
      "\n## What N-TORC promises for {}\n\n"
      "| | sum | max | chain | LUT | FF | DSP | BRAM | cost |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
      subject.name);
  print_promise("N-TORC, as it promises", promised.total, promised.total.latency_max_cycles, std::nullopt,
                std::nullopt);
  print_promise("the same factors, by ntorc", built);
  print_promise("ntorc, layers alone", design_of(subject, layers_alone(subject, kDeadlineCycles)));
  print_promise("ntorc, sum", plan_for(subject, within(kDeadlineCycles, Composition::Sum)));
  print_promise("ntorc, chain", plan_for(subject, within(kDeadlineCycles, Composition::Chain)));
  const double as_fast = built.design.value().chain_cycles;
  print_promise("ntorc, as fast by chain", plan_for(subject, within(as_fast, Composition::Chain)));

  fmt::print(
      "\n| layer | reuse | hls4ml takes | cycles promised | by ntorc | off | LUT promised | by ntorc | off | DSP "
      "promised | by ntorc | BRAM promised | by ntorc |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  std::size_t snapped = 0;
  for (std::size_t i = 0; i < built.layers.size(); ++i) {
    const deploy::CostRow& says = promised.layers[i].chosen;
    const deploy::CostRow& is = built.layers[i].chosen;
    const auto off = [&](perf::Target target) {
      return fmt::format("{:+.0f} %", std::round(100 * (says.cost[target] / is.cost[target] - 1)) + 0.0);
    };
    snapped += says.choice.reuse != is.choice.effective.front() ? 1 : 0;
    fmt::print("| {} | {} | {} | {:.0f} | {:.0f} | {} | {:.0f} | {:.0f} | {} | {:.1f} | {:.0f} | {:.1f} | {:.0f} |\n",
               built.layers[i].layer, says.choice.reuse, is.choice.effective.front(), says.cost.latency_max_cycles,
               is.cost.latency_max_cycles, off(perf::Target::LatencyMax), says.cost.lut, is.cost.lut,
               off(perf::Target::Lut), says.cost.dsp, is.cost.dsp, says.cost.bram_18k, is.cost.bram_18k);
  }
  fmt::print("\nhls4ml takes {} of {} factors as they are, and for the others the nearest that is legal.\n",
             built.layers.size() - snapped, built.layers.size());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: compare_compositions NETWORKS [TABLES]\n";
    return 2;
  }
  std::set<std::filesystem::path> files{std::filesystem::path(NTORC_EXAMPLES_DIR) / "dropbear_like.json"};
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (entry.path().extension() == ".json") files.insert(entry.path());
  }
  std::vector<Subject> subjects;
  for (const std::filesystem::path& file : files) subjects.push_back({file.stem().string(), model::read_keras(file)});
  std::ranges::sort(subjects, {}, &Subject::name);
  print_deadlines(subjects);
  print_tightness(subjects);
  print_equal_cost(subjects);
  print_least(subjects);
  if (argc > 2) {
    const auto model_1 = std::ranges::find(subjects, kModel1, &Subject::name);
    if (model_1 == subjects.end()) throw std::runtime_error(fmt::format("{}: not among the networks", kModel1));
    print_n_torc(*model_1, argv[2]);
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "compare_compositions: " << error.what() << '\n';
  return 1;
}
