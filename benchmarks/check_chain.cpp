// How far the latency of deploy::Chain lies from that of deploy::simulate, on random designs.
//   check_chain [SEED]    prints a table, of which docs/algorithms/composition.md is made.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/stream_chains.hpp"
#include "ntorc/deploy/chain.hpp"
#include "ntorc/deploy/simulate.hpp"

namespace {

using namespace ntorc;

struct Family {
  std::string_view name;
  int designs = 0;
  std::vector<hls4ml::Node> (*draw)(test::Draw&) = nullptr;
};

double ratio(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

std::string row(const Family& family, std::uint64_t seed) {
  test::Draw draw(seed);
  std::vector<double> errors;  // of the chain, %; negative: too low
  double most_of_max = 0;      // simulated latency in latencies of the slowest process
  double least_of_sum = 1;
  for (int i = 0; i < family.designs; ++i) {
    const std::vector<hls4ml::Node> nodes = family.draw(draw);
    const std::vector<deploy::Process> processes = deploy::processes(nodes);
    const std::vector<std::int64_t> latencies = test::random_latencies(draw, nodes, processes);
    const std::int64_t simulated = deploy::simulate(processes, latencies).latency;
    errors.push_back(100 * (ratio(deploy::Chain(processes).latency(latencies), simulated) - 1));
    std::int64_t sum = 0;
    for (const std::int64_t latency : latencies) sum += latency;
    most_of_max = std::max(most_of_max, ratio(simulated, *std::ranges::max_element(latencies)));
    least_of_sum = std::min(least_of_sum, ratio(simulated, sum));
  }
  std::ranges::sort(errors);
  const auto rank = [&](double share) { return errors[static_cast<std::size_t>(share * (family.designs - 1))]; };
  return fmt::format("| {} | {} | {:.4f} % | {:.4f} % | {:.4f} % | {:.4f} % | {:.2f} | {:.2f} |\n", family.name,
                     family.designs, rank(0), rank(0.01), rank(0.5), errors.back(), most_of_max, least_of_sum);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::uint64_t seed = argc > 1 ? std::stoull(argv[1]) : 1;
  std::cout << "| designs | number | lowest | 1 in 100 below | median | highest | most of max | least of sum |\n"
               "|---|---|---|---|---|---|---|---|\n";
  for (const Family& family : {
           Family{"series of 8 to 64 steps", 5'000, [](test::Draw& draw) { return test::random_series(draw, 64); }},
           Family{"series of 8 to 2,048 steps", 5'000,
                  [](test::Draw& draw) { return test::random_series(draw, 2'048); }},
           Family{"images of 6 x 6 to 16 x 16", 5'000, [](test::Draw& draw) { return test::random_image(draw, 16); }},
           Family{"images of 6 x 6 to 64 x 64", 2'000, [](test::Draw& draw) { return test::random_image(draw, 64); }},
       }) {
    std::cout << row(family, seed) << std::flush;
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "check_chain: " << error.what() << '\n';
  return 1;
}
