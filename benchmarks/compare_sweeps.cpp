// Fits the hybrid to a tenth of N-TORC's distinct configurations, chosen in several ways, and scores it on the rest:
//   compare_sweeps DATA [SHARE]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ntorc/perf/dataset.hpp"
#include "ntorc/perf/performance_model.hpp"
#include "sweep/choose.hpp"

namespace {

using namespace ntorc;
using perf::Target;

constexpr std::array kKinds{model::LayerKind::Dense, model::LayerKind::Conv1D, model::LayerKind::Lstm};
constexpr std::array kScored{Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k, Target::LatencyMax};

/// A configuration with its rows: a dense layer's latencies stand in other tables than its resources, one for each
/// stream that feeds it.
struct Configuration {
  hls4ml::LayerShape shape;
  std::int64_t reuse = 1;
  perf::Dataset rows;  ///< one for each number of packets, the mean of those in the tables
};

std::vector<Configuration> configurations(const perf::Dataset& data) {
  std::map<std::vector<std::int64_t>, std::map<std::int64_t, perf::Dataset>> groups;
  for (const perf::Observation& row : data) {
    const hls4ml::LayerShape& s = row.shape;
    groups[{static_cast<std::int64_t>(s.kind), s.inputs, s.size, s.kernel, s.sequence, row.reuse}][s.packets].push_back(
        row);
  }
  std::vector<Configuration> all;
  for (const auto& [key, by_packets] : groups) {
    Configuration configuration;
    for (const auto& [packets, rows] : by_packets) {
      perf::Observation mean = rows.front();
      for (const Target target : perf::kTargets) {
        double sum = 0;
        int count = 0;
        for (const perf::Observation& row : rows) {
          if (!row[target]) continue;
          sum += *row[target];
          ++count;
        }
        mean[target] = count > 0 ? std::optional(sum / count) : std::nullopt;
      }
      configuration.rows.push_back(mean);
    }
    configuration.shape = configuration.rows.back().shape;
    configuration.reuse = configuration.rows.back().reuse;
    all.push_back(configuration);
  }
  return all;
}

/// Errors of one kind and figure.
struct Errors {
  double sum = 0;
  int count = 0;
  void take(double percent) {
    sum += percent;
    ++count;
  }
  double mean() const { return count > 0 ? sum / count : std::nan(""); }
};

using Table = std::map<std::pair<model::LayerKind, Target>, Errors>;

struct Scores {
  Table errors;   ///< of what was not chosen
  Errors silent;  ///< percent of what was not chosen that the model has no price for
};

/// Fits to the chosen and asks for the others. What the model does not cover is counted apart.
void score(const std::vector<Configuration>& all, const std::vector<std::size_t>& chosen, Scores& scores) {
  std::vector<bool> is_chosen(all.size(), false);
  perf::Dataset training;
  for (const std::size_t i : chosen) {
    is_chosen[i] = true;
    training.insert(training.end(), all[i].rows.begin(), all[i].rows.end());
  }
  const auto model = perf::PerformanceModel::fit(training, perf::ntorc_provenance());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_chosen[i] && chosen.size() < all.size()) continue;
    const bool covered = model.covers(all[i].shape.kind) && model.covers(all[i].shape, all[i].reuse);
    scores.silent.take(covered ? 0 : 100);
    if (!covered) continue;
    for (const perf::Observation& row : all[i].rows) {
      for (const Target target : kScored) {
        if (!row[target] || *row[target] == 0) continue;
        const double predicted = model.predict(row.shape, row.reuse, target);
        scores.errors[{row.shape.kind, target}].take(100 * std::abs(predicted - *row[target]) / *row[target]);
      }
    }
  }
}

void print_header() {
  std::string line = fmt::format("{:<34}", "");
  for (const model::LayerKind kind : kKinds) {
    for (const Target target : kScored)
      line += fmt::format(" {:>8}", fmt::format("{}", to_string(target)).substr(0, 8));
    line += fmt::format("  <- {}", to_string(kind));
  }
  fmt::print("{}\n", line + "   silent %");
}

void print_row(const std::string& name, Scores& scores) {
  std::string line = fmt::format("{:<34}", name);
  for (const model::LayerKind kind : kKinds) {
    for (const Target target : kScored) line += fmt::format(" {:>8.2f}", scores.errors[{kind, target}].mean());
    line += std::string(4 + to_string(kind).size(), ' ');
  }
  fmt::print("{} {:>9.1f}\n", line, scores.silent.mean());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "compare_sweeps DATA [SHARE]\n");
    return 2;
  }
  const double share = argc > 2 ? std::atof(argv[2]) : 0.1;
  const std::vector<Configuration> all = configurations(perf::read_dataset(argv[1]));
  std::vector<sweep::Candidate> candidates;
  std::map<model::LayerKind, std::vector<std::size_t>> of_kind;
  for (std::size_t i = 0; i < all.size(); ++i) {
    candidates.push_back({{{all[i].shape, all[i].reuse}}, static_cast<std::size_t>(all[i].shape.kind)});
    of_kind[all[i].shape.kind].push_back(i);
  }
  // As many of each kind in every row of the table: equal shares would favour one.
  std::map<model::LayerKind, std::size_t> count;
  std::size_t total = 0;
  for (const auto& [kind, places] : of_kind) {
    count[kind] = static_cast<std::size_t>(std::llround(share * static_cast<double>(places.size())));
    total += count[kind];
    fmt::print("{}: {} of {} configurations\n", to_string(kind), count[kind], places.size());
  }
  print_header();

  const auto chosen_by = [&](const sweep::Criterion& criterion) {
    std::vector<std::size_t> chosen;
    for (const auto& [kind, places] : of_kind) {
      std::vector<sweep::Candidate> own;
      for (const std::size_t i : places) own.push_back(candidates[i]);
      for (const std::size_t i : sweep::choose(own, count[kind], criterion)) chosen.push_back(places[i]);
    }
    return chosen;
  };
  const std::vector<std::pair<std::string, sweep::Criterion>> designs{{"information and coverage (ours)", {}},
                                                                      {"information alone", {1, 0}},
                                                                      {"coverage alone", {0, 1}},
                                                                      {"information, coverage x 0.1", {1, 0.1}},
                                                                      {"information, coverage x 3", {1, 3}}};
  for (const auto& [name, criterion] : designs) {
    Scores scores;
    score(all, chosen_by(criterion), scores);
    print_row(name, scores);
  }

  constexpr int kSeeds = 20;
  Scores mean;
  std::vector<Table> each;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    std::vector<std::size_t> chosen;
    for (const auto& [kind, places] : of_kind) {
      std::vector<std::size_t> shuffled = places;
      std::ranges::shuffle(shuffled, random);
      chosen.insert(chosen.end(), shuffled.begin(), shuffled.begin() + static_cast<std::ptrdiff_t>(count[kind]));
    }
    Scores one;
    score(all, chosen, one);
    for (const auto& [key, errors] : one.errors) mean.errors[key].take(errors.mean());
    mean.silent.take(one.silent.mean());
    each.push_back(one.errors);
  }
  print_row(fmt::format("random, mean of {} seeds", kSeeds), mean);
  Scores best;
  Scores worst;
  for (auto& [key, errors] : mean.errors) {
    std::vector<double> values;
    for (Table& table : each) {
      if (table[key].count > 0) values.push_back(table[key].mean());
    }
    best.errors[key].take(*std::ranges::min_element(values));
    worst.errors[key].take(*std::ranges::max_element(values));
  }
  print_row("random, best seed of each figure", best);
  print_row("random, worst seed of each figure", worst);
  std::vector<std::size_t> everything(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) everything[i] = i;
  Scores fitted;
  score(all, everything, fitted);
  print_row("all of them, on themselves", fitted);
}
