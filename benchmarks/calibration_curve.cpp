// What a few reports of another part or tool are worth: the error of a model before and after it is calibrated by them.
//   calibration_curve DATA      DATA: the folder of N-TORC's six tables. Prints JSON, of which docs/accuracy.md is
//   made.
//
// There is no public table of a second part or tool for the same layers. So the reports are simulated: N-TORC's
// figures, changed by the rule of `other_tool`. Two controls are not: reports left as they are, by which calibration
// must not hurt, and N-TORC's own layers beyond the sizes that the base was fitted to.
//
// A trial takes one half of the distinct configurations to fit the base, draws the reports from the other half and
// tests on what is then left of it, the same layers whatever the number of reports. Beside the calibrated model stands
// one that is fitted to the reports alone, and where part and tool are the same, one fitted to the base's rows and
// these.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ntorc/perf/evaluation.hpp"
#include "ntorc/perf/performance_model.hpp"
#include "simulated_tool.hpp"

namespace {

using namespace ntorc;
using bench::Draws;
using bench::other_tool;
using bench::reports_of;
using bench::shuffled;
using perf::Dataset;
using perf::Observation;
using perf::Target;

constexpr int kTrials = 20;

enum class Tool { Same, Other };

struct Trial {
  Dataset base;     ///< of the part and tool that the base knows
  Dataset reports;  ///< of the user's; the first are given to calibrate
  Dataset tested;   ///< of the user's
};

/// Errors of one model over the trials.
struct Errors {
  struct Sum {
    double error = 0;
    double truth = 0;
    int n = 0;
    double within = 0;
    double judged = 0;
  };
  std::map<Target, Sum> sums;
  bool possible = true;  ///< whether every trial could be predicted

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
        if (target == Target::Bram18k) {
          sum.error += error;
          sum.truth += *row[target];
        } else if (*row[target] > 0) {
          sum.error += error / *row[target];
          ++sum.n;
        }
      }
    }
    for (const perf::Score& score : perf::evaluate(model, tested, "").scores) {
      if (!score.coverage_percent) continue;
      Sum& sum = sums[score.target];
      sum.within += *score.coverage_percent * static_cast<double>(score.n);
      sum.judged += static_cast<double>(score.n);
    }
  }

  /// MAPE in %; of BRAM the mean error in % of the mean.
  std::string percent(Target target) const {
    const auto found = sums.find(target);
    if (!possible || found == sums.end()) return "null";
    const Sum& sum = found->second;
    const double denominator = target == Target::Bram18k ? sum.truth : sum.n;
    return denominator > 0 ? fmt::format("{:.2f}", 100 * sum.error / denominator) : "null";
  }
  std::string coverage(Target target) const {
    const auto found = sums.find(target);
    if (!possible || found == sums.end() || !(found->second.judged > 0)) return "null";
    return fmt::format("{:.1f}", found->second.within / found->second.judged);
  }
};

std::string row_json(std::size_t reports, std::string_view model, const Errors& errors) {
  std::string json = fmt::format(R"({{"reports": {}, "model": "{}")", reports, model);
  for (const Target target : perf::kTargets)
    json += fmt::format(R"(, "{}": {})", perf::to_string(target), errors.percent(target));
  for (const Target target : perf::kTargets)
    json += fmt::format(R"(, "{}_coverage": {})", perf::to_string(target), errors.coverage(target));
  return json + "}";
}

/// The curve of one experiment. @param trial  draws one.
std::string curve(std::string_view title, Tool tool, const std::vector<std::size_t>& counts,
                  const std::function<Trial(Draws&)>& trial) {
  std::vector<Errors> calibrated(counts.size());
  std::vector<Errors> from_scratch(counts.size());
  std::vector<Errors> refitted(counts.size());
  std::size_t base_rows = 0;
  std::size_t tested = 0;
  for (int seed = 0; seed < kTrials; ++seed) {
    Draws draws(static_cast<std::uint64_t>(seed) + 1);
    const Trial drawn = trial(draws);
    base_rows = drawn.base.size();
    tested = drawn.tested.size();
    const auto base = perf::PerformanceModel::fit(drawn.base, perf::ntorc_provenance());
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const Dataset own(drawn.reports.begin(), drawn.reports.begin() + static_cast<std::ptrdiff_t>(counts[c]));
      calibrated[c].add(own.empty() ? base : base.calibrate(own, perf::ntorc_provenance()), drawn.tested);
      if (own.empty()) continue;
      from_scratch[c].add(perf::PerformanceModel::fit(own, perf::ntorc_provenance()), drawn.tested);
      if (tool == Tool::Other) continue;
      Dataset both = drawn.base;
      both.insert(both.end(), own.begin(), own.end());
      refitted[c].add(perf::PerformanceModel::fit(both, perf::ntorc_provenance()), drawn.tested);
    }
  }
  std::string json = fmt::format(R"(  {{"experiment": "{}", "trials": {}, "base": {}, "tested": {}, "rows": [)", title,
                                 kTrials, base_rows, tested);
  for (std::size_t c = 0; c < counts.size(); ++c) {
    json += fmt::format("{}\n    {}", c == 0 ? "" : ",",
                        row_json(counts[c], counts[c] == 0 ? "base" : "calibrated", calibrated[c]));
    if (counts[c] == 0) continue;
    json += ",\n    " + row_json(counts[c], "reports alone", from_scratch[c]);
    if (tool == Tool::Same) json += ",\n    " + row_json(counts[c], "base and reports", refitted[c]);
  }
  return json + "\n  ]}";
}

Trial halves(const Dataset& reports, Tool tool, Draws& draws) {
  constexpr std::ptrdiff_t kReports = 100;
  const Dataset order = shuffled(reports, draws);
  const auto half = order.begin() + std::ssize(order) / 2;
  Trial trial{{order.begin(), half}, {half, half + kReports}, {half + kReports, order.end()}};
  if (tool == Tool::Same) return trial;
  for (Dataset* const part : {&trial.reports, &trial.tested})
    std::ranges::transform(*part, part->begin(), [&](const Observation& one) { return other_tool(one, draws); });
  return trial;
}

/// The base knows matrices narrower than 128 inputs and is asked for wider ones.
Trial wider(const Dataset& reports, Draws& draws) {
  constexpr std::ptrdiff_t kReports = 30;
  constexpr std::int64_t kWide = 128;
  Trial trial;
  Dataset wide;
  for (const Observation& report : reports)
    (report.shape.inputs * report.shape.kernel < kWide ? trial.base : wide).push_back(report);
  wide = shuffled(wide, draws);
  trial.reports.assign(wide.begin(), wide.begin() + kReports);
  trial.tested.assign(wide.begin() + kReports, wide.end());
  return trial;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: calibration_curve DATA\n";
    return 2;
  }
  const Dataset reports = reports_of(perf::read_dataset(argv[1]));
  const std::vector<std::size_t> counts{0, 10, 30, 100};
  std::cout << "[\n"
            << curve("other tool", Tool::Other, counts, [&](Draws& d) { return halves(reports, Tool::Other, d); })
            << ",\n"
            << curve("same tool", Tool::Same, counts, [&](Draws& d) { return halves(reports, Tool::Same, d); }) << ",\n"
            << curve("wider layers", Tool::Same, {0, 10, 30}, [&](Draws& d) { return wider(reports, d); }) << "\n]\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << "calibration_curve: " << error.what() << '\n';
  return 1;
}
