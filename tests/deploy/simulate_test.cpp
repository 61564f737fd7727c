#include "ntorc/deploy/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "deploy/stream_chains.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::deploy {
namespace {

using hls4ml::NodeKind;
using test::Draw;
using test::StreamBuilder;

/// One row of `iterations`, one to one with all inputs.
Process map_of(std::vector<std::size_t> inputs, std::int64_t iterations) {
  Process process{std::move(inputs), 1, iterations, {}, {0, 0, 1, 1, 1, iterations}};
  process.reads.assign(process.inputs.size(), process.writes);
  return process;
}

TEST(Simulate, FollowsEveryElement) {
  // Four elements, one every unit, to a reader that takes three units for each.
  const std::vector<Process> pair{map_of({}, 4), map_of({0}, 4)};
  const Simulation unlimited = simulate(pair, {4, 12});
  EXPECT_EQ(unlimited.begins, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(unlimited.ends, (std::vector<std::int64_t>{4, 13}));
  EXPECT_EQ(unlimited.latency, 13);
  // Given at 1, 2, 3, 4; taken at 1, 4, 7, 10: at 4 the second is gone and two are left.
  EXPECT_EQ(unlimited.most_held, (std::vector<std::int64_t>{2}));
  EXPECT_FALSE(unlimited.deadlock);

  // With room for one: the third is given when the second is taken, at 4, the fourth at 7.
  const Simulation limited = simulate(pair, {4, 12}, {1});
  EXPECT_EQ(limited.ends, (std::vector<std::int64_t>{7, 13}));
  EXPECT_EQ(limited.most_held, (std::vector<std::int64_t>{1}));
}

TEST(Simulate, LetsIterationsEndAsEvenlyAsUnitsAllow) {
  // 5 units over 3 iterations: ends 1, 3, 5.
  const std::vector<Process> pair{map_of({}, 3), map_of({0}, 3)};
  EXPECT_EQ(simulate(pair, {5, 0}).most_held, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(simulate(pair, {5, 0}).begins[1], 1);
  EXPECT_EQ(simulate(pair, {5, 0}).latency, 5);
}

TEST(Simulate, DenseLayerGivesAfterItsPackets) {
  std::vector<Process> pair{map_of({}, 4), map_of({0}, 4)};
  pair[1].writes = {0, 3, 1, 1, 1, 1};
  pair[1].pace = Process::Pace::AtEnd;
  // Packets every 3 cycles, the last at 12; then its cycle and the 96 that are left.
  EXPECT_EQ(simulate(pair, {12 * kUnitsPerCycle, 100 * kUnitsPerCycle}).ends[1], (12 + 1 + 96) * kUnitsPerCycle);
}

TEST(Simulate, TellsADeadlock) {
  // A branch that gives only when it has all ten elements, and one that must hold them meanwhile.
  std::vector<Process> diamond{map_of({}, 10), map_of({0}, 20), map_of({0, 1}, 10)};
  diamond[1].reads = {{0, 0, 1, 1, 1, 10}};
  diamond[1].writes = {0, 10, 1, 1, 1, 10};
  EXPECT_EQ(edges(diamond), (std::vector<Edge>{{0, 1, 0}, {0, 2, 0}, {1, 2, 1}}));
  const std::vector<std::int64_t> latencies{10, 20, 10};
  const Simulation unlimited = simulate(diamond, latencies);
  EXPECT_EQ(unlimited.latency, 22);
  EXPECT_EQ(unlimited.most_held, (std::vector<std::int64_t>{1, 10, 1}));
  EXPECT_FALSE(simulate(diamond, latencies, {1, 10, 1}).deadlock);
  EXPECT_TRUE(simulate(diamond, latencies, {1, 8, 1}).deadlock);
  // With room for nine the tenth waits until the first is taken, but that is the tenth's own doing: the branch needs
  // it.
  EXPECT_TRUE(simulate(diamond, latencies, {1, 9, 1}).deadlock);
  EXPECT_EQ(least_depths(diamond, latencies), (std::vector<std::int64_t>{1, 10, 1}));
}

TEST(Simulate, BeginsTheNextInferenceRightBehind) {
  // The reader is the slower one: 12 units each, from 1 on. The writer never waits for it.
  const std::vector<Process> pair{map_of({}, 4), map_of({0}, 4)};
  const Simulation three = simulate(pair, {4, 12}, {}, 3);
  EXPECT_EQ(three.ends, (std::vector<std::int64_t>{4, 13}));
  EXPECT_EQ(three.latency, 13);
  EXPECT_EQ(three.last_end, 1 + 3 * 12);
  // Given at 1, ..., 12, taken at 1, 4, 7, 10, 13: at 12 four of twelve are gone.
  EXPECT_EQ(three.most_held, (std::vector<std::int64_t>{8}));
}

TEST(Simulate, RefusesWhatTheProcessesDoNotFit) {
  const std::vector<Process> pair{map_of({}, 4), map_of({0}, 4)};
  EXPECT_THROW(simulate({map_of({0}, 4)}, {1}), InvalidArgument);
  EXPECT_THROW(simulate(pair, {1}), InvalidArgument);
  EXPECT_THROW(least_depths(pair, {1, -1}), InvalidArgument);
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              simulate(pair, {1, 1}, {1, 1});
            }),
            "depths: expected one for each of 1 edges, got 2");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { simulate(pair, {1, 1}, {0}); }), "depths/0: expected >= 1, got 0");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              simulate(pair, {1, 1}, {}, 0);
            }),
            "inferences: expected >= 1, got 0");
  EXPECT_EQ(test::message_of<InvalidArgument>([&] {
              simulate(pair, {1, 1}, {}, 0);
            }),
            "inferences: expected >= 1, got 0");
}

struct SmallDesign {
  std::vector<Process> processes;
  std::vector<std::int64_t> latencies;
  std::vector<std::int64_t> depths;
};

/// With latencies of so few units that unit by unit can be followed.
SmallDesign small_design(Draw& draw) {
  const auto nodes = draw.one_in(2) ? test::random_series(draw, 12) : test::random_image(draw, 7);
  SmallDesign design{processes(nodes), {}, {}};
  for (const Process& process : design.processes) design.latencies.push_back(draw.in(0, 3 * process.iterations()));
  const bool tight = draw.one_in(2);
  for (const Edge& edge : edges(design.processes)) {
    design.depths.push_back(draw.in(1, tight ? 3 : design.processes[edge.from].writes.size()));
  }
  return design;
}

/// The same by brute force: a clock that ticks, and FIFOs that are only counted.
struct Ticking {
  struct State {
    std::int64_t iteration = 0;
    std::int64_t worked = 0;  ///< since the beginning of the iteration
    bool busy = false;
  };

  static bool picks(const Lattice& lattice, std::int64_t row, std::int64_t column) {
    const std::int64_t r = row - lattice.first_row;
    const std::int64_t c = column - lattice.first_column;
    return r >= 0 && c >= 0 && r % lattice.row_step == 0 && c % lattice.column_step == 0 &&
           r / lattice.row_step < lattice.rows && c / lattice.column_step < lattice.columns;
  }

  static Simulation run(const SmallDesign& design) {
    const std::vector<Edge> streams = edges(design.processes);
    std::vector<std::int64_t> held(streams.size(), 0);
    std::vector<State> states(design.processes.size());
    Simulation result;
    result.begins.assign(states.size(), 0);
    result.ends.assign(states.size(), 0);
    std::int64_t idle = 0;
    for (std::int64_t now = 0; idle < 1'000; ++now, ++idle) {
      bool moved = true;
      while (moved) {
        moved = false;
        for (std::size_t p = 0; p < states.size(); ++p) {
          const Process& process = design.processes[p];
          State& state = states[p];
          const std::int64_t i = state.iteration;
          const std::int64_t n = process.iterations();
          if (i == n) continue;
          if (!state.busy) {
            bool ready = true;
            for (std::size_t e = 0; e < streams.size(); ++e) {
              if (streams[e].to == p &&
                  picks(process.reads[streams[e].input], i / process.columns, i % process.columns)) {
                ready = ready && held[e] > 0;
              }
            }
            if (!ready) continue;
            for (std::size_t e = 0; e < streams.size(); ++e) {
              if (streams[e].to == p &&
                  picks(process.reads[streams[e].input], i / process.columns, i % process.columns)) {
                --held[e];
              }
            }
            if (i == 0) result.begins[p] = now;
            state = {i, 0, true};
            moved = true;
          }
          const std::int64_t latency = design.latencies[p];
          if (state.worked < latency * (i + 1) / n - latency * i / n) continue;
          const bool gives = picks(process.writes, i / process.columns, i % process.columns);
          bool room = true;
          for (std::size_t e = 0; e < streams.size(); ++e) {
            if (gives && streams[e].from == p) room = room && held[e] < design.depths[e];
          }
          if (!room) continue;
          for (std::size_t e = 0; e < streams.size(); ++e) {
            if (gives && streams[e].from == p) ++held[e];
          }
          state = {i + 1, 0, false};
          moved = true;
          if (state.iteration == n) result.ends[p] = now;
        }
        if (moved) idle = 0;
      }
      for (State& state : states) {
        if (state.busy) ++state.worked;
      }
    }
    for (std::size_t p = 0; p < states.size(); ++p) {
      if (states[p].iteration < design.processes[p].iterations()) result.deadlock = true;
    }
    result.latency = *std::ranges::max_element(result.ends);
    return result;
  }
};

TEST(Simulate, IsWhatATickingClockShows) {
  Draw draw(21);
  int deadlocks = 0;
  for (int i = 0; i < 1'000; ++i) {
    const SmallDesign design = small_design(draw);
    const Simulation simulation = simulate(design.processes, design.latencies, design.depths);
    const Simulation ticking = Ticking::run(design);
    ASSERT_EQ(simulation.deadlock, ticking.deadlock) << i;
    if (simulation.deadlock) {
      ++deadlocks;
      continue;
    }
    EXPECT_EQ(simulation.begins, ticking.begins) << i;
    EXPECT_EQ(simulation.ends, ticking.ends) << i;
    EXPECT_EQ(simulation.latency, ticking.latency) << i;
  }
  EXPECT_GT(deadlocks, 10);
  EXPECT_LT(deadlocks, 900);
}

TEST(Simulate, NeedsNoMoreRoomThanWasHeld) {
  Draw draw(22);
  for (int i = 0; i < 500; ++i) {
    const SmallDesign design = small_design(draw);
    const Simulation unlimited = simulate(design.processes, design.latencies);
    const Simulation limited = simulate(design.processes, design.latencies, unlimited.most_held);
    EXPECT_FALSE(limited.deadlock);
    EXPECT_EQ(limited.begins, unlimited.begins);
    EXPECT_EQ(limited.ends, unlimited.ends);
    EXPECT_EQ(limited.most_held, unlimited.most_held);
  }
}

TEST(Simulate, HoldsNoMoreThanThereIsRoomFor) {
  Draw draw(23);
  for (int i = 0; i < 500; ++i) {
    const SmallDesign design = small_design(draw);
    const Simulation limited = simulate(design.processes, design.latencies, design.depths);
    if (limited.deadlock) continue;
    for (std::size_t e = 0; e < design.depths.size(); ++e) EXPECT_LE(limited.most_held[e], design.depths[e]);
  }
}

/// What `keep` keeps, of one design with depths or without.
std::vector<std::int64_t> kept(const SmallDesign& design, Keep keep, const std::vector<std::int64_t>& depths) {
  const Simulation simulation = simulate(design.processes, design.latencies, depths, keep == Keep::Ends ? 1 : 4);
  if (simulation.deadlock) return {};
  return keep == Keep::Ends ? simulation.ends : std::vector{simulation.latency, simulation.last_end};
}

TEST(LeastDepths, KeepWhatTheyShallAndCannotBeMadeSmallerAlone) {
  for (const Keep keep : {Keep::Ends, Keep::Results}) {
    Draw draw(24);
    int lowered = 0;
    for (int i = 0; i < 200; ++i) {
      const SmallDesign design = small_design(draw);
      const std::vector<std::int64_t> unlimited = kept(design, keep, {});
      std::vector<std::int64_t> depths = least_depths(design.processes, design.latencies, keep);
      if (depths != simulate(design.processes, design.latencies).most_held) ++lowered;
      EXPECT_EQ(kept(design, keep, depths), unlimited) << i;
      for (std::int64_t& depth : depths) {
        if (depth == 1) continue;
        --depth;
        EXPECT_NE(kept(design, keep, depths), unlimited) << i;
        ++depth;
      }
    }
    EXPECT_GT(lowered, 20);
  }
}

TEST(LeastDepths, OfResultsLetAFastWriterWait) {
  // 1 unit an element against 3: the reader never waits, whether the writer ends early or late.
  const std::vector<Process> pair{map_of({}, 100), map_of({0}, 100)};
  EXPECT_EQ(least_depths(pair, {100, 300}, Keep::Results), (std::vector<std::int64_t>{1}));
  // Given at 1..100, taken at 1, 4, ..: when the last is given, 33 more have been taken since the first.
  EXPECT_EQ(least_depths(pair, {100, 300}), (std::vector<std::int64_t>{66}));
}

}  // namespace
}  // namespace ntorc::deploy
