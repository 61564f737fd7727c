// Runs a sampler on a known problem and prints a JSON line; compare_samplers.py calls it.
//
//     compare_samplers SAMPLER PROBLEM EVALUATIONS SEED...     SAMPLER: bayesian, noisy, nsga2, sobol, random
//
// `noisy` is `bayesian` that is not told that objectives are without noise.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ntorc/search/propose.hpp"
#include "sampler_problems.hpp"

namespace {

using namespace ntorc;
using namespace ntorc::benchmarks;

std::vector<search::Point> propose(const std::string& sampler, const search::Problem& problem,
                                   const search::History& history, const KnownProblem& known, std::uint64_t seed) {
  if (sampler == "bayesian" || sampler == "noisy") {
    return search::propose_bayesian(problem, history, 1, {.seed = seed, .reference_point = known.reference});
  }
  if (sampler == "nsga2") return search::propose_nsga2(problem, history, 1, {.seed = seed, .population = 20});
  if (sampler == "sobol") return search::propose_sobol(problem, history, 1, {.seed = seed});
  if (sampler == "random") return search::propose_random(problem, history, 1, {.seed = seed});
  throw std::invalid_argument("sampler: expected bayesian, noisy, nsga2, sobol or random, got " + sampler);
}

void run(const std::string& sampler, const KnownProblem& known, std::size_t evaluations, std::uint64_t seed) {
  search::Problem problem = as_problem(known);
  if (sampler == "noisy") {
    for (auto& objective : problem.objectives) objective.kind = search::ObjectiveKind::Noisy;
  }
  search::History history;
  const std::clock_t start = std::clock();
  while (history.observations.size() < evaluations) {
    const auto points = propose(sampler, problem, history, known, seed);
    if (points.empty()) break;
    history.observations.push_back(observe(known, points.front()));
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const nlohmann::json line{{"sampler", "ntorc " + sampler},
                            {"problem", known.name},
                            {"evaluations", history.observations.size()},
                            {"seed", seed},
                            {"share", share_reached(known, history)},
                            {"cpu_s", seconds}};
  std::cout << line.dump() << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 4) throw std::invalid_argument("expected SAMPLER PROBLEM EVALUATIONS SEED...");
  const auto all = known_problems();
  const auto known = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == args[1]; });
  if (known == all.end()) throw std::invalid_argument("no such problem: " + args[1]);
  for (std::size_t i = 3; i < args.size(); ++i) run(args[0], *known, std::stoul(args[2]), std::stoull(args[i]));
  return 0;
} catch (const std::exception& e) {
  std::cerr << "compare_samplers: " << e.what() << '\n';
  return 1;
}
