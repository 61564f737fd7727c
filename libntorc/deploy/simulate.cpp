#include "ntorc/deploy/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::deploy {

namespace {

/// The next iteration that a lattice picks, counted on through all inferences.
class Picked {
 public:
  Picked(const Lattice& lattice, const Process& process)
      : lattice_(lattice), columns_(process.columns), iterations_(process.iterations()), next_(first_of_row()) {}

  std::int64_t next() const { return next_; }
  void advance() {
    if (++column_ < lattice_.columns) {
      next_ += lattice_.column_step;
      return;
    }
    column_ = 0;
    if (++row_ == lattice_.rows) {
      row_ = 0;
      before_ += iterations_;
    }
    next_ = first_of_row();
  }

 private:
  std::int64_t first_of_row() const {
    return before_ + (lattice_.first_row + row_ * lattice_.row_step) * columns_ + lattice_.first_column;
  }

  Lattice lattice_;
  std::int64_t columns_;
  std::int64_t iterations_;
  std::int64_t before_ = 0;  ///< iterations of the inferences before
  std::int64_t row_ = 0;
  std::int64_t column_ = 0;
  std::int64_t next_;
};

/// How long each iteration takes, one after the other: of Even, iteration i ends floor((i + 1) L / T) after the
/// beginning of the first, if it never waits.
class Pacer {
 public:
  Pacer(const Process& process, std::int64_t latency) : iterations_(process.iterations()) {
    const bool at_end = process.pace == Process::Pace::AtEnd && latency / iterations_ >= kUnitsPerCycle;
    const std::int64_t paced = at_end ? iterations_ * kUnitsPerCycle : latency;
    each_ = paced / iterations_;
    rest_ = paced % iterations_;
    behind_ = latency - paced;
  }

  std::int64_t next() {
    carried_ += rest_;
    const bool carry = carried_ >= iterations_;
    if (carry) carried_ -= iterations_;
    return each_ + (carry ? 1 : 0);
  }
  std::int64_t behind() const { return behind_; }  ///< the last iteration

 private:
  std::int64_t iterations_;
  std::int64_t each_ = 0;
  std::int64_t rest_ = 0;
  std::int64_t carried_ = 0;
  std::int64_t behind_ = 0;
};

/// A stream: when its elements are given and taken, as far as that is known.
struct Fifo {
  std::vector<std::int64_t> given;
  std::vector<std::int64_t> taken;
  std::int64_t depth = std::numeric_limits<std::int64_t>::max();

  /// Whether it is known when the next element has room.
  bool may_give() const { return depth > std::ssize(given) || std::ssize(given) - depth < std::ssize(taken); }
  /// When that is; `now` if that is later.
  std::int64_t room(std::int64_t now) const {
    return depth > std::ssize(given) ? now : std::max(now, taken[given.size() - static_cast<std::size_t>(depth)]);
  }
  bool may_take() const { return taken.size() < given.size(); }

  std::int64_t most_held() const {
    std::size_t gone = 0;
    std::size_t most = 0;
    for (std::size_t element = 0; element < given.size(); ++element) {
      while (gone < element && taken[gone] <= given[element]) ++gone;
      most = std::max(most, element - gone + 1);
    }
    return static_cast<std::int64_t>(most);
  }
};

class Simulator {
 public:
  Simulator(const std::vector<Process>& processes, const std::vector<Edge>& edges,
            const std::vector<std::int64_t>& latencies, std::int64_t inferences)
      : processes_(processes), edges_(edges), latencies_(latencies), inferences_(inferences), fifos_(edges.size()) {
    for (std::size_t e = 0; e < edges.size(); ++e) {
      const auto elements = static_cast<std::size_t>(inferences * processes[edges[e].from].writes.size());
      fifos_[e].given.reserve(elements);
      fifos_[e].taken.reserve(elements);
    }
  }

  Simulation run(const std::vector<std::int64_t>& depths) {
    for (std::size_t e = 0; e < fifos_.size(); ++e) {
      fifos_[e].given.clear();
      fifos_[e].taken.clear();
      if (!depths.empty()) fifos_[e].depth = depths[e];
    }
    Simulation result;
    std::vector<Worker> workers;
    for (std::size_t p = 0; p < processes_.size(); ++p) workers.emplace_back(processes_[p], latencies_[p], inferences_);
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      workers[edges_[e].from].outputs.push_back(&fifos_[e]);
      workers[edges_[e].to].inputs.push_back(&fifos_[e]);
    }
    // Times depend on no order of work, so each worker goes as far as what is known lets it, until all are done.
    bool moved = true;
    bool done = false;
    while (moved && !done) {
      moved = false;
      done = true;
      for (std::size_t p = 0; p < workers.size(); ++p) {
        moved = work(workers[p]) || moved;
        done = done && workers[p].done();
      }
    }
    result.deadlock = !done;
    for (const Worker& worker : workers) {
      result.begins.push_back(worker.begin);
      result.ends.push_back(worker.end);
      result.latency = std::max(result.latency, worker.end);
      result.last_end = std::max(result.last_end, worker.now);
    }
    for (const Fifo& fifo : fifos_) result.most_held.push_back(done ? fifo.most_held() : 0);
    return result;
  }

 private:
  struct Worker {
    Worker(const Process& process, std::int64_t latency, std::int64_t inferences)
        : iterations(process.iterations()),
          all_iterations(inferences * iterations),
          next_last(iterations - 1),
          writes(process.writes, process),
          pacer(process, latency) {
      for (const Lattice& lattice : process.reads) reads.emplace_back(lattice, process);
    }

    bool done() const { return iteration == all_iterations; }

    std::int64_t iterations;      ///< of one inference
    std::int64_t all_iterations;  ///< of all
    std::int64_t next_last;       ///< the last iteration of the inference that it is at
    std::vector<Picked> reads;
    Picked writes;
    Pacer pacer;
    std::vector<Fifo*> inputs;
    std::vector<Fifo*> outputs;
    std::int64_t iteration = 0;  ///< that it is at
    std::int64_t now = 0;        ///< all before that is over
    std::int64_t begin = 0;      ///< of the first inference, as far as it is known
    std::int64_t end = 0;
    bool giving = false;  ///< the iteration is over but its element not yet given
  };

  /// Goes on as far as it is known when elements and room are there. @return  whether it got any further
  static bool work(Worker& worker) {
    bool moved = false;
    while (!worker.done()) {
      if (!worker.giving) {
        if (!take(worker)) return moved;
        if (worker.iteration == 0) worker.begin = worker.now;
        worker.now += worker.pacer.next();
        if (worker.iteration == worker.next_last) worker.now += worker.pacer.behind();
        worker.giving = true;
        moved = true;
      }
      if (!give(worker)) return moved;
      if (worker.iteration == worker.next_last) {
        if (worker.next_last < worker.iterations) worker.end = worker.now;
        worker.next_last += worker.iterations;
      }
      worker.giving = false;
      ++worker.iteration;
      moved = true;
    }
    return moved;
  }

  static bool take(Worker& worker) {
    for (std::size_t i = 0; i < worker.inputs.size(); ++i) {
      if (worker.reads[i].next() == worker.iteration && !worker.inputs[i]->may_take()) return false;
    }
    for (std::size_t i = 0; i < worker.inputs.size(); ++i) {
      const Fifo& fifo = *worker.inputs[i];
      if (worker.reads[i].next() == worker.iteration) worker.now = std::max(worker.now, fifo.given[fifo.taken.size()]);
    }
    for (std::size_t i = 0; i < worker.inputs.size(); ++i) {
      if (worker.reads[i].next() != worker.iteration) continue;
      worker.inputs[i]->taken.push_back(worker.now);
      worker.reads[i].advance();
    }
    return true;
  }

  static bool give(Worker& worker) {
    if (worker.writes.next() != worker.iteration) return true;
    for (const Fifo* fifo : worker.outputs) {
      if (!fifo->may_give()) return false;
    }
    for (const Fifo* fifo : worker.outputs) worker.now = fifo->room(worker.now);
    for (Fifo* fifo : worker.outputs) fifo->given.push_back(worker.now);
    worker.writes.advance();
    return true;
  }

  const std::vector<Process>& processes_;
  const std::vector<Edge>& edges_;
  const std::vector<std::int64_t>& latencies_;
  std::int64_t inferences_;
  std::vector<Fifo> fifos_;
};

}  // namespace

std::vector<Edge> edges(const std::vector<Process>& processes) {
  std::vector<Edge> edges;
  for (std::size_t p = 0; p < processes.size(); ++p) {
    for (std::size_t i = 0; i < processes[p].inputs.size(); ++i) edges.push_back({processes[p].inputs[i], p, i});
  }
  return edges;
}

Simulation simulate(const std::vector<Process>& processes, const std::vector<std::int64_t>& latencies,
                    const std::vector<std::int64_t>& depths, std::int64_t inferences) {
  validate(processes);
  validate_latencies(processes, latencies);
  const std::vector<Edge> streams = edges(processes);
  if (!depths.empty() && depths.size() != streams.size()) {
    throw InvalidArgument(
        fmt::format("depths: expected one for each of {} edges, got {}", streams.size(), depths.size()));
  }
  for (std::size_t e = 0; e < depths.size(); ++e) {
    if (depths[e] < 1) throw InvalidArgument(fmt::format("depths/{}: expected >= 1, got {}", e, depths[e]));
  }
  if (inferences < 1) throw InvalidArgument(fmt::format("inferences: expected >= 1, got {}", inferences));
  return Simulator(processes, streams, latencies, inferences).run(depths);
}

std::vector<std::int64_t> least_depths(const std::vector<Process>& processes,
                                       const std::vector<std::int64_t>& latencies, Keep keep) {
  validate(processes);
  validate_latencies(processes, latencies);
  const std::vector<Edge> streams = edges(processes);
  Simulator simulator(processes, streams, latencies, keep == Keep::Ends ? 1 : 4);
  const Simulation unlimited = simulator.run({});
  const auto kept = [&](const Simulation& limited) {
    if (limited.deadlock) return false;
    if (keep == Keep::Ends) return limited.ends == unlimited.ends;
    return limited.latency == unlimited.latency && limited.last_end == unlimited.last_end;
  };
  std::vector<std::int64_t> depths = unlimited.most_held;
  for (std::int64_t& depth : depths) {
    // More room never makes anything later, so what suffices for an edge is all from some depth on; and what does not
    // suffice with the other edges as they are here does not with less room in those that follow.
    std::int64_t too_small = 0;
    std::int64_t enough = depth;
    while (enough - too_small > 1) {
      depth = too_small + (enough - too_small) / 2;
      (kept(simulator.run(depths)) ? enough : too_small) = depth;
    }
    depth = enough;
  }
  return depths;
}

}  // namespace ntorc::deploy
