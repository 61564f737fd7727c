// What a context learns from another one: its own rows alone, the other's model calibrated by them, or what ModelSet
// chooses for each kind and figure.
//   context_curve DATA [TRIALS]     DATA: the folder of N-TORC's six tables. Prints the tables of
//                                   docs/algorithms/contexts.md.
//
// There is no public table of a second context for the same layers, so the second one is simulated: N-TORC's figures,
// changed by a rule (simulated_tool.hpp, and below). The first context has one half of N-TORC's distinct
// configurations, as they are. Of the other half 36 are tested on, in every trial others; the second context's rows are
// drawn from what is left of it and from the first half, 200 of N-TORC's 271 at most.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/perf/evaluation.hpp"
#include "ntorc/perf/model_set.hpp"
#include "perf/model_data.hpp"
#include "simulated_tool.hpp"

namespace {

using namespace ntorc;
using bench::Draws;
using perf::Dataset;
using perf::Observation;
using perf::Target;

constexpr std::ptrdiff_t kTested = 36;
constexpr std::array<std::ptrdiff_t, 4> kRows{10, 30, 100, 200};

using Rule = std::function<Observation(Observation, Draws&)>;

/// Another part of the same family: the same hardware, with the noise of a synthesis.
Observation other_part(Observation report, Draws& draws) {
  for (const Target target : {Target::Lut, Target::Ff}) {
    const double noise = std::exp(0.01 * draws.normal());
    if (report[target]) *report[target] *= noise;
  }
  return report;
}

/// A tool whose multiplexers and control cost something else altogether, so that no shift or slope of a total mends it:
/// half of the LUT stay, each multiplier adds 60 and each output 150; a FF for each bit of input; latency by two
/// thirds.
Observation other_world(Observation report, Draws& draws) {
  const double dsp = report[Target::Dsp].value_or(0);
  const auto outputs = static_cast<double>(report.shape.size);
  const auto bits = 16 * static_cast<double>(report.shape.inputs * report.shape.kernel);
  const auto noise = [&] { return std::exp(0.01 * draws.normal()); };
  if (report[Target::Lut]) report[Target::Lut] = (0.5 * *report[Target::Lut] + 60 * dsp + 150 * outputs) * noise();
  if (report[Target::Ff]) report[Target::Ff] = (0.3 * *report[Target::Ff] + 2 * bits) * noise();
  for (const Target target : {Target::LatencyMin, Target::LatencyMax}) {
    if (report[target]) report[target] = std::round(0.67 * *report[target] + 20);
  }
  return report;
}

/// Errors of one model over the trials.
struct Errors {
  struct Sum {
    double error = 0;
    double truth = 0;
    double n = 0;
  };
  std::map<Target, Sum> sums;
  double inside = 0;
  double judged = 0;
  bool possible = true;

  void add(const perf::PerformanceModel& model, const Dataset& tested) {
    for (const Observation& row : tested) {
      for (const Target target : perf::kTargets) {
        if (!row[target]) continue;
        if (!model.covers(row.shape.kind, target)) {
          possible = false;
          continue;
        }
        const double error = std::abs(model.predict(row.shape, row.reuse, target) - *row[target]);
        Sum& sum = sums[target];
        sum.error += target == Target::Bram18k ? error : *row[target] > 0 ? error / *row[target] : 0;
        sum.truth += *row[target];
        sum.n += *row[target] > 0 ? 1 : 0;
      }
    }
    if (!possible) return;
    for (const perf::Score& score : perf::evaluate(model, tested, "").scores) {
      if (!score.coverage_percent) continue;
      inside += *score.coverage_percent * static_cast<double>(score.n);
      judged += static_cast<double>(score.n);
    }
  }

  /// MAPE in %; of BRAM the mean error in % of the mean.
  std::string cells() const {
    std::string text;
    for (const Target target :
         {Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k, Target::LatencyMin, Target::LatencyMax}) {
      const auto found = sums.find(target);
      const double over = found == sums.end() ? 0 : target == Target::Bram18k ? found->second.truth : found->second.n;
      text += possible && over > 0 ? fmt::format(" {:.2f} |", 100 * found->second.error / over) : " - |";
    }
    return text + (possible && judged > 0 ? fmt::format(" {:.0f} |", inside / judged) : " - |");
  }
};

perf::Context context_of_second() {
  perf::Context context = perf::context_of(perf::ntorc_provenance());
  context.tool = "simulated";
  return context;
}

void curve(std::string_view title, const Dataset& reports, const Rule& rule, int trials) {
  std::array<std::array<Errors, 4>, kRows.size()> errors;
  std::array<std::array<int, 3>, kRows.size()> ways{};
  const perf::Provenance second = [] {
    perf::Provenance provenance = perf::ntorc_provenance();
    provenance.tool = "simulated";
    return provenance;
  }();
  for (int trial = 0; trial < trials; ++trial) {
    Draws draws(static_cast<std::uint64_t>(trial) + 1);
    const Dataset order = bench::shuffled(reports, draws);
    const auto half = order.begin() + std::ssize(order) / 2;
    const Dataset first(order.begin(), half);
    Dataset tested(half, half + kTested);
    Dataset rows(half + kTested, order.end());
    rows.insert(rows.end(), first.begin(), first.end());
    rows = bench::shuffled(rows, draws);
    for (Dataset* const part : {&rows, &tested})
      std::ranges::transform(*part, part->begin(), [&](const Observation& one) { return rule(one, draws); });
    const auto base = perf::PerformanceModel::fit(first, perf::ntorc_provenance());
    for (std::size_t c = 0; c < kRows.size(); ++c) {
      const Dataset own(rows.begin(), rows.begin() + kRows[c]);
      errors[c][0].add(base, tested);
      errors[c][1].add(perf::PerformanceModel::fit(own, second), tested);
      errors[c][2].add(base.calibrate(own, second), tested);
      const auto set = perf::ModelSet::fit(
          {{perf::context_of(perf::ntorc_provenance()), first, {}}, {context_of_second(), own, {}}}, "", "");
      errors[c][3].add(set.models()[1], tested);
      for (const auto& [kind, known] : perf::ModelFile::data(set.models()[1])->kinds) {
        for (const auto& choice : known.choices) {
          if (choice) ++ways[c][static_cast<std::size_t>(choice->way)];
        }
      }
    }
  }
  std::cout
      << fmt::format("### {}\n\n{} trials.\n\n", title, trials)
      << "| rows | model | LUT | FF | DSP | BRAM | latency min | latency max | covered % | calibrated, pooled, own |\n"
      << "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|\n";
  constexpr std::array<std::string_view, 4> kNames{"the first as it is", "own rows alone", "the first, calibrated",
                                                   "chosen"};
  for (std::size_t c = 0; c < kRows.size(); ++c) {
    for (std::size_t m = 0; m < kNames.size(); ++m) {
      const std::string chosen = m == 3 ? fmt::format("{}, {}, {}", ways[c][0], ways[c][1], ways[c][2]) : "";
      std::cout << fmt::format("| {} | {} |{} {} |\n", kRows[c], kNames[m], errors[c][m].cells(), chosen);
    }
  }
  std::cout << '\n' << std::flush;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: context_curve DATA [TRIALS]\n";
    return 2;
  }
  const int trials = argc == 3 ? std::max(1, std::atoi(argv[2])) : 10;
  const Dataset reports = bench::reports_of(perf::read_dataset(argv[1]));
  curve(
      "Another tool (simulated)", reports, [](Observation one, Draws& d) { return bench::other_tool(one, d); }, trials);
  curve("Another part, the same tool (simulated)", reports, other_part, trials);
  curve("A tool of its own (simulated)", reports, other_world, trials);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "context_curve: " << error.what() << '\n';
  return 1;
}
