#include "ntorc/deploy/chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "deploy/stream_chains.hpp"
#include "fixtures.hpp"
#include "ntorc/deploy/simulate.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using hls4ml::NodeKind;
using test::Draw;
using test::StreamBuilder;

constexpr std::int64_t kCycle = kUnitsPerCycle;

std::vector<std::int64_t> in_cycles(std::vector<std::int64_t> latencies) {
  for (std::int64_t& latency : latencies) latency *= kCycle;
  return latencies;
}

std::int64_t sum_of(const Chain& chain, const std::vector<Leg>& legs, const std::vector<std::int64_t>& latencies) {
  std::int64_t sum = 0;
  for (const Leg& leg : legs) sum += duration(chain.processes()[leg.process], leg, latencies[leg.process]);
  return sum;
}

TEST(Duration, SharesALatencyEvenly) {
  const Process three{{}, 1, 3, {}, {0, 0, 1, 1, 1, 3}};
  EXPECT_EQ(duration(three, {0, 1, false}, 100), 33);
  EXPECT_EQ(duration(three, {0, 2, false}, 100), 66);
  EXPECT_EQ(duration(three, {0, 3, true}, 100), 100);
  // A product beyond 64 bits: 2^61 * 2 / 3 = 1'537'228'672'809'129'301.3
  EXPECT_EQ(duration(three, {0, 2, false}, std::int64_t{1} << 61), 1'537'228'672'809'129'301);
}

TEST(Duration, OfADenseLayerLiesBehindItsPackets) {
  const Process dense{{}, 1, 4, {}, {0, 3, 1, 1, 1, 1}, Process::Pace::AtEnd};
  EXPECT_EQ(duration(dense, {0, 1, false}, 100 * kCycle), kCycle);
  EXPECT_EQ(duration(dense, {0, 4, false}, 100 * kCycle), 4 * kCycle);
  EXPECT_EQ(duration(dense, {0, 1, true}, 100 * kCycle), 97 * kCycle);
  EXPECT_EQ(duration(dense, {0, 4, true}, 100 * kCycle), 100 * kCycle);
  // Less than a cycle a packet: nothing is left to lie behind.
  EXPECT_EQ(duration(dense, {0, 1, true}, 2 * kCycle), kCycle / 2);
  EXPECT_EQ(duration(dense, {0, 4, true}, 2 * kCycle), 2 * kCycle);
}

TEST(Duration, NeverFallsWithTheLatencyOrTheIterations) {
  Draw draw(5);
  for (int i = 0; i < 20'000; ++i) {
    Process process{{}, draw.in(1, 4), draw.in(1, 9), {}, {0, 0, 1, 1, 1, 1}};
    if (draw.one_in(2)) process.pace = Process::Pace::AtEnd;
    const std::int64_t latency = draw.in(0, draw.one_in(2) ? 100 : 60 * kCycle);
    const Leg leg{0, draw.in(1, process.iterations()), draw.one_in(2)};
    const std::int64_t least = duration(process, leg, latency);
    EXPECT_LE(least, latency);
    EXPECT_GE(duration(process, leg, latency + draw.in(1, 100)), least);
    if (leg.iterations < process.iterations()) {
      EXPECT_GE(duration(process, {0, leg.iterations + 1, leg.to_end}, latency), least);
    }
    EXPECT_EQ(duration(process, {0, process.iterations(), true}, latency), latency);
  }
}

TEST(Chain, OverlapsWhatStreams) {
  // Ten steps through two recurrent layers that give every step. The second is slower: it begins when the first has
  // given a step, 1 + 3 cycles, and then takes its own 100. If it is faster it has one step to go at the end.
  StreamBuilder net(1, 10, 2);
  net.recurrent(4, true);
  net.recurrent(4, true);
  const Chain chain(processes(net.nodes()));
  EXPECT_EQ(chain.latency(in_cycles({10, 30, 100})), 104 * kCycle);
  EXPECT_EQ(chain.longest(in_cycles({10, 30, 100})), (std::vector<Leg>{{0, 1, false}, {1, 1, false}, {2, 10, true}}));
  EXPECT_EQ(chain.latency(in_cycles({10, 100, 30})), (1 + 100 + 3) * kCycle);
  EXPECT_EQ(chain.longest(in_cycles({10, 100, 30})), (std::vector<Leg>{{0, 1, false}, {1, 10, true}, {2, 1, true}}));
}

TEST(Chain, AddsUpWhatWaitsForAll) {
  StreamBuilder net(1, 10, 2);
  net.recurrent(4, false);
  net.dense(5);
  net.dense(3);
  const Chain chain(processes(net.nodes()));
  EXPECT_EQ(chain.latency(in_cycles({10, 30, 12, 8})), (1 + 30 + 12 + 8) * kCycle);
  const std::vector<Span> spans = chain.spans(in_cycles({10, 30, 12, 8}));
  const std::vector<std::int64_t> times = in_cycles({0, 10, 1, 31, 31, 43, 43, 51});
  for (std::size_t p = 0; p < spans.size(); ++p) {
    EXPECT_EQ(spans[p].begin, times[2 * p]) << p;
    EXPECT_EQ(spans[p].end, times[2 * p + 1]) << p;
  }
}

TEST(Chain, DenseLayerTakesItsPacketsWhileTheyCome) {
  // 16 packets at 5 cycles, then what lies behind the packets: 100 - 16 cycles and the last packet's one.
  StreamBuilder net(4, 4, 2);
  net.map(NodeKind::Activation);
  net.dense(5);
  const Chain chain(processes(net.nodes()));
  EXPECT_EQ(chain.latency(in_cycles({16, 80, 100})), (1 + 80 + 85) * kCycle);
}

TEST(Chain, ConvolutionWaitsForPaddingNotForItsWholeInput) {
  // A 4 x 4 image padded to 6 x 6. The convolution, 10 cycles a pixel, begins with the padding's first pixel, which
  // takes nothing; so it never waits again: 1 + 360.
  StreamBuilder net(4, 4, 2);
  net.pad(1);
  net.convolve(3, 1, 4);
  const Chain chain(processes(net.nodes()));
  EXPECT_EQ(chain.latency(in_cycles({16, 36, 360})), 361 * kCycle);
  // A slow source, 100 cycles a pixel: after its last, padding has that pixel, one behind it and a row of six, and the
  // convolution the last of them.
  EXPECT_EQ(chain.latency(in_cycles({1600, 36, 36})), (1600 + 8 + 1) * kCycle);
}

TEST(Chain, TakesTheSlowerBranch) {
  StreamBuilder net(1, 10, 2);
  net.map(NodeKind::Clone);
  net.map(NodeKind::Activation);
  net.merge(1);
  const Chain chain(processes(net.nodes()));
  EXPECT_EQ(chain.latency(in_cycles({10, 10, 70, 10})), (1 + 1 + 70 + 1) * kCycle);
  EXPECT_EQ(chain.longest(in_cycles({10, 10, 70, 10})),
            (std::vector<Leg>{{0, 1, false}, {1, 1, false}, {2, 10, true}, {3, 1, true}}));
}

TEST(Chain, OfNothingTakesNoTime) {
  const Chain chain({});
  EXPECT_EQ(chain.latency({}), 0);
  EXPECT_TRUE(chain.longest({}).empty());
  EXPECT_TRUE(chain.spans({}).empty());
}

TEST(Chain, RefusesWhatTheProcessesDoNotFit) {
  EXPECT_THROW(Chain({Process{{0}, 1, 1, {{0, 0, 1, 1, 1, 1}}}}), InvalidArgument);
  const Chain chain({Process{}});
  EXPECT_THROW(chain.latency({}), InvalidArgument);
  EXPECT_THROW(chain.longest({-1}), InvalidArgument);
  EXPECT_THROW(chain.spans({1, 2}), InvalidArgument);
}

struct RandomDesign {
  std::vector<Process> processes;
  std::vector<std::int64_t> latencies;
};

RandomDesign random_design(Draw& draw, std::int64_t most_steps, std::int64_t most_extent) {
  const auto nodes = draw.one_in(2) ? test::random_series(draw, most_steps) : test::random_image(draw, most_extent);
  RandomDesign design{processes(nodes), {}};
  design.latencies = test::random_latencies(draw, nodes, design.processes);
  return design;
}

/// What holds of every chain, however its times are rounded.
void expect_sound(const Chain& chain, const std::vector<std::int64_t>& latencies) {
  const std::int64_t latency = chain.latency(latencies);
  EXPECT_GE(latency, *std::ranges::max_element(latencies));
  EXPECT_LE(latency, std::accumulate(latencies.begin(), latencies.end(), std::int64_t{0}));
  const std::vector<Leg> legs = chain.longest(latencies);
  EXPECT_EQ(sum_of(chain, legs, latencies), latency);
  std::int64_t latest = 0;
  for (const Span& span : chain.spans(latencies)) {
    EXPECT_LE(span.begin, span.end);
    latest = std::max(latest, span.end);
  }
  EXPECT_EQ(latest, latency);
}

TEST(Chain, IsTheSumOfItsLongestWayWhateverTheRounding) {
  Draw draw(11);
  for (int i = 0; i < 1'500; ++i) {
    RandomDesign design = random_design(draw, 100, 12);
    const Chain chain(design.processes);
    expect_sound(chain, design.latencies);
    // Units of little meaning, so that rounding is all; then of no meaning, so that products leave 64 bits.
    for (const std::int64_t most : {std::int64_t{60}, std::int64_t{1} << 56}) {
      for (std::int64_t& latency : design.latencies) latency = draw.in(0, most);
      expect_sound(chain, design.latencies);
    }
  }
}

TEST(Chain, IsNeverBelowAWayThatWasLongestForOtherLatencies) {
  Draw draw(12);
  for (int i = 0; i < 500; ++i) {
    const RandomDesign design = random_design(draw, 100, 12);
    const Chain chain(design.processes);
    std::vector<std::vector<Leg>> ways;
    for (int k = 0; k < 8; ++k) {
      std::vector<std::int64_t> latencies = design.latencies;
      for (std::int64_t& latency : latencies) latency = draw.in(0, 2 * latency);
      ways.push_back(chain.longest(latencies));
    }
    const std::int64_t latency = chain.latency(design.latencies);
    for (const std::vector<Leg>& way : ways) EXPECT_LE(sum_of(chain, way, design.latencies), latency);
  }
}

TEST(Chain, NeverFallsWithALatency) {
  Draw draw(13);
  for (int i = 0; i < 1'000; ++i) {
    RandomDesign design = random_design(draw, 100, 12);
    const Chain chain(design.processes);
    const std::int64_t before = chain.latency(design.latencies);
    const auto p = static_cast<std::size_t>(draw.in(0, std::ssize(design.latencies) - 1));
    design.latencies[p] += draw.in(1, 2 * design.latencies[p]);
    EXPECT_GE(chain.latency(design.latencies), before);
  }
}

TEST(Chain, AgreesWithTheSimulator) {
  Draw draw(14);
  for (int i = 0; i < 3'000; ++i) {
    const RandomDesign design = random_design(draw, 400, 24);
    const Chain chain(design.processes);
    const Simulation simulation = simulate(design.processes, design.latencies);
    const std::int64_t latency = chain.latency(design.latencies);
    EXPECT_LE(latency, simulation.latency) << i;
    EXPECT_GE(static_cast<double>(latency), 0.99 * static_cast<double>(simulation.latency)) << i;
  }
}

TEST(Chain, OfShortStreamsIsThatOfTheSimulatorButForRounding) {
  Draw draw(15);
  for (int i = 0; i < 3'000; ++i) {
    const RandomDesign design = random_design(draw, 60, 6);  // at most 64 elements, with padding too
    const Simulation simulation = simulate(design.processes, design.latencies);
    const std::vector<Span> spans = Chain(design.processes).spans(design.latencies);
    for (std::size_t p = 0; p < spans.size(); ++p) {
      const auto rounding = static_cast<double>(design.processes.size());
      EXPECT_NEAR(static_cast<double>(spans[p].begin), static_cast<double>(simulation.begins[p]), rounding);
      EXPECT_NEAR(static_cast<double>(spans[p].end), static_cast<double>(simulation.ends[p]), rounding);
    }
  }
}

}  // namespace
}  // namespace ntorc::deploy
