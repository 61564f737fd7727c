// How far the latency of deploy::Chain lies from that of deploy::simulate, on random designs, and how deep FIFOs must
// be.
//   check_chain [SEED]    prints a table, of which docs/algorithms/composition.md is made.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iostream>
#include <numeric>
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

std::int64_t sum_of(const std::vector<std::int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

double ratio(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

std::string row(const Family& family, std::uint64_t seed) {
  test::Draw draw(seed);
  std::vector<double> low;    // by how much the chain is too low, %
  std::int64_t high = 0;      // by how much too high at most, millionths of a cycle
  double most_of_max = 0;     // simulated latency in latencies of the slowest process
  double least_of_sum = 1;    // in sums of all
  std::int64_t elements = 0;  // of all FIFOs as hls4ml makes them, of some designs
  std::int64_t held = 0;
  std::int64_t least = 0;
  for (int i = 0; i < family.designs; ++i) {
    const std::vector<hls4ml::Node> nodes = family.draw(draw);
    const std::vector<deploy::Process> processes = deploy::processes(nodes);
    const std::vector<std::int64_t> latencies = test::random_latencies(draw, nodes, processes);
    const deploy::Simulation simulation = deploy::simulate(processes, latencies);
    const std::int64_t chain = deploy::Chain(processes).latency(latencies);
    low.push_back(std::max(0.0, 100 - 100 * ratio(chain, simulation.latency)));
    high = std::max(high, chain - simulation.latency);
    most_of_max = std::max(most_of_max, ratio(simulation.latency, *std::ranges::max_element(latencies)));
    least_of_sum = std::min(least_of_sum, ratio(simulation.latency, sum_of(latencies)));
    if (i >= 100) continue;
    for (const deploy::Edge& edge : deploy::edges(processes)) elements += processes[edge.from].writes.size();
    held += sum_of(simulation.most_held);
    least += sum_of(deploy::least_depths(processes, latencies, deploy::Keep::Results));
  }
  std::ranges::sort(low);
  const auto rank = [&](double share) { return low[static_cast<std::size_t>(share * (family.designs - 1))]; };
  return fmt::format("| {} | {} | {:.4f} % | {:.4f} % | {:.4f} % | {} | {:.2f} | {:.2f} | {:.1f} % | {:.1f} % |\n",
                     family.name, family.designs, low.back(), rank(0.999), rank(0.99), high, most_of_max, least_of_sum,
                     100 * ratio(held, elements), 100 * ratio(least, elements));
}

}  // namespace

int main(int argc, char** argv) try {
  const std::uint64_t seed = argc > 1 ? std::stoull(argv[1]) : 1;
  std::cout
      << "| designs | number | too low at most | 999 of 1,000 | 99 of 100 | too high at most, 1e-6 cycles | latency / "
         "slowest at most | latency / sum at least | held | least depths "
         "|\n|---|---|---|---|---|---|---|---|---|---|\n";
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
